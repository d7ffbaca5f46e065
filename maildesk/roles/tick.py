"""The role `tick`: of all the desk's processes this one kicks what is due, and derives timers anew
when the files change.

The kicking is done in the rounds that every process makes (`pipeline.ticker`): each has to renew
its leases and to give its sign of life as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.pipeline.rederive import in_background

if TYPE_CHECKING:
    from maildesk.pipeline.services import Services


class Tick:
    """What one process of the desk does for all of them."""

    async def start(self, desk: Services) -> None:
        """The files may have been edited while the desk was down."""
        in_background(desk, unless_derived=True)

    def policy_changed(self, desk: Services) -> None:
        """They were edited just now."""
        in_background(desk)

    async def stop(self, grace: float) -> None:
        """It looks at `desk.stopping` by itself."""
