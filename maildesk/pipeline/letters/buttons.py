"""What a mail offers by one tap: a mail that is ready to send, to an address that was signed for
whoever taps."""

from __future__ import annotations

from urllib.parse import quote

from maildesk.desk import effects as fx
from maildesk.desk.mails.views import ActionView
from maildesk.desk.policy import Agent
from maildesk.desk.threads import reference
from maildesk.desk.threads.links import Purpose
from maildesk.desk.ticket import Person
from maildesk.pipeline.transaction import TicketChange

# What an agent's notification offers by one tap: the button's name, and the command
# the mail begins with.
_ACTIONS = (
    ("take", "#take"),
    ("resolve", "#resolve"),
    ("waiting", "#wait"),
    ("note", "#note\n\n"),
    ("spam", "#spam"),
)
_JOINING = (("letin", "#letin "), ("keepout", "#keepout "))
_RESEND = (Purpose.RESEND, "resend")
_LIFT = (Purpose.LIFT, "lift")


def actions(
    work: TicketChange, agent: Agent, reply_to: str, effect: fx.NotifyAgents
) -> tuple[ActionView, ...]:
    """What this notification offers its agent."""
    subject = quote(reference.with_reference(f"Re: {work.subject.subject}", work.subject.reference))
    language = work.policy.wording.of(agent.language)
    if effect.template == "agent_undelivered":
        wishes = [_RESEND] * bool(effect.context.get("proved", True)) + [_LIFT] * (
            "silent_until" in effect.context
        )
        number = int(str(effect.context.get("outbox_id", 0)))
        return tuple(
            _button(
                language.button(name),
                work.signed_address(work.subject.address, purpose, number, agent.address),
                subject,
                f"#{name}",
                name,
            )
            for purpose, name in wishes
        )
    if effect.template == "agent_stranger":
        who = str(effect.context.get("recipient", ""))
        return tuple(
            _button(language.button(name), reply_to, subject, body + who, name)
            for name, body in _JOINING
        )
    return tuple(
        _button(language.button(name), reply_to, subject, body, name) for name, body in _ACTIONS
    )


def _button(label: str, address: str, subject: str, body: str, name: str) -> ActionView:
    """A mail that is ready to send; the subject is quoted already."""
    return ActionView(
        label, f"mailto:{quote(address, safe='@+')}?subject={subject}&body={quote(body)}", name
    )


def stars(work: TicketChange, person: Person) -> tuple[ActionView, ...]:
    """The five stars of a survey."""
    to = quote(
        work.signed_address(work.subject.address, Purpose.SURVEY, work.subject.id, person.address),
        safe="@+",
    )
    return tuple(
        ActionView(
            str(n),
            f"mailto:{to}?subject={quote(f'{n}/5 [{work.subject.reference}]')}"
            f"&body={quote(f'{n}')}",
            f"star{n}",
        )
        for n in range(1, 6)
    )
