"""`maildesk send-test --replies` while the desk runs and reads the same mailbox: whoever is
quicker, nothing comes of the test mails and nothing of them is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.delivery import BOUNCE, Delivery
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapAccount
from tests.stories.running_desk import Inbox, RunningDesk, wait_until, write
from tests.stories.test_imap_story import DESK, MailboxDesk

KIM = "kim@customer.example"


@pytest.fixture
def delivery(dovecot: Dovecot, dovecot_account: ImapAccount) -> Iterator[Delivery]:
    """What goes to the desk lies in its mailbox; what goes to others is out of the house."""
    relay = Delivery(dovecot, dovecot_account)
    relay.where = lambda recipient: "INBOX" if recipient.endswith("@desk.example") else ""
    yield relay
    relay.remove()


@pytest.fixture
def desk(
    tmp_path: Path, dovecot: Dovecot, dovecot_account: ImapAccount, delivery: Delivery
) -> Iterator[RunningDesk]:
    more = "after: move, move_to: Processed"
    running = MailboxDesk(tmp_path / "desk", delivery, dovecot, dovecot_account, more)
    text = (tmp_path / "desk" / "agents.yaml").read_text(encoding="utf-8")
    # agents' mail is none of this mailbox's
    agents = text.replace("@desk.example", "@agents.example")
    (tmp_path / "desk" / "agents.yaml").write_text(agents, encoding="utf-8")
    running.start()
    wait_until(lambda: " connected mailbox=support" in running.log(), "the mailbox is open")
    yield running
    assert running.stop() == [0], running.log()[-3000:]


def test_answers_are_measured_beside_a_running_desk(
    desk: RunningDesk, delivery: Delivery, dovecot: Dovecot, dovecot_account: ImapAccount
) -> None:
    done = desk.run("send-test", "--replies", "--from", DESK)
    said = done.stdout.decode()
    assert "Mail to a sub-address arrives" in said, said + done.stderr.decode()
    assert "set in desk.yaml: trust: {authserv_id: mx.desk.example}" in said
    assert done.returncode == 1  # that is to be set
    delivery.where = lambda recipient: BOUNCE if "+p0" in recipient else "INBOX"
    said = desk.run("send-test", "--replies", "--from", DESK).stdout.decode()
    assert "set in desk.yaml: sub_addresses: no" in said, said
    delivery.where = lambda _recipient: ""

    # what comes behind them is a ticket, and the only one
    dovecot.append(dovecot_account, write(KIM, DESK, "A real one", "Hello.").as_bytes())
    Inbox(delivery).take(KIM)
    assert [ticket["subject"] for ticket in desk.tickets()] == ["A real one"]
    assert desk.quarantine() == []
    with dovecot.logged_in(dovecot_account) as client:
        wait_until(lambda: in_folder(client, "Processed") == 1, "the real one is moved")
        assert in_folder(client, "INBOX") == 0


def in_folder(client: object, folder: str) -> int:
    """How many messages lie there."""
    there = client.folder_status(folder, ["MESSAGES"])  # type: ignore[attr-defined]
    return int(there[b"MESSAGES"])
