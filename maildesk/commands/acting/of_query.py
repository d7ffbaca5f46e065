"""`--for QUERY`: a command on all tickets of a query, as `#for` above the commands of a mail.

The same safety catch: whoever names a query says how many tickets they mean (`--for '37
status:open label:outage'`), or looks at them and says yes. Where nobody can be asked, and no number
is said, nothing is done. A number that was said has to be right, also beside `--yes`.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.commands import completion
from maildesk.commands.common import agent_named, one_line, say_here, stop
from maildesk.commands.lists import warn_of_a_near_view

if TYPE_CHECKING:
    from maildesk.desk.commands.families.many import Wanted
    from maildesk.desk.commands.spec import Command
    from maildesk.desk.filters.fields import Asker
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.services import Services

ForOption = Annotated[
    str | None,
    typer.Option(
        "--for",
        metavar="QUERY",
        help="Instead of references: all tickets of a view or a query, with how many there are "
        "before it ('37 label:outage'), or they are shown and you are asked.",
        autocompletion=completion.views,
    ),
]
SureOption = Annotated[
    bool, typer.Option("--yes", help="With --for: however many they are, and without asking.")
]
_SHOWN = 10  # tickets, before whoever acts is asked
_AT_ONCE = 500  # that are read


def references(
    services: Services,
    whom: str,
    me: str | None,
    commands: Sequence[Command],
    *,
    is_sure: bool,
) -> list[str]:
    """Which tickets are meant; leaves where that is not sure. `is_sure`: nobody is to be asked."""
    from maildesk.desk.commands.families import many
    from maildesk.desk.filters.fields import Asker
    from maildesk.desk.problem import Problem

    policy = services.keeper.current.policy
    asker = Asker(policy, services.now(), None if me is None else agent_named(policy, me))
    chosen = many.chosen(whom, asker)
    if isinstance(chosen, Problem):
        stop(f"maildesk: --for: {say_here(policy.wording.english, chosen)}", 2)
    if isinstance(chosen, many.Named):
        return list(chosen.references)
    warn_of_a_near_view(chosen.words, policy)
    found = _every(services, chosen, asker)
    if (mixing := many.mixing(found, commands)) is not None:
        stop(f"maildesk: {policy.wording.english.say(mixing)}", 2)
    if chosen.count is not None and chosen.count != len(found):
        stop(f"maildesk: these are {len(found)}, not {chosen.count}; nothing was done", 2)
    if found and chosen.count is None and not is_sure:
        _ask(found, chosen)
    return [ticket.reference for ticket in sorted(found, key=lambda ticket: ticket.id)]


def _every(services: Services, chosen: Wanted, asker: Asker) -> list[Ticket]:
    from maildesk.desk.filters.visibility import seen_by
    from maildesk.store.queries import ticket_queries

    seen, after = seen_by(asker.me, asker.policy), ""
    found: list[Ticket] = []
    with services.db.read() as conn:
        while True:
            page = ticket_queries.find(
                conn, chosen.query, seen, asker.policy, after=after, limit=_AT_ONCE
            )
            found += page.tickets
            after = page.next
            if not page.is_cut:
                return found


def _ask(found: Sequence[Ticket], chosen: Wanted) -> None:
    """Show them, and go on where somebody at a terminal says so."""
    for ticket in found[:_SHOWN]:
        typer.echo(one_line(f"{ticket.reference}  {ticket.status}  {ticket.subject}"), err=True)
    if len(found) > _SHOWN:
        typer.echo(f"… and {len(found) - _SHOWN} more", err=True)
    these = "this ticket" if len(found) == 1 else f"these {len(found)} tickets"
    if not sys.stdin.isatty():
        again = f"--for {shlex.quote(f'{len(found)} {chosen.words}')}"
        stop(f"maildesk: for {these}? Say so with {again}, or with --yes; nothing was done", 2)
    if not typer.confirm(f"Do it for {these}?", err=True):
        stop("maildesk: nothing was done", 1)
