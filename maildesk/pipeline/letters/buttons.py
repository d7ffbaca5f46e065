"""What a mail offers by one tap: a mail that is ready to send, to an address signed for whoever
taps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from maildesk.desk.mails.views import ActionView
from maildesk.desk.threads import reference
from maildesk.desk.threads.links import Purpose

if TYPE_CHECKING:
    from maildesk.desk.mails.mail import Mail
    from maildesk.desk.policy import Agent
    from maildesk.desk.ticket import Person
    from maildesk.pipeline.letters.addresses import Addresses
    from maildesk.pipeline.transaction import TicketChange

# What the mail of a button begins with: a command, for the ticket or the person it is about.
_COMMANDS = {
    "take": "#take",
    "resolve": "#resolve",
    "waiting": "#wait",
    "note": "#note\n\n",
    "spam": "#spam",
    "letin": "#letin {recipient}",
    "keepout": "#keepout {recipient}",
}
# These are about a mail in the outbox and go to an address that names it.
_ABOUT_A_MAIL = {"resend": Purpose.RESEND, "lift": Purpose.LIFT}


def offered(
    change: TicketChange, agent: Agent, mail: Mail, own: Addresses, told: Mapping[str, object]
) -> tuple[ActionView, ...]:
    """The buttons of this notification; `own` are its addresses, `told` what its effect tells."""
    ticket, language = change.subject, change.policy.wording.of(agent.language)
    subject = reference.with_reference(f"Re: {ticket.subject}", ticket.reference)
    reply_to = own.reply_to.address if own.reply_to else ""
    recipient, number = str(told.get("recipient", "")), int(str(told.get("outbox_id", 0)))
    found = []
    for name in mail.buttons:
        if not _makes_sense(name, told):
            continue
        to, body = reply_to, _COMMANDS.get(name, f"#{name}").format(recipient=recipient)
        if name in _ABOUT_A_MAIL:
            purpose = _ABOUT_A_MAIL[name]
            to = change.signed_address(ticket.address, purpose, number, agent.address)
        found.append(ActionView(language.button(name), mailto(to, subject, body), name))
    return tuple(found)


def _makes_sense(name: str, told: Mapping[str, object]) -> bool:
    """Whether there is something to do: what did arrive need not be sent again."""
    if name == "resend":
        return bool(told.get("proved", True))
    return name != "lift" or "silent_until" in told


def mailto(to: str, subject: str, body: str) -> str:
    """The link to a mail that is ready to send (RFC 6068)."""
    return f"mailto:{quote(to, safe='@+')}?subject={quote(subject)}&body={quote(body)}"


def stars(change: TicketChange, person: Person) -> tuple[ActionView, ...]:
    """The five stars of a survey."""
    ticket = change.subject
    to = change.signed_address(ticket.address, Purpose.SURVEY, ticket.id, person.address)
    return tuple(
        ActionView(str(n), mailto(to, f"{n}/5 [{ticket.reference}]", f"{n}"), f"star{n}")
        for n in range(1, 6)
    )
