"""`context:` of desk.yaml: what is accepted, its secrets, and the mistakes in it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.config.policy import load_policy
from tests.config.desks import DESK, mistakes_of, write_desk

URL = "url: 'https://crm.example/c?email={{ address }}'"


def context(lines: str) -> str:
    return f"{DESK}context:\n" + "".join(f"  {line}\n" for line in lines.split("\n"))


@pytest.mark.parametrize("written", ["CRM_TOKEN: s3cret\n", "CRM_TOKEN: |\n  s3cret\n"])
def test_another_system_has_its_secrets_from_secrets_yaml(tmp_path: Path, written: str) -> None:
    text = context(
        f"{URL}\nheaders: {{Authorization: 'Bearer ${{CRM_TOKEN}}'}}\nfields: [plan, a.b]"
    )
    desk = write_desk(tmp_path / "desk", text, secrets=written)
    (desk / "secrets.yaml").chmod(0o600)
    service = load_policy(desk).context_service
    assert service is not None
    assert service.headers == (("Authorization", "Bearer s3cret"),)
    assert service.shows == (("plan", ("plan",)), ("a.b", ("a", "b")))
    assert (service.timeout, service.cache) == (timedelta(seconds=2), timedelta(hours=1))
    assert "s3cret" not in repr(service)
    assert "s3cret" not in repr(load_policy(desk))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("url: 'http://crm.example/{{ address }}'", "an address such as https://crm.example"),
        ("url: 'https://crm.example/'", "an address such as https://crm.example"),
        ("url: 'https://{{ address }}/'", "an address such as https://crm.example"),
        ("url: 'https://x@{{ address }}/{{ address }}'", "an address such as https://crm.example"),
        (f"{URL}\ntimeout: 1m", "a period such as 1s or 2s, of no more than 10s"),
        (f"{URL}\naddress: email", "not both"),
        (f"{URL}\nheaders: {{X: '${{CRM_TOKNE}}'}}", "the variable CRM_TOKNE in the environment"),
        (f"{URL}\nca_file: ca.pem", "a file that is there"),
        ("filds: [plan]", "filds"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, lines: str, said: str) -> None:
    mistakes = mistakes_of(write_desk(tmp_path / "desk", context(lines)))
    assert len(mistakes) == 1, mistakes
    assert said in mistakes[0]
    assert mistakes[0].startswith("desk.yaml:")


def test_a_change_of_contacts_csv_is_another_policy(tmp_path: Path) -> None:
    desk = write_desk(tmp_path / "desk")
    before = load_policy(desk)
    (desk / "contacts.csv").write_text("email,plan\nana@a.example,Gold\n", encoding="utf-8")
    after = load_policy(desk)
    assert before.contacts_file is None
    assert after.contacts_file is not None
    assert after.contacts_file.shows == (("plan", 1),)
    assert before.fingerprint != after.fingerprint
    (desk / "contacts.csv").write_text("no column of them\n", encoding="utf-8")
    assert "contacts.csv:1:1: expected a column of addresses" in mistakes_of(desk)[0]
