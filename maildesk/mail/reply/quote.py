"""Where other people's words begin: dividers, header blocks and "On … wrote:" lines, recognised
line by line.

Every function looks at a bounded number of lines and runs no pattern that can
backtrack, so the cost is linear in the text. Lines come in stripped, without
invisible characters; the phrases are in the tables of phrases.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from maildesk.mail.reply.phrases import MARKER_BEGIN, MARKER_END, folded
from maildesk.mail.reply.phrases_quote import (
    FORWARD_END,
    FORWARD_PREFIX,
    FORWARDED,
    LEAD,
    MESSAGE_FROM,
    ORIGINAL,
    REPLY_PREFIX,
    TOLD,
    WROTE,
    WROTE_OR_SAID,
)

RULE = "-‐‑‒–—―_=*#~+─━"
_RULE = RULE + " \t"
_TAIL = " \t:：*_-–—,."
_MAX_JOINED = 600
_DATE = re.compile(r"\d{1,4}[-/.年] ?\d{1,2}|\d{1,2}[:.h時时點点시] ?\d\d|\b(?:19|20)\d\d\b")
_DIGIT_OR_AT = re.compile(r"[\d@]")
_SHARED = re.compile(
    r"[\s\-](?=(?:On|Am|Le|El|Il|Em|Op|Den|Dne|Dňa|Dnia|W dniu|På|В|Vào|Pada|Στις|În|Pe|Dana|In "
    r"data|Il giorno)\s[^\n]{0,25}\d)"
)
_LEAD_WORDS = tuple(lead + " " for lead in LEAD)
_SAID = tuple(WROTE_OR_SAID)
_LONG_LEADS = tuple(lead for lead in LEAD if len(lead) > 10)
_APART = re.compile(r"[\s'’,]+")
_TIME_ENDS = (" am", " pm", "a.m", "p.m", "uhr", "0am", "5am", "0pm", "5pm", "上午", "下午")
_CJK_VERBS = frozenset(verb for verb in WROTE if ord(verb[0]) > 0x2E80)
_VERBS_BY_END = {
    end: tuple(verb for verb in WROTE if verb[-1] == end) for end in {verb[-1] for verb in WROTE}
}


@dataclass(frozen=True, slots=True)
class Attribution:
    """A line such as "On … wrote:": from line `start`, character `column` of it,
    through line `end` - 1."""

    start: int
    end: int
    text: str
    column: int = 0
    certain: bool = True  # unquoted text below it is a quote, too

    @property
    def told(self) -> bool:
        """Whether a person tells it: "on 3 November he wrote to me:". Programs name names and give
        the year or the hour."""
        if "@" in self.text or self.text.startswith("---"):
            return False
        return not _DATE.search(self.text) or not TOLD.isdisjoint(_APART.split(self.text))

    @property
    def complete(self) -> bool:
        """Whether it says when, and who by an address: what only programs do."""
        return "@" in self.text and _starts(self.text)


def is_marker(line: str) -> bool:
    """Whether our own line "write your answer above" stands here, in whatever
    language it was printed."""
    bare = line.strip("*_ ")
    return bare.startswith(MARKER_BEGIN) and bare.endswith(MARKER_END)


def is_ruled(line: str) -> bool:
    """Words between dashes: a divider, whatever it says."""
    return len(line) > 8 and not line[:3].strip(RULE) and not line[-3:].strip(RULE)


def divider(line: str) -> str:
    """ "forwarded", "original" or "": what a line such as "---- Original Message ----"
    announces."""
    words = line.strip(_RULE)
    if not words or len(words) > 4000:
        return ""
    ruled = line[0] in RULE and line[1:2] in _RULE
    if len(words) > 160:
        words = f"{words[:80]} {words[-80:]}"  # Yahoo puts the whole header block on this line
    words = folded(words)
    if not ruled:
        words = words.rstrip(" :：")
        return (
            "forwarded" if words in _FORWARDED_SET else "original" if words in _ORIGINAL_SET else ""
        )
    if words.startswith(FORWARDED) or words.endswith(FORWARDED):
        return "forwarded"
    named = words.startswith(MESSAGE_FROM) and _DIGIT_OR_AT.search(words)
    return (
        "original"
        if named
        or words == "original"
        or words.startswith(ORIGINAL)
        or words.rstrip(" :").endswith(ORIGINAL)
        else ""
    )


def ends_forward(line: str) -> bool:
    """Whether this is a line such as "----- End forwarded message -----"."""
    return line[:2] == "--" and line[-2:] == "--" and folded(line.strip("- ")) in _FORWARD_END_SET


_FORWARD_END_SET = frozenset(FORWARD_END)
_FORWARDED_SET = frozenset(FORWARDED)
_ORIGINAL_SET = frozenset(ORIGINAL)
UNRULED = _FORWARDED_SET | _ORIGINAL_SET


def is_groupwise(line: str) -> bool:
    """ ">>> Ben Okafor 10.11.2026 09:30 >>>": GroupWise's line above a quote
    that it does not mark."""
    return line.startswith(">>>") and line.endswith(">>>") and bool(_DATE.search(line[:200]))


def is_rule(line: str) -> bool:
    """A line of nothing but dashes, underscores, equals signs: Outlook's line above the block."""
    return len(line) > 2 and not line.strip(_RULE)


