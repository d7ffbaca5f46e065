"""The tables, for SQLite and PostgreSQL alike.

Four of them (spool, timers, agent_timers, outbox) hold due rows: `due_at` says when somebody
should look, and is empty once the row is finished; see `due`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
    false,
    func,
    text,
)

from maildesk.store.desk.act_table import acts as acts
from maildesk.store.desk.customer_context import customer_context as customer_context
from maildesk.store.desk.merge_tables import merges as merges
from maildesk.store.desk.outreach_tables import outreach as outreach
from maildesk.store.desk.outreach_tables import unsubscribed as unsubscribed
from maildesk.store.desk.surveys import survey_choices as survey_choices
from maildesk.store.desk.tables import agent_absences as agent_absences
from maildesk.store.desk.tables import contact_addresses as contact_addresses
from maildesk.store.desk.tables import ticket_followers as ticket_followers
from maildesk.store.erasing import tables as erasing  # noqa: F401 - `metadata` knows them
from maildesk.store.loops.tables import automatic as automatic
from maildesk.store.loops.tables import correspondents as correspondents
from maildesk.store.mailbox.mailbox_tables import cursors as cursors
from maildesk.store.mailbox.mailbox_tables import mailbox_messages as mailbox_messages
from maildesk.store.mailbox.mailbox_tables import sent_copies as sent_copies
from maildesk.store.notices.notice_tables import agent_choices as agent_choices
from maildesk.store.notices.notice_tables import agent_digests as agent_digests
from maildesk.store.notices.notice_tables import agent_timers as agent_timers
from maildesk.store.notices.notice_tables import held_notices as held_notices
from maildesk.store.rows.columns import BigId, Instant, Packed, Words
from maildesk.store.rows.metadata import metadata as metadata
from maildesk.store.secrets.key_table import signing_keys as signing_keys


def _id() -> Column[int]:
    return Column("id", BigId, primary_key=True, autoincrement=True)


def _word(name: str) -> Column[str]:
    return Column(name, Words, nullable=False, default="", server_default=text("''"))


def _due_columns() -> list[Column[Any]]:
    return [
        Column("state", Words, nullable=False),
        Column("due_at", Instant),
        Column("owner", Words),
        Column("attempts", Integer, nullable=False, default=0, server_default="0"),
        Column("error", Words),
    ]


def _partial_index(name: str, where: Any, *columns: Any) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


def _due_index(table: Table) -> Index:
    due_at = table.c.due_at
    return _partial_index(f"ix_{table.name}_due", due_at.is_not(None), due_at, table.c.id)


blobs = Table(
    "blobs",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),  # SHA-256 of the raw message
    Column("size", BigInteger, nullable=False),
    Column("body", Packed),  # empty: it lies in a file named by the digest
    Column("created_at", Instant, nullable=False),
)

spool = Table(
    "spool",
    metadata,
    _id(),
    Column("digest", LargeBinary(32), nullable=False),
    # as the head says it, for replies that overtake it; "" where there is none
    Column("message_id", Words, nullable=False),
    Column("mail_from", Words),
    Column("rcpt_to", JSON, nullable=False),
    Column("via", Words, nullable=False),
    Column("peer", Words, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("released_by", Words),  # who let it out of quarantine
    Column("outcome", Words),
    *_due_columns(),
    Column("arrived_at", Instant),  # in the mailbox it was read from; empty: when we received it
    Column("suspected", Words),  # why it was taken for spam before it came to us
    Column("as_note", Boolean),  # an agent's answer that was let out as a note
    Column("ticket_id", BigId),  # what it came to, and belongs to as long as that is there
    sqlite_autoincrement=True,
)
_due_index(spool)
_partial_index("ix_spool_message_id", spool.c.due_at.is_not(None), spool.c.message_id)

tickets = Table(
    "tickets",
    metadata,
    _id(),
    Column("reference", Words, unique=True),
    Column("subject", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("priority", Words, nullable=False),
    Column("type", Words, nullable=False, default=""),
    Column("category", Words, nullable=False, default=""),
    Column("queue", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("requester_address", Words, nullable=False),
    Column("requester_name", Words, nullable=False, default=""),
    Column("organisation", Words, nullable=False, default=""),
    Column("tier", Words, nullable=False, default=""),
    Column("address", Words, nullable=False),
    Column("language", Words, nullable=False, default=""),
    Column("assignee", Words, nullable=False, default=""),
    Column("labels", JSON, nullable=False, default=list),
    Column("fields", JSON, nullable=False, default=dict),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("first_response_at", Instant),
    Column("resolved_at", Instant),
    Column("closed_at", Instant),
    Column("customer_wrote_at", Instant),
    Column("agent_wrote_at", Instant),
    Column("resolution", Words, nullable=False, default=""),
    Column("score", Integer),
    Column("comment", Words, nullable=False, default=""),
    Column("follows", Words, nullable=False, default=""),
    Column("spent", Integer, nullable=False, default=0),
    Column("message_count", Integer, nullable=False, default=0),
    Column("surveyed", Boolean, nullable=False, default=False),
    Column("merged_into", BigId),
    Column("archived", Boolean, nullable=False, default=False),
    # What lists are made from, kept in step by `tickets`:
    # the address, folded; tokens of name and address, spaces around; tokens, spaces around
    *map(_word, ("requester_key", "requester_words", "subject_words")),
    Column("has_files", Boolean, nullable=False, default=False, server_default=false()),
    # when a promise that runs comes near, and when it is broken, if nothing happens
    Column("warns_at", Instant),
    Column("breaches_at", Instant),
    Column(
        "version", BigInteger, nullable=False, default=0, server_default=text("0")
    ),  # one more with each act that is written
    # where the requester wants agents' answers; "": at their address
    _word("answers_to"),
    # agents who hear of it beside the assignee, by their addresses on file
    Column("followers", JSON),
    Column("snoozed_until", Instant),  # until then it is in no list of what is to be done
    sqlite_autoincrement=True,
)
Index("ix_tickets_requester", tickets.c.requester_key)
Index("ix_tickets_written", func.lower(tickets.c.reference))  # as people type it
_OWN = ("status", "id", "merged_into", "customer_wrote_at", "agent_wrote_at")  # `queries.requests`
Index("ix_tickets_requests", tickets.c.requester_key, *(tickets.c[name] for name in _OWN))
_partial_index(
    "ix_tickets_organisation",
    text("organisation <> ''"),
    *(tickets.c[name] for name in ("organisation", *_OWN)),
)
Index("ix_tickets_assignee", tickets.c.assignee, tickets.c.status)
# Lists walk along one of these, in the order of the list, and need not look at the tickets
# themselves; see `ticket_queries`.
_LISTED = tuple(
    tickets.c[name]
    for name in (
        "merged_into", "status", "priority", "queue", "assignee", "category", "type", "tier",
        "customer_wrote_at", "agent_wrote_at", "warns_at", "breaches_at", "has_files", "archived",
        "created_at", "snoozed_until",
    )
)  # fmt: skip
Index(
    "ix_tickets_newest",
    tickets.c.created_at,
    tickets.c.id,
    *(c for c in _LISTED if c.name != "created_at"),
)
Index("ix_tickets_updated", tickets.c.updated_at, tickets.c.id, *_LISTED)
Index(
    "ix_tickets_priority",
    tickets.c.priority,
    tickets.c.created_at,
    tickets.c.id,
    *(c for c in _LISTED if c.name not in ("priority", "created_at")),
)
for name, moment in (
    ("ix_tickets_due", tickets.c.breaches_at),
    ("ix_tickets_snoozed", tickets.c.snoozed_until),
):
    others = (column for column in _LISTED if column is not moment)
    _partial_index(name, moment.is_not(None), moment, tickets.c.id, *others, tickets.c.updated_at)
Index(  # each database takes it for a condition only in its own words
    "ix_tickets_archived",
    *(tickets.c.archived, tickets.c.id),
    sqlite_where=text("archived = 1"),
    postgresql_where=text("archived"),
)

ticket_labels = Table(
    "ticket_labels",  # tickets.labels as lists ask for them
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("label", Words, primary_key=True),  # folded
)
Index("ix_ticket_labels_label", ticket_labels.c.label, ticket_labels.c.ticket_id)

participants = Table(
    "participants",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("address", Words, primary_key=True),  # folded
    Column("name", Words, nullable=False, default=""),
    Column("status", Words, nullable=False, default="in", server_default="in"),  # waiting, out
    _word("answers_to"),  # where they want agents' answers; "": at their address
)
Index("ix_participants_address", participants.c.address, participants.c.ticket_id)

messages = Table(
    "messages",
    metadata,
    _id(),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", Words, nullable=False),  # public, note, stranger (of somebody who is not let in)
    Column("direction", Words, nullable=False),  # in, out
    Column("automatic", Boolean, nullable=False, default=False),
    Column("from_name", Words, nullable=False, default=""),
    Column("from_address", Words, nullable=False),
    Column("agent", Words, nullable=False, default=""),
    Column("subject", Words, nullable=False, default=""),
    Column("text", Words, nullable=False),
    Column("reply", Words, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("digest", LargeBinary(32)),
    Column("trust", Words, nullable=False, default=""),
    Column("attachments", JSON, nullable=False, default=list),
    _word("through"),  # the form, list or group that carried it; "": it came directly
    Column("had", JSON, default=list),  # who had it, folded; empty: nobody knows
    Column("written_in", BigId),  # the ticket that it came to, before that was merged into another
)
Index("ix_messages_ticket", messages.c.ticket_id, messages.c.id)
Index("ix_messages_message_id", messages.c.message_id)

# Processed, by Message-ID and the body's digest: the same id with another body is new mail.
processed_messages = Table(
    "processed_messages",
    metadata,
    Column("message_id", Words, primary_key=True),
    Column("body_digest", LargeBinary(16), primary_key=True),
    Column("spool_id", BigId, nullable=False),
)

history = Table(
    "history",
    metadata,
    _id(),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("who", Words, nullable=False),
    Column("door", Words, nullable=False, default=""),
    Column("what", Words, nullable=False),
    Column("detail", JSON, nullable=False, default=dict),
    Column("rule", Words, nullable=False, default=""),
    Column("policy", Words, nullable=False, default=""),
)
Index("ix_history_ticket", history.c.ticket_id, history.c.id)

links = Table(
    "links",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("other_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Words, nullable=False),
)

timers = Table(
    "timers",
    metadata,
    _id(),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Words, nullable=False),
    Column("rings_at", Instant, nullable=False),  # what `due_at` was before anybody claimed the row
    *_due_columns(),
)
_due_index(timers)
Index("ix_timers_ticket", timers.c.ticket_id, timers.c.kind)
# Written out: SQLite takes a partial index only where a query says the very same.
IS_HELD_GREETING = text("substr(timers.kind, 1, 5) = 'held:'")
_partial_index("ix_timers_held", text("substr(kind, 1, 5) = 'held:'"), timers.c.kind)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("ticket_id", BigId),
    Column("message_row", BigId),  # the conversation's message that this mail carries
    Column("message_id", Words, nullable=False),
    Column("mail_from", Words, nullable=False),
    Column("recipient", Words, nullable=False),
    Column("domain", Words, nullable=False),
    Column("subject_key", Words, nullable=False, default=""),  # the words that it answers
    Column("purpose", Words, nullable=False),
    Column("author", Words, nullable=False, default=""),
    Column("automatic", Boolean, nullable=False),
    Column("idempotency_key", Words),  # written twice, the mail goes out once
    Column("raw", LargeBinary),  # as `packing` has it; empty: the mail is the blob itself
    Column("digest", LargeBinary(32)),  # the blob that `raw` is packed against: a mail much like it
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("code", Integer),
    Column("enhanced_status", Words),  # RFC 3463
    Column("reply", Words),
    Column("uncertain", Integer, nullable=False, default=0),  # links lost after the final dot
    *_due_columns(),
    *map(_word, ("address", "relay")),  # the desk's that it is from; by which it went
    Column("line", Words),  # in which it waits for that; see `relays.lines`
    Column("provider_id", Words),  # the Message-ID under which it arrived, where that is another
    Column("provider_id_by", Words),  # relay: it said so; reply: an answer named it
    Column("act", BigId),  # what it is a mail of, where that can be taken back
    UniqueConstraint("idempotency_key", name="uq_outbox_once"),
)
_due_index(outbox)
_partial_index("ix_outbox_provider_id", outbox.c.provider_id.is_not(None), outbox.c.provider_id)
Index("ix_outbox_message_id", outbox.c.message_id)
Index("ix_outbox_ticket", outbox.c.ticket_id)

quarantine = Table(
    "quarantine",
    metadata,
    _id(),
    Column("spool_id", BigId),
    Column("digest", LargeBinary(32)),
    Column("at", Instant, nullable=False),
    # poison, spoofed, own_address, looping, spam, survey, kept_out, unproved_report …
    Column("reason", Words, nullable=False),
    Column("words", Words, nullable=False),
    Column("sender", Words, nullable=False, default=""),
    Column("subject", Words, nullable=False, default=""),
    Column("ticket_id", BigId),
    Column("agent", Words, nullable=False, default=""),  # whose it seemed; who may confirm it
    Column("state", Words, nullable=False),  # held, released, dropped
    Column("decided_by", Words, nullable=False, default=""),
    Column("decided_at", Instant),
)
Index("ix_quarantine_state", quarantine.c.state, quarantine.c.id)

suppressed = Table(
    "suppressed",
    metadata,
    Column("address", Words, primary_key=True),
    Column("until", Instant, nullable=False),
    Column("why", Words, nullable=False),
)

desk_state = Table(
    "desk_state",  # what the desk as a whole remembers
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
)

assignments = Table(
    "assignments",  # who was last given a ticket, for round robin
    metadata,
    Column("agent", Words, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

agent_keys = Table(
    # whoever renewed their signed addresses: only those of the last generation are believed
    "agent_keys",
    metadata,
    Column("agent", Words, primary_key=True),  # the address on file, in lower case
    Column("generation", BigInteger, nullable=False),
    Column("renewed_at", Instant, nullable=False),
    Column("renewed_by", Words, nullable=False),
)

agent_proofs = Table(
    "agent_proofs",  # what an agent was asked about once, and said to be theirs
    metadata,
    Column("agent", Words, primary_key=True),
    Column("kind", Words, primary_key=True),  # network, address
    Column("value", Words, primary_key=True),
    Column("at", Instant, nullable=False),
)
