"""Whether what `settings.yaml` says of OAuth fits together: applications, and who signs in under
them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

from maildesk.config.connections.oauth import GRANTS, OAuthClient
from maildesk.config.connections.relays import written
from maildesk.config.mistakes import nearest

if TYPE_CHECKING:
    from pathlib import Path

    from maildesk.config.settings import ImapMailbox, Relay, Settings
    from maildesk.config.yaml import Steps


class Check(Protocol):
    """Who collects the mistakes."""

    def wrong(self, steps: Steps, expected: str, found: str, near: str = "") -> None:
        """This place says something else than what was expected."""

    def is_known(self, steps: Steps) -> bool:
        """Whether this place could be read."""

    def file(self, steps: Steps, path: Path) -> None:
        """A file that has to be there."""


def check_oauth(check: Check, settings: Settings) -> None:
    """Every mistake in it."""
    names = Counter(one.name for one in settings.oauth if one.name)
    for index, client in enumerate(settings.oauth):
        steps: Steps = ("oauth", index)
        if names[client.name] > 1:
            check.wrong((*steps, "name"), "a name of its own", f'"{client.name}" twice')
        if check.is_known((*steps, "provider")):
            _client(check, steps, client)
    for index, mailbox in enumerate(settings.imap):
        _signs_in(check, ("imap", index), settings, mailbox)
    for steps, relay in written(settings):
        _signs_in(check, steps, settings, relay)
        _graph(check, steps, relay)


def _client(check: Check, steps: Steps, client: OAuthClient) -> None:
    """An application needs what its way of granting asks for."""
    if client.grant_type not in GRANTS[client.provider]:
        known = ", ".join(GRANTS[client.provider])
        check.wrong((*steps, "grant"), f"one of {known}", f'"{client.grant_type}"')
        return
    wanted: list[tuple[str, Any]] = []
    if client.grant_type == "jwt_bearer":
        wanted.append(("key_file", client.key_file))
    else:
        wanted.append(("client_id", client.client_id))
    if client.grant_type == "client_credentials" or client.provider == "google":
        # Google hands one to every application, to those on people's machines, too
        secret = client.client_secret or client.certificate or client.grant_type == "jwt_bearer"
        wanted.append(("client_secret", secret))
    if client.provider == "microsoft" and client.grant_type == "client_credentials":
        wanted.append(("tenant", client.tenant or client.token_url))
    if client.provider == "custom":
        wanted.append(("token_url", client.token_url))
        if client.grant_type == "device_code":
            wanted.append(("device_url", client.device_url))
        if client.grant_type == "authorization_code":
            wanted.append(("authorize_url", client.authorize_url))
    for name, value in wanted:
        if not value and check.is_known((*steps, name)):
            check.wrong(steps, f"{name} for grant: {client.grant_type}", "none")
    for name, path in (("key_file", client.key_file), ("certificate", client.certificate)):
        if path is not None:
            check.file((*steps, name), path)


def _signs_in(check: Check, steps: Steps, settings: Settings, one: ImapMailbox | Relay) -> None:
    """Who signs in with OAuth needs an application and a name."""
    if not check.is_known((*steps, "auth")):
        return
    if one.auth != "oauth":
        if one.oauth:
            check.wrong((*steps, "oauth"), "auth: oauth beside it", f"auth: {one.auth}")
        return
    names = [client.name for client in settings.oauth]
    if one.oauth and one.oauth not in names and check.is_known(("oauth",)):
        known = ", ".join(names) or "an application in `oauth`"
        near = nearest(one.oauth, names)
        check.wrong((*steps, "oauth"), f"one of {known}", f'"{one.oauth}"', near)
    elif not names and check.is_known(("oauth",)):
        check.wrong((*steps, "auth"), "an application in `oauth` to sign in under", "none")
    if not one.username and check.is_known((*steps, "username")):
        check.wrong(steps, "username: the mailbox that signs in", "none")


def _graph(check: Check, steps: Steps, relay: Relay) -> None:
    """Graph is reached with a token alone, and has no host."""
    if relay.kind != "graph" or not check.is_known((*steps, "auth")):
        return
    if relay.auth != "oauth":
        check.wrong(steps, "auth: oauth for kind: graph", f"auth: {relay.auth}")
    if relay.host:
        check.wrong((*steps, "host"), "no host for kind: graph", f'"{relay.host}"')
