"""A line moves on: its first mail is tried, and where the relay takes it the others follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from maildesk.config.connections.relays import relay_named
from maildesk.log import log
from maildesk.mail.submission.refusals import ABOUT_THE_SENDER
from maildesk.pipeline.delivery.outcomes import Told
from maildesk.pipeline.relays.lines import Lines, for_people_first, pause
from maildesk.store.relays import lines as rows
from maildesk.store.relays import usage
from maildesk.store.relays.lines import LIMIT, Line
from maildesk.store.schema import outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from maildesk.config.settings import Relay
    from maildesk.pipeline.services import Services, TimeSlice
    from maildesk.store.outbox import Letter

MOST_AT_ONCE = 16
BETWEEN = pause("server", 0)  # from one step to the next, where the relay was given too much


class Advance:
    """Sends from the lines that are due.

    `hand_over` sends a mail, `write` says what became of it.
    """

    def __init__(
        self,
        services: Services,
        lines: Lines,
        hand_over: Callable[[Letter], Told],
        write: Callable[[Sequence[Told]], None],
        put_back: Callable[[Letter, str], None],
    ) -> None:
        self._services, self._lines = services, lines
        self._hand_over, self._write, self._put_back = hand_over, write, put_back

    def __call__(self, slice_: TimeSlice) -> int:
        """Send what the lines let go, for a slice of time; how many mails were tried."""
        count = 0
        for line in self._lines.due():
            count += self._step(line)
            if slice_.is_over() or self._services.stopping.is_set():
                break
        return count

    def _step(self, line: Line) -> int:
        """Send the next few of this line; how many were tried."""
        letters = self._taken(line)
        if not letters:
            self._lines.look(afresh=True)
            return 0
        refused: Told | None = None
        tried = 0
        with self._services.held_rows.working(outbox.name, [letter.id for letter in letters]):
            for letter in letters:
                if refused is not None:
                    self._put_back(letter, line.line)
                    continue
                told = self._hand_over(letter)
                tried += 1
                if told.outcome.kind == "stopped":
                    refused = self._refused(line, told)
                self._write([told])
        is_over = refused is None and self._let_on(line)
        self._lines.look(afresh=True)
        if refused is None and not line.pace and line.kind != LIMIT:
            log.warning("relay_goes", relay=line.relay, sender=line.sender, said=line.said)
        if is_over and line.kind != LIMIT:
            self._lines.tell_of_relief(line)
        return tried

    def _taken(self, line: Line) -> Sequence[Letter]:
        """The first few of the line, now ours; none where another has it, or there is no room."""
        services, now = self._services, self._services.now()
        relay = relay_named(services.settings, line.relay)
        patience = services.lease + (relay.timeout * 2 if relay is not None else services.lease)
        with services.db.write() as conn:
            if not rows.take(conn, line, now + patience):
                return ()
            if relay is None:
                rows.leave(conn, line.line, now)
                rows.end(conn, line.line)
                return ()
            letters, later = self._letters(conn, line, relay, now)
            if letters:
                return letters
            if rows.is_anybody_in(conn, line.line):
                rows.change(conn, line.line, due_at=max(later, now + BETWEEN))
            elif line.kind == LIMIT or line.pace:
                rows.end(conn, line.line)
            else:
                rows.change(conn, line.line, due_at=now)  # the next one that comes is tried
        return ()

    def _letters(
        self, conn: Connection, line: Line, relay: Relay, now: datetime
    ) -> tuple[list[Letter], datetime]:
        """As many as may go, what people wrote first where there is little room; when more may."""
        services = self._services
        wanted = MOST_AT_ONCE if line.kind == LIMIT else max(line.pace, 1)
        claim = {"owner": services.owner, "now": now, "lease": services.lease}
        for_people, for_others = for_people_first(relay)
        if not for_people:
            return rows.first_in(conn, line, limit=wanted, **claim), now  # type: ignore[arg-type]
        letters: list[Letter] = []
        later = now
        for limits, by_people in ((for_people, True), (for_others, False)):
            there = rows.count_in(conn, line.line, wanted - len(letters), by_people=by_people)
            room, at = usage.reserve(conn, relay.name, limits, now, there) if there else (0, now)
            later = max(later, at)
            if room:
                letters += rows.first_in(
                    conn, line, limit=room, by_people=by_people, **claim  # type: ignore[arg-type]
                )  # fmt: skip
        return letters, later

    def _refused(self, line: Line, told: Told) -> Told | None:
        """The relay still refuses us: later, and later.

        None where it refuses one sender of many.
        """
        now, outcome = self._services.now(), told.outcome
        is_of_sender = outcome.about_us in ABOUT_THE_SENDER
        if is_of_sender and not line.sender:
            return None
        values: dict[str, object] = {"due_at": now + pause(outcome.about_us, line.attempts + 1)}
        if is_of_sender == bool(line.sender):
            values |= {"kind": outcome.about_us, "code": outcome.code or None}
            values |= {"enhanced_status": outcome.enhanced, "words": outcome.text[:500]}
            values |= {"attempts": line.attempts + 1, "pace": 0}
        with self._services.db.write() as conn:
            rows.change(conn, line.line, **values)
        return told

    def _let_on(self, line: Line) -> bool:
        """The relay took them: the next may be twice as many; whether nobody is left to wait."""
        now = self._services.now()
        with self._services.db.write() as conn:
            if not rows.is_anybody_in(conn, line.line):
                rows.end(conn, line.line)
                return True
            pace = min(line.pace * 2 or 1, MOST_AT_ONCE)
            at = now + BETWEEN if line.kind == "rate" else now
            rows.change(conn, line.line, pace=0 if line.kind == LIMIT else pace, due_at=at)
            return False
