"""What lists are made from: labels in a table, folded words, when promises are broken, and indexes
to walk along."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from maildesk.desk.filters.tokens import tokens

revision = "0006"
down_revision = "0005"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_BATCH = 1000
_LISTED = (
    "merged_into", "status", "priority", "queue", "assignee", "category", "type", "tier",
    "customer_wrote_at", "agent_wrote_at", "warns_at", "breaches_at", "has_files", "archived",
)  # fmt: skip
_HAS_FILES = """
    UPDATE tickets SET has_files = true WHERE id IN
    (SELECT ticket_id FROM messages WHERE CAST(attachments AS TEXT) NOT IN ('[]', 'null', ''))
"""
# Timers of promises are derived anew for every open ticket at the next start, and with them when
# these are broken.
_DERIVE_AGAIN = "UPDATE cursors SET uid = 0 WHERE mailbox = ' timers'"


def upgrade() -> None:
    """Columns, then what stands in them, then the indexes."""
    for name in ("requester_key", "requester_words", "subject_words"):
        op.add_column(
            "tickets", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''"))
        )
    op.add_column(
        "tickets", sa.Column("has_files", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("tickets", sa.Column("warns_at", _INSTANT))
    op.add_column("tickets", sa.Column("breaches_at", _INSTANT))
    op.create_table(
        "ticket_labels",
        sa.Column(
            "ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("label", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ticket_id", "label"),
    )
    _fill(op.get_bind())
    op.execute(_HAS_FILES)
    op.execute(_DERIVE_AGAIN)
    op.drop_index("ix_tickets_status", table_name="tickets")
    op.drop_index("ix_tickets_requester", table_name="tickets")
    op.create_index("ix_tickets_requester", "tickets", ["requester_key"])
    op.create_index("ix_tickets_newest", "tickets", ["id", *_LISTED])
    op.create_index("ix_tickets_updated", "tickets", ["updated_at", "id", *_LISTED])
    op.create_index(
        "ix_tickets_priority",
        "tickets",
        ["priority", "id", *(n for n in _LISTED if n != "priority")],
    )
    is_due = sa.text("breaches_at IS NOT NULL")
    names = ["breaches_at", "id", *(n for n in _LISTED if n != "breaches_at")]
    op.create_index(
        "ix_tickets_due", "tickets", names, sqlite_where=is_due, postgresql_where=is_due
    )
    op.create_index("ix_ticket_labels_label", "ticket_labels", ["label", "ticket_id"])


def _fill(conn: sa.Connection) -> None:
    write = sa.text(
        "UPDATE tickets SET requester_key = :key, requester_words = :who, subject_words = :what "
        "WHERE id = :id"
    )
    add = sa.text("INSERT INTO ticket_labels (ticket_id, label) VALUES (:id, :label)")
    for rows in _batches(conn):
        conn.execute(write, [_folded(row) for row in rows])
        labels = [{"id": row.id, "label": label} for row in rows for label in _labels(row.labels)]
        if labels:
            conn.execute(add, labels)


def _batches(conn: sa.Connection) -> Iterator[Sequence[Any]]:
    wanted = sa.text(
        "SELECT id, requester_address, requester_name, subject, labels FROM tickets WHERE id > "
        ":last ORDER BY id LIMIT :most"
    )
    last = 0
    while rows := conn.execute(wanted, {"last": last, "most": _BATCH}).all():
        yield rows
        last = rows[-1].id


def _folded(row: Any) -> dict[str, Any]:
    who = f" {' '.join(tokens(f'{row.requester_name} {row.requester_address}'))} "
    return {
        "id": row.id,
        "key": row.requester_address.lower(),
        "who": who,
        "what": f" {' '.join(tokens(row.subject))} ",
    }


def _labels(kept: Any) -> list[str]:
    return sorted(
        {
            str(label).casefold()
            for label in (json.loads(kept) if isinstance(kept, str) else kept or ())
        }
    )
