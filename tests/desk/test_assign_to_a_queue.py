"""Who writes a queue behind #assign is told which command moves a ticket there."""

from __future__ import annotations

import pytest

from maildesk.desk.commands import values
from maildesk.desk.commands.spec import Command
from maildesk.desk.problem import Problem
from tests.desk.stories import POLICY


@pytest.mark.parametrize("word", ("network", "Network"))
def test_a_queue_is_known_for_one(word: str) -> None:
    found = values.assignee(Command("assign", word), POLICY)
    assert isinstance(found, Problem)
    assert found.code == "no_agent_but_queue"
    assert found.values["queue"] == "network"
    said = POLICY.wording.english.say(found)
    assert said == f'"{word}" is no agent, but a queue: #queue network moves it there'
