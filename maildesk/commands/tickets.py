"""`maildesk ticket list|show|timeline|files`: tickets as tables, JSON, and a
page for the browser."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from maildesk.commands.acting import acts, delete
from maildesk.commands.common import (
    CsvOption,
    DeskOption,
    JsonOption,
    ReferenceArgument,
    agent_named,
    one_line,
    one_of,
    opened,
    print_json,
    print_list,
    print_table,
    stop,
    ticket_named,
    write_page,
)
from maildesk.commands.lists import WORDS, AfterOption, LimitOption, asked, no_options, show_page
from maildesk.commands.opening.new_ticket import HELP, new_ticket

if TYPE_CHECKING:
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.policy import Policy

app = typer.Typer(no_args_is_help=True, help="Look at tickets, and act on them.")
acts.register(app)
delete.register(app)
app.command("new", short_help=HELP)(new_ticket)


@app.command("list", context_settings=WORDS)
def list_tickets(
    query: Annotated[
        list[str] | None, typer.Argument(metavar="[QUERY]", help="Such as label:vip created<7d.")
    ] = None,
    desk: DeskOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    status: Annotated[str, typer.Option(help="Only this status.")] = "",
    queue: Annotated[str, typer.Option(help="Only this queue.")] = "",
    assignee: Annotated[
        str, typer.Option(help="Only this agent's: a name, an address, or nobody.")
    ] = "",
    after: AfterOption = "",
    limit: LimitOption = 1000,
) -> None:
    """List tickets, newest first."""
    from maildesk.desk.filters import values as v
    from maildesk.desk.filters.fields import Asker
    from maildesk.desk.filters.values import EVERYTHING, Query, both
    from maildesk.store.queries import ticket_queries

    with opened(desk) as (db, policy, _, _), db.read() as conn:
        asker = Asker(policy, datetime.now(UTC))
        found = asked(" ".join(no_options(query or ())), asker, "maildesk list --as AGENT")
        named = {
            "status": one_of(status, policy.statuses, "status") if status else None,
            "queue": one_of(queue, policy.queues, "queue") if queue else None,
            "assignee": _assignee(assignee, policy) if assignee else None,
        }
        wanted = found.filter
        for column, value in named.items():
            wanted = both(wanted, v.Is(column, frozenset({value}))) if value is not None else wanted
        page = ticket_queries.find(
            conn, Query(wanted, found.order), EVERYTHING, policy, after=after, limit=limit
        )
        counts = (
            ticket_queries.counts(conn, wanted, EVERYTHING, policy)
            if as_json or page.is_cut
            else None
        )
    show_page(
        page,
        counts,
        as_json=as_json,
        as_csv=as_csv,
        empty="No tickets match." if wanted != EVERYTHING else "No tickets yet.",
    )


def _assignee(words: str, policy: Policy) -> str:
    """The address of the agent who is meant; empty for nobody."""
    return "" if words.lower() in ("nobody", "none") else agent_named(policy, words).address


@app.command("show")
def show(
    reference: ReferenceArgument,
    desk: DeskOption = None,
    as_json: JsonOption = False,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", help="Write the conversation into this file, safe to open in a browser."
        ),
    ] = None,
) -> None:
    """Show one ticket: its fields, its conversation, its history."""
    from maildesk.storage import open_blobs
    from maildesk.store import records
    from maildesk.store.desk.tickets import linked
    from maildesk.store.queries.whose import further_addresses
    from maildesk.views.repeats import counted_places
    from maildesk.views.tickets import ticket

    if html is not None and as_json:
        stop("maildesk: --html or --json, not both", 2)
    with opened(desk) as (db, policy, settings, folder), db.read() as conn:
        found = ticket_named(conn, policy, reference)
        messages = records.conversation(conn, found.id)
        if html is not None:
            from maildesk.views.page import ticket_page

            kept = open_blobs(folder, settings)
            happened = records.history(conn, found.id)
            raw_of = partial(kept.get, conn)
            write_page(html, ticket_page(found, messages, happened, raw_of, policy.tz))
            return
        history, links = records.history(conn, found.id), linked(conn, found.id)
        also = further_addresses(conn, found.requester.address, policy)
    whole = ticket(found, messages, history, links, also, policy.links_of(found.fields))
    if as_json:
        print_json(whole)
    else:
        counted = counted_places(messages, history)
        _print_ticket(whole, counted, policy.wording.english, policy.tz)


@app.command("timeline")
def timeline(
    reference: ReferenceArgument,
    desk: DeskOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show what happened to a ticket, in order: messages, moves, mails that went out, timers."""
    from maildesk.store import records
    from maildesk.views import timeline as views
    from maildesk.views.plain import minute

    with opened(desk) as (db, policy, _, _), db.read() as conn:
        found = ticket_named(conn, policy, reference)
        whole = views.timeline(
            found,
            records.conversation(conn, found.id),
            records.history(conn, found.id),
            records.mails(conn, found.id),
            records.timers_of(conn, found.id),
            policy.wording.english,
        )
    if as_json or as_csv:
        print_list(whole, "timeline", as_json=as_json, as_csv=as_csv)
        return
    rows = (
        (minute(one["at"], policy.tz), one["type"], one["who"], _said(one["what"]), one["summary"])
        for one in whole["entries"]
    )
    print_table((f"at ({policy.tz})", "", "who", "what", "in words"), rows, "Nothing happened yet.")


