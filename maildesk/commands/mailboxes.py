"""`maildesk mailboxes`: how far each mailbox is read, and a look into it that changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.commands.common import (
    CsvOption,
    DeskOption,
    JsonOption,
    open_for_acting,
    opened,
    print_list,
    print_table,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from maildesk.config.settings import Settings
    from maildesk.ingress.imap.look import Look
    from maildesk.store.db import Database
    from maildesk.store.mailbox.mailboxes import Cursor

_MEGABYTE = 1_000_000


def mailboxes(
    desk: DeskOption = None,
    look: Annotated[
        bool, typer.Option("--look", help="Log in, look, change nothing, and say how long it took.")
    ] = False,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show how far each folder of each mailbox is read, what is still to be taken, and what was
    left alone; exit code 1 where --look finds a mailbox or folder that cannot be read."""
    from maildesk.store.mailbox.mailboxes import cursors_of
    from maildesk.views.mailboxes import mailbox_list

    with opened(desk) as (db, _, settings, _), db.read() as conn:
        positions = [at for box in settings.imap for at in cursors_of(conn, box.name)]
    found = _looks(desk) if look else []
    glances = [(one.name, glance) for one in found for glance in one.glances]
    if as_json or as_csv:
        whole = mailbox_list(positions, glances)
        print_list(whole, "mailbox_list", as_json=as_json, as_csv=as_csv)
    elif look:
        _print_looks(found)
    else:
        _print_positions(positions)
    raise typer.Exit(1 if any(glance.outcome for _, glance in glances) else 0)


def _print_positions(positions: Iterable[Cursor]) -> None:
    rows = [
        (at.mailbox, at.folder or "-", at.start or "-", str(at.uid), at.backlog or "-",
         str(at.left_alone))
        for at in positions
    ]  # fmt: skip
    head = ("mailbox", "folder", "start", "read up to", "still to be taken", "left alone")
    print_table(head, rows, "No mailbox has been read.")


def _looks(desk: Path | None) -> list[Look]:
    """What is found in each mailbox."""
    from maildesk.ingress.imap.look import look
    from maildesk.oauth import sign_in

    with open_for_acting(desk) as services:
        settings, tokens = services.settings, services.tokens
        return [look(box, sign_in.for_mailbox(settings, tokens, box)) for box in settings.imap]


def notes(settings: Settings, db: Database) -> list[str]:
    """What of the mailboxes' mail was left alone, a line for each folder."""
    from maildesk.ingress.imap.start import told
    from maildesk.store.mailbox.mailboxes import cursors_of

    with db.read() as conn:
        found = [at for box in settings.imap for at in cursors_of(conn, box.name)]
    return [f"{at.mailbox}, {at.folder}: {words}" for at in found if (words := told(at))]


def _print_looks(found: list[Look]) -> None:
    for one in found:
        if one.outcome:
            print(f"{one.name}: {one.outcome}: {one.words}")
            continue
        idle = "tells of new mail at once (IDLE)" if one.idle else "is asked for new mail (no IDLE)"
        sent = f"; sent mail lies in {one.sent}" if one.sent else ""
        print(f"{one.name}: logged in within {one.seconds:.2f} s; the server {idle}{sent}")
        for folder in one.folders:
            if folder.outcome:
                print(f"  {folder.folder}: {folder.outcome}: {folder.words}")
                continue
            junk = ", the spam folder" if folder.is_junk else ""
            cost = f"{folder.seconds:.2f} s, {folder.octets / _MEGABYTE:.1f} MB"
            print(
                f"  {folder.folder}{junk}: {folder.messages} messages, of which `start` takes in "
                f"{folder.wanted}; first look {cost}"
            )
    if not found:
        print("settings.yaml names no mailbox.")
