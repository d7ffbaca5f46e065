"""After a clock was wrong and has been set back: rows that would only be due when it is that late
again are due now.

A machine that starts with a clock in the future spools mail for that future. No row of spool and
outbox waits longer than its longest delay, and none is older than the clock: what claims to be is
brought back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, or_, update

from maildesk.store.due import DELAYS
from maildesk.store.relays.tables import relay_lines
from maildesk.store.schema import agent_timers, outbox, spool, timers

# with a lease and some difference between two machines
LONGEST = timedelta(seconds=max(DELAYS)) + timedelta(hours=1)
SKEW = timedelta(minutes=1)  # between the clocks of two machines of one desk


def bring_back(conn: Connection, now: datetime) -> int:
    """Make what the clock's jump has put off due; how many rows that were."""
    count = 0
    for table, since in ((spool, spool.c.received_at), (outbox, outbox.c.created_at)):
        put_off = or_(
            table.c.due_at > now + LONGEST,
            and_(table.c.state == "due", table.c.due_at > now, since > now + SKEW),
        )
        # a mail that stands in line is due when it would be given up; its line is due before
        stands = [outbox.c.line.is_(None)] if table is outbox else []
        count += conn.execute(update(table).where(put_off, *stands).values(due_at=now)).rowcount
    far = update(relay_lines).where(relay_lines.c.due_at > now + LONGEST, relay_lines.c.since > now)
    count += conn.execute(far.values(due_at=now, since=now)).rowcount
    # what merely waits for its day is as it should be
    for table in (timers, agent_timers):
        held = and_(table.c.state == "claimed", table.c.due_at > now + LONGEST)
        count += conn.execute(update(table).where(held).values(due_at=now)).rowcount
    return count
