"""Rows for the tests of the store, and eight threads that want the same thing at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar

from sqlalchemy import insert

from maildesk.mail.message import Envelope
from maildesk.store import spool
from maildesk.store.blobs import Blobs
from maildesk.store.db import Database
from maildesk.store.desk import tickets
from maildesk.store.schema import timers

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)
ENVELOPE = Envelope("ana@harbour.example", ("support@desk.example",), "smtp", "192.0.2.1")
T = TypeVar("T")


def raw(number: int = 1, *, message_id: str = "", size: int = 0) -> bytes:
    """A small message, or one of about this size."""
    head = (
        f"Message-ID: <{message_id or f'{number}@harbour.example'}>\r\nSubject: {number}\r\n\r\n"
    ).encode()
    return head + b"x" * max(1, size - len(head))


def spooled(db: Database, folder: Path, *raws: bytes, now: datetime = NOW) -> list[int]:
    """Spool these messages in one transaction; their ids."""
    with db.write() as conn:
        return spool.accept(conn, Blobs(folder, 100_000), [(one, ENVELOPE) for one in raws], now)


def ticket_row(**more: Any) -> dict[str, Any]:
    """What `open_ticket` wants, of a ticket with nothing special."""
    values: dict[str, Any] = {
        "subject": "Printer",
        "status": "open",
        "priority": "normal",
        "queue": "support",
        "channel": "email",
    }
    values |= {
        "requester_address": "ana@harbour.example",
        "address": "support@desk.example",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return values | more


def open_ticket(db: Database, **more: Any) -> int:
    """A ticket, committed; its id."""
    with db.write() as conn:
        return tickets.open_ticket(conn, ticket_row(**more))


def due_timers(db: Database, count: int, *, every: timedelta = timedelta(0)) -> list[int]:
    """So many timers of one ticket that are due now, the first the newest where `every` says so."""
    ticket_id = open_ticket(db)
    times = [NOW - n * every for n in range(count)]
    rows = [
        {
            "ticket_id": ticket_id,
            "kind": f"k{n}",
            "due_at": at,
            "rings_at": at,
            "state": "due",
            "attempts": 0,
        }
        for n, at in enumerate(times)
    ]
    with db.write() as conn:
        made = conn.execute(
            insert(timers).returning(timers.c.id, sort_by_parameter_order=True), rows
        )
        return [row.id for row in made]


def at_once(count: int, what: Callable[[int], T]) -> list[T]:
    """What this gives in so many threads that all begin together."""
    gate = Barrier(count)

    def run(number: int) -> T:
        gate.wait(timeout=30)
        return what(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
