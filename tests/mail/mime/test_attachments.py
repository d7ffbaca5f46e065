"""Attachments: what they are, what they may be called, and how to get one out
of the raw message."""

from __future__ import annotations

import random
from base64 import b64encode, encodebytes
from time import process_time

import pytest

from maildesk.mail.mime.attachments import (
    contents_of,
    is_logo,
    safe_name,
    sniff,
    split_data,
    split_uu,
    true_type,
)
from maildesk.mail.parse import parse
from tests.corpus.make import ODD
from tests.corpus.odd import EXE, HELLO, PDF, PNG, attached, mixed


def test_the_octets_of_an_attachment_come_out_by_its_index() -> None:
    raw = mixed(HELLO, attached(b"a.pdf", PDF), attached(b"b.png", PNG))

    for listed, octets in zip(parse(raw).attachments, (PDF, PNG), strict=True):
        ((attachment, content),) = contents_of(raw, {listed.index})
        assert (attachment.filename, content) == (listed.filename, octets)


def test_several_files_come_out_in_one_walk() -> None:
    raw = mixed(HELLO, attached(b"a.pdf", PDF), attached(b"b.png", PNG), attached(b"c.pdf", PDF))

    assert [found.filename for found, _ in contents_of(raw, {3, 1})] == ["a.pdf", "c.pdf"]


@pytest.mark.parametrize("name", ["winmail-dat", "uuencoded-in-the-text"])
def test_a_file_in_a_container_comes_out_by_its_index(name: str) -> None:
    raw = next(odd.raw for odd in ODD if odd.name == name)
    listed = parse(raw).attachments[0]

    ((attachment, content),) = contents_of(raw, {listed.index})

    assert (attachment, len(content)) == (listed, listed.size)


@pytest.mark.parametrize("index", [7, 100_000, 500_000_000, -1])
def test_an_index_that_is_none_gives_none(index: int) -> None:
    assert list(contents_of(mixed(HELLO), {index})) == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\report.pdf", "report.pdf"),
        ("a\x00b\r\n.pdf", "a_b__.pdf"),
        ("..", "attachment-3.pdf"),
        ("", "attachment-3.pdf"),
        ("aux.pdf", "_aux.pdf"),
        ("x\u202efdp.exe", "x_fdp.exe"),
        (" spaced  out .pdf ", "spaced out .pdf"),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name, "application/pdf", 3) == safe


def test_a_long_name_keeps_its_extension() -> None:
    name = safe_name("ö" * 400 + ".pdf")

    assert name.endswith(".pdf")
    assert len(name.encode()) <= 150


@pytest.mark.parametrize(
    ("start", "declared", "filename", "true"),
    [
        (EXE, "image/png", "a.png", "application/vnd.microsoft.portable-executable"),
        (PDF, "application/octet-stream", "a", "application/pdf"),
        (b"a,b\n", "application/octet-stream", "a.csv", "text/csv"),
        (
            b"PK\x03\x04",
            "application/vnd.oasis.opendocument.text",
            "a.odt",
            "application/vnd.oasis.opendocument.text",
        ),
        (b"PK\x03\x04", "image/png", "a.png", "application/zip"),
        (b"<html>", "image/jpeg", "a.jpg", "text/html"),
        (b"words", "text/plain", "a.txt", "text/plain"),
    ],
)
def test_the_first_octets_decide_the_type(
    start: bytes, declared: str, filename: str, true: str
) -> None:
    assert true_type(start, declared, filename) == true


def test_nothing_is_proved_by_nothing() -> None:
    assert sniff(b"") == ""


def test_a_small_picture_in_the_page_is_a_logo_and_an_attached_one_is_evidence() -> None:
    shown = next(odd for odd in ODD if odd.name == "picture-shown-in-the-page")
    sent = next(odd for odd in ODD if odd.name == "picture-attached-with-an-id")

    assert is_logo(parse(shown.raw).attachments[0])
    assert not is_logo(parse(sent.raw).attachments[0])


def test_prose_that_says_begin_stays_prose() -> None:
    assert split_uu("begin 644 times\nand again") == ("begin 644 times\nand again", [])


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2
WRITTEN = b64encode(PICTURE).decode()


