"""Where a desk keeps things: its database and its large messages, opened as
`settings.yaml` says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from maildesk.config.settings import Settings
from maildesk.store.blobs import Blobs
from maildesk.store.db import Database
from maildesk.store.migrate import migrate


@dataclass(frozen=True, slots=True)
class Storage:
    """Both of them. `before` is the revision that the tables were at, "" where there were none."""

    db: Database
    blobs: Blobs
    before: str = ""


def open_storage(
    desk: Path, settings: Settings, *, pool: int = 2, migrated: bool = True
) -> Storage:
    """Open it for `pool` threads; whoever opens it closes `db`.

    The tables are brought to where this version needs them, unless the caller wants nothing changed
    (`migrated=False`). TransientFailure where the database is away, PermanentFailure where its
    tables are newer than this program.
    """
    db = Database(settings.database, desk=desk, pool=pool)
    try:
        before = migrate(db) if migrated else ""
    except BaseException:
        db.close()
        raise
    return Storage(db, open_blobs(desk, settings), before)


def open_blobs(desk: Path, settings: Settings) -> Blobs:
    """The large messages alone, for who has the database already."""
    return Blobs(desk / settings.blobs, settings.blob_inline_limit)
