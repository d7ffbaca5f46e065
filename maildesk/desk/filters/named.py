"""Views: queries with a name. Those that every desk has, and over them the ones of its
desk.yaml."""

from __future__ import annotations

from collections.abc import Mapping

from maildesk.desk.policy import Policy

_AWAKE = "-is:snoozed"
VIEWS: Mapping[str, str] = {
    "open": "is:open -is:snoozed",
    "mine": "is:open assignee:me -is:snoozed",
    "unassigned": "is:open is:unassigned",
    "unanswered": "is:unanswered sort:stale",
    "urgent": "is:open sort:priority",  # and of the highest priority, which each desk names itself
    "overdue": "is:open sla:breached sort:due",
    "snoozed": "is:snoozed",
    "waiting": "is:waiting sort:stale",
    "duplicates": "is:duplicate sort:oldest",
    "archived": "is:archived sort:updated",
    "all": "",
}

_ALSO = {"needs response": "unanswered", "need response": "unanswered", "all open": "open"}


def views(policy: Policy) -> Mapping[str, str]:
    """Every view of this desk, by its name."""
    urgent = f"{VIEWS['urgent']} priority:{_quoted(policy.priorities[-1])}"
    return {**VIEWS, "urgent": urgent, **policy.views}


def view_named(policy: Policy, name: str) -> str | None:
    """The query of the view with this name, in any case, else of the tickets that stand so; None
    where there is no such view or status."""
    wanted = _key(name)
    known = {_key(view): query for view, query in views(policy).items()}
    if (query := known.get(wanted, known.get(_ALSO.get(wanted, "")))) is not None:
        return query
    status = next((one for one in policy.statuses if _key(one) == wanted), None)
    return None if status is None else f"status:{_quoted(status)} sort:updated"


def _key(name: str) -> str:
    """The name in small letters, however its words are set apart."""
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())


def left_asleep(query: str) -> str:
    """The query of what this one leaves out only because it is put off; empty where it does not."""
    words = query.split()
    if _AWAKE not in words:
        return ""
    return " ".join(_AWAKE.removeprefix("-") if word == _AWAKE else word for word in words)


def _quoted(value: str) -> str:
    return f'"{value}"'
