"""What is kept beside a ticket's own words so that lists can ask for it: labels and followers, row
by row, and folded words.

`tickets` calls this wherever it writes what they are made of, so they are never out of step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from maildesk.desk.filters.tokens import tokens
from maildesk.mail.owners import mailbox_of
from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import ticket_followers, ticket_labels

_OWN = ticket_labels.c.ticket_id == bindparam("ticket")
_STANDING = Prepared(select(ticket_labels.c.label).where(_OWN))
_ADD = Prepared(insert(ticket_labels), ("ticket_id", "label"))
_REMOVE = Prepared(delete(ticket_labels).where(_OWN, ticket_labels.c.label == bindparam("gone")))


def keep(conn: Connection, ticket_id: int, labels: Iterable[str], *, is_new: bool) -> None:
    """The ticket has these labels and no others; a new one had none."""
    wanted = {label.casefold() for label in labels}
    standing = set() if is_new else {row.label for row in _STANDING(conn, {"ticket": ticket_id})}
    if added := sorted(wanted - standing):
        _ADD.many(conn, [{"ticket_id": ticket_id, "label": label} for label in added])
    if gone := sorted(standing - wanted):
        _REMOVE.many(conn, [{"ticket": ticket_id, "gone": label} for label in gone])


def keep_followers(conn: Connection, ticket_id: int, agents: Iterable[str]) -> None:
    """These agents follow the ticket, and no others."""
    wanted = {mailbox_of(agent) for agent in agents}
    conn.execute(delete(ticket_followers).where(ticket_followers.c.ticket_id == ticket_id))
    if wanted:
        rows = [{"ticket_id": ticket_id, "agent": agent} for agent in sorted(wanted)]
        conn.execute(insert(ticket_followers), rows)


def derived(values: Mapping[str, Any]) -> dict[str, str]:
    """The columns that are made of these."""
    found = {}
    if "subject" in values:
        found["subject_words"] = spaced(values["subject"])
    if (address := values.get("requester_address")) is not None:
        found["requester_key"] = mailbox_of(address)
        found["requester_words"] = spaced(f"{values.get('requester_name', '')} {address}")
    return found


def spaced(text: str) -> str:
    """The tokens of a text with a space before and behind each: what LIKE finds a phrase in."""
    return f" {' '.join(tokens(text))} "
