"""secrets.yaml: what settings.yaml calls by a name, kept apart and to itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.check import check, remarks
from maildesk.config.environment import load_settings
from maildesk.config.example import copy_example
from maildesk.config.secret_file import SECRETS, secrets_in, write_secrets
from maildesk.errors import BadPolicy

ODD = "pa$$\"w\\ö'rd {x} ${HOME} #1: % ¡ 🔑"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    copy_example(tmp_path)
    relay = "relay: {host: h, username: u, password: '${RELAY_PASSWORD}'}\n"
    (tmp_path / "settings.yaml").write_text(relay, encoding="utf-8")
    return tmp_path


def password(desk: Path, environ: dict[str, str]) -> str:
    found = load_settings(desk, environ).relay.password
    assert found is not None
    return found.get_secret_value()


def test_a_secret_comes_back_as_it_was_and_is_its_owners_alone(desk: Path) -> None:
    write_secrets(desk / SECRETS, {"RELAY_PASSWORD": ODD, "NEVER": "0123"})
    assert (desk / SECRETS).stat().st_mode & 0o777 == 0o600
    assert secrets_in(desk) == {"RELAY_PASSWORD": ODD, "NEVER": "0123"}
    assert password(desk, {}) == ODD
    assert check(desk) == []
    assert not list(desk.glob(".*"))


def test_the_environment_comes_first(desk: Path) -> None:
    write_secrets(desk / SECRETS, {"RELAY_PASSWORD": "of the file"})
    assert password(desk, {"RELAY_PASSWORD": "of the environment"}) == "of the environment"


def test_one_that_is_nowhere_is_told_with_both_places(desk: Path) -> None:
    write_secrets(desk / SECRETS, {"RELAY_PASSWORT": "secret"})
    with pytest.raises(BadPolicy, match="RELAY_PASSWORD in the environment or ") as bad:
        load_settings(desk, {})
    assert "or secrets.yaml" in str(bad.value)
    assert "did you mean RELAY_PASSWORT?" in str(bad.value)
    assert "secret," not in str(bad.value)


@pytest.mark.parametrize(
    "text", ["- a\n", "A: [b, hunter2]\n", "A: &x hunter2\n", "A: hunter2\nA: x"]
)
def test_a_mistake_in_it_shows_no_secret(desk: Path, text: str) -> None:
    (desk / SECRETS).write_text(text, encoding="utf-8")
    with pytest.raises(BadPolicy, match=r"secrets\.yaml:") as bad:
        load_settings(desk, {})
    assert "hunter2" not in str(bad.value)
    assert any(one.file == SECRETS for one in check(desk))


def test_a_misspelt_name_of_the_file_is_told(desk: Path) -> None:
    write_secrets(desk / "secret.yaml", {"RELAY_PASSWORD": "x"})
    assert any(one.suggestion == SECRETS for one in check(desk))


def test_a_file_that_others_can_read_is_remarked_on(desk: Path) -> None:
    write_secrets(desk / SECRETS, {"RELAY_PASSWORD": "x"})
    before = remarks(desk)
    assert not any(SECRETS in one for one in before)
    (desk / SECRETS).chmod(0o640)
    (remark,) = (one for one in remarks(desk) if one not in before)
    assert remark.startswith("secrets.yaml: others on this machine can read it: chmod 600 ")
