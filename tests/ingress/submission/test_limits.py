"""How often somebody may fail to log in."""

from __future__ import annotations

from maildesk.ingress.gate import FORGET_ABOVE
from maildesk.ingress.submission.limits import PER_ACCOUNT, PER_PEER, PERIOD, LogInLimits

HOME, BEN = "192.0.2.1", "ben@desk.example"


def test_an_address_that_fails_again_and_again_waits_a_while() -> None:
    limits = LogInLimits()
    for n in range(PER_PEER):
        assert not limits.is_over(HOME, "", n)
        limits.failed(HOME, "", n)
    assert limits.is_over(HOME, BEN, PER_PEER)
    assert not limits.is_over("192.0.2.2", BEN, PER_PEER)
    assert not limits.is_over(HOME, BEN, PERIOD + PER_PEER)


def test_one_network_of_ipv6_is_one_address() -> None:
    limits = LogInLimits()
    for n in range(PER_PEER):
        limits.failed(f"2001:db8::{n:x}", "", 0)
    assert limits.is_over("2001:db8::ffff", "", 1)


def test_nobody_locks_an_agent_out_where_they_have_logged_in_before() -> None:
    limits = LogInLimits()
    limits.succeeded(HOME, BEN)
    for n in range(PER_ACCOUNT):
        limits.failed(f"198.51.100.{n}", BEN, 0)
    assert limits.is_over("203.0.113.5", BEN, 1)
    assert not limits.is_over(HOME, BEN, 1)


def test_what_is_remembered_has_a_limit() -> None:
    limits = LogInLimits()
    for n in range(FORGET_ABOVE + 10):
        limits.failed(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", "", n / 100)
    assert len(limits._failed) <= FORGET_ABOVE + 10
    assert limits.is_over("10.0.0.1", "", 0) is False
