"""A desk that reads the same mailbox and is quicker: its own test mails, and what comes back of
them, end quietly; whatever else comes to their addresses is taken as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from maildesk.config.keys import keys_there
from maildesk.config.settings import Settings
from maildesk.desk.threads.links import KeyRing
from maildesk.measuring.probe import Probe, probe
from tests.servers.delivery import report_about
from tests.servers.relay import Relay, Relayed
from tests.stories.running_desk import Inbox, RunningDesk, wait_until, write

DESK = "support@desk.example"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    relay = Relay()
    folder = tmp_path_factory.mktemp("probes") / "desk"
    running = RunningDesk(folder, relay, settings="pipeline: {tick: 0.2}\n").start()
    yield running
    codes = running.stop()
    relay.remove()
    assert codes == [0], running.log()[-3000:]


def made(desk: RunningDesk, *, to_itself: bool, key: bytes = b"") -> Probe:
    ring = KeyRing({"0": key} if key else dict(keys_there(Settings(), desk.folder)))
    return probe(ring, DESK, to_itself=to_itself, plus="+", now=datetime.now(UTC))


@pytest.mark.parametrize("to_itself", [True, False])
def test_a_test_mail_of_the_desk_s_own_ends_quietly(desk: RunningDesk, to_itself: bool) -> None:
    before = desk.log().count(" probe spool=")
    one = made(desk, to_itself=to_itself)
    desk.send(one.raw, one.sub_address, one.to)
    relayed = Relayed(one.sub_address, (one.to,), one.raw)
    desk.send(report_about(relayed, one.to), "", one.sub_address)
    # where the relay lets the desk send as its plain address alone
    desk.send(report_about(relayed, one.to).replace(b"I could", b"We could"), "", DESK)
    wait_until(lambda: desk.log().count(" probe spool=") == before + 3, "all are known")
    assert desk.tickets() == []
    assert desk.quarantine() == []
    assert desk.relay.messages == []


def test_one_that_another_key_has_signed_is_held_like_any_mail_from_ourselves(
    desk: RunningDesk,
) -> None:
    one = made(desk, to_itself=True, key=b"k" * 32)
    desk.send(one.raw, one.sub_address, one.to)
    wait_until(lambda: len(desk.quarantine()) == 1, "it is held")
    assert desk.quarantine()[0]["reason"] == "own_address"


def test_a_person_who_writes_to_such_an_address_has_a_ticket(desk: RunningDesk) -> None:
    one = made(desk, to_itself=False)
    mail = write("kim@customer.example", one.to, "To an odd address", "Hello, it is me.")
    desk.send(mail, "kim@customer.example", one.to)
    Inbox(desk.relay).take("kim@customer.example")
    (ticket,) = desk.tickets()
    assert ticket["subject"] == "To an odd address"
