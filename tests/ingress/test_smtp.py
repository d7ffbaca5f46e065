"""The SMTP door, spoken to over real sockets."""

from __future__ import annotations

import select
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from maildesk.errors import PermanentFailure, TransientFailure
from maildesk.ingress.smtp import SmtpDoor
from maildesk.mail.message import Envelope
from tests.ingress.open_door import PATIENCE, Client, OpenDoor, a_listener, is_ours
from tests.servers.tls import Certificate, make_certificate

MAIL = b"From: ana@customer.example\r\nSubject: printer\r\n\r\nIt smokes.\r\n"


@pytest.fixture
def door() -> Iterator[OpenDoor]:
    with OpenDoor() as opened:
        yield opened


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


# What is kept


def test_a_mail_is_accepted_with_its_envelope_and_a_trace_on_top(door: OpenDoor) -> None:
    with Client(door) as client:
        assert client.send(MAIL).startswith("250 2.0.0")
    raw, envelope = door.accepted[0]
    assert envelope == Envelope(
        "ana@customer.example", ("support@desk.example",), via="smtp", peer="127.0.0.1"
    )
    lines = raw.split(b"\r\n")
    assert lines[0] == b"Return-Path: <ana@customer.example>"
    assert lines[1] == b"Received: from client.example ([127.0.0.1])"
    assert lines[2].startswith(b"\tby desk.example with ESMTP id ")
    assert raw.endswith(MAIL)


def test_an_ordinary_client_library_gets_its_mail_through_unchanged(door: OpenDoor) -> None:
    with smtplib.SMTP(door.host, door.port) as client:
        client.sendmail(
            "ana@customer.example",
            ["support@desk.example"],
            b"Subject: dots\r\n\r\n.\r\n..\r\n.a\r\nb.\r\n",
        )
    assert door.accepted[0][0].endswith(b"Subject: dots\r\n\r\n.\r\n..\r\n.a\r\nb.\r\n")


def test_an_empty_mail_from_the_null_reverse_path_is_accepted(door: OpenDoor) -> None:
    with Client(door) as client:
        client.begin(mail_from="")
        assert client.say(".").startswith("250")
    raw, envelope = door.accepted[0]
    assert envelope.mail_from == ""
    assert raw.startswith(b"Return-Path: <>\r\nReceived: ")


def test_a_return_path_written_by_the_sender_is_never_the_topmost(door: OpenDoor) -> None:
    with Client(door) as client:
        client.send(b"Return-Path: <>\r\n" + MAIL)
    assert door.accepted[0][0].startswith(b"Return-Path: <ana@customer.example>\r\n")


def test_a_greeting_cannot_write_header_lines(door: OpenDoor) -> None:
    with Client(door, greet="EHLO evil\tbcc:(x)<y>") as client:
        assert client.greeting.startswith("500 5.5.2")
        client.say("EHLO evil;bcc(x)<y>")
        client.send(MAIL)
    assert b"Received: from evil?bcc?x??y? ([127.0.0.1])\r\n" in door.accepted[0][0]


def test_a_recipient_named_twice_is_one_recipient(door: OpenDoor) -> None:
    with Client(door) as client:
        client.send(MAIL, "support@desk.example", "sales@desk.example", "support@desk.example")
    assert door.accepted[0][1].rcpt_to == ("support@desk.example", "sales@desk.example")


def test_several_mails_go_over_one_connection(door: OpenDoor) -> None:
    with Client(door) as client:
        for number in range(3):
            assert client.send(MAIL + b"%d\r\n" % number).startswith("250")
            client.say("RSET")
        assert client.say("QUIT").startswith("221 2.0.0")
        assert client.hear() == ""
    assert [raw[-3:] for raw, _ in door.accepted] == [b"0\r\n", b"1\r\n", b"2\r\n"]


def test_eight_bit_and_nul_octets_are_kept(door: OpenDoor) -> None:
    octets = bytes(range(256)).replace(b"\r", b"").replace(b"\n", b"")
    with Client(door) as client:
        assert client.send(b"Subject: x\r\n\r\n" + octets + b"\r\n").startswith("250")
    assert door.accepted[0][0].endswith(octets + b"\r\n")


