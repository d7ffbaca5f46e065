"""`maildesk list`, `maildesk search`, `maildesk ticket list`: which tickets there are, by a view, a
query, or words. `maildesk contacts`: which addresses are one customer's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maildesk.commands import completion
from maildesk.commands.common import (
    CsvOption,
    DeskOption,
    JsonOption,
    agent_named,
    opened,
    print_list,
    print_table,
    say_here,
    stop,
)
from maildesk.views.desk import view_list
from maildesk.views.tickets import ticket_list

if TYPE_CHECKING:
    from maildesk.desk.filters.fields import Asker
    from maildesk.desk.filters.values import Query
    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Ticket
    from maildesk.store.queries.ticket_queries import Counts, Page

AsOption = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="AGENT",
        help="As this agent sees it, who is also `me`.",
        autocompletion=completion.agents,
    ),
]
AfterOption = Annotated[
    str, typer.Option("--after", help="Go on behind this place, which the page before named.")
]
LimitOption = Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")]
# What is not wanted begins with a minus: -label:bug is no option, --jsn still is none.
WORDS = {"ignore_unknown_options": True}
_COLUMNS = ("ticket", "status", "priority", "assignee", "requester", "subject")


def list_view(
    query: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[VIEW|QUERY]",
            help="mine, or status:open label:vip …",
            autocompletion=completion.views,
        ),
    ] = None,
    desk: DeskOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    me: AsOption = "",
    after: AfterOption = "",
    limit: LimitOption = 50,
    views: Annotated[bool, typer.Option("--views", help="Show which views there are.")] = False,
) -> None:
    """List the tickets of a view or a query; without either, those that are open."""
    from maildesk.desk.filters import named

    with opened(desk) as (db, policy, _, _), db.read() as conn:
        if views:
            _print_views(named.views(policy), as_json=as_json, as_csv=as_csv)
            return
        words = " ".join(no_options(query or ("open",)))
        chosen = named.view_named(policy, words)
        warn_of_a_near_view(words, policy)
        asker = asker_named(policy, me)
        _show(
            conn,
            asked(words if chosen is None else chosen, asker),
            asker,
            after=after,
            limit=limit,
            as_json=as_json,
            as_csv=as_csv,
        )


def search(
    words: Annotated[
        list[str],
        typer.Argument(metavar="WORDS", help='Such as: paper jam, "paper jam", -toner, from:kim.'),
    ],
    desk: DeskOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    me: AsOption = "",
    after: AfterOption = "",
    limit: LimitOption = 50,
) -> None:
    """Find tickets by words of their subject, people and messages."""
    with opened(desk) as (db, policy, _, _), db.read() as conn:
        asker = asker_named(policy, me)
        # The shell has taken the quotation marks off; what was one word of it is a phrase.
        whole = " ".join(
            f'"{word}"' if " " in word and not set('":()') & set(word) else word
            for word in no_options(words)
        )
        _show(
            conn,
            asked(whole, asker),
            asker,
            after=after,
            limit=limit,
            as_json=as_json,
            as_csv=as_csv,
        )


def asked(words: str, asker: Asker, here: str = "--as AGENT") -> Query:
    """The query; leaves with every mistake pointed at. `here`: what names whoever `me` is."""
    from maildesk.desk.filters.parse import parse
    from maildesk.desk.filters.syntax import BadQuery

    try:
        return parse(words, asker)
    except BadQuery as bad:
        english = asker.policy.wording.english
        shown = bad.pointed_out(lambda problem: say_here(english, problem, here))
        stop(f"maildesk: this query cannot be followed\n{shown}", 2)


def show_page(
    page: Page, counts: Counts | None, *, as_json: bool, as_csv: bool, empty: str
) -> None:
    """The tickets of a page, and whether there are more: in the table's last line, in the JSON's
    `cut` and `next`, for CSV on standard error."""
    if as_json or as_csv:
        by_status, cut = (counts.by_status, counts.is_cut) if counts is not None else ({}, False)
        whole = ticket_list(page.tickets, by_status, page.next, counts_cut=cut)
        print_list(whole, "ticket_list", as_json=as_json, as_csv=as_csv)
        return
    print_table(_COLUMNS, _rows(page.tickets), empty)
    if page.is_cut:
        print(
            f"… and more: {len(page.tickets)} of {counts} are shown; the next with --after "
            f"{page.next}"
        )


def _show(
    conn: Any,
    query: Query,
    asker: Asker,
    *,
    after: str,
    limit: int,
    as_json: bool,
    as_csv: bool,
) -> None:
    from maildesk.desk.filters.visibility import seen_by
    from maildesk.store.queries import ticket_queries

    seen = seen_by(asker.me, asker.policy)
    page = ticket_queries.find(conn, query, seen, asker.policy, after=after, limit=limit)
    counts = (
        ticket_queries.counts(conn, query.filter, seen, asker.policy)
        if as_json or page.is_cut
        else None
    )
    show_page(page, counts, as_json=as_json, as_csv=as_csv, empty="No tickets match.")


def no_options(words: Sequence[str]) -> Sequence[str]:
    """The same words; leaves where one was meant as an option."""
    for word in words:
        if word.startswith("--"):
            stop(f"maildesk: there is no option {word}", 2)
    return words


def asker_named(policy: Policy, me: str) -> Asker:
    """Who asks: this agent, or the operator."""
    from maildesk.desk.filters.fields import Asker

    return Asker(policy, datetime.now(UTC), agent_named(policy, me) if me else None)


def _rows(tickets: Iterable[Ticket]) -> Iterable[tuple[str, ...]]:
    return (
        (
            t.reference,
            t.status,
            t.priority,
            t.assignee.partition("@")[0],
            t.requester.address,
            t.subject,
        )
        for t in tickets
    )


def _print_views(views: Mapping[str, str], *, as_json: bool, as_csv: bool) -> None:
    if as_json or as_csv:
        print_list(view_list(views), "view_list", as_json=as_json, as_csv=as_csv)
    else:
        print_table(("view", "query"), views.items(), "No views.")


def warn_of_a_near_view(words: str, policy: Policy) -> None:
    """Leave at a slip in a view's name; it would be searched for as a word."""
    from maildesk.desk.filters import named
    from maildesk.desk.filters.syntax import nearest

    if (
        named.view_named(policy, words) is None
        and words.replace("_", "").replace("-", "").isalpha()
        and (meant := nearest(words, named.views(policy)))
    ):
        stop(
            (
                f"maildesk: there is no view {words}; did you mean {meant}? (`maildesk search "
                f"{words}` looks for the word)"
            ),
            2,
        )


def contacts(
    desk: DeskOption = None, as_json: JsonOption = False, as_csv: CsvOption = False
) -> None:
    """List which addresses of one customer were learnt beside desk.yaml: from whom, and in which
    ticket. `maildesk ticket also TKT-0001 -ADDRESS` takes one out."""
    from maildesk.store.desk.contacts import everybody
    from maildesk.views.plain import minute
    from maildesk.views.tickets import contact_list

    with opened(desk) as (db, policy, _, _), db.read() as conn:
        found = contact_list(everybody(conn))
    if as_json or as_csv:
        print_list(found, "contact_list", as_json=as_json, as_csv=as_csv)
        return
    rows = (
        (one["contact"], one["address"], one["how"], one["by"] or "-", one["ticket"] or "-",
         minute(one["at"], policy.tz))
        for one in found["addresses"]
    )  # fmt: skip
    head = ("customer", "address", "learnt by", "of", "ticket", f"at ({policy.tz})")
    print_table(head, rows, "No addresses were learnt.")
