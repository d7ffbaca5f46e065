"""A letter with its large files, which are read from where they lie while it is sent, or signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maildesk.mail.compose.outgoing import Shared, woven

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.store.blobs import Blobs


@dataclass(frozen=True, slots=True)
class Whole:
    """What the couriers take as a stream."""

    own: bytes
    shared: Shared
    sources: Mapping[bytes, Callable[[int, int], Iterator[bytes]]]

    @property
    def size(self) -> int:
        """How many octets it has, files and all."""
        return len(self.own) + sum(stretch.length for _, stretch in self.shared)

    def __iter__(self) -> Iterator[bytes]:
        for piece in woven(self.own, self.shared):
            if isinstance(piece, bytes):
                yield piece
            else:
                yield from self.sources[piece.digest](piece.start, piece.length)


def whole(conn: Connection, blobs: Blobs, raw: bytes, shared: Shared) -> Whole:
    """The letter of these octets with what belongs into it; PermanentFailure where that is gone."""
    return Whole(
        raw,
        shared,
        {
            digest: blobs.stretch(conn, digest)
            for digest in {stretch.digest for _, stretch in shared}
        },
    )
