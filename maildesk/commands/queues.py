"""`maildesk outbox` and `maildesk quarantine`: what waits, what failed, what is held, and what to do about it."""

from __future__ import annotations

import getpass
from typing import Annotated, Any

import typer

from maildesk.commands.common import DeskOption, JsonOption, opened, print_json, print_table, stop, when
from maildesk.store import outbox as outbox_rows
from maildesk.store import quarantine as held_rows
from maildesk.store import spool
from maildesk.store.blobs import Blobs

outbox = typer.Typer(no_args_is_help=True, help="Mails that wait, failed, or hang.")
quarantine = typer.Typer(no_args_is_help=True, help="Messages that are held until a person decides.")


@outbox.command("list")
def list_outbox(
    desk: DeskOption = None,
    as_json: JsonOption = False,
    state: Annotated[list[str] | None, typer.Option(help="due, claimed, sent, failed, uncertain; default: all but sent.")] = None,
    limit: int = 200,
) -> None:
    """List outgoing mails, newest first."""
    with opened(desk) as (db, _, _, _), db.read() as conn:
        rows = outbox_rows.listed(conn, state or (), limit)
    if as_json:
        print_json([_as_dict(row) for row in rows])
        return
    lines = ((r.id, r.state, r.recipient, r.purpose, r.attempts, when(r.due_at), r.reply or r.error) for r in rows)
    print_table(
        ("id", "state", "to", "what", "attempts", "next look (UTC)", "the relay's words"),
        lines,
        "Nothing waits and nothing failed.",
    )


@outbox.command("retry")
def retry(ids: list[int], desk: DeskOption = None) -> None:
    """Send these again, with the same bytes and Message-ID."""
    from maildesk.pipeline.station import utc_now

    with opened(desk) as (db, _, _, _):
        missing = []
        for row_id in ids:
            with db.write() as conn:
                if not outbox_rows.send_again(conn, row_id, utc_now()):
                    missing.append(row_id)
    if missing:
        stop(f"maildesk: nothing to send again: {', '.join(map(str, missing))}", 1)
    print(f"{len(ids)} will be tried again now.")


@quarantine.command("list")
def list_held(
    desk: DeskOption = None,
    as_json: JsonOption = False,
    state: Annotated[str, typer.Option(help="held, released or dropped.")] = "held",
) -> None:
    """List what is held, newest first."""
    with opened(desk) as (db, _, _, _), db.read() as conn:
        rows = held_rows.listed(conn, state)
    if as_json:
        print_json([_as_dict(row) for row in rows])
        return
    lines = ((r.id, when(r.at), r.reason, r.sender, r.subject[:50], r.words) for r in rows)
    print_table(("id", "at (UTC)", "reason", "from", "subject", "in words"), lines, "Nothing is held.")


@quarantine.command("show")
def show_held(held_id: int, desk: DeskOption = None, as_json: JsonOption = False) -> None:
    """Show why a message is held, and the message itself."""
    with opened(desk) as (db, _, settings, folder), db.read() as conn:
        row = held_rows.by_id(conn, held_id)
        if row is None:
            stop(f"maildesk: nothing in quarantine has the number {held_id}", 1)
        raw = Blobs(folder / settings.blobs, settings.blob_inline_limit).get(conn, row.digest) if row.digest else b""
    text = raw[:100_000].decode("utf-8", "replace")
    if as_json:
        print_json(_as_dict(row) | {"raw": text})
        return
    print(f"{row.reason}: {row.words}\nfrom {row.sender}, {when(row.at)} UTC, {row.state} {row.decided_by}\n")
    print("".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text.replace("\r\n", "\n")))


@quarantine.command("release")
def release(held_id: int, desk: DeskOption = None) -> None:
    """Let a message through the pipeline as if it had just arrived, with your decision noted."""
    from maildesk.pipeline.station import utc_now

    with opened(desk) as (db, _, _, _), db.write() as conn:
        row = held_rows.by_id(conn, held_id)
        if row is None or row.spool_id is None:
            stop(f"maildesk: number {held_id} cannot be released: " + ("only its head was kept" if row else "there is none"), 1)
        if not held_rows.decide(conn, held_id, "released", getpass.getuser(), utc_now()):
            stop(f"maildesk: number {held_id} was {row.state} before", 1)
        spool.release(conn, row.spool_id, getpass.getuser(), utc_now())
    print(f"Number {held_id} goes through the pipeline now.")


@quarantine.command("drop")
def drop(held_id: int, desk: DeskOption = None) -> None:
    """Decide that a message is not wanted. Its raw bytes are kept."""
    from maildesk.pipeline.station import utc_now

    with opened(desk) as (db, _, _, _), db.write() as conn:
        if not held_rows.decide(conn, held_id, "dropped", getpass.getuser(), utc_now()):
            stop(f"maildesk: nothing with the number {held_id} is held", 1)
    print(f"Number {held_id} is dropped.")


def _as_dict(row: Any) -> dict[str, Any]:
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in row._mapping.items() if name != "raw"}
