"""Logging in at once wherever a grant is for, as the desk will: whether a token opens the mailbox
is for the mail server to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maildesk.config.settings import ImapMailbox, Relay
    from maildesk.oauth.grants import Grant
    from maildesk.pipeline.services import Services

Trial = Callable[[], str]  # why it did not go well; "" where it did


def trials(services: Services, grant: Grant) -> Iterator[tuple[str, Trial]]:
    """What is tried, in words, and how. Graph is not: it would have to send a mail."""
    from maildesk.config.connections.relays import relays_of
    from maildesk.oauth import grants

    settings = services.settings
    for mailbox in settings.imap:
        client = grants.client_of(settings, mailbox.oauth)
        if mailbox.auth != "oauth" or client is None:
            continue
        if grants.grant_for(settings, grants.of_mailbox(mailbox, client)) == grant:
            label = f"IMAP, {mailbox.username} at {mailbox.host}"
            yield label, partial(_imap, services, mailbox)
    for relay in relays_of(settings):
        client = grants.client_of(settings, relay.oauth)
        if relay.auth != "oauth" or relay.kind == "graph" or client is None:
            continue
        if grants.grant_for(settings, grants.of_relay(relay, client)) == grant:
            yield (
                f"SMTP, {relay.username} at {relay.host}",
                partial(_smtp, services, relay),
            )


def _imap(services: Services, mailbox: ImapMailbox) -> str:
    from maildesk.ingress.imap.login import close, connect
    from maildesk.oauth import sign_in

    try:
        client = connect(mailbox, sign_in.for_mailbox(services.settings, services.tokens, mailbox))
    except Exception as problem:  # whatever a server, a network or a library can think of
        return str(problem) or type(problem).__name__
    close(client)
    return ""


def _smtp(services: Services, relay: Relay) -> str:
    from maildesk.egress.courier import Courier
    from maildesk.oauth import sign_in

    token = sign_in.for_relay(services.settings, services.tokens, relay)
    return Courier(relay, token=token).why_not()
