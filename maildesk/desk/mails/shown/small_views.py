"""Views that show no other: a line of a transcript or a history, a change, a command, a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maildesk.desk.problem import Problem
from maildesk.mail.invisible import isolated


@dataclass(frozen=True, slots=True)
class EventView:
    """When, who, what."""

    at: datetime
    who: str
    what: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "who", isolated(self.who))
        object.__setattr__(self, "what", isolated(self.what))


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of a transcript: what was asked, and what came of it (the filter `why`)."""

    asked: str
    outcome: str | tuple[Problem, ...] = ()
    done: bool = True


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What an act has changed, in the reader's words: what it is, before and after."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DoneView:
    """One of many tickets: why nothing was done; or where the words went (customer, note), what is
    other than before, and of what was taken back what stays (`remarks`) and whether its mails were
    stopped or are out (`mail`)."""

    reference: str
    subject: str
    why: tuple[Problem, ...] = ()
    went: str = ""
    changed: tuple[ChangeView, ...] = ()
    remarks: tuple[Problem, ...] = ()
    mail: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "subject", isolated(self.subject))


@dataclass(frozen=True, slots=True)
class CommandView:
    """A command in the reader's language: `#word argument`, what it does, its other spellings."""

    word: str
    argument: str
    does: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CountView:
    """How many tickets a view has; `at_least`: there may be even more."""

    view: str
    total: int
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class AsleepView:
    """How many tickets a list leaves out because they are put off, until when the first of them,
    and the line that asks for them; `at_least`: there may be even more."""

    total: int
    until: datetime
    again: str
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class CannedView:
    """A canned reply: its shortcut, what it is about, the languages it is in, how it begins."""

    shortcut: str
    subject: str = ""
    category: str = ""
    languages: tuple[str, ...] = ()
    beginning: str = ""


@dataclass(frozen=True, slots=True)
class ArticleView:
    """A help article that may fit: without `href` it is not on the web."""

    title: str
    href: str = ""
    internal: bool = False  # for agents alone
    beginning: str = ""
    file: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", isolated(self.title))
