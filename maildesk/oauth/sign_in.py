"""How the doors get tokens: for a mailbox or relay, what to call when it logs in."""

from __future__ import annotations

from maildesk.config.settings import ImapMailbox, Relay, Settings
from maildesk.errors import PermanentFailure
from maildesk.oauth import grants
from maildesk.oauth.grants import Consumer, Grant
from maildesk.oauth.outcomes import NoToken
from maildesk.oauth.sasl import Token
from maildesk.oauth.tokens import Tokens, words


def for_mailbox(settings: Settings, tokens: Tokens, mailbox: ImapMailbox) -> Token | None:
    """What gives this mailbox its tokens; None where it logs in otherwise."""
    client = grants.client_of(settings, mailbox.oauth)
    if mailbox.auth != "oauth" or client is None:
        return None
    return _token(settings, tokens, grants.of_mailbox(mailbox, client))


def for_relay(settings: Settings, tokens: Tokens, relay: Relay) -> Token | None:
    """What gives this relay its tokens; None where it logs in otherwise."""
    client = grants.client_of(settings, relay.oauth)
    if relay.auth != "oauth" or client is None:
        return None
    return _token(settings, tokens, grants.of_relay(relay, client))


def of_grant(tokens: Tokens, grant: Grant) -> Token:
    """The tokens of this grant. PermanentFailure, in words for the operator, where there is
    none."""

    def ask(refused: str) -> str:
        try:
            return tokens.token(grant, refused=refused)
        except NoToken as problem:
            raise PermanentFailure(words(grant, problem.outcome)) from None

    return ask


def _token(settings: Settings, tokens: Tokens, consumer: Consumer) -> Token:
    return of_grant(tokens, grants.grant_for(settings, consumer))
