"""Whose Authentication-Results stand on top, and which of them the desk may believe."""

from __future__ import annotations

import pytest

from maildesk.measuring.authentication_results import topmost

OWN = "Date: Fri, 20 Nov 2026 10:00:00 +0100\r\nFrom: support@desk.example\r\n"
MX = "mx.desk.example"
BY_MX = "Received: from out.relay.example (out [192.0.2.7]) by mx.desk.example (Postfix); Fri\r\n"
BY_RELAY = "Received: from desk (by x) by out.relay.example with ESMTPSA; Fri\r\n"


def found(*fields: str) -> tuple[str, str]:
    """The server, and the name of the problem."""
    top = topmost(("".join(fields) + OWN + "\r\nHello\r\n").encode())
    return top.authserv_id, top.problem.partition(":")[0]


@pytest.mark.parametrize(
    ("fields", "server"),
    [
        ((f"Authentication-Results: {MX}; dkim=pass\r\n", BY_MX, BY_RELAY), MX),
        # some filters put it below the line of their own server
        ((BY_MX, f"Authentication-Results: {MX} 1; dkim=none\r\n", BY_RELAY), MX),
        # Google
        (
            (
                "Received: by 2002:a05:6402:17c6:b0:5a1; Fri\r\n",
                "Received: from x by mx.google.com with ESMTPS id 7; Fri\r\n",
                "Authentication-Results: mx.google.com;\r\n   dkim=pass header.i=@x.example\r\n",
            ),
            "mx.google.com",
        ),
        # handed on inside, by a host whose name nobody else knows
        (("Received: by imap7\r\n", f"Authentication-Results: (c) {MX}; spf=none\r\n"), MX),
        (("Received: by x.local\r\n", f"Authentication-Results: {MX}; dkim/1=none\r\n"), MX),
        ((BY_MX, BY_RELAY), ""),
        ((), ""),
    ],
)  # fmt: skip
def test_the_last_server_is_believed(fields: tuple[str, ...], server: str) -> None:
    assert found(*fields) == (server, "")


def test_what_the_relay_wrote_as_our_mail_left_is_not_believed() -> None:
    said = "Authentication-Results: out.relay.example; auth=pass smtp.auth=support\r\n"
    assert found(BY_MX, said, BY_RELAY) == ("", "authserv_id_of_another")


def test_a_server_that_does_not_say_who_it_is_is_not_believed() -> None:
    said = "Authentication-Results: spf=pass (sender IP is 192.0.2.7) smtp.mailfrom=x\r\n"
    assert found(said, BY_MX) == ("", "no_authserv_id")
    assert found("Authentication-Results: ;\r\n", BY_MX) == ("", "no_authserv_id")


def test_the_topmost_counts_alone() -> None:
    ours = "Authentication-Results: mx.desk.example; dkim=pass\r\n"
    theirs = "Authentication-Results: mx.elsewhere.example; dkim=pass\r\n"
    assert found(ours, BY_MX, theirs) == ("mx.desk.example", "")
    assert found(OWN, ours) == ("", "")  # below what we wrote ourselves


@pytest.mark.parametrize("said", ["none", "auth=pass smtp.auth=support", "x-tls=pass"])
def test_what_says_nothing_of_senders_does_not_show_that_it_would(said: str) -> None:
    ours = f"Authentication-Results: {MX}; {said}\r\n"
    assert found(ours, BY_MX) == ("", "authserv_id_unclear")
