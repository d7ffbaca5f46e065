"""From the top of a text down: where the writer's own words stop for good, and which lines between
are quoted."""

from __future__ import annotations

from collections.abc import Sequence

from maildesk.mail.message import Forwarded, Role
from maildesk.mail.reply.forward import (
    bare_subject,
    block_below,
    from_attribution,
    from_block,
    unknown_block,
)
from maildesk.mail.reply.header_block import (
    HeaderBlock,
    field_of,
    header_block,
    may_be_notes,
    notes_block,
)
from maildesk.mail.reply.quote import (
    RULE,
    UNRULED,
    Attribution,
    attribution,
    divider,
    ends_forward,
    is_groupwise,
    is_marker,
    is_rule,
    is_ruled,
    may_attribute,
    subject_says,
)
from maildesk.mail.reply.quote_marks import unmarked
from maildesk.mail.reply.segment_lines import Run, Sheet, said_above

# lines that look like the beginning of a quote and are not; no letter has so many
_MOST_CANDIDATES = 500
_SIGNS = frozenset({"--", "—", "––", "——"})


def scan(sheet: Sheet, at: int = 0) -> None:
    """Give every line from `at` on its role, until something ends the writer's words for good."""
    lines, quoted = sheet.lines, sheet.quoted
    count = len(lines)
    any_quoted = True in quoted
    said = subject_says(sheet.subject) if sheet.subject else ""
    introduced: Attribution | None = None
    patience = _MOST_CANDIDATES
    while at < count:
        line = lines[at]
        if not line:
            at += 1
            continue
        if quoted[at]:
            if line[-1] == ">" and _is_unmarked_quote(sheet, at):
                _quote_from(sheet, at)
                return
            at = _quoted_run(sheet, at, introduced, said)
            introduced = None
            continue
        if (at in sheet.cuts or at in sheet.ruled) and _ends_at(sheet, at, said):
            return
        first, last = line[0], line[-1]
        if first in RULE or last in ":：" or (len(line) < 50 and line.lower() in UNRULED):
            if first in "#*_" and is_marker(line):
                _marker(sheet, at)
                return
            if _divided(sheet, at, said):
                return
        if patience and (":" in line[:30] or "：" in line[:30]) and field_of(line)[0]:
            patience -= 1
            block = header_block(lines, at)
            start = _above_rule(lines, at, block) if block else at
            if block and _blocked(
                sheet, start, block, said, sure=start < at or _is_printed(sheet, at, block)
            ):
                return
            if block:
                at = block.end
                continue
        if patience and may_be_notes(line):
            patience -= 1
            noted = notes_block(lines, at)
            if noted and _blocked(sheet, noted[0], noted[1], said, sure=True):
                return
        below = any_quoted and _quoted_below(sheet, at)
        if (
            patience
            and (last in ":：" or below or "@" in line or first == "-")
            and may_attribute(line, below)
        ):
            found = attribution(lines, at, below)
            patience -= 1
            if found and (found.certain or (below and sheet.answers)):
                if (not below or said == "forwarded") and _attributed(sheet, found, said):
                    return
                if below:
                    _take(sheet, found)
                    introduced = found
        at += 1


def _is_unmarked_quote(sheet: Sheet, at: int) -> bool:
    """Whether GroupWise's line stands here, with a quote below that bears no marks."""
    below = at + 1 < len(sheet.lines) and sheet.quoted[at + 1]
    return not below and is_groupwise(sheet.lines[at]) and said_above(sheet, at)


def _is_printed(sheet: Sheet, at: int, block: HeaderBlock) -> bool:
    """Whether a program printed this block: people show such blocks, too, and introduce them; forms
    look like them."""
    if sheet.answers is block.of_outlook:
        return sheet.answers
    above = next((line for line in reversed(sheet.lines[max(0, at - 3) : at]) if line), "")
    return not above.endswith((":", "："))


def _quoted_below(sheet: Sheet, at: int) -> bool:
    for below in range(at + 1, min(at + 6, len(sheet.lines))):
        if sheet.quoted[below]:
            return True
        if sheet.lines[below]:
            return False
    return False


def _take(sheet: Sheet, found: Attribution) -> None:
    """Give the lines of an attribution to the quote below it; it may share its first
    line with the answer."""
    for at in range(found.start, found.end):
        sheet.roles[at] = Role.QUOTE
    if found.column:
        column = found.column
        line = sheet.lines[found.start]
        while column > 0 and line[column - 1] in "- \t":
            column -= 1
        if column:
            sheet.columns[found.start] = column


