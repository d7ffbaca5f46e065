"""contacts.csv, looked up by address and by domain.

Kept in memory is where each row stands, 16 octets an address: a hash of the address, and the place
of its row, in two arrays that are searched by halves. The row itself is read when somebody asks for
it, and its address compared. So a file of 100,000 rows costs 1.6 MB, and a file that was changed
in place since gives no answer rather than a wrong one. The file stays open: one that was replaced
is read as it was until the policy is loaded anew.
"""

from __future__ import annotations

import csv
import os
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from io import StringIO
from pathlib import Path

from maildesk.desk.customers.context import ContactsFile, Known, shown
from maildesk.mail.owners import contact_of, mailbox_of

LONGEST_ROW = 64 * 1024  # octets
_ADDRESS = re.compile(r"[^\s@]*@[^\s@]+")
_BETWEEN = re.compile(r"[\s,;<>]+")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that nobody will find: its line, and why."""

    line: int
    why: str

    def __str__(self) -> str:
        return f"contacts.csv:{self.line}: {self.why}"


@dataclass
class _Lines:
    """The lines of a file for the CSV reader, and where the next begins."""

    stream: Iterator[bytes]
    offset: int = 0
    number: int = 0

    def __iter__(self) -> Iterator[str]:
        for line in self.stream:
            self.offset += len(line)
            self.number += 1
            yield line.decode("utf-8-sig" if self.number == 1 else "utf-8", "replace")


@dataclass
class Contacts:
    """The rows of one file. Reading it all comes first; then any thread may look."""

    file: ContactsFile
    bad: list[BadRow] = field(default_factory=list)
    _hashes: array[int] = field(default_factory=lambda: array("Q"))
    _places: array[int] = field(default_factory=lambda: array("Q"))
    is_read: bool = True
    _open: int = -1

    def __post_init__(self) -> None:
        if not self.is_read:
            return
        with Path(self.file.path).open("rb") as stream:
            if stream.readline(len(self.file.head) + 1) != self.file.head:
                return  # another file than the policy was loaded with
            stream.seek(0)
            self._open = os.dup(stream.fileno())
            found = sorted(self._rows(_Lines(iter(stream))))
        last = None
        for key, place in found:
            if key != last:  # of several rows the first
                self._hashes.append(key)
                self._places.append(place)
            last = key

    def __del__(self) -> None:
        if self._open >= 0:
            os.close(self._open)

    def __len__(self) -> int:
        return len(self._hashes)

    def of(self, address: str) -> Known:
        """What is shown of this customer: of their own row, else of their domain's."""
        key = mailbox_of(address)
        for one in dict.fromkeys((key, contact_of(key), "@" + key.rpartition("@")[2])):
            for row in self._found(one):
                return shown((name, row[column]) for name, column in self.file.shows)
        return ()

    def _found(self, key: str) -> Iterator[list[str]]:
        wanted = _hash(key)
        at = bisect_left(self._hashes, wanted)
        if at == len(self._hashes) or self._hashes[at] != wanted:
            return
        raw = os.pread(self._open, LONGEST_ROW, self._places[at])
        # a form feed or a line separator in a cell ends no line here
        lines = StringIO(raw.decode("utf-8", "replace"), newline="\n")
        try:
            row = next(csv.reader(lines, delimiter=self.file.delimiter), [])
        except csv.Error:
            return
        if len(row) == self.file.columns and key in _keys(row[self.file.address]):
            yield row

    def _rows(self, lines: _Lines) -> Iterator[tuple[int, int]]:
        """A hash and a place for each address; what is wrong with a row goes to `bad`."""
        rows = csv.reader(lines, delimiter=self.file.delimiter)
        first: dict[int, int] = {}  # hash -> line
        start, line = 0, 1
        while True:
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as problem:
                self._wrong(line, str(problem))
                start, line = lines.offset, lines.number + 1
                continue
            place, at, start, line = start, line, lines.offset, lines.number + 1
            if at == 1 or not any(row):
                continue
            if len(row) != self.file.columns:
                self._wrong(at, f"{len(row)} cells, and the first line has {self.file.columns}")
                continue
            keys = _keys(row[self.file.address])
            if not keys:
                self._wrong(at, "no address, and no @domain")
            for key in map(_hash, keys):
                if key in first:
                    self._wrong(at, f"an address that line {first[key]} has already")
                    continue
                first[key] = at
                yield key, place

    def _wrong(self, line: int, why: str) -> None:
        self.bad.append(BadRow(line, why))


def _keys(cell: str) -> list[str]:
    """The addresses and @domains of a cell, folded."""
    return [mailbox_of(one) for one in _BETWEEN.split(cell) if _ADDRESS.fullmatch(one)]


def _hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest())
