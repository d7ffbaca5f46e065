"""One person behind the variants of an address, one organisation behind its sub-domains."""

from __future__ import annotations

import pytest

from maildesk.mail import owners
from maildesk.mail.owners import (
    ascii_domain,
    contact_of,
    is_same_mailbox,
    mailbox_of,
    organisation_of,
    person_of,
)


@pytest.mark.parametrize(
    ("address", "person"),
    [
        ("Victim@Mail.example", "victim@mail.example"),
        ("victim+17@mail.example", "victim@mail.example"),
        ("v.i.c.tim+a+b@mail.example", "victim@mail.example"),
        ("kim@googlemail.com", "kim@gmail.com"),
        ("+x@mail.example", "+x@mail.example"),
        ('"a@b"@mail.example', '"a@b"@mail.example'),
        ("nobody", "nobody"),
    ],
)
def test_the_variants_of_an_address_are_one_person(address: str, person: str) -> None:
    assert person_of(address) == person


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kim@Customer.Example", "kim@customer.example"),
        ("info@exämple.example", "info@xn--exmple-cua.example"),
        ("INFO@EXÄMPLE.example", "info@XN--EXMPLE-CUA.example"),
        ("info@exa\u0308mple.example", "info@exämple.example"),  # decomposed
        ("jörg@post.example", "JÖRG@post.example"),
        ("kim@straße.example", "kim@xn--strae-oqa.example"),
    ],
)
def test_one_address_in_two_spellings_is_one_mailbox(one: str, other: str) -> None:
    assert is_same_mailbox(one, other)
    assert contact_of(one) == contact_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kim@straße.example", "kim@strasse.example"),  # two owners (IDNA 2008)
        ("kim+shop@customer.example", "kim@customer.example"),
        ("k.im@customer.example", "kim@customer.example"),
        ("kіm@customer.example", "kim@customer.example"),  # a Cyrillic letter
    ],
)
def test_what_only_looks_alike_is_another_mailbox(one: str, other: str) -> None:
    assert not is_same_mailbox(one, other)


@pytest.mark.parametrize(
    ("address", "contact"),
    [
        ("Kim+shop@customer.example", "kim@customer.example"),
        ("k.im@customer.example", "k.im@customer.example"),
        ("k.i.m+a@googlemail.com", "kim@gmail.com"),
        ("+x@mail.example", "+x@mail.example"),
        ("nobody", "nobody"),
    ],
)
def test_a_detail_behind_a_plus_is_the_same_customer(address: str, contact: str) -> None:
    assert contact_of(address) == contact


def test_a_domain_that_cannot_stand_in_the_dns_is_none() -> None:
    assert ascii_domain("ä" * 70 + ".example") == ""
    assert mailbox_of("kim@" + "ä" * 70 + ".example").endswith(".example")


@pytest.mark.parametrize(
    ("address", "organisation"),
    [
        ("a@example.org", "example.org"),
        ("a@x.y.Example.org", "example.org"),
        ("a@x.example.co.uk", "example.co.uk"),
        ("a@example.co.uk", "example.co.uk"),
        ("a@co.uk", "co.uk"),
        ("a@x.example.com.br", "example.com.br"),
        ("a@x.example.de", "example.de"),
        ("a@[192.0.2.1]", "[192.0.2.1]"),
        ("a@192.0.2.1", "192.0.2.1"),
        ("a@localhost", "localhost"),
        ("", ""),
    ],
)
def test_the_sub_domains_of_a_domain_are_one_organisation(address: str, organisation: str) -> None:
    assert organisation_of(address) == organisation


def test_no_domain_is_encoded_that_the_dns_has_no_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Punycode takes the square of a label's length, and whoever writes to us chooses it."""
    encoded: list[str] = []
    monkeypatch.setattr(owners, "_a_label", encoded.append)
    domain = "".join(map(chr, range(0x4E00, 0x4E00 + 20_000))) + "ß.example"
    assert mailbox_of(f"Kim@{domain}") == f"kim@{domain}"
    assert ascii_domain(domain) == ""
    assert encoded == []
