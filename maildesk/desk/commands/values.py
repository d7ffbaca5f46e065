"""What the values of commands mean: read here once, for mails and the command line alike.

A value is understood in any case, with or without accents, and as any language of the desk has it:
`high`, `hoch` and `haute` are the same priority. Words that a language puts before a value
(`à ben`) are left out. What cannot be understood is a `Problem` that says which values there are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from maildesk.desk.commands.problems import nearest, not_outside
from maildesk.desk.commands.spec import Command, Read
from maildesk.desk.commands.teams import Team, teams_of
from maildesk.desk.filters.lookup import agents_named, is_me, is_nobody
from maildesk.desk.policy import Agent
from maildesk.desk.priorities import spelt
from maildesk.desk.problem import Problem
from maildesk.desk.sla.coming import Coming, NotUnderstood, Past, in_order, read_coming
from maildesk.desk.sla.worked import read_worked
from maildesk.mail.owners import mailbox_of

if TYPE_CHECKING:
    from maildesk.desk.commands.spec import Request
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.policy import Policy

_LONGEST_SPENT = 1000 * 3600  # seconds
_FARTHEST = timedelta(days=400)  # a moment to come
_MOST_TICKETS = 20  # that one line may name


class Who(Enum):
    """Whom a value means beside an agent by name."""

    ME = "me"
    NOBODY = "nobody"


_DASH = re.compile(r"(?<![^\s,;])[\u2010-\u2015\u2212]")
_LINK = re.compile(r"([^\s<>@]+@[^\s<>]+)\s?<mailto:\1>", re.IGNORECASE)
_PAGE = re.compile(r"(https?://[^\s<>]+)\s?<\1/?>", re.IGNORECASE)
_WITH_NAME = re.compile(r"(?<![^\s+,;-])[^\s<>@,;+-][^<>@,;]*<([^\s<>@]+@[^\s<>]+)>")
_QUOTED_NAME = re.compile(r"[\"“”„][^\"“”„<>@]*[\"“”]\s*(?=<)")
Labels = tuple[tuple[str, bool], ...]  # a name, and whether it is put on
People = tuple[tuple[str, bool], ...]  # a folded address, and whether they join


def folded(word: str) -> str:
    """The word as values are compared: without case, accents and the signs between its parts."""
    plain = word.casefold().replace("_", " ").replace("-", " ")
    if plain.isascii():
        return " ".join(plain.split())
    plain = unicodedata.normalize("NFKD", plain)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def named(written: str, names: Sequence[str], policy: Policy) -> str | None:
    """Which of these names is meant; None where none is.

    As it is spelled, then in any case and with no accents, then as a language calls it, the
    desk's own languages first.
    """
    for word in _readings(written, policy):
        if word in names:
            return word
        if not (key := folded(word)):
            continue
        found = next((name for name in names if folded(name) == key), None)
        if found is not None:
            return found
        for language in _languages(policy):
            called = (name for name in names if folded(language.words.get(name, "")) == key)
            if (found := next(called, None)) is not None:
                return found
    return None


def _readings(written: str, policy: Policy) -> Iterator[str]:
    """The value as it stands, and without the words that a language puts before it."""
    yield (bare := written.strip())
    yield bare.rstrip(" .!")
    words = bare.rstrip(" .!").split()
    fillers = policy.wording.fillers
    while len(words) > 1 and words[0].lower() in fillers:
        words = words[1:]
        yield " ".join(words)


def _languages(policy: Policy) -> Iterable[Language]:
    own = [policy.wording.of(code) for code in policy.languages]
    return (*own, *policy.wording.values())


def unknown(what: str, written: str, names: Iterable[str], policy: Policy) -> Problem:
    """There is no such thing (`no_queue`, `no_label` …): what comes closest, and what there is."""
    known = tuple(names)
    close = nearest(written, known)
    if not close:  # perhaps as a language calls it
        own = (language.words.get(name, name) for language in _languages(policy) for name in known)
        close = nearest(written, own)
    return Problem(f"no_{what}", {"word": written}, nearest=close, known=known)


def one_of(what: str, known: Callable[[Policy], Iterable[str]]) -> Read:
    """The name of something that the policy has."""

    def read(command: Command, policy: Policy) -> str | Problem:
        names = list(known(policy))
        if not command.value.strip():
            return Problem("needs_value", {"command": command.word}, known=tuple(names))
        found = named(command.value, names, policy)
        if found is None and what == "priority":  # as other desks call it: critical, medium
            found = named(spelt(command.value, names, policy.wording), names, policy)
        return unknown(what, command.value, names, policy) if found is None else found

    return read


def words(code: str) -> Read:
    """Words that may not be missing; `code` is the problem where they are."""

    def read(command: Command, _policy: Policy) -> str | Problem:
        return command.value.strip() or Problem(code, {"command": command.word})

    return read


def assignee(command: Command, policy: Policy) -> Agent | Who | Team | Problem:
    """To whom a ticket is given: a person, or a team. A name that a queue and a team have is the
    queue's."""
    found = person(command, policy)
    if not isinstance(found, Problem) or found.code != "no_agent":
        return found
    if queue := named(command.value, list(policy.queues), policy):
        return Team(queue, is_queue=True)
    if team := named(command.value, sorted(policy.teams), policy):
        return Team(team, is_queue=False)
    known = (*found.known, *teams_of(policy))
    close = nearest(command.value, (*(name.partition(" ")[0] for name in known), *known))
    return Problem("nobody_called", {"word": command.value}, nearest=close, known=known)


