"""Customers who want no stars, or want them again: a row for each address that said so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Boolean, Column, Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.mail.owners import contact_of
from maildesk.store.rows.columns import Instant, Words
from maildesk.store.rows.metadata import metadata

survey_choices = Table(
    "survey_choices",
    metadata,
    Column("address", Words, primary_key=True),  # folded, without its +detail
    Column("wanted", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
)


def choose(conn: Connection, address: str, *, wanted: bool, now: datetime) -> None:
    """Whoever has this address is asked for stars from now on, or no more."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    row = {"address": contact_of(address), "wanted": wanted, "at": now}
    write = make(survey_choices).values(row)
    conn.execute(write.on_conflict_do_update(index_elements=["address"], set_=row))


def are_wanted(conn: Connection, addresses: Iterable[str]) -> bool:
    """Whether the customer who has these addresses is asked: as they said last, by any of them."""
    c, keys = survey_choices.c, sorted(set(map(contact_of, addresses)))
    found = select(c.wanted).where(c.address.in_(keys)).order_by(c.at.desc()).limit(1)
    return conn.execute(found).scalar() is not False
