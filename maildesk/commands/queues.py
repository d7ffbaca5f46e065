"""`maildesk outbox` and `maildesk quarantine`: what waits, what failed, what is held, and what to
do about it."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.commands.common import (
    CsvOption,
    DeskOption,
    JsonOption,
    one_line,
    one_of,
    open_for_acting,
    opened,
    print_json,
    print_list,
    print_table,
    say_if_mails_wait,
    stop,
)
from maildesk.desk.actor import Actor, operator_acts
from maildesk.errors import Refused

if TYPE_CHECKING:
    from maildesk.config.settings import Settings
    from maildesk.store.records import OutboxMail

OUTBOX_STATES = ("due", "claimed", "sent", "failed", "uncertain", "replaced", "withdrawn")
HELD_STATES = ("held", "released", "dropped")


def _number_of(command: str) -> Callable[[str], int]:
    """Reads a number that this command lists."""

    def read(word: str | int) -> int:  # typer shows it what it read once more
        if str(word).isascii() and str(word).isdecimal():
            return int(word)
        raise typer.BadParameter(f"{word} is no number; `maildesk {command}` shows them")

    return read


HeldArgument = Annotated[
    int,
    typer.Argument(
        metavar="NUMBER",
        help="The number of `quarantine list`.",
        parser=_number_of("quarantine list"),
    ),
]
AfterOption = Annotated[
    int | None,
    typer.Option("--after", help="Go on behind this number, which the list before named."),
]
LimitOption = Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")]
outbox = typer.Typer(no_args_is_help=True, help="Mails that wait, failed, or hang.")
quarantine = typer.Typer(
    no_args_is_help=True, help="Messages that are held until a person decides."
)


@outbox.command("list")
def list_outbox(
    desk: DeskOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    state: Annotated[
        list[str] | None,
        typer.Option(help=f"{', '.join(OUTBOX_STATES)}; default: all but sent and replaced."),
    ] = None,
    after: AfterOption = None,
    limit: LimitOption = 200,
) -> None:
    """List outgoing mails, newest first."""
    from maildesk.store.records import outbox_list
    from maildesk.views import queues as views
    from maildesk.views.plain import minute

    states = [one_of(each, OUTBOX_STATES, "state") for each in state or ()]
    with opened(desk) as (db, policy, settings, _), db.read() as conn:
        found = outbox_list(conn, states, limit=limit, after=after)
    page = replace(found, values=tuple(_with_relay(one, settings) for one in found.values))
    if as_json or as_csv:
        print_list(views.outbox_list(page), "outbox_list", as_json=as_json, as_csv=as_csv)
        return
    lines = (
        (
            *(r.id, r.state, r.recipient, r.purpose, r.relay, r.attempts),
            *(minute(r.due_at, policy.tz), _said(r)),
        )
        for r in page.values
    )
    due = f"next try ({policy.tz})"
    print_table(
        ("id", "state", "to", "what", "by", "tries", due, "the relay's words"),
        lines,
        "None." if states else "Nothing waits and nothing failed.",
    )
    _say_where_it_goes_on(page.next)


def _said(mail: OutboxMail) -> str:
    """The relay's words; of what waits, what it waits for."""
    return (mail.error if mail.state == "due" else "") or mail.reply or mail.error


def _with_relay(mail: OutboxMail, settings: Settings) -> OutboxMail:
    """What is not finished goes by the relay that the settings name now."""
    from maildesk.config.connections.relays import relay_for

    if mail.relay and mail.due_at is None:
        return mail
    return replace(mail, relay=relay_for(settings, mail.address).name)


