"""The commands of agents, for programs."""

from __future__ import annotations

from collections.abc import Sequence

from maildesk.desk.commands.help import Shown
from maildesk.views.plain import Json, listed


def command_list(commands: Sequence[Shown]) -> Json:
    """All of them, in the order in which people are shown them."""
    return listed(
        "commands",
        [
            {
                "name": one.name,
                "word": one.word,
                "argument": one.argument,
                "does": one.does,
                "also": list(one.also),
            }
            for one in commands
        ],
    )
