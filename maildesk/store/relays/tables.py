"""Two small tables: the lines in which mails wait for a relay, and what each relay was given."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, text

from maildesk.store.rows.columns import Instant, Words
from maildesk.store.schema import metadata, outbox

relay_lines = Table(
    "relay_lines",  # only of relays that do not take our mail now, or take no more of it
    metadata,
    Column("line", Words, primary_key=True),  # as in outbox.line
    Column("relay", Words, nullable=False),  # its name in the settings
    Column("sender", Words, nullable=False),  # the desk address whose mail it refuses; "": all
    Column("kind", Words, nullable=False),  # as `mail.submission.refusals` says; limit: our own
    Column("code", Integer),
    Column("enhanced_status", Words, nullable=False),
    Column("words", Words, nullable=False),  # what the relay said
    Column("since", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),  # when the next is tried; the lease's end meanwhile
    Column("attempts", Integer, nullable=False),  # in vain
    Column(
        "pace", Integer, nullable=False, server_default=text("0")
    ),  # how many at once; 0: stopped
    Column("told_at", Instant),  # when the admins were
)

relay_usage = Table(
    "relay_usage",  # what a relay was given, for its limits
    metadata,
    Column("relay", Words, primary_key=True),
    Column("period", Integer, primary_key=True),  # seconds of the limit
    Column("began_at", Instant, primary_key=True),  # of a sixtieth of the period
    Column("count", Integer, nullable=False),
)

_STANDS = outbox.c.line.is_not(None)
Index(
    "ix_outbox_line",
    outbox.c.line,
    outbox.c.id,
    sqlite_where=_STANDS,
    postgresql_where=_STANDS,
)
