"""What agents chose by mail of when they hear of things, and of what. `store.agents` reads it, with
what else they said of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert

from maildesk.store.schema import agent_choices


def choose(
    conn: Connection, addresses: Sequence[str], name: str, value: str | None, now: datetime
) -> None:
    """From now on they want this; None: what the files say. `addresses`: the one on file, then
    those that they had before, under which nothing of it is left."""
    c, keys = agent_choices.c, [one.lower() for one in addresses]
    conn.execute(delete(agent_choices).where(c.agent.in_(keys), c.name == name))
    if value is not None:
        row = {"agent": keys[0], "name": name, "value": value, "set_at": now}
        conn.execute(insert(agent_choices), [row])
