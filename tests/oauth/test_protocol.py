"""What providers say to who asks for a token, in the wire format that they publish."""

from __future__ import annotations

import base64
import json
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import CertificateBuilder, Name, NameAttribute
from cryptography.x509.oid import NameOID
from joserfc.jwk import RSAKey

from maildesk.oauth import protocol
from maildesk.oauth.answers import Answer as Granted
from maildesk.oauth.grants import Grant
from maildesk.oauth.outcomes import NoToken, Outcome
from tests.oauth.place import SUPPORT, grant
from tests.servers.clock import Clock
from tests.servers.provider import Answer, Provider, aadsts, google_error, in_json


def renewed(of: Grant, clock: Clock, refresh_token: str = "") -> Granted:
    return protocol.renew(of, refresh_token, clock.now())


def refusal(of: Grant, clock: Clock, refresh_token: str = "") -> NoToken:
    with pytest.raises(NoToken) as why:
        renewed(of, clock, refresh_token)
    return why.value


def application(provider: Provider, **more: Any) -> Grant:
    return grant(provider, client_secret="s3cret-value", **more)


def service_account(provider: Provider, folder: Path, **more: Any) -> Grant:
    """A service account of Google's, with a key that is its own unless told otherwise."""
    key = RSAKey.generate_key(2048)
    provider.keys["desk@project.iam.gserviceaccount.com"] = key
    said = {
        "type": "service_account",
        "client_email": "desk@project.iam.gserviceaccount.com",
        "private_key_id": "0f1e2d",
        "private_key": key.as_pem(private=True).decode(),
        "token_uri": "https://oauth2.googleapis.com/token",
    } | more
    path = folder / "google.json"
    path.write_text(json.dumps(said), encoding="utf-8")
    return grant(provider, provider="google", key_file=path)


def test_an_application_signs_in_as_itself_for_imap_and_smtp(
    provider: Provider, clock: Clock
) -> None:
    answer = renewed(application(provider), clock)
    assert provider.owner_of(answer.access_token) == "*"
    assert (answer.expires_at - clock.now()).total_seconds() == 3600
    ((path, form),) = provider.asked
    assert path == "/token"
    assert form == {
        "grant_type": "client_credentials",
        "client_id": "desk-app",
        "client_secret": "s3cret-value",
        "scope": "https://outlook.office365.com/.default",
    }


def test_who_wants_the_secret_in_the_head_gets_it_there(provider: Provider, clock: Clock) -> None:
    of = application(provider, client_auth="basic")
    assert renewed(of, clock).access_token
    assert "client_secret" not in provider.asked[0][1]


def test_a_service_account_acts_for_the_mailbox(
    provider: Provider, clock: Clock, tmp_path: Path
) -> None:
    answer = renewed(service_account(provider, tmp_path), clock)
    assert provider.owner_of(answer.access_token) == SUPPORT


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"private_key": RSAKey.generate_key(2048).as_pem(private=True).decode()}, "key_wrong"),
        ({"client_email": "nobody@project.iam.gserviceaccount.com"}, "account_unknown"),
        ({"private_key": "-----BEGIN PRIVATE KEY-----\nrubbish\n"}, "key_wrong"),
        ({"private_key": None}, "key_wrong"),
    ],
)
def test_a_key_file_that_does_not_fit_is_named(
    provider: Provider, clock: Clock, tmp_path: Path, change: dict[str, Any], outcome: str
) -> None:
    why = refusal(service_account(provider, tmp_path, **change), clock)
    assert why.outcome == outcome
    assert "PRIVATE" not in str(why)


def test_a_key_file_that_is_away_is_named(provider: Provider, clock: Clock, tmp_path: Path) -> None:
    of = service_account(provider, tmp_path)
    (tmp_path / "google.json").unlink()
    assert "google.json cannot be read: No such file" in refusal(of, clock).said


