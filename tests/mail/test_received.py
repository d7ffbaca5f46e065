"""Received fields: the topmost that says a moment, and nothing that no server can have meant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maildesk.mail.received import moment, newest

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "field",
    [
        "from a by b with ESMTP id 7; Fri, 20 Nov 2026 13:00:00 +0100",
        "from a (a [192.0.2.1]; helo=x) by b; Fri, 20 Nov 2026 12:00:00 GMT",
        "by b; Fri, 20 Nov 2026 12:00:00 +0000 (UTC)",
        "by b;\r\n\tFri, 20 Nov 2026 07:00:00 -0500",
        "by b; 20 Nov 2026 12:00:00",
        "by b; Fri, 20 Nov 2026 12:00:00 -0000",
    ],
)
def test_a_moment_is_read_in_utc(field: str) -> None:
    assert moment(field) == NOON


@pytest.mark.parametrize(
    "field",
    [
        "",
        "from a by b",
        "by b;",
        "by b; yesterday",
        "by b; Thu, 1 Jan 1970 00:00:00 +0000",
        "by b; Fri, 99 Nov 2026 12:00:00 +0000",
        "by b; Fri, 20 Nov 99999 12:00:00 +0000",
        "by b; Fri, 20 Nov 2026 12:00:00 +9999999",
    ],
)
def test_what_is_no_moment_is_none(field: str) -> None:
    assert moment(field) is None


def test_the_topmost_that_can_be_read_counts() -> None:
    older = "by a; Mon, 2 Nov 2026 12:00:00 +0000"
    assert newest(["by c; rubbish", "by b; Fri, 20 Nov 2026 12:00:00 +0000", older]) == NOON
    assert newest([]) is None