def may_attribute(line: str, quoted_below: bool) -> bool:
    """A cheap look: could an "On … wrote:" end with this line?"""
    if line[-1] in ":：":
        return True
    if quoted_below:
        return "@" in line or _ends_with_verb(line[-60:].lower().rstrip(_TAIL))
    return (line[0] == "-" or "@" in line) and _ends_with_verb(line[-60:].lower().rstrip(_TAIL))


def attribution(lines: Sequence[str], at: int, quoted_below: bool) -> Attribution | None:
    """The "On … wrote:" that ends with line `at`, over up to five lines; None when the line is
    something else."""
    first = max(0, at - 4)
    ends = _ends_with_verb(folded(lines[at][-60:]).rstrip(_TAIL))
    if not ends and not _DIGIT_OR_AT.search(" ".join(lines[first : at + 1])):
        return None
    joined, best = "", None
    for start in range(at, first - 1, -1):
        line = lines[start]
        if not line and not _resumes(lines, start, joined):
            break
        if start < at and line.startswith(">"):
            break
        joined = f"{line} {joined}".strip() if line else joined
        if len(joined) > _MAX_JOINED:
            break
        found = _judge(joined, start, at, quoted_below) if line else None
        if found is None:
            continue
        if (
            best is None
            or (_DATE.search(joined[:200]) and not _DATE.search(best.text))
            or (
                joined.lower().startswith(_LEAD_WORDS)
                and not best.text.lower().startswith(_LEAD_WORDS)
                and _starts(joined)
            )
        ):
            best = found
        if _starts(joined):
            break
    return _opened_above(lines, best, first) if best and not best.column else best


def _opened_above(lines: Sequence[str], found: Attribution, first: int) -> Attribution:
    """The line may have been broken before its date: take in the lines above it, down from the one
    that opens it."""
    for start in range(max(first, found.start - 3), found.start):
        above = lines[start : found.start]
        if (
            all(above)
            and above[0][0] != ">"
            and _opens(above[0], start == 0 or not lines[start - 1])
        ):
            return Attribution(start, found.end, " ".join((*above, found.text)), 0, found.certain)
    return found


def _opens(line: str, after_blank: bool) -> bool:
    """Whether a line may be the first half of "On … wrote:": a lead word and a date, or the date,
    or an address."""
    if len(line) > 120 or line[-1] in "?!:":
        return False
    if _starts(line):
        return True
    dated = any(map(str.isdigit, "".join(line.split()[:3])))
    if after_blank and folded(line).startswith(_LONG_LEADS):
        return True
    return after_blank and (dated or ("<" in line and "@" in line)) and len(line.split()) < 20


