"""`maildesk check`: everything wrong with a desk folder at once, and the schemas of its files."""

from __future__ import annotations

import json
from pathlib import Path

from maildesk.config.check import check, schema
from maildesk.config.example import copy_example
from tests.config.desks import DESK, write_desk


def test_the_example_desk_has_no_mistake(tmp_path: Path) -> None:
    copy_example(tmp_path / "desk")
    assert check(tmp_path / "desk") == []


def test_settings_policy_and_templates_are_checked_together(tmp_path: Path) -> None:
    desk = write_desk(tmp_path, DESK.replace("name: Test Desk", "colour: red"), settings="broker: carrier-pigeon\n")
    folder = desk / "templates" / "mail" / "en"
    folder.mkdir(parents=True)
    (folder / "reply.txt").write_text("Subject: {{ ticket.refrence }}\n\nHello\n")
    found = [str(mistake) for mistake in check(desk)]
    assert found[0].startswith("settings.yaml:1:9: expected memory, redis://host/1 or amqp://host")
    assert found[1].startswith('desk.yaml:1:9: expected a colour such as "#2f5d8a", in quotes, found "red"')
    assert "refrence" in found[2]
    assert len(found) == 3


def test_a_folder_with_nothing_in_it_says_what_it_needs(tmp_path: Path) -> None:
    assert [mistake.file for mistake in check(tmp_path)] == ["desk.yaml", "agents.yaml"]


def test_every_file_has_a_schema_that_is_json() -> None:
    found = json.loads(json.dumps(schema()))
    assert list(found) == ["settings.yaml", "desk.yaml", "agents.yaml", "rules.yaml", "sla.yaml"]
    assert all(one["$schema"].startswith("https://json-schema.org/") for one in found.values())
    assert "addresses" in found["desk.yaml"]["properties"]
    assert found["desk.yaml"]["$defs"]["PeriodsSection"]["properties"]["close_after"]["examples"] == ["30s", "15m", "24h", "7d"]
