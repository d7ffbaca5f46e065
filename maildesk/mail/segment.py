"""The new words: a readable text cut into what was written now, what is quoted, signed, forwarded, and our own marker.

A view, never a loss: the parts joined are the text. If cutting would leave
nothing, or answers stand between the quoted lines, all of it is shown.
Structure comes first where the text was made from HTML (html_scan), then
dividers, header blocks and "On … wrote:" lines (quote), then signatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from maildesk.mail.forward import bare_subject, block_below, from_attribution, from_block
from maildesk.mail.html_scan import Page, read, shows_structure
from maildesk.mail.message import Forwarded, Part, Role
from maildesk.mail.quote import (
    Attribution,
    HeaderBlock,
    attribution,
    divider,
    field_of,
    header_block,
    is_marker,
    is_rule,
    may_attribute,
    subject_says,
)
from maildesk.mail.signature import is_list_footer, signature_start

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff\u00ad\u00a0\u202f"), " ")
_MOST_LINES = 20_000  # what lies below is shown as it is


@dataclass(frozen=True, slots=True)
class Segmented:
    """The readable text, its parts (joined they give it again), and the outermost message forwarded inside it."""

    text: str
    parts: tuple[Part, ...]
    forwarded: Forwarded | None


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of quoted lines with the attribution above it; both ends in lines."""

    start: int
    end: int
    attributed: bool


@dataclass(slots=True)
class _Sheet:
    """The text on the cutting table; lives for one call of `segment` only."""

    raw: list[str]
    lines: list[str]
    quoted: list[bool]
    cuts: frozenset[int]
    signed: frozenset[int]
    subject: str
    roles: list[Role] = field(default_factory=list)
    runs: list[_Run] = field(default_factory=list)
    columns: dict[int, int] = field(default_factory=dict)
    forwarded: Forwarded | None = None


def segment(text: str, html: str, subject: str = "") -> Segmented:
    """Cut a message's words: the text/plain body where there is one, else the text of its HTML."""
    if not text.strip():
        if not html:
            return Segmented(text, _whole(text), None)
        page = read(html)
        return _segment(page.text, page, subject)
    found = _segment(text, None, subject)
    if html and found.forwarded is None and shows_structure(html) and all(part.role is not Role.QUOTE for part in found.parts):
        return _guided(found, text, html, subject)
    return found


def reply_of(parts: Sequence[Part]) -> str:
    """The new words alone, trimmed."""
    return "".join(part.text for part in parts if part.role is Role.NEW).strip()


def _whole(text: str) -> tuple[Part, ...]:
    return (Part(Role.NEW, text),) if text else ()


def _guided(found: Segmented, text: str, html: str, subject: str) -> Segmented:
    """The plain text showed no quote but the HTML has one: cut where its first quoted words stand in the text."""
    page = read(html)
    if not page.quoted and not page.cuts:
        return found
    at = min([start for start, _ in page.quoted] + list(page.cuts))
    wanted = next((" ".join(line.split()) for line in page.text[at : at + 2000].splitlines() if len(line.split()) > 2), "")[:40]
    if not wanted or not page.text[:at].strip():
        return found
    offset = 0
    for line in text.splitlines(keepends=True)[:_MOST_LINES]:
        if " ".join(line.split()).lstrip("> ")[:40] == wanted and text[:offset].strip():
            return _segment(text, Page(text, (), (), (offset,)), subject)
        offset += len(line)
    return found


def _segment(text: str, page: Page | None, subject: str) -> Segmented:
    raw = text.splitlines(keepends=True)
    clean = text if text.isascii() else text.translate(_INVISIBLE)
    lines = [line.strip() for line in clean.splitlines()]
    if len(lines) > _MOST_LINES:
        rest = "".join(raw[_MOST_LINES:])
        del raw[_MOST_LINES:], lines[_MOST_LINES:]
    else:
        rest = ""
    sheet = _Sheet(raw, lines, [line[:1] == ">" for line in lines], frozenset(), frozenset(), subject)
    if page is not None:
        _lay_out(sheet, page)
    _scan(sheet)
    _answers_between(sheet)
    _never_empty(sheet)
    _sign(sheet)
    parts = _parts(sheet)
    if rest:
        parts = (*parts[:-1], Part(parts[-1].role, parts[-1].text + rest))
    return Segmented(text, parts, sheet.forwarded)


