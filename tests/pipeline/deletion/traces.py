"""All that a desk keeps, wherever it keeps it: what a test looks for a deleted ticket's words in.

The tables are those that the database itself names, so that one which is added tomorrow is looked
through as well; mails and messages are looked at as they are, and as whoever reads them sees them.
"""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from sqlalchemy import inspect, select, text

from maildesk.store.queries.search import TABLE
from maildesk.store.schema import blobs
from tests.pipeline.place import Place


def traces(place: Place, *needles: str) -> list[str]:
    """Where these words, names or addresses stand anywhere."""
    wanted = [needle.lower() for needle in needles]
    return sorted(
        {f"{where}: {one}" for where, said in _everything(place) for one in wanted if one in said}
    )


def _everything(place: Place) -> Iterator[tuple[str, str]]:
    yield from _tables(place)
    with place.services.db.read() as conn:
        bodies = list(conn.execute(select(blobs.c.digest, blobs.c.body)))
    for row in bodies:
        yield from _mail(f"blob {row.digest.hex()[:8]}", bytes(row.body or b""))
    for row in place.rows("outbox"):
        yield from _mail(f"outbox {row.id}", place.raw_of(row))
    for file in (place.folder / "var").rglob("*"):
        if file.is_file():
            yield from _mail(f"file {file.name}", file.read_bytes())


def _tables(place: Place) -> Iterator[tuple[str, str]]:
    """Each row of every table that there is, in the database's own words."""
    with place.services.db.engine.connect() as conn:
        for name in inspect(conn).get_table_names():
            if name == TABLE and conn.dialect.name == "sqlite":
                continue  # it keeps no text; its index lies in tables beside it
            for row in conn.execute(text(f'SELECT * FROM "{name}"')):
                yield f"table {name}", " ".join(map(_said, row)).lower()


def _said(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def _mail(where: str, raw: bytes) -> Iterator[tuple[str, str]]:
    """The octets, and what a reader finds in them."""
    yield where, raw.decode("latin-1").lower()
    if b"MIME-Version" not in raw[:10_000] and b"Subject:" not in raw[:10_000]:
        return
    whole = message_from_bytes(raw, policy=policy.default)
    for part in whole.walk():
        for name, value in part.items():
            yield where, f"{name}: {value}".lower()
        if isinstance(part, EmailMessage) and not part.is_multipart():
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield where, content.decode("utf-8", "replace").lower()
