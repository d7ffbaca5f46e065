"""Words as the desk searches for them: one stream, made here alone, so that every
database finds the same.

A token is a run of letters and digits, folded: no case, no accents on Latin, Greek and Cyrillic
letters, no points on Hebrew and Arabic ones. Chinese, Japanese, Korean and Thai are written without
spaces between words (or are searched for by parts of them), so their runs become pairs of
neighbouring letters, and the last letter alone, which is how a single letter is found. The
databases are given tokens and never the text: their own rules differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

LONGEST_TOKEN = 64  # letters; what is cut from a longer one is not found
MOST_TOKENS = (
    # of one document: PostgreSQL keeps positions up to 16,383
    # (postgresql.org/docs/current/textsearch-limitations.html)
    16_000
)
MOST_OCTETS = 600_000  # and a tsvector holds less than a megabyte
# stands between two parts of a document, so that no phrase reaches across; never part of a token
GAP = "\u00b6"
_LONG = re.compile(rf"[0-9A-Za-z]{{{LONGEST_TOKEN + 1}}}")
_ASCII = re.compile(r"[0-9a-z]+")
# What ASCII signs divide: no mark behind one of them is any letter's, so each part can be folded by
# itself (the marks that compose with signs are left out).
_WORD = re.compile(r"[^\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+")
_RUN = re.compile(r"1+|2+")
# Letters that do not come apart into a plain one and a mark (Unicode, chapter 7.1), as people type
# them elsewhere.
_PLAIN = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "ı": "i",
        "ħ": "h",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
        "ŧ": "t",
    }
)
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640\u00ad"
    "\u200b-\u200f\u2060]+"
)
# Han, kana, Hangul, Thai, Lao, Khmer and Myanmar.
_PAIRED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-"
    "\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003134f]+"
)


def tokens(text: str) -> list[str]:
    """The tokens of a text, in their order."""
    return list(_tokens(text, is_open=False))


def phrase(text: str) -> tuple[str, ...]:
    """The tokens that a text which holds this phrase has one behind the other.

    Where the phrase ends in letters that are paired, whatever comes behind them may go on: the last
    one alone is left out, unless there is but one.
    """
    return tuple(_tokens(text, is_open=True))


def document(parts: Iterable[str]) -> list[str]:
    """The tokens of one document, at most as many as a database takes, with a gap
    between its parts."""
    found: list[str] = []
    octets = 0
    for part in parts:
        if found:
            found.append(GAP)
        if (
            part.isascii()
            and len(found) + len(part) // 2 < MOST_TOKENS
            and octets + len(part) < MOST_OCTETS
        ):
            found += _ascii(part)
            octets += len(part)
            continue
        every = tokens(part)
        size = len("".join(every).encode())
        if len(found) + len(every) <= MOST_TOKENS and octets + size <= MOST_OCTETS:
            found += every
            octets += size
            continue
        for token in every:
            octets += len(token) if token.isascii() else len(token.encode())
            if len(found) >= MOST_TOKENS or octets > MOST_OCTETS:
                return found
            found.append(token)
    return found


def stream(parts: Iterable[str]) -> str:
    """The same document as words with something between them that is no letter: what an index that
    splits at ASCII takes.

    Plain English text, which is most of it, is its own stream: only its letters
    are to be folded there.
    """
    text = f" {GAP} ".join(parts)
    if len(text) <= 2 * MOST_TOKENS and _is_plain(text) and not _LONG.search(text):
        return text
    return " ".join(document(text.split(f" {GAP} ")))


def _is_plain(text: str) -> bool:
    return text.isascii() or text.replace(GAP, "").isascii()


def folded(text: str) -> str:
    """The text without case and accents, its letters whole again (Hangul, kana)."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    bare = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", apart)))
    return bare.lower()


def _tokens(text: str, *, is_open: bool) -> Iterator[str]:
    if text.isascii():
        yield from _ascii(text)
        return
    runs = [run for word in _WORD.findall(text) for run in _runs_of(word)]
    for number, run in enumerate(runs):
        if not _PAIRED.match(run):
            yield run[:LONGEST_TOKEN]
            continue
        pairs = [run[n : n + 2] for n in range(len(run) - 1)]
        yield from pairs
        if not pairs or not is_open or number < len(runs) - 1:
            yield run[-1]


def _runs_of(word: str) -> Sequence[str]:
    """The runs of a stretch without ASCII signs. Most words of a text that is not plain English
    are plain all the same, and the others come again."""
    if word.isascii():
        return (word.lower(),)
    return _remembered(word) if len(word) <= LONGEST_TOKEN else _runs(folded(word))


def _ascii(text: str) -> list[str]:
    found = _ASCII.findall(text.lower())
    return [token[:LONGEST_TOKEN] for token in found] if _LONG.search(text) else found


def _runs(text: str) -> list[str]:
    """Runs of letters and digits, those that are written in pairs apart from the others."""
    kinds = text.translate(_KINDS)
    return [text[found.start() : found.end()] for found in _RUN.finditer(kinds)]


_remembered = lru_cache(maxsize=4096)(lambda word: tuple(_runs(folded(word))))


class _Kinds(dict[int, str]):
    """Of each letter, by its number: a space where it stands between words, 1 where it is part of
    one, 2 where it is paired."""

    def __missing__(self, number: int) -> str:
        letter = chr(number)
        kind = "2" if _PAIRED.match(letter) else "1" if _is_of_a_word(letter) else " "
        if len(self) < _MOST_KINDS:
            self[number] = kind
        return kind


def _is_of_a_word(letter: str) -> bool:
    return letter != GAP and unicodedata.category(letter)[0] in "LNM"


_KINDS = _Kinds()
_MOST_KINDS = 16_384  # letters that are remembered: a stranger may send all there are
