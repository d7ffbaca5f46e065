"""Commands: `#word value` lines at the top of an agent's mail, and nowhere else.

An attached file, or a second text part that follows an empty one, may be somebody
else's words that the agent passes on: they command nothing (RFC 2183, 2.2).

They are stripped before anyone sees the text, and they are all or nothing: one
that is unknown or cannot be done holds the whole mail and asks, with the nearest
right word. `#stop`, `--` or the first line of ordinary text ends them.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from maildesk.desk.effects import (
    AddParticipant,
    Assign,
    Effect,
    KeepOut,
    Label,
    RemoveParticipant,
    RenewAddresses,
    SendFiles,
    SetField,
    SpendTime,
)
from maildesk.desk.filters.lookup import NOBODY, agents_named
from maildesk.desk.moves import move
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.sla.periods import parse_period
from maildesk.desk.ticket import Move, Person, Ticket

# Every word an agent may use -> the command it means.
WORDS: Mapping[str, str] = {
    **dict.fromkeys(("resolve", "resolved", "solve", "solved", "done", "fixed", "erledigt", "gelöst"), "resolve"),
    **dict.fromkeys(("close", "closed", "schließen", "schliessen"), "close"),
    **dict.fromkeys(("reopen", "open", "reopened"), "reopen"),
    **dict.fromkeys(("wait", "waiting", "pending", "warten"), "wait"),
    **dict.fromkeys(("hold", "on_hold", "onhold"), "hold"),
    **dict.fromkeys(("start", "progress", "in_progress"), "start"),
    **dict.fromkeys(("take", "mine", "claim", "übernehmen"), "take"),
    **dict.fromkeys(("note", "internal", "comment", "notiz"), "note"),
    **dict.fromkeys(("reply", "public", "answer", "antwort"), "reply"),
    **dict.fromkeys(("assign", "assignee", "owner", "zuweisen"), "assign"),
    **dict.fromkeys(("priority", "prio", "priorität"), "priority"),
    **dict.fromkeys(("category", "kategorie"), "category"),
    **dict.fromkeys(("type", "typ"), "type"),
    **dict.fromkeys(("queue", "move", "team"), "queue"),
    **dict.fromkeys(("tag", "tags", "label", "labels"), "tag"),
    **dict.fromkeys(("spent", "time", "zeit"), "spent"),
    **dict.fromkeys(("subject", "title", "betreff"), "subject"),
    **dict.fromkeys(("set", "field"), "set"),
    **dict.fromkeys(("cc", "participant"), "cc"),
    **dict.fromkeys(("letin", "let_in", "admit", "einlassen", "zulassen"), "letin"),
    **dict.fromkeys(("keepout", "keep_out", "fernhalten", "aussperren"), "keepout"),
    **dict.fromkeys(("escalate", "eskalieren"), "escalate"),
    **dict.fromkeys(("renew", "erneuern"), "renew"),
    **dict.fromkeys(("send", "files", "attachments", "schick", "schicke", "schicken"), "files"),
    **dict.fromkeys(("sende", "senden", "dateien", "anhänge"), "files"),
    **dict.fromkeys(("spam",), "spam"),
    **dict.fromkeys(("notspam", "ham"), "notspam"),
}

MOVES: Mapping[str, Move] = {
    "resolve": Move.RESOLVE,
    "close": Move.CLOSE,
    "reopen": Move.REOPEN,
    "wait": Move.WAIT,
    "hold": Move.HOLD,
    "start": Move.START,
    "spam": Move.MARK_SPAM,
    "notspam": Move.NOT_SPAM,
}


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One command as written: the word it means and its value."""

    name: str
    value: str
    line: str


class Problem(NamedTuple):
    """A line that cannot be followed ("": the mail as a whole), and why."""

    line: str
    why: str


@dataclass(frozen=True, slots=True)
class Commands:
    """What stood at the top of a mail, and the text that is left."""

    directives: tuple[CommandLine, ...]
    text: str
    unknown: tuple[Problem, ...] = ()


# Whatever begins so at the top is meant as a command: better asked about than mailed to the customer.
_LINE = re.compile(r"[#＃](\s?)([^\W\d][\w-]*)(.*)$")
ELSEWHERE = "commands stand in the first lines of the mail itself, not in a file or below one"
_LONGEST_SPENT = 1000 * 3600
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"


