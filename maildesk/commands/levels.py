"""`maildesk sla explain`: how a deadline came about, interval by interval."""

from __future__ import annotations

import typer

from maildesk.commands.common import (
    DeskOption,
    JsonOption,
    ReferenceArgument,
    one_line,
    opened,
    print_json,
    ticket_named,
)
from maildesk.desk.sla.clocks import clocks
from maildesk.desk.sla.explain import explain
from maildesk.views.service_levels import explanation

app = typer.Typer(no_args_is_help=True, help="Look at service levels.")


@app.callback()
def _group() -> None:
    """Look at service levels."""


@app.command("explain", short_help="Show how a ticket's deadlines came about.")
def explain_ticket(
    reference: ReferenceArgument, desk: DeskOption = None, as_json: JsonOption = False
) -> None:
    """Show each clock of a ticket: its policy, every interval, counted or not, why, and which line
    of the calendar said so."""
    from maildesk.pipeline.services import utc_now
    from maildesk.store.desk import tickets

    now = utc_now()
    with opened(desk) as (db, policy, _, _), db.read() as conn:
        found = ticket_named(conn, policy, reference)
        history = tickets.entries(conn, found.id)
    ran = clocks(found, history, policy, now)
    if as_json:
        print_json(explanation(found, ran, now))
        return
    print(
        f"{found.reference}  {one_line(found.subject)}\n"
        f"{found.status}, {found.priority}, queue {found.queue}"
    )
    if not ran:
        print("\nNo policy of sla.yaml holds for it.")
    for clock in ran:
        print("\n" + "\n".join(explain(clock, policy.office.tz if policy.office else None)))
