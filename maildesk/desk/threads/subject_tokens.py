"""A token in the subject: what a sub-address says, for desk addresses that have none.

    Re: Printer broken [TKT-0001 · Take it · a11-k3v9x2m7p4t-4k7f3q8w2x9c1v5t]

A button opens a new mail: it answers nothing, so no Message-ID can speak for it, and the
subject is the one field that every mail program takes from a mailto: link (RFC 6068, 2). The
token is the signature of a sub-address, signed for this place. It is found whatever stands
around it: prefixes, words behind it, a fold within, a separator that a program could not spell.
It is taken out before anybody else sees the subject.
"""

from __future__ import annotations

import re
from datetime import date

from maildesk.desk.threads import links
from maildesk.desk.threads.links import DIGIT, KeyRing, Token

_LOOKED_AT = 2000  # characters of a subject
_LONGEST = 80  # of the ticket's own subject: programs cut long ones off, and the token with it
_SIGNATURE = (
    rf"(?<![0-9A-Za-z])[a-z][0-9a-z]{DIGIT}{{1,13}}-\s?{DIGIT}{{11}}-\s?{DIGIT}{{16}}"
    r"(?![0-9A-Za-z])"
)
_FOUND = re.compile(_SIGNATURE, re.IGNORECASE)
_BRACKET = re.compile(rf"\s?\[([^\[\]]{{0,160}}?)({_SIGNATURE})[^\[\]]{{0,40}}\]", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s\S{0,3}[^\w\s]\S{0,3}\s")


def write(subject: str, reference: str, label: str, signature: str) -> str:
    """The subject of a mail that a button opens; `reference` and `label` may be empty."""
    bare = subject.strip()
    bare = bare if len(bare) <= _LONGEST else f"{bare[: _LONGEST - 1].rstrip()}…"
    inside = " · ".join(filter(None, (reference, label.translate(_NO_BRACKETS), signature)))
    return f"{bare} [{inside}]".strip()


_NO_BRACKETS = str.maketrans("[]", "()")


def read(ring: KeyRing, subject: str, today: date) -> Token | None:
    """The first token in this subject that one of the desk's keys has signed; else None."""
    for found in _FOUND.finditer(subject[:_LOOKED_AT]):
        signature = "".join(found[0].split())
        token = links.read_signature(ring, links.IN_SUBJECT, signature, today)
        if token is not None:
            return token
    return None


def without(subject: str) -> str:
    """The subject as others may see it: of a token's bracket only the reference stays."""
    if not _FOUND.search(subject):
        return subject
    bare = _FOUND.sub("", _BRACKET.sub(_reference_alone, subject))
    return " ".join(bare.split())


def _reference_alone(bracket: re.Match[str]) -> str:
    reference = _SEPARATOR.split(bracket[1], maxsplit=1)[0].strip()
    return f" [{reference}]" if any(c.isdigit() for c in reference) else ""