def _quoted_run(sheet: Sheet, at: int, introduced: Attribution | None, said: str) -> int:
    """Give a run of quoted lines its role and go on behind it; a forward in it takes
    all that follows."""
    end = _run_end(sheet, at)
    inner = [line.lstrip(">＞ \t") for line in sheet.lines[at : min(end, at + 40)]]
    head = next((here for here, line in enumerate(inner) if line), None)
    attributed = introduced is not None
    if head is not None and inner[head] and introduced is None:
        line = inner[head]
        kind = divider(line) if line[0] in RULE or line[-1] in ":：" else ""
        block = (
            block_below(inner, head)
            if kind
            else header_block(inner, head)
            if field_of(line)[0]
            else None
        )
        # announced in a language of no table
        if not kind and block is None and line[-1] in ":：" and len(line) < 80:
            below = block_below(inner, head)
            kind, block = ("forwarded", below) if below and below.complete else ("", None)
        lonely = not said_above(sheet, at)
        if kind == "forwarded" or (
            block and (said == "forwarded" or (lonely and (kind or block.complete)))
        ):
            _forward(sheet, at, at, HeaderBlock(at + block.end, block.values) if block else None)
            return len(sheet.lines)
        if (
            block
            and not kind
            and not lonely
            and _above_rule(sheet.lines, at) < at
            and not any(inner[block.end :])
        ):
            # Centrum.cz marks the block, and not the letter below it
            _quote_from(sheet, _above_rule(sheet.lines, at))
            return len(sheet.lines)
        attributed = bool(kind or block) or _introduces_itself(inner, head)
    for here in range(at if attributed and introduced else _above_rule(sheet.lines, at), end):
        sheet.roles[here] = Role.QUOTE
    sheet.runs.append(Run(introduced.start if introduced else at, end, attributed))
    return end


def _introduces_itself(inner: Sequence[str], head: int) -> bool:
    """Apple Mail quotes its own "On … wrote:", too."""
    lines = range(head, min(head + 4, len(inner)))
    return any(
        inner[at] and may_attribute(inner[at], False) and attribution(inner, at, True)
        for at in lines
    )


def _run_end(sheet: Sheet, at: int) -> int:
    """Behind the last quoted line of this run; blank lines and lines a gateway
    wrapped belong to it."""
    lines, quoted = sheet.lines, sheet.quoted
    count = len(lines)
    end = here = at + 1
    while here < count:
        if quoted[here]:
            if here in sheet.pictured:
                break
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


def _wrapped(sheet: Sheet, at: int) -> bool:
    """Whether an unquoted line is the tail of the quoted one above: quoted text follows, and it was
    cut mid-sentence."""
    lines, quoted = sheet.lines, sheet.quoted
    if (
        not any(quoted[at + 1 : at + 3])
        or not lines[at - 1].startswith(">")
        or (at + 1 < len(lines) and not lines[at + 1])
    ):
        return False
    line, before = lines[at], lines[at - 1]
    if line.startswith(("(http", "<http", "http", "<mailto")) or before.count("(") > before.count(
        ")"
    ):
        return True
    return len(before) > 56 and (line[0].islower() or before[-1] not in ".!?:;")


def _above_rule(lines: Sequence[str], at: int, block: HeaderBlock | None = None) -> int:
    """Where a block begins, counting the rule or divider (and blank lines) above it, in a language
    of no table, too."""
    for here in range(at - 1, max(-1, at - 4), -1):
        line = lines[here]
        if line:
            # Apple Mail's order, and no other's
            announced = block is not None and list(block.values)[:2] == ["from", "subject"]
            announced = (
                announced
                and line[-1] in ":："
                and len(line) < 80
                and "@" not in line
                and not any(lines[:here])
            )
            return here if is_rule(line) or is_ruled(line) or announced else at
    return at


def _divided(sheet: Sheet, at: int, said: str) -> bool:
    kind = divider(sheet.lines[at])
    if not kind:
        return said == "forwarded" and _divided_in_no_known_language(sheet, at)
    below = sheet.lines[at : at + 80]
    block = block_below([line.lstrip(">＞ \t") for line in below], 0)
    if block is None and (
        sheet.lines[at][0] not in RULE or (kind == "original" and not sheet.answers)
    ):
        return False
    if block:
        block = HeaderBlock(at + block.end, block.values)
    if kind == "forwarded" or said == "forwarded" or (block and not said_above(sheet, at)):
        _forward(sheet, at, at, block)
        return True
    if not said_above(sheet, at):
        return False
    return _quote_from(sheet, at)


