"""The list of a customer's own requests: those that wait for them first, then those that wait for
us, then what is over, each newest first.

What a request is shown to be, and what of it they may read, is said where its own page says it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose
from maildesk.desk.ticket import Status
from maildesk.mail.invisible import isolated
from maildesk.pipeline.pages import conversation
from maildesk.pipeline.pages.link import PATHS
from maildesk.pipeline.pages.mine.found import LONGEST, phrases, search
from maildesk.pipeline.pages.mine.sessions import PATH
from maildesk.pipeline.pages.mine.views import Row, Tab
from maildesk.pipeline.pages.visitors import Visitor, standing
from maildesk.store.desk import tickets
from maildesk.store.queries import requests, ticket_queries
from maildesk.store.queries.requests import Part, Whose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.pages.mine.sessions import Customer
    from maildesk.pipeline.services import Services

SIZE = 25  # requests of a page
ALL = "all"
TABS = (ALL, "yours", "ours", "resolved", "closed")
_STAGES = (("yours",), ("ours",), ("resolved", "closed"))  # of all of them, in this order
OWN, COPIED, ORGANISATION = "own", "copied", "organisation"
_PLACE = re.compile(r"([0-2])\.([0-9]{1,15})", re.ASCII)  # the stretch, and behind which request


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, whatever was typed into the address bar."""

    shown: str = OWN
    tab: str = ALL
    query: str = ""
    stage: int = 0
    before: int = 0

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        """What these parameters ask for; what there is not is the first there is."""
        tab, shown = given.get("state", ALL), given.get("of", OWN)
        found = _PLACE.fullmatch(given.get("before", ""))
        stage, before = (int(found[1]), int(found[2])) if found else (0, 0)
        return cls(
            shown if shown in (OWN, COPIED, ORGANISATION) else OWN,
            tab if tab in TABS else ALL,
            " ".join(given.get("q", "")[:LONGEST].split()),
            stage,
            before,
        )

    def href(self, **other: str) -> str:
        """Where the list is for which this is asked, but for what is other."""
        now = {"of": self.shown, "state": self.tab, "q": self.query} | other
        usual = {"of": OWN, "state": ALL}
        said = {name: value for name, value in now.items() if value and value != usual.get(name)}
        return f"{PATH}?{urlencode(said)}" if said else PATH


@dataclass(frozen=True, slots=True)
class Listed:
    """What was found."""

    rows: tuple[Row, ...]
    tabs: tuple[Tab, ...]
    lists: tuple[Tab, ...]
    more: str


def listed(
    services: Services, conn: Connection, policy: Policy, customer: Customer, asked: Asked
) -> Listed:
    """The list that was asked for, and how many are in each of the others."""
    whose = {one: Whose(customer.keys, one == COPIED) for one in (OWN, COPIED)}
    if customer.organisation:
        whose[ORGANISATION] = Whose(organisation=customer.organisation)
    elif asked.shown == ORGANISATION:
        asked = replace(asked, shown=OWN)
    each = {name: requests.counts(conn, one) for name, one in whose.items()}
    sorts: dict[str, list[Part]] = {name: [] for name in TABS}
    for part in each[asked.shown]:
        sorts[sort_of(part, policy)].append(part)
    amounts = {n: sum(each[asked.shown][one] for one in parts) for n, parts in sorts.items()}
    amounts[ALL] = sum(amounts.values())
    if wanted := phrases(asked.query):

        def as_visitor(ticket: Ticket) -> Visitor | None:
            return _visitor(ticket, customer)

        found, before = search(
            services, conn, policy, whose[asked.shown], wanted, asked.before, SIZE, as_visitor
        )
        more = asked.href(before=f"0.{before}") if before else ""
    else:
        found, more = _page(conn, policy, whose[asked.shown], sorts, asked)
    visitors = (_visitor(one, customer) for one in found)
    rows = (_row(services, policy, one) for one in visitors if one is not None)
    tabs = (Tab(n, asked.href(state=n, q=""), amounts[n], n == asked.tab) for n in TABS)
    lists = [
        Tab(n, Asked(shown=n).href(), sum(of.values()), n == asked.shown) for n, of in each.items()
    ]
    return Listed(tuple(rows), tuple(tabs), _worth_choosing(lists), more)