def test_international_addresses_need_smtputf8_and_then_work(door: OpenDoor) -> None:
    with Client(door) as client:
        assert client.say("MAIL FROM:<jörg@kunde.example>").startswith("553 5.6.7")
        assert client.say("MAIL FROM:<jörg@kunde.example> SMTPUTF8 BODY=8BITMIME").startswith("250")
        assert client.say("RCPT TO:<hilfe-ü@desk.example>").startswith("250")
        client.say("DATA")
        client.write(MAIL + b".\r\n")
        assert client.hear().startswith("250")
    raw, envelope = door.accepted[0]
    assert envelope.mail_from == "jörg@kunde.example"
    assert b" with UTF8SMTP id " in raw


# Smuggling


@pytest.mark.parametrize(
    "end",
    [
        b"\n.\n",
        b"\n.\r\n",
        b"\r\n.\n",
        b"\r.\r",
        b"\r\n.\r",
        b"\r.\r\n",
        b"\n.\r",
        b"\r\r\n.\r\r\n",
        b"\r\n\x00.\r\n",
        b"\r\n.\x00\r\n",
    ],
)
def test_only_the_true_end_of_data_ends_a_mail(door: OpenDoor, end: bytes) -> None:
    smuggled = (
        b"MAIL FROM:<boss@desk.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\n"
        b"Subject: smuggled\r\n\r\nx\r\n"
    )
    with Client(door) as client:
        assert client.send(MAIL + b"end" + end + smuggled).startswith("250")
        assert client.say("NOOP").startswith("250 2.0.0")
    assert len(door.accepted) == 1
    assert b"Subject: smuggled" in door.accepted[0][0]


def test_what_is_kept_has_clean_line_ends(door: OpenDoor) -> None:
    with Client(door) as client:
        client.send(b"Subject: x\n\na\rb\r\r\nc\n.\nd\r\n")
    assert door.accepted[0][0].endswith(b"Subject: x\r\n\r\na b\r\nc\r\n.\r\nd\r\n")


# Who may be written to


def test_unknown_recipients_are_refused_and_known_ones_still_served(door: OpenDoor) -> None:
    with Client(door) as client:
        client.say("MAIL FROM:<ana@customer.example>")
        assert client.say("RCPT TO:<nobody@desk.example>").startswith("550 5.1.1")
        assert client.say("RCPT TO:<x@elsewhere.example>").startswith("550 5.1.1")
        assert client.say("DATA").startswith("554 5.5.1")
        assert client.say("RCPT TO:<Support@Desk.Example>").startswith("250 2.1.5")
        assert client.say("DATA").startswith("354")
        client.write(MAIL + b".\r\n")
        assert client.hear().startswith("250")
    assert door.accepted[0][1].rcpt_to == ("Support@Desk.Example",)


def test_the_postmaster_can_always_be_reached(door: OpenDoor) -> None:
    with Client(door) as client:
        assert client.send(MAIL, "Postmaster").startswith("250")


def test_too_many_recipients_are_put_off() -> None:
    with OpenDoor(a_listener(max_recipients=2)) as door, Client(door) as client:
        client.say("MAIL FROM:<>")
        replies = [client.say(f"RCPT TO:<a{n}@desk.example>")[:9] for n in range(3)]
    assert replies == ["250 2.1.5", "250 2.1.5", "452 4.5.3"]


# Size, lines, hops


