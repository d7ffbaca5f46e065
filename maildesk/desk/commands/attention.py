"""Commands that ask for attention or for something to be sent to the agent:
escalate, files, renew."""

from __future__ import annotations

from maildesk.desk.commands.spec import Answer, Command, Request, Spec
from maildesk.desk.effects import RenewAddresses, SendFiles
from maildesk.desk.permissions import Permission
from maildesk.desk.problem import Problem
from maildesk.desk.rules.actions import escalation
from maildesk.desk.ticket import Ticket


def _escalate(command: Command, request: Request) -> Answer:
    reason, by = command.value or "no reason given", request.by
    return escalation(request.ticket, request.policy, reason, by, but=by.agent)


def _calm(_command: Command, before: Ticket) -> tuple[Command, ...]:
    return (Command("priority", before.priority),)


_FILES = ("send", "files", "attachments")


def _files(command: Command, request: Request) -> Answer:
    """`#send files`, in whatever order a language has it; there is nothing else
    that could be sent."""
    beside = command.value.lower().rstrip(" .!").split()
    spellings = request.policy.wording.commands
    if beside and beside[-1] not in _FILES and spellings.get(beside[-1]) != "files":
        return Problem("sends_only_files", {"example": "#send files"})
    return [SendFiles(agent=request.by.address)]


def _renew(_command: Command, request: Request) -> Answer:
    return [RenewAddresses(agent=request.by.address)]


SPECS = (
    Spec(
        name="escalate",
        words=("escalate",),
        argument="why",
        does="makes it urgent, and tells the supervisors and the next tier why",
        needs=Permission.ESCALATE,
        handler=_escalate,
        undone_by=_calm,
    ),
    Spec(
        name="files",
        words=_FILES,
        argument="files",
        does=(
            "brings you all files of the ticket, in as many mails as it takes; nobody else "
            "hears of it"
        ),
        needs=None,
        for_agents=True,
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
        about_ticket=False,
    ),
)
