"""Which mail of ours may have caused a message, and what the messages of an organisation show.

Theory of operation. A loop is mail that our mail caused. Whether it did is seen in three things:

    a cause      an automatic mail of ours went there shortly before; each is the cause of one
                 message at most
    its words    the message says what was said before, and our answer to that is the cause; or it
                 bears a reference of ours
    without us   a message comes though nothing of ours went there: then their mail does not
                 depend on ours, and what was counted until then counts no more

The last is the proof. A crowd that writes about the same thing, one after the other, looks like a
robot that answers each of our mails under another name, until we are silent: the crowd goes on.
So what looks like a loop is held back, not dropped (`desk.rules.held_greetings`), and the next
message tells. Where none comes, one mail goes out late; answers to such mails prove the loop.

All of it is kept in the rows of our own mails: what came after each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select, true, update

from maildesk.desk.mails.loop_limits import ROW_PROVES, SHORTLY, WORDS_PROVE
from maildesk.store.loops import locks
from maildesk.store.loops.tables import IS_UNBROKEN, WAS_ANSWERED, automatic
from maildesk.store.rows.columns import BigId, Instant, Words
from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import IS_HELD_GREETING, timers

REFERENCE = "@"  # in place of the words: it bears a reference of ours
_WITHOUT_US = "~"
_WORKERS = 64  # at most so many weigh at once

_A = automatic.c
_WORDS, _TICKET = bindparam("words", type_=Words), bindparam("ticket", type_=BigId)
_SINCE, _EARLIEST, _CAME = (bindparam(n, type_=Instant) for n in ("since", "earliest", "came"))
_THEIRS = _A.organisation == bindparam("organisation")
_BEFORE = select(_A.id).where(_THEIRS, _A.at >= _EARLIEST, _A.at < _CAME)
_CAUSES = select(
    _BEFORE.where(_A.answered_at.is_(None))
    .where(or_(_A.subject_key == _WORDS, _WORDS == REFERENCE))
    .order_by(case((_A.ticket_id == _TICKET, 0), else_=1), _A.at, _A.id)
    .limit(1)
    .scalar_subquery()
    .label("of_words"),
    _BEFORE.where(_A.followed_at.is_(None))
    .order_by(_A.at, _A.id)
    .limit(1)
    .scalar_subquery()
    .label("of_any"),
)


def _count(*conditions: Any) -> Any:
    return func.coalesce(func.sum(case((and_(*conditions), 1), else_=0)), 0)


_SAME = _A.echo == _WORDS
_SAID_BEFORE = select(
    _count(_SAME).label("same"),
    _count(_A.echo == bindparam("without")).label("without_us"),
    _count(_SAME, _A.late).label("late"),
    func.max(case((_SAME, _A.answered_at))).label("last"),
).where(_THEIRS, WAS_ANSWERED, _A.answered_at >= _SINCE)
_ROW_BEFORE = select(
    func.count().label("length"),
    _count(_A.late).label("late"),
    func.max(_A.followed_at).label("last"),
).where(_THEIRS, IS_UNBROKEN, _A.followed_at >= _SINCE)
_SAID, _ROW = Prepared(_SAID_BEFORE), Prepared(_ROW_BEFORE)
_CAUSED, _SAYS, _COMES = (
    one.subquery(name)
    for one, name in ((_CAUSES, "caused"), (_SAID_BEFORE, "says"), (_ROW_BEFORE, "comes"))
)
# in one journey: most messages have no cause, and then that is all there is to ask
_SEEN = Prepared(
    select(
        _CAUSED.c.of_words,
        _CAUSED.c.of_any,
        _SAYS.c.same,
        _SAYS.c.without_us,
        _COMES.c.length,
    ).select_from(_CAUSED.join(_SAYS, true()).join(_COMES, true()))
)
_MARK_WORDS = Prepared(
    update(automatic)
    .where(_A.id == bindparam("row", type_=BigId))
    .values(answered_at=_CAME, echo=_WORDS)
)
_MARK_ROW = Prepared(
    update(automatic)
    .where(_A.id == bindparam("row", type_=BigId), _A.followed_at.is_(None))
    .values(followed_at=_CAME, unbroken=True)
)
_SPARE = Prepared(
    update(automatic)
    .where(_THEIRS, WAS_ANSWERED, _A.answered_at >= _SINCE, _SAME)
    .values(echo=bindparam("without"))
)
_BREAK = Prepared(update(automatic).where(_THEIRS, IS_UNBROKEN).values(unbroken=False))
_UNANSWERED = Prepared(
    select(_A.at)
    .where(_THEIRS, _A.at > bindparam("after", type_=Instant), _A.at <= _CAME)
    .where(case((_WORDS == "", _A.followed_at), else_=_A.answered_at).is_(None))
    .where(or_(_WORDS == "", _A.subject_key == _WORDS))
    .order_by(_A.at)
    .limit(1)
)
# whose plans are looked at
STATEMENTS = (_SEEN, _SAID, _ROW, _MARK_WORDS, _MARK_ROW, _SPARE, _BREAK, _UNANSWERED)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a loop with an organisation, the message being handled among it."""

    same_words: int = 0  # messages of these words, each right after our answer to them
    spared: int = 0  # such messages before, of which it turned out that they come without us
    references: int = 0  # with a reference of ours, each right after a mail of ours
    in_a_row: int = 0  # whatever they say, since the last that came by itself
    is_proved: bool = False  # what went out late was answered, too
    # how many of these there had been before this message, which no mail of ours can have caused
    ended_same: int = 0
    ended_row: int = 0