def _lay_out(sheet: _Sheet, page: Page) -> None:
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
    sheet.cuts = frozenset(min(within([(cut, cut + 1), (cut, offset)]), default=-1) for cut in page.cuts)


def _scan(sheet: _Sheet) -> None:
    """From the top down: give every line its role, until something ends the writer's words for good."""
    lines, quoted = sheet.lines, sheet.quoted
    count = len(lines)
    sheet.roles = [Role.NEW] * count
    any_quoted = True in quoted
    said = subject_says(sheet.subject) if sheet.subject else ""
    at = 0
    introduced: Attribution | None = None
    while at < count:
        line = lines[at]
        if not line:
            at += 1
            continue
        if quoted[at]:
            at = _quoted_run(sheet, at, introduced, said)
            introduced = None
            continue
        if sheet.cuts and at in sheet.cuts and _ends_at(sheet, at, said):
            return
        first, last = line[0], line[-1]
        if first in "-_=*#—─~" or last in ":：" or (first == "M" and len(line) < 60):
            if first == "#" and is_marker(line):
                _marker(sheet, at)
                return
            if _divided(sheet, at, said):
                return
        if (":" in line[:30] or "：" in line[:30]) and field_of(line)[0]:
            block = header_block(lines, at)
            if block and _blocked(sheet, _above_rule(lines, at), block, said):
                return
            if block:
                at = block.end
                continue
        below = any_quoted and _quoted_below(sheet, at)
        if (last in ":：" or below or "@" in line or first == "-") and may_attribute(line, below):
            found = attribution(lines, at, below)
            if found and (below or found.certain):
                if not below and _attributed(sheet, found, said):
                    return
                if below:
                    _take(sheet, found)
                    introduced = found
        at += 1


def _quoted_below(sheet: _Sheet, at: int) -> bool:
    for below in range(at + 1, min(at + 6, len(sheet.lines))):
        if sheet.quoted[below]:
            return True
        if sheet.lines[below]:
            return False
    return False


def _take(sheet: _Sheet, found: Attribution) -> None:
    """Give the lines of an attribution to the quote below it; it may share its first line with the answer."""
    for at in range(found.start, found.end):
        sheet.roles[at] = Role.QUOTE
    if found.column:
        column = found.column
        line = sheet.lines[found.start]
        while column > 0 and line[column - 1] in "- \t":
            column -= 1
        if column:
            sheet.columns[found.start] = column


def _quoted_run(sheet: _Sheet, at: int, introduced: Attribution | None, said: str) -> int:
    """Give a run of quoted lines its role and go on behind it; a forward in it takes all that follows."""
    end = _run_end(sheet, at)
    inner = [line.lstrip("> \t") for line in sheet.lines[at : at + 40]]
    head = next((here for here, line in enumerate(inner) if line), None)
    attributed = introduced is not None
    if head is not None and inner[head] and introduced is None:
        line = inner[head]
        kind = divider(line) if line[0] in "-_=*—" or line[-1] in ":：" else ""
        block = block_below(inner, head) if kind else header_block(inner, head) if field_of(line)[0] else None
        lonely = not _said_above(sheet, at)
        if kind == "forwarded" or (block and (said == "forwarded" or (lonely and (kind or block.complete)))):
            _forward(sheet, at, at, HeaderBlock(at + block.end, block.values) if block else None)
            return len(sheet.lines)
        attributed = bool(kind or block) or any(
            line and may_attribute(line, False) and attribution(inner, here, True) for here, line in enumerate(inner[head : head + 4], head)
        )
    for here in range(at, end):
        sheet.roles[here] = Role.QUOTE
    sheet.runs.append(_Run(introduced.start if introduced else at, end, attributed))
    return end