def test_size_is_announced_and_checked_before_and_after_the_data() -> None:
    with OpenDoor(a_listener(max_message_size=1000)) as door, Client(door) as client:
        assert "250-SIZE 1000" in client.greeting
        assert client.say("MAIL FROM:<> SIZE=1001").startswith("552 5.3.4")
        assert client.say("MAIL FROM:<> SIZE=" + "9" * 30).startswith("552 5.3.4")
        assert client.send(b"x" * 998 + b"\r\n").startswith("250")
        assert client.send(b"x" * 999 + b"\r\n").startswith("552 5.3.4")
        assert client.send(b"x\r\n" * 500).startswith("552 5.3.4")
        # 1,202 octets once the line ends are whole
        assert client.send(b"\n" * 600 + b"\r\n").startswith("552 5.3.4")
        assert client.send(MAIL).startswith("250")
    assert [len(envelope.rcpt_to) for _, envelope in door.accepted] == [1, 1]


def test_who_sends_far_too_much_is_cut_off() -> None:
    with OpenDoor(a_listener(max_message_size=1000)) as door, Client(door) as client:
        client.begin()
        reply = ""
        try:
            for _ in range(300):
                client.write(b"x" * 65536)
        except (BrokenPipeError, ConnectionResetError):
            reply = "cut"
        assert reply == "cut" or client.hear() in {"", "552 5.3.4 Message too big"}
        assert door.accepted == []


def test_a_large_mail_is_looked_through_beside_the_loop(door: OpenDoor) -> None:
    lines = b"..dot\nbare\r\n" * 50_000
    with Client(door) as client:
        assert client.send(b"Subject: large\r\n\r\n" + lines).startswith("250")
        assert client.send((b"Received: x\r\n" * 51) + b"\r\n" + lines).startswith("554 5.4.6")
    assert door.accepted[0][0].endswith(b"Subject: large\r\n\r\n" + b".dot\r\nbare\r\n" * 50_000)
    assert len(door.accepted) == 1


def test_a_line_beyond_the_limit_is_refused_and_a_long_one_kept() -> None:
    with OpenDoor(a_listener(max_line_length=5000)) as door, Client(door) as client:
        assert client.send(b"X: " + b"y" * 4997 + b"\r\n").startswith("250")
        assert client.send(b"X: " + b"y" * 4998 + b"\r\n").startswith("552 5.3.4")
    assert len(door.accepted) == 1


def test_a_mail_that_goes_round_in_circles_is_refused(door: OpenDoor) -> None:
    hop = b"received: from a by b; Fri, 20 Nov 2026 12:00:00 +0000\r\n"
    with Client(door) as client:
        assert client.send(hop * 50 + MAIL + hop * 9).startswith("250")
        assert client.send(hop * 51 + MAIL).startswith("554 5.4.6")
    assert len(door.accepted) == 1


def test_where_mails_fill_the_memory_the_big_ones_have_to_wait() -> None:
    with (
        OpenDoor(a_listener(max_octets_in_memory=200_000)) as door,
        Client(door) as first,
        Client(door) as second,
    ):
        first.begin()
        first.write(b"x" * 60_000 + b"\r\n")
        assert second.send(b"y" * 300_000 + b"\r\n").startswith("452 4.3.1")
        first.write(b".\r\n")
        assert first.hear().startswith("250")
        assert second.send((b"y" * 60 + b"\r\n") * 3000).startswith("250")
        assert second.send(MAIL).startswith("250")
    assert len(door.accepted) == 3


