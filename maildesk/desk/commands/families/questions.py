"""Commands that ask the desk for tickets: list, search, show, stats. They are about no ticket.

The same language as everywhere (`desk.filters`), and only tickets that the agent may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maildesk.desk.answers import Counted, Listed, ShownCustomer, ShownHistory, ShownTicket
from maildesk.desk.commands.problems import bad_query
from maildesk.desk.commands.spec import About, Answer, Command, Request, Spec
from maildesk.desk.commands.values import folded, named, unknown
from maildesk.desk.customers.who_is import organisation_named
from maildesk.desk.effects import AnswerAgent
from maildesk.desk.filters.fields import Asker
from maildesk.desk.filters.named import left_asleep, view_named, views
from maildesk.desk.filters.parse import mistakes_in, parse
from maildesk.desk.filters.syntax import BadQuery
from maildesk.desk.filters.syntax import nearest as nearest_view
from maildesk.desk.problem import Problem

if TYPE_CHECKING:
    from maildesk.desk.filters.values import Query
    from maildesk.desk.policy import Policy

_FIELDS = frozenset(":<>=")  # what only a query has
WHO = "who"
_WITHOUT_WORDS = "open"  # the view that `#list` alone shows, as `maildesk list` does


@dataclass(frozen=True, slots=True)
class Question:
    """A query in words; a view is its query already. `in_vain`: what to say of no tickets;
    `asleep`: the query of what this view leaves out because it is put off."""

    words: str
    in_vain: Problem | None = None
    asleep: str = ""


def _view_or_query(command: Command, policy: Policy) -> Question | Problem:
    written, known = command.value.strip() or _WITHOUT_WORDS, list(views(policy))
    view = named(written, known, policy) or named(written, list(policy.statuses), policy)
    if (query := view_named(policy, view or written)) is not None:
        return Question(query, asleep=left_asleep(query))
    is_word = folded(written).replace(" ", "").isalpha() and " " not in written
    if is_word and nearest_view(written, known):  # a slip in a view would be searched for as a word
        return unknown("view", written, known, policy)
    if _FIELDS.isdisjoint(written):  # words alone, that may have been meant as a view
        return Question(written, Problem("no_list", {"word": written}, known=tuple(known)))
    return Question(written)


def _words(command: Command, _policy: Policy) -> Question | Problem:
    written = command.value.strip()
    return Question(written) if written else Problem("needs_words", {"command": command.word})


def _ask(value: Question, request: Request) -> Answer:
    agent = request.policy.agent(request.by.agent)
    try:
        asker = Asker(request.policy, request.now, agent)
        query = parse(value.words, asker)
        asleep = parse(value.asleep, asker) if value.asleep else None
    except BadQuery as bad:
        return bad_query(bad)
    listed = Listed(request.line, query, value.in_vain, asleep, value.asleep)
    return [AnswerAgent(agent=request.by.address, told=(listed,))]


@dataclass(frozen=True, slots=True)
class Called:
    """A ticket by its reference; without one it is the ticket that the mail is about."""

    word: str
    reference: str


def _reference(command: Command, _policy: Policy) -> Called:
    return Called(command.word, command.value.strip())


def _show(value: Called, request: Request) -> Answer:
    reference = value.reference or request.ticket.reference
    if not reference:
        return Problem("needs_reference", {"command": value.word})
    told = ShownTicket(request.line, reference)
    return [AnswerAgent(agent=request.by.address, told=(told,))]


def _history(value: Called, request: Request) -> Answer:
    reference = value.reference or request.ticket.reference
    if not reference:
        return Problem("needs_reference", {"command": value.word})
    told = ShownHistory(request.line, reference)
    return [AnswerAgent(agent=request.by.address, told=(told,))]


@dataclass(frozen=True, slots=True)
class Person:
    """A customer by their address, by @ and a domain, or by a name; "": the ticket's."""

    word: str
    who: str


def _person(command: Command, _policy: Policy) -> Person | Problem:
    if '"' in (who := person_named(command.value)):
        return Problem("needs_words", {"command": command.word})
    return Person(command.word, who)


def person_named(written: str) -> str:
    """Whom these words name, without what people put around an address."""
    return written.strip().strip('<>?"“”„').strip().removeprefix("mailto:")


def everything_of(who: str, asker: Asker) -> Query:
    """All their tickets, the archived ones too, by whoever last wrote; those of an organisation
    that desk.yaml knows by that name."""
    organisation = organisation_named(who, asker.policy)
    whose = f'organisation:"{organisation}"' if organisation else f'from:"{who}"'
    return parse(f"{whose} (is:archived OR -is:archived) sort:updated", asker)


def _who(value: Person, request: Request) -> Answer:
    requester = request.ticket.requester
    who = value.who or ("" if requester.has_no_address else requester.address)
    if not who:
        example = "ana@example.org"
        return Problem("needs_address", {"command": value.word, "example": example})
    asker = Asker(request.policy, request.now, request.policy.agent(request.by.agent))
    try:
        query = everything_of(who, asker)
    except BadQuery as bad:
        return bad_query(bad)
    told = ShownCustomer(request.line, who, query)
    return [AnswerAgent(agent=request.by.address, told=(told,))]


def countable(asker: Asker) -> tuple[tuple[str, Query], ...]:
    """The views with their queries; without an agent who asks, those that ask for `me` are none."""
    named = views(asker.policy).items()
    return tuple(
        (name, parse(query, asker))
        for name, query in named
        if asker.me is not None or mistakes_in(query, asker) is None
    )


def _count(_value: str, request: Request) -> Answer:
    policy = request.policy
    asker = Asker(policy, request.now, policy.agent(request.by.agent))
    return [AnswerAgent(agent=request.by.address, told=(Counted(request.line, countable(asker)),))]


SPECS = (
    Spec(
        name="list",
        words=("list", "tickets"),
        argument="mine",
        does="brings you the tickets of a view or a query: open, mine, status:waiting label:vip",
        needs=None,
        for_agents=True,
        reads=_view_or_query,
        handler=_ask,
        about=About.NO_TICKET,
        takes_words=True,
        tells_itself=True,
    ),
    Spec(
        name="search",
        words=("search", "find"),
        argument="paper jam",
        does="brings you the tickets in which these words stand",
        needs=None,
        for_agents=True,
        reads=_words,
        handler=_ask,
        about=About.NO_TICKET,
        takes_words=True,
        tells_itself=True,
    ),
    Spec(
        name="show",
        words=("show",),
        argument="TKT-7",
        does="brings you this ticket with all that was said",
        needs=None,
        for_agents=True,
        reads=_reference,
        handler=_show,
        about=About.NO_TICKET,
        tells_itself=True,
    ),
    Spec(
        name="history",
        words=("history", "log"),
        argument="TKT-7",
        does="brings you what happened to this ticket: who did what, and when",
        needs=None,
        for_agents=True,
        reads=_reference,
        handler=_history,
        about=About.NO_TICKET,
        tells_itself=True,
    ),
    Spec(
        name=WHO,
        words=(WHO, "whois"),
        argument="ana@example.org",
        does="brings you who that is, and all their tickets; #customer ana@example.org? does, too",
        needs=None,
        for_agents=True,
        reads=_person,
        handler=_who,
        about=About.NO_TICKET,
        takes_words=True,
        tells_itself=True,
    ),
    Spec(
        name="stats",
        words=("stats", "numbers"),
        does="brings you how many tickets each view has",
        needs=None,
        for_agents=True,
        handler=_count,
        about=About.NO_TICKET,
        takes_value=False,
        tells_itself=True,
    ),
)