@pytest.mark.parametrize(
    "tag",
    [
        '<img alt="The screen" src="data:image/png;base64,{}">',
        "<IMG SRC = 'data:image/png;name=a.png;base64,{}' width=7>",
        "<img src=data:image/PNG;base64,{} width=7>",
    ],
)
def test_a_picture_written_into_the_page_is_a_file_shown_in_it(tag: str) -> None:
    raw = (
        f"Subject: x\nContent-Type: text/html\n\n<p>See:</p>{tag.format(WRITTEN)}<p>Kim</p>"
    ).encode()
    message = parse(raw)

    (file,) = message.attachments
    assert (file.filename, file.content_type, file.size, file.inline) == (
        "picture-1.png",
        "image/png",
        len(PICTURE),
        True,
    )
    assert f'src="cid:{file.content_id}"' in message.html
    assert "base64" not in message.html
    assert [octets for _, octets in contents_of(raw, {file.index})] == [PICTURE]


def test_the_same_picture_written_twice_is_one_file() -> None:
    tag = f'<img src="data:image/png;base64,{WRITTEN}">'
    assert len(parse(f"Content-Type: text/html\n\n{tag}<p>and</p>{tag}".encode()).attachments) == 1


def test_words_below_a_large_picture_in_the_page_are_read() -> None:
    page = f'<p>Above.</p><img src="data:image/jpeg;base64,{"/9j/" * 400_000}"><p>Below.</p>'
    message = parse(
        b"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n"
        + encodebytes(page.encode())
    )

    assert message.reply == "Above.\n\nBelow."
    assert "body cut" not in message.defects


@pytest.mark.parametrize(
    "page",
    [
        '<img src="data:image/png;base64,AAAA',
        "<img src='data:image/png;base64," * 9,
        '<img src="data:image/gif;base64,R0lG">',
    ],
)
def test_what_is_no_picture_stays_as_it_is(page: str) -> None:
    assert split_data(page, 1) == (page, [])


def test_a_program_that_calls_itself_a_picture_is_told_by_its_octets() -> None:
    program = b64encode(b"MZ" + b"\0" * 500).decode()
    (file,) = parse(
        f'Content-Type: text/html\n\n<p>x</p><img src="data:image/png;base64,{program}">'.encode()
    ).attachments
    assert file.content_type == "application/vnd.microsoft.portable-executable"


def test_a_megabyte_of_pictures_that_never_end_is_read_in_time() -> None:
    began = process_time()
    split_data("<img src='data:image/png;base64,\n" * 60_000, 1)
    split_data('<img src="data:image/png;base64,\n' * 60_000, 1)
    assert process_time() - began < 1


LARGE = random.Random(1).randbytes(30_000)


def encoded(octets: bytes, *, width: int = 76, end: str = "\r\n") -> bytes:
    whole = b64encode(octets).decode()
    return end.join(whole[at : at + width] for at in range(0, len(whole), width)).encode()


def with_base64(lines: bytes, head: bytes = b"Content-Type: application/pdf\r\n") -> bytes:
    cut = b'Content-Type: multipart/mixed; boundary="cut"\r\n\r\n--cut\r\n\r\nHello\r\n--cut\r\n'
    return (
        cut + head + b"Content-Transfer-Encoding: base64\r\n\r\n" + lines + b"\r\n\r\n--cut--\r\n"
    )


@pytest.mark.parametrize("width", [76, 60, 64, 4])
@pytest.mark.parametrize("length", [20_001, 20_002, 20_003, 57 * 400, 57 * 8192 * 2])
def test_the_place_of_a_large_file_in_clean_base64_is_told(width: int, length: int) -> None:
    octets = random.Random(length).randbytes(length)
    raw = with_base64(encoded(octets, width=width))
    (file,) = parse(raw).attachments
    assert file.place is not None
    start, size = file.place
    assert raw[start : start + size] == encoded(octets, width=width)
    assert file.size == length


@pytest.mark.parametrize(
    "lines",
    [
        encoded(LARGE, width=80),
        encoded(LARGE, end="\n"),
        encoded(LARGE)[:-1],
        encoded(LARGE).replace(b"\r\n", b" \r\n", 1),
        encoded(LARGE).replace(b"\r\n", b"\r\n\r\n", 1),
        encoded(LARGE).replace(b"e", b"=", 1),
        encoded(LARGE).replace(b"e", b".", 1),
        encoded(LARGE) + b"\r\n" + encoded(b"y" * 300),
        encoded(b"small"),
        b"",
    ],
)
def test_the_place_of_a_file_that_no_other_mail_should_carry_so_is_not_told(lines: bytes) -> None:
    raw = with_base64(lines)
    (file,) = parse(raw).attachments
    assert file.place is None
    assert [found.index for found, _ in contents_of(raw, {1})] == [1]


def test_no_place_is_told_in_octets_that_are_not_those_of_the_message() -> None:
    raw = with_base64(encoded(LARGE)).replace(b"\r\nHello\r\n", b"\r\r\nHello\r\r\n")
    (file,) = parse(raw).attachments
    assert (file.place, file.size) == (None, len(LARGE))