# Commands


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("", "500 5.5.2"),
        ("FOO", "500 5.5.2"),
        ("NOOP x", "250 2.0.0"),
        ("HELP", "214 2.0.0"),
        ("VRFY support@desk.example", "252 2.1.5"),
        ("EXPN list", "502 5.5.1"),
        ("AUTH PLAIN AGEAYg==", "502 5.5.1"),
        ("STARTTLS", "502 5.5.1"),
        ("RCPT TO:<support@desk.example>", "503 5.5.1"),
        ("DATA", "503 5.5.1"),
        ("MAIL", "501 5.5.4"),
        ("MAIL FROM:", "501 5.5.4"),
        ("MAIL FROM:<a@b", "501 5.5.4"),
        ("MAIL FROM:<a b@c>", "501 5.5.4"),
        ("MAIL FROM:<a@b> X=Y", "555 5.5.4"),
        ("MAIL FROM:<a@b> BODY=BINARYMIME", "501 5.5.4"),
        ("MAIL FROM:<a@b> SIZE=-1", "501 5.5.4"),
        ("MAIL FROM:<a@b> SMTPUTF8=1", "501 5.5.4"),
        ("MAIL FROM:<root>", "553 5.1.7"),
        ("MAIL FROM:<a@b\rRCPT TO:<x>", "500 5.5.2"),
        ("MAIL FROM:a@b.example", "250 2.1.0"),
        ('MAIL FROM:<"a b"@c.example>', "250 2.1.0"),
        ("mail from: <@relay.example:a@b.example> size=10", "250 2.1.0"),
        ("x" * 3000, "500 5.5.2"),
        ("x" * 30000, "500 5.5.2"),
        ("LHLO me", "500 5.5.1"),
        ("HELO", "501 5.5.4"),
        ("DATA x", "501 5.5.4"),
    ],
)
def test_each_command_gets_its_enhanced_status(door: OpenDoor, line: str, reply: str) -> None:
    with Client(door) as client:
        assert client.say(line)[:9] == reply
        assert client.say("NOOP").startswith("250 2.0.0")


def test_nothing_goes_before_a_greeting(door: OpenDoor) -> None:
    with Client(door, greet="") as client:
        assert client.say("MAIL FROM:<a@b>").startswith("503 5.5.1")
        assert client.say("HELO me") == "250 desk.example"
        assert client.say("MAIL FROM:<a@b> SIZE=3").startswith("555 5.5.4")
        assert client.say("MAIL FROM:<a@b>").startswith("250")
        assert client.say("MAIL FROM:<a@b>").startswith("503 5.5.1")


def test_a_command_that_is_no_utf_8_is_refused(door: OpenDoor) -> None:
    with Client(door) as client:
        client.write(b"MAIL FROM:<j\xf6rg@kunde.example>\r\n")
        assert client.hear().startswith("500 5.5.2")


def test_a_pipelining_client_gets_all_answers_in_order(door: OpenDoor) -> None:
    with Client(door) as client:
        client.write(
            (
                b"MAIL FROM:<a@b.example>\r\nRCPT TO:<nobody@desk.example>\r\n"
                b"RCPT TO:<support@desk.example>\r\nDATA\r\n"
            )
            + MAIL
            + b".\r\nMAIL FROM:<c@d.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\n"
            + MAIL
            + b".\r\nQUIT\r\n"
        )
        replies = [client.hear()[:3] for _ in range(9)]
    assert replies == ["250", "550", "250", "354", "250", "250", "250", "354", "250"]
    assert len(door.accepted) == 2


def test_the_end_of_data_is_found_however_the_octets_come(door: OpenDoor) -> None:
    with Client(door) as client:
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.begin()
        for octet in MAIL + b"..x\r\n.\r\n":
            client.write(bytes([octet]))
        assert client.hear().startswith("250")
    assert door.accepted[0][0].endswith(MAIL + b".x\r\n")


def test_endless_commands_end_the_session_but_mails_do_not_count() -> None:
    with OpenDoor(a_listener(max_commands=10)) as door, Client(door) as client:
        for _ in range(5):
            assert client.send(MAIL).startswith("250")
        replies = [client.say("NOOP")[:9] for _ in range(11)]
        assert replies == ["250 2.0.0"] * 10 + ["421 4.7.0"]
        assert client.hear() == ""


def test_a_browser_is_shown_the_door(door: OpenDoor) -> None:
    with Client(door, greet="") as client:
        client.write(b"POST / HTTP/1.1\r\nHost: x\r\n\r\nMAIL FROM:<a@b>\r\n")
        assert client.hear().startswith("421 5.7.0")
        assert client.hear() == ""


def test_who_speaks_gibberish_is_cut_off(door: OpenDoor) -> None:
    with Client(door) as client:
        replies = [client.say("XYZZY")[:3] for _ in range(11)]
    assert replies == ["500"] * 10 + ["421"]


# Caps and rates


