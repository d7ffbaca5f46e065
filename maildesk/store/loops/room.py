"""How many automatic mails may still go: the hard limit of all together, for all processes.

Nothing is left out because of it. What finds no room takes the place that is free next, and takes
it at once: a thousand mails come to a row of places, not to a second flood.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, bindparam, func, select

from maildesk.store.loops import locks
from maildesk.store.loops.tables import automatic
from maildesk.store.rows.columns import Instant
from maildesk.store.rows.prepared import Prepared

# Below the limit by more than this, nobody has to wait for anybody: so many workers there are not.
_FAR = 256
_A = automatic.c
_NEWEST = select(_A.at).order_by(_A.at.desc(), _A.id.desc()).limit(1)
_FIRST = select(_A.id).where(_A.at >= bindparam("since", type_=Instant)).order_by(_A.at, _A.id)
# Three looks at the ends of indexes: ids grow, so there are at most so many between two of them.
_AT_MOST = Prepared(
    select(
        select(func.max(_A.id)).scalar_subquery().label("last"),
        _FIRST.limit(1).scalar_subquery().label("first"),
        _NEWEST.scalar_subquery().label("newest"),
    )
)
_PLANNED = Prepared(_NEWEST.offset(bindparam("places", type_=Integer)))
STATEMENTS = (_AT_MOST, _PLANNED)  # whose plans are looked at


def room_at(
    conn: Connection, now: datetime, *, limit: int, period: timedelta, before: int = 0
) -> datetime:
    """When one more automatic mail may go: now, or so long after the last but `limit` as the
    period lasts.

    `before`: how many of the same transaction are not yet written down. Near the limit, nobody else
    gets an answer before this transaction ends. A limit of 0 is none.
    """
    if limit < 1 or _is_far(conn, now, limit=limit, period=period):
        return now
    locks.hold(conn, "all automatic mail")
    found = _PLANNED(conn, {"places": max(0, limit - 1 - before)})
    return max(now, found[0].at + period) if found else now


def _is_far(conn: Connection, now: datetime, *, limit: int, period: timedelta) -> bool:
    if limit <= _FAR:
        return False
    (seen,) = _AT_MOST(conn, {"since": now - period})
    if seen.first is None:
        return True
    if seen.newest > now:  # mails wait already
        return False
    return int(seen.last) - int(seen.first) + 1 + _FAR < limit
