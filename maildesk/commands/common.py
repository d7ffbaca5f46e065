"""What all commands share: the desk folder, opening its database, printing, and leaving with the
right exit code."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import typer

from maildesk.errors import BadPolicy, MaildeskError, NewerTables, TransientFailure

if TYPE_CHECKING:
    from maildesk.config.settings import Settings
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.policy import Agent, Policy
    from maildesk.desk.problem import Problem
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.services import Services
    from maildesk.store.db import Database

EX_TEMPFAIL = 75  # sysexits.h: try again later; mail programs keep the message then
_WANTS_AGENT = frozenset({"query_me", "for_agents_only"})
NARROWEST = 10  # columns are not made narrower than that to fit a window
DeskOption = Annotated[
    Path | None,
    typer.Option(
        "--desk", help="The desk folder; else $MAILDESK_DESK, else ./desk or this folder."
    ),
]
ReferenceArgument = Annotated[
    str, typer.Argument(metavar="REFERENCE", help="The ticket: TKT-0007, or merely 7.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON for programs.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="CSV for spreadsheets.")]


def desk_folder(given: Path | None) -> Path:
    """The desk folder: as given, from the environment, `desk/` here, or the one that whoever
    stands in it, or in a folder of it, is in."""
    named = given or os.environ.get("MAILDESK_DESK")
    if named:
        return Path(named).absolute()
    if Path("desk").is_dir():
        return Path("desk").absolute()
    here = Path.cwd()
    around = (folder for folder in (here, *here.parents) if (folder / "desk.yaml").is_file())
    return next(around, here / "desk")


def program() -> str:
    """How to call this program from here: by its name where the PATH has it, else
    by where it lies."""
    if shutil.which("maildesk"):
        return "maildesk"
    beside = Path(sys.executable).with_name("maildesk")
    return os.path.relpath(beside) if beside.is_relative_to(Path.cwd()) else str(beside)


def stop(message: str, code: int) -> NoReturn:
    """Leave, saying why on standard error."""
    print(message, file=sys.stderr)
    raise typer.Exit(code)


def say_here(language: Language, problem: Problem, here: str = "--as AGENT") -> str:
    """The refusal as a sentence; where an agent is wanted, with the option that names one, `here`:
    whoever is logged in at this machine is none."""
    said = language.say(problem)
    codes = {problem.code, *(part.code for part in problem.parts)}
    return f"{said} ({here} names one)" if codes & _WANTS_AGENT else said


@contextmanager
def in_words() -> Iterator[None]:
    """Errors as their words: 2 for the admin's files, 75 for what passes, 1 for the rest."""
    try:
        yield
    except BadPolicy as problem:
        stop(str(problem), 2)
    except TransientFailure as problem:
        stop(f"maildesk: not now: {problem}", EX_TEMPFAIL)
    except NewerTables as problem:  # deploy/systemd does not begin again after a 2
        stop(f"maildesk: {problem}", 2)
    except MaildeskError as problem:
        stop(f"maildesk: {problem}", 1)


def settings_of(desk: Path) -> Settings:
    """The settings, or the mistakes in them and exit code 2."""
    from maildesk.config.environment import load_settings

    if not desk.is_dir():
        stop(
            (
                f"maildesk: there is no desk folder {desk}; `maildesk run` makes one, --desk names "
                f"another"
            ),
            2,
        )
    return load_settings(desk)


@contextmanager
def opened(given: Path | None) -> Iterator[tuple[Database, Policy, Settings, Path]]:
    """The desk's database and policy, for a command that looks or changes a row. One that acts
    takes `open_for_acting`."""
    from maildesk.config.policy import load_policy
    from maildesk.storage import open_storage

    with in_words():
        desk = desk_folder(given)
        settings = settings_of(desk)
        policy = load_policy(desk)
        storage = open_storage(desk, settings)
        try:
            _say_which_relay_stands(storage.db, settings, policy.tz)
            yield storage.db, policy, settings, desk
        finally:
            storage.db.close()


@contextmanager
def open_for_acting(given: Path | None) -> Iterator[Services]:
    """The whole desk, templates, keys and DKIM signature and all, for a command that acts: it may
    have to compose mail."""
    from maildesk.pipeline.open_desk import open_desk

    with in_words():
        desk = desk_folder(given)
        services = open_desk(desk, settings_of(desk))
        try:
            zone = services.keeper.current.policy.tz
            _say_which_relay_stands(services.db, services.settings, zone)
            yield services
        finally:
            services.close()


