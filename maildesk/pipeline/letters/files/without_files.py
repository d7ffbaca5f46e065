"""A notification that a server refuses for its size goes to its agent once more, without the files,
which it names.

A relay need not say beforehand how large a mail it takes (RFC 1870), and a server behind it
refuses later. The words matter more than the files: whoever never hears of a question answers none.
"""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from maildesk.desk.mails import attachment_policy
from maildesk.desk.mails.mail import To
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose
from maildesk.mail.compose.outgoing import Outgoing
from maildesk.mail.message import Mailbox
from maildesk.mail.parse import parse
from maildesk.pipeline.letters import proofs
from maildesk.pipeline.letters.outgoing import finished
from maildesk.store import outbox
from maildesk.store.outbox import Draft

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from maildesk.desk.effects import SendWithoutFiles
    from maildesk.desk.facts import DeliveryFailed
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.policy import Agent, Policy
    from maildesk.pipeline.transaction import TicketChange

_TOO_LARGE = ("5.3.4", "5.2.3")  # RFC 3463: for the system, for this mailbox
_UNSAID = ("", "5.0.0")
_MARKER = re.compile(r"-##\s*(?:</div>)?")
_PICTURE = re.compile(r"<img\b[^>]*\bcid:[^>]*>", re.IGNORECASE)  # they are files, too
_OWN_FIELDS = ("x-maildesk-ticket", "x-maildesk-recipient")


def is_refused_for_size(fact: DeliveryFailed) -> bool:
    """Whether the server refused the mail because it is too large (552 without a status,
    RFC 5321, 4.2.3)."""
    return fact.permanent and (
        fact.status in _TOO_LARGE or (fact.status in _UNSAID and fact.words.startswith("552"))
    )


def helps(conn: Connection, desk: Policy, fact: DeliveryFailed) -> bool:
    """Whether this failure is an automatic mail to an agent that may go out again
    without its files."""
    if desk.agent(fact.recipient) is None or fact.author:
        return False
    if not (fact.proved and is_refused_for_size(fact)):
        return False
    row = outbox.by_id(conn, fact.outbox_id)
    return row is not None and row.ticket_id is not None and bool(_read(conn, row).left)


def letters(change: TicketChange, effect: SendWithoutFiles) -> tuple[list[Draft], dict[str, Any]]:
    """The mail without its files, and what the history says of it."""
    agent, row = change.policy.agent(effect.agent), outbox.by_id(change.conn, effect.outbox_id)
    if agent is None or row is None:
        return [], {}
    refused = _read(change.conn, row)
    asked_for = "attached" in mail_of(row.purpose, To.AGENTS).shows
    outgoing = _without(change, refused, agent, asks=not asked_for)
    own, _ = finished(change, outgoing, agent.address, to_agent=True)
    draft = Draft(
        change.subject.id,
        row.message_row,
        outgoing.message_id,
        row.mail_from,
        row.recipient,
        row.subject_key,
        row.purpose,
        "",
        automatic=False,
        once=f"without_files:{row.id}",
        raw=own,
        address=row.address,
    )
    names = [name for name, _ in refused.left]
    return [draft], {"to": row.recipient, "purpose": row.purpose, "files": names}


class _Refused(NamedTuple):
    """A mail as it was refused: its page, and the names and octets of its files."""

    mail: EmailMessage
    html: str
    left: list[tuple[str, int]]


def _read(conn: Connection, row: Row[Any]) -> _Refused:
    raw, shared = outbox.parts_of(conn, row)
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    elsewhere = iter(shared)
    left = []
    for part in mail.walk():
        if name := part.get_filename():
            octets = len(part.get_payload(decode=True) or b"")
            if not octets and (place := next(elsewhere, None)) is not None:
                octets = place[1].length * 57 // 78
            left.append((name, octets))
    return _Refused(mail, parse(raw).html if left else "", left)


def _without(change: TicketChange, refused: _Refused, agent: Agent, *, asks: bool) -> Outgoing:
    """The same mail with a notice in place of its files; `asks`: they may be asked for by mail."""
    ticket, mail = change.subject, refused.mail
    body = mail.get_body(("plain",))
    text = str(body.get_content()) if body is not None else ""
    language = change.policy.wording.of(agent.language)
    first, *further = _notice(language, refused.left, ticket.reference, asks=asks)
    rest = "<br>".join(map(escape, further))
    page = f'<p style="margin: 12px;">{escape(first)}<br>{rest}</p>'
    html = _inserted(_PICTURE.sub("", refused.html), page) if refused.html else ""
    fields = ((name, str(value)) for name, value in mail.items())
    references = str(mail["References"] or "").split()
    return Outgoing(
        message_id=_message_id(change, str(mail["Message-ID"] or ""), agent),
        sender=_mailbox(mail["From"]),
        to=(Mailbox(agent.name, agent.address),),
        reply_to=_mailbox(mail["Reply-To"]) if mail["Reply-To"] else None,
        subject=str(mail["Subject"] or ""),
        date=change.now,
        text=_inserted(text, "\n\n" + "\n".join((first, *further))),
        html=html,
        in_reply_to=str(mail["In-Reply-To"] or "").strip("<> \r\n"),
        references=tuple(one.strip("<>") for one in references),
        auto_submitted="auto-generated",
        headers=tuple(field for field in fields if field[0].lower() in _OWN_FIELDS),
        thread_key=f"{ticket.address}:{ticket.id}",
        language=agent.language,
    )


def _message_id(change: TicketChange, refused: str, agent: Agent) -> str:
    """A new one for the same purpose as that of the mail that was refused."""
    ticket = change.subject
    token = links.read_private_id(change.services.ring, refused, change.now.date())
    purpose = token.purpose if token else Purpose.AGENT_REPLY
    return proofs.private_id(change, ticket.address, purpose, ticket.id, agent.address)


def _notice(
    language: Language, left: list[tuple[str, int]], reference: str, *, asks: bool
) -> list[str]:
    """What is left out, and how to get it, in the agent's language."""
    how = [attachment_policy.ASK] * asks + [attachment_policy.by_command_line(reference)]
    named = [f"[{name}, {language.size(octets)}]" for name, octets in left]
    return [
        language.sentence("sent_without_files"),
        *named,
        *(f"{language.why(one)}." for one in how),
    ]


def _inserted(words: str, notice: str) -> str:
    """The notice below the line that an answer stands above, else at the top."""
    found = _MARKER.search(words)
    at = (
        found.end()
        if found and not notice.startswith("\n")
        else words.find("-##") + 3
        if "-##" in words
        else 0
    )
    return words[:at] + notice + words[at:]


def _mailbox(value: Any) -> Mailbox:
    (one,) = value.addresses[:1]
    return Mailbox(one.display_name, one.addr_spec)
