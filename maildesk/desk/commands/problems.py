"""Problems that several commands share, and the nearest right word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from maildesk.desk.problem import Problem

if TYPE_CHECKING:
    from maildesk.desk.filters.syntax import BadQuery
    from maildesk.desk.policy import Policy

_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")


def nearest(word: str, known: Iterable[str], sign: str = "", alike: float = 0.5) -> str:
    """The known word that is closest to this one, and at least so much alike, with a sign before
    it; empty where none is."""
    spelled = {one.lower(): one for one in known}
    close = difflib.get_close_matches(word.lower(), list(spelled), n=1, cutoff=alike)
    return f"{sign}{spelled[close[0]]}" if close else ""


def bad_query(bad: BadQuery) -> Problem:
    """Why this is no query, with every mistake of it."""
    return Problem("bad_query", parts=tuple(one.problem for one in bad.mistakes))


def not_outside(word: str, address: str, policy: Policy, *, agents: bool = False) -> Problem | None:
    """Why this is nobody outside the desk; `agents`: one of ours is good enough."""
    if not _ADDRESS.fullmatch(address) or policy.is_ours(address):
        return Problem("no_outside_address", {"word": word})
    if not agents and policy.agent(address) is not None:
        return Problem("is_an_agent", {"address": address})
    return None
