"""Why something that was asked for is not done: a value, which each language says
in words of its own.

The sentences stand in templates/mail/<language>/_words.yaml under `problems`, by code; `{name}` in
them is a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from maildesk.errors import Refused


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands in the way. `nearest` is the right word that comes closest to what was written;
    empty where none does."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    line: str = ""  # the line of a mail that it is about; empty: the mail as a whole
    nearest: str = ""
    known: tuple[str, ...] = ()  # the names that there are, where one was asked for
    parts: tuple[Problem, ...] = ()  # what is wrong in it, one by one: `{words}` of the sentence


class NotDone(Refused):
    """What was asked for is refused, with the reason as a value; its text is English, for the
    database and the log."""

    def __init__(self, problem: Problem, english: str) -> None:
        self.problem = problem
        super().__init__(english)
