"""The new words: a readable text cut into what was written now, what is quoted, signed, forwarded,
and our own marker.

A view, never a loss: the parts joined are the text. If cutting would leave
nothing, or answers stand between the quoted lines, all of it is shown.
Structure comes first where the text was made from HTML (html_scan), then
dividers, header blocks and "On … wrote:" lines (quote), then signatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from maildesk.mail.html.scan import Page, read, shows_answer, shows_structure
from maildesk.mail.message import Forwarded, Part, Role
from maildesk.mail.reply.alternatives import is_wordless, other_words
from maildesk.mail.reply.marked_signature import names_signature, without_signature
from maildesk.mail.reply.phrases import folded
from maildesk.mail.reply.phrases_quote import ANSWERS_BELOW
from maildesk.mail.reply.quote import is_marker
from maildesk.mail.reply.segment_lines import (
    MOST_LINES,
    Head,
    Run,
    Sheet,
    lay,
    parts_of,
    said_above,
    show,
    shows_new,
)
from maildesk.mail.reply.segment_scan import scan
from maildesk.mail.reply.signature import banner_end, is_list_footer, legal_start, signature_start

_STUB = 400


@dataclass(frozen=True, slots=True)
class Segmented:
    """The readable text, its parts (joined they give it again), and the outermost message forwarded
    inside it."""

    text: str
    parts: tuple[Part, ...]
    forwarded: Forwarded | None
    is_signature: bool = False  # the new words are nothing but what their writer's program adds


def segment(text: str, html: str, subject: str = "", *, answers: bool = True) -> Segmented:
    """Cut a message's words: the text/plain body where there is one, else the text of its HTML.

    Nothing stands below a message that answers none (no In-Reply-To, no "Re:")
    but what its writer put there: only what is marked beyond doubt is cut.
    """
    found = _found(text, html, Head(subject, answers or shows_answer(html)))
    if not names_signature(html):
        return found
    parts = without_signature(found.parts, html)
    if found.forwarded is None and not reply_of(parts):
        return replace(found, is_signature=True)
    return replace(found, parts=parts)


def reply_of(parts: Sequence[Part]) -> str:
    """The new words alone, trimmed."""
    return "".join(part.text for part in parts if part.role is Role.NEW).strip()


def _found(text: str, html: str, head: Head) -> Segmented:
    if not text.strip():
        if not html:
            return Segmented(text, _whole(text), None)
        page = _written(html)
        return _segment(page.text, page, head)
    if html and len(text) < _STUB and ("html" in text.lower() or is_wordless(text)):
        page = read(html)
        if len(page.text) > 2 * len(text):
            # "Your mail program cannot show HTML" is nobody's letter
            return _segment(page.text, page, head)
    other = other_words(text, html) if html else None
    if other is not None:
        return _joined(_segment(other.text, other, head), _segment(text, None, head))
    found = _segment(text, None, head)
    if (
        html
        and found.forwarded is None
        and shows_structure(html)
        and all(part.role is not Role.QUOTE for part in found.parts)
    ):
        return _guided(found, text, html, head)
    return found


def _written(html: str) -> Page:
    """The page as it is seen. Where nothing is to be seen above its quote, its writer saw in the
    dark what they wrote in white: it counts."""
    page = read(html)
    starts = [*(start for start, _ in page.quoted), *page.cuts, *page.ruled]
    if not starts or page.text[: min(starts)].strip():
        return page
    whole = read(html, hidden=True)
    starts = [*(start for start, _ in whole.quoted), *whole.cuts, *whole.ruled]
    return whole if starts and whole.text[: min(starts)].strip() else page


def _whole(text: str) -> tuple[Part, ...]:
    return (Part(Role.NEW, text),) if text else ()


def _joined(shown: Segmented, beside: Segmented) -> Segmented:
    """Two dresses that say different things, one below the other: first what most programs show."""
    gap = Part(shown.parts[-1].role, shown.parts[-1].text.rstrip("\n") + "\n\n")
    parts = (*shown.parts[:-1], gap, *beside.parts)
    return Segmented(
        "".join(part.text for part in parts), parts, shown.forwarded or beside.forwarded
    )


def _guided(found: Segmented, text: str, html: str, head: Head) -> Segmented:
    """The plain text showed no quote but the HTML has one: cut where its first quoted words stand
    in the text."""
    page = read(html)
    starts = [*(start for start, _ in page.quoted), *page.cuts, *page.ruled]
    if not starts:
        return found
    at = min(starts)
    quoted = (" ".join(line.split()) for line in page.text[at : at + 4000].splitlines())
    wanted = {line[:40] for line in islice((line for line in quoted if len(line) > 16), 6)}
    if not wanted or not page.text[:at].strip():
        return found
    offset, began = 0, False
    for line in text.splitlines(keepends=True)[:MOST_LINES]:
        words = " ".join(line.split())
        if began and len(words) > 16 and words[:40] in wanted:
            return _segment(text, Page(text, (), (), (offset,)), head)
        offset += len(line)
        began = began or bool(words)
    return found


def _segment(text: str, page: Page | None, head: Head) -> Segmented:
    sheet = lay(text, page, head)
    above = banner_end(sheet.lines)
    sheet.roles[:above] = [Role.QUOTE] * above
    scan(sheet, above)
    _cited_on_purpose(sheet)
    _answers_between(sheet)
    _announced_below(sheet)
    _never_empty(sheet)
    says_something = _sign(sheet)
    return Segmented(text, parts_of(sheet), sheet.forwarded, is_signature=not says_something)


def _cited_on_purpose(sheet: Sheet) -> None:
    """A quote without "On … wrote:" above one that has it, or in a letter that answers none,
    belongs to the writer's words."""
    kept: list[Run] = []
    last = max((run.start for run in sheet.runs if run.attributed), default=-1)
    if sheet.ended or not sheet.answers:
        last = len(sheet.lines)
    for run in sheet.runs:
        if run.attributed or run.start > last:
            kept.append(run)
            continue
        for at in range(run.start, run.end):
            show(sheet, at)
    sheet.runs = kept


