"""Lines that look alike: two names whose skeletons are one cannot be told apart at a glance
(Unicode TR 39, 4).

The skeleton is small on purpose: the letters of Cyrillic, Greek and others that are drawn as Latin
ones, digits that stand for letters, and everything that NFKC folds (bold, wide, circled letters).
It compares; it is never shown.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from maildesk.mail.invisible import seen

_LIMIT = 300  # characters looked at
_LOOKS_LIKE = {
    "a": "аαɑ4", "b": "вьƅɓß", "c": "сϲ", "d": "ԁɗđ", "e": "еεєəɛёэ3", "f": "ғƒ",
    "g": "ɡցɢ", "h": "һнћհ", "i": "іιıɩїl1|!ӏł", "j": "јϳ", "k": "кκĸ", "m": "м",
    "n": "пոηռ", "o": "оοօ0øס", "p": "рρ", "q": "ԛգ", "r": "гʀ", "s": "ѕ5$ꜱ",
    "t": "тτ", "u": "υսцμ", "v": "ѵν", "w": "ԝшωա", "x": "хχ", "y": "уүγყ",
    "z": "ᴢζʐ",
}  # fmt: skip
_LETTERS = str.maketrans({like: letter for letter, many in _LOOKS_LIKE.items() for like in many})
_CAPITALS = str.maketrans("ΗΝ", "HN")  # drawn as these, where the small ones are drawn as n and v
_APART = re.compile(r"[\W_]+")
_AT = re.compile(r"\s*[(\[{<]?\s*(?:@|(?<=[\s(\[{<])at(?=[\s)\]}>]))\s*[)\]}>]?\s*")
_DOT = re.compile(r"\s*[(\[{<]\s*(?:\.|dot|punkt)\s*[)\]}>]\s*")


@lru_cache(maxsize=4096)  # the desk's own names are compared with every sender's
def words_of(name: str) -> tuple[str, ...]:
    """The skeletons of a name's words, in order; letters that stand alone are one word:
    `B e n` is `Ben`."""
    found: list[str] = []
    single = False
    for word in _APART.split(_drawn(name)):
        if not word:
            continue
        if len(word) == 1 and single:
            found[-1] += word
        else:
            found.append(word)
        single = len(word) == 1
    return tuple(_joined(word) for word in found)


@lru_cache(maxsize=4096)
def skeleton(line: str) -> str:
    """What the line looks like, spaces left out; an `(at)` is an @."""
    return _joined("".join(_DOT.sub(".", _AT.sub("@", _drawn(line))).split()))


def _drawn(line: str) -> str:
    """The line letter by letter as it is drawn, without accents and case."""
    folded = unicodedata.normalize("NFKC", seen(line[:_LIMIT])).translate(_CAPITALS).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    return bare.translate(_LETTERS)


def _joined(word: str) -> str:
    return word.replace("rn", "m").replace("vv", "w")
