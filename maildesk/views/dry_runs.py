"""What would become of mail: a dry run's outcome and a replay's, as values and for programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from maildesk.desk.effects import Effect
from maildesk.desk.facts import TrustRecord
from maildesk.desk.mails.wording import Language
from maildesk.desk.problem import Problem
from maildesk.desk.rules.engine import Outcome, Verdict
from maildesk.desk.senders.author import Author
from maildesk.desk.sla.clocks import Clock
from maildesk.desk.ticket import Ticket
from maildesk.mail.message import Message
from maildesk.views.plain import Json, moment, plain
from maildesk.views.service_levels import clock

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that would go out."""

    to: str
    subject: str
    template: str
    text: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of a message.

    `ticket` is as it would stand; `why` says how it was found, or why there is none.
    """

    message: Message
    ticket: Ticket | None
    is_new: bool
    why: str
    trust: TrustRecord | None
    held: str  # the reason, where it would be held
    outcome: Outcome | None
    effects: tuple[Effect, ...]
    clocks: tuple[Clock, ...]
    mails: tuple[Mail, ...]
    language: Language  # in which reasons are said
    author: Author  # who was taken for the one who asks, and why
    notes: tuple[Problem, ...]  # what agents would be told of that


@dataclass(frozen=True, slots=True)
class Replayed:
    """One message: what was tried, and each thing that would be different, before and after."""

    spool_id: int
    at: datetime
    sender: str
    subject: str
    changes: Mapping[str, tuple[Any, Any]]


def dry_run(found: Foreseen) -> Json:
    """All that would become of a message."""
    reference = found.ticket.reference if found.ticket is not None and not found.is_new else None
    return {
        "ticket": {"reference": reference, "new": found.is_new, "why": found.why},
        "held": found.held or None,
        "requester": requester(found),
        "trust": plain(found.trust),
        "rules": [verdict(one) for one in verdicts(found.outcome)],
        "effects": [effect(one) for one in found.effects],
        "assignment": assignment(found),
        "clocks": [clock(one) for one in found.clocks],
        "mails": [plain(mail) for mail in found.mails],
    }


def requester(found: Foreseen) -> Json | None:
    """Who was taken for the one who asks, through whom, where answers go, and how that was found;
    None where nobody could be."""
    author = found.author
    if author.person is None:
        return None
    return {
        "name": author.person.name,
        "address": author.person.address,
        "through": author.through or None,
        "answers_to": author.answers_to or None,
        "why": found.language.say(author.why) if author.why else "From names them",
        "notes": [found.language.say(note) for note in found.notes],
    }


def verdicts(outcome: Outcome | None) -> Sequence[Verdict]:
    """One verdict for each rule: that of the round in which it matched, else its first."""
    found: dict[str, Verdict] = {}
    for one in outcome.verdicts if outcome else ():
        if one.matched or one.rule.name not in found:
            found.setdefault(one.rule.name, one)
            found[one.rule.name] = one if one.matched else found[one.rule.name]
    own = "rules.yaml"  # its rules come first, each file in its own order
    return sorted(found.values(), key=lambda one: (one.rule.file != own, one.rule.line))


def verdict(one: Verdict) -> Json:
    """A rule, whether it matched, and why."""
    rule = one.rule
    place = {"name": rule.name, "file": rule.file, "line": rule.line}
    return place | {"matched": one.matched, "because": one.because}


def fired(outcome: Outcome | None) -> list[str]:
    """The names of the rules that matched."""
    return [one.rule.name for one in verdicts(outcome) if one.matched]


def effect(one: Effect) -> Json:
    """An effect by its name, with the values that say something."""
    values = {f.name: plain(getattr(one, f.name)) for f in fields(one)}
    told = {name: value for name, value in values.items() if value not in ("", None, [], {})}
    return {"effect": _WORD.sub("_", type(one).__name__).lower(), **told}


def assignment(found: Foreseen) -> Json:
    """Who would have it, by which choice, and who else was looked at."""
    assignee = found.ticket.assignee or None if found.ticket is not None else None
    choices = found.outcome.choices if found.outcome else ()
    if not choices:
        return {"assignee": assignee, "why": "no rule assigns it", "reasons": []}
    last = choices[-1]
    said = found.language.because
    return {
        "assignee": assignee,
        "why": said(last.why),
        "reasons": [said(one) for one in last.reasons],
    }


def replay(count: int, different: Iterable[Replayed]) -> Json:
    """How many messages were tried, and what another desk folder would do otherwise."""
    found = [_difference(one) for one in different]
    return {"messages": count, "different": len(found), "differences": found}


def _difference(one: Replayed) -> Json:
    changes = {
        name: {"before": plain(before), "after": plain(after)}
        for name, (before, after) in one.changes.items()
    }
    told = {"at": moment(one.at), "from": one.sender or None, "subject": one.subject}
    return told | {"changes": changes}
