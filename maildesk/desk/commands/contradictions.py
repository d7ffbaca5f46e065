"""Commands of one act that contradict each other: they set the same to something else.

What a command sets is said by its `Spec.sets`. Which of two was meant nobody but the writer knows,
so neither is done: not the last, and not the one that stands first in the table.
"""

from __future__ import annotations

from collections.abc import Sequence

from maildesk.desk.commands.spec import Given, Request
from maildesk.desk.problem import Problem


def contradictions(given: Sequence[Given], request: Request) -> list[Problem]:
    """Every two that contradict each other, or one that contradicts itself; each pair once."""
    found: dict[tuple[str, str], Problem] = {}
    first: dict[str, tuple[object, Given]] = {}
    for one in given:
        for what, value in one.spec.sets(one.value, request):
            before, other = first.setdefault(what, (value, one))
            if before != value:
                lines = (other.command.written, one.command.written)
                found.setdefault(lines, _problem(*lines, itself=other is one))
    return list(found.values())


def _problem(first: str, second: str, *, itself: bool) -> Problem:
    if itself:
        return Problem("contradicts_itself", {"first": first}, second)
    return Problem("contradiction", {"first": first, "second": second}, second)
