"""What the desk was granted, one row a grant: sealed tokens, how it stands, and who renews it.

Tokens lie here, and in no file, since several machines may read mail and send it: all have to find
the newest refresh token, and one alone may ask for the next. On SQLite this is a file in `var/`
that its owner alone can read. To renew is to hold a lease, as with the due rows: it is taken by an
UPDATE, held over the question to the provider without a lock or an open transaction, and runs out
by itself where its holder dies. Each write raises the generation, and names the one that it found:
who comes late, its lease over, writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    Table,
    and_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.store.rows.columns import Instant, Words
from maildesk.store.schema import metadata

table = Table(
    "oauth_grants",
    metadata,
    Column("name", Words, primary_key=True),
    Column("generation", BigInteger, nullable=False),
    Column("sealed", LargeBinary),
    Column("expires_at", Instant),
    Column("renewed_at", Instant),
    Column("fingerprint", Words, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("said", Words, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("retry_at", Instant),
    Column("owner", Words),
    Column("lease_until", Instant),
    Column("told", Words, nullable=False),
)


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One grant as it stands. `outcome` is why the last try gave no token, "" where it did."""

    name: str
    generation: int
    sealed: bytes | None
    expires_at: datetime | None  # when its token ends
    renewed_at: datetime | None
    fingerprint: str  # of the application when it was last tried
    outcome: str
    said: str  # the provider's words
    failures: int  # tries since the last that went well
    retry_at: datetime | None  # not to be tried before
    owner: str | None
    lease_until: datetime | None
    told: str  # the outcome that the admins know of


def row(conn: Connection, name: str) -> GrantRow | None:
    """How this grant stands; None where nobody has asked for it yet."""
    found = conn.execute(select(table).where(table.c.name == name)).one_or_none()
    return None if found is None else GrantRow(**found._mapping)


def claim(
    conn: Connection, name: str, *, owner: str, now: datetime, until: datetime
) -> GrantRow | None:
    """The row, now ours to renew until then; None where somebody else is at it."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    empty = {"name": name, "generation": 0, "fingerprint": "", "outcome": "", "said": ""}
    conn.execute(make(table).values(**empty, failures=0, told="").on_conflict_do_nothing())
    is_free = or_(table.c.owner.is_(None), table.c.owner == owner, table.c.lease_until <= now)
    ours = conn.execute(
        update(table)
        .where(table.c.name == name, is_free)
        .values(owner=owner, lease_until=until)
        .returning(table)
    ).one_or_none()
    return None if ours is None else GrantRow(**ours._mapping)


def write(conn: Connection, found: GrantRow, **values: Any) -> bool:
    """Change the row that was claimed, and give it free; False where somebody else has changed it
    since."""
    done = conn.execute(
        update(table)
        .where(table.c.name == found.name, table.c.generation == found.generation)
        .values(generation=found.generation + 1, owner=None, lease_until=None, **values)
    )
    return bool(done.rowcount)


def release(conn: Connection, found: GrantRow) -> None:
    """Give it free as it was."""
    conn.execute(
        update(table)
        .where(table.c.name == found.name, table.c.owner == found.owner)
        .values(owner=None, lease_until=None)
    )


def untold(conn: Connection, names: tuple[str, ...], passing: frozenset[str]) -> list[GrantRow]:
    """The grants that stand otherwise than the admins know, but for what is `passing`."""
    differs = and_(table.c.name.in_(names), table.c.told != table.c.outcome)
    found = conn.execute(select(table).where(differs).order_by(table.c.name))
    return [GrantRow(**one._mapping) for one in found if one.outcome not in passing]


def take_untold(
    conn: Connection, names: tuple[str, ...], passing: frozenset[str]
) -> list[GrantRow]:
    """The same; from now on they know. Whoever asks tells them in the same transaction."""
    taken = []
    for one in untold(conn, names, passing):
        done = conn.execute(
            update(table)
            .where(table.c.name == one.name, table.c.told == one.told)
            .values(told=one.outcome)
        )
        if done.rowcount:
            taken.append(one)
    return taken
