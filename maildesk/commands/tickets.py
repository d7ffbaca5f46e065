"""`maildesk ticket list|show`: tickets as tables, timelines and JSON."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from maildesk.commands.common import DeskOption, JsonOption, opened, print_json, print_table, stop
from maildesk.desk.ticket import Ticket
from maildesk.store import tickets

app = typer.Typer(no_args_is_help=True, help="Look at tickets.")


@app.command("list")
def list_tickets(
    desk: DeskOption = None,
    as_json: JsonOption = False,
    status: Annotated[str, typer.Option(help="Only this status.")] = "",
    queue: Annotated[str, typer.Option(help="Only this queue.")] = "",
    assignee: Annotated[str, typer.Option(help="Only this agent's.")] = "",
    limit: Annotated[int, typer.Option(help="How many at most.")] = 1000,
) -> None:
    """List tickets, newest first."""
    wanted = {name: value for name, value in (("status", status), ("queue", queue), ("assignee", assignee)) if value}
    with opened(desk) as (db, policy, _, _), db.read() as conn:
        found = tickets.listed(conn, policy, limit=limit, **wanted)
    if as_json:
        print_json([summary(t) for t in found])
        return
    rows = ((t.reference, t.status, t.priority, t.assignee.partition("@")[0], t.requester.address, t.subject) for t in found)
    print_table(("ticket", "status", "priority", "assignee", "requester", "subject"), rows, "No tickets yet.")


@app.command("show")
def show(reference: str, desk: DeskOption = None, as_json: JsonOption = False) -> None:
    """Show one ticket: its fields, its conversation, its history."""
    with opened(desk) as (db, policy, _, _), db.read() as conn:
        ticket_id = tickets.id_by_reference(conn, reference.strip("[] "))
        found = tickets.ticket(conn, ticket_id, policy) if ticket_id is not None else None
        if found is None:
            stop(f"maildesk: there is no ticket {reference}", 1)
        conversation = [message_of(row) for row in tickets.message_rows(conn, found.id)]
        history = [history_of(row) for row in tickets.history_rows(conn, found.id)]
        links = [{"kind": kind, "reference": other} for kind, other in tickets.linked(conn, found.id)]
    whole = summary(found) | {
        "participants": [{"name": p.name, "address": p.address} for p in found.participants],
        "score": found.score,
        "comment": found.comment,
        "links": links,
        "follows": found.follows,
        "resolution": found.resolution,
        "fields": dict(found.fields),
        "turn": found.turn,
        "messages": conversation,
        "history": history,
    }
    if as_json:
        print_json(whole)
    else:
        _print_ticket(whole)


def summary(ticket: Ticket) -> dict[str, Any]:
    """A ticket as `ticket list --json` has it."""
    return {
        "reference": ticket.reference,
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "type": ticket.type,
        "category": ticket.category,
        "queue": ticket.queue,
        "channel": ticket.channel,
        "labels": sorted(ticket.labels),
        "assignee": ticket.assignee or None,
        "requester": {"name": ticket.requester.name, "address": ticket.requester.address},
        "created_at": ticket.created_at.isoformat(),
        "updated_at": ticket.updated_at.isoformat(),
        "message_count": ticket.message_count,
    }


def message_of(row: Any) -> dict[str, Any]:
    """One message of the conversation."""
    return {
        "kind": row.kind,
        "direction": row.direction,
        "automatic": row.automatic,
        "from": {"name": row.from_name, "address": row.from_address},
        "text": row.text,
        "reply": row.reply,
        "at": row.at.isoformat(),
        "message_id": row.message_id,
        "trust": row.trust,
        "attachments": row.attachments,
    }


def history_of(row: Any) -> dict[str, Any]:
    """One line of the history."""
    return {
        "at": row.at.isoformat(),
        "who": row.who,
        "door": row.door,
        "what": row.what,
        "detail": row.detail,
        "rule": row.rule,
        "policy": row.policy,
    }


def _print_ticket(whole: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.panel import Panel
    from rich.text import Text

    console = Console(highlight=False)
    requester = whole["requester"]
    head = f"{whole['status']} · {whole['priority']} · queue {whole['queue']} · assignee {whole['assignee'] or 'nobody'}"
    console.print(Text(f"{whole['reference']}  {whole['subject']}", style="bold"))
    console.print(Text(f"{head}\nfrom {requester['name']} <{requester['address']}>"))
    if whole["score"] is not None:
        console.print(Text(f"satisfaction {'★' * whole['score']}{'☆' * (5 - whole['score'])}  {whole['comment']}"))
    for link in whole["links"]:
        console.print(Text(f"{link['kind']} {link['reference']}"))
    for message in whole["messages"]:
        arrow = "note" if message["kind"] == "note" else "→" if message["direction"] == "out" else "←"
        sender = message["from"]
        title = f"{arrow} {sender['name'] or sender['address']} · {message['at'][:16]}"
        style = "yellow" if message["kind"] == "note" else "green" if message["direction"] == "out" else "cyan"
        console.print(Panel(Text(message["reply"] or message["text"]), title=Text(title), title_align="left", border_style=style))
    for line in whole["history"]:
        detail = ", ".join(f"{k}: {v}" for k, v in line["detail"].items() if v not in ("", None))
        console.print(Text(f"{line['at'][:19]}  {line['what']:<14} {line['who']}  {detail}", style="dim"), soft_wrap=True)
