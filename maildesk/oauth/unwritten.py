"""What a provider granted and is not in the database yet: a small file for each grant.

A provider may take back the old refresh token the moment it gives the new one (RFC 9700, 4.14.2).
So the new one lies here, sealed and synced, before it is written into its row and before anybody
uses it; whoever renews next in this folder finds what a crash or a database that went away has
left. A folder that cannot be written to is no reason to lose it: this process remembers it, too.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from maildesk.disk import sync_file, sync_folder
from maildesk.log import log

FOLDER = Path("var") / "oauth"


class Unwritten:
    """The files of a desk folder. `generation` is that of the row which was found before."""

    def __init__(self, desk: Path) -> None:
        self._folder = desk / FOLDER
        self._remembered: dict[str, tuple[int, bytes]] = {}

    def keep(self, name: str, generation: int, sealed: bytes) -> None:
        """Until `forget`."""
        self._remembered[name] = generation, sealed
        try:
            write_private(self._file(name), b"%d " % generation + sealed)
        except OSError as problem:
            log.warning("not_kept", grant=name, why=problem.strerror)

    def found(self, name: str, generation: int) -> bytes | None:
        """What is to be the next after this generation; None where nothing waits."""
        kept = self._remembered.get(name) or self._read(name)
        if kept is None:
            return None
        if kept[0] != generation:  # it is written, or another one is
            self.forget(name)
            return None
        return kept[1]

    def forget(self, name: str) -> None:
        """It is written."""
        self._remembered.pop(name, None)
        with suppress(OSError):
            self._file(name).unlink(missing_ok=True)

    def _read(self, name: str) -> tuple[int, bytes] | None:
        try:
            number, _, sealed = self._file(name).read_bytes().partition(b" ")
        except OSError:
            return None
        return (int(number), sealed) if number.isdigit() else None

    def _file(self, name: str) -> Path:
        return self._folder / f"{file_name(name)}.unwritten"


def file_name(name: str) -> str:
    """A grant's name as that of a file."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def write_private(path: Path, octets: bytes) -> None:
    """Whole or not at all, its owner's alone, synced. OSError where that cannot be."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(octets)
            stream.flush()
            sync_file(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
