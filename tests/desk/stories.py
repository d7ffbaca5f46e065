"""What the pure desk's tests tell stories with: a small desk, messages, facts, and tickets that
keep what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from maildesk.config.policy import load_policy
from maildesk.desk import effects as fx
from maildesk.desk.decide import decide
from maildesk.desk.facts import (
    Counters,
    Fact,
    MessageFromAgent,
    MessageFromRequester,
    Situation,
    TrustRecord,
)
from maildesk.desk.mails.limits import LoopLimits
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.ticket import Person, Status, Ticket
from maildesk.mail.message import Attachment, Kind, Mailbox, Message

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ANA = Person("ana@harbour.example", "Ana Lopez")
POLICY = load_policy(Path(__file__).parent / "example")
BEN, CARLA, DEV = POLICY.agents
(SUPPORT,) = POLICY.addresses
TRUST = TrustRecord("as the test says")

E = TypeVar("E", bound=fx.Effect)


def message(reply: str = "It is broken.", **more: Any) -> Message:
    """A message with these new words; every other field may be named."""
    sender = more.pop("sender", Mailbox("Ana Lopez", "ana@harbour.example"))
    values: dict[str, Any] = {
        "message_id": "1@harbour.example", "in_reply_to": (), "references": (), "date": NOW,
        "sender": sender, "senders": (sender,), "reply_to": (),
        "to": (Mailbox("", SUPPORT.address),), "cc": (), "subject": "Printer", "text": reply,
        "html": "", "parts": (), "reply": reply, "forwarded": None, "attachments": (),
        "kind": Kind.ORDINARY, "may_answer": True, "reasons": (), "reports": (), "language": "en",
        "opening": reply,
    }  # fmt: skip
    return Message(**(values | more))


def ticket(behaviour: Status = Status.OPEN, **more: Any) -> Ticket:
    """TKT-0007 of Ana, in this state."""
    values: dict[str, Any] = {
        "participants": (ANA,),
        "closed_at": NOW if behaviour is Status.CLOSED else None,
    } | more
    return Ticket(
        7, "TKT-0007", "Printer", behaviour.value, behaviour, "normal", "question", "", "support",
        "email",
        ANA, SUPPORT.address, "en", NOW, NOW, **values,
    )  # fmt: skip


def from_customer(
    reply: str = "It is broken.",
    *,
    sender: Person = ANA,
    counters: Counters | None = None,
    **more: Any,
) -> MessageFromRequester:
    """The fact that a customer wrote these words."""
    fields = {k: more.pop(k) for k in ("copies", "mentions", "follows", "survey") if k in more}
    known = more.pop("suppressed", frozenset())
    situation = Situation(counters=counters or Counters(), suppressed=known)
    read = message(reply, sender=Mailbox(sender.name, sender.address), **more)
    return MessageFromRequester(read, sender, SUPPORT, TRUST, situation, **fields)


def from_agent(
    reply: str, *, agent: Agent = BEN, purpose: str = "reply", files: Sequence[Attachment] = ()
) -> MessageFromAgent:
    """The fact that an agent wrote these words and was believed."""
    read = message(reply, sender=Mailbox(agent.name, agent.address), attachments=tuple(files))
    return MessageFromAgent(read, agent, TRUST, purpose)


def told(effects: Sequence[fx.Effect]) -> dict[str, tuple[str, ...]]:
    """Template -> the agents notified with it."""
    return {e.template: e.agents for e in effects if isinstance(e, fx.NotifyAgents)}


def sent(effects: Sequence[fx.Effect]) -> list[str]:
    """The templates of the mails to customers, in order."""
    return [e.template for e in effects if isinstance(e, fx.SendToCustomer)]


def of(effects: Sequence[fx.Effect], kind: type[E]) -> list[E]:
    """The effects of this kind."""
    return [e for e in effects if isinstance(e, kind)]


def names(effects: Sequence[fx.Effect]) -> list[str]:
    """What the effects are, in order."""
    return [type(e).__name__ for e in effects]


def status_after(effects: Sequence[fx.Effect]) -> Status | None:
    """The last status they set, or None where they leave it."""
    return next((e.status for e in reversed(effects) if isinstance(e, fx.SetStatus)), None)


@dataclass
class Desk:
    """A desk without a store: one clock, one counting of automatic mail, and the
    tickets as decided."""

    policy: Policy = POLICY
    now: datetime = NOW
    # at, address, ticket, subject, template
    sent: list[tuple[datetime, str, int, str, str]] = field(default_factory=list)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    told_admins: list[str] = field(default_factory=list)

    def counters(self, address: str, ticket_id: int | None, subject: str) -> Counters:
        """Automatic mail of the last period, counted as the store does where whoever gets it
        answers at once."""
        limits: LoopLimits = self.policy.loops
        recent = [s for s in self.sent if s[0] >= self.now - limits.period]
        domain = [s for s in recent if s[1].rpartition("@")[2] == address.rpartition("@")[2]]
        return Counters(
            sum(s[1] == address for s in domain),
            sum(s[2] == ticket_id for s in domain),
            same_words=sum(s[3] == subject for s in domain),
            in_a_row=len(domain),
        )

    def hears(self, fact: Fact, ticket_id: int | None = None) -> list[fx.Effect]:
        """Decide, and keep what the decision says of tickets and mails."""
        found = decide(self.tickets.get(ticket_id or 0), fact, self.policy, self.now)
        current = self.tickets.get(ticket_id or 0)
        for effect in found:
            if isinstance(effect, fx.OpenTicket):
                current = replace(
                    ticket(),
                    id=len(self.tickets) + 1,
                    requester=effect.requester,
                    subject=effect.subject,
                )
            if current is not None and isinstance(effect, fx.SetStatus):
                current = replace(current, behaviour=effect.status, status=effect.status.value)
            if current is not None and isinstance(effect, fx.SendToCustomer) and effect.automatic:
                key = "".join(c for c in current.subject.lower() if not c.isdigit()).strip()
                self.sent.append(
                    (self.now, current.requester.key, current.id, key, effect.template)
                )
            if isinstance(effect, fx.NotifyAdmins):
                self.told_admins.append(effect.subject)
            if current is not None:
                self.tickets[current.id] = current
        return found

    def later(self, by: timedelta) -> None:
        """Time passes."""
        self.now += by
