"""The courier for Microsoft Graph, before an endpoint that answers as Graph does."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from maildesk.config.settings import Relay
from maildesk.egress.graph import LARGEST, GraphCourier, for_one
from maildesk.egress.outcome import Outcome
from maildesk.errors import PermanentFailure
from tests.servers.clock import Clock
from tests.servers.process import free_port
from tests.servers.provider import Answer, Provider, graph_error, in_json

MAIL = (
    b"DKIM-Signature: v=1; a=rsa-sha256; d=company.example; s=desk;\r\n b=abc\r\n"
    b"From: Support <support@company.example>\r\n"
    b'To: "Okafor, Ben" <ben@example.org>\r\n'
    b"Cc: Ana <ana@example.org>,\r\n =?utf-8?q?J=C3=B6rg?= <joerg@example.org>\r\n"
    b"Message-ID: <1@company.example>\r\n"
    b"Reply-To: support+r1abc@company.example\r\n"
    b"Subject: Re: printer\r\n\r\nTo: nobody\r\n.\r\nOff and on again.\r\n"
)
BEN, ANA = "ben@example.org", "Ana@Example.org"


class Tokens:
    """Gives a token, and another where the first was refused; then no more."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.asked: list[str] = []
        self.good = True

    def __call__(self, refused: str) -> str:
        self.asked.append(refused)
        if len(self.asked) > 2 and refused:
            raise PermanentFailure("support@company.example cannot sign in: withdrawn")
        token = f"token{len(self.asked)}"
        if self.good or refused:
            end = self.provider.clock.now().replace(hour=23)
            self.provider.access[token] = ("support@company.example", end)
        return token


@pytest.fixture
def provider() -> Iterator[Provider]:
    server = Provider(Clock())
    yield server
    server.remove()


@pytest.fixture
def tokens(provider: Provider) -> Tokens:
    return Tokens(provider)


@pytest.fixture
def courier(provider: Provider, tokens: Tokens) -> Iterator[GraphCourier]:
    made = GraphCourier(relay_at(provider.url), tokens)
    yield made
    made.close()


def relay_at(url: str) -> Relay:
    return Relay.model_validate(
        {
            "kind": "graph",
            "username": "support@company.example",
            "auth": "oauth",
            "graph_url": f"{url}/v1.0",
            "timeout": 5,
        }
    )


def outcome(courier: GraphCourier, raw: bytes = MAIL, to: str = BEN) -> Outcome:
    (found,) = courier.send("support+b1xyz@company.example", [to], raw)
    assert found.recipient == to
    return found


