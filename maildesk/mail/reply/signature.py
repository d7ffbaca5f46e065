"""Where a person's own words end: "-- ", "Sent from my …", a closing formula with a name, the
footer of a list.

Only where it is safe. A signature is short, at the end, and nothing in it
reads like a sentence; when in doubt it stays part of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from maildesk.mail.reply.phrases import folded
from maildesk.mail.reply.phrases_signature import (
    ADVERTS,
    BANNER,
    CLOSING,
    DEVICES,
    GET_PROGRAM,
    GET_PROGRAM_END,
    GET_PROGRAM_FRAME,
    LEGAL,
    LIST_FOOTER,
    MINE,
    PROGRAMS,
    SENT_FROM,
    SENT_FROM_END,
    SENT_FROM_FRAME,
    SENT_FROM_FRAME_END,
    SENT_ON_THE_WAY,
    THANKS,
)

_CLOSING = frozenset((*CLOSING, *THANKS))
_THANKS = frozenset(THANKS)
_SURE = frozenset(CLOSING)
_PROGRAMS = frozenset(PROGRAMS)
_CLOSINGS_BEFORE_NAMES = tuple(
    f"{closing} " for closing in CLOSING if len(closing) > 4 or closing in ("lg", "vg", "mfg")
)
# "Viele Grüße aus Köln"
_LONG_CLOSINGS = tuple(f"{closing} " for closing in CLOSING if " " in closing)
_CLOSING_LENGTH = max(map(len, CLOSING)) + 20
_PARTICLES = frozenset((
    "de", "da", "do", "dos", "das", "del", "della", "di", "du", "van", "von", "der", "den", "ten",
    "ter", "la", "le", "el", "al", "bin", "ibn", "y", "e", "zu", "zum", "of", "und", "&", "jr",
    "sr", "dr", "mr", "mrs", "ms", "ppa", "ing", "mag", "dipl", "prof", "lic", "dott", "dottssa",
    "the",
))  # fmt: skip
_DASHES = ("--", "—", "––", "——")
_MOST_LINES = 14
_LAST = 1_000  # lines of a stretch in which a device line is looked for
_FAR = 80
_ARMOUR_BEGINS = "-----BEGIN PGP SIGNED MESSAGE-----"  # RFC 9580, 7
_ARMOUR_ENDS = "-----BEGIN PGP SIGNATURE-----"
_LONGEST_LINE = 90
_CARD = 6  # lines of a name and address, or of a motto
_REACHES = re.compile(r"[\w.+-]@\w|https?://|www\.|\+?\d[\d /().-]{6,}\d")


def signature_start(
    lines: Sequence[str], first: int, last: int, at_end: bool, *, answers: bool = True
) -> int:
    """The line in first … last-1 where the signature of this stretch begins;
    `last` when it has none.

    `at_end` says that nothing but quotes or the end follows. A stretch that
    is all signature gives `first` only for "-- ", list footers and device
    lines; a closing formula never takes the whole of it.
    """
    start = _delimiter(lines, first, last)
    if not at_end:
        return start
    start = _device_line(lines, first, start, answers)
    start = legal_start(lines, first, start)
    return _closing(lines, first, start)


def is_list_footer(lines: Sequence[str], first: int, last: int) -> bool:
    """Whether these lines were put there by a mailing list, not by the writer."""
    if first >= last or not (lines[first].startswith("__") or lines[first].startswith("--")):
        return False
    text = " ".join(lines[first : first + 8]).lower()
    return any(phrase in text for phrase in LIST_FOOTER)


def _delimiter(lines: Sequence[str], first: int, last: int) -> int:
    patience, drawn = 50, False
    for at in range(first, last):
        line = lines[at]
        if not line or line[0] not in "-_—–":
            continue
        patience -= 1
        if patience < 0:
            break
        if line == _ARMOUR_ENDS:
            return at
        if line in _DASHES:
            if _looks_signed(lines, at + 1, last, drawn):
                return at
            drawn = True
        if (
            line[0] == "_"
            and not line.strip("_ ")
            and len(line) > 1
            and _is_footer(lines, at + 1, last)
        ):
            return at
    return last


def _looks_signed(lines: Sequence[str], first: int, last: int, drawn: bool) -> bool:
    """Usenet's "-- " is trusted unless a long text or another one follows: some people draw their
    rules with two dashes."""
    shown = [line for line in lines[first : min(last, first + _FAR)] if line]
    text = " ".join(shown)[:2000].lower()
    if sum(phrase in text for phrase in LEGAL) > 1:
        return True
    if len(shown) > 12:
        return False
    if any(phrase in text for phrase in LIST_FOOTER):
        return True
    if drawn or any(_asks(line) for line in shown):
        return False
    rules = [at for at, line in enumerate(shown) if line in _DASHES]
    return not rules or _is_card(shown[: rules[0]], len(shown) - rules[0] - 1)


def _is_card(lines: Sequence[str], below: int) -> bool:
    """Whether this is somebody's name or address, with a motto of a few lines below: "-- " over
    each of the two, as some write it."""
    if not lines or len(lines) > _CARD or not 0 < below <= _CARD:
        return False
    reachable = any(_REACHES.search(line) for line in lines)
    named = all(len(line) < 60 and _is_titled(line) for line in lines)
    return (reachable or named) and not any(_is_sentence(line) for line in lines)


def _is_titled(line: str) -> bool:
    """Whether each word begins with a capital, as names and firms do."""
    words = [word for word in line.split() if word[0].isalpha() and word not in _PARTICLES]
    return 0 < len(words) < 7 and all(word[0].isupper() for word in words) and line[-1] not in ".!"


def _is_footer(lines: Sequence[str], first: int, last: int) -> bool:
    shown = [line for line in lines[first : min(last, first + _FAR)] if line]
    if not shown:
        return False
    text = " ".join(shown[:30])[:3000].lower()
    if _asks(shown[0]):
        return False
    if any(phrase in text for phrase in LIST_FOOTER) or any(phrase in text for phrase in LEGAL):
        return len(shown) < 40
    reaches = "@" in text or "http" in text or "www." in text
    return (
        reaches
        and len(shown) <= 8
        and not any(len(line) >= _LONGEST_LINE or _is_sentence(line) for line in shown)
    )


def legal_start(lines: Sequence[str], first: int, last: int) -> int:
    """Where the legal notices begin that end this stretch, paragraph by paragraph upwards."""
    start = end = last
    for _ in range(6):
        while end > first and not lines[end - 1].strip("-_=* "):
            end -= 1
        begin = end
        while begin > first and lines[begin - 1] and end - begin < 40:
            begin -= 1
        if begin <= first or not any(lines[first:begin]) or _introduced(lines, first, begin):
            break
        text = " ".join(lines[begin:end])[:4000].lower()
        if len(text) < 100 or sum(phrase in text for phrase in LEGAL) < 2:
            break
        start = end = begin
    return start


def banner_end(lines: Sequence[str]) -> int:
    """The line behind a banner like "This email originated from outside", which the receiver's
    server put on top; 0 if none."""
    at = next((at for at, line in enumerate(lines[:5]) if line), 0)
    end = at
    while end < len(lines) and lines[end] and end - at < 6:
        end += 1
    if end > at and lines[at] == _ARMOUR_BEGINS:
        return end
    text = folded(" ".join(lines[at:end])[:400])
    if (
        "?" in text
        or not any(phrase in text[:160] for phrase in BANNER)
        or not any(lines[end:])
        or (end < len(lines) and lines[end])
    ):
        return 0
    return end


def _device_line(lines: Sequence[str], first: int, last: int, answers: bool) -> int:
    """The line "Sent from my iPhone": it ends the answer, unless it is the first thing here.

    Some phones put the earlier message below it without any mark; in a letter that answers none,
    sentences below it are new.
    """
    shown = [at for at in range(first, last) if lines[at]]
    devices = {at for at in shown[-_LAST:] if is_device_line(lines[at])}
    if not devices:
        return last
    words = [at for at in shown if at not in devices]
    told = 0 if answers else next((at for at in reversed(words) if _is_sentence(lines[at])), 0)
    begun = words[0] if words else last
    return next(
        (at for at in sorted(devices) if (at > begun and at >= told) or at == shown[-1]), last
    )


def is_device_line(line: str) -> bool:
    """Whether a program put this line there: "Sent from my iPhone"."""
    if len(line) > 140:
        return False
    shown = line.lstrip("*_>-—~[( ")
    plain = folded(shown).replace("’", "'")
    head, _, linked = plain.partition("<")
    words = (head + linked.partition(">")[2]).partition("http")[0].rstrip("*_])( ")
    bare = words.rstrip(".!")
    if not bare or "?" in words:
        return False
    if (
        bare in SENT_ON_THE_WAY
        or words.startswith(ADVERTS)
        or _offers_program(bare)
        or _names_program(line)
    ):
        return True
    if bare.startswith(MINE) and _is_short_name(
        shown[len(next(filter(bare.startswith, MINE))) : len(words)]
    ):
        return True
    framed = bare.startswith(SENT_FROM_FRAME) and bare.endswith(SENT_FROM_FRAME_END)
    if not (
        framed
        or bare.startswith(SENT_FROM)
        or (bare.endswith(SENT_FROM_END) and len(bare.split()) < 7)
    ):
        return False
    named = words[:80].partition(",")[0].partition(". ")[0]
    names = any(device in named for device in DEVICES) or not _PROGRAMS.isdisjoint(
        named.rstrip(".!").split()
    )
    return names and len(words) <= 100  # "Sent from my iPhone, please excuse my brevity."


def _offers_program(words: str) -> bool:
    """ "Get Outlook for iOS" in any language, and in any order of its words."""
    if len(words) > 60 or len(words.split()) > 7:
        return False
    return words.startswith(GET_PROGRAM) or (
        words.startswith(GET_PROGRAM_FRAME) and words.endswith(GET_PROGRAM_END)
    )


def _is_short_name(rest: str) -> bool:
    """What stands behind "Sent from my": up to six words, none of them in lower case."""
    words = rest.strip(" .!*_])(").split()
    return 0 < len(words) < 7 and not any(word[0].islower() for word in words)


def _names_program(line: str) -> bool:
    """ "Sent from Mailspring": an English line that ends with a name no table needs to know."""
    if not line.startswith("Sent from "):
        return False
    words = line.partition("<")[0].rstrip(".! ").split()
    return 2 < len(words) < 6 and all(word[0].isupper() for word in words[2:])


def _closing(lines: Sequence[str], first: int, last: int) -> int:
    """The closing formula with a name under it, or "-Name", at the very end of the stretch."""
    end = last
    while end > first and not lines[end - 1]:
        end -= 1
    if end - first < 2:
        return last
    if _is_dashed_name(lines, end - 1, first) or _is_closing_with_name(lines, end - 1, first):
        return end - 1
    shown = 0
    for at in range(end - 1, first, -1):
        line = lines[at]
        if not line:
            continue
        shown += 1
        if shown > _MOST_LINES:
            break
        if len(line) <= _CLOSING_LENGTH and _is_closing(line):
            return _checked(lines, first, at, end, last)
    return last


def _checked(lines: Sequence[str], first: int, at: int, end: int, last: int) -> int:
    """Cut at the closing only where a name, and nothing that reads like a
    sentence, stands below it."""
    if not any(lines[first:at]) or _introduced(lines, first, at):
        return last
    below = [line for line in lines[at + 1 : end] if line]
    if not below or not _is_name(below[0]):
        return last
    if (
        lines[at][-1] not in ",!."
        and not lines[at + 1]
        and folded(lines[at].strip(" *")) in _THANKS
    ):
        return last  # "Thank you" on its own, then more words
    for count, line in enumerate(below[1:]):
        if line.lower().startswith(("ps", "p.s", "p.s.")) or line.endswith("?"):
            return last
        if any(phrase in line.lower() for phrase in LEGAL) or not line.strip("-_=*# "):
            break
        if len(line) > _LONGEST_LINE or count > _MOST_LINES or _is_sentence(line):
            return last
    return at


def _is_closing(line: str) -> bool:
    plain = folded(line.strip(" *_,.!:;-–—~"))
    if plain in _CLOSING:
        return True
    head, mark, tail = plain.partition("," if "," in plain else "/")
    if mark:
        return head.strip() in _CLOSING and tail.strip() in _CLOSING
    return line[-1] not in ".?:" and len(plain.split()) < 8 and plain.startswith(_LONG_CLOSINGS)


def _is_name(line: str) -> bool:
    """One to three words that are no sentence: "John Doe", "J. van der Berg", "Søren"."""
    plain = line.strip(" *_/-–—~,")
    if not plain or len(plain) > 50 or plain[-1] in "?!:;" or any(map(str.isdigit, plain)):
        return False
    words = [
        word
        for word in plain.replace("-", " ").split()
        if len(word.strip(".")) > 2 and word.lower().strip(".") not in _PARTICLES
    ]
    words = words or plain.split()[:1]
    if not 0 < len(words) <= 3:
        return False
    return all(
        word[0].isalpha() and (word[0].isupper() or not word[0].islower() or len(words) == 1)
        for word in words
    )


def _is_dashed_name(lines: Sequence[str], at: int, first: int) -> bool:
    """ "-Abhishek Kona", "/John" on the last line, a blank one above."""
    line = lines[at]
    if line[0] not in "-–—/~" or len(line) > 40 or at == first or lines[at - 1]:
        return False
    name = line[1:].strip()
    return bool(name) and name[0].isupper() and _is_name(name) and name[-1].isalpha()


def _is_closing_with_name(lines: Sequence[str], at: int, first: int) -> bool:
    """ "Best regards, Ana" or "Best regards Ana" on the last line, a blank one above."""
    if at == first or lines[at - 1] or len(lines[at]) > 60:
        return False
    head, comma, tail = lines[at].partition(",")
    if comma:
        return folded(head.strip(" *")) in _SURE and _is_name(tail.strip())
    plain = folded(lines[at])
    closing = next((closing for closing in _CLOSINGS_BEFORE_NAMES if plain.startswith(closing)), "")
    rest = lines[at][len(closing) :]
    return bool(closing) and len(rest.split()) < 4 and rest[:1].isupper() and _is_name(rest)


def _introduced(lines: Sequence[str], first: int, at: int) -> bool:
    """Whether the line above ends with a colon: what stands below it was asked for, or is shown."""
    return next((line for line in reversed(lines[first:at]) if line), "").endswith((":", "："))


def _asks(line: str) -> bool:
    """A question that no signature has: "Need help?" may be one's, a whole sentence is the
    writer's."""
    return line[-1] in "?？" and len(line.split()) > 6


def _is_sentence(line: str) -> bool:
    return line[-1] in ".!" and len(line.split()) > 7
