"""How often somebody may fail to log in, by network address and by account.

Counted are failures, in a period that slides. Whoever has logged in to an account from an address
before is not kept out by what others tried: nobody can lock an agent out by guessing.
"""

from __future__ import annotations

from collections import deque

from maildesk.ingress.gate import FORGET_ABOVE, peer_key

PERIOD = 15 * 60.0  # seconds
PER_PEER, PER_ACCOUNT = 10, 50
AT_ONCE = 2  # passwords that are tried beside each other: each takes 32 MB
WAITING = 32  # log-ins that wait for that; more are told to come back


class LogInLimits:
    """The failures of one door. Times are those of the event loop."""

    def __init__(self) -> None:
        self._failed: dict[str, deque[float]] = {}
        self._known: dict[tuple[str, str], None] = {}

    def is_over(self, peer: str, account: str, now: float) -> bool:
        """Whether no more is tried for now; `account`: "" where there is none of that name."""
        key = peer_key(peer)
        if self._count(f"peer {key}", now) >= PER_PEER:
            return True
        if not account or (key, account) in self._known:
            return False
        return self._count(f"account {account}", now) >= PER_ACCOUNT

    def failed(self, peer: str, account: str, now: float) -> None:
        """It was wrong."""
        keys = [f"peer {peer_key(peer)}", *([f"account {account}"] if account else [])]
        if len(self._failed) > FORGET_ABOVE:
            recent = {k: at for k, at in self._failed.items() if at and now - at[-1] < PERIOD}
            self._failed = recent if len(recent) <= FORGET_ABOVE else {}
        for key in keys:
            self._failed.setdefault(key, deque(maxlen=PER_ACCOUNT)).append(now)

    def succeeded(self, peer: str, account: str) -> None:
        """It was right: this address is one of theirs."""
        if len(self._known) > FORGET_ABOVE:
            self._known.pop(next(iter(self._known)))
        self._known[peer_key(peer), account] = None

    def _count(self, key: str, now: float) -> int:
        times = self._failed.get(key, ())
        return sum(now - at < PERIOD for at in times)
