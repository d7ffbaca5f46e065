"""What goes out with an answer, on the running desk in both modes: a canned reply in the customer's
language, the agent's signature, a file that was forgotten, all changed while it runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.servers.relay import Relay
from tests.stories import clients
from tests.stories.running_desk import (
    ALL_ROLES,
    SEPARATE,
    Inbox,
    RunningDesk,
    address_in,
    answer,
    text_of,
    wait_until,
    write,
)

HILFE, SUPPORT = "hilfe@desk.example", "support@desk.example"
KIM, LEA = "Kim Novak <kim@customer.example>", "Lea Kern <lea@kunde.example>"
BEN = "Ben <ben@desk.example>"
KEY = """\
---
subject: The licence key
category: technical
---
Hello {{ customer_first_name }}, your key is **{{ licence_key }}**.
"""
KEY_IN_GERMAN = "Hallo {{ customer_first_name }}, Ihr Schlüssel ist **{{ licence_key }}**.\n"


@pytest.fixture(params=["embedded", "distributed"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, relay: Relay) -> Iterator[RunningDesk]:
    """One process on SQLite; the roles apart on PostgreSQL and Redis."""
    settings = "pipeline: {tick: 0.2}\n"
    roles: tuple[str, ...] = ALL_ROLES
    if request.param == "distributed":
        database = request.getfixturevalue("postgres_url")
        settings += f"database: {database}\nbroker: {request.getfixturevalue('redis_url')}\n"
        roles = SEPARATE
    running = RunningDesk(tmp_path / "desk", relay, settings=settings, roles=roles)
    for folder in ("canned", "signatures"):
        (tmp_path / "desk" / folder).mkdir(exist_ok=True)
    (tmp_path / "desk" / "canned" / "key.md").write_text(KEY, encoding="utf-8")
    (tmp_path / "desk" / "canned" / "key.de.md").write_text(KEY_IN_GERMAN, encoding="utf-8")
    own = "**{{ agent.name }}** of {{ desk.name }}\n<https://desk.example/ben>\n"
    (tmp_path / "desk" / "signatures" / "ben.md").write_text(own, encoding="utf-8")
    agents = tmp_path / "desk" / "agents.yaml"
    text = agents.read_text(encoding="utf-8")
    with_own = text.replace("    also: [ben@home.example]\n", "    signature: ben.md\n")
    agents.write_text(with_own, encoding="utf-8")
    yield running.start()
    codes = running.stop()
    running.look_for_leaks()
    assert set(codes) == {0}, running.log()[-3000:]


def page_of(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def opened(desk: RunningDesk, inbox: Inbox, customer: str, to: str, subject: str) -> EmailMessage:
    """A new ticket of this customer; Ben's notification. The greeting is out of the way."""
    address = address_in(customer)
    desk.send(write(customer, to, subject, "Where is my key?"), address, to)
    inbox.take(address)
    return inbox.take("ben@desk.example", subject=subject)


def say(desk: RunningDesk, mail: EmailMessage) -> None:
    desk.send(mail, "ben@desk.example", address_in(mail["To"]))


def test_an_answer_goes_out_with_canned_words_and_the_right_signature(
    desk: RunningDesk, relay: Relay
) -> None:
    inbox = Inbox(relay)
    notice = opened(desk, inbox, KIM, SUPPORT, "The key")
    say(desk, answer(notice, BEN, "Good morning!\n\n/kye\n\nBen"))
    held = inbox.take("ben@desk.example", subject="The key")
    assert "did you mean /key?" in text_of(held)
    say(desk, answer(notice, BEN, "#resolve\n/key"))
    assert '"licence_key"' in text_of(inbox.take("ben@desk.example", subject="The key"))
    assert inbox.to("kim@customer.example") == []

    text = "#set licence_key=HB-2231\n#wait\n\nGood morning!\n\n/key\n\nSee you."
    say(desk, clients.outlook(notice, BEN, text))
    mail = inbox.take("kim@customer.example")
    said, _, below = text_of(mail).replace("\r\n", "\n").partition("\n-- \n")
    assert said.strip() == "Good morning!\n\nHello Kim, your key is HB-2231.\n\nSee you."
    signed = "Ben Okafor of Example Support\nhttps://desk.example/ben\nTKT-0001"
    assert below.startswith(signed)
    assert "<strong>HB-2231</strong>" in page_of(mail)
    assert "<strong>Ben Okafor</strong> of Example Support" in page_of(mail)
    ticket = desk.ask("ticket", "show", "TKT-0001")
    assert ticket["status"] == "waiting"
    assert ticket["messages"][-1]["reply"] == said.strip()


def test_the_customers_language_decides_and_a_changed_file_counts_while_it_runs(
    desk: RunningDesk, relay: Relay
) -> None:
    inbox = Inbox(relay)
    notice = opened(desk, inbox, LEA, HILFE, "Der Schlüssel")
    say(desk, answer(notice, BEN, "#set licence_key=HB-1\n/key"))
    assert "Hallo Lea, Ihr Schlüssel ist HB-1." in text_of(inbox.take("lea@kunde.example"))

    desk.write("canned/key.de.md", "Neu, {{ agent_name }}.")
    desk.write("signatures/ben.md", "Ganz neu")
    wait_until(lambda: _says_so(desk, "key", "Neu,"), "the file is read")
    say(desk, answer(notice, BEN, "#reply\n/key"))
    changed = text_of(inbox.take("lea@kunde.example"))
    assert "Neu, Ben Okafor." in changed and "Ganz neu" in changed


def test_a_forgotten_file_is_asked_for_and_sent_with_the_second_try(
    desk: RunningDesk, relay: Relay
) -> None:
    inbox = Inbox(relay)
    notice = opened(desk, inbox, KIM, SUPPORT, "The form")
    say(desk, clients.gmail(notice, BEN, "Please find the form attached."))
    question = inbox.take("ben@desk.example", subject="The form")
    assert "Please find the form attached." in text_of(question)
    assert [row["reason"] for row in desk.quarantine()] == ["no_file"]
    again = answer(question, BEN, "Please find the form attached.")
    again.add_attachment(b"%PDF-1.4", "application", "pdf", filename="form.pdf")
    say(desk, again)
    mail = inbox.take("kim@customer.example")
    assert [part.get_filename() for part in mail.iter_attachments()] == ["form.pdf"]


def _says_so(desk: RunningDesk, shortcut: str, words: str) -> bool:
    """Whether the command line reads it so."""
    done = desk.run("canned", "--json")
    found = json.loads(done.stdout)["replies"]
    return any(one["shortcut"] == shortcut and words in one["beginning"] for one in found)
