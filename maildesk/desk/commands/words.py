"""Commands that say who reads the text of a mail: note, reply."""

from __future__ import annotations

from maildesk.desk.commands.spec import Answer, Beside, Command, Request, Spec
from maildesk.desk.permissions import Permission


def _nothing(_command: Command, _request: Request) -> Answer:
    """The text is carried out with everything beside it (see `carry_out`)."""
    return []


SPECS = (
    Spec(
        name="note",
        words=("note", "internal", "comment"),
        does="only colleagues see this",
        needs=Permission.NOTE,
        handler=_nothing,
        beside=Beside.NOTE,
        value_is_text=True,
    ),
    Spec(
        name="reply",
        words=("reply", "public", "answer"),
        does="the customer sees this",
        needs=Permission.ANSWER,
        handler=_nothing,
        beside=Beside.REPLY,
        value_is_text=True,
    ),
)
