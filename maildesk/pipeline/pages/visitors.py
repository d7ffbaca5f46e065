"""Whose page it is: what a link proves, what the browser proves beside it, and what that allows.

A link names one ticket and one person, is signed, and ends. It may have been forwarded, so by
itself it lets read and no more; whoever wants to write proves once that the mailbox is theirs, by a
code, and the browser keeps a signed cookie for a while. Somebody who has no part in the ticket any
more has no page, whatever they hold.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose
from maildesk.desk.ticket import Person, Ticket
from maildesk.mail.owners import mailbox_of
from maildesk.pipeline.pages.link import PATHS
from maildesk.pipeline.pages.mine import sessions
from maildesk.store.desk import tickets

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Connection

    from maildesk.desk.policy import Policy
    from maildesk.pipeline.pages.mine.sessions import Customer
    from maildesk.pipeline.services import Services

BROWSER = "maildesk-form"  # the cookie that a form belongs to
_CHAIN = 20  # merges that are followed
_LONGEST = 60


class Refused(Enum):
    """Why somebody gets no page."""

    UNKNOWN = "unknown"  # no link of ours, or of somebody who takes no part
    EXPIRED = "expired"  # it was one


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a link. `number` is the ticket that it was made for, which may be part of
    another by now."""

    token: str
    number: int
    person: Person
    address: str  # that the link was mailed to
    ticket: Ticket
    is_proved: bool
    until: date
    # they see it for their organisation: as `person`, whose it is, had it; and write nothing
    is_looking_on: bool = False
    purpose: Purpose = Purpose.PAGE

    @property
    def base(self) -> str:
        """The path of the page."""
        return f"{PATHS.get(self.purpose, PATHS[Purpose.PAGE])}{self.token}"


def visitor(
    services: Services,
    conn: Connection,
    policy: Policy,
    token: str,
    cookies: Mapping[str, str],
    *,
    expired: bool = False,
    purposes: Collection[Purpose] = (Purpose.PAGE,),
) -> Visitor | Refused:
    """Who this is; `expired`: a link that has ended is good enough, to ask for another. `purposes`:
    what the link was made for."""
    today = services.now().date()
    read = links.read_signature(services.ring, links.ON_PAGES, token[:_LONGEST], today)
    if read is None or read.purpose not in purposes or len(token) > _LONGEST:
        return Refused.UNKNOWN
    ticket = standing(conn, policy, read.number)
    if ticket is None:
        return Refused.UNKNOWN
    let_in = sessions.customer(services, conn, policy, cookies)
    address = links.whose(read, _addresses(ticket))
    person = ticket.part_of(address) if address else None
    if address is None or person is None:
        return _looking_on(token, read, let_in, ticket)
    if read.expired and not expired:
        return Refused.EXPIRED
    kept = cookies.get(writer_cookie(read.number, read.person), "")
    is_proved = _proves(services, kept, read, today)
    is_proved = is_proved or (let_in is not None and let_in.is_at(address))
    return Visitor(
        token, read.number, person, address, ticket, is_proved, read.until, purpose=read.purpose
    )


def _looking_on(
    token: str, read: links.Token, let_in: Customer | None, ticket: Ticket
) -> Visitor | Refused:
    """Somebody with no part in it who sees the requests of their organisation, as long as they are
    let in."""
    if let_in is None or read.expired or read.purpose is not Purpose.PAGE:
        return Refused.UNKNOWN  # stars are given by whoever was asked for them
    if not let_in.may_look_at(ticket):
        return Refused.UNKNOWN
    if links.whose(read, (let_in.address,)) is None:
        return Refused.UNKNOWN
    whose = (ticket.requester, let_in.address, ticket)
    return Visitor(token, read.number, *whose, True, read.until, is_looking_on=True)


def standing(conn: Connection, policy: Policy, number: int) -> Ticket | None:
    """The ticket of this number, or the one that it is part of by now."""
    for _ in range(_CHAIN):
        ticket = tickets.ticket(conn, number, policy)
        if ticket is None or ticket.merged_into is None:
            return ticket
        number = ticket.merged_into
    return None


def _addresses(ticket: Ticket) -> list[str]:
    """Where mails of this ticket went: people's own addresses, and where they want answers."""
    people = ticket.participants
    return [*(p.address for p in people), *(p.answers_to for p in people if p.answers_to)]


def writer_cookie(number: int, person: str) -> str:
    """The name of the cookie that proves this person for this ticket."""
    return f"maildesk-w{links.encode(number)}-{person}"


def writer_proof(services: Services, visitor: Visitor, remember: timedelta) -> str:
    """What that cookie holds."""
    until = (services.now() + remember).date()
    return links.signature(
        services.ring, links.ON_PAGES, Purpose.WRITER, visitor.number, visitor.address, until
    )


def _proves(services: Services, kept: str, read: links.Token, today: date) -> bool:
    proof = links.read_signature(services.ring, links.ON_PAGES, kept, today)
    return (
        proof is not None
        and proof.purpose is Purpose.WRITER
        and not proof.expired
        and (proof.number, proof.person) == (read.number, read.person)
    )


def browser_of(cookies: Mapping[str, str], name: str = BROWSER) -> str:
    """What this browser is known by; "" where it is not."""
    kept = cookies.get(name, "")
    return kept if len(kept) == 32 and kept.isalnum() and kept.isascii() else ""


def new_browser() -> str:
    """What a browser is to be known by."""
    return secrets.token_hex(16)


def masked(address: str) -> str:
    """The address as somebody else may see it: enough for whose it is to know it."""
    local, _, domain = mailbox_of(address).rpartition("@")
    return f"{local[:1]}…@{domain}"
