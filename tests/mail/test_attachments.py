"""Attachments: what they are, what they may be called, and how to get one out of the raw message."""

from __future__ import annotations

import pytest

from maildesk.mail.attachments import contents_of, is_logo, safe_name, sniff, split_uu, true_type
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
        (b"PK\x03\x04", "application/vnd.oasis.opendocument.text", "a.odt", "application/vnd.oasis.opendocument.text"),
        (b"PK\x03\x04", "image/png", "a.png", "application/zip"),
        (b"<html>", "image/jpeg", "a.jpg", "text/html"),
        (b"words", "text/plain", "a.txt", "text/plain"),
    ],
)
def test_the_first_octets_decide_the_type(start: bytes, declared: str, filename: str, true: str) -> None:
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
