"""What an agent's mail has to prove beside the right address and the right From: an address can
leak, and a From is only written.

Where a server in front of the desk, or the desk itself, looks at where mail comes
from, that decides. Elsewhere old addresses, and networks an agent never wrote
from, are asked about once: a tap at the address on file.
"""

from __future__ import annotations

from datetime import date
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, NamedTuple

from maildesk.desk.commands import command_lines
from maildesk.desk.commands.table import reach_outside
from maildesk.desk.problem import Problem
from maildesk.store import agents

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.desk.policy import Agent, Policy
    from maildesk.desk.threads.links import Token
    from maildesk.mail.message import Message
    from maildesk.store.spool import Spooled


class Proof(NamedTuple):
    """What an agent is not asked about again: an old notification's address, or a network they
    wrote from."""

    agent: str
    kind: str
    value: str


def doubt(
    conn: Connection,
    policy: Policy,
    job: Spooled,
    message: Message,
    token: Token,
    owner: Agent,
    *,
    today: date,
) -> tuple[str, Problem] | None:
    """Why this mail, which nobody vouches for, is asked about: the reason as a word and as a value.
    None: it is believed."""
    rules = policy.trust
    if rules.can_prove:
        return "unproven_agent", Problem("address_unproven", {"agent": owner.name})
    asked = command_lines.read(message.reply, policy).commands if rules.confirm_outside else ()
    if reach_outside(asked, policy):
        return "unproven_agent", Problem("reaches_outside")
    issued = token.until - policy.periods.reply_address
    is_old = rules.ask_after is not None and today - issued > rules.ask_after
    if is_old and _about(token) not in agents.proofs(conn, owner.address, "address"):
        return "old_address", Problem("old_notification", {"date": f"{issued:%Y-%m-%d}"})
    network = network_of(job.envelope.peer) if rules.ask_new_network else ""
    known = agents.proofs(conn, owner.address, "network") if network else frozenset()
    if known and network not in known:
        return "new_network", Problem("new_network", {"network": network, "agent": owner.name})
    return None


def shown(policy: Policy, job: Spooled, token: Token, owner: Agent) -> tuple[Proof, ...]:
    """What a mail that is believed proves for the next ones: it was let through by a person, or
    vouched for, or is the first."""
    proofs = []
    if job.released_by:
        proofs.append(Proof(owner.address, "address", _about(token)))
    if policy.trust.ask_new_network and (network := network_of(job.envelope.peer)):
        proofs.append(Proof(owner.address, "network", network))
    return tuple(proofs)


def network_of(peer: str) -> str:
    """The network a mail came from: /24, or /48 of IPv6; nothing where a server of our own handed
    it over, or a mailbox."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return ""
    if not address.is_global:
        return ""
    return str(ip_network((address, 24 if address.version == 4 else 48), strict=False))


def _about(token: Token) -> str:
    return f"{token.number} {token.until:%Y-%m-%d}"
