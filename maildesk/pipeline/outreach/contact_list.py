"""A contact list for a campaign: who is written to, and who is left out and why."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maildesk.config.customers.context import address_column
from maildesk.desk.replies.canned import variable
from maildesk.errors import BadPolicy, Mistake
from maildesk.mail.owners import contact_of
from maildesk.store.desk import outreach

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from maildesk.desk.policy import Policy

_ADDRESS = re.compile(
    r"[^\s@<>\"(),:;\[\]\\]+@[^\s@<>\"(),:;\[\]\\.]+(?:\.[^\s@<>\"(),:;\[\]\\.]+)+"
)
_NAMES = ("name", "customer_name", "nom", "full_name")


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody of the list: the line, their address, what the other columns say."""

    line: int
    address: str
    values: dict[str, str]

    @property
    def name(self) -> str:
        """What they are called, where a column says it."""
        return next((self.values[one] for one in _NAMES if self.values.get(one)), "")


@dataclass(frozen=True)
class ContactList:
    """The columns by their names as variables, and the rows."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]
    bad: tuple[tuple[int, str], ...]  # lines that cannot be used, and why


def read(path: Path) -> ContactList:
    """The list in this file; BadPolicy where its first line cannot be followed."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadPolicy([Mistake(str(path), 1, 1, "a file in UTF-8", "other octets")]) from None
    except OSError as problem:
        why = str(problem.strerror)
        raise BadPolicy([Mistake(str(path), 1, 1, "a file that can be read", why)]) from None
    # carriage returns end lines, too; a form feed or a line separator in a cell ends none
    lines = list(StringIO(text, newline="")) or [""]
    delimiter = max(",;\t", key=lines[0].count)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        names = [name.strip() for name in next(reader, [])]
        sample = lines[1] if len(lines) > 1 else ""
        at, mistake = address_column(names, sample, delimiter, str(path))
    except csv.Error as problem:
        raise BadPolicy([Mistake(str(path), 1, 1, "CSV", str(problem))]) from None
    if mistake is not None:
        raise BadPolicy([mistake])
    variables = tuple(variable(name) for name in names)
    found, bad = [], []
    try:
        for line, row in _numbered(reader):
            if len(row) != len(names):
                bad.append((line, f"{len(row)} cells, and the first line has {len(names)}"))
            elif not _ADDRESS.fullmatch(row[at].strip()):
                bad.append((line, f"no address: {row[at].strip()[:60]}"))
            else:
                cells = {name: cell.strip() for name, cell in zip(variables, row, strict=True)}
                found.append(Row(line, row[at].strip(), cells))
    except csv.Error as problem:
        raise BadPolicy([Mistake(str(path), reader.line_num, 1, "CSV", str(problem))]) from None
    return ContactList(variables, tuple(found), tuple(bad))


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with the line on which it begins."""
    before = reader.line_num
    for row in reader:
        if any(cell.strip() for cell in row):
            yield before + 1, row
        before = reader.line_num


def left_out(
    conn: Connection, policy: Policy, campaign: str, rows: Sequence[Row], now: datetime
) -> dict[int, str]:
    """Who is not written to, by the line, and why."""
    before, silent = outreach.written(conn, campaign), outreach.silent(conn)
    dead = outreach.dead(conn, now, (row.address for row in rows))
    seen: dict[str, int] = {}
    found: dict[int, str] = {}
    for row in rows:
        key = contact_of(row.address)
        first = seen.setdefault(key, row.line)
        if first != row.line:
            found[row.line] = f"stands on line {first} already"
        elif not policy.may_take_part(row.address):
            found[row.line] = "an address of the desk or of an agent"
        elif key in before:
            found[row.line] = "was written to by this campaign"
        elif key in silent:
            found[row.line] = "has unsubscribed"
        elif row.address in dead:
            found[row.line] = "mail to this address came back"
    return found
