"""A message as its sender laid it out, for eyes that see its text as well: the same words, made
safe, of bounded size.

Where the text was cut to what is new, so is the page. A page that says something
else than the text, or that cannot be cut at the same place, is not shown at all:
the text stands alone then.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from maildesk.mail.html.sanitize import NOTHING, SafeHtml, safe, until, without_remote
from maildesk.mail.html.unseen import without_hidden
from maildesk.mail.html.word_lists import with_lists
from maildesk.mail.message import Message, Role

LONGEST_PAGE = 250_000  # characters of HTML that are looked at for a notification
_LOOKED_AT = 1_500_000  # with the quotes below
LONGEST_SHOWN = 80_000  # and that it shows: Gmail cuts off a mail at 102 kB
_BEGIN_LONG = 16_000  # characters that are looked at first where something is quoted
_BANNER = 400  # characters: "This mail comes from outside", put above the words by a gateway
_LEFT_OUT = (Role.QUOTE, Role.MARKER)
_BEGINNING = 5  # words by which the place of a quote is known
_CHANCES = 50  # places where a line of the quote may begin
# Chinese and Japanese put no blanks between
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
_SILENT = re.compile(r"<[^<>]*>|&(?:[a-z]{1,8}|#\d{1,7});")
# said in one dress and not in the other
_ADDED = re.compile(r"https?://[^\s<>\"]{1,2000}|\[[^][]{1,100}\]")


@dataclass(frozen=True, slots=True)
class Shown:
    """The page, and how many remote pictures were held back in it. An empty page: only the text can
    be shown."""

    html: SafeHtml = NOTHING
    held: int = 0


NOT_SHOWN = Shown()


def whole(message: Message, cid: Mapping[str, str], *, elsewhere: bool = True) -> Shown:
    """The page with all that is quoted in it, however long."""
    return Shown(*without_remote(safe(with_lists(message.html), cid), named=elsewhere))


def shown(message: Message, cid: Mapping[str, str], *, elsewhere: bool = True) -> Shown:
    """The page of the words that are new in this message; `cid` says where its own
    pictures are to be had. Those from elsewhere are named, or not."""
    halves = _halves(message) if message.html else None
    if halves is None:
        return NOT_SHOWN
    new, beside, quote = halves
    # its text is without what nobody sees, too
    html = message.html
    if len(html) <= _LOOKED_AT:
        html = without_hidden(with_lists(html))
    page = _above(html, cid, new, beside, quote) if quote else _all(html, cid, new)
    if page is None or len(page) > LONGEST_SHOWN:
        return NOT_SHOWN
    page, held = without_remote(page, named=elsewhere)
    return Shown(page if page.strip() else NOTHING, held)


def _above(
    html: str, cid: Mapping[str, str], new: Counter[str], beside: Counter[str], quote: str
) -> SafeHtml | None:
    """The page above its quote. Below a short answer may hang a long conversation, so the beginning
    is tried first."""
    first = html.find("<body") + _BEGIN_LONG + 12 * (new.total() + beside.total())
    for end in (first, len(html)) if first < len(html) else (len(html),):
        if end > LONGEST_PAGE:
            break
        page = safe(html[:end], cid)
        cut = _place(_words_of(page), new, beside, quote)
        if cut is not None:
            return until(page, cut)
    return None


def _all(html: str, cid: Mapping[str, str], new: Counter[str]) -> SafeHtml | None:
    """The whole page, where it says what the text says."""
    if len(html) > LONGEST_PAGE:
        return None
    page = safe(html, cid)
    return page if _holds(Counter(word for word, _ in _words_of(page)), new) else None


def _words_of(page: SafeHtml) -> list[tuple[str, int]]:
    """The words of a page, each with its place; of one that grew beyond measure when it was
    cleaned, none."""
    if len(page) > 2 * LONGEST_PAGE:
        return []
    spoken = _ADDED.sub(_blank, _SILENT.sub(_blank, page))
    return [(found[0], found.start()) for found in _WORD.finditer(spoken)]


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _halves(message: Message) -> tuple[Counter[str], Counter[str], str] | None:
    """The new words, those that may stand beside them, and the quote below. None: new words stand
    here and there."""
    parts = list(message.parts)
    if not message.reply:
        return _words(message.text), Counter(), ""
    if len(parts) > 1 and parts[0].role in _LEFT_OUT and len(parts[0].text) <= _BANNER:
        parts = parts[1:]
    at = next((n for n, part in enumerate(parts) if part.role in _LEFT_OUT), len(parts))
    if any(part.role is Role.NEW and part.text.strip() for part in parts[at:]):
        return None
    new = _words("".join(part.text for part in parts[:at] if part.role is Role.NEW))
    beside = _words("".join(part.text for part in parts[:at] if part.role is not Role.NEW))
    return new, beside, "".join(part.text for part in parts[at:])


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(_ADDED.sub(" ", text)))


def _holds(shown: Counter[str], wanted: Counter[str]) -> bool:
    """Whether the page has (nearly) all words of the text."""
    return (wanted - shown).total() <= 2 + wanted.total() // 10


def _place(
    words: Sequence[tuple[str, int]], new: Counter[str], beside: Counter[str], quote: str
) -> int | None:
    """Where the quote begins in the page: all new words stand above it, and few others; one line of
    it may be worded otherwise."""
    plain = [word for word, _ in words]
    above: Counter[str] = Counter()
    seen = 0
    allowed = new + beside
    for line in islice((line for line in quote.splitlines() if _WORD.search(line)), 4):
        said = _WORD.findall(_ADDED.sub(" ", line))
        wanted = said[:_BEGINNING]
        if not wanted:
            continue
        places = (
            n
            for n in range(seen, len(plain))
            if plain[n] == wanted[0] and plain[n : n + len(wanted)] == wanted
        )
        for at in islice(places, _CHANCES):
            above.update(plain[seen:at])
            seen = at
            if _holds(above, new) and _holds(allowed, above):
                return words[at][1]
        allowed.update(said)
    return None
