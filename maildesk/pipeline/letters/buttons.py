"""What a mail offers by one tap: a mail that is ready to send, signed for whoever taps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from maildesk.desk.mails.views import ActionView
from maildesk.desk.threads import reference
from maildesk.desk.threads.links import Purpose
from maildesk.pipeline.letters import proofs

if TYPE_CHECKING:
    from maildesk.desk.mails.mail import Mail
    from maildesk.desk.policy import Agent
    from maildesk.desk.ticket import Person
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
    change: TicketChange, agent: Agent, mail: Mail, purpose: Purpose, told: Mapping[str, object]
) -> tuple[ActionView, ...]:
    """The buttons of this notification; `purpose` is what a plain answer to it is for, `told` what
    its effect tells."""
    ticket, language = change.subject, change.policy.wording.of(agent.language)
    subject = reference.with_reference(f"Re: {ticket.subject}", ticket.reference)
    plain = proofs.way_back(change, ticket.address, purpose, ticket.id, agent.address)
    recipient, number = str(told.get("recipient", "")), int(str(told.get("outbox_id", 0)))
    found = []
    for name in mail.buttons:
        if not _makes_sense(name, told):
            continue
        way, body = plain, _COMMANDS.get(name, f"#{name}").format(recipient=recipient)
        if name in _ABOUT_A_MAIL:
            wish = _ABOUT_A_MAIL[name]
            way = proofs.way_back(change, ticket.address, wish, number, agent.address)
        label = language.button(name)
        found.append(way.button(name, label, subject, body, ticket.reference, said=label))
    return tuple(found)


def _makes_sense(name: str, told: Mapping[str, object]) -> bool:
    """Whether there is something to do: what did arrive need not be sent again."""
    if name == "resend":
        return bool(told.get("proved", True))
    return name != "lift" or "silent_until" in told


def stars(change: TicketChange, person: Person) -> tuple[ActionView, ...]:
    """The five stars of a survey."""
    ticket = change.subject
    way = proofs.way_back(change, ticket.address, Purpose.SURVEY, ticket.id, person.address)
    number = ticket.reference
    return tuple(
        way.button(f"star{n}", str(n), f"{n}/5 [{number}]", str(n), number) for n in range(1, 6)
    )
