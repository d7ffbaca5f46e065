"""winmail.dat is opened without trusting a length in it."""

from __future__ import annotations

import struct

import pytest

from maildesk.mail.mime.tnef import SIGNATURE, unpack


def block(name: int, value: bytes) -> bytes:
    return b"\x02" + struct.pack("<HHI", name, 6, len(value)) + value + b"\x00\x00"


def text(name: int, value: str) -> bytes:
    octets = value.encode("utf-16-le") + b"\x00\x00"
    return struct.pack("<HHII", 0x1F, name, 1, len(octets)) + octets + bytes(-len(octets) % 4)


HEAD = SIGNATURE + b"\x00\x00"
FILE = block(0x9002, bytes(14)) + block(0x8010, b"SHORT~1.PDF\x00") + block(0x800F, b"%PDF-1.7")


def test_a_file_has_its_long_name_and_its_octets() -> None:
    properties = struct.pack("<I", 1) + text(0x3707, "Rückfrage.pdf")

    packed = unpack(HEAD + FILE + block(0x9005, properties))

    assert packed is not None
    assert [(file.name, file.octets) for file in packed.files] == [("Rückfrage.pdf", b"%PDF-1.7")]


def test_a_body_is_read() -> None:
    packed = unpack(HEAD + block(0x9003, struct.pack("<I", 1) + text(0x1000, "Grüße")))

    assert packed is not None
    assert packed.text == "Grüße"


def test_named_and_multiple_properties_before_the_wanted_one_are_stepped_over() -> None:
    named = (
        struct.pack("<HH", 0x03, 0x8001)
        + bytes(16)
        + struct.pack("<II", 0, 7)
        + struct.pack("<I", 1)
    )
    many = struct.pack("<HHI", 0x1003, 0x1111, 2) + bytes(8)
    packed = unpack(
        HEAD + FILE + block(0x9005, struct.pack("<I", 3) + named + many + text(0x3707, "long.pdf"))
    )

    assert packed is not None
    assert packed.files[0].name == "long.pdf"


def test_what_is_no_winmail_is_none() -> None:
    assert unpack(b"%PDF") is None


@pytest.mark.parametrize("length", range(0, 90, 7))
def test_a_stream_cut_off_anywhere_is_read_as_far_as_it_goes(length: int) -> None:
    whole = HEAD + FILE + block(0x9005, struct.pack("<I", 1) + text(0x3707, "a.pdf"))

    packed = unpack(whole[: len(HEAD) + length])

    assert packed is not None
    assert len(packed.files) <= 1


def test_counts_that_lie_cost_nothing() -> None:
    lie = struct.pack("<I", 0xFFFFFFFF) + struct.pack("<HHI", 0x1002, 0x1111, 0xFFFFFFFF)

    assert unpack(HEAD + FILE + block(0x9005, lie)) is not None
