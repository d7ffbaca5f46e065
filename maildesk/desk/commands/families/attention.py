"""Commands that ask for attention, or for something to be sent: escalate, files, renew."""

from __future__ import annotations

from collections.abc import Iterable

from maildesk.desk.actor import ActorKind
from maildesk.desk.commands.families.sleep import woken
from maildesk.desk.commands.spec import About, Answer, Command, Request, Setting, Spec
from maildesk.desk.effects import (
    Effect,
    NotifyAdmins,
    Record,
    RenewAddresses,
    SendFiles,
    SetField,
)
from maildesk.desk.mails.recipients import targeted, tell, wanting
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.permissions import Permission
from maildesk.desk.policy import Policy
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason, Why, stored
from maildesk.desk.ticket import Ticket

_BY_ITSELF = (ActorKind.RULE, ActorKind.TIMER, ActorKind.DESK)


def _escalate(value: str, request: Request) -> Answer:
    """Urgent, and the next tier, the supervisors and the admins told why and by whom (T6)."""
    ticket, policy, by = request.ticket, request.policy, request.by
    reason: Why = value or request.why or Reason("no_reason")
    queue = policy.queues.get(ticket.queue)
    to = ("supervisors", queue.next_tier if queue else "")
    agents = targeted(to, ticket, policy, request.now)
    person = "" if by.kind in _BY_ITSELF else by.name
    detail = {"by": by.who} if person else {}
    effects: list[Effect] = [
        Record(what="escalated", detail={**detail, "reason": stored(reason)}),
    ]
    if ticket.priority != policy.priorities[-1]:
        effects.insert(0, SetField(name="priority", value=policy.priorities[-1]))
    if ticket.snoozed_until is not None:
        effects += woken()
    acting = by.agent or request.acting
    effects += tell(agents, "escalated", policy, but=acting, context={"reason": reason})
    told = wanting(agents, mail_of("escalated").event, policy, but=acting)
    name, why = ticket.called, policy.wording.english.because(reason)
    text = f"{name} was escalated{f' by {person}' if person else ''}: {why}"
    once = f"escalated:{name}"
    subject = f"{name} was escalated"
    return [*effects, NotifyAdmins(subject=subject, text=text, once=once, but=acting, told=told)]


def _urgent(_value: str, request: Request) -> Iterable[Setting]:
    return (("priority", request.policy.priorities[-1]), ("asleep", None))


def _calm(_value: str, before: Ticket) -> tuple[Command, ...]:
    return (Command("priority", before.priority),)


_FILES = ("send", "files", "attachments")


def _only_files(command: Command, policy: Policy) -> str | Problem:
    """`#send files`, in whatever order a language has it; there is nothing else to be sent."""
    beside = command.value.lower().rstrip(" .!").split()
    if beside and beside[-1] not in _FILES and policy.wording.commands.get(beside[-1]) != "files":
        return Problem("sends_only_files", {"example": "#send files"})
    return ""


def _files(_value: str, request: Request) -> Answer:
    return [SendFiles(agent=request.by.address)]


def _renew(_value: str, request: Request) -> Answer:
    return [RenewAddresses(agent=request.by.address)]


SPECS = (
    Spec(
        name="escalate",
        words=("escalate",),
        argument="why",
        does="makes it urgent, and tells the supervisors and the next tier why",
        needs=Permission.ESCALATE,
        handler=_escalate,
        sets=_urgent,
        undone_by=_calm,
        takes_words=True,
    ),
    Spec(
        name="files",
        words=_FILES,
        argument="files",
        does="brings you all files of the ticket, in as many mails as it takes; "
        "nobody else hears of it",
        needs=None,
        for_agents=True,
        reads=_only_files,
        handler=_files,
        tells_itself=True,
    ),
    Spec(
        name="renew",
        words=("renew",),
        does="makes every reply address that you were sent so far worthless",
        needs=None,
        for_agents=True,
        handler=_renew,
        about=About.NO_TICKET,
        takes_value=False,
    ),
)
