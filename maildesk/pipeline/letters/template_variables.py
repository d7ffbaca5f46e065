"""What a mail's template is told beside the ticket: words of the effect, moments in the desk's
zone, a promise of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from maildesk.desk.mails.views import LineView
from maildesk.desk.problem import Problem
from maildesk.desk.sla.clocks import latest

if TYPE_CHECKING:
    from maildesk.pipeline.transaction import TicketChange

_SAME = (
    "reason", "recipient", "command", "nearest", "text", "clock", "level", "target", "used",
    "late_by", "due_at", "opens_at", "proved", "silent_until", "score", "went", "what",
)  # fmt: skip


def told(work: TicketChange, context: Mapping[str, Any]) -> dict[str, Any]:
    """What an effect tells its template, as the template's variables."""
    words: dict[str, Any] = {name: local(work, context[name]) for name in _SAME if name in context}
    if "words" in context:
        words["reason"] = context["words"]
    if "lines" in context:
        asked, problems = (
            tuple(context["lines"]),
            tuple(map(_problems, context.get("problems", ()))),
        )
        whys = problems or ((),) * len(asked)
        words["lines"] = tuple(
            LineView(line, why, not why) for line, why in zip(asked, whys, strict=True)
        )
        words.setdefault(
            "reason", tuple(one for why in problems for one in why if isinstance(one, Problem))
        )
        first = problems[0][0] if problems and problems[0] else None
        if isinstance(first, Problem) and first.code == "no_command":
            words["command"], words["nearest"] = f"#{first.values['word']}", first.nearest
    return words


def _problems(why: str | Problem | tuple[Problem, ...]) -> str | tuple[Problem, ...]:
    return (why,) if isinstance(why, Problem) else why


def local(work: TicketChange, value: Any) -> Any:
    """A moment in the desk's own zone, that of its first calendar; anything else as it is."""
    office = work.policy.office
    return value.astimezone(office.tz) if isinstance(value, datetime) and office else value


def answer_by(work: TicketChange) -> datetime | None:
    """When the customer may expect an answer: where sla.yaml promises a first response, by then."""
    found = latest(work.clocks).get("first_response")
    if found is None or not found.level.place or not found.is_running or found.due_at is None:
        return None
    due: datetime = local(work, found.due_at)
    return due