def _divided_in_no_known_language(sheet: Sheet, at: int) -> bool:
    """A rule, or words between dashes, over what can only be a header block."""
    line = sheet.lines[at]
    below = next(
        (here for here in range(at + 1, min(at + 4, len(sheet.lines))) if sheet.lines[here]), None
    )
    if below is None or not (is_rule(line) or is_ruled(line)) or header_block(sheet.lines, below):
        return False
    block = unknown_block(sheet.lines, below)
    if block is None or not {"from", "date", "subject"} <= block.values.keys():
        return False
    _forward(sheet, at, at, block)
    return True


def _blocked(sheet: Sheet, start: int, block: HeaderBlock, said: str, *, sure: bool) -> bool:
    lonely = not said_above(sheet, start)
    if said == "forwarded" or (lonely and block.complete):
        _forward(sheet, start, start, block)
        return True
    return sure and not lonely and _quote_from(sheet, start)


def _attributed(sheet: Sheet, found: Attribution, said: str) -> bool:
    """An attribution over unquoted text: all below it is quoted, unless nothing would be left."""
    if said == "forwarded":
        marked = _quoted_below(sheet, found.end - 1)
        below = "".join(unmarked(line) if marked else line for line in sheet.raw[found.end :])
        sheet.forwarded = from_attribution(found, below, sheet.subject)
        for at in range(found.start, len(sheet.lines)):
            sheet.roles[at] = Role.FORWARD
        return True
    if found.told or sheet.logged or not (sheet.answers or found.complete):
        return False
    if found.column:
        _take(sheet, found)
        return _quote_from(sheet, found.end)
    sheet.logged = not said_above(sheet, found.start)
    return not sheet.logged and _quote_from(sheet, found.start)


def _ends_at(sheet: Sheet, at: int, said: str) -> bool:
    """The HTML says that the earlier message begins here."""
    block = (
        header_block(sheet.lines, at)
        or unknown_block(sheet.lines, at)
        or block_below(sheet.lines, at)
    )
    if (
        at in sheet.ruled
        and not sheet.answers
        and (block is None or next(iter(block.values)) != "from")
    ):
        return False
    if block is not None:
        return _blocked(sheet, _above_rule(sheet.lines, at), block, said, sure=True)
    return said_above(sheet, at) and _quote_from(sheet, at)


def _quote_from(sheet: Sheet, at: int) -> bool:
    sheet.ended = True
    for here in range(at, len(sheet.lines)):
        sheet.roles[here] = Role.QUOTE
    return True


def _marker(sheet: Sheet, at: int) -> None:
    """Our own line: below it is our letter; a line that ends with a colon just above it introduces
    the quote."""
    _quote_from(sheet, at)
    above = next((here for here in range(at - 1, max(-1, at - 4), -1) if sheet.lines[here]), None)
    if above is not None and sheet.lines[above][-1] in ":：" and said_above(sheet, above):
        sheet.roles[above] = Role.QUOTE


def _is_marked(sheet: Sheet, at: int) -> bool:
    """Whether the whole letter from here on is marked as quoted, but for what is signed below it: a
    letter that only begins with a quote keeps its marks."""
    for here in range(at, len(sheet.lines)):
        line = sheet.lines[here]
        if line in _SIGNS:
            break
        if line and not sheet.quoted[here] and not _wrapped(sheet, here):
            return False
    return any(sheet.quoted[at:])


def _forward(sheet: Sheet, start: int, at: int, block: HeaderBlock | None) -> None:
    """All from `start` on is a forwarded message; its text stands below the header block."""
    end = block.end if block else at + 1
    over = _end_of_forward(sheet, end)
    below = sheet.raw[end:over]
    if sheet.lines[end - 1][:1] == ">" or _is_marked(sheet, end):
        below = [unmarked(line) for line in below]
    text = "".join(below)
    sheet.forwarded = (
        from_block(block, text)
        if block
        else Forwarded(None, (), "", bare_subject(sheet.subject), text.strip("\r\n"))
    )
    for here in range(start, over):
        sheet.roles[here] = Role.FORWARD
    if over < len(sheet.lines):  # below it the writer goes on
        sheet.roles[over] = Role.MARKER
        sheet.roles[over + 1 :] = [Role.NEW] * (len(sheet.lines) - over - 1)


def _end_of_forward(sheet: Sheet, start: int) -> int:
    """Where a program says that the forwarded message is over; else behind the last line."""
    count = len(sheet.lines)
    ends = (at for at in range(count - 1, start - 1, -1) if ends_forward(sheet.lines[at]))
    return next(ends, count)