def test_without_delegation_google_says_so_and_a_wrong_clock_too(
    provider: Provider, clock: Clock, tmp_path: Path
) -> None:
    of = service_account(provider, tmp_path)
    provider.clock = Clock()
    provider.clock.move(90_000)
    assert refusal(of, clock).outcome is Outcome.CLOCK_WRONG
    provider.clock = clock
    wide = grant(provider, provider="google", key_file=tmp_path / "google.json", scopes=["other"])
    assert refusal(wide, clock).outcome is Outcome.DELEGATION_MISSING


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        ("65001", "consent_missing"),
        ("7000215", "secret_wrong"),
        ("7000222", "secret_expired"),
        ("700016", "application_unknown"),
        ("90002", "tenant_unknown"),
        ("7000218", "public_client_off"),
        ("50173", "withdrawn"),
        ("700082", "withdrawn"),
        ("50076", "sign_in_needed"),
        ("53003", "sign_in_needed"),
        ("65004", "denied"),
        ("500011", "scope_wrong"),
        ("70011", "scope_wrong"),
        ("50034", "account_unknown"),
    ],
)
def test_each_error_of_microsoft_has_an_outcome_of_its_name(
    provider: Provider, clock: Clock, number: str, outcome: str
) -> None:
    provider.odd.append(aadsts(number))
    why = refusal(application(provider), clock)
    assert why.outcome == outcome
    assert f"AADSTS{number}" in why.said
    assert not why.passes


@pytest.mark.parametrize(
    ("error", "described", "outcome"),
    [
        ("invalid_grant", "Token has been expired or revoked.", "withdrawn"),
        ("invalid_grant", "Bad Request", "withdrawn"),
        ("invalid_client", "The OAuth client was not found.", "secret_wrong"),
        ("deleted_client", "The OAuth client was deleted.", "application_unknown"),
        ("unauthorized_client", "Unauthorized", "application_unknown"),
        ("access_denied", "The resource owner denied the request.", "denied"),
        ("admin_policy_enforced", "", "consent_missing"),
        ("invalid_scope", "Some requested scopes were invalid.", "scope_wrong"),
        ("what_nobody_knows", "and its words", "refused"),
    ],
)
def test_each_error_of_google_has_an_outcome_of_its_name(
    provider: Provider, clock: Clock, error: str, described: str, outcome: str
) -> None:
    of = grant(provider, provider="google", client_secret="s3cret-value")
    provider.odd.append(google_error(error, described))
    why = refusal(of, clock, "a refresh token")
    assert why.outcome == outcome
    assert why.said == (f"{error}: {described}" if described else error)


HTML = b"<html><body><h1>Sign in to your account</h1></body></html>"
ODD = {
    "html": Answer(200, HTML, {"Content-Type": "text/html"}),
    "html that fails": Answer(400, HTML, {"Content-Type": "text/html"}),
    "a redirect": Answer(302, b"", {"Location": "https://elsewhere.example/token"}),
    "ten megabytes": Answer(200, b'{"access_token": "' + b"a" * 10_000_000 + b'"}'),
    "packed": Answer(200, b"\x1f\x8b", {"Content-Encoding": "gzip"}),
    "a list": in_json(200, ["token"]),  # type: ignore[arg-type]
    "nothing": Answer(200, b""),
    "no token": in_json(200, {"token_type": "Bearer"}),
    "a token that is none": in_json(200, {"access_token": "a\x01auth=Bearer b"}),
    "a number": in_json(200, {"access_token": 7}),
    "an end that is none": in_json(200, {"access_token": "abc", "expires_in": "never"}),
    "ends": in_json(200, {"access_token": "abc", "expires_in": [1]}),
    "a mac token": in_json(200, {"access_token": "abc", "token_type": "mac"}),
}