def read(text: str, opening: str | None = None) -> Commands:
    """Take the commands off the top of this text.

    `opening` are the new words of the body's first part: a command of the text that does not stand at the same
    place there is asked about (None: all of the text may command).
    """
    directives: list[CommandLine] = []
    unknown: list[Problem] = []
    lines = text.splitlines()
    own = [line for one in (text if opening is None else opening).splitlines() if (line := _bare(one))]
    at = number = 0
    while at < len(lines):
        line = _bare(lines[at])
        if line.lower() in ("#stop", "--"):
            at += 1
            break
        found = _LINE.match(line)
        if line and (not found or (found.group(1) and found.group(2).lower() not in WORDS)):
            break  # ordinary text, or a heading
        if found:
            space, word, value = found.group(1), found.group(2).lower(), found.group(3).lstrip(" \t:=,.;!").strip()
            if own[number : number + 1] != [line]:
                unknown.append(Problem(line, ELSEWHERE))
            elif space:
                why = f"is it a heading, or the command #{word}? Write it without the space, or #stop above it"
                unknown.append(Problem(line, why))
            elif word in WORDS:
                directives.append(CommandLine(WORDS[word], value, line))
            else:
                unknown.append(Problem(line, f"#{word} is no command{nearest(word, list(WORDS), '#')}"))
        at += 1
        number += bool(line)
    return Commands(tuple(directives), "\n".join(lines[at:]).strip(), tuple(unknown))


def reaches_outside(text: str) -> bool:
    """Whether a command at the top of this text brings somebody in, or writes to the customer in passing."""
    found = read(text).directives
    adds = any(d.name == "cc" and any(not word.startswith("-") for word in d.value.replace(",", " ").split()) for d in found)
    return adds or any(d.name == "letin" or (d.name in ("resolve", "close") and d.value) for d in found)


def _bare(line: str) -> str:
    return unicodedata.normalize("NFC", line).strip().strip(_INVISIBLE).strip()


def nearest(word: str, known: list[str], sign: str = "") -> str:
    """`; did you mean …?` with the known word that is closest, or nothing."""
    close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.5)
    return f"; did you mean {sign}{close[0]}?" if close else ""


def effects_of(directive: CommandLine, ticket: Ticket, agent: Agent, policy: Policy) -> list[Effect] | str:
    """The effects of a command that changes the ticket, or the words why it cannot be done. Moves are `decide`'s."""
    handler = _HANDLERS.get(directive.name)
    return handler(directive.value, ticket, agent, policy) if handler else []


def _assign(value: str, _ticket: Ticket, agent: Agent, policy: Policy) -> list[Effect] | str:
    wanted = value.strip().lower().lstrip("@")
    if wanted in ("me", "ich", ""):
        return [Assign(agent=agent.address, why=f"{agent.name} took it")]
    if wanted in NOBODY:
        return [Assign(agent="", why=f"{agent.name} gave it back")]
    matches = agents_named(policy, wanted)
    if len(matches) != 1:
        names = [a.name for a in policy.agents]
        return (
            f'there is no agent "{value}"{nearest(value, names)}'
            if not matches
            else f'"{value}" may be {" or ".join(a.name for a in matches)}'
        )
    return [Assign(agent=matches[0].address, why=f"{agent.name} assigned it")]


def _take(_value: str, ticket: Ticket, agent: Agent, policy: Policy) -> list[Effect] | str:
    return _assign("me", ticket, agent, policy)


def _one_of(field: str, known: Callable[[Policy], list[str]]) -> Callable[[str, Ticket, Agent, Policy], list[Effect] | str]:
    def handler(value: str, _ticket: Ticket, _agent: Agent, policy: Policy) -> list[Effect] | str:
        wanted, words = value.strip().lower(), known(policy)
        found = next((w for w in words if w.lower() == wanted), None)
        if found is None:
            return f'there is no {field} "{value}"{nearest(value, words)}'
        return [SetField(name=field, value=found)]

    return handler


def _tag(value: str, _ticket: Ticket, _agent: Agent, policy: Policy) -> list[Effect] | str:
    effects: list[Effect] = []
    for word in value.replace(",", " ").split():
        written = word.lstrip("+-")
        name = next((label for label in policy.labels if label.lower() == written.lower()), written)
        if not name or (policy.labels and name not in policy.labels):
            return f'there is no label "{written}"{nearest(written, list(policy.labels))}'
        effects.append(Label(name=name, on=not word.startswith("-")))
    return effects or "#tag needs the labels: #tag +billing -urgent"


def _spent(value: str, _ticket: Ticket, _agent: Agent, _policy: Policy) -> list[Effect] | str:
    try:
        seconds = round(parse_period(value).total_seconds())
    except ValueError as problem:
        return f"#spent needs {problem}"
    return [SpendTime(seconds=seconds)] if seconds <= _LONGEST_SPENT else "#spent takes no more than 1000 hours at once"


