"""Which of the desk's languages somebody reads (RFC 9110, 12.5.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maildesk.desk.policy import Policy

_LONGEST = 300
_RANGE = re.compile(r"\s*([a-zA-Z]{1,8})(?:-[a-zA-Z0-9-]{1,30})?\s*(?:;\s*q=([0-9.]{1,5}))?\s*")


def spoken_by(accepted: str, policy: Policy) -> str:
    """The desk's language that they like best; its first where they like none of them."""
    liked: dict[str, float] = {}
    for one in accepted[:_LONGEST].split(","):
        found = _RANGE.fullmatch(one)
        if found:
            liked.setdefault(found[1].lower(), _weight(found[2]))
    ours = {one.lower().partition("-")[0]: one for one in reversed(policy.languages)}
    known = [(weight, code) for code, weight in liked.items() if code in ours and weight > 0]
    best = max(known, key=lambda one: one[0], default=None)
    return ours[best[1]] if best else policy.default_language


def _weight(written: str | None) -> float:
    try:
        return float(written) if written else 1.0
    except ValueError:
        return 0.0
