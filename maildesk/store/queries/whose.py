"""Whose tickets are asked for: a customer's, by whichever of their addresses."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from maildesk.desk.filters import values as v
from maildesk.desk.policy import Policy
from maildesk.desk.senders.contacts import addresses_of
from maildesk.mail.owners import contact_of, mailbox_of
from maildesk.store.desk.contacts import Asked


def further_addresses(conn: Connection, address: str, policy: Policy) -> tuple[str, ...]:
    """This customer's other addresses, of the files and learnt."""
    own = (mailbox_of(address), contact_of(address))
    theirs = addresses_of(address, policy, Asked(conn))
    return tuple(one for one in theirs if one not in own)


def theirs_of(conn: Connection, address: str, policy: Policy) -> frozenset[str]:
    """Every address of this customer, as tickets have them."""
    own = (mailbox_of(address), contact_of(address))
    return frozenset((*own, *further_addresses(conn, address, policy)))


def with_further_addresses(conn: Connection, wanted: v.Filter, policy: Policy) -> v.Filter:
    """The same filter; whoever is asked for by an address is asked for by all of theirs."""
    match wanted:
        case v.All(parts):
            return v.All(tuple(with_further_addresses(conn, one, policy) for one in parts))
        case v.AnyOf(parts):
            return v.AnyOf(tuple(with_further_addresses(conn, one, policy) for one in parts))
        case v.Not(part):
            return v.Not(with_further_addresses(conn, part, policy))
        case v.Requester(address) if address and not address.startswith("@"):
            also = frozenset(further_addresses(conn, address, policy))
            return replace(wanted, also=also) if also else wanted
        case v.Participant(address) if "@" in address[1:]:
            also = frozenset(further_addresses(conn, address, policy))
            return replace(wanted, also=also) if also else wanted
        case _:
            return wanted
