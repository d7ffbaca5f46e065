"""What became of an act on tickets, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from maildesk.views.plain import Json, listed, plain

if TYPE_CHECKING:
    from maildesk.desk.commands.receipt import AboutAgent, Receipt
    from maildesk.desk.commands.spec import Command
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.problem import Problem


def receipt_list(receipts: Sequence[Receipt], language: Language, *, dry: bool) -> Json:
    """One for each ticket, in the order in which they were named."""
    return listed("receipts", [receipt(one, language, dry=dry) for one in receipts])


def receipt(one: Receipt, language: Language, *, dry: bool) -> Json:
    """One ticket: what changed, which mails go out, what would take it back; or why
    nothing was done."""
    return {
        "ticket": one.reference,
        "done": not one.problems and not dry,
        "dry": dry,
        "problems": [_problem(problem, language) for problem in one.problems],
        "changed": [
            {"field": change.field, "before": plain(change.before), "after": plain(change.after)}
            for change in one.changed
        ],
        "mails": [{"recipient": mail.recipient, "purpose": mail.purpose} for mail in one.mails],
        "remarks": [_problem(remark, language) for remark in one.remarks],
        "undo": [_command(command) for command in one.undo],
        "stopped": one.stopped,
        "left": [_problem(problem, language) for problem in one.left],
        "version": one.version,
    }


def agent_receipt(one: AboutAgent, language: Language, *, dry: bool) -> Json:
    """What was told of an agent, and what is so now; or why nothing was done."""
    return {
        "agent": one.agent,
        "done": not one.problems and not dry,
        "dry": dry,
        "problems": [_problem(problem, language) for problem in one.problems],
        "said": list(map(language.because, one.said)),
        "notices": [{"changed_by": line, "is": words} for line, words in one.notices],
        "mails": [{"recipient": mail.recipient, "purpose": mail.purpose} for mail in one.mails],
    }


def _problem(problem: Problem, language: Language) -> Json:
    return {
        "code": problem.code,
        "words": language.say(problem),
        "nearest": problem.nearest or None,
        "known": list(problem.known),
    }


def _command(command: Command) -> Json:
    return {"name": command.name, "value": command.value}
