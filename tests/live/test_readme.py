"""The README promises: its commands exist, its YAML is accepted, its links lead somewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.main import get_command

from maildesk import cli
from maildesk.config.environment import load_settings
from maildesk.config.example import copy_example
from maildesk.config.policy import load_policy
from maildesk.desk import directives

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


def commands() -> dict[str, Any]:
    """`init`, `ticket list` and so on."""
    if not cli.app.registered_groups:
        cli._register()
    found: dict[str, Any] = {}
    for name, command in get_command(cli.app).commands.items():  # type: ignore[attr-defined]
        found[name] = command
        found |= {f"{name} {sub}": inner for sub, inner in getattr(command, "commands", {}).items()}
    return found


def test_every_command_it_shows_exists_and_none_is_left_out() -> None:
    known = commands()
    (table,) = re.findall(r"\| command \| does \|\n\| --- \| --- \|\n(.*?)\n\n", README, re.DOTALL)
    shown = set()
    for row in table.splitlines():
        group = ""
        for word in re.findall(r"`([^`]+)`", row.split(" | ")[0]):
            words = [w for w in word.removeprefix("maildesk ").split() if re.fullmatch(r"[a-z][a-z-]*", w)]
            group = words[0] if word.startswith("maildesk ") else group
            shown.add(" ".join(words) if word.startswith("maildesk ") else f"{group} {words[0]}")
    assert shown == {name for name, command in known.items() if not hasattr(command, "commands")}


def test_every_call_in_its_text_is_of_a_command_with_options_that_exist() -> None:
    known = commands()
    calls = re.findall(r"(?:`|^    )maildesk ([a-z][^`\n]*)", README, re.MULTILINE)
    assert len(calls) > 20
    for call in calls:
        words = call.replace("[", "").replace("]", "").split()
        name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0].rstrip(",")
        options = {option for parameter in known[name].params for option in parameter.opts}
        assert {w for w in words if w.startswith("--")} <= options, call


@pytest.mark.parametrize("block", BLOCKS)
def test_its_settings_are_accepted(block: str, tmp_path: Path) -> None:
    key = tmp_path / "dkim.pem"
    key.touch()
    (tmp_path / "settings.yaml").write_text(block.replace("/etc/maildesk/dkim.pem", str(key)), encoding="utf-8")
    settings = load_settings(tmp_path, {"SUPPORT_PASSWORD": "x", "RELAY_PASSWORD": "x", "DB_PASSWORD": "x"})
    assert all(hasattr(settings, name) for name in YAML(typ="safe").load(block))


def test_every_command_for_agents_is_understood_by_the_example_desk(tmp_path: Path) -> None:
    copy_example(tmp_path)
    load_policy(tmp_path)
    (table,) = re.findall(r"\| line \| does \|\n\| --- \| --- \|\n(.*?)\n\n", README, re.DOTALL)
    lines = [line for row in table.splitlines() for line in re.findall(r"`(#[^`]+)`", row.split(" | ")[0])]
    read = directives.read("\n".join(line for line in lines if line != "#stop"))
    assert read.unknown == ()
    assert {d.name for d in read.directives} == set(directives.WORDS.values())


def test_every_link_and_picture_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
    headings = {re.sub(r"[^\w -]", "", h).strip().lower().replace(" ", "-") for h in re.findall(r"^#+ (.+)$", README, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= headings


def test_every_make_target_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"\bmake (\w+) *(?:#|`|$)", README, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_python_it_asks_for_is_the_one_the_package_does() -> None:
    (version,) = re.findall(r"Python (3\.\d+) or newer", README)
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"] == f">={version}"
