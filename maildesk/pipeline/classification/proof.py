"""What an agent's mail has to prove beside the right address, Message-ID or token and the right
From: what proves them can leak, and a From is only written.

Where a server in front of the desk, or the desk itself, looks at where mail comes from, that
decides. Elsewhere old notifications, and networks an agent never wrote from, are asked about once:
a tap at the address on file. What others have had is asked about each time: an agent who copies a
customer gives them what proves the agent here, in the address, in References or in the subject.
Such a mail is still believed, for they had it with that mail and no sooner; the next one is not,
and the next notification bears something new.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Literal, NamedTuple

from maildesk.desk.commands import command_lines
from maildesk.desk.commands.table import reach_outside
from maildesk.desk.problem import Problem
from maildesk.desk.threads import links
from maildesk.store import agents

if TYPE_CHECKING:
    from maildesk.desk.policy import Agent
    from maildesk.desk.threads.links import Token
    from maildesk.pipeline.classification.look import Look

Place = Literal["address", "answer", "subject"]  # where it stands that this is an agent's


class Proof(NamedTuple):
    """What is remembered of what proves an agent: an old notification or a network they are not
    asked about again, or what others have had (`agents.LEAKED`)."""

    agent: str
    kind: str
    value: str


def doubt(look: Look, token: Token, place: Place, owner: Agent) -> tuple[str, Problem] | None:
    """Why this mail, which nobody vouches for, is asked about: the reason as a word and as a value.
    None: it is believed."""
    conn, policy, job, rules = look.conn, look.policy, look.job, look.policy.trust
    if rules.can_prove:
        code = "address_unproven" if place == "address" else "answer_unproven"
        return "unproven_agent", Problem(code, {"agent": owner.name})
    words = look.message.reply
    asked = command_lines.read(words, policy).commands if rules.confirm_outside else ()
    if reach_outside(asked, policy):
        return "unproven_agent", Problem("reaches_outside")
    if _about(token) in agents.proofs(conn, owner.address, agents.LEAKED):
        return "known_to_others", Problem("known_to_others", {"agent": owner.name})
    issued = token.until - policy.periods.of_address(token.purpose is links.Purpose.DESK)
    is_old = rules.ask_after is not None and look.today - issued > rules.ask_after
    if is_old and _about(token) not in agents.proofs(conn, owner.address, "address"):
        return "old_address", Problem("old_notification", {"date": f"{issued:%Y-%m-%d}"})
    network = network_of(job.envelope.peer) if rules.ask_new_network else ""
    known = agents.proofs(conn, owner.address, "network") if network else frozenset()
    if known and network not in known:
        return "new_network", Problem("new_network", {"network": network, "agent": owner.name})
    return None


def shown(look: Look, token: Token, owner: Agent) -> tuple[Proof, ...]:
    """What a mail that is believed proves for the next ones: it was let through by a person, or
    vouched for, or is the first; and what it gives away."""
    proofs = []
    if look.job.released_by:
        proofs.append(Proof(owner.address, "address", _about(token)))
    if look.policy.trust.ask_new_network and (network := network_of(look.job.envelope.peer)):
        proofs.append(Proof(owner.address, "network", network))
    boxes = (*look.message.to, *look.message.cc)
    if any(not look.policy.is_ours(box.address) and box.key not in owner.keys for box in boxes):
        proofs.append(Proof(owner.address, agents.LEAKED, _about(token)))
    return tuple(proofs)


def seen_by_others(look: Look) -> tuple[Proof, ...]:
    """What a mail that is no agent's names and only an agent was sent: its writer has had it."""
    found = [look.clues.answers, look.clues.token if look.clues.in_subject else None]
    proofs = []
    for token in found:
        is_agents = token is not None and token.purpose in (*links.AGENTS, links.Purpose.DESK)
        owner, _ = look.owner(token) if token is not None and is_agents else (None, False)
        if token is not None and owner is not None:
            proofs.append(Proof(owner.address, agents.LEAKED, _about(token)))
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
    return links.about(token.number, token.until)
