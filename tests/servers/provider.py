"""A provider of tokens as Microsoft and Google are, over real HTTP: token, device code and
authorization endpoints, the one that a mail server asks about a token, and Graph's sendMail.

Answers and errors have the fields and words that the two publish. Time is the test's.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.servers.clock import Clock

Json = dict[str, Any]
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# what the numbers of Microsoft say, shortened
AADSTS = {
    "65001": ("invalid_grant", 400, "The user or administrator has not consented to use the "
        "application with ID 'app' named 'desk'. Send an interactive authorization request."),
    "7000215": ("invalid_client", 401, "Invalid client secret provided. Ensure the secret being "
        "sent in the request is the client secret value, not the client secret ID."),
    "7000222": ("invalid_client", 401, "The provided client secret keys for 'app' are expired."),
    "700016": ("unauthorized_client", 400, "Application with identifier 'app' was not found in the "
        "directory 'Company'."),
    "700027": ("invalid_client", 401, "The certificate with identifier used to sign the client "
        "assertion is not registered on application."),
    "90002": ("invalid_request", 400, "Tenant 'nowhere' not found."),
    "7000218": ("invalid_client", 401, "The request body must contain the following parameter: "
        "'client_assertion' or 'client_secret'."),
    "50173": ("invalid_grant", 400, "The provided grant has expired due to it being revoked, a "
        "fresh auth token is needed. The user might have changed or reset their password."),
    "700082": ("invalid_grant", 400, "The refresh token has expired due to inactivity."),
    "50076": ("invalid_grant", 400, "Due to a configuration change made by your administrator you "
        "must use multi-factor authentication."),
    "53003": ("invalid_grant", 400, "Access has been blocked by Conditional Access policies."),
    "70016": ("authorization_pending", 400, "OAuth 2.0 device flow error. Authorization is "
        "pending. Continue polling."),
    "70018": ("bad_verification_code", 400, "Bad verification code."),
    "65004": ("authorization_declined", 400, "User declined to consent to access the app."),
    "500011": ("invalid_resource", 400, "The resource principal named x was not found in the "
        "tenant."),
    "70011": ("invalid_scope", 400, "The provided value for the input parameter 'scope' is not "
        "valid."),
    "50034": ("invalid_grant", 400, "The user account does not exist in the directory."),
}  # fmt: skip


@dataclass
class Answer:
    """What an endpoint says, as it is told."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def in_json(status: int, said: Json, **headers: str) -> Answer:
    kind = {"Content-Type": "application/json; charset=utf-8"}
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps(said).encode(), kind | more)


def aadsts(number: str) -> Answer:
    """An error as Microsoft says it."""
    error, status, words = AADSTS[number]
    trace = "21a7ca08-5c6d-4238-a06f-d7808ff27900"
    described = f"AADSTS{number}: {words} Trace ID: {trace} Timestamp: 2026-11-29 12:00:00Z"
    return in_json(
        status,
        {
            "error": error,
            "error_description": described,
            "error_codes": [int(number)],
            "timestamp": "2026-11-29 12:00:00Z",
            "trace_id": trace,
            "correlation_id": trace,
            "error_uri": f"https://login.microsoftonline.com/error?code={number}",
        },
    )


def google_error(error: str, described: str, status: int = 400) -> Answer:
    """An error as Google says it."""
    return in_json(status, {"error": error, "error_description": described})


@dataclass
class Device:
    """A code that waits for a person."""

    user_code: str
    scope: str
    until: datetime
    approved_by: str = ""
    is_denied: bool = False
    asked_at: datetime | None = None


@dataclass
class Posted:
    """A mail that Graph took."""

    mailbox: str
    raw: bytes
    content_type: str


