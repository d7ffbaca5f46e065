"""What the desk knows of Microsoft and Google: their addresses, scopes, and ways to grant.

Scopes and addresses are those that the providers document for IMAP, SMTP and Graph:
learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
and developers.google.com/workspace/gmail/imap/xoauth2-protocol.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from maildesk.config.connections.oauth import OAuthClient, Provider

Use = Literal["imap", "smtp", "graph"]

_MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
_OFFLINE = "offline_access"  # without it Microsoft gives no refresh token


@dataclass(frozen=True)
class Preset:
    """A provider. `{tenant}` stands for the client's."""

    title: str
    token_url: str = ""
    device_url: str = ""
    authorize_url: str = ""
    client_auth: Literal["post", "basic"] = "post"


PRESETS: Mapping[Provider, Preset] = {
    "microsoft": Preset(
        title="Microsoft",
        token_url=f"{_MICROSOFT}/token",
        device_url=f"{_MICROSOFT}/devicecode",
        authorize_url=f"{_MICROSOFT}/authorize",
    ),
    "google": Preset(
        title="Google",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    ),
    "custom": Preset(
        title="the provider",
        client_auth="basic",  # which every server has to take (RFC 6749, 2.3.1)
    ),
}

# An application signs in as itself: what it may do was consented to in the directory.
_OF_THE_APPLICATION: Mapping[Use, str] = {
    "imap": "https://outlook.office365.com/.default",
    "smtp": "https://outlook.office365.com/.default",
    "graph": "https://graph.microsoft.com/.default",
}
# A person signs in and agrees.
_OF_A_PERSON: Mapping[Use, str] = {
    "imap": "https://outlook.office.com/IMAP.AccessAsUser.All",
    "smtp": "https://outlook.office.com/SMTP.Send",
    "graph": "https://graph.microsoft.com/Mail.Send",
}
_GOOGLE = "https://mail.google.com/"


def title(client: OAuthClient) -> str:
    """Who grants, for people."""
    return PRESETS[client.provider].title


def needs_a_person(client: OAuthClient) -> bool:
    """Whether somebody has to sign in once, by `maildesk authorize`."""
    return client.grant_type in ("device_code", "authorization_code")


def token_url(client: OAuthClient) -> str:
    """Where tokens are asked for."""
    return client.token_url or _filled(PRESETS[client.provider].token_url, client)


def device_url(client: OAuthClient) -> str:
    """Where a code for a person is asked for (RFC 8628, 3.1)."""
    return client.device_url or _filled(PRESETS[client.provider].device_url, client)


def authorize_url(client: OAuthClient) -> str:
    """The page on which a person agrees (RFC 6749, 3.1)."""
    return client.authorize_url or _filled(PRESETS[client.provider].authorize_url, client)


def scopes(client: OAuthClient, uses: tuple[Use, ...]) -> tuple[str, ...]:
    """What is asked for, so that the token opens these; the settings' own come first."""
    if client.scopes:
        return tuple(client.scopes)
    if client.provider == "google":
        return (_GOOGLE,)
    if client.provider == "custom":
        return ()
    if not needs_a_person(client):
        return tuple(dict.fromkeys(_OF_THE_APPLICATION[use] for use in uses))
    return (*(_OF_A_PERSON[use] for use in uses), _OFFLINE)


def _filled(url: str, client: OAuthClient) -> str:
    return url.replace("{tenant}", client.tenant or "organizations")
