"""What stands below a mail to a customer: the signature of the agent who wrote it, of their team,
of the address it goes out from, or of the desk. The most particular wins.

What the desk writes by itself has no agent: it is signed as the address or the desk is, and where
such a signature names the agent, the desk stands in for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk.mails.views import DeskView, PersonView
from maildesk.desk.replies.signatures import OF_DESK, Values, of_address, of_agent, of_team

if TYPE_CHECKING:
    from maildesk.desk.policy import Agent, DeskAddress, Policy


def signed(
    view: DeskView,
    policy: Policy,
    address: DeskAddress,
    *,
    language: str,
    agent: Agent | None = None,
    queue: str = "",
    reference: str = "",
) -> DeskView:
    """The desk with the signature of a mail: from this address, in this language, of this agent in
    a ticket of this queue; without an agent, of the desk itself."""
    names = _by_rank(policy, address, agent, queue)
    found = next((policy.signatures[one] for one in names if one in policy.signatures), None)
    if found is None:
        return view
    bare = replace(view, signature="")
    person = PersonView(agent.name, "", agent.name.split()[0]) if agent else None
    person = person or PersonView(bare.name, "", bare.name)
    words = found.write(language, _values(bare, person, reference))
    if not words.text:
        return bare
    tells = agent is not None and agent.name in words.text
    return replace(view, signature=words.text, signature_html=words.html, signed=tells)


def _by_rank(
    policy: Policy, address: DeskAddress, agent: Agent | None, queue: str
) -> Iterator[str]:
    """The signatures that could be meant, the most particular first; among an agent's teams those
    first that work the queue."""
    if agent is not None:
        yield of_agent(agent.address)
        works = policy.queues[queue].teams if queue in policy.queues else ()
        yield from map(of_team, sorted(agent.teams, key=lambda team: team not in works))
    yield of_address(address.key)
    yield OF_DESK


def _values(desk: DeskView, agent: PersonView, reference: str) -> Values:
    return {
        "agent": agent,
        "desk": desk,
        "agent_name": agent.name,
        "agent_first_name": agent.first_name,
        "desk_name": desk.name,
        "desk_address": desk.address,
        "desk_website": desk.website,
        "ticket_id": reference,
    }
