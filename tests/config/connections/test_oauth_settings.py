"""What `settings.yaml` says of OAuth: what is enough, and mistakes told with what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.environment import load_settings
from maildesk.errors import BadPolicy
from maildesk.oauth.grants import grants

MAILBOX = "imap: [{name: support, host: h, username: support@x.example, auth: oauth}]\n"
RELAY = "relay: {host: h, username: support@x.example, auth: oauth}\n"


def written(folder: Path, text: str) -> Path:
    (folder / "settings.yaml").write_text(text, encoding="utf-8")
    (folder / "google.json").write_text("{}", encoding="utf-8")
    return folder


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(BadPolicy) as bad:
        load_settings(written(folder, text), {})
    return [str(one).removeprefix("settings.yaml:") for one in bad.value.mistakes]


@pytest.mark.parametrize(
    ("client", "grant"),
    [
        ("provider: microsoft, tenant: t, client_id: a, client_secret: s", "client_credentials"),
        ("provider: microsoft, client_id: a", "device_code"),
        ("provider: microsoft, client_id: a, grant: authorization_code", "authorization_code"),
        ("provider: google, key_file: google.json", "jwt_bearer"),
        ("provider: google, client_id: a, client_secret: s", "authorization_code"),
        (
            "provider: custom, token_url: https://t.example, client_id: a, client_secret: s",
            "client_credentials",
        ),
        (
            "provider: custom, client_id: a, token_url: https://t.example, device_url: "
            "https://d.example",
            "device_code",
        ),
    ],
)
def test_how_tokens_are_granted_follows_from_what_is_given(
    tmp_path: Path, client: str, grant: str
) -> None:
    settings = load_settings(written(tmp_path, f"oauth: [{{{client}}}]\n{MAILBOX}{RELAY}"), {})
    (found,) = grants(settings)
    assert found.type == grant
    assert found.uses == ("imap", "smtp")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MAILBOX, "an application in `oauth` to sign in under, found none"),
        (
            f"oauth: [{{name: work, provider: microsoft, client_id: a}}]\n"
            f"{MAILBOX.replace('oauth}', 'oauth, oauth: wrok}')}",
            'one of work, found "wrok" (did you mean work?)',
        ),
        (
            "oauth: [{provider: microsoft, client_secret: s}]\n",
            "client_id for grant: client_credentials, found none",
        ),
        (
            "oauth: [{provider: microsoft, client_id: a, client_secret: s}]\n",
            "tenant for grant: client_credentials, found none",
        ),
        (
            "oauth: [{provider: google, client_id: a}]\n",
            "client_secret for grant: authorization_code, found none",
        ),
        (
            "oauth: [{provider: google, client_id: a, client_secret: s, grant: device_code}]\n",
            'one of jwt_bearer, authorization_code, found "device_code"',
        ),
        (
            "oauth: [{provider: custom, client_id: a, client_secret: s}]\n",
            "token_url for grant: client_credentials, found none",
        ),
        (
            "oauth: [{provider: custom, client_id: a, token_url: http://t.example}]\n",
            'an address that begins with https://, found "http://t.example"',
        ),
        (
            "oauth: [{provider: microsfot, client_id: a}]\n",
            'one of microsoft, google, custom, found "microsfot" (did you mean microsoft?)',
        ),
        (
            "relay: {kind: graph, username: u}\n",
            "auth: oauth for kind: graph, found auth: password",
        ),
        (
            "oauth: [{provider: microsoft, client_id: a}]\n"
            "relay: {kind: graph, username: u, auth: oauth, host: h}\n",
            'no host for kind: graph, found "h"',
        ),
        (
            "oauth: [{provider: microsoft, client_id: a}]\nrelay: {kind: graph, auth: oauth}\n",
            "username: the mailbox that signs in, found none",
        ),
        (
            "oauth: [{provider: microsoft, client_id: a}]\n"
            "imap: [{name: n, host: h, username: u, password: p, oauth: default}]\n",
            "auth: oauth beside it, found auth: password",
        ),
        (
            "oauth: [{provider: google, key_file: missing.json}]\n",
            "a file that can be read, found",
        ),
    ],
)
def test_what_is_missing_is_told_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    found = mistakes(tmp_path, text)
    assert [one for one in found if expected in one], found


def test_two_applications_of_one_name_are_one_too_many(tmp_path: Path) -> None:
    one = "{name: a, provider: microsoft, client_id: a}"
    found = mistakes(tmp_path, f"oauth: [{one}, {one}]\n")
    assert len([line for line in found if 'a name of its own, found "a" twice' in line]) == 2


def test_no_mistake_shows_a_secret(tmp_path: Path) -> None:
    text = "oauth: [{provider: microsoft, client_secret: [do not tell], clientid: a}]\n"
    assert "do not tell" not in "\n".join(mistakes(tmp_path, text))


def test_mailboxes_of_two_applications_have_grants_of_their_own(tmp_path: Path) -> None:
    text = """\
oauth:
  - {name: work, provider: microsoft, tenant: t, client_id: a, client_secret: s}
  - {name: shop, provider: google, key_file: google.json}
imap:
  - {name: support, host: h, username: support@x.example, auth: oauth}
  - {name: billing, host: h, username: billing@x.example, auth: oauth}
  - {name: shop, host: g, username: shop@y.example, auth: oauth, oauth: shop}
relay: {host: h, username: support@x.example, auth: oauth}
"""
    found = grants(load_settings(written(tmp_path, text), {}))
    assert [one.name for one in found] == ["work - mail", "shop shop@y.example mail"]
    assert found[0].who == "support@x.example, billing@x.example"
