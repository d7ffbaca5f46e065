"""On the running desk, in both modes: an agent takes back what a mail did, and stops an answer
before it goes out; one that waits survives the end of the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.servers.relay import Relay
from tests.stories.running_desk import (
    Inbox,
    RunningDesk,
    Way,
    address_in,
    answer,
    text_of,
    wait_until,
    write,
)

DESK, KIM = "support@desk.example", "kim@customer.example"
BEN, CARLA = "ben@desk.example", "carla@desk.example"
WORDS = "Pull the paper out."


@pytest.fixture
def desk(way: Way, tmp_path: Path, relay: Relay) -> Iterator[RunningDesk]:
    """One process on SQLite; the roles apart on PostgreSQL and Redis. Answers wait for an hour."""
    running = RunningDesk(
        tmp_path / "desk", relay, settings=way.settings, roles=way.roles, desk="undo_send: 1h\n"
    )
    yield running.start()
    running.stop()
    running.look_for_leaks()


def opened(desk: RunningDesk, inbox: Inbox) -> EmailMessage:
    """Kim asks; Ben's notification. The other mails are out of the way."""
    desk.send(write(f"Kim <{KIM}>", DESK, "Printer", "It jams."), KIM, DESK)
    for address in (KIM, CARLA, "ana@desk.example"):
        inbox.take(address)
    return inbox.take(BEN)


def says(desk: RunningDesk, letter: EmailMessage, agent: str, text: str) -> None:
    desk.send(answer(letter, agent, text), agent, address_in(letter["Reply-To"]))


def taps(desk: RunningDesk, letter: EmailMessage, agent: str) -> None:
    """The button that takes it back, as a mail program opens it."""
    page = letter.get_body(("html",))
    assert page is not None
    links = re.findall(r'href="(mailto:[^"]+)"', str(page.get_content()))
    (link,) = [urlsplit(one.replace("&amp;", "&")) for one in links if one.endswith("%23undo")]
    asked = parse_qs(link.query)
    mail = write(agent, unquote(link.path), asked["subject"][0], asked["body"][0])
    desk.send(mail, agent, unquote(link.path))


def whole(desk: RunningDesk) -> Any:
    return desk.ask("ticket", "show", "TKT-0001")


def test_an_answer_is_stopped_and_what_its_commands_did_is_taken_back(
    desk: RunningDesk, relay: Relay
) -> None:
    inbox = Inbox(relay)
    notice = opened(desk, inbox)
    before = whole(desk)
    says(desk, notice, BEN, f"#priority high\n#label bug\n{WORDS}")
    receipt = inbox.take(BEN)
    assert "Until then it can be stopped: #undo." in text_of(receipt)
    assert whole(desk)["status"] == "in_progress"

    taps(desk, receipt, CARLA)
    inbox.take(BEN)  # is asked whether that was theirs
    assert whole(desk)["priority"] == "high", "the button is Ben's alone"

    taps(desk, receipt, BEN)
    told = text_of(inbox.take(BEN))
    assert "Stopped in time" in told and f"> {WORDS}" in told
    after = whole(desk)
    for name in ("status", "assignee", "priority", "labels"):
        assert after[name] == before[name], name
    (kept,) = [one for one in after["messages"] if one["kind"] == "withdrawn"]
    assert kept["reply"].strip() == WORDS
    assert [one["state"] for one in desk.outbox("--state", "withdrawn")] == ["withdrawn"]

    says(desk, receipt, BEN, "#undo")
    assert "it was taken back before" in text_of(inbox.take(BEN))
    assert inbox.to(KIM) == []


def test_one_that_waits_goes_out_though_the_desk_was_killed_in_between(
    desk: RunningDesk, relay: Relay
) -> None:
    inbox = Inbox(relay)
    notice = opened(desk, inbox)
    desk.edit("desk.yaml", "undo_send: 1h", "undo_send: 3s")
    says(desk, notice, BEN, WORDS)
    receipt = inbox.take(BEN)
    desk.kill(*range(len(desk.processes)))
    desk.revive()
    assert WORDS in text_of(inbox.take(KIM))
    says(desk, receipt, BEN, "#undo")
    assert "this cannot be taken back: what was sent is out" in text_of(inbox.take(BEN))
    wait_until(lambda: whole(desk)["status"] == "in_progress", "the ticket stays as it is")
