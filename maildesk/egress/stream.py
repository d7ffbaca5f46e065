"""A mail with large files on its way out: its own octets lie in memory, the files
come piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class Streamed(Protocol):
    """Seven-bit, CR LF at every line end. It may be read again and again; PermanentFailure where a
    file is gone."""

    @property
    def own(self) -> bytes:
        """Its octets without the files: the whole head, and all that may begin with a dot."""

    @property
    def size(self) -> int:
        """How many octets it has."""

    def __iter__(self) -> Iterator[bytes]:
        """Its pieces: our own octets from one file to the next, and the files in
        pieces of base64."""
