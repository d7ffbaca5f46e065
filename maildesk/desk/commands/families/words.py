"""Commands that say who reads the text of a mail: note, reply, all."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from maildesk.desk.commands.spec import Answer, Beside, Request, Setting, Spec
from maildesk.desk.permissions import Permission


def _nothing(_value: str, _request: Request) -> Answer:
    """The text is carried out with everything beside it (see `carry_out`)."""
    return []


def _read_by(whom: str) -> Callable[[str, Request], Iterable[Setting]]:
    return lambda _value, _request: (("readers", whom),)


SPECS = (
    Spec(
        name="note",
        words=("note", "internal", "private", "comment"),
        does="only colleagues see this",
        needs=Permission.NOTE,
        handler=_nothing,
        sets=_read_by("colleagues"),
        beside=Beside.NOTE,
        value_is_text=True,
        takes_words=True,
    ),
    Spec(
        name="reply",
        words=("reply", "public", "answer"),
        does="the customer sees this",
        needs=Permission.ANSWER,
        handler=_nothing,
        sets=_read_by("customer"),
        beside=Beside.REPLY,
        value_is_text=True,
        takes_words=True,
    ),
    Spec(
        name="all",
        words=("all", "everyone", "everybody"),
        does="your text goes to everybody who takes part, whoever had the message you answer",
        needs=Permission.ANSWER,
        handler=_nothing,
        sets=lambda _value, _request: (("readers", "customer"), ("recipients", "all")),
        beside=Beside.REPLY,
        to_everybody=True,
        takes_value=False,
    ),
)
