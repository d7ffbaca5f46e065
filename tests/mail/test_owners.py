"""One person behind the variants of an address, one organisation behind its sub-domains."""

from __future__ import annotations

import pytest

from maildesk.mail.owners import organisation_of, person_of


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
