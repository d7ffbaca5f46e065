"""Rich text gives back the HTML or the text it was made from, and costs next to nothing
whatever it claims."""

from __future__ import annotations

import os
import struct
import time

import pytest

from maildesk.mail.mime.rtf import RAW_LIMIT, bodies, decompressed

FONTS = (
    rb"{\fonttbl{\f0\fswiss Arial;}{\f4\fswiss\fcharset204 Calibri;}{\f5\fcharset128 MS "
    rb"Gothic;}}{\colortbl\red0;}"
)
FROM_HTML = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0"
    + FONTS
    + rb"{\*\generator Some Server;}\uc1\pard\plain\f0 "
    rb"{\*\htmltag50 <body>}\htmlrtf \lang1033 \htmlrtf0 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 "
    rb"Stra\'dfe {\*\htmltag84 &lt;}7\htmlrtf\par\htmlrtf0 \htmlrtf }\htmlrtf0 {\*\htmltag72 "
    rb"</p>}{\*\mhtmltag148 <i>}"
    rb"{\f4\htmlrtf0 \'cf\'f0\'e8}{\*\htmltag58 </body>}}"
)


def test_html_comes_back_without_what_is_for_programs_that_cannot_read_it() -> None:
    assert bodies(FROM_HTML) == ("", "<body><p>Straße &lt;7</p>При</body>")


def test_text_comes_back_with_its_lines_and_letters() -> None:
    head = rb"{\rtf1\ansi\ansicpg1252\fromtext \deff0" + FONTS
    rich = head + rb"\uc1\pard\f0 Hello,\par\par It\'92s br\'f6ken \u-10179?\u-8704?\{\}.\par}"

    assert bodies(rich) == ("Hello,\n\nIt’s bröken 😀{}.", "")


def test_rich_text_from_nowhere_gives_its_words() -> None:
    rich = (
        rb"{\rtf1\ansi"
        + FONTS
        + (
            rb"{\info{\title Secret}}{\*\foo hidden}{\b Bold}\tab and {\f5 "
            rb"\'93\'fa}{\uc2\u8364 EU}.\par}"
        )
    )

    assert bodies(rich) == ("Bold\tand 日€.", "")


@pytest.mark.parametrize("octets", [b"", b"plain", b"<html>", b"{\\pdf"])
def test_what_is_no_rich_text_gives_nothing(octets: bytes) -> None:
    assert bodies(octets) == ("", "")


def packed(body: bytes, size: int, kind: bytes = b"LZFu") -> bytes:
    return struct.pack("<II4sI", len(body) + 12, size, kind, 0) + body


def test_literals_and_repeats_are_unpacked() -> None:
    # the preset, some letters, and repeats of both
    simple = "03000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    crossing = "410004205758595a0d6e7d010eb0"  # a repeat that runs into itself

    assert (
        decompressed(packed(bytes.fromhex(simple), 43))
        == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    )
    assert decompressed(packed(bytes.fromhex(crossing), 28)) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_what_is_stored_unpacked_is_taken_as_it_is() -> None:
    assert decompressed(packed(b"{\\rtf1 a}", 9, b"MELA")) == b"{\\rtf1 a}"
    assert decompressed(packed(b"{\\rtf1 a}", 9, b"none")) == b""
    assert decompressed(b"") == b""


@pytest.mark.parametrize(
    "body",
    [
        os.urandom(200_000),
        b"\xff" * 200_000,
        b"\x00" * 900_000,
        (b"\xff" + b"\x00\x00" * 8) * 50_000,
    ],
)
def test_a_size_that_lies_costs_nothing(body: bytes) -> None:
    began = time.process_time()

    assert len(decompressed(packed(body, 0xFFFFFFFF))) <= RAW_LIMIT
    assert time.process_time() - began < 1


UNITS = [
    b"{",
    b"{}",
    b"\\par",
    b"\\'e4",
    b"\\u1?",
    b"\\f1\\fcharset2",
    b"\\*\\'",
    b"\\uc99999\\u1 ",
    b"\\htmlrtf",
]


@pytest.mark.parametrize("unit", UNITS)
def test_a_megabyte_of_anything_is_read_in_time(unit: bytes) -> None:
    began = time.process_time()

    text, html = bodies(b"{\\rtf1\\fromhtml1" + unit * (1_000_000 // len(unit)))

    assert len(text) + len(html) <= RAW_LIMIT
    assert time.process_time() - began < 1
