"""Two tables: what was sent by itself, with what came right after it, and who has answered us."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Table, false, text

from maildesk.store.rows.columns import BigId, Instant, Words
from maildesk.store.rows.metadata import metadata

automatic = Table(
    "automatic",  # what was sent by itself, as the limits count it
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    # when it was due; later than when it was written for what had to wait
    Column("at", Instant, nullable=False),
    Column("person", Words, nullable=False),
    Column("organisation", Words, nullable=False),
    Column("ticket_id", BigId),
    # the words of the message that it answers, as `desk.mails.loop_words` has them; "": of none
    Column("subject_key", Words, nullable=False),
    # it was held back until it was seen whether their mail comes without it
    Column("late", Boolean, nullable=False, server_default=false()),
    # when a message came from there of the words that this mail answers, which it may have caused:
    # one at most; and those words, behind a ~ where it turned out that they come without us, too
    Column("answered_at", Instant),
    Column("echo", Words),
    # when a message came from there, whatever it said, and whether none has come by itself since
    Column("followed_at", Instant),
    Column("unbroken", Boolean, nullable=False, server_default=false()),
)
Index("ix_automatic_person", automatic.c.person, automatic.c.at)
Index("ix_automatic_organisation", automatic.c.organisation, automatic.c.at)
Index("ix_automatic_at", automatic.c.at, automatic.c.id)
# Written out: SQLite takes a partial index only where a query says the very same.
WAS_ANSWERED, IS_UNBROKEN = text("answered_at IS NOT NULL"), text("unbroken")
Index(
    "ix_automatic_answered",
    automatic.c.organisation,
    automatic.c.answered_at,
    automatic.c.echo,
    automatic.c.late,
    sqlite_where=WAS_ANSWERED,
    postgresql_where=WAS_ANSWERED,
)
Index(
    "ix_automatic_unbroken",
    automatic.c.organisation,
    automatic.c.followed_at,
    automatic.c.late,
    sqlite_where=IS_UNBROKEN,
    postgresql_where=IS_UNBROKEN,
)

correspondents = Table(
    "correspondents",  # who has answered a mail of ours
    metadata,
    Column("address", Words, primary_key=True),
    Column("since", Instant, nullable=False),
)