def test_connections_are_capped_in_total_and_freed_again() -> None:
    with OpenDoor(a_listener(max_connections=2)) as door, Client(door) as first, Client(door):
        with Client(door, greet="") as third:
            assert third.banner.startswith("421 4.7.0")
            assert third.hear() == ""
        first.say("QUIT")
        assert first.hear() == ""
        with Client(door) as fourth:
            assert fourth.greeting.startswith("250")


def test_connections_are_capped_for_each_peer() -> None:
    with (
        OpenDoor(a_listener(max_connections_per_peer=1)) as door,
        Client(door),
        Client(door, greet="") as second,
    ):
        assert second.banner.startswith("421 4.7.0")


def test_connections_that_say_nothing_lock_nobody_else_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maildesk.ingress.gate.SLOW", 0.0)
    with (
        OpenDoor(a_listener(max_connections=8, max_connections_per_peer=2)) as door,
        ExitStack() as held,
    ):
        silent = [
            held.enter_context(Client(door, greet="", source=f"127.0.0.{n // 2 + 2}"))
            for n in range(8)
        ]
        for n in range(2):
            client = held.enter_context(Client(door, source=f"127.0.{n + 1}.1"))
            assert client.send(MAIL).startswith("250")
        with Client(door, greet="", source="127.0.0.9") as more:
            assert more.banner.startswith("421"), "their own network gets no more of it"
        told, _, _ = select.select([one.socket for one in silent], [], [], 10)
        assert len(told) == 2
        assert {one.hear()[:9] for one in silent if one.socket in told} == {"421 4.3.2"}


def test_half_a_mail_of_one_peer_keeps_no_other_from_sending() -> None:
    limits = {
        "max_octets_in_memory": 1_000_000,
        "max_octets_in_memory_per_peer": 100_000,
        "max_message_size": 200_000,
    }
    with (
        OpenDoor(a_listener(**limits, trusted_peers=[])) as door,
        Client(door) as half,
        Client(door, source="127.0.1.1") as other,
    ):
        half.begin()
        half.write(b"x" * 150_000 + b"\r\n")
        with Client(door) as more:
            assert more.send((b"y" * 60 + b"\r\n") * 2000).startswith("452 4.3.1")
        assert other.send((b"y" * 60 + b"\r\n") * 2000).startswith("250")


def test_a_peer_that_comes_too_often_is_put_off() -> None:
    with OpenDoor(a_listener(connections_per_minute_per_peer=2, trusted_peers=[])) as door:
        banners = []
        for _ in range(3):
            with Client(door, greet="") as client:
                banners.append(client.banner[:9])
    assert banners[:2] == ["220 desk.", "220 desk."]
    assert banners[2] == "421 4.7.0"


# Time


def test_a_silent_client_is_cut_off() -> None:
    with OpenDoor(a_listener(timeout=60)) as door, Client(door) as client:
        door.later(61)
        assert client.hear().startswith("421 4.4.2")
        assert client.hear() == ""


def test_a_mail_that_drips_is_cut_off_as_a_whole() -> None:
    with OpenDoor(a_listener(timeout=300, data_timeout=0.2)) as door, Client(door) as client:
        client.begin()
        stop = threading.Event()

        def drip() -> None:
            while not stop.wait(0.01):
                try:
                    client.write(b"x\r\n")
                except OSError:
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        assert client.hear()[:9] in {"421 4.4.2", ""}  # a reset may swallow the words
        stop.set()
        dripping.join()
    assert door.accepted == []


def test_a_slow_database_is_not_the_clients_fault() -> None:
    with OpenDoor(a_listener(timeout=60)) as door, Client(door) as client:
        door.hold()
        client.begin()
        client.write(MAIL + b".\r\n")
        assert door.began.wait(PATIENCE)
        door.later(61)
        door.release()
        assert client.hear().startswith("250")


# Trouble of our own