@pytest.mark.parametrize("name", ODD)
def test_an_answer_that_is_none_is_refused_in_words(
    provider: Provider, clock: Clock, name: str
) -> None:
    provider.odd.append(ODD[name])
    why = refusal(application(provider), clock)
    assert (why.outcome, why.passes) == (Outcome.UNREADABLE, True)
    assert why.said


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_provider_in_trouble_is_unavailable(
    provider: Provider, clock: Clock, status: int
) -> None:
    provider.odd.append(Answer(status, HTML, {"Retry-After": "7"}))
    why = refusal(application(provider), clock)
    assert (why.outcome, why.wait) == (Outcome.UNAVAILABLE, 7.0)


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", 120.0),
        ("Sun, 29 Nov 2026 12:05:00 GMT", 300.0),
        ("Sun, 29 Nov 2026 11:00:00 GMT", 0.0),
        ("9" * 30, 86_400.0),
        ("-5", 0.0),
        ("soon", 0.0),
        ("", 0.0),
    ],
)
def test_too_many_requests_say_how_long_to_wait(
    provider: Provider, clock: Clock, said: str, wait: float
) -> None:
    headers = {"Retry-After": said, "Date": "Sun, 29 Nov 2026 12:00:00 GMT"}
    answer = in_json(429, {"error": "too_many_requests"})
    provider.odd.append(Answer(429, answer.body, headers))
    why = refusal(application(provider), clock)
    assert why.outcome is Outcome.THROTTLED
    assert why.wait >= wait > 0 or why.wait == wait


def test_nobody_there_is_unreachable(clock: Clock, provider: Provider) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/token"
        why = refusal(application(provider, token_url=url), clock)
    assert why.outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize("lives", ["3599", 3599, 3599.0])
def test_the_life_of_a_token_may_be_written_as_one_likes(
    provider: Provider, clock: Clock, lives: object
) -> None:
    provider.odd.append(in_json(200, {"access_token": "abc", "expires_in": lives}))
    answer = renewed(application(provider), clock)
    assert (answer.expires_at - clock.now()).total_seconds() == 3599


@pytest.mark.parametrize("lives", [None, "", -1, 0])
def test_a_token_whose_end_is_not_said_is_good_for_ten_minutes(
    provider: Provider, clock: Clock, lives: object
) -> None:
    provider.odd.append(in_json(200, {"access_token": "abc", "expires_in": lives}))
    answer = renewed(application(provider), clock)
    assert (answer.expires_at - clock.now()).total_seconds() == 600


def test_what_we_said_in_confidence_is_not_repeated(provider: Provider, clock: Clock) -> None:
    provider.odd.append(google_error("invalid_client", "not s3cret-value\r\nbut \x1b[31manother"))
    why = refusal(application(provider), clock)
    assert why.said == "invalid_client: not … but [31manother"


def test_a_person_types_a_code_and_agrees(provider: Provider, clock: Clock) -> None:
    provider.secrets.clear()
    of = grant(provider)
    code = protocol.start_device(of, clock.now())
    path, form = provider.asked[0]
    assert path == "/company.example/oauth2/v2.0/devicecode"
    assert form == {
        "client_id": "desk-app",
        "scope": "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
    }
    assert code.verification_uri == "https://login.microsoft.com/device"
    with pytest.raises(NoToken) as why:
        protocol.poll_device(of, code.device_code, clock.now())
    assert why.value.outcome is Outcome.PENDING
    with pytest.raises(NoToken) as why:
        protocol.poll_device(of, code.device_code, clock.now())
    assert why.value.outcome is Outcome.SLOW_DOWN
    clock.move(code.interval)
    provider.approve(code.user_code, SUPPORT)
    answer = protocol.poll_device(of, code.device_code, clock.now())
    assert provider.owner_of(answer.access_token) == SUPPORT
    assert provider.refresh[answer.refresh_token] == SUPPORT
    assert answer.refresh_token not in repr(answer)


def test_who_asks_for_imap_and_smtp_asks_once(provider: Provider) -> None:
    from maildesk.oauth.grants import grants
    from tests.oauth.place import settings

    (of,) = grants(settings(provider, relay={"host": "127.0.0.1"}))
    assert of.scopes == (
        "https://outlook.office.com/IMAP.AccessAsUser.All",
        "https://outlook.office.com/SMTP.Send",
        "offline_access",
    )
    mail, graph = grants(settings(provider, relay={"kind": "graph"}))
    assert mail.uses == ("imap",)
    assert graph.scopes == ("https://graph.microsoft.com/Mail.Send", "offline_access")