def _resumes(lines: Sequence[str], blank: int, joined: str) -> bool:
    """Polymail breaks its line around an empty one: only where the rest begins with the address."""
    return blank > 0 and joined.startswith("<") and lines[blank - 1].lower().startswith(_LEAD_WORDS)


def _starts(joined: str) -> bool:
    """Whether this is where such a line begins: a lead word with a date, or the date itself."""
    if joined[0].isdigit():
        return bool(_DATE.match(joined))
    return joined.lower().startswith(_LEAD_WORDS) and any(map(str.isdigit, joined[:40]))


def _judge(joined: str, start: int, at: int, quoted_below: bool) -> Attribution | None:
    lower = folded(joined)
    tail = lower.rstrip(_TAIL)
    ends = _ends_with_verb(tail)
    colon = joined[-1] in ":：" or joined.rstrip("*_- \u2014")[-1:] in (":", "：")
    ruled = joined.startswith("---") and joined.endswith("---") and ends
    dated = bool(_DATE.search(lower)) or (_starts(joined))
    address = "@" in lower
    begins = _starts(joined)
    verb = ends or (colon and _has_verb(lower))
    strong = (
        ruled
        or (verb and dated and (colon or (address and begins)) and (address or begins or ends))
        or (
            verb
            and dated
            and colon
            and len(joined) < 120
            and (tail[-1:].isdigit() or tail.endswith(_TIME_ENDS))
        )
        or (verb and address and colon and len(joined) < 200 and _bracketed(lower))
        or (
            dated
            and address
            and colon
            and tail.endswith((">", ")", "]"))
            and any(map(str.isdigit, joined[:30]))
        )
    )
    weak = quoted_below and (
        (dated and address)
        or (ends and colon and len(joined) < 120 and not tail.endswith(_SAID))
        or (dated and colon and tail[-1:] in "])0123456789" and len(joined.split()) < 8)
        or (address and colon and len(joined) < 200 and _bracketed(lower))
        or (dated and colon and begins)
    )
    if not (strong or weak):
        return None
    column = 0
    if not begins and ends and (dated or quoted_below):
        for shared in _SHARED.finditer(joined):
            column = shared.start()
        if column and start != at:
            column = 0
    return Attribution(
        start, at + 1, joined[column:].lstrip(_RULE) if column else joined, column, certain=strong
    )


def _ends_with_verb(tail: str) -> bool:
    """A verb counts as a word of its own; Chinese, Japanese and Korean write none apart."""
    for verb in _VERBS_BY_END.get(tail[-1:], ()):
        if tail.endswith(verb) and (
            verb in _CJK_VERBS or not tail[-len(verb) - 1 : -len(verb)].isalpha()
        ):
            return True
    return False


def _has_verb(lower: str) -> bool:
    padded = f" {lower} "
    return any(f" {verb} " in padded or f" {verb}:" in padded for verb in WROTE) or any(
        verb in lower for verb in _CJK_VERBS
    )


def _bracketed(lower: str) -> bool:
    return ("<" in lower and ">" in lower) or ("(" in lower and ")" in lower) or "[" in lower


def subject_says(subject: str) -> str:
    """ "forwarded", "reply" or "", from the first prefix of a subject; and never both."""
    head, colon, _ = subject.strip().replace("：", ":", 1)[:40].partition(":")
    if not colon:
        return "forwarded" if subject.rstrip().lower().endswith("(fwd)") else ""
    prefix = folded(head.strip()).partition("[")[0].strip()
    if prefix in REPLY_PREFIX and prefix not in FORWARD_PREFIX:
        return "reply"
    return "forwarded" if prefix in FORWARD_PREFIX else ""