def test_a_mail_is_posted_whole_to_the_mailbox_it_comes_from(
    courier: GraphCourier, provider: Provider
) -> None:
    found = outcome(courier)
    assert (found.kind, found.code, found.enhanced) == ("sent", 250, "2.0.0")
    (posted,) = provider.posted
    assert (posted.mailbox, posted.content_type) == ("support@company.example", "text/plain")
    mail = message_from_bytes(posted.raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail["Message-ID"] == "<1@company.example>"
    assert mail["Reply-To"] == "support+r1abc@company.example"
    assert mail.get_content().splitlines() == ["To: nobody", ".", "Off and on again."]


def test_graph_writes_to_whoever_stands_in_the_head_so_that_is_one(
    courier: GraphCourier, provider: Provider
) -> None:
    courier.send("", [BEN, ANA, "joerg@example.org"], MAIL)
    mails = [message_from_bytes(one.raw, policy=policy.default) for one in provider.posted]
    assert [str(mail["To"]) for mail in mails] == [
        '"Okafor, Ben" <ben@example.org>',
        "Ana <ana@example.org>",
        "Jörg <joerg@example.org>",
    ]
    assert all(mail["Cc"] is None and mail["DKIM-Signature"] is None for mail in mails)
    assert all(len(mail.get_all("To") or []) == 1 for mail in mails)


@pytest.mark.parametrize(
    ("head", "to"),
    [
        (b"Subject: x\r\n", b"To: ben@example.org\r\n"),
        (b"To: undisclosed-recipients:;\r\n", b"To: ben@example.org\r\n"),
        (b"TO: <BEN@example.org>\r\n", b"To: <BEN@example.org>\r\n"),
        (b"Bcc: eve@example.org\r\nTo: a@x.example, b@x.example\r\n", b"To: ben@example.org\r\n"),
    ],
)
def test_whoever_stood_there_before(head: bytes, to: bytes) -> None:
    made = for_one(head + b"X-Last: 1\r\n\r\nbody", BEN)
    assert made.startswith(to)
    assert b"eve@" not in made
    assert made.endswith(b"X-Last: 1\r\n\r\nbody")


@pytest.mark.parametrize(
    ("status", "error", "kind", "code", "enhanced"),
    [
        (400, "ErrorInvalidRecipients", "failed", 550, "5.1.3"),
        (413, "ErrorMessageSizeExceeded", "failed", 552, "5.3.4"),
        (413, "", "failed", 552, "5.3.4"),
        (400, "ErrorMimeContentInvalid", "failed", 554, "5.6.0"),
        (403, "ErrorAccessDenied", "stopped", 550, "5.7.60"),
        (403, "ErrorSendAsDenied", "stopped", 554, "5.2.252"),
        (404, "ErrorInvalidUser", "stopped", 535, "5.7.8"),
        (404, "ResourceNotFound", "stopped", 535, "5.7.8"),
        (429, "ApplicationThrottled", "stopped", 451, "4.7.500"),
        (503, "ServiceUnavailable", "stopped", 451, "4.3.2"),
        (500, "ErrorInternalServerError", "stopped", 451, "4.3.2"),
    ],
)
def test_what_graph_refuses_is_said_as_exchange_would_by_smtp(
    courier: GraphCourier,
    provider: Provider,
    status: int,
    error: str,
    kind: str,
    code: int,
    enhanced: str,
) -> None:
    provider.odd_posts.append(graph_error(status, error, "in its words"))
    found = outcome(courier)
    assert (found.code, found.enhanced) == (code, enhanced)
    assert found.kind == kind
    assert bool(found.about_us) == (kind == "stopped")
    assert "in its words" in found.text
    assert outcome(courier).kind == "sent"


def test_for_as_long_as_graph_says_it_hears_nothing(provider: Provider, tokens: Tokens) -> None:
    clock = Clock()
    courier = GraphCourier(relay_at(provider.url), tokens, clock=lambda: clock.now().timestamp())
    provider.odd_posts.append(graph_error(429, "TooManyRequests", "slow", Retry_After="37"))
    assert outcome(courier).text.endswith("Retry-After: 37")
    for _ in range(3):
        found = outcome(courier)
        assert (found.kind, found.about_us, found.code) == ("stopped", "rate", 451)
        clock.move(10)
    assert provider.posted == []
    clock.move(8)
    assert outcome(courier).kind == "sent"
    courier.close()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(502, b"<html>Bad gateway</html>", {"Content-Type": "text/html"}),
        Answer(302, b"", {"Location": "https://elsewhere.example/"}),
        in_json(418, {"error": "a string"}),
        Answer(503, b"x" * 10_000_000),
    ],
)
def test_an_answer_that_is_none_leaves_the_mail_for_later(
    courier: GraphCourier, provider: Provider, answer: Answer
) -> None:
    provider.odd_posts.append(answer)
    assert outcome(courier).kind == "stopped"
    assert outcome(courier).kind == "sent"


def test_a_token_that_is_refused_is_renewed_once(
    courier: GraphCourier, provider: Provider, tokens: Tokens
) -> None:
    tokens.good = False
    assert outcome(courier).kind == "sent"
    assert tokens.asked == ["", "token1"]
    assert len(provider.posted) == 1


def test_where_no_token_helps_the_mail_waits_with_the_reason(
    courier: GraphCourier, provider: Provider, tokens: Tokens
) -> None:
    tokens.asked = ["", ""]
    tokens.good = False
    found = outcome(courier)
    assert found.kind == "stopped"
    assert found.text == "support@company.example cannot sign in: withdrawn"
    assert "token" not in found.text


def test_a_mail_that_graph_would_not_take_is_not_sent_there(
    courier: GraphCourier, provider: Provider
) -> None:
    found = outcome(courier, MAIL + b"x" * LARGEST)
    assert (found.kind, found.code, found.enhanced) == ("failed", 552, "5.3.4")
    assert provider.posted == []
    assert outcome(courier, MAIL + b"x" * (LARGEST - len(MAIL))).kind == "sent"


def test_the_desk_hears_how_large_a_mail_may_be(tokens: Tokens, provider: Provider) -> None:
    heard: list[int | None] = []
    GraphCourier(relay_at(provider.url), tokens, learn_size=heard.append).close()
    assert heard == [LARGEST]


def test_nobody_there_is_no_reason_to_give_a_mail_up(tokens: Tokens) -> None:
    courier = GraphCourier(relay_at(f"http://127.0.0.1:{free_port()}"), tokens)
    found = outcome(courier)
    assert (found.enhanced, found.text) == ("4.4.1", "Graph cannot be reached")
    assert found.kind == "stopped"
    courier.close()


@pytest.mark.parametrize("address", ["", "a b@example.org", "a\r\n@example.org"])
def test_an_address_that_is_none_fails(courier: GraphCourier, address: str) -> None:
    assert outcome(courier, to=address).enhanced == "5.1.3"