@app.command("files")
def files(
    reference: ReferenceArgument,
    desk: DeskOption = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", help="The folder; default: one named by the ticket, here."),
    ] = None,
) -> None:
    """Write all files of a ticket to a folder, the large ones too that no mail could carry."""
    from maildesk.mail.mime.attachments import contents_of
    from maildesk.storage import open_blobs
    from maildesk.store.desk import conversation

    count = 0
    with opened(desk) as (db, policy, settings, home), db.read() as conn:
        found = ticket_named(conn, policy, reference)
        kept = open_blobs(home, settings)
        folder = to or Path(found.reference)
        for number, row in enumerate(conversation.message_rows(conn, found.id), start=1):
            wanted = {file["index"] for file in row.attachments}
            for file, content in (
                contents_of(kept.get(conn, row.digest), wanted) if wanted and row.digest else ()
            ):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                # a name that is only a name, and one for each
                path = folder / f"{number}-{file.index}-{file.filename}"
                path.write_bytes(content)
                print(one_line(str(path)))
                count += 1
    if not count:
        print(f"{found.reference} has no files.")


def _signature(message: Mapping[str, Any]) -> str:
    """What a customer wrote below the words; "" where that is nothing."""
    from maildesk.mail.reply.contact import contact_of

    is_theirs = message["direction"] == "in" and not message["agent"]
    shows_all = not message["reply"] or message["reply"] == message["text"]
    return "" if shows_all or not is_theirs else contact_of(message["text"])


def _print_ticket(
    whole: dict[str, Any], counted: Collection[int], language: Language, zone: ZoneInfo
) -> None:
    from rich.console import Console
    from rich.panel import Panel
    from rich.text import Text

    from maildesk.views.plain import minute
    from maildesk.views.repeats import folded
    from maildesk.views.timeline import words as history_words

    console = Console(highlight=False)
    console.print(Text(one_line(f"{whole['reference']}  {whole['subject']}"), style="bold"))
    for line in _facts(whole, zone):
        console.print(Text(one_line(line)))
    for repeated in folded(whole["messages"], counted):
        message = repeated.first
        said = (message["reply"] or message["text"]).expandtabs().splitlines()
        body = Text("\n".join(map(one_line, said)))  # a stranger's words move no cursor here
        if signature := _signature(message):
            body.append("\n\n" + "\n".join(map(one_line, signature.splitlines())), style="dim")
        if message["attachments"]:
            body.append(
                "\n\nFiles: "
                + ", ".join(one_line(file["filename"]) for file in message["attachments"]),
                style="dim",
            )
        style = (
            "yellow"
            if message["kind"] == "note"
            else "green"
            if message["direction"] == "out"
            else "cyan"
        )
        console.print(
            Panel(
                body,
                title=Text(one_line(_title(message, zone, repeated.told(zone)))),
                title_align="left",
                border_style=style,
            )
        )
    for line in whole["history"]:
        told = f"{line['who']}  {history_words(line, language)}".rstrip()
        if line["what"] == "rule":  # whoever wrote did not choose it
            told = history_words(line, language)
        words = f"{minute(line['at'], zone)}  {_said(line['what']):<10}  {told}"
        console.print(Text(one_line(words), style="dim"), soft_wrap=True)


def _said(what: str) -> str:
    from maildesk.views.timeline import HAPPENED

    return HAPPENED.get(what, what.replace("_", " "))


def _facts(whole: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    from maildesk.views.plain import minute_and_zone

    requester = whole["requester"]
    is_told = whole["category"] and whole["category"] != whole["queue"]
    category = f" / {whole['category']}" if is_told else ""
    labels = f" · {', '.join(whole['labels'])}" if whole["labels"] else ""
    stands = (
        whole["status"],
        whole["priority"],
        f"queue {whole['queue']}{category}",
        f"assignee {whole['assignee'] or 'nobody'}",
    )
    yield " · ".join(stands) + labels
    yield f"from {_person(requester)}, opened {minute_and_zone(whole['created_at'], zone)}"
    if whole["also"]:
        yield f"also {', '.join(whole['also'])}"
    if whole["answers_to"]:
        yield f"answers go to {whole['answers_to']}"
    others = [
        _person(one) for one in whole["participants"] if one["address"] != requester["address"]
    ]
    if others:
        yield f"with {', '.join(others)}"
    if whole["strangers"]:
        yield f"not let in yet: {', '.join(map(_person, whole['strangers']))}"
    if whole["kept_out"]:
        yield f"kept out: {', '.join(whole['kept_out'])}"
    if whole["snoozed_until"]:
        yield f"asleep until {minute_and_zone(whole['snoozed_until'], zone)}"
    if whole["followers"]:
        yield f"followed by {', '.join(whole['followers'])}"
    for name, value in whole["fields"].items():
        yield f"{name.replace('_', ' ')}: {value}  {whole['field_links'].get(name, '')}".rstrip()
    if (given := whole["satisfaction"]) is not None:
        yield f"satisfaction {'★' * given['score']}{'☆' * (5 - given['score'])}  {given['comment']}"
    for one in whole["doubtful_scores"]:
        stars = f"{'★' * one['score']}{'☆' * (5 - one['score'])}"
        yield f"doubtful, not counted: {stars}  {one['comment']}".rstrip()
    for link in whole["links"]:
        yield f"{link['kind']} {link['reference']}"


def _person(one: dict[str, str]) -> str:
    return f"{one['name']} <{one['address']}>" if one["name"] else one["address"]


def _title(message: Mapping[str, Any], zone: ZoneInfo, times: str = "") -> str:
    from maildesk.views.plain import minute_and_zone

    arrow = "note" if message["kind"] == "note" else "→" if message["direction"] == "out" else "←"
    sender = message["from"]
    sorts = {"stranger": ", not let in", "withdrawn": ", stopped before it went out"}
    automatic = sorts.get(message["kind"], ", automatic" if message["automatic"] else "")
    at = minute_and_zone(message["at"], zone)
    often = f" · {times}" if times else ""
    return f"{arrow} {sender['name'] or sender['address']} · {at}{automatic}{often}"
