"""The names that rules and service levels may use, as the other files say them.

Where these files are without a mistake, the policy knows the names. Else they are taken
as they are written, so that a slip in one file neither hides one in another nor makes
each use of a name a mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from maildesk.config.yaml import Document
from maildesk.config.yaml_reader import Known
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.ticket import Status

_USUAL = Known().priorities
_TYPES = ("question", "incident", "problem", "task")


def known_names(draft: Policy | None, documents: Mapping[str, Document]) -> Known:
    """What the finished draft knows, else what is written; None stands for names
    that cannot be told."""
    if draft is not None:
        return Known.of(draft)
    desk, agents = _top(documents.get("desk.yaml")), _people(documents.get("agents.yaml"))
    names: dict[str, Any] = {}
    if desk is not None:
        names = {
            "queues": _queues(desk),
            "categories": _words(desk.get("categories")) or None,
            "types": _words(desk.get("types")) or _TYPES,
            "labels": _keys(desk.get("labels")) or None,
            "languages": _words(desk.get("languages")) or ("en",),
            "fields": _names(desk.get("custom_fields")),
            "statuses": tuple(
                dict.fromkeys((*_keys(desk.get("statuses")), *(s.value for s in Status)))
            ),
            "priorities": _words(desk.get("priorities")) or _USUAL,
        }
    if agents is not None:
        names |= {
            "teams": tuple(
                sorted({word for agent in agents for word in _words(agent.get("teams"))})
            ),
            "agents": tuple(word for agent in agents for word in _called(agent)),
            "staff": tuple(_agent(agent) for agent in agents),
            "skills": tuple(
                dict.fromkeys(
                    word.lower() for agent in agents for word in _words(agent.get("skills"))
                )
            ),
        }
    return Known(**names)


def _top(document: Document | None) -> Mapping[str, Any] | None:
    return document.data if document is not None and isinstance(document.data, dict) else None


def _people(document: Document | None) -> list[Mapping[str, Any]] | None:
    agents = (_top(document) or {}).get("agents")
    return (
        [agent for agent in agents if isinstance(agent, dict)] if isinstance(agents, list) else None
    )


def _called(agent: Mapping[str, Any]) -> Iterable[str]:
    return (
        word
        for word in (agent.get("address"), *_words(agent.get("also")), agent.get("name"))
        if isinstance(word, str)
    )


def _agent(written: Mapping[str, Any]) -> Agent:
    """As far as it matters what somebody is called."""
    name, address = written.get("name"), written.get("address")
    also = written.get("also")
    return Agent(
        name if isinstance(name, str) else "",
        address if isinstance(address, str) else "",
        also=_words(also),
    )


def _queues(desk: Mapping[str, Any]) -> tuple[str, ...]:
    addresses = desk.get("addresses")
    used = (
        [a.get("queue") for a in addresses if isinstance(a, dict)]
        if isinstance(addresses, list)
        else []
    )
    return _keys(desk.get("queues")) or tuple(
        dict.fromkeys(word for word in used if isinstance(word, str))
    )


def _names(value: object) -> tuple[str, ...]:
    """Those of a list whose entries are names, or have one."""
    entries = value if isinstance(value, list) else []
    return _words([one.get("name") if isinstance(one, dict) else one for one in entries])


def _words(value: object) -> tuple[str, ...]:
    return (
        tuple(str(word) for word in value if isinstance(word, (str, int)))
        if isinstance(value, list)
        else ()
    )


def _keys(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, dict) else ()
