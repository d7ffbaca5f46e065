"""A language is a folder: what `_words.yaml` may say, what stands in for the rest, how
mistakes are named."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from maildesk.config.check import check, load_templates
from maildesk.config.policy import load_policy
from maildesk.config.templates.files import builtin_root
from maildesk.config.templates.words import read_wording
from maildesk.config.yaml import load
from maildesk.desk.commands.table import COMMANDS
from maildesk.desk.mails.wording import Wording
from maildesk.desk.problem import Problem
from tests.config.desks import DESK, write_desk

AT = datetime(2026, 11, 1, 14, 5, tzinfo=UTC)
ITALIAN = """\
dates:
  days: [lunedì, martedì, mercoledì, giovedì, venerdì, sabato, domenica]
  months: [gennaio, febbraio, marzo, aprile, maggio, giugno,
           luglio, agosto, settembre, ottobre, novembre, dicembre]
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
        "This is spam",
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
    assert italian.say(Problem("cannot_close", {"status": "waiting"})) == "in stato in attesa"


def test_refusals_one_after_the_other_name_their_lines() -> None:
    problems = (
        Problem("needs_subject", {"command": "subject"}, "#subject"),
        Problem("nobody_waits"),
    )
    english = read_wording()[0].english
    assert (
        english.say_all(problems)
        == "#subject: #subject needs the new subject; nobody is waiting to be let in"
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("buttons:\n  tkae: X\n", ("2:3: expected a key of buttons, found tkae (did you mean "
            "take?)")),
        ("button: {}\n", "1:1: expected one of dates, words, values, problems, reasons, "
            "sentences, buttons, commands, verbs, found button "
         "(did you mean buttons?)"),
        ("problems:\n  no_agent: 'nessun {wrod}'\n", ("2:13: expected {word}, found {wrod} (did "
            "you mean word?)")),
        ("problems:\n  nobody_waits: '{word}'\n", ("2:17: expected a sentence without values, "
            "found "
            "{word}")),
        ("problems:\n  no_agnet: x\n", ("2:3: expected a key of problems, found no_agnet (did you "
            "mean no_agent?)")),
        ("dates:\n  days: [a, b]\n", "2:9: expected 7 days, Monday first, found 2"),
        ("dates: {long: '{mnth}'}\n", "1:15: expected {weekday} {day} {month} {short} {number} "
            "{year} "
            "{time} "
            "{hour} "
            "{minute} "
         "{zone} {iso}, found {mnth} (did you mean month?)"),
        ("dates: {brief: '{day:>9999}'}\n", ("1:16: expected a text in which { and } enclose a "
            "name, found {day:>9999}")),
        ("dates:\n  units:\n    day: giorno\n", ("3:10: expected a list: the words for one and for "
            "several days, found giorno")),
        ("dates:\n  units:\n    day: {one: giorno}\n", "3:10: expected a form that is named "
            "other, found one"),
        ("dates:\n  plurals: {one: n is 1}\n", "2:18: expected a plural rule of CLDR, such as: "
            "i % 10 = 2..4 and i % 100 != 12..14, found n is 1"),
        ("dates:\n  plurals: {fwe: n = 1}\n", "2:13: expected a key of plurals, found fwe (did "
            "you mean few?)"),
        ("values: {fillers: a}\n", "1:19: expected a list: words, found a"),
        ("values: {filler: [a]}\n", "1:10: expected a key of values, found filler (did you mean "
            "fillers?)"),
        ("reasons: {took: '{who}'}\n", "1:17: expected {agent}, found {who}"),
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


ROOT = builtin_root()
OTHERS = sorted(path.name for path in ROOT.iterdir() if path.is_dir() and path.name != "en")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_OWN_WAY = {"who.first_name", "who.display"}  # how one is greeted is a matter of the language
_GREETED = re.compile(r"\{% set who = [^%]*%\}")
_VARIABLE = re.compile(
    r"\b(?:ticket|desk|message|person|author|previous|file|line|action|star|one|who)\.\w+|\|\w+"
)


def shown_in(path: Path) -> set[str]:
    """The variables and filters that a template uses."""
    text = _GREETED.sub("", path.read_text(encoding="utf-8"))
    return {name for tag in _TAG.findall(text) for name in _VARIABLE.findall(tag)} - _OWN_WAY


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_file_and_each_shows_what_the_english_one_shows(
    language: str,
) -> None:
    names = {path.name for path in (ROOT / "en").iterdir()}
    assert {path.name for path in (ROOT / language).iterdir()} == names
    templates = [name for name in sorted(names) if name.endswith((".txt", ".html"))]
    missing = {
        name: shown_in(ROOT / "en" / name) - shown_in(ROOT / language / name) for name in templates
    }
    assert {name: lost for name, lost in missing.items() if lost} == {}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_word_and_each_sentence_has_its_values(language: str) -> None:
    own, english = (load(ROOT / folder / "_words.yaml").data for folder in (language, "en"))
    for section in ("dates", "words", "problems", "sentences", "buttons"):
        assert set(english[section]) - set(own[section]) == set(), section
    assert set(own["commands"]) == set(COMMANDS)
    assert all(command["help"] for command in own["commands"].values())
    for code, said in {**english["problems"], **english["sentences"]}.items():
        values = set(re.findall(r"\{(\w+)", {**own["problems"], **own["sentences"]}[code]))
        assert values <= set(re.findall(r"\{(\w+)", said)), code


@pytest.mark.parametrize("language", OTHERS)
def test_the_words_of_a_language_that_comes_with_the_program_are_read_like_a_desks_own(
    language: str, tmp_path: Path
) -> None:
    wording(own(tmp_path, language, (ROOT / language / "_words.yaml").read_text(encoding="utf-8")))


def test_no_spelling_means_two_commands() -> None:
    meant: dict[str, set[str]] = {}
    for language in read_wording()[0].values():
        for name, command in language.commands.items():
            for word in command.words:
                meant.setdefault(word.lower(), set()).add(name)
    for name, spec in COMMANDS.items():
        for word in spec.words:
            meant.setdefault(word, set()).add(name)
    assert {word: names for word, names in meant.items() if len(names) > 1} == {}


def test_what_a_german_notification_shows_of_a_ticket_is_changed_by_the_same_words() -> None:
    german = read_wording()[0]["de"].commands
    shown = (ROOT / "de" / "_agent.txt").read_text(encoding="utf-8")
    for label, name in (("Status", "status"), ("Priorität", "priority"), ("Bereich", "queue")):
        assert f"\n{label}  " in shown
        assert label.lower() in (*german[name].words, *COMMANDS[name].words)


def test_french_is_set_as_it_is_printed() -> None:
    for path in (ROOT / "fr").iterdir():
        text = path.read_text(encoding="utf-8")
        loose = [line for line in text.split("\n") if re.search(r"(?<=\w) [:;?!»]|« ", line)]
        assert loose == [], path.name
    french = read_wording()[0].of("fr-CH")
    first = datetime(2026, 11, 1, 9, 5, tzinfo=ZoneInfo("Europe/Paris"))
    assert (
        french.moment(first, french.long)
        == "dimanche 1er novembre 2026 à 9\u00a0h\u00a005 (heure de Paris)"
    )
    assert (
        french.moment(datetime(2026, 11, 30, 14, 5, tzinfo=UTC), french.brief)
        == "30 nov. 2026 à 14\u00a0h\u00a005"
    )
    assert french.size(1_650_000) == "1,6\u00a0Mo"
    assert (
        french.say(Problem("file_too_large", {"number": "10", "unit": "MB"}))
        == "plus de 10\u00a0Mo"
    )


def test_a_language_with_many_plural_forms_has_them_all(tmp_path: Path) -> None:
    words = (
        "dates:\n"
        "  plurals:\n"
        "    one: i = 1 and v = 0\n"
        "    few: v = 0 and i % 10 = 2..4 and i % 100 != 12..14\n"
        "    many: v = 0 and i != 1 and i % 10 = 0..1 or v = 0 and i % 10 = 5..9\n"
        "  units:\n"
        "    minute: {one: minuta, few: minuty, many: minut, other: minuty}\n"
        "  joint: ' i '\n"
    )
    polish = wording(own(tmp_path, "pl", words)).of("pl")
    said = [polish.period(timedelta(minutes=count)) for count in (1, 2, 5, 22, 25)]
    assert said == ["1 minuta", "2 minuty", "5 minut", "22 minuty", "25 minut"]