def _say_which_relay_stands(db: Database, settings: Settings, zone: ZoneInfo) -> None:
    """At the head of whatever is printed, on standard error: no mail goes out, and what helps."""
    from maildesk.config.connections.relays import relay_named
    from maildesk.pipeline.relays import advice
    from maildesk.store.relays import lines

    with db.read() as conn:
        found = [line for line in lines.every(conn) if line.told_at is not None and not line.pace]
        waiting = lines.waiting(conn) if found else {}
    for line in found:
        words = advice.headline(line, waiting.get(line.line, 0), zone)
        mends = advice.helps(line, relay_named(settings, line.relay))
        print(one_line(f"maildesk: {words}; what helps: {mends}"), file=sys.stderr)


def say_if_mails_wait(given: Path | None) -> None:
    """A word on standard error where nothing here sends mails: they wait until something does."""
    from maildesk.heartbeat import pulses

    if not any("work" in pulse.roles for pulse in pulses(desk_folder(given))):
        words = "no process of this desk sends mail here now; it goes out as soon as one runs"
        print(f"maildesk: {words} (`{program()} run`)", file=sys.stderr)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_list(whole: dict[str, Any], shape: str, *, as_json: bool, as_csv: bool) -> None:
    """A list as one JSON document, or as CSV, whatever the terminal's encoding is. The CSV has no
    place to say that it is cut; standard error has."""
    from maildesk.views.csv_lines import csv_list

    if as_json and as_csv:
        stop("maildesk: --json or --csv, not both", 2)
    if as_json:
        print_json(whole)
        return
    typer.echo(csv_list(whole, shape).encode("utf-8", "replace"), nl=False)
    if whole["cut"]:
        print(f"maildesk: there are more; the next with --after {whole['next']}", file=sys.stderr)


def write_page(path: Path, page: str) -> None:
    """Put a page for the browser into this file; leaves with the reason where
    that cannot be done."""
    try:
        path.write_text(page, encoding="utf-8", errors="replace")
    except OSError as problem:
        stop(f"maildesk: {path} cannot be written: {problem.strerror}", 1)
    print(f"The page is in {path}.")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """A table for people: whole in a pipe, as wide as the window on a screen. `empty` is said where
    there are no rows."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.text import Text

    cells = [["" if cell is None else one_line(cell) for cell in row] for row in rows]
    if not cells:
        print(empty)
        return
    console = Console(highlight=False, soft_wrap=True)
    widths = [max(map(cell_len, column)) for column in zip(columns, *cells, strict=True)]
    room = console.width - 2 * len(widths) + 2
    while console.is_terminal and sum(widths) > room:
        spare = [
            width - max(NARROWEST, cell_len(name))
            for width, name in zip(widths, columns, strict=True)
        ]
        if max(spare) <= 0:
            break
        widths[spare.index(max(spare))] -= 1
    for number, row in enumerate([list(columns), *cells]):
        line = "  ".join(_cut(cell, width) for cell, width in zip(row, widths, strict=True))
        console.print(Text(line.rstrip(), style="bold" if number == 0 else ""))


def _cut(cell: str, width: int) -> str:
    from rich.cells import cell_len, set_cell_size

    return set_cell_size(
        cell if cell_len(cell) <= width else set_cell_size(cell, width - 1) + "…", width
    )


def one_line(cell: object) -> str:
    """The words on one line, without anything that would move the cursor."""
    return "".join(c if c.isprintable() else " " for c in str(cell))


def one_of(given: str, known: Iterable[str], what: str) -> str:
    """What was given where it is one of these, in their spelling; else leaves
    with what there is."""
    words = list(known)
    found = next((word for word in words if word.lower() == given.lower()), None)
    if found is None:
        stop(f"maildesk: there is no {what} {given}; there are {', '.join(words)}", 2)
    return found


def agent_named(policy: Policy, words: str) -> Agent:
    """The agent of this address or name. Leaves with who there is."""
    from maildesk.desk.filters.lookup import agents_named
    from maildesk.desk.filters.syntax import nearest

    found = agents_named(policy, words)
    if len(found) > 1:
        stop(f"maildesk: {words} may be {' or '.join(agent.address for agent in found)}", 2)
    for agent in found:
        return agent
    known = ", ".join(agent.address for agent in policy.agents)
    called = (
        one for a in policy.agents for one in (a.address.partition("@")[0], a.address, a.name)
    )
    near = nearest(words, called)
    meant = f"; did you mean {near}?" if near else ""
    stop(f"maildesk: there is no agent {words}; there are {known}{meant}", 2)


def ticket_named(conn: Any, policy: Policy, words: str) -> Ticket:
    """The ticket of this reference, however it is typed. Leaves where there is none."""
    from maildesk.store.desk import tickets

    found = tickets.named(conn, policy, words)
    if found is None:
        stop(f"maildesk: there is no ticket {words}", 1)
    return found
