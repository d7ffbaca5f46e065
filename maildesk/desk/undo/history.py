"""The history without what was taken back: clocks run on as if it had never been."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from maildesk.desk.facts import Entry


def what_stands(history: Sequence[Entry]) -> list[Entry]:
    """These lines, in their order, without answers that went to nobody, and without moves that were
    taken back, as long as nothing had moved the ticket in between."""
    gone = {str(one.detail.get("answer")) for one in history if one.what == "withdrawn"}
    found = [
        one
        for one in history
        if not (one.what == "replied" and str(one.detail.get("message")) in gone)
    ]
    for back in [one for one in found if one.what == "status" and one.detail.get("since")]:
        since = datetime.fromisoformat(back.detail["since"])
        until = found.index(back)
        moves = [one for one in found[:until] if one.what == "status" and one.at >= since]
        if moves and all(one.at == since for one in moves):
            found = [one for one in found if one is not back and one not in moves]
    return found
