"""Why mail is held: every reason there is, who is told of it, and what becomes of it once a person
lets it through.

Whoever adds a reason adds it here; a test goes through the table, and another looks for reasons
that are used in the sources and are missing here. One that is missing all the same is told to the
admins as the worst of them are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Told(StrEnum):
    """Who hears of it."""

    AGENT = "agent"  # whose mail it seems to be, at once; the admins where there is none
    ADMINS = "admins"  # one by one, within the hour
    DAILY = "daily"  # the admins, once a day and counted: what comes in numbers


@dataclass(frozen=True, slots=True)
class HoldReason:
    """Who is told, and what a release makes of the message.

    `is_unproved`: nothing shows that whoever it seems to be wrote it, so anybody can make the desk
    hold as many as they like. What came with an address made for its agent is held for another
    reason, and speaks against nobody.
    """

    told: Told
    released: str
    is_unproved: bool = False


_AS_TICKET = "a ticket, or the next message of one, as from anybody"
_AS_AGENTS = "the agent's own word"
_AGAIN = "tried again"
REASONS: Mapping[str, HoldReason] = MappingProxyType(
    {
        "spam": HoldReason(Told.DAILY, _AS_TICKET),
        "blocked": HoldReason(Told.DAILY, _AS_TICKET),
        "automatic": HoldReason(Told.DAILY, "a ticket that is not acknowledged"),
        "looping": HoldReason(Told.AGENT, _AS_AGENTS),
        "no_sender": HoldReason(Told.ADMINS, "a ticket of nobody's; an agent gives it an address"),
        "own_address": HoldReason(Told.ADMINS, "a ticket of whom Reply-To names, or of nobody's"),
        "unproven_agent": HoldReason(Told.AGENT, _AS_AGENTS, is_unproved=True),
        "expired": HoldReason(Told.AGENT, _AS_AGENTS),
        "renewed": HoldReason(Told.AGENT, _AS_AGENTS),
        "old_address": HoldReason(Told.AGENT, _AS_AGENTS),
        "new_network": HoldReason(Told.AGENT, _AS_AGENTS),
        "known_to_others": HoldReason(Told.AGENT, _AS_AGENTS),
        "spoofed": HoldReason(Told.AGENT, _AS_AGENTS, is_unproved=True),
        "revoked": HoldReason(Told.ADMINS, _AS_TICKET),
        "not_confirmed": HoldReason(Told.ADMINS, "a new mail of the agent's"),
        "stale": HoldReason(Told.AGENT, "the agent's answer, or a note"),
        "no_file": HoldReason(Told.AGENT, "the agent's answer, or a note"),
        "mixes_customers": HoldReason(Told.AGENT, "the agent's own word: the tickets are merged"),
        "asks_delete": HoldReason(Told.AGENT, "the agent's own word: the ticket is deleted"),
        "unknown_command": HoldReason(Told.AGENT, "the agent's answer, that line as text"),
        "no_ticket": HoldReason(Told.AGENT, "a new mail of the agent's"),
        "survey": HoldReason(Told.DAILY, "the next message of the ticket"),
        "kept_out": HoldReason(Told.DAILY, "somebody whom an agent may let in"),
        "unmatched_report": HoldReason(Told.DAILY, "a ticket that is not acknowledged"),
        "unproved_report": HoldReason(Told.DAILY, "a report that is believed"),
        "postmaster": HoldReason(Told.ADMINS, "passed on to the admins"),
        "oversized": HoldReason(Told.ADMINS, "it cannot be: only its head was kept"),
        "unreadable": HoldReason(Told.ADMINS, _AGAIN),
        "poison": HoldReason(Told.ADMINS, _AGAIN),
        "refused": HoldReason(Told.ADMINS, _AGAIN),
    }
)


UNPROVED = tuple(name for name, reason in REASONS.items() if reason.is_unproved)


def told(kind: Told) -> tuple[str, ...]:
    """The reasons of which these hear."""
    return tuple(name for name, reason in REASONS.items() if reason.told is kind)
