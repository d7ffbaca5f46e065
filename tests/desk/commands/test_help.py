"""The table of commands as people are shown it."""

from __future__ import annotations

from maildesk.desk.commands.command_lines import read
from maildesk.desk.commands.help import shown
from maildesk.desk.commands.table import COMMANDS
from tests.desk.stories import POLICY


def test_the_table_is_whole_in_every_language_and_what_it_shows_is_understood() -> None:
    for language in (*POLICY.wording, "nl"):
        found = shown(language, POLICY)
        assert [one.name for one in found] == list(COMMANDS)
        assert all(one.does for one in found)
        for one in found:
            for word in (one.word, *one.also):
                (command,) = read(f"#{word} {one.argument}".strip(), POLICY).commands
                assert command.name == one.name


def test_a_language_says_it_in_its_own_words() -> None:
    german, english = ({one.name: one for one in shown(code, POLICY)} for code in ("de", "en"))
    assert (german["resolve"].word, english["resolve"].word) == ("erledigt", "resolve")
    assert german["resolve"].does != english["resolve"].does
    assert (german["reopen"].word, english["reopen"].word) == ("öffnen", "reopen")
