"""The cutting table of `segment`: the lines of one text, what the HTML said about them, and the
roles they are given."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from unicodedata import is_normalized, normalize

from maildesk.mail.html.scan import Page
from maildesk.mail.message import Forwarded, Part, Role
from maildesk.mail.reply.phrases import MARKER_BEGIN
from maildesk.mail.reply.quote_marks import with_one_mark

_INVISIBLE = re.compile("[\xa0\xad\u200b-\u200f\u202a-\u202f\u2060\ufeff]")
MOST_LINES = 20_000  # what lies below goes with the last part


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of quoted lines with the attribution above it; both ends in lines."""

    start: int
    end: int
    attributed: bool


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of the message says: its subject, and whether it answers another message."""

    subject: str
    answers: bool = True


@dataclass(slots=True)
class Sheet:
    """The text on the cutting table; lives for one call of `segment` only."""

    raw: list[str]
    lines: list[str]
    quoted: list[bool]
    subject: str
    answers: bool  # whether the message answers another one
    rest: str = ""
    cuts: frozenset[int] = frozenset()
    ruled: frozenset[int] = frozenset()
    signed: frozenset[int] = frozenset()
    roles: list[Role] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    # quoted lines with a picture of the writer's right above
    pictured: set[int] = field(default_factory=set)
    columns: dict[int, int] = field(default_factory=dict)
    cited: set[int] = field(default_factory=set)  # quoted lines that are shown as new
    forwarded: Forwarded | None = None
    marked: bool = False  # whether our own marker stands somewhere
    said: int = 0  # no new words stand above this line
    # whether the letter begins with an "On … wrote:" that nothing is marked under:
    # a log of such lines
    logged: bool = False
    ended: bool = False  # whether an earlier message begins somewhere and goes on to the end


def lay(text: str, page: Page | None, head: Head) -> Sheet:
    """Put a text on the table, with the structure of the page it was made from."""
    raw = text.splitlines(keepends=True)
    clean = text if text.isascii() else _normal(text)
    lines = with_one_mark(clean, [line.strip() for line in clean.splitlines()])
    rest = "".join(raw[MOST_LINES:])
    del raw[MOST_LINES:], lines[MOST_LINES:]
    roles, marked = [Role.NEW] * len(lines), MARKER_BEGIN in text
    sheet = Sheet(
        raw,
        lines,
        _quoted_lines(lines),
        head.subject,
        head.answers,
        rest=rest,
        roles=roles,
        marked=marked,
    )
    if page is not None:
        _lay_out(sheet, page)
    return sheet


def _normal(text: str) -> str:
    """For comparing: invisible characters as spaces, accents composed."""
    clean = _INVISIBLE.sub(" ", text)
    return clean if is_normalized("NFC", clean) else normalize("NFC", clean)


def _quoted_lines(lines: Sequence[str]) -> list[bool]:
    """Which lines begin with >, save where it closes an address that "On … <"
    opened on the line above."""
    quoted = [line[:1] == ">" or line[:1] == "＞" for line in lines]
    if True in quoted:
        for at in range(1, len(lines)):
            if quoted[at] and not quoted[at - 1] and lines[at][-1] in ":：" and len(lines[at]) < 40:
                quoted[at] = not (
                    "@" in lines[at - 1] and lines[at - 1].count("<") >= lines[at - 1].count(">")
                )
    return quoted


def _lay_out(sheet: Sheet, page: Page) -> None:
    """Carry the structure of the HTML over to the lines of its text."""
    starts, offset = [], 0
    for line in sheet.raw:
        starts.append(offset)
        offset += len(line)

    def within(spans: Sequence[tuple[int, int]]) -> set[int]:
        found: set[int] = set()
        at = 0
        for begin, end in sorted(spans):
            while at < len(starts) and starts[at] < begin:
                at += 1
            while at < len(starts) and starts[at] < end:
                found.add(at)
                at += 1
        return found

    for at in within(page.quoted):
        sheet.quoted[at] = True
    sheet.signed = frozenset(within(page.signed))

    def shown_from(offset: int) -> int:
        at = bisect_left(starts, offset)
        while at < len(starts) and not sheet.lines[at]:
            at += 1
        return at

    for picture in page.pictures:
        at = shown_from(picture)
        if 0 < at < len(starts) and sheet.quoted[at]:
            sheet.pictured.add(at)
    sheet.cuts = frozenset(map(shown_from, page.cuts))
    sheet.ruled = frozenset(map(shown_from, page.ruled)) - sheet.cuts


def show(sheet: Sheet, at: int) -> None:
    """A quoted line is shown as new after all; of one that it shares with an answer nobody can say
    whose it is."""
    if sheet.roles[at] is Role.QUOTE:
        sheet.roles[at] = Role.NEW
        if sheet.columns.pop(at, None) is None:
            sheet.cited.add(at)


def parts_of(sheet: Sheet) -> tuple[Part, ...]:
    """Join neighbours of one role, cited ones apart; blank lines stay with what
    stands above them."""
    parts: list[Part] = []
    held: list[str] = []
    kind = (sheet.roles[0] if sheet.roles else Role.NEW, 0 in sheet.cited)
    for line, raw, role, at in zip(sheet.lines, sheet.raw, sheet.roles, count(), strict=False):
        given = (role, at in sheet.cited)
        # the answer and "On … wrote:" share this line
        if at in sheet.columns and role is Role.QUOTE:
            column = sheet.columns[at] + len(raw) - len(_INVISIBLE.sub(" ", raw).lstrip())
            if held and kind != (Role.NEW, False):
                parts.append(Part(kind[0], "".join(held), kind[1]))
                held = []
            parts.append(Part(Role.NEW, "".join((*held, raw[:column]))))
            held, kind, raw = [], (Role.QUOTE, False), raw[column:]
        elif given != kind and (line or not held):
            if held:
                parts.append(Part(kind[0], "".join(held), kind[1]))
                held = []
            kind = given
        held.append(raw)
    if held:
        parts.append(Part(kind[0], "".join(held) + sheet.rest, kind[1]))
    return tuple(parts)


def said_above(sheet: Sheet, at: int) -> bool:
    """Whether the writer said anything above this line."""
    while sheet.said < at and not (sheet.lines[sheet.said] and sheet.roles[sheet.said] is Role.NEW):
        sheet.said += 1
    return sheet.said < at


def shows_new(sheet: Sheet) -> bool:
    """Whether any words are left to show as new."""
    return any(
        line and role is Role.NEW for line, role in zip(sheet.lines, sheet.roles, strict=True)
    )
