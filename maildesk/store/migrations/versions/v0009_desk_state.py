"""What the desk as a whole remembers, in a table of its own: it stood among the cursors of the
mailboxes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

# the cursor that said under which policy the timers were derived last: its fingerprint as a number
_DERIVED = " timers"


def upgrade() -> None:
    """The table, and what is known already."""
    op.create_table(
        "desk_state",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    conn = op.get_bind()
    number = conn.execute(
        sa.text("SELECT uid FROM cursors WHERE mailbox = :name"), {"name": _DERIVED}
    ).scalar()
    if number:
        values = {"name": "timers_derived_under", "value": f"{int(number):012x}"}
        conn.execute(sa.text("INSERT INTO desk_state (name, value) VALUES (:name, :value)"), values)
    conn.execute(sa.text("DELETE FROM cursors WHERE mailbox = :name"), {"name": _DERIVED})
