"""`carriers:` of desk.yaml: what an entry means, and what is said about one that cannot be."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from maildesk.config.policy import load_policy
from maildesk.desk.senders.entries import Carrier
from tests.config.desks import DESK, mistakes_of, write_desk

TRUST = "trust: {authserv_id: mx.desk.example}\n"


def entry(text: str, more: str = "") -> str:
    """The small desk with this entry, which is line 7 (8 with another line before it)."""
    return f"{DESK}{more}carriers:\n  - {text}\n"


def one(tmp_path: Path, text: str, more: str = "") -> Carrier:
    (found,) = load_policy(write_desk(tmp_path, entry(text, more))).carriers
    return found


def test_the_shortest_entry_takes_the_person_from_reply_to(tmp_path: Path) -> None:
    found = one(tmp_path, "sender: form@shop.example")
    assert (found.sender, found.line, found.proof) == ("form@shop.example", 7, None)
    assert (found.person.header, found.name, found.has_name) == ("Reply-To", None, True)
    assert found.is_of("FORM@shop.example")
    assert not found.is_of("a@shop.example")
    assert one(tmp_path, 'sender: "@exämple.example"').is_of("a@xn--exmple-cua.example")


@pytest.mark.parametrize("word", ["reply_to", "Reply-To", "reply-to"])
def test_reply_to_may_be_written_as_people_do(tmp_path: Path, word: str) -> None:
    found = one(tmp_path, f"{{sender: form@shop.example, person: {word}}}")
    assert found.person.header == "Reply-To"


def test_every_place_and_proof_becomes_a_value(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        '{sender: "@shop.example", person: {line: E-Mail}, name: {line: [First, Last]}, proof: '
        "{peer: [192.0.2.1, 2001:db8::/32], dkim: Shop.Example, submission: yes}}",
        TRUST,
    )
    assert (found.person.labels, found.name and found.name.labels) == (
        ("E-Mail",),
        ("First", "Last"),
    )
    assert found.proof is not None
    assert found.proof.peers == (ip_network("192.0.2.1"), ip_network("2001:db8::/32"))
    assert (found.proof.dkim, found.proof.submission) == ("shop.example", True)


def test_a_pattern_and_no_name(tmp_path: Path) -> None:
    found = one(tmp_path, "{sender: a@shop.example, person: {pattern: '^Von'}, name: none}")
    assert found.person.pattern is not None
    assert found.person.pattern.found_in("von Lea")
    assert found.has_name is False


WRONG = {
    "everything": ('sender: "*"', "an address, or @ and a domain"),
    "a star": ('sender: "*@shop.example"', 'all of a domain as "@shop.example"'),
    "an at alone": ('sender: "@"', "an address, or @ and a domain"),
    "a top level": ('sender: "@com"', "a domain that is one organisation's"),
    "a registry": ('sender: "@co.uk"', "a domain that is one organisation's"),
    "a provider": ('sender: "@gmail.com"', "a domain that is one organisation's"),
    "an agent": ("sender: ana@desk.example", "a sender that is no agent"),
    "our own": ("sender: support@desk.example", "proof beside it, such as proof: {peer"),
    "our domain": ('sender: "@desk.example"', "proof beside it, such as proof: {peer"),
    "another of ours": ("sender: www@desk.example", "proof beside it, such as proof: {peer"),
    "no sender": ("person: reply_to", "the key sender"),
    "an unknown key": ("{sender: a@x.example, persons: reply_to}", "did you mean person?"),
    "an unknown word": ("{sender: a@x.example, person: from}", "reply_to, or where the person"),
    "an unknown place": (
        "{sender: a@x.example, person: {lines: Mail}}",
        "did you mean line?",
    ),
    "two places": (
        "{sender: a@x.example, person: {line: Mail, header: X-Mail}}",
        "one of header, line and pattern",
    ),
    "no place": ("{sender: a@x.example, person: {}}", "one of header, line and pattern"),
    "any line": (
        "{sender: a@x.example, person: {pattern: '.*'}}",
        "a pattern that is not found in every line",
    ),
    "no pattern": ("{sender: a@x.example, person: {pattern: '(a'}}", "a regular expression"),
    "no field": ("{sender: a@x.example, person: {header: 'a b'}}", "the name of a header field"),
    "no name": ("{sender: a@x.example, name: yes please}", "beside (the address), none, or"),
    "no proof": ("{sender: a@x.example, proof: {}}", "peer, dkim or submission"),
    "no network": ("{sender: a@x.example, proof: {peer: web}}", "an address or a network"),
    "every network": (
        "{sender: a@x.example, proof: {peer: 0.0.0.0/0}}",
        "a network that is somebody's",
    ),
    "every domain": ("{sender: a@x.example, proof: {dkim: com}}", "a domain such as"),
    "nobody looks": (
        "{sender: a@x.example, proof: {dkim: x.example}}",
        "authserv_id or check_dkim in trust",
    ),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_what_an_entry_may_not_say_is_told_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    (mistake,) = mistakes_of(write_desk(tmp_path, entry(text)))
    assert mistake.startswith("desk.yaml:7:")
    assert said in mistake


def test_our_own_domain_wants_a_proof_in_either_spelling(tmp_path: Path) -> None:
    desk = entry('sender: "www@xn--exmple-cua.example"').replace("support@desk", "support@exämple")
    assert "support@exämple.example" in desk
    (mistake,) = mistakes_of(write_desk(tmp_path, desk))
    assert "proof beside it" in mistake


def test_a_sender_stands_there_once(tmp_path: Path) -> None:
    text = f"{DESK}carriers:\n  - sender: a@x.example\n  - sender: A@x.example\n"
    (mistake,) = mistakes_of(write_desk(tmp_path, text))
    assert "each sender once" in mistake
    assert mistake.startswith("desk.yaml:8:")
