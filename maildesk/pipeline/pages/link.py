"""The link to the page of a ticket, made for one person.

It is in no mail that has to leave anything out: what somebody unknown has sent, perhaps in the name
of whom the mail goes to, is shown to nobody by a link of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.mails.registry import mail_of
from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose

if TYPE_CHECKING:
    from maildesk.desk.effects import SendToCustomer
    from maildesk.desk.ticket import Person
    from maildesk.pipeline.transaction import TicketChange

PATH = "/ticket/"


def seen_by(change: TicketChange) -> str:
    """The organisation of whose ticket it is, where others there may see it (see `mine`)."""
    name, policy = change.subject.requester.organisation, change.policy
    if not name or not policy.mine.offered or not change.services.settings.web.public_url:
        return ""
    looks = (one.organisation for one in policy.contacts if one.sees_organisation)
    return name if name in looks else ""


def of(change: TicketChange, effect: SendToCustomer, person: Person) -> str:
    """The address of the page; "" where this mail has none."""
    public = change.services.settings.web.public_url
    if not public or not change.policy.tracking.is_in(mail_of(effect.template).link):
        return ""
    ticket = change.subject
    owner = ticket.part_of(person.address)
    if owner is None:
        return ""
    signed = change.tx.signature(links.ON_PAGES, Purpose.PAGE, ticket.id, person.address)
    return f"{public}{PATH}{signed}"
