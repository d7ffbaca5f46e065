"""winmail.dat: what Outlook packs into application/ms-tnef (MS-OXTNEF), opened without trusting a
single length.

Counts and lengths inside are the sender's claims; each is bounded by the
octets that are really there, so a forged count costs nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from maildesk.mail.mime import charset

SIGNATURE = b"\x78\x9f\x3e\x22"
OBJECT_LIMIT = 5_000
PROPERTY_LIMIT = 2_000
FILE_LIMIT = 500

BODY, DATA, TITLE = 0x800C, 0x800F, 0x8010
RENDERING, MESSAGE_PROPERTIES, ATTACHMENT_PROPERTIES, CODE_PAGE = 0x9002, 0x9003, 0x9005, 0x9007

_FIXED = {
    0x02: 4,
    0x03: 4,
    0x04: 4,
    0x05: 8,
    0x06: 8,
    0x07: 8,
    0x0A: 4,
    0x0B: 4,
    0x14: 8,
    0x40: 8,
    0x48: 16,
}
_VARIABLE = frozenset({0x0D, 0x1E, 0x1F, 0x102})
_UNICODE, _BINARY = 0x1F, 0x102
_OBJECT_ID = 16  # an embedded object begins with the identifier of its interface


@dataclass(slots=True)
class PackedFile:
    """A file out of a container."""

    name: str = ""
    content_type: str = ""
    content_id: str = ""
    octets: bytes = b""


@dataclass(slots=True)
class Packed:
    """What a winmail.dat holds."""

    text: str = ""
    html: str = ""
    rtf: bytes = b""  # as MS-OXRTFCP packs it; many letters have no other body
    files: list[PackedFile] = field(default_factory=list)


def unpack(octets: bytes) -> Packed | None:
    """Text, HTML and files of a TNEF stream; None when it is none. A cut-off stream
    gives what is whole."""
    if not octets.startswith(SIGNATURE):
        return None
    packed = Packed()
    page = "cp1252"
    for name, value in _objects(octets):
        if name == CODE_PAGE and len(value) >= 4:
            page = f"cp{struct.unpack_from('<I', value)[0]}"
        elif name == BODY:
            packed.text = charset.decode(value.rstrip(b"\x00"), page)[0]
        elif name == MESSAGE_PROPERTIES:
            _take_bodies(packed, value, page)
        elif name == RENDERING and len(packed.files) < FILE_LIMIT:
            packed.files.append(PackedFile())
        elif packed.files and name == TITLE:
            packed.files[-1].name = (
                packed.files[-1].name or charset.decode(value.rstrip(b"\x00"), page)[0]
            )
        elif packed.files and name == DATA:
            packed.files[-1].octets = value
        elif packed.files and name == ATTACHMENT_PROPERTIES:
            _take_file_properties(packed.files[-1], value, page)
    return packed


def _objects(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """(attribute, value) of each object: level, id, length, value, checksum."""
    at = 6
    for _ in range(OBJECT_LIMIT):
        if at + 11 > len(octets):
            return
        name, length = struct.unpack_from("<H2xI", octets, at + 1)
        yield name, octets[at + 9 : at + 9 + length]
        at += 11 + length


def _take_bodies(packed: Packed, value: bytes, page: str) -> None:
    found = {name: (kind, data) for name, kind, data in _properties(value)}
    if 0x3FDE in found and len(found[0x3FDE][1]) == 4:
        number = struct.unpack("<I", found[0x3FDE][1])[0]
        page = {65001: "utf-8", 20127: "ascii", 28591: "iso-8859-1", 50220: "iso-2022-jp"}.get(
            number, f"cp{number}"
        )
    if 0x1000 in found:
        packed.text = _string(*found[0x1000], page)
    if 0x1013 in found:
        packed.html = _string(*found[0x1013], page)
    if 0x1009 in found and found[0x1009][0] == _BINARY:
        packed.rtf = found[0x1009][1]


def _take_file_properties(file: PackedFile, value: bytes, page: str) -> None:
    found = {name: (kind, data) for name, kind, data in _properties(value)}
    for name in (0x3707, 0x3704, 0x3001):  # long file name, file name, display name
        if name in found and (text := _string(*found[name], page)):
            file.name = text
            break
    file.content_type = _string(*found[0x370E], page) if 0x370E in found else ""
    file.content_id = _string(*found[0x3712], page) if 0x3712 in found else ""
    if 0x3701 in found and not file.octets:
        kind, data = found[0x3701]
        file.octets = data[_OBJECT_ID:] if kind == 0x0D else data


def _string(kind: int, data: bytes, page: str) -> str:
    if kind == _UNICODE:
        return data.decode("utf-16-le", "replace").rstrip("\x00")
    return charset.decode(data.rstrip(b"\x00"), page)[0]


def _properties(value: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(name, type, first value) of each MAPI property (MS-OXTNEF, 2.1.3.4)."""
    at, end = 4, len(value)
    for _ in range(PROPERTY_LIMIT):
        if at + 4 > end:
            return
        kind, name = struct.unpack_from("<HH", value, at)
        at += 4
        if name >= 0x8000:  # a named property: its identifier comes first
            if at + 24 > end:
                return
            # by number: the second is that number
            by_name, length = struct.unpack_from("<II", value, at + 16)
            at += 24 + (_padded(length) if by_name else 0)
        many, kind = bool(kind & 0x1000), kind & 0xFFF
        if kind in _FIXED:
            count = _count(value, at) if many else 1
            at += 4 if many else 0
            yield name, kind, value[at : at + _FIXED[kind]]
            at += _FIXED[kind] * count
        elif kind in _VARIABLE:
            count = _count(value, at)
            at += 4
            for number in range(min(count, PROPERTY_LIMIT)):
                length = _count(value, at)
                if number == 0:
                    yield name, kind, value[at + 4 : at + 4 + length]
                at += 4 + _padded(length)
                if at > end:
                    return
        else:
            return


def _count(value: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", value, at)[0]) if at + 4 <= len(value) else 0


def _padded(length: int) -> int:
    return (length + 3) // 4 * 4
