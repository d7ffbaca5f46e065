"""What is known of a deletion: what would go, whether the agent has said yes, what is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.commands.families.delete import ASKS
from maildesk.desk.deletion.goes import Goes
from maildesk.desk.problem import Problem
from maildesk.desk.reason import moment
from maildesk.store import quarantine
from maildesk.store.erasing import deleted
from maildesk.store.erasing.erase import contents

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Ticket


def goes(conn: Connection, ticket: Ticket, asked_at: datetime | None) -> Goes:
    """What would go with it; `asked_at`: when whoever asks was shown that."""
    found = contents(conn, ticket.id)
    outside = (one for one in (*ticket.participants, *ticket.waiting) if not one.has_no_address)
    people = (f"{one.name} <{one.address}>" if one.name else one.address for one in outside)
    since = asked_at is not None and found.last_at is not None and found.last_at > asked_at
    return Goes(
        found.messages,
        found.files,
        tuple(people),
        found.waiting,
        found.being_sent,
        found.parts,
        came_since=since,
    )


def asked_at(conn: Connection, spool_id: int) -> datetime | None:
    """When the agent was asked whether this mail of theirs is to erase its ticket, and said yes;
    None where they did not."""
    return quarantine.released_at(conn, spool_id, ASKS)


def unknown(conn: Connection, policy: Policy, words: str) -> Problem:
    """That there is no ticket of this reference, or that there was one."""
    found = deleted.named(conn, words)
    return _said(found, policy) if found else Problem("unknown_ticket", {"word": words})


def gone(conn: Connection, policy: Policy, ticket_id: int) -> Problem | None:
    """That there was a ticket of this id; None where there was none."""
    found = deleted.by_id(conn, ticket_id)
    return _said(found, policy) if found else None


def _said(found: deleted.Deleted, policy: Policy) -> Problem:
    agent = policy.agent(found.by)
    values = {"reference": found.reference, "agent": agent.name if agent else found.by}
    return Problem("was_deleted", values | {"at": moment(found.at, policy.tz)})
