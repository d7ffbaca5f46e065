"""`maildesk check`: everything wrong with a desk folder at once, and the schemas of its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maildesk.config.check import check, remarks, schema
from maildesk.config.example import copy_example
from maildesk.config.policy import load_policy
from maildesk.config.unread_files import strays
from tests.config.desks import DESK, write_desk


def test_the_example_desk_has_no_mistake(tmp_path: Path) -> None:
    copy_example(tmp_path / "desk")
    assert check(tmp_path / "desk") == []


def test_a_target_that_comes_to_more_days_than_it_says_is_remarked(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    copy_example(folder)
    assert [said.partition(":")[0] for said in remarks(folder)] == ["desk.yaml"]  # no authserv_id
    sla = folder / "sla.yaml"
    sla.write_text(sla.read_text().replace("1 business day\n", "24h\n"))
    assert check(folder) == []
    said = remarks(folder)[-1]
    assert said.startswith("sla.yaml:")
    assert "Normal, first response: 24h in office = 3 working days of 8h" in said


def test_a_priority_may_be_called_critical_or_medium_in_every_file(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    copy_example(folder)
    (folder / "rules.yaml").write_text(
        "rules:\n  - name: Fire\n    when: created\n    if: {priority at least: kritisch}\n"
        "    then: [{priority: critical}]\n"
    )
    desk = folder / "desk.yaml"
    first, _, rest = desk.read_text().partition("    queue: support\n")
    desk.write_text(f"{first}    queue: support\n    priority: Medium\n{rest}")
    assert load_policy(folder).addresses[0].priority == "normal"
    assert [str(mistake) for mistake in check(folder)] == []


def test_settings_policy_and_templates_are_checked_together(tmp_path: Path) -> None:
    desk = write_desk(
        tmp_path,
        DESK.replace("name: Test Desk", "colour: red"),
        settings="broker: carrier-pigeon\n",
    )
    folder = desk / "templates" / "mail" / "en"
    folder.mkdir(parents=True)
    (folder / "reply.txt").write_text("Subject: {{ ticket.refrence }}\n\nHello\n")
    found = [str(mistake) for mistake in check(desk)]
    assert found[0].startswith("settings.yaml:1:9: expected memory, redis://host/1 or amqp://host")
    assert found[1].startswith(
        'desk.yaml:1:9: expected a colour such as "#2f5d8a", in quotes, found "red"'
    )
    assert "refrence" in found[2]
    assert len(found) == 3


def test_the_queries_of_views_are_checked_with_the_nearest_right_word(tmp_path: Path) -> None:
    desk = write_desk(
        tmp_path,
        DESK + "\nviews:\n  own: assignee:me is:open\n  wrong: 'statsu:open priority:hihg'\n",
    )
    line = DESK.count("\n") + 4
    found = [str(mistake) for mistake in check(desk)]
    assert [one.partition(" ")[0] for one in found] == [f"desk.yaml:{line}:10:"] * 2
    assert 'a query for the view wrong, found "statsu" in' in found[0]
    assert found[0].endswith("(did you mean status?)")
    assert found[1].endswith("(did you mean high?)")


def test_a_folder_with_nothing_in_it_says_what_it_needs(tmp_path: Path) -> None:
    assert [mistake.file for mistake in check(tmp_path)] == ["desk.yaml", "agents.yaml"]


def test_every_file_has_a_schema_that_is_json() -> None:
    found = json.loads(json.dumps(schema()))
    assert list(found) == ["settings.yaml", "desk.yaml", "agents.yaml", "rules.yaml", "sla.yaml"]
    assert all(one["$schema"].startswith("https://json-schema.org/") for one in found.values())
    assert "addresses" in found["desk.yaml"]["properties"]
    assert found["desk.yaml"]["$defs"]["PeriodsSection"]["properties"]["close_after"][
        "examples"
    ] == ["30s", "15m", "24h", "7d"]


def example(tmp_path: Path, **files: str) -> Path:
    """The example desk with these files in it."""
    desk = tmp_path / "desk"
    copy_example(desk)
    for name, text in files.items():
        (desk / name).parent.mkdir(parents=True, exist_ok=True)
        (desk / name).write_text(text, encoding="utf-8")
    return desk


def stray(desk: Path) -> list[str]:
    """Its files that nobody would read."""
    return [
        str(mistake)
        for mistake in strays(desk, ("en", "de"), ("support@desk.example", "billing@desk.example"))
    ]


MAIL = "Subject: {{ subject }}\n\nHello.\n"


@pytest.mark.parametrize(
    ("file", "mistake"),
    [
        ("rules.yml", "expected one of settings.yaml, secrets.yaml, desk.yaml, agents.yaml, "
            "rules.yaml, sla.yaml, found rules.yml"
         " (did you mean rules.yaml?)"),
        ("templates/mail/en/acknowledgment.txt", "expected the name of a template, or one that "
            "rules.yaml sends, found"
         " acknowledgment (did you mean acknowledgement?)"),
        ("templates/en/reply.txt", ("expected a place such as templates/mail/en/reply.txt, found "
            "templates/en/reply.txt")),
        ("templates/mail/reply.txt", ("expected a place such as templates/mail/en/reply.txt, found "
            "templates/mail/reply.txt")),
        ("templates/mail/fr/reply.txt", "expected a language of the desk (en, de), found fr"),
        ("templates/mail/en/@biling@desk.example/reply.txt",
            "expected an address of the desk, found biling@desk.example"
         " (did you mean billing@desk.example?)"),
    ],
)  # fmt: skip
def test_a_file_that_nobody_would_read_is_a_mistake(
    tmp_path: Path, file: str, mistake: str
) -> None:
    (tmp_path / "desk" / "templates" / "mail").mkdir(parents=True)
    assert stray(example(tmp_path, **{file: MAIL})) == [f"{file}:1:1: {mistake}"]


@pytest.mark.parametrize(
    "file",
    ["rules-of-last-year.yaml", "rules2.yaml", "docker-compose.yml", "notes.txt",
        "templates/mail/en/winter.txt",
     "templates/mail/en/@billing@desk.example/reply.txt", "templates/mail/_text.html",
     "templates/mail/en/.reply.txt.swp", "templates/README.md"],
)  # fmt: skip
def test_what_an_admin_keeps_beside_or_words_differently_is_none(tmp_path: Path, file: str) -> None:
    assert stray(example(tmp_path, **{file: MAIL})) == []


def test_a_file_of_another_name_where_the_right_one_is_missing_is_meant_as_that(
    tmp_path: Path,
) -> None:
    desk = write_desk(tmp_path, rule="rules: []\n")
    assert [str(one) for one in check(desk)] == [
        "rule.yaml:1:1: expected one of settings.yaml, secrets.yaml, desk.yaml, agents.yaml, "
        "rules.yaml, sla.yaml, found rule.yaml (did you mean rules.yaml?)"
    ]


def test_a_template_is_named_by_its_place_in_the_desk(tmp_path: Path) -> None:
    (found,) = check(
        example(tmp_path, **{"templates/mail/en/reply.txt": "Subject: x\n\n{{ persn.name }}\n"})
    )
    assert str(found).startswith(
        "templates/mail/en/reply.txt:3:1: expected a variable that templates have, found persn"
    )


def test_a_mistake_in_desk_yaml_or_a_template_hides_none_in_another(tmp_path: Path) -> None:
    desk = write_desk(tmp_path, DESK + "colour: red\nlanguages: [en]\n")
    for file, text in {
        "en/reply.txt": "Subjct: x\nSubject: {{ ticket.refrence }}\n\n{{ persn.name }}\n",
        "en/closed.txt": "Subject: {{ ticket.subject }}\n\n{% if x %}\n",
        "en/reopened.txt": "Subject: {{ ticket.subject }}\n\n{{ 1 / 0 }}\n",
        "fr/reply.txt": "Subject: x\n\nBonjour\n",
    }.items():
        (desk / "templates" / "mail" / file).parent.mkdir(parents=True, exist_ok=True)
        (desk / "templates" / "mail" / file).write_text(text)
    assert [
        str(one).removeprefix("templates/mail/").partition(": expected ")[0] for one in check(desk)
    ] == [
        "desk.yaml:6:9",
        "en/closed.txt:3:1",
        "en/reply.txt:1:1",
        "en/reply.txt:2:1",
        "en/reply.txt:4:1",
        "en/reopened.txt:3:1",
        "fr/reply.txt:1:1",
    ]
