"""A small desk for the tests of rules, clocks and assignment: values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from maildesk.config.templates.words import read_wording
from maildesk.desk.policy import Agent, DeskAddress, Policy, Queue
from maildesk.desk.rules.context import RuleContext
from maildesk.desk.sla.hours import Calendar, Span, always
from maildesk.desk.ticket import Person, Status, Ticket
from maildesk.mail.message import Attachment, Kind, Mailbox, Message

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # a Friday
OFFICE = Calendar(
    "office", ZoneInfo("UTC"), ((Span(540, 1020),),) * 5 + ((), ()), place="sla.yaml:2"
)
BEN = Agent("Ben Okafor", "ben@desk.example", teams=("support",), skills=("billing",))
ANA = Agent(
    "Ana Lopez",
    "ana@desk.example",
    teams=("support", "senior"),
    role="admin",
    supervises=("support",),
)
POLICY = Policy(
    "Desk",
    (DeskAddress("support@desk.example", "support", "Support"),),
    {
        "support": Queue("support", ("support",), next_tier="senior"),
        "billing": Queue("billing", ("support",)),
    },
    (BEN, ANA),
    teams=frozenset({"support", "senior"}),
    calendars={"office": OFFICE, "always": always()},
    wording=read_wording()[0],
)
KIM = Person("kim@Harbour.example", "Kim", "Harbour Books", "VIP")
TICKET = Ticket(
    7, "TKT-0007", "Printer is broken", "open", Status.OPEN, "normal", "incident", "", "support",
    "email",
    KIM, "support@desk.example", "en", NOW, NOW, labels=frozenset({"printer"}),
    participants=(KIM,),
)  # fmt: skip
MESSAGE = Message(
    message_id="1@harbour.example", in_reply_to=(), references=(), date=NOW,
    sender=Mailbox("Kim", "kim@harbour.example"),
    senders=(), reply_to=(), to=(Mailbox("", "support@desk.example"),),
    cc=(Mailbox("", "boss@harbour.example"),),
    subject=("Printer is BROKEN, invoice "
        "4711"), text="It smokes.\n> quoted", html="", parts=(), reply="It smokes.", forwarded=None,
    attachments=(Attachment(1, "smoke.PDF", "application/pdf", 1000),), kind=Kind.ORDINARY,
    may_answer=True, reasons=(),
    reports=(), language="en", headers={"x-priority": ("1 (Highest)",)}, size=250_000,
)  # fmt: skip


def occasion(
    ticket: Ticket = TICKET, *, policy: Policy = POLICY, now: datetime = NOW, **more: Any
) -> RuleContext:
    fields: dict[str, Any] = {"message": MESSAGE, "by": "customer"} | more
    return RuleContext(ticket, policy, now, **fields)


def stands(changes: Mapping[str, Any], ticket: Ticket = TICKET) -> Ticket:
    return replace(ticket, **changes)
