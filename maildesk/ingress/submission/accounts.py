"""Who may log in, and what a door for log-ins remembers of those who tried."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from maildesk.ingress.submission.limits import LogInLimits


@dataclass(frozen=True, slots=True)
class Account:
    """An agent who may log in: the address on file, all of theirs, the hash of the password."""

    address: str
    keys: frozenset[str]
    password: str = field(repr=False)


@dataclass
class LogIn:
    """What a door for log-ins has: who may, as of now, how often, and whose turn it is."""

    account: Callable[[str], Account | None]
    limits: LogInLimits
    turn: asyncio.Semaphore
    waiting: int = 0
