"""Passwords of agents: how they are kept, and what agents.yaml may say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from maildesk.commands import agents
from maildesk.config.check import check, remarks
from maildesk.config.policy import load_policy
from maildesk.config.senders.passwords import hashed, is_hash, is_right, prepared
from tests.stories.running_desk import ROOT

LINE = hashed("correct horse battery", b"0123456789abcdef")


def written(folder: Path, line: str) -> Path:
    shutil.copytree(ROOT / "deploy" / "desk", folder)
    file = folder / "agents.yaml"
    text = file.read_text(encoding="utf-8")
    place = "address: ben@desk.example\n"
    assert place in text
    file.write_text(text.replace(place, f'{place}    password: "{line}"\n'), encoding="utf-8")
    return folder


def test_a_hash_is_of_one_password() -> None:
    assert is_hash(LINE)
    assert is_right("correct horse battery", LINE)
    assert not is_right("correct horse batterY", LINE)
    assert not is_right("correct horse battery", ""), "nobody's account"
    assert hashed("correct horse battery", b"fedcba9876543210") != LINE
    assert "horse" not in LINE


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a\u0308", "ä"), ("a\u00a0b", "a b"), ("so\u00adft", "soft"), ("\u2168", "IX"),
        ("tab\there", None), ("nul\0", None), ("", None), ("\u200b", None), ("x" * 600, None),
    ],
)  # fmt: skip
def test_letters_are_prepared_as_saslprep_has_it(typed: str, meant: str | None) -> None:
    assert prepared(typed) == meant


@pytest.mark.parametrize(
    "line", ["secret in plain text", "scrypt$30$8$1$" + LINE.split("$", 4)[4], "$2b$12$abc", "7"]
)
def test_a_password_in_plain_text_is_a_mistake_that_is_not_shown(tmp_path: Path, line: str) -> None:
    (mistake,) = map(str, check(written(tmp_path / "desk", line)))
    assert mistake.startswith("agents.yaml:")
    assert "the line that `maildesk agents password` prints" in mistake
    assert line not in mistake


def test_the_policy_has_it_and_shows_it_to_nobody(tmp_path: Path) -> None:
    desk = written(tmp_path / "desk", LINE)
    assert check(desk) == []
    ben = load_policy(desk).agent("ben@desk.example")
    assert ben is not None
    assert ben.password == LINE
    assert "scrypt" not in repr(ben)


def test_the_command_prints_a_line_for_the_file(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    shutil.copytree(ROOT / "deploy" / "desk", desk)
    run = CliRunner()
    words = ["password", "ben", "--desk", str(desk)]
    done = run.invoke(agents.app, words, input="long enough 1\nlong enough 1\n")
    assert done.exit_code == 0
    (line,) = [one for one in done.stdout.splitlines() if one.startswith("password: ")]
    assert is_right("long enough 1", line.removeprefix("password: ").strip('"'))
    assert "long enough" not in done.output
    short = run.invoke(agents.app, words, input="short\nshort\n")
    assert short.exit_code == 2
    assert "at least 10 letters" in short.output


def test_an_open_door_that_nobody_can_use_is_said(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    shutil.copytree(ROOT / "deploy" / "desk", desk)
    for name in ("certificate", "key"):
        (desk / f"{name}.pem").write_text("x", encoding="utf-8")
    tls = "{certificate: certificate.pem, key: key.pem, mode: implicit}"
    where = desk / "settings.yaml"
    where.write_text(f"listeners: [{{protocol: submission, port: 4650, tls: {tls}}}]\n")
    assert check(desk) == []
    assert any("nobody can log in" in one for one in remarks(desk))
    where.write_text("listeners: [{protocol: submission, port: 4650}]\n", encoding="utf-8")
    (mistake,) = map(str, check(desk))
    assert "expected tls: certificate and key, for nobody logs in without" in mistake
