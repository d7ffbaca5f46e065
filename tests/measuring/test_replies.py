"""Whether answers arrive, measured with a real mailbox and a relay that delivers into it."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from maildesk.config.settings import Settings
from maildesk.measuring.replies import Replies, measure_replies
from tests.servers.delivery import BOUNCE, Delivery
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapAccount
from tests.servers.imap_wire import ImapWire
from tests.servers.process import NEVER

DESK = "support@desk.example"
LONG = timedelta(seconds=NEVER)


@pytest.fixture
def delivery(dovecot: Dovecot, dovecot_account: ImapAccount) -> Iterator[Delivery]:
    relay = Delivery(dovecot, dovecot_account)
    yield relay
    relay.remove()


def settings_for(account: ImapAccount, delivery: Delivery, **mailbox: Any) -> Settings:
    """Settings with this mailbox and this relay."""
    known = {
        "name": "support",
        "host": account.host,
        "port": account.port,
        "tls": "none",
        "username": account.username,
        "password": account.password,
        "address": DESK,
    }
    relay = {"host": delivery.host, "port": delivery.port}
    return Settings.model_validate({"imap": [known | mailbox], "relay": relay})


def measured(settings: Settings, wait: timedelta = LONG, **more: Any) -> tuple[Replies, list[str]]:
    """What came of it, and what was said meanwhile."""
    said: list[str] = []
    found = asyncio.run(measure_replies(settings, DESK, wait=wait, say=said.append, **more))
    return found, said


def left_in(imap: Dovecot, account: ImapAccount) -> dict[str, int]:
    """How many messages lie in each folder that has any."""
    found = {}
    with imap.logged_in(account) as client:
        for _, _, name in client.list_folders():
            client.select_folder(name, readonly=True)
            if there := len(client.search()):
                found[name] = there
    return found


def is_sub_address(recipient: str) -> bool:
    return "+" in recipient


def test_both_arrive_and_are_taken_away_again(
    dovecot: Dovecot, dovecot_account: ImapAccount, delivery: Delivery
) -> None:
    dovecot.append(dovecot_account, b"Subject: older\r\n\r\nThat was here before.\r\n")
    found, said = measured(settings_for(dovecot_account, delivery))
    assert found.plain is not None and found.sub_address is not None
    assert found.authserv_ids == ("mx.desk.example",)
    assert found.message_id_kept is True
    assert found.problems == ()
    assert left_in(dovecot, dovecot_account) == {"INBOX": 1}
    assert said[0].startswith(f"sent to {DESK} by 127.0.0.1:")
    assert any(re.match(rf"{DESK} came after [\d.]+ s, into INBOX", words) for words in said)


def test_the_mails_are_such_as_the_desk_writes(
    dovecot_account: ImapAccount, delivery: Delivery
) -> None:
    measured(settings_for(dovecot_account, delivery))
    plain, sub = delivery.messages
    assert plain.rcpt_to == (DESK,)
    assert re.fullmatch(r"support\+p0[^@]{30,36}@desk\.example", sub.rcpt_to[0])
    for one in (plain, sub):
        assert one.mail_from.startswith("support+p0")
        assert b"\r\nAuto-Submitted: auto-generated\r\n" in one.raw
        assert b"\r\nReply-To: support+p0" in one.raw
    assert plain.mail_from != sub.mail_from


@pytest.mark.parametrize("where", ["", BOUNCE])
def test_a_sub_address_that_does_not_arrive(
    dovecot: Dovecot, dovecot_account: ImapAccount, delivery: Delivery, where: str
) -> None:
    delivery.where = lambda recipient: where if is_sub_address(recipient) else "INBOX"
    wait = LONG if where == BOUNCE else timedelta(0)  # a report is an answer, and ends the wait
    found, _ = measured(settings_for(dovecot_account, delivery), wait)
    assert found.plain is not None
    assert found.sub_address is None
    assert found.outcomes == ({"sub_address_bounced"} if where else set())
    if where:
        assert "5.1.1 550 5.1.1 User doesn't exist" in found.problems[0]
    assert left_in(dovecot, dovecot_account) == {}


def test_a_relay_that_knows_no_sub_address_says_so_at_once(
    dovecot_account: ImapAccount, delivery: Delivery
) -> None:
    delivery.answer(r"\+", "550 5.1.1 no such user here")
    found, _ = measured(settings_for(dovecot_account, delivery))
    assert found.plain is not None
    assert found.problems == ("sub_address_refused: 550 5.1.1 no such user here",)


def test_a_relay_that_allows_the_log_in_s_own_address_alone_is_told_and_goes_on(
    dovecot_account: ImapAccount, delivery: Delivery
) -> None:
    delivery.refuse_sender(r"\+", "553 5.7.1 <x>: Sender address rejected: not owned by user desk")
    found, _ = measured(settings_for(dovecot_account, delivery))
    assert found.plain is not None and found.sub_address is not None
    (problem,) = found.problems
    assert problem.startswith("envelope_refused: 553 5.7.1 ")
    assert "`envelope: plain`" in problem
    assert {one.mail_from for one in delivery.messages} == {DESK}


def test_mail_that_lands_in_the_spam_folder_is_told_so(
    dovecot: Dovecot, dovecot_account: ImapAccount, delivery: Delivery
) -> None:
    delivery.where = lambda recipient: "Verdacht" if is_sub_address(recipient) else "INBOX"
    found, _ = measured(settings_for(dovecot_account, delivery))
    assert found.sub_address is not None
    (problem,) = found.problems
    assert problem.startswith("spam_folder: ")
    assert problem.endswith("came into the spam folder Verdacht")
    assert found.spam_folders == ("Verdacht",)
    assert left_in(dovecot, dovecot_account) == {}


def test_a_copy_that_the_provider_keeps_of_what_was_sent_goes_too(
    dovecot: Dovecot, dovecot_account: ImapAccount, delivery: Delivery
) -> None:
    def where(recipient: str) -> str:
        delivery.put("Ausgang", delivery.messages[-1].raw)
        return "INBOX"

    delivery.where = where
    found, _ = measured(settings_for(dovecot_account, delivery))
    assert (found.plain is None, found.sub_address is None) == (False, False)
    assert left_in(dovecot, dovecot_account) == {}


def test_a_relay_that_writes_message_ids_of_its_own_is_found_out(
    dovecot_account: ImapAccount, delivery: Delivery
) -> None:
    delivery.message_id = "<0102018f-1@eu-west-1.amazonses.com>"
    found, _ = measured(settings_for(dovecot_account, delivery))
    assert found.plain is not None and found.sub_address is not None
    assert found.message_id_kept is False


def test_a_server_without_idle_and_without_uidplus_is_asked(
    dovecot: Dovecot, dovecot_account: ImapAccount, delivery: Delivery
) -> None:
    wire = ImapWire(dovecot_account.host, dovecot_account.port)
    wire.rewrite = lambda octets: octets.replace(b" UIDPLUS", b"").replace(b" IDLE", b"")
    found, _ = measured(settings_for(dovecot_account, delivery, port=wire.port))
    wire.remove()
    assert found.plain is not None and found.sub_address is not None
    assert "IDLE" not in wire.heard
    with dovecot.logged_in(dovecot_account) as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search(["UNDELETED"]) == []


def test_a_connection_that_is_lost_is_made_again(
    dovecot: Dovecot, dovecot_account: ImapAccount, delivery: Delivery
) -> None:
    wire = ImapWire(dovecot_account.host, dovecot_account.port)
    lost: list[str] = []

    def intercept(line: str) -> str | None:
        if "BODY.PEEK[]" not in line or lost:
            return None
        lost.append(line)
        return ""

    wire.intercept = intercept
    found, _ = measured(settings_for(dovecot_account, delivery, port=wire.port))
    wire.remove()
    assert found.plain is not None and found.sub_address is not None
    assert lost and found.problems == ()
    assert left_in(dovecot, dovecot_account) == {}


def test_what_hinders_has_a_name(
    dovecot_account: ImapAccount, delivery: Delivery, tmp_path: Path
) -> None:
    settings = settings_for(dovecot_account, delivery)
    without = settings.model_copy(update={"imap": []})
    assert measured(without)[0].outcomes == {"no_mailbox"}
    no_way = settings.model_copy(update={"relay": settings.relay.model_copy(update={"host": ""})})
    assert measured(no_way)[0].outcomes == {"no_relay"}
    wrong = settings_for(dovecot_account, delivery, password="another")
    assert measured(wrong)[0].outcomes == {"log_in_refused"}
    assert delivery.messages == []  # who cannot look does not send
    delivery.answer(".", "451 4.3.0 later")
    assert measured(settings)[0].outcomes == {"relay_deferred"}
    delivery.stop()
    found = measured(settings)[0]
    assert found.outcomes == {"relay_server"}
    assert (found.plain, found.sub_address, found.message_id_kept) == (None, None, None)


def test_where_deleting_only_takes_a_label_off_they_go_into_the_trash(
    dovecot: Dovecot, dovecot_account: ImapAccount, delivery: Delivery
) -> None:
    with dovecot.logged_in(dovecot_account) as client:
        client.create_folder("Bin")

    def gmail(octets: bytes) -> bytes:
        octets = octets.replace(b"CAPABILITY IMAP4rev1", b"CAPABILITY IMAP4rev1 X-GM-EXT-1")
        return re.sub(rb'LIST \([^)]*\) "(.)" Bin', rb'LIST (\\Trash) "\1" Bin', octets)

    wire = ImapWire(dovecot_account.host, dovecot_account.port)
    wire.rewrite = gmail
    found, _ = measured(settings_for(dovecot_account, delivery, port=wire.port))
    wire.remove()
    assert found.plain is not None and found.sub_address is not None
    assert left_in(dovecot, dovecot_account) == {"Bin": 2}
    assert not any("EXPUNGE" in line for line in wire.heard)


def test_whoever_waits_no_longer_takes_away_what_has_come(
    dovecot: Dovecot, dovecot_account: ImapAccount, delivery: Delivery
) -> None:
    delivery.where = lambda recipient: "" if is_sub_address(recipient) else "INBOX"
    settings, came = settings_for(dovecot_account, delivery), threading.Event()

    def say(words: str) -> None:
        if f"{DESK} came after" in words:
            came.set()

    async def interrupted() -> None:
        measuring = asyncio.create_task(measure_replies(settings, DESK, wait=LONG, say=say))
        await asyncio.to_thread(came.wait, NEVER)
        measuring.cancel()
        with pytest.raises(asyncio.CancelledError):
            await measuring

    asyncio.run(interrupted())  # it ends when the thread does, long before the time is over
    assert came.is_set()
    assert left_in(dovecot, dovecot_account) == {}
