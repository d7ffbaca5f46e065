"""`maildesk who ADDRESS`: who that is, what is known of them, and all their tickets, as `#who` and
`#customer ADDRESS?` answer by mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.commands.common import (
    CsvOption,
    DeskOption,
    JsonOption,
    one_line,
    opened,
    print_json,
    print_list,
    stop,
)
from maildesk.commands.lists import AfterOption, AsOption, LimitOption, asker_named, show_page

if TYPE_CHECKING:
    from maildesk.desk.mails.views import PersonView
    from maildesk.desk.policy import Policy
    from maildesk.store.db import Database


def who(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="ADDRESS|NAME",
            help="An address, @ and a domain, a name, or an organisation of desk.yaml.",
        ),
    ],
    desk: DeskOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    me: AsOption = "",
    after: AfterOption = "",
    limit: LimitOption = 50,
) -> None:
    """Show who that is, what is known of them, and all their tickets, whoever wrote last first."""
    from maildesk.desk.commands.families.questions import everything_of, person_named
    from maildesk.desk.customers.who_is import organisation_named
    from maildesk.desk.filters.visibility import seen_by
    from maildesk.pipeline.asked.looked_up import customer
    from maildesk.store.queries import ticket_queries
    from maildesk.views.tickets import customer_view

    if as_json and as_csv:
        stop("maildesk: --json or --csv, not both", 2)
    named = person_named(" ".join(words))
    if not named:
        stop("maildesk: who needs an address, @ and a domain, or a name", 2)
    with opened(desk) as (db, policy, _, _):
        asker = asker_named(policy, me)
        query, seen = everything_of(named, asker), seen_by(asker.me, policy)
        with db.read() as conn:
            page = ticket_queries.find(conn, query, seen, policy, after=after, limit=limit)
            counts = ticket_queries.counts(conn, query.filter, seen, policy)
        if not page.tickets:
            _say_who(named, policy, is_for_programs=as_json or as_csv)
            return
        is_firm = bool(organisation_named(named, policy))
        person, last_at = customer(named, page.tickets, policy)
        also, known = _beside(db, policy, "" if is_firm else person.address)
    whole = customer_view(person, also, known, last_at, page, counts)
    if as_json:
        print_json(whole)
        return
    if as_csv:
        print_list(whole, "customer", as_json=False, as_csv=True)
        return
    for line in _lines(person, also, known):
        print(one_line(line))
    show_page(page, counts, as_json=False, as_csv=False, empty="")


def _say_who(named: str, policy: Policy, *, is_for_programs: bool) -> None:
    """What there is to say of somebody without tickets; leaves where that is nothing."""
    from maildesk.desk.customers.who_is import without_tickets

    problem = without_tickets(named, policy)
    said = policy.wording.english.say(problem)
    if problem.code == "unknown_customer" or is_for_programs:
        stop(f"maildesk: {said}", 1)
    print(one_line(said))


def _beside(
    db: Database, policy: Policy, address: str
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """This person's other addresses, and what is known of them elsewhere; of nobody nothing."""
    from maildesk.lookup.contexts import Contexts
    from maildesk.pipeline.services import utc_now
    from maildesk.store.queries.whose import further_addresses

    if not address:
        return (), ()
    contexts = Contexts()
    contexts.look_up(db, policy, address, utc_now)
    with db.read() as conn:
        known = contexts.of(conn, policy, address, utc_now())
        return further_addresses(conn, address, policy), tuple(known)


def _lines(person: PersonView, also: Sequence[str], known: Sequence[tuple[str, str]]) -> list[str]:
    """The person in words."""
    lines = [f"{person.name} <{person.address}>" if person.name else person.address]
    about = ", ".join(filter(None, (person.organisation, person.tier)))
    lines += [about] if about else []
    lines += [f"also {', '.join(also)}"] if also else []
    return [*lines, *(f"{name}: {value}" for name, value in known), ""]
