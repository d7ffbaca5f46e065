"""References: how a ticket's number is written, and how it is found again in a subject.

The format is the admin's (`TKT-{:04d}`, `TICK-{}`, `#{:05d}`); it is found in any
case, with or without brackets, with more or fewer leading zeros. A ticket keeps
the reference it was opened with, and is found by it after the format has changed.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LOOKED_AT = 2000  # characters of a subject
_NUMBERS_AT_MOST = 5
_NUMBER = re.compile(r"(?<!\d)\d{1,18}(?!\d)")
_FIELD = re.compile(r"\{(?::0?(\d{1,2})?d?)?\}")


def is_valid_format(fmt: str) -> bool:
    """Whether this format has one number in it and some letters or signs to know it by."""
    if len(_FIELD.findall(fmt)) != 1 or not _FIELD.sub("", fmt).strip():
        return False
    try:
        return find_number(fmt, f"Re: {write(fmt, 7)} hello") == 7
    except (ValueError, IndexError, KeyError):
        return False


def write(fmt: str, number: int) -> str:
    """The reference of this number."""
    return fmt.format(number)


def find_number(fmt: str, subject: str) -> int | None:
    """The first number that stands in the subject as a reference, or None."""
    for found in _pattern(fmt).finditer(subject[:_LOOKED_AT]):
        return int(found.group(1))
    return None


def numbers_in(subject: str) -> tuple[int, ...]:
    """The numbers in the subject, any of which may belong to a reference in a form of former times;
    the first few."""
    return tuple(dict.fromkeys(int(found) for found in _NUMBER.findall(subject[:_LOOKED_AT])))[
        :_NUMBERS_AT_MOST
    ]


def stands_in(reference: str, number: int, subject: str) -> bool:
    """Whether this reference, which was made of this number, stands in the subject."""
    places = [found.span() for found in _NUMBER.finditer(reference) if int(found[0]) == number]
    patterns = (_around(reference[:start], reference[end:]) for start, end in places)
    return any(
        int(found[1]) == number
        for pattern in patterns
        for found in pattern.finditer(subject[:_LOOKED_AT])
    )


def with_reference(subject: str, reference: str) -> str:
    """The subject with the reference once in it, in brackets, at its end: where
    every client keeps it."""
    bare = subject.strip() or "(no subject)"
    if reference.lower() in bare.lower() and re.search(
        rf"(?<!\w){re.escape(reference)}(?!\w)", bare, re.IGNORECASE
    ):
        return bare
    return f"{bare} [{reference}]"


def without_reference(fmt: str, subject: str) -> str:
    """The subject as the customer would write it, without our references and reply prefixes."""
    bare = re.sub(r"\[\s{0,2}\]|\(\s{0,2}\)", " ", _pattern(fmt).sub(" ", subject))
    return _REPLY.sub("", " ".join(bare.split()).lstrip("-: ")).strip("-: ")


@lru_cache(maxsize=64)
def _pattern(fmt: str) -> re.Pattern[str]:
    place = _FIELD.search(fmt)
    return _around(fmt[: place.start()], fmt[place.end() :]) if place else _around(fmt, "")


@lru_cache(maxsize=64)
def _around(before: str, after: str) -> re.Pattern[str]:
    start = r"(?<![A-Za-z0-9])" if before[:1].isalnum() else ""
    middle = re.escape(before).replace(r"\-", r"[-\u2010\u2011]?")
    return re.compile(
        rf"{start}{middle}0{{0,8}}(\d{{1,10}}){re.escape(after)}(?![A-Za-z0-9])", re.IGNORECASE
    )


_REPLY = re.compile(
    r"^(?:(?:re|aw|antw|antwort|sv|vs|odp|ref|res|rif|ynt|fw|fwd|wg|tr|rv|i|vl|pd|doorst|回复|答复|"
    r"回覆|返信|转发|轉寄|転送)(?:\[\d{1,3}\])?\s{0,2}[:：]\s{0,4}){1,8}",
    re.IGNORECASE,
)
