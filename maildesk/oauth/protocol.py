"""Asking a provider for tokens, each way that is in use; Authlib speaks the protocol.

    client_credentials   an application as itself                      RFC 6749, 4.4
    device_code          a person, with a code on any other device     RFC 8628
    jwt_bearer           a service account in somebody's name          RFC 7523, 2.1
    authorization_code   a person, in a browser that comes back here   RFC 8252, RFC 7636
    refresh              again, after one of the two persons' ways     RFC 6749, 6

Nothing here keeps anything. All of them return an `Answer` or raise NoToken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AssertionClient, OAuth2Client
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from maildesk.config.connections.oauth import OAuthClient
from maildesk.oauth import presets
from maildesk.oauth.answers import Answer, DeviceCode
from maildesk.oauth.grants import Grant
from maildesk.oauth.http import client_arguments
from maildesk.oauth.outcomes import NoToken, Outcome, cleaned, trouble

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
UNSAID = 600.0  # seconds that a token is believed for whose end was not said
LONGEST = 86_400.0 * 7
INTERVAL = 5.0  # seconds between two questions, where none were said (RFC 8628, 3.2)
CODE_LIVES = 900.0
# RFC 6750, 2.1. Anything else could end the SASL message early that it stands in (RFC 7628, 3.1).
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,32768}=*")
T = TypeVar("T")


def renew(grant: Grant, refresh_token: str, now: datetime) -> Answer:
    """A fresh token without anybody's help. NoToken, `not_authorized` where a person has to sign in
    first."""
    if grant.type == "client_credentials":
        return _asked(
            grant,
            now,
            lambda one: one.fetch_token(
                presets.token_url(grant.client),
                grant_type="client_credentials",
                # beside an assertion it is not said otherwise
                **({"client_id": grant.client.client_id} if grant.client.certificate else {}),
            ),
        )
    if grant.type == "jwt_bearer":
        return _with_assertion(grant, now)
    if not refresh_token:
        raise NoToken(Outcome.NOT_AUTHORIZED)
    return _asked(
        grant,
        now,
        lambda one: one.refresh_token(presets.token_url(grant.client), refresh_token=refresh_token),
        refresh_token,
    )


def start_device(grant: Grant, now: datetime) -> DeviceCode:
    """A code for a person to type elsewhere (RFC 8628, 3.1)."""
    url = presets.device_url(grant.client)
    form = {"scope": " ".join(grant.scopes)}

    def ask(one: Any) -> Mapping[str, Any]:
        who = one.client_auth(one.token_endpoint_auth_method)  # as at the other endpoint
        answer = one.post(url, data=form, auth=who)
        with suppress(ValueError):
            said = answer.json()
            if isinstance(said, dict):
                if "error" in said:
                    raise OAuthError(said["error"], said.get("error_description"))
                return said
        raise NoToken(Outcome.UNREADABLE, f"HTTP {answer.status_code} and no JSON")

    said = _guarded(grant, (), lambda: _with_client(grant, url, ask))
    uri = str(said.get("verification_uri") or said.get("verification_url") or "")
    device, user = str(said.get("device_code") or ""), str(said.get("user_code") or "")
    if not (device and user and uri.startswith(("https://", "http://127.0.0.1"))):
        raise NoToken(Outcome.UNREADABLE, "no code in the answer")
    lives = _seconds(said.get("expires_in"), CODE_LIVES)
    interval = _seconds(said.get("interval"), INTERVAL)
    return DeviceCode(
        device, cleaned(user, ()), cleaned(uri, ()), now + timedelta(seconds=lives), interval
    )


def poll_device(grant: Grant, device_code: str, now: datetime) -> Answer:
    """The token, once somebody has agreed; until then NoToken, `pending` or `slow_down`."""
    answer = _asked(
        grant,
        now,
        lambda one: one.fetch_token(
            presets.token_url(grant.client), grant_type=DEVICE_GRANT, device_code=device_code
        ),
        device_code,
    )
    return _renewable(answer)


def authorization_url(grant: Grant, redirect_uri: str, state: str, verifier: str) -> str:
    """The page on which a person agrees; it comes back to `redirect_uri`."""
    url = presets.authorize_url(grant.client)
    more = {"login_hint": grant.subject} if "@" in grant.subject else {}
    if grant.client.provider == "google":
        # it gives a refresh token only so, and the second time only when it asks anew
        more |= {"access_type": "offline", "prompt": "consent"}

    def make(one: Any) -> str:
        made, _ = one.create_authorization_url(
            url, state=state, code_verifier=verifier, redirect_uri=redirect_uri, **more
        )
        return str(made)

    return _with_client(grant, url, make)


def exchange(
    grant: Grant, came_back: str, redirect_uri: str, state: str, verifier: str, now: datetime
) -> Answer:
    """The token for what the browser came back with, a whole address. NoToken where the person or
    the provider said no there."""
    said = {name: values[0] for name, values in parse_qs(urlsplit(came_back).query).items()}
    if "error" in said:
        raise trouble(said["error"], said.get("error_description", ""), is_person=True, secrets=())
    code = said.get("code", "")
    if said.get("state") != state or not code:
        raise NoToken(Outcome.UNREADABLE, "this address is not the one that our page leads to")
    answer = _asked(
        grant,
        now,
        lambda one: one.fetch_token(
            presets.token_url(grant.client),
            grant_type="authorization_code",
            code=code,
            redirect_uri=redirect_uri,
            code_verifier=verifier,
        ),
        code,
        verifier,
    )
    return _renewable(answer)


def _renewable(answer: Answer) -> Answer:
    if not answer.refresh_token:
        raise NoToken(Outcome.NO_REFRESH_TOKEN)
    return answer


def _with_assertion(grant: Grant, now: datetime) -> Answer:
    """In the name of the mailbox's owner, who never signs in (RFC 7523, 2.1)."""
    url, key = presets.token_url(grant.client), service_account(grant.client)
    scope = " ".join(grant.scopes)
    try:
        signs = RSAKey.import_key(key["private_key"])
    except (JoseError, ValueError, TypeError):
        raise NoToken(
            Outcome.KEY_WRONG, f"{grant.client.key_file} holds no key that signs"
        ) from None
    client = AssertionClient(
        url,
        issuer=key["client_email"],
        subject=grant.subject,
        audience=url,
        claims={"scope": scope} if scope else {},
        key=signs,
        header={"alg": "RS256", "kid": key["private_key_id"]},
        issued_at=int(now.timestamp()),
        expires_in=3600,
        **client_arguments(grant.client, url),
    )

    def ask() -> Any:
        with client:
            return client.refresh_token()

    return _answer(_guarded(grant, (key["private_key"],), ask), now)


