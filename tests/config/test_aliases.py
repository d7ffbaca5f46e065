"""`aliases`: addresses of the desk's beside those that customers write to; none may be a
person's."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.policy import load_policy
from maildesk.desk.senders.contacts import is_same_contact
from tests.config.desks import AGENTS, DESK, mistakes_of, write_desk

AT_HOME = AGENTS.replace("teams:", "also: [ana@home.example], teams:")


def test_an_alias_leads_to_the_first_address_or_to_the_one_that_is_named(tmp_path: Path) -> None:
    two = DESK.replace("queues:", "  - {address: geld@desk.example, queue: support}\nqueues:")
    lines = "aliases: [info@desk.example, {address: pay@old.example, of: geld@desk.example}]\n"
    policy = load_policy(write_desk(tmp_path, two + lines))
    info, pay = policy.desk_address("Info@desk.example"), policy.desk_address("pay@OLD.example")
    assert info is not None
    assert pay is not None
    assert (info.address, pay.address) == ("support@desk.example", "geld@desk.example")
    assert policy.is_for_admins("abuse@old.example")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('aliases: ["ana@home.example"]', "which takes in ana@home.example of agents.yaml"),
        ('aliases: ["ANA+x@home.example"]', "which takes in ana@home.example of agents.yaml"),
        ('aliases: ["@home.example"]', "which takes in ana@home.example of agents.yaml"),
        ('aliases: ["@gmail.com"]', "where everybody may have a mailbox"),
        ('aliases: ["eva@far.example"]\nadmins: [eva@far.example]', "of desk.yaml"),
        (
            'aliases: ["@far.example"]\ncontacts: [{match: kim@far.example}]',
            "which takes in kim@far.example of desk.yaml",
        ),
        ("aliases: [support@desk.example]", "none of the lines under addresses"),
        ("aliases: [info@desk.example, Info@desk.example]", "each alias once"),
        ("aliases: [{address: info@desk.example, of: suport@desk.example}]", "support@desk"),
        ("aliases: [info]", "an address, or @ and a domain"),
        ("own_domains: perhaps", "yes or no"),
    ],
)
def test_an_alias_that_would_take_in_somebodys_own_address_is_a_mistake(
    tmp_path: Path, lines: str, words: str
) -> None:
    (mistake,) = mistakes_of(write_desk(tmp_path, f"{DESK}{lines}\n", AT_HOME))
    assert words in mistake


@pytest.mark.parametrize(
    "lines",
    ['aliases: ["@desk.example"]', "aliases: [sales@desk.example]", 'aliases: ["@old.example"]'],
)
def test_an_alias_that_is_nobodys_is_none(tmp_path: Path, lines: str) -> None:
    assert mistakes_of(write_desk(tmp_path, f"{DESK}{lines}\n", AT_HOME)) == []


def test_agents_in_a_domain_of_aliases_stay_agents(tmp_path: Path) -> None:
    policy = load_policy(write_desk(tmp_path, f'{DESK}aliases: ["@desk.example"]\n'))
    assert policy.agent("ana@desk.example") is not None
    assert not policy.may_take_part("sales@desk.example")
    assert policy.may_take_part("kim@customer.example")


@pytest.mark.parametrize(
    ("contacts", "words"),
    [
        ("[{addresses: [a@x.example]}, {addresses: [b@x.example, A+1@x.example]}]", "on line 7"),
        ("[{addresses: [a@x.example]}, {match: A@x.example}]", "on line 7"),
        ("[{addresses: [support@desk.example]}]", "an address of the desk"),
        ("[{addresses: [nobody]}]", "an address such as"),
        ("[{name: Eva}]", "match: an address or @domain"),
    ],
)
def test_a_contact_is_one_persons(tmp_path: Path, contacts: str, words: str) -> None:
    found = mistakes_of(write_desk(tmp_path, f"{DESK}\ncontacts: {contacts}\n"))
    assert words in found[0]


def test_a_contact_may_have_addresses_and_a_match(tmp_path: Path) -> None:
    line = "contacts: [{match: eva@x.example, addresses: [e@y.example, eva@x.example], tier: a}]"
    policy = load_policy(write_desk(tmp_path, f"{DESK}\n{line}\n"))
    assert is_same_contact("E@y.example", "eva@x.example", policy)
    assert not is_same_contact("kim@x.example", "eva@x.example", policy)
