"""Refusals of us, told from those of a recipient."""

from __future__ import annotations

import pytest

from maildesk.mail.automatic.reports import read

TO = "lea@north.example"


def status(answer: str, to: str = TO) -> str:
    notice = (
        f"Your message could not be delivered.\n\n  {to}\n    host mx.north.example [192.0.2.1]\n"
        f"    SMTP error from remote mail server:\n    {answer}\n"
    )
    (report,) = read(notice, subject="failure", failed="", returned_to=(), own=["me@desk.example"])
    return report.status


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("553 out.desk.example does not exist", "5.1.8"),
        ("550 <relay.host.example> unknown", "5.1.8"),
        ("550 Domain of sender address me@desk.example does not resolve", "5.1.8"),
        ("550 Sender address rejected: Domain not found", "5.1.8"),
        ("550 5.1.1 Sender domain not found", "5.1.8"),
        ("554 Service not available, no SMTP service here: bad PTR record", "5.7.25"),
        ("554 No reverse DNS for 192.0.2.9", "5.7.25"),
        ("550 Sorry, your server has a poor reputation", "5.7.1"),
        ("550 HELO command rejected: not found", "5.7.1"),
        ("554 relay.host.example: you have reached your hourly sending quota", "5.7.28"),
        ("552 5.2.2 Daily sending quota exceeded", "5.7.28"),
        ("450 rate limit exceeded, slow down", "4.7.28"),
    ],
)
def test_what_is_refused_is_ours(answer: str, expected: str) -> None:
    assert status(answer) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("550 north.example does not exist", "5.1.1"),
        ("550 No such user here", "5.1.1"),
        ("552 Mailbox quota reached", "5.2.2"),
        ("550 5.1.1 user unknown, your IP was logged", "5.1.1"),
        ("452 4.2.2 user is over quota; receiving mail too quickly", "4.2.2"),
        ("556 nullMX", "5.1.10"),
    ],
)
def test_what_is_the_recipients_stays_so(answer: str, expected: str) -> None:
    assert status(answer) == expected
