"""The arguments and options of `maildesk ticket ACTION`."""

from __future__ import annotations

from typing import Annotated

import typer

from maildesk.commands import completion

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="REFERENCE... VALUE",
        help="The tickets, then the value.",
        autocompletion=completion.values,
    ),
]
References = Annotated[
    list[str] | None, typer.Argument(metavar="REFERENCE...", help="The tickets.")
]
AsOption = Annotated[
    str | None,
    typer.Option(
        "--as", help="The agent who acts; else it is you.", autocompletion=completion.agents
    ),
]
YesOption = Annotated[
    bool,
    typer.Option("--yes", help="Also where not everybody has part in both."),
]
NoteOption = Annotated[
    str | None,
    typer.Option("--note", metavar="WORDS", help="Beside it, words for colleagues; - reads them."),
]
ReplyOption = Annotated[
    str | None,
    typer.Option(
        "--reply",
        metavar="WORDS",
        help="Beside it, words for the customer; - reads them.",
    ),
]
ToOption = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="ADDRESS", help="This one answer goes there, and nowhere else."),
]
CcOption = Annotated[
    list[str] | None,
    typer.Option("--cc", metavar="ADDRESS", help="They take part from now on, and get it, too."),
]
BccOption = Annotated[
    list[str] | None,
    typer.Option("--bcc", metavar="ADDRESS", help="A copy that nobody else sees."),
]
AllOption = Annotated[
    bool, typer.Option("--all", help="To everybody who takes part, whoever wrote last.")
]
DryOption = Annotated[bool, typer.Option("--dry", help="Say what would be done, and do nothing.")]
