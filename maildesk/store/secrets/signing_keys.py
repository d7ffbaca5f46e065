"""The keys that ever signed for this desk, by their fingerprints: which are in use, and
which were given up.

Their secrets are never here: whoever reads a dump of the database can sign nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, select, text, update

from maildesk.store.schema import signing_keys, tickets

Named = tuple[str, str]  # a key's id and its fingerprint


def alone(conn: Connection) -> None:
    """Until the end of this transaction nobody else compares keys. On SQLite nobody writes
    meanwhile anyway."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE"))


def in_use(conn: Connection) -> list[Named]:
    """What was signed with, and not given up since."""
    return _named(conn, signing_keys.c.given_up_at.is_(None))


def ids_known(conn: Connection) -> set[str]:
    """The ids of all that ever signed: a new key needs another, lest an old one that turns up
    cannot be told from it."""
    return {kid for kid, _ in _named(conn)}


def has_tickets(conn: Connection) -> bool:
    """Whether anything was ever signed here: every ticket has addresses of its own."""
    return conn.execute(select(tickets.c.id).limit(1)).first() is not None


def write_down(conn: Connection, keys: Iterable[Named], now: datetime) -> None:
    """These sign and are believed from now on. One that was given up and has been put back is in
    use again."""
    known = _named(conn)
    for key in keys:
        if key not in known:
            conn.execute(
                insert(signing_keys).values(id=key[0], fingerprint=key[1], known_since=now)
            )
        else:
            conn.execute(
                update(signing_keys).where(_is(key)).values(given_up_at=None, told_at=None)
            )


def give_up(conn: Connection, keys: Iterable[Named], now: datetime) -> None:
    """These are gone, and the operator goes on without them."""
    for key in keys:
        conn.execute(update(signing_keys).where(_is(key)).values(given_up_at=now))


def take_untold(conn: Connection, now: datetime) -> list[Named]:
    """What was given up and no admin heard of; from now on they have. Whoever asks tells them in
    the same transaction."""
    untold = (signing_keys.c.given_up_at.is_not(None), signing_keys.c.told_at.is_(None))
    told = (
        update(signing_keys)
        .where(*untold)
        .values(told_at=now)
        .returning(signing_keys.c.id, signing_keys.c.fingerprint)
    )
    return [(row.id, row.fingerprint) for row in conn.execute(told)]


def _named(conn: Connection, *where: ColumnElement[bool]) -> list[Named]:
    query = (
        select(signing_keys.c.id, signing_keys.c.fingerprint)
        .where(*where)
        .order_by(signing_keys.c.id)
    )
    return [(row.id, row.fingerprint) for row in conn.execute(query)]


def _is(key: Named) -> ColumnElement[bool]:
    return and_(signing_keys.c.id == key[0], signing_keys.c.fingerprint == key[1])
