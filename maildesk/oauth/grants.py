"""Which grants a desk needs, as its settings say: one for each mailbox's owner and what it opens.

IMAP and SMTP of one mailbox share a grant, and so one token, for they are one resource at every
provider; Graph is another resource, and needs another. An application that signs in as itself has
one for all mailboxes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from maildesk.config.connections.oauth import GrantType, OAuthClient
from maildesk.config.connections.relays import relays_of
from maildesk.config.settings import ImapMailbox, Relay, Settings
from maildesk.oauth import presets
from maildesk.oauth.presets import Use

Resource = Literal["mail", "graph"]
_FOR: dict[Use, str] = {"imap": "IMAP", "smtp": "SMTP", "graph": "Microsoft Graph"}


@dataclass(frozen=True)
class Consumer:
    """A mailbox or relay that signs in so: what the settings call it, whose mailbox, by what."""

    label: str  # "the mailbox support", "the relay"
    names: tuple[str, ...]  # by which `maildesk authorize` knows it
    username: str
    use: Use
    client: OAuthClient


@dataclass(frozen=True)
class Grant:
    """Somebody's leave for the desk to open a mailbox. `name` is its key in the database."""

    name: str
    client: OAuthClient
    subject: str  # whose mailbox; "" where the application signs in as itself
    resource: Resource
    consumers: tuple[Consumer, ...]

    @property
    def type(self) -> GrantType:
        """How it is granted."""
        return self.client.grant_type

    @property
    def needs_a_person(self) -> bool:
        """Whether `maildesk authorize` has to be run once."""
        return presets.needs_a_person(self.client)

    @property
    def uses(self) -> tuple[Use, ...]:
        """What it opens."""
        found = {one.use for one in self.consumers}
        return tuple(use for use in _FOR if use in found)

    @property
    def scopes(self) -> tuple[str, ...]:
        """What is asked for."""
        return presets.scopes(self.client, self.uses)

    @property
    def who(self) -> str:
        """Whose it is, for people."""
        return self.subject or ", ".join(dict.fromkeys(one.username for one in self.consumers))

    @property
    def opens(self) -> str:
        """What it opens, for people."""
        return ", ".join(_FOR[use] for use in self.uses)

    @property
    def command(self) -> str:
        """What to type where it is missing."""
        return f"maildesk authorize {self.consumers[0].names[0]}"

    def fingerprint(self) -> str:
        """Changes with everything that a provider is told of the application: what was refused
        may be granted then. It says nothing of the secret."""
        client = self.client
        secret = client.client_secret.get_secret_value() if client.client_secret else ""
        said = (
            client.provider,
            self.type,
            client.tenant,
            client.client_id,
            secret,
            f"{client.key_file or ''} {client.certificate or ''}",
            presets.token_url(client),
            " ".join(self.scopes),
        )
        return hashlib.sha256("\0".join(said).encode()).hexdigest()[:16]


def grants(settings: Settings) -> tuple[Grant, ...]:
    """Every grant that this desk needs, in the order of the settings."""
    groups: dict[str, list[Consumer]] = {}
    for one in consumers(settings):
        groups.setdefault(_key(one), []).append(one)
    return tuple(_grant(name, tuple(found)) for name, found in groups.items())


def grant_for(settings: Settings, consumer: Consumer) -> Grant:
    """The grant that this mailbox or relay signs in with."""
    name = _key(consumer)
    return next(one for one in grants(settings) if one.name == name)


def consumers(settings: Settings) -> Iterable[Consumer]:
    """Every mailbox and relay that signs in with OAuth."""
    for mailbox in settings.imap:
        if mailbox.auth == "oauth" and (client := client_of(settings, mailbox.oauth)):
            yield of_mailbox(mailbox, client)
    for relay in relays_of(settings):
        if relay.auth == "oauth" and (client := client_of(settings, relay.oauth)):
            yield of_relay(relay, client)


def client_of(settings: Settings, name: str) -> OAuthClient | None:
    """The application of this name; the first where none is named; None where there is none."""
    found = (one for one in settings.oauth if not name or one.name == name)
    return next(found, None)


def of_mailbox(mailbox: ImapMailbox, client: OAuthClient) -> Consumer:
    """A mailbox that mail is taken from."""
    names = (mailbox.name, mailbox.username, mailbox.address)
    label = f"the mailbox {mailbox.name}"
    return Consumer(label, tuple(filter(None, names)), mailbox.username, "imap", client)


def of_relay(relay: Relay, client: OAuthClient) -> Consumer:
    """A way out."""
    use: Use = "graph" if relay.kind == "graph" else "smtp"
    names = (relay.username, relay.name, "relay")
    label = f"the relay {relay.name}".strip()
    return Consumer(label, tuple(filter(None, names)), relay.username, use, client)


def named(settings: Settings, words: str) -> tuple[Grant, ...]:
    """The grants of the mailbox or relay of this name or address; all where there are no words."""
    wanted = words.lower()
    return tuple(
        one
        for one in grants(settings)
        if not words or any(wanted == name.lower() for user in one.consumers for name in user.names)
    )


def _key(one: Consumer) -> str:
    subject = "" if one.client.grant_type == "client_credentials" else one.username.lower()
    resource = "graph" if one.use == "graph" else "mail"
    return f"{one.client.name} {subject or '-'} {resource}"


def _grant(name: str, found: tuple[Consumer, ...]) -> Grant:
    _, subject, resource = name.rsplit(" ", 2)
    return Grant(
        name,
        found[0].client,
        "" if subject == "-" else found[0].username,
        "graph" if resource == "graph" else "mail",
        found,
    )