def _worth_choosing(lists: Sequence[Tab]) -> tuple[Tab, ...]:
    """Their own list, and those others that they have something in."""
    found = tuple(one for one in lists if one.count or one.name != COPIED or one.is_current)
    return found if len(found) > 1 else ()


def sort_of(part: Part, policy: Policy) -> str:
    """Under which of the tabs requests of this sort stand: as their page's sentence says it."""
    behaviour = policy.behaves(part.status)
    if behaviour in (Status.RESOLVED, Status.CLOSED):
        return behaviour.value
    if behaviour is Status.SPAM:
        return "ours"
    return "yours" if part.is_answered or behaviour is Status.WAITING else "ours"


def _page(
    conn: Connection,
    policy: Policy,
    whose: Whose,
    sorts: Mapping[str, list[Part]],
    asked: Asked,
) -> tuple[list[Ticket], str]:
    stages = _STAGES if asked.tab == ALL else ((asked.tab,),)
    found: list[tuple[int, int]] = []
    for number, names in enumerate(stages):
        if number < asked.stage:
            continue
        before = asked.before if number == asked.stage else 0
        parts = [one for name in names for one in sorts[name]]
        left = SIZE + 1 - len(found)
        found += [(number, one) for one in requests.newest(conn, whose, parts, before, left)]
        if len(found) > SIZE:
            break
    shown = found[:SIZE]
    place = f"{shown[-1][0]}.{shown[-1][1]}" if len(found) > SIZE else ""
    ids = [number for _, number in shown]
    return ticket_queries.by_ids(conn, ids, policy), asked.href(before=place) if place else ""


def filed(
    services: Services, conn: Connection, policy: Policy, customer: Customer, message_id: str
) -> Row | None:
    """The request of theirs that this message has opened, once it stands there."""
    number = tickets.id_by_message_id(conn, [message_id])
    ticket = None if number is None else standing(conn, policy, number)
    visitor = None if ticket is None else _visitor(ticket, customer)
    if visitor is None or visitor.is_looking_on:
        return None
    return _row(services, policy, visitor)


def _row(services: Services, policy: Policy, visitor: Visitor) -> Row:
    ticket = visitor.ticket
    whose = (ticket.id, visitor.address, visitor.until)
    signed = links.signature(services.ring, links.ON_PAGES, Purpose.PAGE, *whose)
    wrote = (at for at in (ticket.customer_wrote_at, ticket.agent_wrote_at) if at is not None)
    own = ((name, ticket.fields.get(name, "")) for name in policy.mine.fields)
    return Row(
        reference=ticket.reference,
        subject=conversation.shown_subject(ticket),
        state=conversation.state_of(ticket),
        href=f"{PATHS[Purpose.PAGE]}{signed}",
        opened_at=ticket.created_at.astimezone(policy.tz),
        last_at=max(wrote, default=ticket.created_at).astimezone(policy.tz),
        fields=tuple((name, isolated(value)[:200]) for name, value in own if value),
        who=conversation.shown_name(visitor.person) if visitor.is_looking_on else "",
    )


def _visitor(ticket: Ticket, customer: Customer) -> Visitor | None:
    """This customer at the page of this request; None where they take no part in it any more. A
    link is good for as long as they are let in."""
    found = (ticket.part_of(key) for key in customer.keys)
    person, until = next((one for one in found if one is not None), None), customer.until.date()
    if person is not None:
        return Visitor("", ticket.id, person, person.address, ticket, True, until)
    if not customer.may_look_at(ticket):
        return None
    whose = (ticket.requester, customer.address, ticket)
    return Visitor("", ticket.id, *whose, True, until, is_looking_on=True)
