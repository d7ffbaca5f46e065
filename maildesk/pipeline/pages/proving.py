"""Somebody typed a code that was mailed to them, or came in by a link that was: what was written on
the web form under that address is theirs from now on, and the desk knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.actor import customer_acts
from maildesk.desk.effects import Record
from maildesk.desk.senders.strangers import ADDRESS_PROVED, is_typed
from maildesk.mail.owners import mailbox_of
from maildesk.pipeline.apply import apply
from maildesk.pipeline.pages.mailed import DOOR
from maildesk.pipeline.transaction import Transaction
from maildesk.store import automatic
from maildesk.store.desk import tickets
from maildesk.store.queries import requests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maildesk.desk.ticket import Person
    from maildesk.pipeline.services import Services


_MOST = 200  # requests of one address, the newest


def prove(services: Services, ticket_id: int, person: Person) -> None:
    """Take the mark off the ticket, if it has one and is this person's."""
    _prove(services, [ticket_id], person)


def prove_all(services: Services, person: Person) -> None:
    """Take it off all of theirs."""
    with services.db.read() as conn:
        found = requests.by_form(conn, mailbox_of(person.address), _MOST)
    _prove(services, found, person)


def _prove(services: Services, ids: Sequence[int], person: Person) -> None:
    kicks: list[int] = []
    with services.db.write() as conn:
        policy, now = services.keeper.current.policy, services.now()
        for ticket_id in ids:
            ticket = tickets.ticket(conn, ticket_id, policy, lock=True)
            if ticket is None or not ticket.is_requester(person.address):
                continue
            if not is_typed(tickets.entries(conn, ticket.id), ticket):
                continue
            automatic.remember(conn, ticket.requester.address, now)
            tx = Transaction(conn, services, policy, now, customer_acts(person, DOOR))
            effect = Record(what=ADDRESS_PROVED, detail={"address": ticket.requester.key})
            kicks += apply(tx, [(ticket, effect)])
    for row_id in kicks:
        services.kick("deliver", row_id)
