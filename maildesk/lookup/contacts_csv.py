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
from typing import BinaryIO

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
    """The lines of a file for the CSV reader, where the next begins, and those of this row."""

    stream: BinaryIO
    offset: int = 0
    number: int = 0
    row: list[str] = field(default_factory=list)
    _second: int = 0  # where the second line of this row begins

    def __iter__(self) -> Iterator[str]:
        for line in self.stream:
            self.offset += len(line)
            self.number += 1
            self.row.append(line.decode("utf-8-sig" if self.number == 1 else "utf-8", "replace"))
            if len(self.row) == 1:
                self._second = self.offset
            yield self.row[-1]

    def back(self) -> None:
        """Go on behind the first line of this row."""
        self.number -= len(self.row) - 1
        self.offset = self._second
        self.stream.seek(self.offset)


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
            found = sorted(self._rows(_Lines(stream)))
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
        first: dict[int, int] = {}  # hash -> line
        for line, place, row in self._whole_rows(lines):
            if line == 1 or not any(row):
                continue
            keys = _keys(row[self.file.address])
            if not keys:
                self._wrong(line, "no address, and no @domain")
            for key in map(_hash, keys):
                if key in first:
                    self._wrong(line, f"an address that line {first[key]} has already")
                    continue
                first[key] = line
                yield key, place

    def _whole_rows(self, lines: _Lines) -> Iterator[tuple[int, int, list[str]]]:
        """Each row, its line and its place. One that is wrong costs its first line and no other: a
        quotation mark that nobody closed would take all that follow with it."""
        rows = csv.reader(lines, delimiter=self.file.delimiter)
        while True:
            line, place = lines.number + 1, lines.offset
            lines.row.clear()
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as problem:
                row, why = [], str(problem)
            else:
                is_head = line == 1
                why = "" if is_head else self._why_not(row, lines.row, lines.offset - place)
            if not why:
                yield line, place, row
                continue
            if len(lines.row) > 1:
                why = f'a quotation mark (") in this line is not closed, or the row is none: {why}'
                lines.back()
            rows = csv.reader(lines, delimiter=self.file.delimiter)
            self._wrong(line, why)

    def _why_not(self, row: list[str], written: list[str], octets: int) -> str:
        """Why this is no row; "": it is one."""
        if any(row) and len(row) != self.file.columns:
            return f"{len(row)} cells, and the first line has {self.file.columns}"
        if octets > LONGEST_ROW:
            return f"longer than {LONGEST_ROW // 1024} KB"
        if len(written) > 1:  # over several lines it has to be written as RFC 4180 has it
            try:
                list(csv.reader(written, delimiter=self.file.delimiter, strict=True))
            except csv.Error as problem:
                return str(problem)
        return ""

    def _wrong(self, line: int, why: str) -> None:
        self.bad.append(BadRow(line, why))


def _keys(cell: str) -> list[str]:
    """The addresses and @domains of a cell, folded."""
    return [mailbox_of(one) for one in _BETWEEN.split(cell) if _ADDRESS.fullmatch(one)]


def _hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest())
