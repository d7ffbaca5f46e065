"""The parts of a desk's work, each started and stopped as one: all in one
process, or each in its own.

    smtp   the listeners            imap   the mailboxes
    work   the pipeline's threads   tick   the ticker that finds what a lost kick forgot
    web    the customers' pages

A role is an object with `start(desk)` and `stop(grace)`; `maildesk.daemon` starts and
stops them in this order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from maildesk.pipeline.services import Services

# the doors first: a port that is taken is found before anything has begun. The pages come last:
# mail does not wait for them
ROLES = ("smtp", "imap", "work", "tick", "web")
MAIL = frozenset(("smtp", "imap", "work", "tick"))  # without these a desk is none


class Role(Protocol):
    """One of them, in the daemon's event loop. What blocks is done in a thread."""

    async def start(self, desk: Services) -> None:
        """Begin. PermanentFailure, in words for the operator, where that cannot be."""

    async def stop(self, grace: float) -> None:
        """Begin nothing new, and give what is under way so many seconds. Also where `start` did not
        come to its end."""
