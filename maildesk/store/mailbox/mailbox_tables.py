"""The tables of mailboxes, a part of the schema: how far they are read, what was seen there, and
which copies of mails belong into them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    Table,
    UniqueConstraint,
    text,
)

from maildesk.store.rows.columns import BigId, Instant, Words
from maildesk.store.rows.metadata import metadata

cursors = Table(
    "cursors",
    metadata,
    Column("mailbox", Words, primary_key=True),
    # "" of a desk that knew no other
    Column("folder", Words, primary_key=True, server_default=text("''")),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("start", Words, nullable=False, server_default=text("''")),
    Column("known_before", Instant),
    Column("left_alone", BigInteger, nullable=False, server_default=text("0")),
    Column("backlog", Words, nullable=False, server_default=text("''")),
    Column("backlog_uid", BigInteger, nullable=False, server_default=text("0")),
    Column("backlog_to", BigInteger, nullable=False, server_default=text("0")),
)

mailbox_messages = Table(
    "mailbox_messages",  # what was seen in the folders of mailboxes
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("mailbox", Words, nullable=False),
    Column("folder", Words, nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("fingerprint", LargeBinary(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("taken", Boolean, nullable=False),  # into the spool, or refused; else it was left alone
    Column("spool_id", BigId),
    Column("ticket_id", BigId),  # and its message of the conversation: what it has become
    Column("message_row", BigId),
    # until when it may be moved for what becomes of it; empty: it is not
    Column("watched_until", Instant),
    # what has become of it, and where it lies therefore
    Column("fate", Words, nullable=False, server_default=text("''")),
    Column("lies_in", Words, nullable=False),
    UniqueConstraint("mailbox", "folder", "uidvalidity", "uid", name="uq_mailbox_messages_uid"),
)
Index("ix_mailbox_messages_fingerprint", mailbox_messages.c.mailbox, mailbox_messages.c.fingerprint)
Index("ix_mailbox_messages_spool", mailbox_messages.c.spool_id)
Index(
    "ix_mailbox_messages_watched",
    mailbox_messages.c.mailbox,
    mailbox_messages.c.watched_until,
    sqlite_where=mailbox_messages.c.watched_until.is_not(None),
    postgresql_where=mailbox_messages.c.watched_until.is_not(None),
)

sent_copies = Table(
    "sent_copies",  # mails of which a copy belongs into a mailbox
    metadata,
    Column("outbox_id", BigId, primary_key=True, autoincrement=False),
    Column("mailbox", Words, nullable=False),
    Column("state", Words, nullable=False),  # waiting, kept, refused; once with_provider
    Column("error", Words),
)
Index(
    "ix_sent_copies_waiting",
    sent_copies.c.mailbox,
    sent_copies.c.outbox_id,
    sqlite_where=sent_copies.c.state == "waiting",
    postgresql_where=sent_copies.c.state == "waiting",
)
