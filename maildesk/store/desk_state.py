"""What the desk as a whole remembers: a few words, each under a name."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.store.schema import desk_state

Name = Literal[
    "timers_derived_under",  # the fingerprint of the policy
    "held_told",  # the day on which the admins last heard what is held in numbers, and up to where
    "works_with",  # the oldest revision of the tables whose programs can use them
]


def get(conn: Connection, name: Name) -> str:
    """What was put there last; "" where nothing was."""
    found = conn.execute(select(desk_state.c.value).where(desk_state.c.name == name)).scalar()
    return str(found or "")


def put(conn: Connection, name: Name, value: str) -> None:
    """This holds from now on."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    statement = make(desk_state).values(name=name, value=value)
    conn.execute(
        statement.on_conflict_do_update(index_elements=[desk_state.c.name], set_={"value": value})
    )
