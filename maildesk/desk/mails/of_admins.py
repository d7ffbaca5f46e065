"""Entries of the registry: what admins are told."""

from __future__ import annotations

from maildesk.desk.mails.mail import NOTIFICATION, Mail, To
from maildesk.desk.mails.shown.small_views import LineView

TO_ADMINS = (
    Mail(
        name="admin_alarm",
        to=To.ADMINS,
        about="whatever needs an admin: a mailbox that cannot be read, a mail loop, held mail",
        called=NOTIFICATION,
        failure_told=False,
        shows=frozenset({"text", "lines"}),
        sample={
            "ticket": None,
            "message": None,
            "subject": "Mailbox support@desk.example cannot be read",
            "text": "The IMAP mailbox support@desk.example has not been readable for 5 minutes.\n"
            "The desk goes on trying.",
            "lines": (LineView("imap.desk.example:993", "authentication failed", done=False),),
        },
    ),
)
