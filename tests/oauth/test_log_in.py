"""Tokens open mailboxes and relays: a real Dovecot, and an SMTP server that knows both mechanisms,
ask the provider about every token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from imapclient.exceptions import LoginError

from maildesk.config.settings import ImapMailbox, Relay
from maildesk.egress.courier import Courier
from maildesk.errors import PermanentFailure
from maildesk.ingress.imap.login import close, connect
from maildesk.oauth.grants import Grant
from maildesk.oauth.sign_in import of_grant
from tests.oauth.place import SUPPORT, Place
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapAccount
from tests.servers.token_relay import TokenRelay

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
MAIL = b"From: support@company.example\r\nTo: ana@example.org\r\nSubject: hello\r\n\r\nhello\r\n"


@pytest.fixture
def mailbox(dovecot: Dovecot, dovecot_account: ImapAccount, place: Place) -> Iterator[ImapMailbox]:
    """A mailbox that opens with the provider's tokens."""
    ask = place.provider.owner_of
    dovecot.providers.append(ask)
    yield ImapMailbox.model_validate(
        {
            "name": "support",
            "host": dovecot_account.host,
            "port": dovecot_account.port,
            "tls": "none",
            "username": SUPPORT,
            "auth": "oauth",
        }
    )
    dovecot.providers.remove(ask)


@pytest.fixture
def relay(place: Place) -> Iterator[TokenRelay]:
    server = TokenRelay(place.provider.owner_of)
    yield server
    server.remove()


def courier(place: Place, of: Grant, server: TokenRelay, **more: Any) -> Courier:
    settings = {"host": "127.0.0.1", "port": server.port, "username": SUPPORT, "auth": "oauth"}
    relay = Relay.model_validate(settings | more)
    return Courier(relay, hostname="desk.example", token=of_grant(place.tokens(), of))


def sent(carrier: Courier) -> tuple[str, str]:
    (outcome,) = carrier.send("support@company.example", ["ana@example.org"], MAIL)
    carrier.close()
    return outcome.kind, outcome.text


def test_a_mailbox_opens(place: Place, mailbox: ImapMailbox) -> None:
    client = connect(mailbox, of_grant(place.tokens(), place.signed_in()))
    assert client.folder_exists("INBOX")  # type: ignore[no-untyped-call]
    close(client)


def test_an_hour_later_it_opens_with_another_token(place: Place, mailbox: ImapMailbox) -> None:
    of, tokens = place.signed_in(), place.tokens()
    for _ in range(3):
        close(connect(mailbox, of_grant(tokens, of)))
        place.clock.move(3600)
    assert place.provider.grants.count("refresh_token") == 2


def test_a_token_that_was_fine_yesterday_is_renewed_once(
    place: Place, mailbox: ImapMailbox
) -> None:
    of, tokens = place.signed_in(), place.tokens()
    token = tokens.token(of)
    place.clock.move(1200)
    del place.provider.access[token]  # a new password, a policy, a whim
    close(connect(mailbox, of_grant(tokens, of)))
    assert place.provider.grants.count("refresh_token") == 1


def test_a_token_that_is_new_and_refused_says_what_it_is(
    place: Place, mailbox: ImapMailbox
) -> None:
    of, tokens = place.signed_in(), place.tokens()
    other = mailbox.model_copy(update={"username": "other@company.example"})
    with pytest.raises(LoginError) as refusal:
        connect(other, of_grant(tokens, of))
    assert "server refuses; `maildesk authorize support` says what helps" in str(refusal.value)
    assert tokens.token(of) not in str(refusal.value)
    assert place.provider.grants.count("refresh_token") == 0


def test_without_a_grant_the_server_is_not_troubled(place: Place, mailbox: ImapMailbox) -> None:
    with pytest.raises(PermanentFailure, match="not authorized; `maildesk authorize support`"):
        connect(mailbox, of_grant(place.tokens(), place.person()))


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_a_relay_lets_us_in_by_what_it_offers(place: Place, mechanism: str) -> None:
    server = TokenRelay(place.provider.owner_of, mechanisms=(mechanism,))
    assert sent(courier(place, place.signed_in(), server))[0] == "sent"
    assert [one for one, _ in server.tries] == [mechanism]
    assert len(server.mails) == 1
    server.remove()


def test_where_a_relay_offers_both_the_standard_is_taken(place: Place, relay: TokenRelay) -> None:
    assert courier(place, place.signed_in(), relay).why_not() == ""
    assert relay.tries[0][0] == "OAUTHBEARER"


def test_an_application_sends_for_the_mailbox(place: Place, relay: TokenRelay) -> None:
    assert sent(courier(place, place.application(), relay))[0] == "sent"


def test_a_relay_that_refuses_the_token_of_yesterday_gets_another(
    place: Place, relay: TokenRelay
) -> None:
    of = place.signed_in()
    yesterday = place.tokens().token(of)
    place.clock.move(1200)
    del place.provider.access[yesterday]
    assert sent(courier(place, of, relay))[0] == "sent"
    assert relay.tries[0][1] == yesterday
    assert len(relay.tries) == 2


def test_a_relay_that_refuses_whatever_we_say_is_asked_twice_at_most(
    place: Place, relay: TokenRelay
) -> None:
    of = place.signed_in()
    place.clock.move(1200)
    relay.refusal = "535 5.7.139 SmtpClientAuthentication is disabled for the Tenant"
    carrier = courier(place, of, relay)
    for _ in range(5):
        kind, words = sent(carrier)
        assert kind != "sent"
        place.clock.move(10)
    assert "refuse" in words
    assert place.provider.grants.count("refresh_token") == 1
    assert relay.mails == []


def test_a_relay_without_tokens_is_told_so(place: Place) -> None:
    server = TokenRelay(place.provider.owner_of, mechanisms=())
    words = courier(place, place.signed_in(), server).why_not()
    assert "XOAUTH2" in words
    server.remove()


def test_a_token_is_not_sent_without_tls(place: Place, relay: TokenRelay) -> None:
    # 127.0.0.2 is this machine, too; a name that is not known to be is treated as any other
    words = courier(place, place.signed_in(), relay, host="0").why_not()
    assert "without TLS" in words
    assert relay.tries == []


def test_without_a_grant_the_mail_waits_and_says_what_helps(
    place: Place, relay: TokenRelay
) -> None:
    kind, words = sent(courier(place, place.person(), relay))
    assert kind in ("deferred", "stopped")
    assert "`maildesk authorize support` says what helps" in words
    assert relay.tries == []
