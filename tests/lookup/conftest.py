"""Both databases, for what is kept of answers."""

from __future__ import annotations

from tests.store.conftest import db as db
