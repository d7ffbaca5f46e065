"""`maildesk commands`, `maildesk canned` and `maildesk rules`: what agents may write on the first
lines of a mail, the replies that are ready, and what the desk does by itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.commands.common import (
    CsvOption,
    DeskOption,
    JsonOption,
    desk_folder,
    in_words,
    one_of,
    print_list,
    print_table,
    settings_of,
)

if TYPE_CHECKING:
    from maildesk.desk.policy import Policy


def commands(
    desk: DeskOption = None,
    language: Annotated[
        str, typer.Option(help="In this language; default: the desk's first.")
    ] = "",
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Print the commands of agents: how each is written, and what it does. Where there is no desk
    folder: those that every desk has."""
    from maildesk.config.policy import load_policy
    from maildesk.desk.commands.help import shown
    from maildesk.views.commands import command_list

    with in_words():
        folder = desk_folder(desk)
        is_named = desk is not None or bool(os.environ.get("MAILDESK_DESK"))
        if is_named or folder.is_dir():
            settings_of(folder)
            policy = load_policy(folder)
        else:
            policy = _of_every_desk()
        code = one_of(language, policy.wording, "language") if language else policy.default_language
        found = shown(code, policy)
    if as_json or as_csv:
        print_list(command_list(found), "command_list", as_json=as_json, as_csv=as_csv)
        return
    lines = ((f"#{one.word} {one.argument}".strip(), one.does, " ".join(one.also)) for one in found)
    print_table(("line", "does", "also"), lines, "There are no commands.")


def _of_every_desk() -> Policy:
    """A desk of which nothing is known but the words that come with the program."""
    from maildesk.config.templates.words import read_wording
    from maildesk.desk.policy import Policy

    return Policy("", (), {}, (), wording=read_wording()[0])


def canned(
    desk: DeskOption = None,
    category: Annotated[str, typer.Option(help="Those of this category first.")] = "",
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """List the canned replies: their shortcuts, what each is about, and how it begins."""
    from maildesk.config.policy import load_policy
    from maildesk.desk.replies.canned import shelves
    from maildesk.views.commands import canned_list

    with in_words():
        folder = desk_folder(desk)
        settings_of(folder)
        policy = load_policy(folder)
    if category:
        one_of(category, policy.categories, "category")
    if as_json or as_csv:
        whole = canned_list(policy.canned)
        print_list(whole, "canned_list", as_json=as_json, as_csv=as_csv)
        return
    found = shelves(policy.canned, policy.languages, category)
    lines = (
        (
            f"/{one.shortcut}",
            one.shown.category,
            " ".join(one.languages),
            one.shown.subject or one.shown.beginning,
        )
        for one in found
    )
    print_table(("line", "category", "languages", "about"), lines, "There are no canned replies.")


def rules(
    desk: DeskOption = None,
    defaults: Annotated[
        bool,
        typer.Option("--defaults", help="Print the built-in rules as YAML, to start from."),
    ] = False,
    fields: Annotated[
        bool, typer.Option("--fields", help="Print what a condition may look at.")
    ] = False,
) -> None:
    """Print the rules in force, in the order in which they are read: where each stands, and what
    sets it off.

    --defaults prints the built-in ones, with comments, as they would stand in rules.yaml. One that
    is copied there takes the place of the built-in rule of its name.
    """
    from maildesk.config.defaults import default_bytes
    from maildesk.config.policy import load_policy
    from maildesk.desk.rules.conditions import OPERATORS
    from maildesk.desk.rules.context import FIELDS, PREFIXES

    if defaults:
        print(default_bytes().decode(), end="")
        return
    if fields:
        known = {**FIELDS, **{f"{prefix}NAME": one for prefix, one in PREFIXES.items()}}
        lines = ((name, one.about, ", ".join(OPERATORS[one.kind])) for name, one in known.items())
        print_table(("field", "is", "can be asked"), lines, "")
        return
    with in_words():
        folder = desk_folder(desk)
        settings_of(folder)
        found = load_policy(folder).rules
    rows = (
        (f"{one.file}:{one.line}", one.name, ", ".join(trigger.written for trigger in one.when))
        for one in (found.rules if found is not None else ())
    )
    print_table(("place", "rule", "when"), rows, "There are no rules.")
