"""Signatures of mails to customers as values: whose they are, and what they may show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from maildesk.desk.mails.views import DeskView, PersonView
from maildesk.mail.html.markdown import Written

Values = Mapping[str, Any]
# The variables of a signature, with the views that have attributes.
VARIABLES: Mapping[str, type | None] = MappingProxyType(
    {
        "agent": PersonView,
        "desk": DeskView,
        **dict.fromkeys(("agent_name", "agent_first_name", "desk_name", "desk_address")),
        **dict.fromkeys(("desk_website", "ticket_id")),
    }
)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: `write` fills it in, in a language; it has no words where that fails."""

    write: Callable[[str, Values], Written]


def of_agent(address: str) -> str:
    """How the policy names the signature of an agent, by their address in agents.yaml."""
    return f"agent:{address.lower()}"


def of_team(name: str) -> str:
    """The same, of a team."""
    return f"team:{name}"


def of_address(key: str) -> str:
    """The same, of an address of the desk, folded."""
    return f"address:{key}"


OF_DESK = "desk"
