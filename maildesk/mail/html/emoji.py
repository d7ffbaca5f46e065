"""Pictures that mail programs send for a sign which every reader has by now."""

from __future__ import annotations

from unicodedata import category

_LONGEST = 16  # code points: families and flags are made of several
_KEYS = frozenset("0123456789#*")
_KEYCAP = "\u20e3"
_JOINING = frozenset(("\u200d", "\ufe0e", "\ufe0f", _KEYCAP))


def is_emoji(words: str) -> bool:
    """Whether what a picture is called is nothing but an emoji."""
    if not 0 < len(words) <= _LONGEST or words.isascii():
        return False
    signs = [sign for sign in words if sign not in _JOINING and not _is_tag(sign)]
    if _KEYCAP in words:
        return bool(signs) and all(sign in _KEYS for sign in signs)
    return bool(signs) and all(category(sign) in ("So", "Sk") for sign in signs)


def _is_tag(sign: str) -> bool:
    return "\U000e0020" <= sign <= "\U000e007f"  # of Scotland's flag and its like