@pytest.mark.parametrize(
    ("failure", "reply"),
    [
        (TransientFailure("the database is away"), "451 4.3.0"),
        (TransientFailure(452, "disk full"), "452 4.3.1"),
        (TransientFailure("(sqlite3.OperationalError) database or disk is full"), "452 4.3.1"),
        (TransientFailure("a large message cannot be kept: Disk quota exceeded"), "452 4.3.1"),
        (TransientFailure(451), "451 4.3.0"),
        (RuntimeError("postgresql://user:secret@db.internal/"), "451 4.3.0"),
    ],
)
def test_what_cannot_be_kept_stays_with_the_sender(
    door: OpenDoor, failure: Exception, reply: str
) -> None:
    with Client(door) as client:
        door.failure = failure
        answer = client.send(MAIL)
        assert answer.startswith(reply)
        assert "database" not in answer
        assert "internal" not in answer
        door.failure = None
        assert client.send(MAIL).startswith("250")
    assert len(door.accepted) == 1


@pytest.mark.parametrize("what", ["broken", "broken-file"])
def test_a_list_of_recipients_that_cannot_be_read_refuses_nobody_for_good(what: str) -> None:
    with OpenDoor() as door, Client(door) as client:
        client.say("MAIL FROM:<>")
        assert client.say(f"RCPT TO:<{what}@desk.example>").startswith("451 4.3.0")
        assert client.send(MAIL).startswith("250")


def test_a_client_that_leaves_before_the_dot_leaves_nothing(door: OpenDoor) -> None:
    with Client(door) as client:
        client.begin()
        client.write(MAIL)
    with Client(door) as client:
        assert client.send(MAIL + b"second\r\n").startswith("250")
    assert len(door.accepted) == 1


def test_a_client_that_stops_writing_still_hears_its_answer(door: OpenDoor) -> None:
    with Client(door) as client:
        client.begin()
        door.hold()
        client.write(MAIL + b".\r\nQUIT\r\n")
        client.socket.shutdown(socket.SHUT_WR)
        assert door.began.wait(PATIENCE)
        door.release()
        assert client.hear().startswith("250")
        assert client.hear().startswith("221")
    assert len(door.accepted) == 1


def test_a_commit_under_way_outlives_its_client(door: OpenDoor) -> None:
    with Client(door) as client:
        client.begin()
        door.hold()
        client.write(MAIL + b".\r\n")
        assert door.began.wait(PATIENCE)
    door.release()
    door.stop(5).result(PATIENCE)
    assert len(door.accepted) == 1


# LMTP (RFC 2033)


def test_lmtp_answers_once_for_each_recipient() -> None:
    with OpenDoor(a_listener(protocol="lmtp")) as door, Client(door, greet="") as client:
        assert client.say("EHLO me").startswith("500 5.5.1")
        assert client.say("HELO me").startswith("500 5.5.1")
        assert client.say("LHLO me").startswith("250-desk.example")
        client.say("MAIL FROM:<>")
        assert client.say("DATA").startswith("503 5.5.1")
        assert client.say("RCPT TO:<nobody@desk.example>").startswith("550")
        for name in ("a", "b", "a"):
            client.say(f"RCPT TO:<{name}@desk.example>")
        client.say("DATA")
        client.write(MAIL + b".\r\n")
        replies = [client.hear() for _ in range(3)]
        assert [reply[: len("250 2.0.0 <a@desk.example>")] for reply in replies] == [
            "250 2.0.0 <a@desk.example>",
            "250 2.0.0 <b@desk.example>",
            "250 2.0.0 <a@desk.example>",
        ]
        assert client.say("NOOP").startswith("250 2.0.0 Ok")
    raw, envelope = door.accepted[0]
    assert envelope == Envelope(
        "", ("a@desk.example", "b@desk.example"), via="lmtp", peer="127.0.0.1"
    )
    assert b" with LMTP id " in raw


def test_lmtp_answers_for_each_recipient_when_it_cannot_take_the_mail() -> None:
    with OpenDoor(a_listener(protocol="lmtp")) as door, Client(door, greet="LHLO me") as client:
        door.failure = TransientFailure(452)
        assert client.send(MAIL, "a@desk.example", "b@desk.example").startswith(
            "452 4.3.1 <a@desk.example>"
        )
        assert client.hear().startswith("452 4.3.1 <b@desk.example>")


