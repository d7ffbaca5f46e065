"""Colleagues share a domain that is not everybody's."""

from __future__ import annotations

import pytest

from maildesk.desk.senders.organisations import are_colleagues, organisation


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("a@harbour.example", "harbour.example"),
        ("a@mail.Harbour.Example", "harbour.example"),
        ("a@shop.harbour.co.uk", "harbour.co.uk"),
        ("a@harbour.com.br", "harbour.com.br"),
        ("a@co.uk", ""),
        ("a@gmail.com", ""),
        ("a@yahoo.co.jp", ""),
        ("a@web.de", ""),
        ("a@localhost", ""),
        ("a@[192.0.2.1]", ""),
        ("nobody", ""),
    ],
)
def test_the_organisation_is_the_domain_that_is_registered(address: str, domain: str) -> None:
    assert organisation(address) == domain


def test_colleagues_share_an_organisation_and_a_provider_is_none() -> None:
    assert are_colleagues("a@harbour.example", "b@north.harbour.example")
    assert not are_colleagues("a@harbour.example", "b@harbor.example")
    assert not are_colleagues("a@gmail.com", "b@gmail.com")
    assert not are_colleagues("a@one.co.uk", "b@two.co.uk")