@outbox.command("retry")
def retry(
    ids: Annotated[
        list[int],
        typer.Argument(
            metavar="ID", help="The numbers of `outbox list`.", parser=_number_of("outbox list")
        ),
    ],
    desk: DeskOption = None,
) -> None:
    """Send these again, with the same bytes and Message-ID."""
    from maildesk.pipeline import queue_acts

    left = []
    with open_for_acting(desk) as services:
        for row_id in ids:
            try:
                queue_acts.act(services, _operator(), queue_acts.resend, row_id)
            except Refused as refusal:
                left.append(str(refusal))
    if len(ids) > len(left):
        print(f"{len(ids) - len(left)} will be tried again now.")
        say_if_mails_wait(desk)
    if left:
        stop(f"maildesk: not sent again: {', '.join(left)}", 1)


@quarantine.command("list")
def list_held(
    desk: DeskOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    state: Annotated[str, typer.Option(help="held, released or dropped.")] = "held",
    after: AfterOption = None,
    limit: LimitOption = 500,
) -> None:
    """List what is held, newest first."""
    from maildesk.store.records import quarantine_list
    from maildesk.views import queues as views
    from maildesk.views.plain import minute

    state = one_of(state, HELD_STATES, "state")
    with opened(desk) as (db, policy, _, _), db.read() as conn:
        page = quarantine_list(conn, state, limit=limit, after=after)
    if as_json or as_csv:
        print_list(views.quarantine_list(page), "quarantine_list", as_json=as_json, as_csv=as_csv)
        return
    lines = (
        (
            *(r.id, minute(r.at, policy.tz), r.reason.replace("_", " ")),
            *(r.sender, r.subject[:50], r.words),
        )
        for r in page.values
    )
    empty = "Nothing is held." if state == "held" else "None."
    print_table(("id", f"at ({policy.tz})", "reason", "from", "subject", "in words"), lines, empty)
    _say_where_it_goes_on(page.next)


def _say_where_it_goes_on(following: int | None) -> None:
    if following is not None:
        print(f"… and more; the next with --after {following}")


@quarantine.command("show")
def show_held(held_id: HeldArgument, desk: DeskOption = None, as_json: JsonOption = False) -> None:
    """Show why a message is held, and the message itself."""
    from maildesk.storage import open_blobs
    from maildesk.store import quarantine as held_rows
    from maildesk.store import records
    from maildesk.views.plain import minute_and_zone
    from maildesk.views.queues import held_message

    with opened(desk) as (db, policy, settings, folder), db.read() as conn:
        row = held_rows.by_id(conn, held_id)
        if row is None:
            stop(f"maildesk: nothing in quarantine has the number {held_id}", 1)
        held = records.held(conn, row)
        raw = open_blobs(folder, settings).get(conn, row.digest) if row.digest else b""
    text = raw[:100_000].decode("utf-8", "replace")
    if as_json:
        print_json(held_message(held, text))
        return
    decided = f"{row.state} by {row.decided_by}" if row.decided_by else row.state
    print(one_line(f"{row.reason.replace('_', ' ')}: {row.words}"))
    at = minute_and_zone(row.at, policy.tz)
    print(one_line(f"from {row.sender or 'nobody'}, {at}, {decided}") + "\n")
    print(
        "".join(
            c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text.replace("\r\n", "\n")
        )
    )


@quarantine.command("release")
def release(held_id: HeldArgument, desk: DeskOption = None) -> None:
    """Process a message as if it had just arrived, with your decision noted."""
    from maildesk.pipeline import queue_acts

    with open_for_acting(desk) as services:
        queue_acts.act(services, _operator(), queue_acts.release, held_id)
    say_if_mails_wait(desk)
    print(f"Number {held_id} is being processed now.")


@quarantine.command("drop")
def drop(held_id: HeldArgument, desk: DeskOption = None) -> None:
    """Decide that a message is not wanted. Its raw bytes are kept."""
    from maildesk.pipeline import queue_acts

    with open_for_acting(desk) as services:
        queue_acts.act(services, _operator(), queue_acts.drop, held_id)
    print(f"Number {held_id} was dropped.")


def _operator() -> Actor:
    return operator_acts(getpass.getuser())