def service_account(client: OAuthClient) -> dict[str, str]:
    """What a service account's key file says; NoToken, `key_wrong`, where it is none."""
    try:
        said = json.loads(client.key_file.read_bytes()) if client.key_file else {}
    except OSError as problem:
        raise NoToken(
            Outcome.KEY_WRONG, f"{client.key_file} cannot be read: {problem.strerror}"
        ) from None
    except ValueError:
        said = {}
    wanted = ("client_email", "private_key", "private_key_id")
    if not isinstance(said, dict) or not all(isinstance(said.get(name), str) for name in wanted):
        raise NoToken(Outcome.KEY_WRONG, f"{client.key_file} is no key of a service account")
    return {name: said[name] for name in wanted}


def _asked(grant: Grant, now: datetime, ask: Callable[[Any], Any], *secrets: str) -> Answer:
    url = presets.token_url(grant.client)
    return _answer(_guarded(grant, secrets, lambda: _with_client(grant, url, ask, now)), now)


def _with_client(grant: Grant, url: str, use: Callable[[Any], T], now: datetime | None = None) -> T:
    """Authlib's client for this application. With the time, it may prove itself by its
    certificate."""
    client = grant.client
    if client.certificate is not None and now is not None:
        from maildesk.oauth.certificate import proof

        key, signs = proof(client.certificate, presets.token_url(client), now)
        made = OAuth2Client(
            client.client_id,
            key,
            token_endpoint_auth_method=signs,
            scope=" ".join(grant.scopes) or None,
            **client_arguments(client, url),
        )
        with made:
            return use(made)
    secret = client.client_secret.get_secret_value() if client.client_secret else ""
    how = client.client_auth or presets.PRESETS[client.provider].client_auth
    made = OAuth2Client(
        client.client_id,
        secret or None,
        token_endpoint_auth_method=f"client_secret_{how}" if secret else "none",
        scope=" ".join(grant.scopes) or None,
        code_challenge_method="S256",
        **client_arguments(client, url),
    )
    with made:
        return use(made)


def _guarded(grant: Grant, secrets: tuple[str, ...], ask: Callable[[], T]) -> T:
    """Whatever a provider, the network or a library can think of, as NoToken."""
    client = grant.client
    own = (client.client_secret.get_secret_value() if client.client_secret else "", *secrets)
    try:
        return ask()
    except OAuthError as problem:
        raise trouble(
            str(problem.error or ""),
            str(problem.description or ""),
            is_person=grant.needs_a_person,
            secrets=own,
        ) from None
    except httpx2.HTTPStatusError as problem:
        raise NoToken(
            Outcome.UNREADABLE, f"HTTP {problem.response.status_code} and no JSON"
        ) from None
    except httpx2.TimeoutException:
        raise NoToken(Outcome.UNREACHABLE, "no answer in time") from None
    except httpx2.HTTPError as problem:
        raise NoToken(
            Outcome.UNREACHABLE, cleaned(f"{type(problem).__name__}: {problem}", own)
        ) from None
    except (ValueError, TypeError):
        raise NoToken(Outcome.UNREADABLE, "an answer that is no token's") from None


def _answer(said: Any, now: datetime) -> Answer:
    """The fields that matter (RFC 6749, 5.1). The end is counted by our clock, from before the
    question on."""
    token = said.get("access_token") if isinstance(said, Mapping) else None
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise NoToken(Outcome.UNREADABLE, "no token in the answer")
    if str(said.get("token_type", "bearer")).lower() != "bearer":
        raise NoToken(Outcome.UNREADABLE, "a token that is no bearer's")
    lives = _seconds(said.get("expires_in"), UNSAID)
    renews = said.get("refresh_token")
    return Answer(token, now + timedelta(seconds=lives), renews if isinstance(renews, str) else "")


def _seconds(said: Any, otherwise: float) -> float:
    """A number of seconds, however it is written; the other where it is none."""
    try:
        found = float(said)
    except (TypeError, ValueError):
        return otherwise
    return min(found, LONGEST) if found > 0 else otherwise
