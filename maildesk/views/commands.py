"""The commands of agents and the canned replies, for programs."""

from __future__ import annotations

from collections.abc import Sequence

from maildesk.desk.commands.help import Shown
from maildesk.desk.replies.canned import CannedReply
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


def canned_list(replies: Sequence[CannedReply]) -> Json:
    """Every canned reply, by file."""
    return listed(
        "replies",
        [
            {
                "shortcut": one.shortcut,
                "category": one.category,
                "language": one.language,
                "subject": one.subject,
                "beginning": one.beginning,
                "file": one.file,
            }
            for one in replies
        ],
    )
