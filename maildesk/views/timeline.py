"""What happened to a ticket, in order: messages, moves, the mails that went out, timers.

An entry has a moment, who did it, what it was, and a sentence for people; beside them stands the
thing itself. Where the history tells of a message, the two are one entry. A timer that stands is
told at its time to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from maildesk.desk.facts import TYPED
from maildesk.desk.reason import is_stored, restored
from maildesk.desk.ticket import Ticket
from maildesk.views.plain import Json, listed, moment
from maildesk.views.queues import reply
from maildesk.views.tickets import attachment, history_entry, ticket_summary

if TYPE_CHECKING:
    from maildesk.desk.mails.wording import Language
    from maildesk.store.records import HistoryEntry, OutboxMail, StoredMessage, Timer

DESK = "desk"
# What the history's own word does not say by itself.
HAPPENED = {
    "score_ignored": "score not counted",
    "score_doubtful": "score doubtful, not counted",
    "stranger_wrote": "somebody new wrote",
    "unproved_report": "report not believed",
}
_Entry = tuple[datetime, int, Json]


def timeline(
    ticket: Ticket,
    messages: Iterable[StoredMessage],
    entries: Iterable[HistoryEntry],
    mails: Iterable[OutboxMail],
    timers: Iterable[Timer],
    language: Language,
) -> Json:
    """All of it. Of one moment: messages and moves first, then mails, then timers."""
    found = [*_happened(messages, entries, language), *map(_mail, mails), *map(_timer, timers)]
    found.sort(key=lambda entry: entry[:2])
    return {"ticket": ticket_summary(ticket)} | listed("entries", [told for _, _, told in found])


def _happened(
    messages: Iterable[StoredMessage], entries: Iterable[HistoryEntry], language: Language
) -> Iterator[_Entry]:
    """The history in its order, each message in the place of the line that tells of it."""
    kept = {one.id: one for one in messages}
    for entry in entries:
        one = kept.pop(entry.detail.get("message"), None)  # type: ignore[arg-type]
        if one is not None:
            yield one.at, 0, _message(one, entry.who, entry.what)
        else:
            whole = history_entry(entry)
            told = _entry("history", entry.at, entry.who, entry.what, words(whole, language), whole)
            yield entry.at, 0, told
    for one in kept.values():
        what = "noted" if one.kind == "note" else "received" if one.direction == "in" else "replied"
        yield one.at, 0, _message(one, one.agent or one.from_address, what)


def _entry(kind: str, at: datetime, who: str, what: str, summary: str, thing: Json) -> Json:
    told = {"type": kind, "at": moment(at), "who": who, "what": what, "summary": summary}
    return told | {name: thing if name == kind else None for name in _KINDS}


_KINDS = ("message", "history", "mail", "timer")


def _message(one: StoredMessage, who: str, what: str) -> Json:
    lines = [line.strip() for line in (one.reply or one.text).splitlines() if line.strip()]
    whole = {
        "kind": one.kind,
        "direction": one.direction,
        "automatic": one.automatic,
        "from": {"name": one.from_name, "address": one.from_address},
        "reply": one.reply,
        "message_id": one.message_id or None,
        "attachments": [attachment(file) for file in one.attachments],
    }
    return _entry("message", one.at, who, what, _short(lines[0] if lines else ""), whole)


def _mail(one: OutboxMail) -> _Entry:
    at = one.sent_at or one.created_at
    said = f": {one.reply or one.error}" if one.reply or one.error else ""
    whole = {
        "id": one.id,
        "recipient": one.recipient,
        "purpose": one.purpose,
        "state": one.state,
        "created_at": moment(one.created_at),
        "sent_at": moment(one.sent_at),
        "attempts": one.attempts,
        "reply": reply(one),
        "error": one.error or None,
    }
    purpose = one.purpose.replace("_", " ")
    summary = _short(f"{purpose} to {one.recipient}, {one.state}{said}")
    return at, 1, _entry("mail", at, one.author or DESK, one.state, summary, whole)


def _timer(one: Timer) -> _Entry:
    whole = {"kind": one.kind, "rings_at": moment(one.rings_at), "state": one.state}
    what = "rang" if one.state == "rang" else "stands"
    return one.rings_at, 2, _entry("timer", one.rings_at, DESK, what, one.kind, whole)


def words(line: Mapping[str, Any], language: Language) -> str:
    """A line of the history for people: what is told of it, without who, in this language."""
    found = {
        name: _said(value, language)
        for name, value in line["detail"].items()
        if value not in ("", None, [], {})
    }
    if found.pop("proved", False):
        found["sender"] = "proved"
    if found.pop(TYPED, False):
        found["sender"] = "typed on the web form, not proved"
    if line["what"] == "rule":  # one rule, by its name and place; whoever wrote did not choose it
        return f"{found.pop('name', '')}  ({found.pop('file', '')}:{found.pop('line', '')})"
    if line["what"] == "label":
        return f"{'+' if found.get('on') else '-'}{found.get('label', '')}"
    moved = f"{found.pop('from')} → {found.pop('to')}" if {"from", "to"} <= set(found) else ""
    rest = (f"{name}: {_joined(value)}" for name, value in found.items() if value != line["who"])
    return ", ".join(filter(None, (moved, *rest)))


def _said(value: object, language: Language) -> object:
    """The value; a reason, or a list of them, as words."""
    if is_stored(value):
        return language.because(restored(value))
    if isinstance(value, list) and value and all(map(is_stored, value)):
        return language.because(map(restored, value))
    return value


def _joined(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _short(line: str) -> str:
    return line if len(line) <= 120 else line[:119] + "…"