def _run_end(sheet: _Sheet, at: int) -> int:
    """Behind the last quoted line of this run; blank lines and lines a gateway wrapped belong to it."""
    lines, quoted = sheet.lines, sheet.quoted
    count = len(lines)
    end = here = at + 1
    while here < count:
        if quoted[here]:
            end = here = here + 1
        elif not lines[here]:
            here += 1
            if here - end > 40:
                break
        elif here == end and _wrapped(sheet, here):
            here += 1
            end = here
        else:
            break
    return end


def _wrapped(sheet: _Sheet, at: int) -> bool:
    """Whether an unquoted line is the tail of the quoted one above: quoted text follows, and it was cut mid-sentence."""
    lines, quoted = sheet.lines, sheet.quoted
    if not any(quoted[at + 1 : at + 3]) or not lines[at - 1].startswith(">") or (at + 1 < len(lines) and not lines[at + 1]):
        return False
    line, before = lines[at], lines[at - 1]
    if line.startswith(("(http", "<http", "http", "<mailto")) or before.count("(") > before.count(")"):
        return True
    return len(before) > 56 and (line[0].islower() or before[-1] not in ".!?:;")


def _said_above(sheet: _Sheet, at: int) -> bool:
    """Whether the writer said anything above this line."""
    return any(sheet.lines[here] and sheet.roles[here] is Role.NEW for here in range(at))


def _above_rule(lines: Sequence[str], at: int) -> int:
    """Where a block begins, counting the rule (and blank lines) above it."""
    above = at
    for here in range(at - 1, max(-1, at - 4), -1):
        if lines[here]:
            return here if is_rule(lines[here]) else above
    return above


def _divided(sheet: _Sheet, at: int, said: str) -> bool:
    kind = divider(sheet.lines[at])
    if not kind:
        return False
    block = block_below(sheet.lines, at)
    if kind == "forwarded" or said == "forwarded" or (block and not _said_above(sheet, at)):
        _forward(sheet, at, at, block)
        return True
    if not _said_above(sheet, at):
        return False
    return _quote_from(sheet, at)


def _blocked(sheet: _Sheet, start: int, block: HeaderBlock, said: str) -> bool:
    lonely = not _said_above(sheet, start)
    if said == "forwarded" or (lonely and block.complete):
        _forward(sheet, start, start, block)
        return True
    return not lonely and _quote_from(sheet, start)


def _attributed(sheet: _Sheet, found: Attribution, said: str) -> bool:
    """An attribution over unquoted text: all below it is quoted, unless nothing would be left."""
    if said == "forwarded":
        below = "".join(sheet.raw[found.end :])
        sheet.forwarded = from_attribution(found, below, sheet.subject)
        for at in range(found.start, len(sheet.lines)):
            sheet.roles[at] = Role.FORWARD
        return True
    if found.column:
        _take(sheet, found)
        return _quote_from(sheet, found.end)
    return _said_above(sheet, found.start) and _quote_from(sheet, found.start)


def _ends_at(sheet: _Sheet, at: int, said: str) -> bool:
    """The HTML says that the earlier message begins here."""
    block = header_block(sheet.lines, at) or block_below(sheet.lines, at)
    if block is not None:
        return _blocked(sheet, at, block, said)
    return _said_above(sheet, at) and _quote_from(sheet, at)


def _quote_from(sheet: _Sheet, at: int) -> bool:
    for here in range(at, len(sheet.lines)):
        sheet.roles[here] = Role.QUOTE
    return True


def _marker(sheet: _Sheet, at: int) -> None:
    """Our own line: below it is our letter; a line that ends with a colon just above it introduces the quote."""
    _quote_from(sheet, at)
    above = next((here for here in range(at - 1, max(-1, at - 4), -1) if sheet.lines[here]), None)
    if above is not None and sheet.lines[above][-1] in ":：" and _said_above(sheet, above):
        sheet.roles[above] = Role.QUOTE


def _forward(sheet: _Sheet, start: int, at: int, block: HeaderBlock | None) -> None:
    """All from `start` on is a forwarded message; its text stands below the header block."""
    end = block.end if block else at + 1
    below = sheet.raw[end:]
    if sheet.lines[end - 1][:1] == ">":
        below = [_unquote(line) for line in below]
    text = "".join(below)
    sheet.forwarded = from_block(block, text) if block else Forwarded(None, (), "", bare_subject(sheet.subject), text.strip("\r\n"))
    for here in range(start, len(sheet.lines)):
        sheet.roles[here] = Role.FORWARD


