"""Whom a notice is about, and which reason stands with whom."""

from __future__ import annotations

import pytest

from maildesk.mail.automatic.reports import read

RETURNED = "\n--- Below this line is a copy of the message.\n\nTo: kurt@north.example\n\nHello\n"


def told(notice: str) -> list[tuple[str, str]]:
    found = read(
        notice + RETURNED, subject="failure", failed="", returned_to=(), own=["me@d.example"]
    )
    return [(report.final_recipient, report.status) for report in found]


@pytest.mark.parametrize(
    "explanation",
    [
        "Use the full form, e.g., if\nk.west@north.example fails, try kurt.west@north.example.",
        "An address looks like\nfirst.last@north.example.",
        "Examples:\nfirst@north.example\nlast@north.example",
        "Schreiben Sie zum Beispiel\nvorname@north.example.",
        "Écrivez par exemple à\nprenom@north.example",
    ],
)
def test_an_example_is_no_recipient(explanation: str) -> None:
    notice = f"Not delivered to the following:\n\n kurt   No such user\n\n{explanation}\n"
    assert told(notice) == [("kurt@north.example", "5.1.1")]


def test_the_reason_in_a_transcript_stands_above_its_recipient() -> None:
    notice = (
        "   ----- Transcript of session follows -----\n... while talking to mx.west.example:\n"
        "<<< 552 Mailbox full\n554 <ida@west.example>... Service unavailable\n"
        "550 east.example (smtp)... 550 Host unknown\n550 <odo@east.example>... Host unknown\n"
    )
    assert told(notice) == [("ida@west.example", "5.2.2"), ("odo@east.example", "5.1.2")]


def test_a_heading_belongs_to_what_stands_below_it() -> None:
    notice = (
        "Your message was not delivered.\n\nUnknown user:\n\n  ida@west.example\n\n"
        "Mailbox full:\n\n  odo@east.example\n"
    )
    assert told(notice) == [("ida@west.example", "5.1.1"), ("odo@east.example", "5.2.2")]
