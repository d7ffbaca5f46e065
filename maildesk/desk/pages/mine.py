"""A customer's own requests in one place: whether there is such a page, and how long a browser is
let in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Mine:
    """What the policy says of it."""

    offered: bool = True
    session: timedelta = timedelta(hours=12)  # how long a browser is let in
    fields: tuple[str, ...] = ()  # of the desk's own, that customers see there