def test_a_browser_comes_back_with_a_code_that_fits_our_page(
    provider: Provider, clock: Clock
) -> None:
    of = grant(provider, provider="google", client_secret="s3cret-value")
    here, verifier = "http://127.0.0.1:4711/", "v" * 43
    url = protocol.authorization_url(of, here, "our state", verifier)
    assert "access_type=offline" in url
    assert f"login_hint={SUPPORT.replace('@', '%40')}" in url
    back = provider.agree(url, SUPPORT)
    answer = protocol.exchange(of, back, here, "our state", verifier, clock.now())
    assert provider.owner_of(answer.access_token) == SUPPORT


@pytest.mark.parametrize(
    ("came", "outcome"),
    [
        ("http://127.0.0.1/?error=access_denied&state=s", "denied"),
        ("http://127.0.0.1/?code=abc&state=another", "unreadable"),
        ("http://127.0.0.1/?state=s", "unreadable"),
        ("what somebody pasted by mistake", "unreadable"),
        ("http://127.0.0.1/?code=never-given&state=s", "withdrawn"),
    ],
)
def test_what_comes_back_otherwise_is_no_token(
    provider: Provider, clock: Clock, came: str, outcome: str
) -> None:
    of = grant(provider, provider="google", client_secret="s3cret-value")
    with pytest.raises(NoToken) as why:
        protocol.exchange(of, came, "http://127.0.0.1/", "s", "v" * 43, clock.now())
    assert why.value.outcome == outcome


def test_a_person_who_gives_no_leave_for_later_is_told(provider: Provider, clock: Clock) -> None:
    of = grant(provider, provider="google", client_secret="s3cret-value")
    provider.odd.append(in_json(200, {"access_token": "abc", "expires_in": 3599}))
    with pytest.raises(NoToken) as why:
        protocol.exchange(
            of, "http://127.0.0.1/?code=c&state=s", "http://127.0.0.1/", "s", "v", clock.now()
        )
    assert why.value.outcome is Outcome.NO_REFRESH_TOKEN


def certified(provider: Provider, folder: Path, *, known: bool = True) -> Grant:
    """An application with a certificate instead of a secret."""
    key = generate_private_key(65537, 2048)
    name = Name([NameAttribute(NameOID.COMMON_NAME, "maildesk")])
    since = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=730))
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "app.pem").write_bytes(made.public_bytes(Encoding.PEM) + private)
    if known:
        thumbprint = base64.urlsafe_b64encode(made.fingerprint(SHA256())).decode().rstrip("=")
        provider.certificates[thumbprint] = RSAKey.import_key(private)
    return grant(provider, certificate=folder / "app.pem")


def test_an_application_proves_itself_by_its_certificate(
    provider: Provider, clock: Clock, tmp_path: Path
) -> None:
    clock.move(1_000_000)
    answer = renewed(certified(provider, tmp_path), clock)
    assert provider.owner_of(answer.access_token) == "*"
    ((_, form),) = provider.asked
    assert "client_secret" not in form
    assert form["client_id"] == "desk-app"


def test_a_certificate_that_is_not_registered_or_no_certificate_is_named(
    provider: Provider, clock: Clock, tmp_path: Path
) -> None:
    of = certified(provider, tmp_path, known=False)
    why = refusal(of, clock)
    assert why.outcome is Outcome.KEY_WRONG
    assert "AADSTS700027" in why.said
    path = tmp_path / "app.pem"
    whole = path.read_bytes()
    for wrong in (b"", b"rubbish", whole[: whole.index(b"-----END CERT")], whole[:-200]):
        path.write_bytes(wrong)
        assert "holds no certificate with its RSA key" in refusal(of, clock).said
    path.unlink()
    assert "app.pem cannot be read: No such file" in refusal(of, clock).said
    assert len(provider.asked) == 1
