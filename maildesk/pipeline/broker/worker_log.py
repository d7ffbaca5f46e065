"""What Dramatiq's threads say of a broker that is away, in our own words.

They would write a line each second, in each process, for as long as that lasts. Whether the broker
is there `BrokerWatch` tells, once; so their lines only make it look.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from maildesk.log import log

_AWAY = "Consumer encountered a connection error"


class PlainWords(logging.Filter):
    """For the logger of a consumer: nothing of a lost connection, anything else in one line."""

    def __init__(self, suspect: Callable[[], None]) -> None:
        super().__init__()
        self._suspect = suspect

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether Dramatiq's own line is written: what is no error, or is not about the broker."""
        if record.levelno < logging.WARNING:
            return True
        problem = record.exc_info[1] if record.exc_info else None
        if not str(record.msg).startswith(_AWAY):
            why = f"{type(problem).__name__}: {problem}" if problem else record.getMessage()
            log.warning("kicks_not_heard", why=why[:300])
        self._suspect()
        return False


def in_plain_words(queue: str, suspect: Callable[[], None]) -> None:
    """From now on the consumer of this queue says it so."""
    logger = logging.getLogger(f"dramatiq.worker.ConsumerThread({queue})")
    for old in [one for one in logger.filters if isinstance(one, PlainWords)]:
        logger.removeFilter(old)
    logger.addFilter(PlainWords(suspect))
