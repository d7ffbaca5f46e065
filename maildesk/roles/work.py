"""The role `work`: the pipeline's threads, which turn mail and timers into tickets, and hand mail
to the relay."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from maildesk.heartbeat import RelayState
from maildesk.pipeline.broker.kicks import Stages
from maildesk.pipeline.delivery.deliver import Deliverer, hang_up_quietly
from maildesk.pipeline.fire import fire
from maildesk.pipeline.receive import receive

if TYPE_CHECKING:
    from maildesk.pipeline.services import Services


class Work:
    """The worker threads behind the broker."""

    def __init__(self, stages: Stages) -> None:
        self._stages = stages
        self._deliverer: Deliverer | None = None

    async def start(self, desk: Services) -> None:
        """Look whenever a kick comes, and every few seconds while none does."""
        self._deliverer = Deliverer(desk)
        await asyncio.to_thread(self._deliverer.begin)
        self._stages.start(
            {
                "receive": lambda: receive(desk),
                "fire": lambda: fire(desk),
                "deliver": self._deliverer,
            }
        )

    def settle(self) -> None:
        """Write down what the relay has said and could not be written at once."""
        if self._deliverer is not None:
            self._deliverer.look_after_outcomes()

    def relays(self) -> list[RelayState]:
        """Every relay by which it sends, and what is the matter with it."""
        return self._deliverer.relays() if self._deliverer is not None else []

    async def stop(self, grace: float) -> None:
        """Let what runs come to its end; letters that nobody has begun to send are due
        again for others."""
        await asyncio.to_thread(self._end, grace)

    def _end(self, grace: float) -> None:
        self._stages.stop(grace)
        if self._deliverer is not None:
            hang_up_quietly(self._deliverer)
            with contextlib.suppress(Exception):
                self._deliverer.give_back()
