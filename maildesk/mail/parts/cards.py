"""Contact cards (RFC 6350; vCard 2.1 and 3.0), read at bounded cost: a photo is passed by."""

from __future__ import annotations

import binascii
import re

from maildesk.mail.invisible import seen
from maildesk.mail.parts.items import Card

_DETAILS = 12
_LINE = 300
_BEGIN = re.compile(rb"^BEGIN:VCARD[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_END = re.compile(rb"^END:VCARD", re.MULTILINE | re.IGNORECASE)
_PROPERTY = re.compile(
    rb"^(?:[\w-]{1,40}\.)?(FN|N|ORG|TITLE|EMAIL|TEL|URL|ADR)((?:;[^:\r\n]{0,300})?):"
    rb"([^\r\n]{0,2000}(?:\r?\n[ \t][^\r\n]{0,2000}){0,10})",
    re.MULTILINE | re.IGNORECASE,
)
_FOLD = re.compile(r"\r?\n[ \t]")
_ESCAPED = re.compile(r"\\([\\,;nN])")


def card(octets: bytes) -> Card | None:
    """The first card of a part, and how many others there are; None where there is none."""
    begins = _BEGIN.search(octets)
    if begins is None:
        return None
    ends = _END.search(octets, begins.end())
    name = structured = organisation = ""
    details: dict[str, None] = {}
    for found in _PROPERTY.finditer(octets, begins.end(), ends.start() if ends else len(octets)):
        label = found[1].upper()
        value = _value(found[2], found[3])
        if not value:
            continue
        if label == b"FN":
            name = name or value
        elif label == b"N":
            structured = structured or _name(value)
        elif label == b"ORG":
            organisation = organisation or ", ".join(filter(None, _fields(value)))
        elif len(details) < _DETAILS:
            parts = filter(None, _fields(value)) if label == b"ADR" else (value,)
            details[", ".join(parts).removeprefix("mailto:").removeprefix("tel:")] = None
    if not (name or structured or organisation or details):
        return None
    others = len(_BEGIN.findall(octets)) - 1
    return Card(name or structured, organisation, tuple(details), others)


def _value(parameters: bytes, value: bytes) -> str:
    if b"QUOTED-PRINTABLE" in parameters.upper():
        value = binascii.a2b_qp(value.replace(b"=\r\n", b"").replace(b"=\n", b""))
    text = _FOLD.sub("", value.decode("utf-8", "replace"))
    return " ".join(seen(text)[:_LINE].split())


def _fields(value: str) -> list[str]:
    """The fields between semicolons, their signs unescaped."""
    marked = value.replace("\\;", "\x00")
    return [
        _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], one)
        .replace("\x00", ";")
        .strip()
        for one in marked.split(";")
    ]


def _name(value: str) -> str:
    """Family, given, further, title before and behind (RFC 6350, 6.2.2) as one says it."""
    family, given, *_ = [*_fields(value), "", ""]
    return f"{given} {family}".strip()