class Provider:
    """The server, in threads of its own."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lifetime = 3600
        self.rotates = True  # each refresh token is good once
        self.interval = 5
        self.acts_for = "*"  # whose mailbox an application opens
        self.secrets: dict[str, str] = {"desk-app": "s3cret-value"}
        self.keys: dict[str, RSAKey] = {}  # of service accounts
        self.certificates: dict[str, RSAKey] = {}  # of applications, by their thumbprints
        self.access: dict[str, tuple[str, datetime]] = {}  # token -> whose, until when
        self.refresh: dict[str, str] = {}  # token -> whose
        self.devices: dict[str, Device] = {}
        self.codes: dict[str, tuple[str, str, str]] = {}  # code -> whose, challenge, redirect
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.posted: list[Posted] = []
        self.odd: deque[Answer] = deque()  # said first, one after the other, to whoever asks
        self.odd_posts: deque[Answer] = deque()
        self.before: Callable[[], object] = lambda: None  # called before each answer for a token
        self._lock = threading.Lock()
        handler = _handler_for(self)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def remove(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def grants(self) -> list[str]:
        """The grant types that were asked for, in order."""
        return [form["grant_type"] for path, form in self.asked if "grant_type" in form]

    def approve(self, user_code: str, username: str) -> None:
        """Somebody types the code and agrees."""
        self._device(user_code).approved_by = username

    def deny(self, user_code: str) -> None:
        self._device(user_code).is_denied = True

    def revoke(self) -> None:
        """Every refresh token is void, as after a new password."""
        self.refresh.clear()

    def owner_of(self, token: str) -> str:
        """Whose token that is; "" where it is nobody's, or has ended."""
        username, until = self.access.get(token, ("", self.clock.now()))
        return username if self.clock.now() < until else ""

    def agree(self, url: str, username: str) -> str:
        """Somebody opens the page and agrees; where their browser goes then."""
        said = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert said["response_type"] == "code"
        assert said["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = (username, said["code_challenge"], said["redirect_uri"])
        back = urlencode({"code": code, "state": said["state"]})
        return f"{said['redirect_uri']}?{back}"

    # What is answered

    def token(self, form: dict[str, str], basic: tuple[str, str] | None) -> Answer:
        self.before()
        with self._lock:
            if self.odd:
                return self.odd.popleft()
            client, secret = basic or (form.get("client_id", ""), form.get("client_secret", ""))
            if "client_assertion" in form:
                if (refusal := self._proved(form)) is not None:
                    return refusal
            elif client in self.secrets and secret != self.secrets[client]:
                return aadsts("7000215")
            answered = {
                "client_credentials": self._for_application,
                "refresh_token": self._again,
                DEVICE: self._for_device,
                ASSERTION: self._for_assertion,
                "authorization_code": self._for_code,
            }.get(form.get("grant_type", ""))
            if answered is None:
                return google_error("unsupported_grant_type", "Invalid grant_type")
            return answered(form)

    def _proved(self, form: dict[str, str]) -> Answer | None:
        """Why a certificate's assertion is not believed (RFC 7523, 3); None where it is."""
        assert form["client_assertion_type"].endswith("client-assertion-type:jwt-bearer")
        head = json.loads(_decoded(form["client_assertion"].split(".")[0]))
        key = self.certificates.get(head.get("x5t#S256", ""))
        if key is None:
            return aadsts("700027")
        claims = jwt.decode(form["client_assertion"], key, algorithms=["RS256"]).claims
        now = self.clock.now().timestamp()
        assert claims["iss"] == claims["sub"] == form["client_id"]
        assert claims["aud"] == f"{self.url}/token"
        assert claims["jti"]
        assert claims["nbf"] <= now < claims["exp"] <= now + 600
        return None

    def device_code(self, form: dict[str, str]) -> Answer:
        if self.odd:
            return self.odd.popleft()
        device, user = secrets.token_urlsafe(24), secrets.token_hex(4).upper()
        until = self.clock.now() + timedelta(seconds=900)
        self.devices[device] = Device(user, form.get("scope", ""), until)
        return in_json(
            200,
            {
                "user_code": user,
                "device_code": device,
                "verification_uri": "https://login.microsoft.com/device",
                "expires_in": 900,
                "interval": self.interval,
                "message": f"To sign in, open the page and enter the code {user}.",
            },
        )

    def send_mail(self, mailbox: str, token: str, body: bytes, content_type: str) -> Answer:
        if self.odd_posts:
            return self.odd_posts.popleft()
        if not self.owner_of(token):
            return graph_error(401, "InvalidAuthenticationToken", "Access token has expired.")
        try:
            raw = base64.b64decode(body, validate=True)
        except ValueError:
            return graph_error(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string")
        self.posted.append(Posted(mailbox, raw, content_type))
        return Answer(202, b"")

    def _for_application(self, form: dict[str, str]) -> Answer:
        if not form.get("scope", "").endswith("/.default"):
            return aadsts("70011")
        return self._granted(self.acts_for, refreshes=False, scope=form["scope"])

    def _again(self, form: dict[str, str]) -> Answer:
        given = form.get("refresh_token", "")
        username = self.refresh.get(given)
        if username is None:
            return aadsts("50173")
        if self.rotates:
            del self.refresh[given]
        return self._granted(username, refreshes=self.rotates, scope=form.get("scope", ""))

    def _for_device(self, form: dict[str, str]) -> Answer:
        found, now = self.devices.get(form.get("device_code", "")), self.clock.now()
        if found is None:
            return aadsts("70018")
        if now >= found.until:
            return google_error("expired_token", "AADSTS70020: The code has expired.")
        early = found.asked_at and now - found.asked_at < timedelta(seconds=self.interval)
        found.asked_at = now
        if early:
            return google_error("slow_down", "Too many requests")
        if found.is_denied:
            return aadsts("65004")
        if not found.approved_by:
            return aadsts("70016")
        return self._granted(found.approved_by, refreshes=True, scope=found.scope)

    def _for_assertion(self, form: dict[str, str]) -> Answer:
        head, claims_part, _ = form.get("assertion", "..").split(".")
        claims = json.loads(_decoded(claims_part))
        key = self.keys.get(claims["iss"])
        if key is None or json.loads(_decoded(head)).get("alg") != "RS256":
            return google_error("invalid_grant", "Invalid grant: account not found")
        try:
            jwt.decode(form["assertion"], key, algorithms=["RS256"])
        except Exception:
            return google_error("invalid_grant", "Invalid JWT Signature.")
        now = self.clock.now().timestamp()
        if not (claims["iat"] - 60 <= now < claims["exp"] <= claims["iat"] + 3600):
            words = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a "
            return google_error("invalid_grant", f"{words}reasonable timeframe. Check your iat")
        if claims["aud"] != f"{self.url}/token":
            return google_error("invalid_grant", "Invalid JWT: Failed audience check.")
        if claims.get("scope") != "https://mail.google.com/":
            words = "Client is unauthorized to retrieve access tokens using this method, or "
            return google_error(
                "unauthorized_client",
                f"{words}client not authorized for any of the scopes requested.",
                401,
            )
        return self._granted(claims["sub"], refreshes=False, scope=claims["scope"])

    def _for_code(self, form: dict[str, str]) -> Answer:
        found = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if found is None or found[1:] != (challenge, form.get("redirect_uri")):
            return google_error("invalid_grant", "Malformed auth code.")
        return self._granted(found[0], refreshes=True, scope=form.get("scope", ""))

    def _granted(self, username: str, *, refreshes: bool, scope: str) -> Answer:
        token = f"eyJ0.{secrets.token_urlsafe(24)}"
        until = self.clock.now() + timedelta(seconds=self.lifetime)
        self.access[token] = (username, until)
        said: Json = {
            "token_type": "Bearer",
            "scope": scope,
            "expires_in": self.lifetime,
            "ext_expires_in": self.lifetime,
            "access_token": token,
        }
        if refreshes:
            renews = f"0.{secrets.token_urlsafe(24)}"
            self.refresh[renews] = username
            said["refresh_token"] = renews
        return in_json(200, said, Cache_Control="no-store")

    def _device(self, user_code: str) -> Device:
        return next(one for one in self.devices.values() if one.user_code == user_code)


def graph_error(status: int, code: str, message: str, **headers: str) -> Answer:
    """An error as Graph says it."""
    inner = {"date": "2026-11-29T12:00:00", "request-id": "0b8f2d5a", "client-request-id": "0b8f"}
    said = {"error": {"code": code, "message": message, "innerError": inner}}
    return in_json(status, said, **headers)


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _handler_for(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            path = urlsplit(self.path).path
            scheme, _, credentials = self.headers.get("Authorization", "").partition(" ")
            if path.endswith("/sendMail"):
                mailbox = unquote(path.split("/")[-2])
                kind = self.headers.get("Content-Type", "")
                self._say(provider.send_mail(mailbox, credentials, body, kind))
                return
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            provider.asked.append((path, form))
            basic = None
            if scheme == "Basic":
                name, _, secret = base64.b64decode(credentials).decode().partition(":")
                basic = (name, secret)
            if path.endswith("/devicecode"):
                self._say(provider.device_code(form))
            else:
                self._say(provider.token(form, basic))

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            token = parse_qs(parts.query).get("access_token", [""])[0]
            owner = provider.owner_of(token)
            said = {"email": owner} if owner else {"error": "invalid_token"}
            self._say(in_json(200 if owner else 401, said))

        def _say(self, answer: Answer) -> None:
            self.send_response_only(answer.status)  # its own date is not the test's
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


def quoted(words: str) -> str:
    """As it stands in a path."""
    return quote(words)
