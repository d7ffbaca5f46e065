"""`maildesk outreach`: one mail to each row of a contact list, with a ticket that waits for the
answer. `maildesk unsubscribed`: who wants no more of them."""

from __future__ import annotations

import getpass
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.commands.common import (
    CsvOption,
    DeskOption,
    JsonOption,
    one_line,
    open_for_acting,
    opened,
    print_list,
    print_table,
    say_if_mails_wait,
    stop,
)

if TYPE_CHECKING:
    from maildesk.config.customers.outreach_file import OutreachMail
    from maildesk.pipeline.outreach.contact_list import ContactList, Row
    from maildesk.pipeline.services import Services

_SHOWN = 3  # mails of a dry run
_CAMPAIGN = re.compile(r"[^\W_][\w.-]{0,99}")
unsubscribed = typer.Typer(no_args_is_help=True, help="Who wants no more mails of campaigns.")
AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="Whose.")]


def outreach(
    contacts: Annotated[Path, typer.Argument(metavar="CONTACTS.CSV", help="Whom to write to.")],
    template: Annotated[str, typer.Option(help="outreach/NAME.md of the desk folder.")],
    desk: DeskOption = None,
    campaign: Annotated[
        str, typer.Option(help="Its name: nobody hears twice of one. Default: the template's.")
    ] = "",
    send: Annotated[bool, typer.Option("--send", help="Write to them; else it is shown.")] = False,
    rate: Annotated[int, typer.Option(min=1, max=100_000, help="How many a minute.")] = 60,
) -> None:
    """Write to everybody in a contact list: a ticket each, which waits for their answer.

    Without --send it says what would be done. What was begun goes on where it was when the same is
    called again; nobody is written to twice by one campaign.
    """
    from maildesk.config.customers.outreach_file import read_outreach
    from maildesk.pipeline.outreach import contact_list

    name = campaign or template
    if not _CAMPAIGN.fullmatch(name):
        stop(f"maildesk: {name} is no name of a campaign: letters, digits, - _ and .", 2)
    with open_for_acting(desk) as services:
        policy = services.keeper.current.policy
        found = contact_list.read(contacts)
        mail = read_outreach(services.desk, template, policy, found.variables)
        with services.db.read() as conn:
            out = contact_list.left_out(conn, policy, name, found.rows, services.now())
        out |= _unfilled(mail, [row for row in found.rows if row.line not in out])
        rows = [row for row in found.rows if row.line not in out]
        _say_who_is_left_out(contacts, found, out)
        if not send:
            _show(mail, rows)
            return
        sent = _send(services, name, mail, rows, rate)
    print(f"{sent} {'mail was' if sent == 1 else 'mails were'} written by campaign {name}.")
    if sent:
        say_if_mails_wait(desk)


def _unfilled(mail: OutreachMail, rows: Sequence[Row]) -> dict[int, str]:
    """Whose row lacks what the words need."""
    from maildesk.config.replies.snippets import Unfilled

    found = {}
    for row in rows:
        try:
            mail.written_for(row.values)
        except Unfilled as problem:
            found[row.line] = f"has no {problem.variable}" if problem.variable else str(problem)
    return found


def _say_who_is_left_out(path: Path, found: ContactList, out: dict[int, str]) -> None:
    by_line = {row.line: f"{row.address}: {out[row.line]}" for row in found.rows if row.line in out}
    by_line |= dict(found.bad)
    for line, why in sorted(by_line.items()):
        print(one_line(f"left out: {path.name}:{line}: {why}"), file=sys.stderr)
    if by_line:
        print(f"left out: {len(by_line)} in all", file=sys.stderr)


def _show(mail: OutreachMail, rows: Sequence[Row]) -> None:
    for row in rows[:_SHOWN]:
        subject, written = mail.written_for(row.values)
        print(one_line(f"From: {mail.address}"))
        print(one_line(f"To: {row.name} <{row.address}>" if row.name else f"To: {row.address}"))
        print(one_line(f"Subject: {subject}") + "\n")
        print("\n".join(map(one_line, written.text.splitlines())) + "\n")
    more = len(rows) - _SHOWN
    print(f"… and {more} more\n" if more > 0 else "", end="")
    print(f"{len(rows)} would be written to. Nothing was sent: --send does it.")


def _send(
    services: Services, campaign: str, mail: OutreachMail, rows: Sequence[Row], rate: int
) -> int:
    """Write to each, so many a minute; how many that were."""
    from rich.console import Console
    from rich.progress import Progress

    from maildesk.pipeline.outreach.write import write

    operator, sent, began = getpass.getuser(), 0, time.monotonic()
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task(campaign, total=len(rows))
        for row in rows:
            wait = began + sent * 60 / rate - time.monotonic()
            if wait > 0:  # the rate, with somebody before the terminal; nothing is held meanwhile
                time.sleep(wait)
            sent += bool(write(services, campaign, mail, row, operator))
            progress.advance(bar)
    return sent


@unsubscribed.command("list")
def list_unsubscribed(
    desk: DeskOption = None, as_json: JsonOption = False, as_csv: CsvOption = False
) -> None:
    """List who wants no more mails of campaigns, newest first."""
    from maildesk.store.desk.outreach import everybody
    from maildesk.views.desk import unsubscribed_list
    from maildesk.views.plain import minute

    with opened(desk) as (db, policy, _, _), db.read() as conn:
        found = unsubscribed_list(everybody(conn))
    if as_json or as_csv:
        print_list(found, "unsubscribed_list", as_json=as_json, as_csv=as_csv)
        return
    rows = (
        (one["address"], one["by"], one["campaign"] or "-", minute(one["at"], policy.tz))
        for one in found["addresses"]
    )
    head = ("address", "by", "after campaign", f"at ({policy.tz})")
    print_table(head, rows, "Nobody has unsubscribed.")


@unsubscribed.command("add")
def add(address: AddressArgument, desk: DeskOption = None) -> None:
    """Write no campaign to this address any more."""
    from maildesk.store.desk import outreach as rows

    if "@" not in address:
        stop(f"maildesk: {address} is no address", 2)
    with open_for_acting(desk) as services, services.db.write() as conn:
        new = rows.unsubscribe(conn, address, getpass.getuser(), services.now())
    print(f"{address} gets no mails of campaigns{'' if new else ', as before'}.")


@unsubscribed.command("remove")
def remove(address: AddressArgument, desk: DeskOption = None) -> None:
    """Let campaigns write to this address again."""
    from maildesk.store.desk import outreach as rows

    with open_for_acting(desk) as services, services.db.write() as conn:
        was = rows.subscribe(conn, address)
    if not was:
        stop(f"maildesk: {address} has not unsubscribed", 1)
    print(f"{address} may be written to again.")