# TLS


def test_starttls_makes_the_link_secure_and_forgets_what_was_said_before(
    certificate: Certificate,
) -> None:
    tls = {"certificate": certificate.certificate, "key": certificate.key, "required": True}
    with OpenDoor(a_listener(tls=tls)) as door, Client(door) as client:
        assert "250-STARTTLS" in client.greeting
        assert client.say("MAIL FROM:<a@b>").startswith("530 5.7.0")
        client.write(b"STARTTLS\r\nMAIL FROM:<injected@evil.example>\r\n")  # CVE-2011-0411
        assert client.hear().startswith("220 2.0.0")
        client.socket = trusting(certificate).wrap_socket(
            client.socket, server_hostname="localhost"
        )
        assert client.say("RCPT TO:<support@desk.example>").startswith("503 5.5.1")
        assert client.say("MAIL FROM:<a@b>").startswith("503 5.5.1")
        assert "STARTTLS" not in client.say("EHLO me")
        assert client.say("STARTTLS").startswith("502 5.5.1")
        assert client.send(MAIL).startswith("250")
    assert b" with ESMTPS id " in door.accepted[0][0]


def test_implicit_tls_serves_from_the_first_octet(certificate: Certificate) -> None:
    tls = {"certificate": certificate.certificate, "key": certificate.key, "mode": "implicit"}
    with OpenDoor(a_listener(tls=tls)) as door:
        client = smtplib.SMTP_SSL("localhost", door.port, context=trusting(certificate))
        client.sendmail("ana@customer.example", ["support@desk.example"], MAIL * 5000)
        client.quit()
    assert door.accepted[0][0].endswith(MAIL * 5000)


def test_who_never_shakes_hands_is_counted_and_cut(certificate: Certificate) -> None:
    tls = {"certificate": certificate.certificate, "key": certificate.key, "mode": "implicit"}
    with OpenDoor(a_listener(tls=tls, max_connections=1, timeout=0.3)) as door:
        silent = socket.create_connection((door.host, door.port), timeout=PATIENCE)
        with socket.create_connection((door.host, door.port), timeout=PATIENCE) as second:
            assert second.recv(100) == b""
        assert silent.recv(100) == b""
        silent.close()


def test_a_certificate_that_is_not_there_is_the_operators_matter(tmp_path: Path) -> None:
    listener = a_listener(tls={"certificate": tmp_path / "none.pem", "key": tmp_path / "none.key"})
    with pytest.raises(PermanentFailure, match=r"none\.pem"):
        SmtpDoor(listener, accept=OpenDoor._accept, is_ours=is_ours, hostname="x")  # type: ignore[arg-type]


def trusting(certificate: Certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate.certificate)


# Opening and closing


def test_a_port_in_use_is_told_with_one_that_is_free(door: OpenDoor) -> None:
    with (
        pytest.raises(PermanentFailure, match=rf"{door.port} already; port \d+ is free"),
        OpenDoor(a_listener(port=door.port)),
    ):
        pass


def test_stopping_lets_a_mail_under_way_finish(door: OpenDoor) -> None:
    with Client(door) as writing, Client(door) as idle:
        writing.begin()
        stopped = door.stop(10)
        assert idle.hear().startswith("421 4.3.2")
        assert idle.hear() == ""
        writing.write(MAIL + b".\r\n")
        assert writing.hear().startswith("250")
        assert writing.hear().startswith("421 4.3.2")
        stopped.result(PATIENCE)
    assert len(door.accepted) == 1
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((door.host, door.port), timeout=PATIENCE)


def test_stopping_cuts_what_takes_longer_than_the_grace(door: OpenDoor) -> None:
    with Client(door) as client:
        client.begin()
        client.write(MAIL)
        door.stop(0.1).result(PATIENCE)
        assert client.hear().startswith("421 4.3.2")
        assert client.hear() == ""
    assert door.accepted == []
