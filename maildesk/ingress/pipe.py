"""The pipe: one message that a mail server, or a person, hands to `maildesk inject`.

It needs the database alone. A desk whose files have a mistake, or whose daemon is not running,
takes mail all the same: a running daemon finds it at its next tick, else the next one does.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from maildesk.config.settings import Settings
from maildesk.intake import Intake
from maildesk.mail.message import Envelope
from maildesk.storage import open_storage


def inject(desk: Path, settings: Settings, raw: bytes, envelope: Envelope) -> int:
    """Spool one message for a running daemon, or the next one, to find; its spool id.
    TransientFailure: try again later."""
    storage = open_storage(desk, settings)
    try:
        intake = Intake(
            storage.db, storage.blobs, lambda _stage, _row: None, lambda: datetime.now(UTC)
        )
        return intake.accept(raw, envelope)
    finally:
        storage.db.close()
