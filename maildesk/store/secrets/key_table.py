"""The table of the keys that ever signed for this desk; see `signing_keys`."""

from __future__ import annotations

from sqlalchemy import Column, Table

from maildesk.store.rows.columns import Instant, Words
from maildesk.store.rows.metadata import metadata

signing_keys = Table(
    "signing_keys",  # never the keys themselves
    metadata,
    Column("id", Words, primary_key=True),  # the letter in the addresses
    Column("fingerprint", Words, primary_key=True),
    Column("known_since", Instant, nullable=False),
    Column("given_up_at", Instant),  # the operator went on without it
    Column("told_at", Instant),  # and the admins know
)
