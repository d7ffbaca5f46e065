"""How the door behaves towards a server: one connection, a good-bye, patience where it is asked
for; and what a server that is not itself makes of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ingress.imap.imap_desk import Desk, door_open, door_to, mail, running, settings
from tests.ingress.imap.test_door import wait_for
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapAccount
from tests.servers.imap_wire import ImapWire


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def wire(dovecot_account: ImapAccount) -> Iterator[ImapWire]:
    wire = ImapWire(dovecot_account.host, dovecot_account.port)
    yield wire
    wire.remove()


def test_one_connection_serves_all_folders_and_ends_with_a_good_bye(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk, wire: ImapWire
) -> None:
    with dovecot.logged_in(dovecot_account) as client:
        client.create_folder("Junk")
        client.append("Junk", mail(2))
    dovecot.append(dovecot_account, mail(1))
    with door_open(settings(dovecot_account, port=wire.port, folders=["INBOX", "Junk"]), desk):
        desk.wait_for(2)
    assert wire.most_open == 1
    assert wire.heard.count("CONNECT") == 1
    assert wire.heard[-1] == "LOGOUT"


@pytest.mark.parametrize(
    ("said", "outcome", "seconds"),
    [
        ("NO [THROTTLED] Slow down", "throttled", 300.0),
        ("NO [LIMIT] Too much", "limit", 300.0),
        ("NO [UNAVAILABLE] Back end away", "unavailable", 60.0),
        ("NO Request is throttled. Suggested Backoff Time: 90000 milliseconds", "throttled", 90.0),
        ("BYE", "bye", 30.0),
    ],
)
def test_a_server_that_wants_to_be_left_alone_is(
    dovecot: Dovecot,
    dovecot_account: ImapAccount,
    desk: Desk,
    wire: ImapWire,
    said: str,
    outcome: str,
    seconds: float,
) -> None:
    dovecot.append(dovecot_account, mail(1), mail(2))
    refused: list[str] = []

    def intercept(line: str) -> str | None:
        if "BODY.PEEK[]" not in line or len(refused) >= 8:
            return None
        refused.append(one.trouble)
        return f"{{tag}} {said}" if said != "BYE" else "* BYE server shutting down"

    wire.intercept = intercept
    one = door_to(settings(dovecot_account, port=wire.port), desk)
    with running(one):
        desk.wait_for(2)
        wait_for(lambda: not one.trouble)
    assert desk.subjects == ["question 1", "question 2"]
    assert desk.refused == []  # more often than a message may stumble: it was not to blame
    assert f"support: {outcome}: " in refused[-1]
    waited = [wait for wait in desk.waits if wait > 1]
    assert waited
    assert max(waited) >= seconds * 0.9


def test_too_many_connections_are_told_at_the_log_in(
    dovecot_account: ImapAccount, desk: Desk, wire: ImapWire
) -> None:
    said = "{tag} NO [ALERT] Too many simultaneous connections. (Failure)"
    wire.intercept = lambda line: said if line.startswith("LOGIN") else None
    with door_open(settings(dovecot_account, port=wire.port), desk):
        desk.wait_until(lambda: len(desk.alarms) == 1)
    assert "another program may be reading it too" in desk.alarms[0][2]


@pytest.mark.parametrize(
    "answer",
    [
        "A999 OK SEARCH completed",
        "* SEARCH 1 2\r\n+ what was not asked for",
        "* 1 FETCH (UID 1 RFC822.SIZE\r\n{tag} OK done",
        "this is no answer at all",
    ],
)
def test_a_server_that_answers_out_of_order_is_named_and_nothing_is_lost(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk, wire: ImapWire, answer: str
) -> None:
    dovecot.append(dovecot_account, mail(1), mail(2))
    times: list[str] = []

    def intercept(line: str) -> str | None:
        if "SEARCH" not in line or len(times) >= 2:
            return None
        times.append(line)
        return answer

    wire.intercept = intercept
    with door_open(settings(dovecot_account, port=wire.port, timeout="2s"), desk):
        desk.wait_for(2)
    assert desk.subjects == ["question 1", "question 2"]
    assert desk.refused == []


def test_answers_about_other_messages_in_between_do_no_harm(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk, wire: ImapWire
) -> None:
    dovecot.append(dovecot_account, mail(1), mail(2), mail(3))
    # as when somebody reads them in another program just then; the numbers are sequence numbers
    unasked = b"* 3 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (FLAGS ())\r\n* 3 EXISTS\r\n"

    def rewrite(octets: bytes) -> bytes:
        return unasked + octets if octets.startswith(b"* ") and b" FETCH (" in octets else octets

    wire.rewrite = rewrite
    with door_open(settings(dovecot_account, port=wire.port), desk):
        desk.wait_for(3)
    assert [raw for raw, _, _ in desk.accepted] == [mail(1), mail(2), mail(3)]
    assert desk.refused == []
