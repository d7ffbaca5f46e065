"""`maildesk setup` as a person goes through it: at a terminal, one question after the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from maildesk.config.environment import load_settings
from maildesk.config.policy import load_policy
from tests.servers.dovecot import Dovecot
from tests.servers.web import Page, autoconfig
from tests.setup.box import ANA, SUPPORT, Box, make_box
from tests.setup.conftest import AUTOCONFIG, DOMAIN, Surroundings
from tests.setup.typist import CTRL_C, CTRL_D, Typist


class Person:
    """Who sets a desk up in a box whose domain says where its servers are."""

    def __init__(self, box: Box, around: Surroundings) -> None:
        self.box = box
        imap, smtp = f"127.0.0.1:{box.account.tls_port}", f"127.0.0.1:{box.submission.port}"
        around.names.hosts(DOMAIN, f"autoconfig.{DOMAIN}")
        around.web.pages[AUTOCONFIG] = Page(autoconfig(f"{imap} SSL", f"{smtp} STARTTLS"))
        believed = box.ca_file.read_text() + around.web.certificate.certificate.read_text()
        box.ca_file.write_text(believed)
        self.imap, self.smtp = f"{imap}, TLS", f"{smtp}, STARTTLS"
        self._file = box.folder / "world.json"
        self._file.write_text(json.dumps({
            "nameservers": around.world.nameservers,
            "ports": around.world.ports,
            "ca_file": str(box.ca_file),
        }))  # fmt: skip
        self.typists: list[Typist] = []

    def sits_down(self, *more: str) -> Typist:
        """The command is typed."""
        words = ("setup", SUPPORT, "--desk", str(self.box.desk), "--ca-file", str(self.box.ca_file))
        made = Typist(["-m", "tests.setup.in_a_world", str(self._file), *words, *more])
        self.typists.append(made)
        return made


@pytest.fixture
def person(
    tmp_path: Path, dovecot: Dovecot, around: Surroundings
) -> Iterator[Callable[..., Person]]:
    """Makes one, with mailboxes that are empty."""
    made: list[Person] = []

    def make(**more: Any) -> Person:
        made.append(Person(make_box(tmp_path, dovecot, **more), around))
        return made[-1]

    yield make
    for one in made:
        for typist in one.typists:
            typist.remove()
        one.box.remove()


def test_from_an_address_to_the_first_ticket(person: Callable[..., Person]) -> None:
    ana = person(sub_addresses=False, own_sender_only=True, authserv_id="mx.company.example")
    ana.box.dovecot.append(ana.box.account_of(SUPPORT), b"Subject: old\r\n\r\nOld.\r\n")
    at = ana.sits_down()
    said = at.reads("Mail comes in by")
    assert f"https://{AUTOCONFIG}: {ana.imap}; {ana.smtp}" in said
    at.reads(f" [{ana.imap}]: ")
    at.types("nonsense here")
    at.reads("That is not a host such as imap.example.org, or imap.example.org:587 starttls.")
    at.answers("Mail comes in by")
    at.answers("Mail goes out by")
    at.answers(f"Log-in name [{SUPPORT}]")
    at.answers("Password (it is not shown)", "wröng")
    at.reads("That does not work: the log-in is refused")
    at.answers("Log-in name")
    at.answers("Password", ana.box.password)
    at.reads("INBOX has 1 message")
    at.reads("Relay: ")
    at.answers("What the desk is called; it stands in every mail [Company]", "Company & Söhne")
    at.answers("Your name", "Ana Lindqvist")
    at.answers("Your own address", SUPPORT)
    at.reads("That is not an address of your own, which is none of the desk's.")
    at.answers("Your own address", ANA)
    at.answers("Language of your customers (en, de, fr)", "d")
    at.answers("Begin with [now]")
    at.reads("the relay lets the log-in send as its own address alone: 553 5.7.1")
    at.reads(f"Answers come to {SUPPORT} itself")
    at.reads("Whether a From is genuine says mx.company.example, your mail server")
    at.reads(f"Written in {ana.box.desk}: settings.yaml, desk.yaml, agents.yaml, secrets.yaml")
    at.reads("1 message was there before; left alone")
    at.reads("TKT-0001 after ")
    assert at.ends() == 0
    assert ana.box.password not in at.shown and "wröng" not in at.shown
    policy, settings = load_policy(ana.box.desk), load_settings(ana.box.desk)
    assert (policy.desk_name, policy.languages) == ("Company & Söhne", ("de", "en"))
    assert policy.trust.authserv_id == "mx.company.example"
    assert not policy.has_sub_addresses(SUPPORT)
    assert settings.relay.envelope == "plain"

    again = ana.sits_down("--no-measure", "--no-first-ticket")
    again.reads(f"Mail comes in by [{ana.imap}]: ")
    again.types("")
    again.answers("Mail goes out by")
    again.answers("Log-in name")
    again.answers("Password (Enter keeps the one there is)")
    again.answers("What the desk is called; it stands in every mail [Company & Söhne]", "Company")
    again.reads(f"Changed in {ana.box.desk}: desk.yaml\n")
    assert again.ends() == 0
    assert load_policy(ana.box.desk).desk_name == "Company"


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["Ctrl-C", "Ctrl-D"])
@pytest.mark.parametrize("question", ["Mail comes in by", "Password", "Your own address"])
def test_whoever_leaves_at_a_question_leaves_nothing(
    person: Callable[..., Person], question: str, key: str
) -> None:
    ana = person()
    at = ana.sits_down()
    for known, answer in (
        ("Mail comes in by", ""),
        ("Mail goes out by", ""),
        ("Log-in name", ""),
        ("Password", ana.box.password),
        ("What the desk is called", ""),
        ("Your name", ""),
        ("Your own address", ""),
    ):
        if known == question:
            break
        at.answers(known, answer)
    at.reads(question)
    at.reads(": ")
    at.types(key, enter=False)
    code = at.ends()
    assert code == (130 if key == CTRL_C else 2), at.shown
    assert "othing was written" in at.shown
    assert "Traceback" not in at.shown
    assert not ana.box.desk.exists()
    assert not list(ana.box.folder.glob(".desk*"))
