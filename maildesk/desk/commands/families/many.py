"""`#for`: the commands and the words below it are for many tickets, in one mail.

    #for 7 9 12                        these
    #for 37 status:open label:outage   those of a query; 37 is how many there are

Whoever names a query says how many tickets they mean. Where there are others, or no number is
said, nothing is done, and the desk asks back with the number that there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maildesk.desk.commands.problems import bad_query
from maildesk.desk.commands.spec import About, Answer, Request, Spec
from maildesk.desk.commands.values import unknown
from maildesk.desk.filters.named import view_named, views
from maildesk.desk.filters.parse import parse
from maildesk.desk.filters.syntax import BadQuery
from maildesk.desk.problem import Problem
from maildesk.mail.owners import contact_of

if TYPE_CHECKING:
    from maildesk.desk.commands.spec import Command
    from maildesk.desk.filters.fields import Asker
    from maildesk.desk.filters.values import Query
    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Ticket

NAME = "for"
MOST = 200  # tickets of one mail
JOINING = ("also", "customer")  # commands that say whose an address is: one customer's
_REFERENCE = re.compile(r"\[?(?:[^\W\d][\w/]*[-#/])?\d{1,12}\]?")
_VIEW = re.compile(r"view:(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """Tickets by their references, each once."""

    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The tickets of a query, which whoever asks takes for so many; None: they did not say."""

    query: Query
    words: str
    count: int | None


def chosen(value: str, asker: Asker) -> Named | Wanted | Problem:
    """Which tickets these words name."""
    words = value.replace(",", " ").split()
    if not words:
        return Problem("for_whom")
    if all(map(_REFERENCE.fullmatch, words)):
        return Named(tuple(dict.fromkeys(words)))
    count = int(words[0]) if words[0].isdecimal() and len(words[0]) < 7 else None
    written = value.strip() if count is None else value.strip()[len(words[0]) :].strip()
    policy = asker.policy
    named = (found[1] for found in _VIEW.finditer(written))
    strange = next((name for name in named if view_named(policy, name) is None), None)
    if strange is not None:
        return unknown("view", strange, views(policy), policy)
    try:
        query = parse(_without_views(written, policy), asker)
    except BadQuery as bad:
        return bad_query(bad)
    return Wanted(query, written, count)


def mixing(found: Iterable[Ticket], commands: Iterable[Command]) -> Problem | None:
    """Why an address is no further one of all these: they are several customers' tickets, who would
    be made one by it and read what the others wrote."""
    joins = next((one for one in commands if one.name in JOINING), None)
    if joins is None or len({contact_of(one.requester.address) for one in found}) < 2:
        return None
    return Problem("not_for_many", {"command": joins.word}, line=joins.line)


def _without_views(written: str, policy: Policy) -> str:
    """The query with views spelled out: `view:outage`, or the name of one alone."""
    if (alone := view_named(policy, written)) is not None:
        return alone
    return _VIEW.sub(lambda found: view_named(policy, found[1]) or "", written)


def _elsewhere(_value: str, _request: Request) -> Answer:
    """In an answer to one ticket's mail it is not plain what the words are for."""
    return Problem("for_elsewhere")


SPECS = (
    Spec(
        name=NAME,
        words=("for",),
        argument="7 9 12",
        does="what stands below is for all of these tickets; or for those of a query, with how "
        "many there are: 37 status:open label:outage",
        needs=None,
        for_agents=True,
        handler=_elsewhere,
        about=About.NO_TICKET,
        takes_words=True,
        tells_itself=True,
    ),
)
