"""What of a ticket an act may set, each by a name and a text, so that before and after compare.

The names are those by which commands say what they set (`Spec.sets`): status, assignee, priority …,
`label:NAME` (folded), `fields.NAME`, `person:ADDRESS`. A text is empty where there is nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC

from maildesk.desk.evolve import ARCHIVED, CUSTOM, field_of
from maildesk.desk.ticket import Ticket

LABEL, PERSON = "label:", "person:"
FIELDS = ("priority", "type", "category", "queue", "subject", "resolution", "language")
IN, WAITING, OUT = "in", "waiting", "out"  # how a person stands; their name may follow
# Which line of the history tells that somebody changed it.
_TOLD_AS = {
    "requester": ("customer",),
    "assignee": ("assigned",),
    "asleep": ("snoozed", "woke", "status"),  # who closes it wakes it, too
    ARCHIVED: (ARCHIVED, "status"),  # who takes it up brings it back, too
}
_OF_PEOPLE = ("joined", "left", "kept_out", "asks_to_join", "let_in")


def facets(ticket: Ticket) -> dict[str, str]:
    """All of them, as the ticket stands."""
    found = {"status": ticket.status, "assignee": ticket.assignee}
    found |= {name: str(getattr(ticket, name)) for name in FIELDS}
    found[ARCHIVED] = field_of(ticket, ARCHIVED)
    found |= {"spent": str(ticket.spent), "requester": ticket.requester.key}
    until = ticket.snoozed_until
    found["asleep"] = until.astimezone(UTC).isoformat() if until is not None else ""
    found |= {f"{LABEL}{name.lower()}": name for name in ticket.labels}
    found |= {f"{CUSTOM}{name}": value for name, value in ticket.fields.items() if value}
    found |= {f"{PERSON}{key}": OUT for key in ticket.kept_out}
    found |= {f"{PERSON}{one.key}": f"{WAITING} {one.name}".strip() for one in ticket.waiting}
    found |= {
        f"{PERSON}{one.key}": f"{IN} {one.name}".strip()
        for one in ticket.participants
        if one.key != ticket.requester.key
    }
    return found


def changed(before: Ticket, after: Ticket) -> Mapping[str, tuple[str, str]]:
    """Those in which these two differ: before, after."""
    if before is after:
        return {}
    old, new = facets(before), facets(after)
    names = dict.fromkeys((*old, *new))
    pairs = {name: (old.get(name, ""), new.get(name, "")) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def is_facet(name: str) -> bool:
    """Whether what a command sets by this name is one of them."""
    if name.startswith((LABEL, PERSON, CUSTOM)):
        return True
    return name in ("status", "assignee", "spent", "requester", "asleep", ARCHIVED, *FIELDS)


def is_told_by(name: str, what: str, detail: Mapping[str, object]) -> bool:
    """Whether this line of the history says that somebody changed it."""
    if name.startswith(LABEL):
        return what == "label" and str(detail.get("label", "")).lower() == name[len(LABEL) :]
    if name.startswith(PERSON):
        return what in _OF_PEOPLE and detail.get("address") == name[len(PERSON) :]
    return what in _TOLD_AS.get(name, (name,))
