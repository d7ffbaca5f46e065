"""On the running desk, in both modes: a campaign that is killed in the middle and begun again
writes to everybody once, what is known of them stands beside their answers, and who unsubscribes is
left out."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.servers.process import NEVER
from tests.servers.relay import Relay
from tests.stories.running_desk import (
    ROOT,
    Inbox,
    RunningDesk,
    Way,
    address_in,
    answer,
    text_of,
    wait_until,
    write,
)

BEN = "ben@desk.example"
PEOPLE = [f"person{n}@firm{n % 3}.example" for n in range(40)]
TEMPLATE = "---\nsubject: Renewal for {{ name }}\n---\nHello {{ name }}, order HB-1?\n"
OWN = (
    "custom_fields:\n"
    "  - {name: order, pattern: '\\border (HB-\\d+)', link: 'https://shop.example/{{ value }}'}\n"
)


@pytest.fixture
def desk(way: Way, tmp_path: Path, relay: Relay) -> Iterator[RunningDesk]:
    """One process on SQLite; the roles apart on PostgreSQL and Redis."""
    running = RunningDesk(tmp_path / "desk", relay, settings=way.settings, roles=way.roles)
    file = running.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("custom_fields: [licence_key, related_app]\n", OWN), "utf-8")
    (running.folder / "outreach").mkdir()
    (running.folder / "outreach" / "renewal.md").write_text(TEMPLATE, encoding="utf-8")
    known = "email,plan\n@firm0.example,Enterprise\n"
    (running.folder / "contacts.csv").write_text(known, encoding="utf-8")
    yield running.start()
    running.stop()
    running.look_for_leaks()


def listed(desk: RunningDesk) -> Path:
    """The list of contacts."""
    path = desk.folder.parent / "list.csv"
    rows = "".join(f"{one},{one.partition('@')[0]}\n" for one in PEOPLE)
    path.write_text(f"email,name\n{rows}", encoding="utf-8")
    return path


def begun(desk: RunningDesk, rate: int) -> subprocess.Popen[bytes]:
    """The campaign, in a process of its own."""
    words = ["outreach", str(listed(desk)), "--template", "renewal", "--send", "--rate", str(rate)]
    command = [sys.executable, "-m", "maildesk.cli", *words, "--desk", str(desk.folder)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)


def has_opened(desk: RunningDesk, tickets: int) -> bool:
    """Whether so many have been written to."""
    return len(desk.tickets()) >= tickets


def test_a_campaign_that_is_killed_goes_on_and_writes_to_nobody_twice(
    desk: RunningDesk, relay: Relay
) -> None:
    inbox = Inbox(relay)
    for already in (3, 11):
        process = begun(desk, 1200)
        wait_until(partial(has_opened, desk, already), "it has begun")
        process.kill()
        assert process.wait(NEVER) != 0
    assert begun(desk, 100_000).wait(NEVER) == 0
    wait_until(lambda: len(relay.messages) >= len(PEOPLE), "all are out")
    wait_until(lambda: not desk.outbox(), "nothing waits")
    had = Counter(address for one in relay.messages for address in one.rcpt_to)
    assert had == Counter(PEOPLE)
    tickets = desk.tickets()
    assert sorted(one["requester"]["address"] for one in tickets) == sorted(PEOPLE)
    assert {(one["status"], one["channel"]) for one in tickets} == {("waiting", "outreach")}
    _answers(desk, inbox)


def _answers(desk: RunningDesk, inbox: Inbox) -> None:
    """One says yes, another wants no more."""
    first, second = PEOPLE[0], PEOPLE[1]
    mail = inbox.take(first)
    said = answer(mail, f"P <{first}>", "Yes, order HB-77.", quote=False)
    desk.send(said, first, address_in(said["To"]))
    shown = text_of(inbox.take(BEN))
    assert "Yes, order HB-77." in shown
    assert "plan: Enterprise" in shown
    assert "https://shop.example/HB-77" in shown
    mail = inbox.take(second)
    link = str(mail["List-Unsubscribe"]).strip("<>").removeprefix("mailto:")
    to = link.partition("?")[0]
    desk.send(write(second, to, "unsubscribe", "unsubscribe"), second, to)
    wait_until(lambda: desk.json("unsubscribed", "list")["addresses"], "they are remembered")
    again = ("outreach", str(listed(desk)), "--template", "renewal", "--campaign", "second")
    done = desk.run(*again)
    assert f"{second}: has unsubscribed".encode() in done.stderr
    assert f"{len(PEOPLE) - 1} would be written to".encode() in done.stdout
