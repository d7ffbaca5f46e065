"""Files in mail: what is passed on, what fits into one mail, and why not."""

from __future__ import annotations

import pytest

from maildesk.desk.mails.attachment_policy import Room, beyond, is_program, refusal, refused
from maildesk.desk.mails.limits import AttachmentLimits
from maildesk.mail.message import Attachment

LIMITS = AttachmentLimits(max_size=1000, max_total=1500)


def file(name: str = "a.pdf", size: int = 10, content_type: str = "application/pdf") -> Attachment:
    return Attachment(0, name, content_type, size)


@pytest.mark.parametrize("name", ["setup.exe", "SETUP.EXE", "a.pdf.js"])
def test_a_program_is_one_by_its_name(name: str) -> None:
    assert is_program(file(name), LIMITS)


def test_a_program_is_one_whatever_it_is_called() -> None:
    found = file("letter.pdf", content_type="application/x-ms-shortcut")
    problem = refusal(found, LIMITS)
    assert problem is not None and problem.code == "file_is_program"


def test_the_limit_is_named_in_the_largest_unit_that_it_fills() -> None:
    assert refusal(file(size=1000), LIMITS) is None
    for limit, number, unit in ((10 * 1024 * 1024, "10", "MB"), (2048, "2", "KB")):
        problem = refusal(file(size=limit + 1), AttachmentLimits(max_size=limit))
        assert problem is not None
        assert problem.values == {"number": number, "unit": unit}


def test_what_fits_goes_along_in_its_order_and_the_rest_is_named() -> None:
    files = [file("1.pdf", 900), file("2.pdf", 900), file("3.pdf", 600), file("x.exe", 1)]
    assert [one.filename for one, _ in refused(files, LIMITS)] == ["x.exe"]
    left = beyond(files, LIMITS, Room(LIMITS, None))
    assert [one.filename for one, _ in left] == ["2.pdf"]


def test_a_mail_is_no_larger_on_the_line_than_the_relay_takes() -> None:
    room = Room(AttachmentLimits(max_size=10**6, max_total=10**6), 400_000)
    assert room.limit < 300_000
    assert room.takes(file(size=room.limit))
    assert not room.takes(file(size=10_000))
    assert [one.code for one in room.reason] == ["files_too_large", "mail_full"]
