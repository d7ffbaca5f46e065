"""A language is a folder: what `_words.yaml` may say, what stands in for the rest, how mistakes are named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from maildesk.config.check import check, load_templates
from maildesk.config.policy import load_policy
from maildesk.config.templates.words import read_wording
from maildesk.desk.problem import Problem
from maildesk.desk.wording import Wording
from tests.config.desks import DESK, write_desk

AT = datetime(2026, 11, 1, 14, 5, tzinfo=UTC)
ITALIAN = """\
dates:
  days: [lunedì, martedì, mercoledì, giovedì, venerdì, sabato, domenica]
  months: [gennaio, febbraio, marzo, aprile, maggio, giugno, luglio, agosto, settembre, ottobre, novembre, dicembre]
  first: 1º
  long: "{weekday} {day} {month} {year}, ore {time}"
problems:
  no_agent: nessuno si chiama «{word}»
buttons:
  take: Prendo io
"""


def own(folder: Path, language: str, words: str) -> Path:
    """A desk with these words of its own in a language."""
    place = (
        write_desk(folder, desk=f"languages: [en, {language}]\n" + DESK)
        / "templates"
        / "mail"
        / language
    )
    place.mkdir(parents=True)
    (place / "_words.yaml").write_text(words, encoding="utf-8")
    return folder


def wording(folder: Path) -> Wording:
    """The words of this desk; none of them is a mistake."""
    found, mistakes = read_wording(folder / "templates")
    assert mistakes == []
    return found


def test_a_desk_brings_a_language_and_what_it_leaves_out_is_english(tmp_path: Path) -> None:
    desk = own(tmp_path, "it", ITALIAN)
    assert check(desk) == []
    italian = load_policy(desk).wording.of("it-CH")
    assert italian.moment(AT, italian.long) == "domenica 1º novembre 2026, ore 14:05"
    assert (
        italian.say(Problem("no_agent", {"word": "karla"}, nearest="Carla"))
        == "nessuno si chiama «karla»; did you mean Carla?"
    )
    assert (italian.button("take"), italian.button("spam"), italian.word("on_hold")) == (
        "Prendo io",
        "Spam",
        "on hold",
    )
    assert load_templates(desk, "en").wording == load_policy(desk).wording


def test_a_desk_changes_single_words_of_a_language_that_came_with_the_program(
    tmp_path: Path,
) -> None:
    german = wording(
        own(tmp_path, "de", "words: {waiting: bei der Kundschaft}\nbuttons: {take: Ich mach's}\n")
    ).of("de")
    assert (german.word("waiting"), german.word("open"), german.button("take")) == (
        "bei der Kundschaft",
        "offen",
        "Ich mach's",
    )
    assert german.moment(AT, german.brief) == "1.11.2026, 14:05"
    assert read_wording()[0].of("de").button("take") == "Übernehmen"


def test_a_value_may_be_said_in_the_languages_own_word(tmp_path: Path) -> None:
    words = "problems: {cannot_close: 'in stato {status:word}'}\nwords: {waiting: in attesa}\n"
    italian = wording(own(tmp_path, "it", words)).of("it")
    assert (
        italian.say(Problem("cannot_close", {"status": "waiting"}))
        == "in stato in attesa"
    )


def test_refusals_one_after_the_other_name_their_lines() -> None:
    problems = (Problem("needs_subject", line="#subject"), Problem("nobody_waits"))
    english = read_wording()[0].english
    assert (
        english.say_all(problems)
        == "#subject: #subject needs the new subject; nobody waits to be let in"
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("buttons:\n  tkae: X\n", "2:3: expected a key of buttons, found tkae (did you mean take?)"),
        ("button: {}\n", "1:1: expected one of dates, words, problems, sentences, buttons, commands, found button "
         "(did you mean buttons?)"),
        ("problems:\n  no_agent: 'nessun {wrod}'\n", "2:13: expected {word}, found {wrod} (did you mean word?)"),
        ("problems:\n  nobody_waits: '{word}'\n", "2:17: expected a sentence without values, found {word}"),
        ("problems:\n  no_agnet: x\n", "2:3: expected a key of problems, found no_agnet (did you mean no_agent?)"),
        ("dates:\n  days: [a, b]\n", "2:9: expected 7 days, Monday first, found 2"),
        ("dates: {long: '{mnth}'}\n", "1:15: expected {weekday} {day} {month} {short} {number} {year} {time} {hour} {minute} "
         "{zone} {iso}, found {mnth} (did you mean month?)"),
        ("dates: {brief: '{day:>9999}'}\n", "1:16: expected a text in which { and } enclose a name, found {day:>9999}"),
        ("dates:\n  units:\n    day: giorno\n", "3:10: expected a list: the words for one and for several days, found giorno"),
        ("words: [a]\n", "1:8: expected a mapping, found a list"),
        ("words: {open: 3}\n", "1:15: expected a text (in quotes), found 3"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_the_nearest_right_word(
    tmp_path: Path, words: str, expected: str
) -> None:
    desk = own(tmp_path, "it", words)
    assert [str(one) for one in check(desk)] == [f"templates/mail/it/_words.yaml:{expected}"]


def test_words_in_a_place_where_nobody_reads_them_are_a_mistake(tmp_path: Path) -> None:
    desk = own(tmp_path, "it", ITALIAN)
    (desk / "templates" / "mail" / "it" / "words.yaml").write_text(ITALIAN, encoding="utf-8")
    (desk / "templates" / "mail" / "it" / "_words.yml").write_text(ITALIAN, encoding="utf-8")
    assert [str(one).partition(", found")[0] for one in check(desk)] == [
        f"templates/mail/it/{name}:1:1: expected a place such as templates/mail/en/_words.yaml"
        for name in ("_words.yml", "words.yaml")
    ]


def test_a_mistake_in_the_words_keeps_the_last_good_ones(tmp_path: Path) -> None:
    from maildesk.config.watch import PolicyKeeper

    keeper = PolicyKeeper(own(tmp_path, "it", ITALIAN))
    file = tmp_path / "templates" / "mail" / "it" / "_words.yaml"
    file.write_text("buttons: {tkae: x}\n", encoding="utf-8")
    assert not keeper.reload_now()
    assert keeper.current.policy.wording.of("it").button("take") == "Prendo io"
    file.write_text("buttons: {take: Mio}\n", encoding="utf-8")
    assert keeper.reload_now()
    assert keeper.current.policy.wording.of("it").button("take") == "Mio"
