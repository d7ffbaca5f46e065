"""What a form proves, how a file is handed out, and what of it: without a desk."""

from __future__ import annotations

import time

import pytest

from maildesk.desk.threads.links import KeyRing
from maildesk.pipeline.pages.files import Found
from maildesk.web import forms
from maildesk.web.files import disposition, handed_out

RING = KeyRing({"0": b"k" * 32})
BROWSER = "a" * 32
FILE = Found("report.pdf", "application/octet-stream", b"0123456789", '"tag"')


def test_a_form_is_good_for_its_browser_and_its_path_and_no_other() -> None:
    field = forms.made(RING, BROWSER, "/ticket/x/reply")
    once = forms.read(RING, BROWSER, "/ticket/x/reply", field)
    assert once is not None
    assert not once.is_old
    assert forms.read(RING, "b" * 32, "/ticket/x/reply", field) is None
    assert forms.read(RING, "", "/ticket/x/reply", field) is None
    assert forms.read(RING, BROWSER, "/ticket/x/code", field) is None
    other = KeyRing({"0": b"o" * 32})
    assert forms.read(other, BROWSER, "/ticket/x/reply", field) is None


@pytest.mark.parametrize("field", ["", "x", "0.1.2.3", "." * 50, "0.zz.é.\ud800", "x" * 10_000])
def test_a_form_that_is_made_up_is_none(field: str) -> None:
    assert forms.read(RING, BROWSER, "/", field) is None


def test_what_a_browser_has_begun_it_finds_by_its_name_and_no_other_does() -> None:
    name = forms.named(RING, BROWSER, "0123456789abcdef")
    assert name.startswith("0123456789abcdef")
    assert forms.has_begun(RING, BROWSER, name)
    turned = KeyRing({"0": b"k" * 32, "1": b"n" * 32})
    assert forms.has_begun(turned, BROWSER, name)
    assert not forms.has_begun(RING, "b" * 32, name)
    assert not forms.has_begun(RING, "", name)
    assert not forms.has_begun(KeyRing({"0": b"o" * 32}), BROWSER, name)
    for other in ("", "é" * 40, name[1:], f"{name}0", name[-32:]):
        assert not forms.has_begun(RING, BROWSER, other)


def test_a_form_of_yesterday_is_known_and_old(monkeypatch: pytest.MonkeyPatch) -> None:
    field, now = forms.made(RING, BROWSER, "/"), time.time()
    monkeypatch.setattr(time, "time", lambda: now + forms.LASTS + 2)
    once = forms.read(RING, BROWSER, "/", field)
    assert once is not None
    assert once.is_old


def test_two_forms_are_never_the_same() -> None:
    first, second = (forms.read(RING, BROWSER, "/", forms.made(RING, BROWSER, "/")) for _ in "ab")
    assert first != second


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("report.pdf", "attachment; filename=\"report.pdf\"; filename*=UTF-8''report.pdf"),
        (
            'a"b\r\nX: y',
            "attachment; filename=\"a_b__X__y\"; filename*=UTF-8''a%22b%0D%0AX%3A%20y",
        ),
        ("é", "attachment; filename=\"_\"; filename*=UTF-8''%C3%A9"),
    ],
)
def test_a_name_stays_within_its_field(name: str, shown: str) -> None:
    assert disposition(name) == shown


@pytest.mark.parametrize(
    ("range_", "status", "octets"),
    [
        ("", 200, b"0123456789"),
        ("bytes=0-0", 206, b"0"),
        ("bytes=8-", 206, b"89"),
        ("bytes=5-999", 206, b"56789"),
        ("bytes=-2", 206, b"89"),
        ("bytes=-999", 206, b"0123456789"),
        ("bytes=-0", 416, b""),
        ("bytes=10-", 416, b""),
        ("bytes=5-2", 416, b""),
        ("bytes=0-1,3-4", 200, b"0123456789"),
        ("bytes=-", 200, b"0123456789"),
        ("items=0-1", 200, b"0123456789"),
        ("bytes=" + "9" * 400, 200, b"0123456789"),
    ],
)
def test_a_part_of_a_file_is_given_where_it_is_one(range_: str, status: int, octets: bytes) -> None:
    got = handed_out(FILE, range_, "", "")
    assert (got.status_code, got.body) == (status, octets)


def test_whoever_has_it_already_is_told_so() -> None:
    assert handed_out(FILE, "", "", 'W/"x", "tag"').status_code == 304
    assert handed_out(FILE, "", "", "*").status_code == 304
    assert handed_out(FILE, "", "", '"other"').status_code == 200
    assert handed_out(FILE, "bytes=0-1", '"other"', "").status_code == 200
