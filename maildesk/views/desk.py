"""The desk itself for programs: agents, views, templates, whether files and processes are well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from maildesk.desk.commands.families.notices import lines_of
from maildesk.desk.policy import Absence, Agent, Policy
from maildesk.errors import Mistake
from maildesk.views.plain import Json, listed, moment

if TYPE_CHECKING:
    from maildesk.heartbeat import Pulse
    from maildesk.store.desk.outreach import Unsubscribed


def agent(
    one: Agent,
    renewed_at: datetime | None = None,
    said: Sequence[Absence] = (),
    chosen: Mapping[str, str] = MappingProxyType({}),
) -> Json:
    """Somebody who answers, and when they last renewed their reply addresses. `said`: the absences
    that they told the desk of themselves; `chosen`: what they chose of their notices."""
    return {
        "address": one.address,
        "name": one.name,
        "also": list(one.also),
        "role": one.role,
        "teams": list(one.teams),
        "skills": list(one.skills),
        "supervises": list(one.supervises),
        "language": one.language,
        "away_until": moment(one.away_until),
        "away": [
            {"from": moment(away.since), "until": moment(away.until)} for away in (*one.away, *said)
        ],
        "chosen": lines_of(chosen),
        "renewed_at": moment(renewed_at),
    }


def agent_list(policy: Policy, renewals: Mapping[str, datetime]) -> Json:
    """Every agent; `renewals` by the address in lower case."""
    found = []
    for one in policy.agents:
        key = one.address.lower()
        said, chosen = policy.absences.get(key, ()), policy.chosen_by(one)
        found.append(agent(one, renewals.get(key), said, chosen))
    return listed("agents", found)


def view_list(views: Mapping[str, str]) -> Json:
    """The views that lists have, with their queries."""
    return listed("views", [{"name": name, "query": query} for name, query in views.items()])


def view_counts(counts: Iterable[tuple[str, int, bool]]) -> Json:
    """How many tickets each view has; of very many, at least."""
    found = [
        {"name": name, "tickets": tickets, "at_least": at_least}
        for name, tickets, at_least in counts
    ]
    return listed("views", found)


def unsubscribed_list(people: Iterable[Unsubscribed]) -> Json:
    """Who wants no more mails of campaigns, and since when."""
    found = [
        {
            "address": one.address,
            "by": one.by,
            "campaign": one.campaign or None,
            "at": moment(one.at),
        }
        for one in people
    ]
    return listed("addresses", found)


def template_list(templates: Iterable[tuple[str, Sequence[str], Sequence[str]]]) -> Json:
    """Each mail that the desk can write: its name, its languages, the desk's own files for it."""
    found = [
        {"name": name, "languages": list(languages), "files": list(files)}
        for name, languages, files in templates
    ]
    return listed("templates", found)


def check(
    mistakes: Iterable[Mistake | str],
    database: str,
    why: str = "",
    ways: Sequence[Mapping[str, str]] = (),
    *,
    modes: Sequence[Mapping[str, object]] = (),
    remarks: Iterable[str] = (),
    mailboxes: Sequence[str] = (),
) -> Json:
    """What `maildesk check` found. A mistake that lies in no file has only its words. `remarks` are
    no mistakes.

    `database`: asked, none (there is none yet), away (and `why`), or unknown: the settings do not
    say where it is.
    """
    found = [mistake(one) for one in mistakes]
    return {
        "ok": not found,
        "mistakes": found,
        "remarks": list(remarks),
        "database": {"state": database, "why": why or None},
        "addresses": [dict(mode) for mode in modes],
        "relays": [dict(way) for way in ways],
        "mailboxes": list(mailboxes),
    }


def mistake(one: Mistake | str) -> Json:
    """One place in the desk's files that cannot be followed."""
    if isinstance(one, str):
        empty = dict.fromkeys(("file", "line", "column", "expected", "found", "nearest"))
        return {**empty, "words": one}
    return {
        "file": one.file,
        "line": one.line,
        "column": one.column,
        "expected": one.expected,
        "found": one.found,
        "nearest": one.suggestion or None,
        "words": str(one),
    }


def health(pulses: Iterable[Pulse], wrong: Sequence[str]) -> Json:
    """The processes of a desk on this machine, and what is wrong with them."""
    found = [
        {
            "pid": one.pid,
            "roles": list(one.roles),
            "listening": [f"{host}:{port}" for host, port in (*one.listening, *one.silent)],
            "last_round_seconds": round(one.age, 1),
            "log": one.log or None,
            "broker": one.broker or None,
            "sign_ins": one.sign_ins or None,
            "relays": [
                {
                    "name": way.name,
                    "place": way.place,
                    "trouble": way.trouble or None,
                    "stopped": way.is_alarm,
                }
                for way in one.relays
            ],
            "mailboxes": one.mailboxes or None,
        }
        for one in pulses
    ]
    return {"ok": not wrong, "problems": list(wrong), "processes": found}
