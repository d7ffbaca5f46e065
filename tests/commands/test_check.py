"""`maildesk check` and `maildesk rules`: where the desk is found, what there is to start from."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from maildesk.commands import check, table
from maildesk.config.defaults import default_names
from maildesk.config.example import copy_example
from maildesk.config.policy import load_policy

app = typer.Typer()
app.command("check")(check.check)
app.command("rules")(table.rules)


def maildesk(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), catch_exceptions=False)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example desk, and nothing in the environment that names it."""
    monkeypatch.delenv("MAILDESK_DESK", raising=False)
    folder = tmp_path / "desk"
    copy_example(folder)
    return folder


@pytest.mark.parametrize("inside", ["", "desk", "desk/tests"])
def test_the_desk_is_found_beside_and_from_within(
    desk: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    monkeypatch.chdir(desk.parent / inside)
    result = maildesk("check")
    assert result.exit_code == 0, result.output
    assert f"{desk}: all is well." in result.output


def test_the_built_in_rules_are_printed_as_a_file_to_start_from(desk: Path) -> None:
    printed = maildesk("rules", "--defaults").output
    assert printed.startswith("# ")
    assert printed.count("\n  # --") == 3
    (desk / "rules.yaml").write_text(printed, encoding="utf-8")
    rules = load_policy(desk).rules
    assert rules is not None
    assert [rule.name for rule in rules.rules] == list(default_names())
    assert {rule.file for rule in rules.rules} == {"rules.yaml"}


def test_the_rules_in_force_are_listed_with_their_places(desk: Path) -> None:
    printed = maildesk("rules", "--desk", str(desk)).output.splitlines()
    assert printed[0].split() == ["place", "rule", "when"]
    assert printed[1].startswith("rules.yaml:")
    assert "Billing mail is billing" in printed[1]
    assert any("default_rules.yaml:" in line and "waiting_for: 3d" in line for line in printed)


def test_what_a_condition_may_look_at_is_listed() -> None:
    printed = maildesk("rules", "--fields").output
    assert "requester.domain" in printed
    assert "header.NAME" in printed
