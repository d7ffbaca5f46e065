"""`maildesk ticket delete REF…`: erase tickets for good.

It says what would go and asks, on a terminal; elsewhere it does nothing without `--yes`. Where one
of them cannot be deleted none is.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.commands.acting import of_query
from maildesk.commands.acting.acts import check_reference
from maildesk.commands.acting.of_query import ForOption
from maildesk.commands.acting.options import AsOption, DryOption, References
from maildesk.commands.acting.receipts import show_receipts, who_acts
from maildesk.commands.common import DeskOption, JsonOption, one_line, open_for_acting, stop

if TYPE_CHECKING:
    from maildesk.desk.actor import Actor
    from maildesk.desk.commands.receipt import Receipt
    from maildesk.desk.commands.spec import Command
    from maildesk.pipeline.services import Services

_HELP = "Erase tickets with all that was said in them, for good; it asks first."


def register(app: typer.Typer) -> None:
    """Put it below `maildesk ticket`."""
    app.command("delete", help=_HELP, short_help=_HELP)(_delete)


def _delete(
    references: References = None,
    desk: DeskOption = None,
    me: AsOption = None,
    whom: ForOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry: DryOption = False,
    as_json: JsonOption = False,
) -> None:
    from maildesk.desk.commands.spec import Command
    from maildesk.pipeline.act import act

    named = list(dict.fromkeys(references or ()))
    for word in named:
        check_reference(word)
    if bool(named) == (whom is not None):
        stop("maildesk: ticket delete needs references, or --for QUERY", 2)
    with open_for_acting(desk) as services:
        policy = services.keeper.current.policy
        who, command = who_acts(policy, me), Command("delete", line="#delete")
        if whom is not None:  # of those, too, everything is shown before they go
            named = of_query.references(services, whom, me, [command], is_sure=True)
        tried = act(services, who, [command], named, dry=True, is_confirmed=True)
        if not tried and not as_json:
            print("No tickets match.")
        if not dry:
            tried = [one for one in tried if one.problems] or _deleted(
                services, who, command, [one.reference for one in tried], yes=yes
            )
    show_receipts(tried, "delete", policy.wording.english, dry=dry, as_json=as_json)


def _deleted(
    services: Services, who: Actor, command: Command, references: Sequence[str], *, yes: bool
) -> list[Receipt]:
    from maildesk.pipeline.act import act

    if references and not yes:
        _ask_before_deleting(services, references)
    return act(services, who, [command], references, is_confirmed=True)


def _ask_before_deleting(services: Services, references: Sequence[str]) -> None:
    """Say what would go, and go on where somebody at a terminal says so."""
    from maildesk.pipeline.deletion.looked_up import goes
    from maildesk.store.desk import tickets

    with services.db.read() as conn:
        for reference in references:
            ticket = tickets.named(conn, services.keeper.current.policy, reference)
            if ticket is None:
                continue
            what = goes(conn, ticket, None)
            told = f"{reference}: {ticket.subject}; {what.messages} messages"
            told += f"; files: {', '.join(what.files)}" if what.files else ""
            told += f"; people: {', '.join(what.people)}" if what.people else ""
            told += f"; merged into it: {', '.join(what.parts)}" if what.parts else ""
            told += f"; mails that would not go out: {what.waiting}" if what.waiting else ""
            told += f"; mails just being sent: {what.being_sent}" if what.being_sent else ""
            typer.echo(one_line(told), err=True)
    if not sys.stdin.isatty():
        stop("maildesk: this cannot be undone; where nobody can be asked it needs --yes", 2)
    these = "this" if len(references) == 1 else f"these {len(references)} tickets"
    if not typer.confirm(f"Delete {these} for good?", err=True):
        stop("maildesk: nothing was deleted", 1)
