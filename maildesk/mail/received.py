"""When a server on the way wrote that it had a message: the Received fields (RFC 5321, 4.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# A date before this is of a clock that was never set: there was no mail as it is now.
_FIRST = datetime(1990, 1, 1, tzinfo=UTC)


def newest(fields: Sequence[str]) -> datetime | None:
    """The moment of the topmost field that says one, in UTC; None where none does.

    Fields are given topmost first, as servers put them there. One without a zone counts as UTC.
    """
    return next((at for at in map(moment, fields) if at is not None), None)


def moment(field: str) -> datetime | None:
    """The date-time behind the last semicolon of one field; None where it cannot be read."""
    _, semicolon, words = field.rpartition(";")
    if not semicolon:
        return None
    try:
        at = parsedate_to_datetime(words.strip())
        return plausible(at if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def plausible(at: datetime | None) -> datetime | None:
    """The moment in UTC, unless no server can have meant it."""
    return None if at is None or at < _FIRST else at.astimezone(UTC)
