"""The desk's languages: of one without words that is told, once, and not at each of its uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.check import check
from maildesk.config.example import copy_example
from tests.config.desks import DESK, mistakes_of, write_desk


def example(folder: Path, line: str) -> list[str]:
    """What is wrong with the example desk where its languages read so."""
    copy_example(folder / "desk")
    file = folder / "desk" / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    assert "languages: [en, de] " in text
    file.write_text(text.replace("languages: [en, de] ", line + " "), encoding="utf-8")
    own = folder / "desk" / "templates" / "mail" / "de"
    own.mkdir(parents=True)
    (own / "_words.yaml").write_text("buttons:\n  take: Her damit\n", encoding="utf-8")
    rules = folder / "desk" / "rules.yaml"
    more = (
        "\n  - name: German\n    when: created\n    if: {language: de}\n    then: {priority: low}\n"
    )
    rules.write_text(rules.read_text(encoding="utf-8") + more, encoding="utf-8")
    return [str(one) for one in check(folder / "desk")]


def test_a_language_without_words_is_a_mistake_that_names_those_with(tmp_path: Path) -> None:
    assert mistakes_of(write_desk(tmp_path, desk=DESK + "languages: [en, xx]\n")) == [
        "desk.yaml:6:17: expected a language with words (one of de, en, fr; a folder "
        'templates/mail/xx brings it), found "xx"'
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("languages: [en, de]", []),
        ("languages: [en, dee]", ["desk.yaml:12:17: expected a language with words"]),
        ("languages: [en, deutsch]", ["desk.yaml:12:17: expected a language such as en"]),
        ("langauges: [en, de]", ["desk.yaml:12:1: expected a known key"]),
        ("languages: 7", ["desk.yaml:12:12: expected a list"]),
    ],
)
def test_a_slip_there_is_told_alone(tmp_path: Path, line: str, told: list[str]) -> None:
    found = example(tmp_path, line)
    assert len(found) == len(told), found
    for one, beginning in zip(found, told, strict=True):
        assert one.startswith(beginning)


def test_one_that_is_left_out_and_used_is_told_where_it_is_used(tmp_path: Path) -> None:
    found = example(tmp_path, "languages: [en]")
    assert any(one.startswith("agents.yaml:44") for one in found)


@pytest.mark.parametrize("code", ["de-AT", "pt-BR", "it"])
def test_a_folder_or_the_first_part_of_the_tag_brings_the_words(tmp_path: Path, code: str) -> None:
    for name in ("pt-BR", "it"):
        folder = tmp_path / "templates" / "mail" / name
        folder.mkdir(parents=True)
        (folder / "_words.yaml").write_text("buttons:\n  take: Si\n", encoding="utf-8")
    desk = write_desk(tmp_path, desk=DESK + f"languages: [en, {code}]\n")
    assert mistakes_of(desk) == []
