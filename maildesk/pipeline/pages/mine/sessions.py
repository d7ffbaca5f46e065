"""Who is let in to their own requests, and for how long.

A link that was mailed lets in the browser that asked for it, once. What the browser then holds says
nothing by itself: each time it is asked whose it is, which addresses are theirs now, and whether
they still have anything here. So it ends by itself when its time is over, when its address is no
longer that customer's, and when the customer is erased.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING

from maildesk.desk.senders.contacts import listed_name, said_addresses
from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose
from maildesk.mail.owners import mailbox_of
from maildesk.store.desk import contacts
from maildesk.store.queries import requests
from maildesk.store.secrets import page_sessions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.services import Services

PATH = "/mine"
LASTS = timedelta(minutes=15)  # how long a link is good
_LONGEST = 60


class Refused(Enum):
    """Why a link lets nobody in."""

    UNKNOWN = "unknown"  # none of ours
    ENDED = "ended"  # used, or its time is over
    ELSEWHERE = "elsewhere"  # another browser asked for it


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who was let in."""

    address: str  # folded; the one that was proved
    keys: tuple[str, ...]  # all of theirs, this one first
    until: datetime
    organisation: str = ""  # whose requests they see beside their own

    @property
    def others(self) -> tuple[str, ...]:
        """Their other addresses, as they write them."""
        return tuple(one for one in self.keys if one != self.address)

    def may_look_at(self, ticket: Ticket) -> bool:
        """Whether they see this request of a colleague's."""
        return bool(self.organisation) and ticket.requester.organisation == self.organisation

    def is_at(self, address: str) -> bool:
        """Whether this address is theirs."""
        return mailbox_of(address) in self.keys


def is_offered(services: Services, policy: Policy) -> bool:
    """Whether there is such a page: a link can be mailed, and the policy wants it."""
    return policy.mine.offered and bool(services.settings.web.public_url)


def cookie(services: Services) -> str:
    """The name of what a browser holds. With this prefix no other host can have set it (RFC
    6265bis, 4.1.3.2), so nobody is let in as somebody else without knowing."""
    return f"{'__Host-' if services.settings.web.is_secure else ''}maildesk-mine"


def digest_of(what: str) -> bytes:
    """What something secret is known by here."""
    return sha256(f"maildesk mine 1\n{what}".encode("utf-8", "replace")).digest()


def known_address(conn: Connection, policy: Policy, address: str) -> str:
    """This address as it is on file; "" where nobody here has it, or it is none of a customer."""
    key = mailbox_of(address)
    if not policy.may_take_part(key):
        return ""
    listed = key if listed_name(key, policy) is not None else ""
    return requests.on_file(conn, key) or listed


def link_of(
    services: Services, conn: Connection, token: str, browser: str
) -> tuple[int, str] | Refused:
    """The number of this link, and the address that it is for."""
    now = services.now()
    read = links.read_signature(services.ring, links.ON_PAGES, token[:_LONGEST], now.date())
    if read is None or read.purpose is not Purpose.LOG_IN or len(token) > _LONGEST:
        return Refused.UNKNOWN
    made = page_sessions.log_in(conn, read.number)
    if made is None or read.expired or made.is_used or made.until <= now:
        return Refused.ENDED
    if links.whose(read, (made.address,)) is None:
        return Refused.UNKNOWN
    if not secrets.compare_digest(made.browser, digest_of(browser)):
        return Refused.ELSEWHERE
    return read.number, made.address


def let_in(services: Services, token: str, browser: str, former: str) -> str | Refused:
    """Use this link up; what the browser holds from now on, in place of what it held."""
    with services.db.write() as conn:
        policy, now = services.keeper.current.policy, services.now()
        found = link_of(services, conn, token, browser)
        if isinstance(found, Refused):
            return found
        number, address = found
        if not page_sessions.use(conn, number, now):
            return Refused.ENDED
        page_sessions.end(conn, digest_of(former))
        held = secrets.token_urlsafe(32)
        _, *beside = said_addresses(address, policy, contacts.Asked(conn))
        until = now + policy.mine.session
        page_sessions.begin(conn, digest_of(held), address, beside, now, until)
    return held


def let_out(services: Services, held: str) -> None:
    """This browser is let in no more."""
    with services.db.write() as conn:
        page_sessions.end(conn, digest_of(held))


def name_of(conn: Connection, policy: Policy, who: Customer) -> str:
    """What they are called: in the files, else in their newest request."""
    return listed_name(who.address, policy) or requests.name_on_file(conn, who.address)


def customer(
    services: Services, conn: Connection, policy: Policy, cookies: Mapping[str, str]
) -> Customer | None:
    """Who this browser was let in as; None where it was not, or is no more."""
    held = cookies.get(cookie(services), "")
    if not held or len(held) > 100 or not is_offered(services, policy):
        return None
    now = services.now()
    found = page_sessions.session(conn, digest_of(held), now)
    if found is None or found.at + policy.mine.session <= now:  # the policy may be stricter since
        return None
    if not known_address(conn, policy, found.address):
        return None
    keys = said_addresses(found.address, policy, contacts.Asked(conn))
    if found.beside and found.beside.isdisjoint(keys[1:]):
        return None  # their address was taken from the contact
    known = policy.contact(found.address)  # by an address of the files, never by what was learnt
    sees = known.organisation if known is not None and known.sees_organisation else ""
    return Customer(found.address, keys, found.until, sees)
