"""`maildesk canned`: which replies are ready, and what is wrong with one that is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from maildesk.commands import table
from maildesk.commands.check import check
from tests.stories.running_desk import ROOT

APP = typer.Typer()
APP.command("canned")(table.canned)
APP.command("check")(check)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The example desk, with a reply of its own."""
    folder = tmp_path / "desk"
    shutil.copytree(ROOT / "deploy" / "desk", folder)
    words = "---\ncategory: billing\nsubject: Paying\n---\nPay, {{ customer_name }}."
    (folder / "canned" / "pay.md").write_text(words, encoding="utf-8")
    return folder


def run(*words: str, desk: Path) -> Result:
    return CliRunner().invoke(APP, [*words, "--desk", str(desk)], env={"COLUMNS": "140"})


def test_they_are_listed_with_shortcut_category_and_languages(desk: Path) -> None:
    said = run("canned", desk=desk).stdout.splitlines()
    assert said[0].split() == ["line", "category", "languages", "about"]
    assert said[1].split()[:4] == ["/reset-password", "account", "de", "en"]
    assert "How to set a new password" in said[1]
    assert said[2].split() == ["/pay", "billing", "Paying"]
    first = run("canned", "--category", "billing", desk=desk).stdout.splitlines()[1]
    assert first.startswith("/pay")
    none = run("canned", "--category", "biling", desk=desk)
    assert none.exit_code == 2 and "billing" in none.stderr


def test_a_desk_without_any_says_so(desk: Path) -> None:
    shutil.rmtree(desk / "canned")
    assert run("canned", desk=desk).stdout == "There are no canned replies.\n"


def test_check_names_what_is_wrong_with_one(desk: Path) -> None:
    (desk / "canned" / "pay.md").write_text("\nPay, {{ customer_nme }}.", encoding="utf-8")
    done = run("check", desk=desk)
    assert done.exit_code == 2
    assert "canned/pay.md:2:1: expected a variable" in done.stdout + done.stderr
    assert "did you mean customer_name?" in done.stdout + done.stderr
