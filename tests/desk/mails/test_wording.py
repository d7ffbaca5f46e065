"""What a language says that stands in no template; one without words says it in numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from maildesk.desk.mails.wording import CommandWords, Language, Wording
from maildesk.desk.problem import Problem

ENGLISH = Language(
    "en",
    problems={"no_agent": 'there is no agent "{word}"', "nearest": "did you mean {nearest}?"},
    sentences={"between": "; "},
    buttons={"take": "Take it"},
    words={"waiting": "waiting for the customer"},
)
LATIN = Language(
    "la",
    problems={"cannot_close": "in statu {status:word}"},
    words={"waiting": "exspectat", "me": "ego"},
    commands={"take": CommandWords(("capio",))},
)
WORDING = Wording({"en": ENGLISH, "la": LATIN})


def test_a_language_is_found_by_its_tag_and_its_first_part() -> None:
    assert WORDING.of("la-VA") is LATIN
    assert WORDING.of("LA") is LATIN


def test_a_language_without_words_refuses_in_english_and_writes_numbers() -> None:
    finnish = WORDING.of("fi")
    assert finnish.code == "fi"
    assert finnish.button("take") == "Take it"
    assert finnish.word("on_hold") == "on hold"
    at = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
    assert finnish.moment(at, finnish.long) == "2026-11-02 09:05 UTC"
    assert finnish.period(timedelta(hours=25)) == "1 d 1 h"


def test_a_refusal_has_its_values_and_the_nearest_right_word() -> None:
    problem = Problem("no_agent", {"word": "karla"}, nearest="Carla")
    assert ENGLISH.say(problem) == 'there is no agent "karla"; did you mean Carla?'
    assert LATIN.say(Problem("cannot_close", {"status": "waiting"})) == "in statu exspectat"
    assert LATIN.say(Problem("not_said_here", {"word": "x"})) == "not said here x"


def test_words_and_spellings_of_all_languages_are_known() -> None:
    assert WORDING.called("me") == {"me", "ego"}
    assert WORDING.commands["capio"] == "take"
