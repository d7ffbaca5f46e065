"""The role `tick`: of all the desk's processes this one kicks what is due, derives timers anew when
the files change, and renews the tokens by which mailboxes and relays are signed in at.

The kicking is done in the rounds that every process makes (`pipeline.ticker`): each has to renew
its leases and to give its sign of life as well.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from maildesk.pipeline.grant_alarms import GrantKeeper
from maildesk.pipeline.notices import timers_kept
from maildesk.pipeline.rederive import in_background

if TYPE_CHECKING:
    from maildesk.pipeline.services import Services


PATIENCE = 1.0  # seconds that a provider is waited for at the end


class Tick:
    """What one process of the desk does for all of them."""

    def __init__(self) -> None:
        self._grants: GrantKeeper | None = None

    async def start(self, desk: Services) -> None:
        """The files may have been edited while the desk was down, and tokens have ended."""
        in_background(desk, unless_derived=True)
        self._grants = GrantKeeper(desk)
        self._grants.start()

    def policy_changed(self, desk: Services) -> None:
        """They were edited just now: quiet hours may be over, and digests come at other times."""
        in_background(desk)
        timers_kept.in_background(desk)

    async def stop(self, grace: float) -> None:
        """What derives timers looks at `desk.stopping` by itself."""
        if self._grants is not None:
            await asyncio.to_thread(self._grants.stop, min(PATIENCE, grace))
