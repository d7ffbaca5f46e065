"""What a column may hold, on SQLite and PostgreSQL alike: moments, text of
strangers, packed mails."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, LargeBinary, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from maildesk.store.rows.packing import pack, unpack

BigId = BigInteger().with_variant(Integer, "sqlite")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware UTC time: timestamptz on PostgreSQL, microseconds since 1970 on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type of this database."""
        return dialect.type_descriptor(
            BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True)
        )

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """What goes into the database."""
        return value if dialect.name != "sqlite" else _microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """What comes out of it."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return _EPOCH + timedelta(microseconds=value)
        return value.astimezone(UTC)  # type: ignore[no-any-return]


class Words(TypeDecorator[str]):
    """Text that any database takes: a stranger's NUL or half a surrogate pair must not fail a
    commit that others wait for."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """What goes into the database."""
        return storable(value)


class Packed(TypeDecorator[bytes]):
    """A mail, deflated where that is worth it; see `packing`."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """What goes into the database."""
        return None if value is None else pack(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """What comes out of it."""
        return None if value is None else unpack(bytes(value))


def storable(value: str | None) -> str | None:
    """The same text without what a database refuses."""
    if value is None or (value.isascii() and "\x00" not in value):
        return value
    return value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")


def _microseconds(value: datetime | None) -> int | None:
    return None if value is None else (value - _EPOCH) // _MICROSECOND


def _json(value: Any) -> str:
    return _EMPTY[type(value)] if not value and type(value) in _EMPTY else json.dumps(value)


_EMPTY: dict[type[Any], str] = {dict: "{}", list: "[]"}


def bind_of(column_type: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """How a value of this type is handed to the driver; None: as it is. The type's own words,
    without SQLAlchemy's wrapping."""
    if isinstance(column_type, Words):
        return storable
    if isinstance(column_type, Instant):
        return _microseconds if dialect.name == "sqlite" else None
    if isinstance(column_type, JSON) and dialect.name == "sqlite":
        return _json
    convert = column_type._cached_bind_processor(dialect)
    return convert if callable(convert) else None
