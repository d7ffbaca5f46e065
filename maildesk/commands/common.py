"""What all commands share: the desk folder, opening its database, printing, and leaving with the right exit code."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from maildesk.errors import BadPolicy, MaildeskError, TransientFailure

if TYPE_CHECKING:
    from maildesk.config.settings import Settings
    from maildesk.desk.policy import Policy
    from maildesk.store.db import Database

EX_TEMPFAIL = 75  # sysexits.h: try again later; mail programs keep the message then
DeskOption = Annotated[Path | None, typer.Option("--desk", help="The desk folder; else $MAILDESK_DESK, else ./desk.")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON for programs.")]


def desk_folder(given: Path | None) -> Path:
    """The desk folder: as given, from the environment, or `desk/` here."""
    return (given or Path(os.environ.get("MAILDESK_DESK") or "desk")).absolute()


def program() -> str:
    """How to call this program from here: by its name where the PATH has it, else by where it lies."""
    if shutil.which("maildesk"):
        return "maildesk"
    beside = Path(sys.executable).with_name("maildesk")
    return os.path.relpath(beside) if beside.is_relative_to(Path.cwd()) else str(beside)


def stop(message: str, code: int) -> NoReturn:
    """Leave, saying why on standard error."""
    print(message, file=sys.stderr)
    raise typer.Exit(code)


@contextmanager
def in_words() -> Iterator[None]:
    """Errors as their words: 2 for the admin's files, 75 for what passes, 1 for the rest."""
    try:
        yield
    except BadPolicy as problem:
        stop(str(problem), 2)
    except TransientFailure as problem:
        stop(f"maildesk: not now: {problem}", EX_TEMPFAIL)
    except MaildeskError as problem:
        stop(f"maildesk: {problem}", 1)


def settings_of(desk: Path) -> Settings:
    """The settings, or the mistakes in them and exit code 2."""
    from maildesk.config.environment import load_settings

    if not desk.is_dir():
        stop(f"maildesk: there is no desk folder {desk}; `maildesk run` makes one, --desk names another", 2)
    return load_settings(desk)


@contextmanager
def opened(given: Path | None) -> Iterator[tuple[Database, Policy, Settings, Path]]:
    """The desk's database and policy, for a command that looks or changes something."""
    from maildesk.config.policy import load_policy
    from maildesk.store.db import Database
    from maildesk.store.migrate import migrate

    with in_words():
        desk = desk_folder(given)
        settings = settings_of(desk)
        policy = load_policy(desk)
        db = Database(settings.database, desk=desk, pool=2)
        try:
            migrate(db)
            yield db, policy, settings, desk
        finally:
            db.close()


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """A table for people, the last column taking what room is left; `empty` is said where there are no rows."""
    from rich.console import Console
    from rich.table import Table

    cells = [["" if cell is None else _plain(cell) for cell in row] for row in rows]
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, name in enumerate(columns):
        width = max([len(name), *(len(row[number]) for row in cells)])
        is_last = number == len(columns) - 1
        table.add_column(name, overflow="ellipsis", no_wrap=True, ratio=1 if is_last else None, min_width=min(width, 16))
    for row in cells:
        table.add_row(*row)
    Console(soft_wrap=False).print(table if cells else empty, highlight=False)


def _plain(cell: object) -> Any:
    from rich.text import Text

    return Text("".join(c if c.isprintable() else " " for c in str(cell)))


def when(at: Any) -> str:
    """A time for people, in UTC, to the minute."""
    return at.strftime("%Y-%m-%d %H:%M") if at is not None else ""
