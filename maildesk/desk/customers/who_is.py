"""Who is meant by a word of whom no ticket is known: what the desk's own files say."""

from __future__ import annotations

from maildesk.desk.filters.lookup import agents_named
from maildesk.desk.filters.tokens import phrase
from maildesk.desk.policy import Policy
from maildesk.desk.problem import Problem


def organisation_named(written: str, policy: Policy) -> str:
    """The organisation of desk.yaml that is called so, in however many words; "" for none."""
    wanted = phrase(written)
    names = (one.organisation for one in policy.contacts if one.organisation)
    if not wanted or "@" in written:
        return ""
    return next((name for name in names if "".join(phrase(name)) == "".join(wanted)), "")


def known_by(organisation: str, policy: Policy) -> tuple[str, str]:
    """By which addresses and domains this organisation is known, and its tier."""
    those = [one for one in policy.contacts if one.organisation == organisation]
    addresses = (key for one in those for key in (one.match, *one.addresses) if key)
    tiers = (one.tier for one in those if one.tier)
    return ", ".join(dict.fromkeys(addresses)), next(tiers, "")


def without_tickets(written: str, policy: Policy) -> Problem:
    """What there is to say of somebody without a ticket that the one who asks may see."""
    if organisation := organisation_named(written, policy):
        addresses, _ = known_by(organisation, policy)
        return Problem("organisation_without", {"name": organisation, "who": addresses})
    agents = agents_named(policy, written)
    if agents:
        named = ", ".join(f"{one.name} <{one.address}>" for one in agents)
        return Problem("is_agent_here", {"word": written, "who": named})
    return Problem("unknown_customer", {"word": written})
