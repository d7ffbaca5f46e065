"""What was looked for in a whole table is found by an index."""

from __future__ import annotations

from maildesk.store.migrations.online import add_index

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """A ticket by its reference however it is typed; what else a message did to tickets."""
    add_index("ix_tickets_written", "tickets", ["lower(reference)"])
    add_index("ix_spool_tickets_spool", "spool_tickets", ["spool_id"])
