"""Commands above a new mail that open a ticket in somebody's name: new, quiet.

#new for ana@customer.example via phone
#new for Dora Fisk via letter         of whom no address is known
#new via phone                        above a mail that is passed on: whoever wrote that
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maildesk.desk.commands import values
from maildesk.desk.commands.problems import not_outside
from maildesk.desk.commands.spec import About, Answer, Command, Request, Setting, Spec, always
from maildesk.desk.permissions import Permission
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import CHANNELS, NO_ADDRESS, Person
from maildesk.mail.owners import mailbox_of

if TYPE_CHECKING:
    from maildesk.desk.policy import Policy

NEW, QUIET = "new", "quiet"
_NAME = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:['’-][^\W\d_]+)*\.?")
_SIGNS = "<>()[]\"'“”„«»,;:."
# as people say it, beside the words of their language
_ALSO = {
    "telephone": "phone", "call": "phone", "mail": "email", "e mail": "email", "post": "letter",
    "in person": "visit", "person": "visit",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opening:
    """In whose name, and by which way they came to the desk; None: whoever wrote what is passed
    on."""

    person: Person | None
    channel: str


def opening_of(commands: Iterable[Command], policy: Policy) -> Opening | None:
    """What #new among these means, where it can be understood."""
    found = next((_read(one, policy) for one in commands if one.name == NEW), None)
    return found if isinstance(found, Opening) else None


def is_new(commands: Iterable[Command]) -> bool:
    """Whether one of these opens a ticket in somebody's name."""
    return any(one.name == NEW for one in commands)


def _read(command: Command, policy: Policy) -> Opening | Problem:
    """A name, an address or both, then the way."""
    words = command.value.split()
    at = next((n for n, one in enumerate(words) if one.lower() in policy.wording.via), None)
    who, way = (words, []) if at is None else (words[:at], words[at + 1 :])
    boxes = [n for n, one in enumerate(who) if "@" in one]
    if at is None and boxes:
        who, way = words[: boxes[-1] + 1], words[boxes[-1] + 1 :]
    channel = _channel(" ".join(way), policy)
    if isinstance(channel, Problem):
        return channel
    if not boxes:
        person = _named(who, command, policy)
        return person if isinstance(person, Problem) else Opening(person, channel)
    if len(boxes) > 1:
        return _needs_address(command)
    written = who[boxes[0]].strip(_SIGNS).removeprefix("mailto:")
    address = mailbox_of(written)
    if (problem := not_outside(written, address, policy, agents=True)) is not None:
        return problem
    name = " ".join(_without_fillers(who[: boxes[0]], policy)).strip(_SIGNS)
    return Opening(Person(address, name), channel)


def _channel(written: str, policy: Policy) -> str | Problem:
    word = written.strip(_SIGNS)
    if not word:
        return "email"
    called = _ALSO.get(values.folded(word)) or values.named(word, CHANNELS, policy)
    return called or values.unknown("channel", word, CHANNELS, policy)


def _named(words: Sequence[str], command: Command, policy: Policy) -> Person | Problem | None:
    """A name alone. What has other signs than names have is rather a slip in an address."""
    name = " ".join(_without_fillers(words, policy)).strip(_SIGNS)
    if not name:
        return None
    is_name = all(_NAME.fullmatch(word) for word in name.split())
    return Person(NO_ADDRESS, name) if is_name else _needs_address(command)


def _without_fillers(words: Sequence[str], policy: Policy) -> Sequence[str]:
    while words and words[0].lower().strip(":") in policy.wording.fillers:
        words = words[1:]
    return words


def _needs_address(command: Command) -> Problem:
    return Problem("needs_address", {"command": command.word, "example": "ana@customer.example"})


def _new(_value: Opening, request: Request) -> Answer:
    """The ticket is there already when its commands are carried out; of any other it is none."""
    return [] if _is_being_opened(request) else Problem("new_elsewhere")


def _quiet(_value: str, request: Request) -> Answer:
    return [] if _is_being_opened(request) else Problem("quiet_elsewhere")


def _is_being_opened(request: Request) -> bool:
    return not request.ticket.id


def _sets(value: Opening, _request: Request) -> Iterable[Setting]:
    return (("opened for", value),)


SPECS = (
    Spec(
        name=NEW,
        words=(NEW,),
        argument="for ana@example.org via phone",
        does="above a new mail, or one that you pass on: a ticket in the customer's name, who is "
        "told that it is there",
        needs=Permission.ANSWER,
        reads=_read,
        handler=_new,
        sets=_sets,
        reaches_outside=always,
        about=About.ONE,
    ),
    Spec(
        name=QUIET,
        words=(QUIET, "silent"),
        does="beside #new: the customer is told nothing",
        needs=None,
        handler=_quiet,
        takes_value=False,
    ),
)
