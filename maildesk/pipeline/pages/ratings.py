"""What the page of the stars shows of a survey: values, made for its requester."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from maildesk.desk.pages import scores
from maildesk.pipeline.pages.conversation import messages_of
from maildesk.store.desk import tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.desk.policy import Policy
    from maildesk.pipeline.pages.visitors import Visitor
    from maildesk.pipeline.services import Services

LONGEST = 4000  # characters of a comment


@dataclass(frozen=True, slots=True)
class Stands:
    """What was given since the ticket was last resolved; 0: nothing."""

    score: int = 0
    comment: str = ""
    may_change: bool = True
    may_be_a_program: bool = False  # the last one that came is doubtful


@dataclass(frozen=True, slots=True)
class RatingPage:
    """The page of the stars. `chosen` is the star that was tapped, or given."""

    reference: str
    subject: str
    answered_by: str
    address: str
    stands: Stands
    action: str = ""
    once: str = ""
    chosen: int = 0
    comment: str = ""
    notice: str = ""
    is_refusal: bool = False
    ticket: str = ""  # the page of the request, where they may see that


def stands(conn: Connection, policy: Policy, visitor: Visitor, now: datetime) -> Stands:
    """How the survey of this ticket stands."""
    ticket, history = visitor.ticket, tickets.entries(conn, visitor.ticket.id)
    given = scores.given(history, policy)
    told = [one for one in history if one.what in (scores.SCORED, scores.DOUBTFUL)]
    is_doubtful = bool(told) and told[-1].what == scores.DOUBTFUL
    if not given:
        return Stands()
    return Stands(
        int(given[-1].detail["score"]),
        ticket.comment if ticket.score else "",
        scores.may_change(given, now),
        is_doubtful,
    )


def answered_by(services: Services, conn: Connection, policy: Policy, visitor: Visitor) -> str:
    """Who of us wrote to them last, by name; "" where nobody did."""
    rows = messages_of(services, conn, visitor)
    found = (policy.agent(row.agent) for row in reversed(rows) if row.agent)
    agent = next((one for one in found if one is not None), None)
    return agent.name if agent is not None else ""
