"""Whom a campaign has written to, and who wants no more of it. People are known by their contact
address: folded, without a +detail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.mail.owners import contact_of, mailbox_of
from maildesk.store.schema import outreach, suppressed, unsubscribed


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """Somebody who wants no more mail of this kind: since when, by whose word, after which
    campaign."""

    address: str
    at: datetime
    by: str
    campaign: str


def written(conn: Connection, campaign: str) -> set[str]:
    """Everybody to whom this campaign has written."""
    found = select(outreach.c.address).where(outreach.c.campaign == campaign)
    return set(conn.execute(found).scalars())


class AlreadyWritten(Exception):
    """This campaign has written to them: another process was faster."""


def may_write(conn: Connection, campaign: str, address: str) -> bool:
    """Whether this campaign has not written to them, and they have not unsubscribed."""
    key = contact_of(address)
    had = select(outreach.c.address).where(
        outreach.c.campaign == campaign, outreach.c.address == key
    )
    gone = select(unsubscribed.c.address).where(unsubscribed.c.address == key)
    return conn.execute(had.union_all(gone)).first() is None


def write_down(
    conn: Connection, campaign: str, address: str, ticket_id: int, now: datetime
) -> None:
    """This campaign writes to them, in the transaction that writes the mail. AlreadyWritten, and
    the caller takes all of it back, where it has."""
    make = (postgresql if conn.dialect.name == "postgresql" else sqlite).insert
    row = {"campaign": campaign, "address": contact_of(address), "ticket_id": ticket_id, "at": now}
    if not conn.execute(make(outreach).values(row).on_conflict_do_nothing()).rowcount:
        raise AlreadyWritten(campaign)


def campaign_of(conn: Connection, ticket_id: int) -> str:
    """The campaign that opened this ticket; "" where none did."""
    found = select(outreach.c.campaign).where(outreach.c.ticket_id == ticket_id)
    return str(conn.execute(found).scalar() or "")


def unsubscribe(conn: Connection, address: str, by: str, now: datetime, campaign: str = "") -> bool:
    """They want no more; False where that was known."""
    make = (postgresql if conn.dialect.name == "postgresql" else sqlite).insert
    row = {"address": contact_of(address), "at": now, "by": by, "campaign": campaign}
    return bool(conn.execute(make(unsubscribed).values(row).on_conflict_do_nothing()).rowcount)


def subscribe(conn: Connection, address: str) -> bool:
    """They may be written to again; False where they might all along."""
    gone = delete(unsubscribed).where(unsubscribed.c.address == contact_of(address))
    return bool(conn.execute(gone).rowcount)


def everybody(conn: Connection) -> list[Unsubscribed]:
    """Who wants no more, the newest first."""
    c = unsubscribed.c
    rows = conn.execute(select(unsubscribed).order_by(c.at.desc(), c.address))
    return [Unsubscribed(row.address, row.at, row.by, row.campaign) for row in rows]


def silent(conn: Connection) -> set[str]:
    """Who wants no more."""
    return set(conn.execute(select(unsubscribed.c.address)).scalars())


def dead(conn: Connection, now: datetime, addresses: Iterable[str]) -> set[str]:
    """Those of these addresses to which nothing goes by itself now: mail to them came back."""
    there = set(
        conn.execute(select(suppressed.c.address).where(suppressed.c.until > now)).scalars()
    )
    return {one for one in addresses if mailbox_of(one) in there}
