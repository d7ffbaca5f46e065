"""Whose word about a sender counts: the named server's, the topmost, and nothing a stranger could
have put inside it."""

from __future__ import annotations

from typing import Any

import pytest

from maildesk.desk.senders.entries import Trust
from maildesk.desk.senders.trust import is_authenticated, is_listed, spam_verdict
from maildesk.mail.message import Mailbox
from tests.desk.stories import message

TRUST = Trust(authserv_id="mx.desk.example", spam_filter="rspamd")
BEN = Mailbox("Ben", "ben@desk.example")


def believed(*values: str, trust: Trust = TRUST, sender: Mailbox = BEN, **more: Any) -> bool:
    return is_authenticated(
        message(sender=sender, headers={"authentication-results": values}, **more), trust
    )


@pytest.mark.parametrize(
    "value",
    [
        "mx.desk.example; dmarc=pass",
        (
            "mx.desk.example 1; spf=fail smtp.mailfrom=x; dmarc=pass (p=none dis=none) "
            "header.from=desk.example"
        ),
        "MX.Desk.Example; DMARC=Pass header.from=Desk.Example",
        (
            "mx.desk.example; dkim=fail header.d=other.example; dkim=pass (2048-bit key) "
            "header.d=desk.example header.s=a"
        ),
    ],
)
def test_an_aligned_pass_of_the_named_server_counts(value: str) -> None:
    assert believed(value)


def test_the_domain_above_the_senders_is_aligned_and_the_one_below_is_not() -> None:
    assert believed(
        "mx.desk.example; dkim=pass header.d=example.org",
        sender=Mailbox("", "ben@desk.example.org"),
    )
    assert not believed("mx.desk.example; dkim=pass header.d=a.desk.example")
    assert not believed("mx.desk.example; dkim=pass header.d=sk.example")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "mx.desk.example",
        "mx.desk.example; none",
        "mx.evil.example; dmarc=pass",
        "mx.desk.example.evil.example; dmarc=pass",
        "mx.desk.example; spf=pass smtp.mailfrom=desk.example",
        "mx.desk.example; dmarc=fail",
        "mx.desk.example; dmarc=none (dmarc=pass)",
        "mx.desk.example; dkim=pass header.d=evil.example",
        "mx.desk.example; dkim=pass",
        "mx.desk.example; dmarc=pass header.from=evil.example",
        "mx.desk.example (; dmarc=pass ); dmarc=fail",
        "mx.desk.example; spf=fail smtp.mailfrom=(a (b; dmarc=pass ) c)",
    ],
)
def test_anything_else_proves_nothing(value: str) -> None:
    assert not believed(value)


@pytest.mark.parametrize(
    "quoted",
    [
        '"a; dmarc=pass "@evil.example',
        '"a\\"; dmarc=pass "@evil.example',
        '"a; dkim=pass header.d=desk.example ;b"',
        '"(" ; spf=x',
    ],
)
def test_what_a_stranger_quoted_inside_the_field_is_no_verdict(quoted: str) -> None:
    assert not believed(f"mx.desk.example; spf=fail smtp.mailfrom={quoted}; dmarc=fail")


def test_only_the_topmost_field_counts() -> None:
    assert not believed("mx.desk.example; dmarc=fail", "mx.desk.example; dmarc=pass")
    assert not believed("mx.other.example; dmarc=pass", "mx.desk.example; dmarc=pass")


def test_two_senders_or_none_or_no_named_server_prove_nothing() -> None:
    good = "mx.desk.example; dmarc=pass"
    assert not believed(good, senders=(BEN, BEN))
    assert not is_authenticated(
        message(sender=None, headers={"authentication-results": (good,)}), TRUST
    )
    assert not believed(good, trust=Trust())
    assert not believed("; dmarc=pass", trust=Trust())


def test_lists_name_addresses_or_whole_domains() -> None:
    entries = ("Spammer@shop.example", "@evil.example")
    assert is_listed("spammer@SHOP.example", entries)
    assert is_listed("anybody@Evil.Example", entries)
    assert not is_listed("ana@shop.example", entries)
    assert not is_listed("ana@notevil.example", entries)
    assert not is_listed("ana@sub.evil.example", entries)


def test_only_the_named_filters_verdict_is_read() -> None:
    marked = message(headers={"x-spam-flag": ("YES",), "x-spam": ("no",)})
    assert spam_verdict(marked, TRUST) == "x-spam-flag: yes"
    assert spam_verdict(marked, Trust(spam_filter="SpamAssassin")) == "x-spam-flag: yes"
    assert spam_verdict(marked, Trust()) == ""
    assert spam_verdict(message(headers={"x-spam-status": ("Yes, score=9",)}), TRUST) == ""
    assert (
        spam_verdict(message(headers={"x-rspamd-action": ("add header",)}), TRUST)
        == "x-rspamd-action: add header"
    )
    assert spam_verdict(message(headers={"x-spam-flag": ("NO",)}), TRUST) == ""