def _unquote(line: str) -> str:
    bare = line.lstrip()
    return (bare[2:] if bare[1:2] == " " else bare[1:]) if bare[:1] == ">" else line


def _answers_between(sheet: _Sheet) -> None:
    """Answers between quoted lines cannot be read without them: show all down to the last answer."""
    runs = sheet.runs
    if not runs:
        return
    answers = [_answer_end(sheet, run.end, following.start) for run, following in zip(runs, runs[1:], strict=False)]
    last = _answer_end(sheet, runs[-1].end, len(sheet.lines))
    between = any(end and not following.attributed for end, following in zip(answers, runs[1:], strict=True))
    if not between and not (len(runs) == 1 and last and not runs[0].attributed and _said_above(sheet, runs[0].start)):
        return
    shown = last or max(end for end in answers if end)
    for at in range(runs[0].start, shown):
        if sheet.roles[at] is Role.QUOTE:
            sheet.roles[at] = Role.NEW
            sheet.columns.pop(at, None)


def _answer_end(sheet: _Sheet, first: int, last: int) -> int:
    """Where the writer's words in first … last-1 end, signature aside; 0 if there are none."""
    while last > first and sheet.roles[last - 1] is not Role.NEW:
        last -= 1
    last = signature_start(sheet.lines, first, last, at_end=True)
    while last > first and (not sheet.lines[last - 1] or sheet.roles[last - 1] is not Role.NEW):
        last -= 1
    return last if last > first else 0


def _never_empty(sheet: _Sheet) -> None:
    """Where cutting left nothing, and nothing was forwarded, show it all."""
    for at, line in enumerate(sheet.lines):
        if sheet.roles[at] is not Role.NEW and is_marker(line.lstrip("> ")):
            sheet.roles[at] = Role.MARKER
    if sheet.forwarded is not None or any(line and role is Role.NEW for line, role in zip(sheet.lines, sheet.roles, strict=True)):
        return
    if sheet.columns:
        return
    sheet.roles = [Role.NEW if role is Role.QUOTE else role for role in sheet.roles]


def _sign(sheet: _Sheet) -> None:
    """Find the signature at the end of each stretch of new words."""
    before = list(sheet.roles)
    count, at = len(sheet.lines), 0
    while at < count:
        if sheet.roles[at] is not Role.NEW:
            at += 1
            continue
        end = at
        while end < count and sheet.roles[end] is Role.NEW:
            end += 1
        start = signature_start(sheet.lines, at, end, at_end=True)
        footer = next((here for here in range(start, end) if is_list_footer(sheet.lines, here, end)), end)
        for here in range(start, end):
            sheet.roles[here] = Role.QUOTE if here >= footer else Role.SIGNATURE
        at = end
    for at in sheet.signed:
        if sheet.roles[at] is Role.NEW:
            sheet.roles[at] = Role.SIGNATURE
    if sheet.forwarded is None and not sheet.columns:
        if not any(line and role is Role.NEW for line, role in zip(sheet.lines, sheet.roles, strict=True)):
            sheet.roles = before


def _parts(sheet: _Sheet) -> tuple[Part, ...]:
    """Join neighbours of one role; blank lines stay with what stands above them."""
    parts: list[Part] = []
    held: list[str] = []
    role = Role.NEW

    def put(new_role: Role, piece: str) -> None:
        nonlocal role
        if held and new_role is not role:
            parts.append(Part(role, "".join(held)))
            held.clear()
        role = new_role
        held.append(piece)

    for at, line in enumerate(sheet.raw):
        column = sheet.columns.get(at)
        if column is not None and sheet.roles[at] is Role.QUOTE:
            column += len(line) - len(line.translate(_INVISIBLE).lstrip())
            put(Role.NEW, line[:column])
            line = line[column:]
        put(role if not sheet.lines[at] and held else sheet.roles[at], line)
    if held:
        parts.append(Part(role, "".join(held)))
    return tuple(parts)