def _subject(value: str, _ticket: Ticket, _agent: Agent, _policy: Policy) -> list[Effect] | str:
    return [SetField(name="subject", value=value.strip())] if value.strip() else "#subject needs the new subject"


def _set(value: str, _ticket: Ticket, _agent: Agent, policy: Policy) -> list[Effect] | str:
    name, sign, content = value.partition("=")
    field = next((f for f in policy.custom_fields if f.lower() == name.strip().lower()), None)
    if not sign or field is None:
        return f'there is no field "{name.strip()}"{nearest(name.strip(), list(policy.custom_fields))}'
    return [SetField(name=f"fields.{field}", value=content.strip())]


def _cc(value: str, ticket: Ticket, _agent: Agent, policy: Policy) -> list[Effect] | str:
    effects: list[Effect] = []
    for word in value.replace(",", " ").split():
        address = word.lstrip("+-").strip("<>").lower()
        if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,255}", address) or policy.is_ours(address):
            return f'"{word}" is no address of somebody outside the desk'
        if policy.agent(address) is not None and not word.startswith("-"):
            return f"{address} is an agent: use #assign"
        if word.startswith("-"):
            if address == ticket.requester.key:
                return "the requester cannot be taken out of their own ticket"
            effects.append(RemoveParticipant(address=address))
        else:
            effects.append(AddParticipant(person=Person(address)))
    return effects or "#cc needs an address: #cc +ana@example.org"


def _renew(_value: str, _ticket: Ticket, agent: Agent, _policy: Policy) -> list[Effect] | str:
    return [RenewAddresses(agent=agent.address)]


def _files(value: str, _ticket: Ticket, agent: Agent, _policy: Policy) -> list[Effect] | str:
    """`#send files`, in whatever order a language has it; there is nothing else that could be sent."""
    beside = value.lower().rstrip(" .!").split()
    if beside and WORDS.get(beside[-1]) != "files":
        return "#send sends nothing but the files of the ticket: #send files"
    return [SendFiles(agent=agent.address)]


def _let_in(value: str, ticket: Ticket, agent: Agent, policy: Policy) -> list[Effect] | str:
    """Those who wait take part, and what they wrote is the customer's word: the ticket moves as if it came now."""
    meant = _meant("#letin", value, ticket, policy)
    if isinstance(meant, str):
        return meant
    waiting = {person.key: person for person in ticket.waiting}
    joins: list[Effect] = [AddParticipant(person=waiting.get(a) or Person(a)) for a in meant if not ticket.has_part(a)]
    heard = any(a in waiting for a in meant)
    return [*joins, *(move(ticket, Move.REQUESTER_REPLY, f"{agent.name} let them in") if heard else ())]


def _keep_out(value: str, ticket: Ticket, _agent: Agent, policy: Policy) -> list[Effect] | str:
    meant = _meant("#keepout", value, ticket, policy)
    if isinstance(meant, str):
        return meant
    if ticket.requester.key in meant:
        return "the requester cannot be taken out of their own ticket"
    return [KeepOut(address=address) for address in meant]


def _meant(command: str, value: str, ticket: Ticket, policy: Policy) -> list[str] | str:
    """The addresses that are named; where none is, the one that waits."""
    words = value.replace(",", " ").split() or [person.key for person in ticket.waiting]
    if not value.strip() and len(words) != 1:
        return f"{command} needs an address: {' or '.join(words)}" if words else "nobody waits to be let in"
    addresses = [word.strip("<>").lower() for word in words]
    for word, address in zip(words, addresses, strict=True):
        if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,255}", address) or policy.is_ours(address):
            return f'"{word}" is no address of somebody outside the desk'
        if policy.agent(address) is not None:
            return f"{address} is an agent: use #assign"
    return addresses


_HANDLERS: Mapping[str, Callable[[str, Ticket, Agent, Policy], list[Effect] | str]] = {
    "assign": _assign,
    "take": _take,
    "priority": _one_of("priority", lambda p: list(p.priorities)),
    "category": _one_of("category", lambda p: list(p.categories)),
    "type": _one_of("type", lambda p: list(p.types)),
    "queue": _one_of("queue", lambda p: list(p.queues)),
    "tag": _tag,
    "spent": _spent,
    "subject": _subject,
    "set": _set,
    "cc": _cc,
    "renew": _renew,
    "files": _files,
    "letin": _let_in,
    "keepout": _keep_out,
}
