"""Five errors, named by who has to act.

Each carries what its handler needs and is caught in one place; an ordinary
outcome is a value, never one of these.
"""

from __future__ import annotations

from dataclasses import dataclass


class MaildeskError(Exception):
    """The family: whatever this program raises on purpose."""


class BadMessage(MaildeskError):
    """The sender has to act: these bytes cannot be read as a message."""


class Refused(MaildeskError):
    """Whoever asked has to act: the desk will not do this, in words they may read."""


class TransientFailure(MaildeskError):
    """Time has to act: the same thing may well work later."""


class PermanentFailure(MaildeskError):
    """The operator has to act: trying again as things stand cannot help."""


class NewerTables(PermanentFailure):
    """A newer version of the program has changed the database: this one must not touch it."""


@dataclass(frozen=True)
class Mistake:
    """One place in the admin's files that cannot be followed. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    expected: str
    found: str
    suggestion: str = ""

    def __str__(self) -> str:
        nearest = f" (did you mean {self.suggestion}?)" if self.suggestion else ""
        return (
            f"{self.file}:{self.line}:{self.column}: expected {self.expected}, found "
            f"{self.found}{nearest}"
        )


class BadPolicy(MaildeskError):
    """The admin has to act: every mistake found, at once."""

    def __init__(self, mistakes: list[Mistake] | tuple[Mistake, ...]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(m) for m in self.mistakes))
