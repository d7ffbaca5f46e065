"""The courier, before a relay on a real socket that says and does what the test wants."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from maildesk.config.settings import Relay
from maildesk.egress.courier import Courier, courier_for
from maildesk.egress.maildir import MaildirCourier
from tests.egress.sink import DROP, SILENCE, Sink, address_in
from tests.servers.process import NEVER, free_port
from tests.servers.tls import Certificate, make_certificate
from tests.stories.running_desk import wait_until

MAIL = (
    b"From: support@desk.example\r\nSubject: Re: printer\r\nMessage-ID: <1@desk.example>\r\n\r\n"
    b"Off and on again.\r\n"
)
ONE, TWO, THREE = "ana@customer.example", "ben@customer.example", "cy@customer.example"


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as opened:
        yield opened


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def relay_at(sink: Sink, **changes: object) -> Relay:
    return Relay.model_validate(
        {
            "host": "127.0.0.1",
            "port": sink.port,
            "timeout": 2,
            "hostname": "desk.example",
            **changes,
        }
    )


def courier_to(sink: Sink, **changes: object) -> Courier:
    return Courier(relay_at(sink, **changes))


def kinds(courier: Courier, *rcpt_to: str, raw: bytes = MAIL) -> list[tuple[str, int, str]]:
    outcomes = courier.send("support@desk.example", rcpt_to or (ONE,), raw)
    assert [outcome.recipient for outcome in outcomes] == list(rcpt_to or (ONE,))
    return [(outcome.kind, outcome.code, outcome.enhanced) for outcome in outcomes]


# Sent


def test_a_mail_is_sent_as_it_is(sink: Sink) -> None:
    raw = MAIL + b".\r\n..two\r\nend"
    assert kinds(courier_to(sink), ONE, TWO, raw=raw) == [("sent", 250, "2.0.0")] * 2
    mail = sink.mails[0]
    assert mail.raw == raw + b"\r\n"
    assert address_in(mail.mail) == "support@desk.example"
    assert [address_in(rcpt) for rcpt in mail.rcpt] == [ONE, TWO]


def test_a_first_line_of_dots_is_kept(sink: Sink) -> None:
    kinds(courier_to(sink), raw=b"..\r\n.\r\n")
    assert sink.mails[0].raw == b"..\r\n.\r\n"


def test_a_lone_line_feed_leaves_as_a_whole_line_end(sink: Sink) -> None:
    kinds(courier_to(sink), raw=b"Subject: x\n\na\n.\nb\rc\r\n")
    assert sink.mails[0].raw == b"Subject: x\r\n\r\na\r\n.\r\nb\r\nc\r\n"


def test_the_content_goes_out_in_one_piece_with_its_dot(sink: Sink) -> None:
    kinds(courier_to(sink), raw=MAIL + b"x" * 9000 + b"\r\n")
    assert sink.writes[-1] == len(MAIL) + 9002 + 3


def test_the_envelope_goes_out_in_one_piece_where_pipelining_is_offered(sink: Sink) -> None:
    kinds(courier_to(sink), ONE, TWO)
    assert len(sink.writes) == 3  # EHLO, the envelope, the content


@pytest.mark.parametrize("extensions", [("SIZE 1000000",), ("PIPELINING",)])
def test_a_connection_is_kept_and_cleared_between_mails(extensions: tuple[str, ...]) -> None:
    with Sink(extensions=extensions) as sink:
        courier = courier_to(sink)
        for _ in range(3):
            assert kinds(courier) == [("sent", 250, "2.0.0")]
        courier.close()
        assert sink.connections == 1
        assert sink.commands.count("RSET") == 2
        assert sink.commands[-1] == "QUIT"
        assert len(sink.mails) == 3


def test_a_connection_is_renewed_after_so_many_mails(sink: Sink) -> None:
    courier = Courier(relay_at(sink), mails_a_connection=2)
    for _ in range(5):
        kinds(courier)
    assert sink.connections == 3


def test_a_connection_that_was_idle_is_renewed(sink: Sink) -> None:
    clock = Clock()
    courier = Courier(relay_at(sink), clock=clock)
    kinds(courier)
    clock.now += 29
    kinds(courier)
    assert sink.connections == 1
    clock.now += 31
    kinds(courier)
    assert sink.connections == 2


def test_the_null_reverse_path_is_written_as_such(sink: Sink) -> None:
    courier_to(sink).send("", [ONE], MAIL)
    assert sink.mails[0].mail.startswith("MAIL FROM:<>")


# Refused, now or for ever


@pytest.mark.parametrize("extensions", [("SIZE 1000000",), ("PIPELINING",)])
def test_each_recipient_has_an_outcome_of_their_own(extensions: tuple[str, ...]) -> None:
    with Sink(extensions=extensions) as sink:
        courier = courier_to(sink)
        sink.answer(f"RCPT TO:<{ONE}", "550 5.1.1 no such person")
        sink.answer(f"RCPT TO:<{TWO}", "450 4.2.1 busy")
        assert kinds(courier, ONE, TWO, THREE) == [
            ("failed", 550, "5.1.1"),
            ("deferred", 450, "4.2.1"),
            ("sent", 250, "2.0.0"),
        ]
        assert [address_in(rcpt) for rcpt in sink.mails[0].rcpt] == [THREE]


@pytest.mark.parametrize("extensions", [("SIZE 1000000",), ("PIPELINING",)])
@pytest.mark.parametrize("data", ["554 5.5.1 nobody to send it to", "354 go on"])
def test_where_no_recipient_is_taken_nothing_is_sent(
    extensions: tuple[str, ...], data: str
) -> None:
    with Sink(extensions=extensions) as sink:
        courier = courier_to(sink)
        sink.answer("RCPT", "550 5.1.1 no", "550 5.1.1 no")
        sink.answer("DATA", data)
        assert kinds(courier, ONE, TWO) == [("failed", 550, "5.1.1")] * 2
        assert [mail.raw for mail in sink.mails if mail.raw] == []
        sink.answers.clear()
        assert kinds(courier, THREE) == [("sent", 250, "2.0.0")]
        assert sink.connections == 1


@pytest.mark.parametrize(
    ("command", "reply", "outcome"),
    [
        ("MAIL", "550 5.7.1 not from you", ("stopped", 550, "5.7.1")),
        ("MAIL", "451 4.7.1 greylisted", ("deferred", 451, "4.7.1")),
        ("MAIL", "552 5.3.4 too big", ("failed", 552, "5.3.4")),
        ("MAIL", "530 5.7.0 log in first", ("stopped", 530, "5.7.0")),
        ("RCPT", "550 unknown", ("failed", 550, "5.0.0")),
        ("RCPT", "552 too many recipients", ("deferred", 552, "5.0.0")),
        ("RCPT", "552 5.2.2 mailbox full", ("failed", 552, "5.2.2")),
        ("RCPT", "552 5.3.4 too big for them", ("failed", 552, "5.3.4")),
        (
            "RCPT",
            "553 5.7.1 <a@b>: Sender address rejected: not owned by user desk",
            ("stopped", 553, "5.7.1"),
        ),
        ("DATA", "451 4.3.0 later", ("deferred", 451, "4.3.0")),
        ("DATA", "554 5.3.0 never", ("failed", 554, "5.3.0")),
        (".", "451 4.3.0 later", ("deferred", 451, "4.3.0")),
        (".", "421 4.3.2 going down", ("stopped", 421, "4.3.2")),
        (".", "554 5.7.1 spam", ("failed", 554, "5.7.1")),
        (".", "550-5.7.1 line one\r\n550 5.7.1 line two", ("failed", 550, "5.7.1")),
    ],
)
def test_a_reply_decides(
    sink: Sink, command: str, reply: str, outcome: tuple[str, int, str]
) -> None:
    sink.answer(command, reply)
    assert kinds(courier_to(sink)) == [outcome]


def test_the_words_of_the_relay_are_kept(sink: Sink) -> None:
    sink.answer(".", "550-5.7.1 We do not like\r\n550 5.7.1 this mail")
    assert courier_to(sink).send("", [ONE], MAIL)[0].text == "We do not like 5.7.1 this mail"


# Trouble on the way


@pytest.mark.parametrize("extensions", [("SIZE 1000000",), ("PIPELINING",)])
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_link_lost_before_the_content_defers(extensions: tuple[str, ...], command: str) -> None:
    with Sink(extensions=extensions) as sink:
        sink.answer(command, DROP)
        assert kinds(courier_to(sink)) == [("deferred", 0, "4.4.2")]
        assert sink.mails == []


def test_a_link_lost_after_the_final_dot_is_uncertain(sink: Sink) -> None:
    courier = courier_to(sink)
    sink.answer(".", DROP)
    assert kinds(courier, ONE, TWO) == [("uncertain", 0, "4.4.2")] * 2
    assert sink.connections == 1  # and it is not tried again behind our back
    assert kinds(courier, ONE) == [("sent", 250, "2.0.0")]


def test_a_link_lost_in_the_middle_of_the_content_defers(sink: Sink) -> None:
    sink.answer("CONTENT", DROP)
    sink.extensions = ("PIPELINING",)
    assert kinds(courier_to(sink), raw=MAIL + b"x" * 40_000_000 + b"\r\n") == [
        ("deferred", 0, "4.4.2")
    ]
    assert sink.mails == []


def test_only_who_was_accepted_is_uncertain(sink: Sink) -> None:
    sink.answer(f"RCPT TO:<{ONE}", "550 5.1.1 no")
    sink.answer(".", DROP)
    assert kinds(courier_to(sink), ONE, TWO) == [
        ("failed", 550, "5.1.1"),
        ("uncertain", 0, "4.4.2"),
    ]


def test_an_answer_to_the_dot_that_makes_no_sense_is_uncertain(sink: Sink) -> None:
    sink.answer(".", "gibberish")
    assert kinds(courier_to(sink)) == [("uncertain", 0, "4.4.2")]


def test_an_answer_to_the_dot_that_never_comes_is_uncertain(sink: Sink) -> None:
    sink.answer(".", SILENCE)
    assert kinds(courier_to(sink, timeout=1)) == [("uncertain", 0, "4.4.2")]


@pytest.mark.parametrize(("silent_at", "kind"), [(".", "uncertain"), ("RCPT", "deferred")])
def test_closing_does_not_wait_for_a_relay_that_says_nothing(
    sink: Sink, silent_at: str, kind: str
) -> None:
    courier = courier_to(sink, timeout=10 * NEVER)
    kinds(courier)
    sink.answer(silent_at, SILENCE)
    heard: list[tuple[str, int, str]] = []
    worker = threading.Thread(target=lambda: heard.extend(kinds(courier)), daemon=True)
    worker.start()
    wait_until(lambda: not sink.answers[silent_at], "the worker waits for an answer")
    courier.close()
    worker.join(NEVER)
    assert heard == [(kind, 0, "4.4.2")]
    assert sink.connections == 1, "and opens no other connection"


def test_a_relay_that_falls_silent_before_the_content_defers(sink: Sink) -> None:
    sink.answer("RCPT", SILENCE)
    sink.answer("DATA", SILENCE)
    assert kinds(courier_to(sink, timeout=1)) == [("deferred", 0, "4.4.2")]


@pytest.mark.parametrize("extensions", [("SIZE 1000000",), ("PIPELINING",)])
def test_a_kept_connection_the_relay_closed_is_opened_again_silently(
    extensions: tuple[str, ...],
) -> None:
    with Sink(extensions=extensions) as sink:
        courier = courier_to(sink)
        kinds(courier)
        sink.hang_up()
        assert kinds(courier) == [("sent", 250, "2.0.0")]
        assert sink.connections == 2


@pytest.mark.parametrize("extensions", [("SIZE 1000000",), ("PIPELINING",)])
@pytest.mark.parametrize("command", ["RSET", "MAIL"])
def test_a_kept_connection_that_hears_421_is_opened_again_silently(
    extensions: tuple[str, ...], command: str
) -> None:
    with Sink(extensions=extensions) as sink:
        courier = courier_to(sink)
        kinds(courier)
        sink.answer(command, "421 4.4.2 idle for too long")
        assert kinds(courier) == [("sent", 250, "2.0.0")]
        assert (sink.connections, len(sink.mails)) == (2, 2)


def test_a_relay_that_always_says_421_stops_after_one_new_connection(sink: Sink) -> None:
    courier = courier_to(sink)
    kinds(courier)
    sink.answer("MAIL", *["421 4.3.2 going down"] * 5)
    assert kinds(courier) == [("stopped", 421, "4.3.2")]
    assert sink.connections == 2


def test_a_relay_that_refuses_the_second_mail_of_a_connection_gets_it_over_a_new_one() -> None:
    for command, reply in (
        ("MAIL", "452 4.5.0 one mail a connection"),
        ("MAIL", "550 5.7.1 too many messages in this session"),
        ("RCPT", "550 one mail a connection, please"),
        ("DATA", "554 5.5.1 enough"),
        ("RSET", "421 4.7.0 too many messages, closing"),
    ):
        with Sink() as sink:
            courier = courier_to(sink)
            assert kinds(courier) == [("sent", 250, "2.0.0")]
            sink.answer(command, reply)
            assert kinds(courier) == [("sent", 250, "2.0.0")]
            assert (sink.connections, len([m for m in sink.mails if m.raw])) == (2, 2)


def test_where_a_connection_takes_one_mail_each_has_its_own_from_then_on(sink: Sink) -> None:
    courier = courier_to(sink)
    kinds(courier)
    sink.answer("MAIL", "452 4.5.0 one mail a connection")
    kinds(courier)
    kinds(courier)
    assert sink.connections == 3
    assert "452" not in str(sink.answers.get("MAIL"))


def test_a_refusal_of_us_after_the_content_is_asked_once_alone(sink: Sink) -> None:
    courier = courier_to(sink)
    kinds(courier)
    sink.answer(".", "550 5.7.60 Client does not have permissions to send as this sender")
    assert kinds(courier) == [("stopped", 550, "5.7.60")]
    assert sink.connections == 1


def test_one_recipient_of_three_is_refused_alone(sink: Sink) -> None:
    courier = courier_to(sink)
    kinds(courier)
    sink.answer(f"RCPT TO:<{TWO}", "550 5.1.1 no such person")
    told = kinds(courier, ONE, TWO, THREE)
    assert told == [("sent", 250, "2.0.0"), ("failed", 550, "5.1.1"), ("sent", 250, "2.0.0")]
    assert sink.connections == 1


def test_a_relay_that_says_250_and_then_421_has_the_mail_once(sink: Sink) -> None:
    courier = courier_to(sink)
    assert kinds(courier) == [("sent", 250, "2.0.0")]
    sink.answer("RSET", "421 4.3.2 going down")
    assert kinds(courier) == [("sent", 250, "2.0.0")]
    assert len(sink.mails) == 2


def test_a_refused_connection_stops_the_relay() -> None:
    courier = Courier(Relay(host="127.0.0.1", port=free_port()))
    assert kinds(courier) == [("stopped", 0, "4.4.1")]


def test_a_name_that_does_not_exist_stops_the_relay() -> None:
    assert kinds(Courier(Relay(host="relay.invalid"))) == [("stopped", 0, "4.4.3")]
    assert kinds(Courier(Relay(host="relay..invalid"))) == [("stopped", 0, "4.4.3")]


def test_a_relay_that_does_not_talk_to_us_stops() -> None:
    with Sink(banner="554 5.7.1 go away") as sink:
        assert kinds(courier_to(sink)) == [("stopped", 554, "5.7.1")]


def test_a_relay_that_says_nothing_stops() -> None:
    with Sink(banner=SILENCE) as sink:
        assert kinds(courier_to(sink, timeout=1))[0][0] == "stopped"


@pytest.mark.parametrize(
    "address", ["", "a@b>\r\nRCPT TO:<x@y", "a b@c.example", "a@b\n", "<a@b>", "\udc80@b.example"]
)
def test_an_address_that_could_break_out_of_a_command_fails_alone(sink: Sink, address: str) -> None:
    assert kinds(courier_to(sink), address, TWO) == [("failed", 0, "5.1.3"), ("sent", 250, "2.0.0")]
    assert [address_in(rcpt) for rcpt in sink.mails[0].rcpt] == [TWO]


# Extensions


def test_international_addresses_are_used_only_where_they_are_taken() -> None:
    with Sink(extensions=("SMTPUTF8", "8BITMIME")) as sink:
        assert kinds(courier_to(sink), "jörg@kunde.example") == [("sent", 250, "2.0.0")]
        assert sink.mails[0].mail.endswith(" SMTPUTF8")
    with Sink(extensions=("8BITMIME",)) as sink:
        assert kinds(courier_to(sink), "jörg@kunde.example", TWO) == [
            ("failed", 0, "5.6.7"),
            ("sent", 250, "2.0.0"),
        ]
        assert courier_to(sink).send("jörg@desk.example", [TWO], MAIL)[0].kind == "failed"


def test_extensions_are_asked_for_only_when_needed(sink: Sink) -> None:
    courier = courier_to(sink)
    kinds(courier)
    assert sink.mails[0].mail == f"MAIL FROM:<support@desk.example> SIZE={len(MAIL)}"
    kinds(courier, raw=MAIL + "grün\r\n".encode())
    assert sink.mails[1].mail.endswith(" BODY=8BITMIME")


@pytest.mark.parametrize(
    ("words", "octets"),
    [
        ("SIZE 1000000", 1_000_000),
        ("SIZE", None),
        ("SIZE 0", None),
        ("SIZE lots", None),
        ("8BITMIME", None),
    ],
)
def test_what_the_relay_takes_at_most_is_learnt_with_each_connection(
    words: str, octets: int | None
) -> None:
    learnt: list[int | None] = []
    with Sink(extensions=(words,)) as sink:
        courier = Courier(relay_at(sink), mails_a_connection=1, learn_size=learnt.append)
        kinds(courier)
        kinds(courier)
        courier.close()
    assert learnt == [octets, octets]


def test_an_old_server_without_extensions_gets_plain_commands(sink: Sink) -> None:
    sink.answer("EHLO", "502 5.5.1 what?")
    assert kinds(courier_to(sink)) == [("sent", 250, "2.0.0")]
    assert sink.mails[0].mail == "MAIL FROM:<support@desk.example>"


# TLS and log-in


def serving(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.certificate, certificate.key)
    return context


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_mail_goes_over_tls(certificate: Certificate, tls: str) -> None:
    with Sink(
        ("STARTTLS", "PIPELINING"), context=serving(certificate), is_implicit=tls == "implicit"
    ) as sink:
        courier = courier_to(sink, host="localhost", tls=tls, ca_file=certificate.certificate)
        assert kinds(courier) == [("sent", 250, "2.0.0")]
        assert ("STARTTLS" in sink.commands) == (tls == "starttls")


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_nobody_vouches_for_stops_the_relay(
    certificate: Certificate, tls: str
) -> None:
    with Sink(("STARTTLS",), context=serving(certificate), is_implicit=tls == "implicit") as sink:
        assert kinds(courier_to(sink, host="localhost", tls=tls)) == [("stopped", 0, "4.7.5")]
        assert sink.mails == []


def test_a_relay_that_offers_no_starttls_is_never_told_in_plain_text(sink: Sink) -> None:
    courier = courier_to(sink, tls="starttls", username="desk", password=SecretStr("secret"))
    assert kinds(courier) == [("stopped", 0, "4.7.4")]
    assert [command for command in sink.commands if not command.startswith("EHLO")] == []


def test_a_starttls_that_is_refused_stops_the_relay(sink: Sink, certificate: Certificate) -> None:
    sink.extensions = ("STARTTLS",)
    sink.answer("STARTTLS", "454 4.7.0 not now")
    courier = courier_to(sink, tls="starttls", ca_file=certificate.certificate)
    assert kinds(courier) == [("stopped", 454, "4.7.0")]
    assert sink.mails == []


def test_a_refused_log_in_stops_the_relay(sink: Sink) -> None:
    sink.extensions = ("AUTH PLAIN",)
    sink.answer("AUTH", "535 5.7.8 wrong password")
    courier = courier_to(sink, username="desk", password=SecretStr("wrong"))
    (outcome,) = courier.send("", [ONE], MAIL)
    told = (outcome.kind, outcome.about_us, outcome.code, outcome.text)
    assert told == ("stopped", "log_in", 535, "wrong password")


def test_a_password_never_leaves_the_machine_without_tls(sink: Sink) -> None:
    sink.extensions = ("AUTH PLAIN",)
    courier = courier_to(
        sink, host="127.1", username="desk", password=SecretStr("secret")
    )  # a name, for all we know
    assert kinds(courier) == [("stopped", 0, "4.7.0")]
    assert [command for command in sink.commands if command.startswith("AUTH")] == []


def test_a_password_is_good_enough_for_a_relay_on_this_machine(sink: Sink) -> None:
    sink.extensions = ("AUTH PLAIN",)
    sink.answer("AUTH", "235 2.7.0 welcome")
    assert kinds(courier_to(sink, username="desk", password=SecretStr("secret"))) == [
        ("sent", 250, "2.0.0")
    ]


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_for_another_name_is_told_with_both(
    tmp_path: Path, tls: str, sink: Sink
) -> None:
    other = make_certificate(tmp_path, "mail.hoster.example")
    with Sink(("STARTTLS",), context=serving(other), is_implicit=tls == "implicit") as sink:
        courier = courier_to(sink, host="localhost", tls=tls, ca_file=other.certificate)
        (outcome,) = courier.send("", [ONE], MAIL)
    assert (outcome.kind, outcome.about_us, outcome.enhanced) == ("stopped", "tls", "4.7.5")
    assert "is for mail.hoster.example, and settings.yaml calls the relay localhost" in outcome.text


@pytest.mark.parametrize(
    "password", ["pa$$w0rd", 'it\'s "quoted" \\ and: #1', "größe", "p\u00b2 \u2168"]
)
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_a_password_of_any_letters_arrives_as_it_is(
    sink: Sink, password: str, mechanism: str
) -> None:
    sink.extensions = (f"AUTH {mechanism}",)
    sink.log_ins = {"desk": password}
    assert kinds(courier_to(sink, username="desk", password=SecretStr(password)))[0][0] == "sent"


def test_a_password_that_the_server_keeps_prepared_is_found(sink: Sink) -> None:
    sink.extensions = ("AUTH PLAIN LOGIN",)
    sink.log_ins = {"desk": "pIX2"}  # RFC 4013, 3
    courier = courier_to(sink, username="desk", password=SecretStr("p\u00ad\u2168\u00b2"))
    assert kinds(courier) == [("sent", 250, "2.0.0")]


def test_a_relay_with_no_log_in_that_we_speak_says_what_it_offers(sink: Sink) -> None:
    sink.extensions = ("AUTH GSSAPI XOAUTH2",)
    courier = courier_to(sink, username="desk", password=SecretStr("secret"))
    (outcome,) = courier.send("", [ONE], MAIL)
    assert (outcome.kind, outcome.about_us) == ("stopped", "log_in")
    assert "it offers GSSAPI, XOAUTH2" in outcome.text


# Which courier


def test_without_a_relay_mail_goes_to_the_maildir_of_the_desk_folder(tmp_path: Path) -> None:
    courier = courier_for(Relay(), tmp_path)
    assert isinstance(courier, MaildirCourier)
    courier.send("", [ONE], MAIL)
    assert len(list((tmp_path / "var" / "sent" / "new").iterdir())) == 1


def test_with_a_relay_mail_goes_there(sink: Sink, tmp_path: Path) -> None:
    courier = courier_for(relay_at(sink), tmp_path)
    assert isinstance(courier, Courier)
    assert kinds(courier) == [("sent", 250, "2.0.0")]