def person(command: Command, policy: Policy) -> Agent | Who | Problem:
    """Which agent is meant, by name or address; who names nobody means themselves."""
    if not command.value.strip():
        return Who.ME
    several: tuple[Agent, ...] = ()
    for reading in _readings(command.value, policy):
        wanted = reading.lower().lstrip("@")
        if is_me(policy, wanted):
            return Who.ME
        if is_nobody(policy, wanted):
            return Who.NOBODY
        found = agents_named(policy, wanted)
        if len(found) == 1:
            return found[0]
        several = several or found
    if several:
        names = tuple(agent.name for agent in several)
        return Problem("several_agents", {"word": command.value}, known=names)
    names = tuple(agent.name for agent in policy.agents)
    close = nearest(command.value, names)
    return Problem("no_agent", {"word": command.value}, nearest=close, known=names)


def labels(command: Command, policy: Policy) -> Labels | Problem:
    """Labels to put on and to take off, as the desk spells them."""
    found = []
    for word in _signed(command.value):
        written, known = word.lstrip("+-"), list(policy.labels)
        name = named(written, known, policy) if written else None
        if (known and name is None) or not written:
            return unknown("label", written, known, policy)
        found.append((name or written, not word.startswith("-")))
    example = f"#{command.word} +billing -urgent"
    return tuple(found) or Problem("needs_labels", {"command": command.word, "example": example})


def people(command: Command, policy: Policy) -> People | Problem:
    """Addresses outside the desk that join, and such that leave, of whatever kind."""
    found = []
    for word in _signed(bare_addresses(command.value)):
        address, leaves = mailbox_of(word.lstrip("+-").strip("<>")), word.startswith("-")
        if (problem := not_outside(word, address, policy, agents=leaves)) is not None:
            return problem
        found.append((address, not leaves))
    if found:
        return tuple(found)
    example = f"#{command.word} +ana@example.org"
    return Problem("needs_address", {"command": command.word, "example": example})


def addresses(command: Command, policy: Policy) -> tuple[str, ...] | Problem:
    """Addresses outside the desk; none: whoever waits."""
    found = []
    for word in _parts(bare_addresses(command.value)):
        address = mailbox_of(word.strip("<>"))
        if (problem := not_outside(word, address, policy)) is not None:
            return problem
        found.append(address)
    return tuple(found)


def _parts(value: str) -> list[str]:
    return value.replace(",", " ").replace(";", " ").split()


def _signed(value: str) -> list[str]:
    """Words with a + or - before them; Word and macOS make a typed - a dash."""
    return _parts(_DASH.sub("-", value))


def bare_addresses(value: str) -> str:
    """With the address alone where a name stands before it (`"Lang, Eva" <eva@example.org>`), and
    once where Outlook has put its link behind it: `eva@example.org<mailto:eva@example.org>`."""
    value = _QUOTED_NAME.sub(lambda name: re.sub("[,;]", " ", name[0]), value)
    return _WITH_NAME.sub(r"\1", without_links(_DASH.sub("-", value)))


def without_links(value: str) -> str:
    """Addresses and pages once where Outlook has put its link behind them."""
    return _PAGE.sub(r"\1", _LINK.sub(r"\1", value)) if "<" in value else value


def references(command: Command, policy: Policy) -> tuple[str, ...] | Problem:
    """Tickets by their references, as they were written; each once."""
    found = references_if_any(command, policy)
    return found or Problem("needs_reference", {"command": command.word})


def references_if_any(command: Command, policy: Policy) -> tuple[str, ...] | Problem:
    """The same; none is fine."""
    fillers, found = policy.wording.fillers, []
    for word in (one.strip("[]#.!") for one in _parts(command.value)):
        if any(letter.isdecimal() for letter in word):
            found.append(word)
        elif word and word.lower() not in fillers:
            return Problem("no_ticket_seen", {"word": word})
    if len(found) > _MOST_TICKETS:
        return Problem("too_many_tickets", {"count": str(_MOST_TICKETS)})
    return tuple(dict.fromkeys(found))


def own_field(command: Command, policy: Policy) -> tuple[str, str] | Problem:
    """A field of the desk's own and what it is to hold: `licence_key=HB-2231`."""
    written, sign, content = command.value.partition("=")
    name = named(written, policy.custom_fields, policy) if written.strip() else None
    if name is None:
        return unknown("field", written.strip(), policy.custom_fields, policy)
    if not sign:
        return Problem("needs_content", {"command": command.word, "field": name})
    return name, content.strip()


def worked(command: Command, policy: Policy) -> int | Problem:
    """Seconds that somebody worked, of `15m`, `1 h 30 min` or `1,5 Std.`."""
    try:
        length = read_worked(command.value, policy.wording.units)
    except ValueError:
        return Problem("needs_period", {"command": command.word})
    seconds = round(length.total_seconds())
    if seconds > _LONGEST_SPENT:
        return Problem("spent_too_much", {"command": command.word})
    return seconds


def coming(command: Command, policy: Policy) -> Coming | Problem:
    """A moment to come, as it may be said: 2d, tomorrow, monday 9:00."""
    try:
        return read_coming(command.value, policy.wording.moments, policy.wording.units)
    except NotUnderstood:
        return Problem("needs_moment", {"command": command.word})


def as_meant(coming: Coming, request: Request) -> Coming:
    """3/4 as whoever asks writes dates in their language."""
    policy = request.policy
    agent = policy.agent(request.by.agent) if request.by.agent else None
    code = (agent.language if agent else "") or policy.default_language
    return in_order(coming, month_first=policy.wording.of(code).month_first)


def ahead(find: Callable[[], datetime], now: datetime) -> datetime | Problem:
    """The moment that this finds, where it is still to come and within reach."""
    try:
        at = find()
    except Past:
        return Problem("moment_past")
    except (ValueError, OverflowError):  # a calendar that never opens again
        return Problem("moment_too_far")
    return at if at - now <= _FARTHEST else Problem("moment_too_far")
