"""Where grants are tried: a database, a provider and a clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maildesk.config.settings import Settings
from maildesk.oauth.grants import Grant, grants
from maildesk.oauth.tokens import Tokens
from maildesk.store.db import Database
from maildesk.store.secrets import oauth_grants
from maildesk.store.secrets.oauth_grants import GrantRow
from tests.servers.clock import Clock
from tests.servers.provider import Provider

KEY = b"a key of the desk, long enough for anybody"
SUPPORT = "support@company.example"


def settings(
    provider: Provider, /, *, imap: bool = True, relay: Any = None, **client: Any
) -> Settings:
    """A desk whose mailbox signs in under this application, Microsoft's unless told otherwise."""
    application = {
        "provider": "microsoft",
        "tenant": "company.example",
        "client_id": "desk-app",
        "token_url": f"{provider.url}/token",
        "device_url": f"{provider.url}/company.example/oauth2/v2.0/devicecode",
        "authorize_url": f"{provider.url}/authorize",
        "timeout": 5,
    } | client
    mailbox = {"name": "support", "host": "127.0.0.1", "username": SUPPORT, "auth": "oauth"}
    found: dict[str, Any] = {"oauth": [application], "imap": [mailbox] if imap else []}
    if relay is not None:
        found["relay"] = {"username": SUPPORT, "auth": "oauth"} | relay
    return Settings.model_validate(found)


def grant(provider: Provider, /, **client: Any) -> Grant:
    (found,) = grants(settings(provider, **client))
    return found


@dataclass
class Place:
    """One desk, on one machine or several."""

    db: Database
    provider: Provider
    clock: Clock
    folder: Path

    def tokens(
        self, owner: str = "one", *, keys: Iterable[bytes] = (KEY,), db: Database | None = None
    ) -> Tokens:
        """Those of another process."""
        return Tokens(
            db or self.db,
            keys,
            desk=self.folder,
            owner=owner,
            now=self.clock.now,
            pause=self.clock.pause,
        )

    def row(self, of: Grant) -> GrantRow:
        with self.db.read() as conn:
            found = oauth_grants.row(conn, of.name)
        assert found is not None
        return found

    def application(self) -> Grant:
        """An application that signs in as itself."""
        return grant(self.provider, client_secret="s3cret-value")

    def person(self) -> Grant:
        """One under which somebody has signed in."""
        self.provider.secrets.pop("desk-app", None)
        return grant(self.provider)

    def signed_in(self, tokens: Tokens | None = None) -> Grant:
        """A person's grant that is there already."""
        from maildesk.oauth.protocol import poll_device, start_device

        of = self.person()
        code = start_device(of, self.clock.now())
        self.provider.approve(code.user_code, SUPPORT)
        answer = poll_device(of, code.device_code, self.clock.now())
        (tokens or self.tokens("authorize")).keep(of, answer)
        return of
