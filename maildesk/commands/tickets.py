"""`maildesk ticket list|show`: tickets as tables, timelines, JSON, and a page for the browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maildesk.commands.common import DeskOption, JsonOption, opened, print_json, print_table, stop, when
from maildesk.desk.ticket import Ticket
from maildesk.errors import BadMessage, PermanentFailure
from maildesk.store import tickets
from maildesk.store.blobs import Blobs

if TYPE_CHECKING:
    from maildesk.commands.page import Letter

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
def show(
    reference: str,
    desk: DeskOption = None,
    as_json: JsonOption = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the conversation into this file, safe to open in a browser.")
    ] = None,
) -> None:
    """Show one ticket: its fields, its conversation, its history."""
    if html is not None and as_json:
        stop("maildesk: --html or --json, not both", 2)
    with opened(desk) as (db, policy, settings, folder), db.read() as conn:
        ticket_id = tickets.id_by_reference(conn, reference.strip("[] "))
        found = tickets.ticket(conn, ticket_id, policy) if ticket_id is not None else None
        if found is None:
            stop(f"maildesk: there is no ticket {reference}", 1)
        if html is not None:
            kept = Blobs(folder / settings.blobs, settings.blob_inline_limit)
            _write_page(found, [_letter(row, partial(kept.get, conn)) for row in tickets.message_rows(conn, found.id)], html)
            return
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


def _write_page(ticket: Ticket, letters: list[Letter], html: Path) -> None:
    from maildesk.commands.page import drawn, write_page

    requester = ticket.requester
    facts = (
        f"{ticket.status} · {ticket.priority} · queue {ticket.queue} · assignee {ticket.assignee or 'nobody'}",
        f"from {requester.name} <{requester.address}>",
        f"opened {when(ticket.created_at)} UTC",
    )
    write_page(html, drawn(f"{ticket.reference}  {ticket.subject}", facts, letters))


def _letter(row: Any, raw_of: Callable[[bytes], bytes]) -> Letter:
    """One message for the page: a customer's as it was laid out, ours as text."""
    from maildesk.commands.page import Letter

    words = row.reply or row.text
    plain = Letter(
        name=row.from_name or row.from_address,
        beside=" · ".join(filter(None, (row.from_address if row.from_name else "", when(row.at) + " UTC", _sort(row)))),
        text=words,
        kind="note" if row.kind == "note" else row.direction,
        more_name="The whole message" if row.text.strip() != words.strip() else "",
        more_text=row.text,
        files=tuple((file["filename"], file["size"]) for file in row.attachments),
    )
    return _laid_out(row, raw_of, plain) if row.digest and not row.agent else plain


def _laid_out(row: Any, raw_of: Callable[[bytes], bytes], plain: Letter) -> Letter:
    """The same with the page its sender made, where the raw message is there and is what was kept of it."""
    from maildesk.commands.page import new_page, whole_page
    from maildesk.mail.parse import parse

    try:
        raw = raw_of(row.digest)
        message = parse(raw)
    except (PermanentFailure, BadMessage):
        return plain
    if not message.html or message.text.replace("\x00", "\ufffd") != row.text:
        return plain
    page, all_of_it = new_page(message, raw), whole_page(message, raw)
    same = page.html.strip() == all_of_it.html.strip()
    return replace(plain, page=page, more_name="" if same else "The whole message", more=all_of_it)


def _sort(row: Any) -> str:
    return "note" if row.kind == "note" else "automatic" if row.automatic else ""


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
