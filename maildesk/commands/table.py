"""`maildesk commands`: what agents may write on the first lines of a mail."""

from __future__ import annotations

from typing import Annotated

import typer

from maildesk.commands.common import DeskOption, JsonOption, one_of, opened, print_json, print_table


def commands(
    desk: DeskOption = None,
    language: Annotated[
        str, typer.Option(help="In this language; default: the desk's first.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Print the commands of agents: how each is written, and what it does."""
    from maildesk.desk.commands.help import shown
    from maildesk.views.commands import command_list

    with opened(desk) as (_, policy, _, _):
        code = one_of(language, policy.wording, "language") if language else policy.default_language
        found = shown(code, policy)
    if as_json:
        print_json(command_list(found))
        return
    lines = ((f"#{one.word} {one.argument}".strip(), one.does, " ".join(one.also)) for one in found)
    print_table(("line", "does", "also"), lines, "There are no commands.")
