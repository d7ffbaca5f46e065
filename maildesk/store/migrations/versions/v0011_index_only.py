"""Lists are read from an index alone on PostgreSQL, too, and those by age from a stretch of it.

The index of the newest tickets begins with when they came, not with their id: PostgreSQL preferred
the small index of the primary key to it, and read each ticket.
"""

from __future__ import annotations

from maildesk.store.migrations.online import replace_index

revision = "0011"
down_revision = "0010"

_LISTED = (
    *("merged_into", "status", "priority", "queue", "assignee", "category", "type", "tier"),
    *("customer_wrote_at", "agent_wrote_at", "warns_at", "breaches_at", "has_files", "archived"),
    "created_at",
)


def upgrade() -> None:
    """Four indexes, one after the other."""
    replace_index("ix_tickets_newest", "tickets", ["created_at", "id", *_but("created_at")])
    replace_index("ix_tickets_updated", "tickets", ["updated_at", "id", *_LISTED])
    strongest = ["priority", "created_at", "id", *_but("priority", "created_at")]
    replace_index("ix_tickets_priority", "tickets", strongest)
    due = ["breaches_at", "id", *_but("breaches_at"), "updated_at"]
    replace_index("ix_tickets_due", "tickets", due, where="breaches_at IS NOT NULL")


def _but(*names: str) -> list[str]:
    return [one for one in _LISTED if one not in names]
