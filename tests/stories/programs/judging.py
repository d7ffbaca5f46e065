"""What differs from a row of the tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.pipeline.written import SIGNED
from tests.stories.programs.rows.row import SET, WORDS
from tests.stories.programs.trials import Letter, Seen, Trial
from tests.stories.running_desk import text_of

AGENTS = {f"{name.lower()}@desk.example": name for name in ("Ana", "Ben", "Carla")}
MEANWHILE = ("updated_at", "messages", "history", "message_count")
OWN_LINES = ("iPhone", "Galaxy", "Outlook for", SIGNED[1])  # of programs, and Ben's signature


def differences(one: Trial, seen: Seen) -> Iterator[str]:
    """What is not as the row says, in words; nothing where all is."""
    row = one.row
    found = {
        "ticket": _changed(one, seen.ticket),
        "history": _history(one, seen.ticket),
        "mails": ", ".join(sorted(f"{_short(m.to)} {m.purpose}" for m in seen.letters)),
    }
    wanted = {
        "ticket": {key: _filled(one, value) for key, value in row.ticket.items()},
        "history": row.history,
        "mails": row.mails,
    }
    for name, value in wanted.items():
        if found[name] != value:
            yield f"{one}\n    {name}: {found[name]}\n    wanted: {value}"
    told = " ".join(_words(m) for m in seen.letters if _short(m.to) == "Ben")
    if one.filled(row.says) not in told:
        yield f"{one}\n    told: {told}\n    wanted: {one.filled(row.says)}"
    for letter in seen.letters:
        if _short(letter.to) not in AGENTS.values():
            yield from _slips(one, letter)


def _slips(one: Trial, letter: Letter) -> Iterator[str]:
    """The customer has the words and nothing else that the program or Ben wrote."""
    words = _words(letter)
    if letter.purpose in ("reply", "resolution") and one.row.words and WORDS not in words:
        yield f"{one}\n    {letter.to} misses the words: {words}"
    said = [line for line in (*OWN_LINES, one.filled(one.line).strip()) if line in str(letter.mail)]
    if said:
        yield f"{one}\n    {letter.to} reads {said}: {words}"


def _changed(one: Trial, after: dict[str, Any]) -> dict[str, Any]:
    before, named = one.before, {one.own: "own", one.other: "other"}
    changed = {
        name: _plain(name, value, named)
        for name, value in after.items()
        if name not in MEANWHILE and value != before[name]
    }
    was, now = before["messages"], after.get("messages", [])
    if len(now) < len(was):
        changed["messages"] = ["gone"]
    elif len(now) > len(was):
        changed["messages"] = [f"{m['kind']} {m['direction']}" for m in now[len(was) :]]
    return changed


def _plain(name: str, value: Any, named: dict[str, str]) -> Any:
    """Without what differs from one trial to the next: times, domains, numbers."""
    if name.endswith(("_at", "_until")):
        return SET if value else None
    if name == "links":
        return [f"{link['kind']} {named.get(link['reference'], 'new')}" for link in value]
    if name == "requester":
        return _short(value["address"])
    if name in ("participants", "strangers"):
        return [_short(person["address"]) for person in value]
    if name in ("followers", "kept_out"):
        return [_short(address) for address in value]
    if name == "subject":
        return _typed(value)
    return _short(value) if name == "assignee" and value else value


def _history(one: Trial, after: dict[str, Any]) -> str:
    news = after.get("history", [])[len(one.before["history"]) :]
    return " ".join(entry["what"] for entry in news)


def _filled(one: Trial, value: Any) -> Any:
    return one.filled(value) if isinstance(value, str) else value


def _short(address: str) -> str:
    return AGENTS.get(address) or address.partition("@")[0]


def _words(letter: Letter) -> str:
    return _typed(" ".join(text_of(letter.mail).split()))


def _typed(text: str) -> str:
    """With the quotation marks that were typed, before a program put them right."""
    return text.replace("\u201c", '"').replace("\u201d", '"').replace("\u2019", "'")