def _answers_between(sheet: Sheet) -> None:
    """Answers between quoted lines cannot be read without them: show all down
    to the last answer."""
    runs = sheet.runs
    if not runs:
        return
    answers = [
        following.start
        if following.start in sheet.pictured
        else _answer_end(sheet, run.end, following.start)
        for run, following in pairwise(runs)
    ]
    last = _answer_end(sheet, runs[-1].end, len(sheet.lines))
    between = any(
        end and not following.attributed for end, following in zip(answers, runs[1:], strict=True)
    )
    if not between and not (
        len(runs) == 1 and last and not runs[0].attributed and said_above(sheet, runs[0].start)
    ):
        return
    shown = last or max(end for end in answers if end)
    for at in range(runs[0].start, shown):
        show(sheet, at)


def _announced_below(sheet: Sheet) -> None:
    """Where the writer says that the answers stand below, in red or between the lines, the quote is
    shown with them."""
    if sheet.marked or Role.QUOTE not in sheet.roles or sheet.forwarded is not None:
        return
    said = folded(
        " ".join(
            line
            for line, role in zip(sheet.lines, sheet.roles, strict=True)
            if role is Role.NEW and line
        )[:_STUB]
    )
    if any(phrase in said for phrase in ANSWERS_BELOW):
        for at in range(len(sheet.lines)):
            show(sheet, at)


def _answer_end(sheet: Sheet, first: int, last: int) -> int:
    """Where the writer's words in first … last-1 end, signature aside; 0 if there are none."""
    while last > first and sheet.roles[last - 1] is not Role.NEW:
        last -= 1
    last = signature_start(sheet.lines, first, last, at_end=True)
    while last > first and (not sheet.lines[last - 1] or sheet.roles[last - 1] is not Role.NEW):
        last -= 1
    return last if last > first else 0


def _never_empty(sheet: Sheet) -> None:
    """Where cutting left nothing, and nothing was forwarded, show it all."""
    for at, line in enumerate(sheet.lines if sheet.marked else ()):
        if sheet.roles[at] is not Role.NEW and is_marker(line.lstrip("> ")):
            sheet.roles[at] = Role.MARKER
    if sheet.forwarded is not None or sheet.columns or shows_new(sheet):
        return
    for at in range(len(sheet.lines)):
        show(sheet, at)


def _sign(sheet: Sheet) -> bool:
    """Find the signature at the end of each stretch of new words. False: there are none but the
    signature, which is shown then."""
    before = list(sheet.roles)
    count, at = len(sheet.lines), 0
    while at < count:
        if sheet.roles[at] is not Role.NEW:
            at += 1
            continue
        end = at
        while end < count and sheet.roles[end] is Role.NEW:
            end += 1
        start = signature_start(sheet.lines, at, end, at_end=True, answers=sheet.answers)
        footer = next(
            (here for here in range(start, end) if is_list_footer(sheet.lines, here, end)), end
        )
        first = next(
            (here for here in range(start, min(start + 3, end)) if here in sheet.signed), None
        )
        legal = end if first is None else legal_start(sheet.lines, at, end)
        for here in range(start, end):
            if (
                first is not None
                and first < here < legal
                and here not in sheet.signed
                and sheet.lines[here]
            ):
                continue  # the HTML knows where the signature stops
            sheet.roles[here] = Role.QUOTE if here >= footer else Role.SIGNATURE
        at = end
    for at in sheet.signed:
        if sheet.roles[at] is Role.NEW:
            sheet.roles[at] = Role.SIGNATURE
    if sheet.forwarded is None and not sheet.columns and not shows_new(sheet):
        sheet.roles = before
        return not shows_new(sheet)
    return True