@dataclass(frozen=True, slots=True)
class Release:
    """When a mail that was held back may go; None: never, for it is a loop. `is_trial`: nothing
    else of ours is on its way there, and whether they answer it will tell."""

    at: datetime | None
    is_trial: bool = False


def weigh(
    conn: Connection,
    organisation: str,
    words: str,
    *,
    came: datetime,
    since: datetime,
    ticket_id: int | None = None,
    longest_row: int,
) -> Evidence:
    """The evidence with this message of theirs, which came then; it is written down.

    `words` as `desk.mails.loop_words` has them, or REFERENCE; `ticket_id` is the ticket whose
    reference it bears. Nobody else weighs the same words meanwhile, nor any of theirs where they
    come near `longest_row`.
    """
    locks.hold(conn, f"words {organisation} {words}")
    asked: dict[str, Any] = {"organisation": organisation, "words": words, "ticket": ticket_id}
    asked |= {"since": since, "came": came, "earliest": came - SHORTLY}
    asked["without"] = _WITHOUT_US + words
    (seen,) = _SEEN(conn, asked)
    found = _by_words(conn, asked, seen) if words else {}
    return Evidence(**(found | _by_row(conn, asked, seen, longest_row)))


def _by_words(conn: Connection, asked: Mapping[str, Any], seen: Any) -> dict[str, Any]:
    if seen.of_words is None:
        if asked["words"] == REFERENCE:
            return {"references": 0}
        if seen.same:
            _SPARE.change(conn, asked)
        return {"spared": seen.same + seen.without_us, "ended_same": seen.same}
    _MARK_WORDS.change(conn, {**asked, "row": seen.of_words})
    (said,) = _SAID(conn, asked)
    if asked["words"] == REFERENCE:
        return {"references": said.same}
    is_proved = said.late >= WORDS_PROVE
    return {"same_words": said.same, "spared": said.without_us, "is_proved": is_proved}


def _by_row(conn: Connection, asked: Mapping[str, Any], seen: Any, longest: int) -> dict[str, Any]:
    if seen.of_any is None:
        if seen.length:
            _BREAK.change(conn, asked)
        return {"ended_row": seen.length}
    _MARK_ROW.change(conn, {**asked, "row": seen.of_any})
    (row,) = _ROW(conn, asked)
    if row.length + _WORKERS >= longest:
        locks.hold(conn, f"row {asked['organisation']}")
        (row,) = _ROW(conn, asked)
    proved = {"is_proved": True} if row.late >= ROW_PROVES else {}
    return {"in_a_row": row.length} | proved


def release(
    conn: Connection,
    organisation: str,
    words: str,
    *,
    now: datetime,
    since: datetime,
    same_words: int,
    in_a_row: int,
) -> Release:
    """When a mail that was held back for a likely loop may go.

    `words` is "" where it was held for coming in a row; `same_words` and `in_a_row` are how many
    look like a loop.
    """
    locks.hold(conn, f"words {organisation} {words}")
    asked = {"organisation": organisation, "words": words, "since": since, "came": now}
    asked["without"] = _WITHOUT_US + words
    if words:
        (seen,) = _SAID(conn, asked)
        is_over = seen.same < max(same_words, 2 * seen.without_us)
        is_loop = seen.late >= WORDS_PROVE
    else:
        (seen,) = _ROW(conn, asked)
        is_over, is_loop = seen.length < in_a_row, seen.late >= ROW_PROVES
    if is_loop:
        return Release(None)
    out = None if is_over else _UNANSWERED(conn, {**asked, "after": seen.last or since})
    if not out:
        return Release(now, is_trial=out is not None)
    return Release(max(now, out[0].at + SHORTLY))


def let_go(conn: Connection, kind: str, now: datetime) -> int:
    """What is held back under this kind of timer may go now; how many tickets that are."""
    held = update(timers).where(IS_HELD_GREETING, timers.c.kind == kind, timers.c.state == "due")
    return conn.execute(held.where(timers.c.due_at > now).values(due_at=now)).rowcount


def was_about(conn: Connection, organisation: str, ticket_id: int, since: datetime) -> bool:
    """Whether an automatic mail about this ticket went there since then."""
    found = select(_A.id).where(_A.organisation == organisation, _A.at >= since)
    return conn.execute(found.where(_A.ticket_id == ticket_id).limit(1)).first() is not None
