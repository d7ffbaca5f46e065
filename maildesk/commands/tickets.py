"""`maildesk ticket list|show`: tickets as tables, timelines, JSON, and a page for the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maildesk.commands.common import (
    DeskOption,
    JsonOption,
    ReferenceArgument,
    agent_named,
    one_line,
    one_of,
    opened,
    print_json,
    stop,
    ticket_named,
    when,
)
from maildesk.commands.lists import WORDS, AfterOption, LimitOption, asked, no_options, show_page, summary
from maildesk.errors import BadMessage, PermanentFailure

if TYPE_CHECKING:
    from maildesk.commands.page import Letter
    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Ticket

app = typer.Typer(no_args_is_help=True, help="Look at tickets.")


@app.command("list", context_settings=WORDS)
def list_tickets(
    query: Annotated[list[str] | None, typer.Argument(metavar="[QUERY]", help="Such as label:vip created<7d.")] = None,
    desk: DeskOption = None,
    as_json: JsonOption = False,
    status: Annotated[str, typer.Option(help="Only this status.")] = "",
    queue: Annotated[str, typer.Option(help="Only this queue.")] = "",
    assignee: Annotated[str, typer.Option(help="Only this agent's: a name, an address, or nobody.")] = "",
    after: AfterOption = "",
    limit: LimitOption = 1000,
) -> None:
    """List tickets, newest first."""
    from maildesk.desk.filters import values as v
    from maildesk.desk.filters.fields import Asker
    from maildesk.desk.filters.values import EVERYTHING, Query, both
    from maildesk.store.queries import ticket_queries

    with opened(desk) as (db, policy, _, _), db.read() as conn:
        found = asked(" ".join(no_options(query or ())), Asker(policy, datetime.now(UTC)))
        named = {
            "status": one_of(status, policy.statuses, "status") if status else None,
            "queue": one_of(queue, policy.queues, "queue") if queue else None,
            "assignee": _assignee(assignee, policy) if assignee else None,
        }
        wanted = found.filter
        for column, value in named.items():
            wanted = both(wanted, v.Is(column, frozenset({value}))) if value is not None else wanted
        page = ticket_queries.find(conn, Query(wanted, found.order), EVERYTHING, policy, after=after, limit=limit)
        counts = ticket_queries.counts(conn, wanted, EVERYTHING, policy) if as_json or page.is_cut else {}
    show_page(page, counts, as_json=as_json, empty="No ticket is like that." if wanted != EVERYTHING else "No tickets yet.")


def _assignee(words: str, policy: Policy) -> str:
    """The address of the agent who is meant; empty for nobody."""
    return "" if words.lower() in ("nobody", "none") else agent_named(policy, words).address


@app.command("show")
def show(
    reference: ReferenceArgument,
    desk: DeskOption = None,
    as_json: JsonOption = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the conversation into this file, safe to open in a browser.")
    ] = None,
) -> None:
    """Show one ticket: its fields, its conversation, its history."""
    from maildesk.store import tickets
    from maildesk.store.blobs import Blobs

    if html is not None and as_json:
        stop("maildesk: --html or --json, not both", 2)
    with opened(desk) as (db, policy, settings, folder), db.read() as conn:
        found = ticket_named(conn, policy, reference)
        if html is not None:
            kept = Blobs(folder / settings.blobs, settings.blob_inline_limit)
            _write_page(found, [_letter(row, partial(kept.get, conn)) for row in tickets.message_rows(conn, found.id)], html)
            return
        conversation = [message_of(row) for row in tickets.message_rows(conn, found.id)]
        history = [history_of(row) for row in tickets.history_rows(conn, found.id)]
        links = [{"kind": kind, "reference": other} for kind, other in tickets.linked(conn, found.id)]
    whole = summary(found) | {
        "participants": [{"name": p.name, "address": p.address} for p in found.participants],
        "waiting": [{"name": p.name, "address": p.address} for p in found.waiting],
        "kept_out": sorted(found.kept_out),
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


@app.command("files")
def files(
    reference: ReferenceArgument,
    desk: DeskOption = None,
    to: Annotated[Path | None, typer.Option("--to", help="The folder; default: one named by the ticket, here.")] = None,
) -> None:
    """Write all files of a ticket to a folder, the large ones too that no mail could carry."""
    from maildesk.mail.mime.attachments import contents_of
    from maildesk.store import tickets
    from maildesk.store.blobs import Blobs

    count = 0
    with opened(desk) as (db, policy, settings, home), db.read() as conn:
        found = ticket_named(conn, policy, reference)
        kept = Blobs(home / settings.blobs, settings.blob_inline_limit)
        folder = to or Path(found.reference)
        for number, row in enumerate(tickets.message_rows(conn, found.id), start=1):
            wanted = {file["index"] for file in row.attachments}
            for file, content in contents_of(kept.get(conn, row.digest), wanted) if wanted and row.digest else ():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                path = folder / f"{number}-{file.index}-{file.filename}"  # a name that is only a name, and one for each
                path.write_bytes(content)
                print(one_line(str(path)))
                count += 1
    if not count:
        print(f"{found.reference} has no files.")


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
    return {"note": "note", "stranger": "not let in"}.get(row.kind, "automatic" if row.automatic else "")


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
    console.print(Text(one_line(f"{whole['reference']}  {whole['subject']}"), style="bold"))
    for line in _facts(whole):
        console.print(Text(one_line(line)))
    for message in whole["messages"]:
        body = Text(message["reply"] or message["text"])
        if message["attachments"]:
            body.append(f"\n\nFiles: {', '.join(one_line(file['filename']) for file in message['attachments'])}", style="dim")
        style = "yellow" if message["kind"] == "note" else "green" if message["direction"] == "out" else "cyan"
        console.print(Panel(body, title=Text(one_line(_title(message))), title_align="left", border_style=style))
    for line in whole["history"]:
        words = f"{_minute(line['at'])}  {_HAPPENED.get(line['what'], line['what'].replace('_', ' ')):<10}  {_told(line)}"
        console.print(Text(one_line(words), style="dim"), soft_wrap=True)


# What the history's own word does not say by itself.
_HAPPENED = {"score_ignored": "score not counted", "stranger_wrote": "somebody new wrote", "unproved_report": "report not believed"}


def _facts(whole: dict[str, Any]) -> Iterator[str]:
    requester = whole["requester"]
    category = f" / {whole['category']}" if whole["category"] else ""
    labels = f" · {', '.join(whole['labels'])}" if whole["labels"] else ""
    stands = (whole["status"], whole["priority"], f"queue {whole['queue']}{category}", f"assignee {whole['assignee'] or 'nobody'}")
    yield " · ".join(stands) + labels
    yield f"from {_person(requester)}, opened {_minute(whole['created_at'])} UTC"
    others = [_person(one) for one in whole["participants"] if one["address"] != requester["address"]]
    if others:
        yield f"with {', '.join(others)}"
    if whole["waiting"]:
        yield f"not let in yet: {', '.join(map(_person, whole['waiting']))}"
    if whole["kept_out"]:
        yield f"kept out: {', '.join(whole['kept_out'])}"
    for name, value in whole["fields"].items():
        yield f"{name.replace('_', ' ')}: {value}"
    if whole["score"] is not None:
        yield f"satisfaction {'★' * whole['score']}{'☆' * (5 - whole['score'])}  {whole['comment']}"
    for link in whole["links"]:
        yield f"{link['kind']} {link['reference']}"


def _person(one: dict[str, str]) -> str:
    return f"{one['name']} <{one['address']}>" if one["name"] else one["address"]


def _title(message: dict[str, Any]) -> str:
    arrow = "note" if message["kind"] == "note" else "→" if message["direction"] == "out" else "←"
    sender = message["from"]
    automatic = ", not let in" if message["kind"] == "stranger" else ", automatic" if message["automatic"] else ""
    return f"{arrow} {sender['name'] or sender['address']} · {_minute(message['at'])} UTC{automatic}"


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")


def _told(line: dict[str, Any]) -> str:
    """One line of the history for people: who, and what is told of it."""
    detail = {name: value for name, value in line["detail"].items() if value not in ("", None, [], {})}
    if detail.pop("proved", False):
        detail["sender"] = "proved"
    if line["what"] == "rule":  # one rule, by its name and place; whoever wrote did not choose it
        return f"{detail.pop('name', '')}  ({detail.pop('file', '')}:{detail.pop('line', '')})"
    if line["what"] == "label":
        return f"{line['who']}  {'+' if detail.get('on') else '-'}{detail.get('label', '')}"
    told = f"{detail.pop('from')} → {detail.pop('to')}" if {"from", "to"} <= set(detail) else ""
    rest = (f"{name}: {_listed(value)}" for name, value in detail.items() if name != "message" and value != line["who"])
    return f"{line['who']}  {', '.join(filter(None, (told, *rest)))}".rstrip()


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
