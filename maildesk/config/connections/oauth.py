"""`oauth` of `settings.yaml`: the applications under which mailboxes and relays sign in.

One entry is one application, as it is registered at Microsoft, Google or elsewhere;
any number of mailboxes and relays with `auth: oauth` sign in under it. What a provider's
addresses and scopes are stands in `maildesk.oauth.presets`; here they are only for who
differs from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from maildesk.config.kinds import Seconds, Section

Provider = Literal["microsoft", "google", "custom"]
GrantType = Literal["client_credentials", "device_code", "jwt_bearer", "authorization_code"]

GRANTS: Mapping[Provider, tuple[GrantType, ...]] = {
    "microsoft": ("client_credentials", "device_code", "authorization_code"),
    # its device flow gives no access to mail
    "google": ("jwt_bearer", "authorization_code"),
    "custom": ("client_credentials", "device_code", "jwt_bearer", "authorization_code"),
}


def _https(value: str) -> str:
    """An address that tokens may be sent to: https, or http on this machine."""
    parts = urlsplit(value)
    is_here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_here)
    if value and not (is_safe and parts.hostname and not parts.username):
        raise ValueError("an address that begins with https://")
    return value.rstrip("/")


Https = Annotated[str, AfterValidator(_https)]


class OAuthClient(Section):
    """One application that is registered at a provider (a client, RFC 6749, 2)."""

    name: str = "default"
    provider: Provider
    # empty: by what is given, see `grant_type`
    grant: GrantType | Literal[""] = ""
    tenant: str = ""  # Microsoft: the directory's id or domain
    client_id: str = ""
    client_secret: SecretStr | None = None
    # in place of the secret: a certificate that the application is registered with, and its private
    # key, in one PEM file (RFC 7523, 2.2)
    certificate: Path | None = None
    client_auth: Literal["post", "basic"] | Literal[""] = ""  # how the secret is sent
    key_file: Path | None = None  # a service account's key, in the JSON that Google hands out
    scopes: list[str] = Field(default_factory=list)  # in place of the preset's
    token_url: Https = ""
    device_url: Https = ""
    authorize_url: Https = ""
    ca_file: Path | None = None  # whose certificates are believed besides the system's
    # without an octet; a whole answer may take four times as long
    timeout: Seconds = timedelta(seconds=10)

    @property
    def grant_type(self) -> GrantType:
        """How tokens are granted: as the settings say, else by what they give.

        Microsoft: with a secret the application signs in as itself, without one a person does,
        with a code. Google: with a key the service account does, without one a person, in a
        browser.
        """
        if self.grant:
            return self.grant
        if self.key_file is not None:
            return "jwt_bearer"
        if self.provider == "google":
            return "authorization_code"
        if self.provider == "microsoft":
            is_secret = self.client_secret is not None or self.certificate is not None
            return "client_credentials" if is_secret else "device_code"
        if self.device_url:
            return "device_code"
        return "authorization_code" if self.authorize_url else "client_credentials"
