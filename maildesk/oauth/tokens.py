"""The desk's tokens: handed out while they are good, renewed before they end, by one at a time.

How a renewal goes. Whoever finds that a token ends soon takes the lease of its row
(`store.oauth_grants`), asks the provider, writes the answer down, and only then hands it out. Who
comes meanwhile goes on with the token that is still good, else waits for the row to change.

    taken     the row says who renews; it is free again when the lease ends, should they die
    asked     the old refresh token may be void from here on (RFC 6749, 6; RFC 9700, 4.14)
    kept      the answer lies, sealed and synced, in a file of `var/` (`unwritten`)
    written   and in the row, of the next generation; the file goes

What was refused is tried again with growing pauses, an hour at most, longer where the provider
says so; at once under other settings or after `maildesk authorize`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.oauth.answers import Answer
from maildesk.oauth.grants import Grant
from maildesk.oauth.outcomes import NoToken, Outcome
from maildesk.oauth.unwritten import Unwritten
from maildesk.store.db import Database
from maildesk.store.secrets import oauth_grants
from maildesk.store.secrets.oauth_grants import GrantRow

if TYPE_CHECKING:
    from maildesk.oauth.seal import Seal

LEASE = timedelta(seconds=90)  # longer than any answer may take
EARLY = timedelta(minutes=5)  # before its end a token is renewed, or at the last quarter of it
EARLIER = timedelta(minutes=10)  # by the role that looks after them all, before others have to
LAST_MOMENT = timedelta(seconds=20)  # a token this near its end is no good to anybody
YOUNG = timedelta(minutes=5)  # a token so young that is refused is not refused for its age
PAUSE = 0.25  # seconds between two looks at a row that somebody else renews
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)


@dataclass(frozen=True)
class Held:
    """What a row holds, opened."""

    access_token: str = ""
    expires_at: datetime | None = None
    renewed_at: datetime | None = None
    refresh_token: str = ""

    def __repr__(self) -> str:
        return "<tokens>"

    def is_good(self, now: datetime, margin: timedelta) -> bool:
        """Whether the token can be used for at least so long, or the quarter of its life."""
        if not self.access_token or self.expires_at is None or self.renewed_at is None:
            return False
        quarter = (self.expires_at - self.renewed_at) / 4
        return now < self.expires_at - min(margin, quarter)


class Tokens:
    """The tokens of one desk, for one process of it."""

    def __init__(
        self,
        db: Database,
        keys: Iterable[bytes],
        *,
        desk: Path,
        owner: str,
        now: Callable[[], datetime],
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._db, self._unwritten, self._owner = db, Unwritten(desk), owner
        self._keys, self._now, self._pause = tuple(keys), now, pause
        self._held: dict[str, Held] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._troubles: dict[str, str] = {}

    @cached_property
    def seal(self) -> Seal:
        """What the tokens are sealed with. A desk without OAuth loads nothing of it."""
        from maildesk.oauth.seal import Seal

        return Seal(self._keys)

    def token(self, grant: Grant, *, refused: str = "", margin: timedelta = EARLY) -> str:
        """A token that is good now. NoToken where there is none; nobody is asked again then before
        it may help.

        `refused` is one that the mail server did not take, whatever its end says: another one is
        had, once, unless it is brand new, when it is something else that is refused.
        """
        lock = self._alone(grant.name)
        if not lock.acquire(blocking=False):  # it is being renewed, and others need not wait
            held = self._held.get(grant.name, Held())
            if self._is_usable(held, refused, self._now()):
                return held.access_token
            lock.acquire()
        try:
            return self._looked_after(grant, refused, margin)
        finally:
            lock.release()

    def _looked_after(self, grant: Grant, refused: str, margin: timedelta) -> str:
        held = self._held.get(grant.name, Held())
        if held.access_token == refused or not held.is_good(self._now(), margin):
            try:
                held = self._from_database(grant, refused, margin)
            except NoToken as problem:
                if not problem.passes:
                    self._troubles[grant.name] = words(grant, problem.outcome)
                raise
        self._held[grant.name] = held
        self._troubles.pop(grant.name, None)
        return held.access_token

    def keep(self, grant: Grant, answer: Answer) -> None:
        """What somebody has just granted, in place of what was there. TransientFailure where the
        database is away."""
        while True:
            now = self._now()
            found = self._claim(grant, now)
            if found is not None:
                self._write(grant, found, answer, now)
                return
            self._pause(PAUSE)

    def state(self, grant: Grant) -> Outcome | None:
        """Why there is no token, as the database has it; None where all is well, or nobody has
        asked yet for what needs nobody."""
        with self._db.read() as conn:
            found = oauth_grants.row(conn, grant.name)
        outcome = Outcome(found.outcome) if found and found.outcome else None
        if grant.needs_a_person and not self._opened(grant, found).refresh_token:
            return outcome or Outcome.NOT_AUTHORIZED  # or sealed with a key that is lost
        return None if outcome is None or NoToken(outcome).passes else outcome

    def is_held(self, grant: Grant) -> bool:
        """Whether a provider has given a token for it already."""
        with self._db.read() as conn:
            found = oauth_grants.row(conn, grant.name)
        return bool(self._opened(grant, found).access_token)

    def troubles(self) -> str:
        """What this process knows to be wrong and not to pass by itself, for its sign of life; ""
        where nothing is."""
        with self._lock:
            return "; ".join(self._troubles.values())

    def _alone(self, name: str) -> threading.Lock:
        """One thread of this process at a time looks after a grant."""
        with self._lock:
            return self._locks.setdefault(name, threading.Lock())

    def _from_database(self, grant: Grant, refused: str, margin: timedelta) -> Held:
        """As another process has renewed it, or as we do now."""
        since = self._now()
        while True:
            now = self._now()
            with self._db.read() as conn:
                found = oauth_grants.row(conn, grant.name)
            held = self._opened(grant, found)
            if held.access_token != refused and held.is_good(now, margin):
                return held
            usable = held if self._is_usable(held, refused, now) else None
            self._may_be_asked(grant, found, held, refused, now, usable)
            if found is not None and self._must_wait(grant, found, now):
                if usable:
                    return usable
                raise NoToken(Outcome(found.outcome), found.said)
            claimed = self._claim(grant, now)
            if claimed is not None:
                return self._renewed(grant, claimed, refused, margin)
            if usable:
                return usable
            if now - since > LEASE:
                raise NoToken(Outcome.UNREACHABLE, "another process is renewing it")
            self._pause(PAUSE)

    def _may_be_asked(
        self,
        grant: Grant,
        found: GrantRow | None,
        held: Held,
        refused: str,
        now: datetime,
        usable: Held | None,
    ) -> None:
        """NoToken where asking for a token cannot help."""
        is_refused = bool(refused) and held.access_token == refused
        if is_refused and held.renewed_at is not None and now - held.renewed_at < YOUNG:
            raise NoToken(Outcome.SERVER_REFUSES, "the server refuses a token that is new")
        if grant.needs_a_person and not held.refresh_token and usable is None:
            outcome = Outcome(found.outcome) if found and found.outcome else None
            raise NoToken(outcome or Outcome.NOT_AUTHORIZED, found.said if found else "")

    @staticmethod
    def _is_usable(held: Held, refused: str, now: datetime) -> bool:
        return held.access_token != refused and held.is_good(now, LAST_MOMENT)

    @staticmethod
    def _must_wait(grant: Grant, found: GrantRow, now: datetime) -> bool:
        """Whether it is too early after what came of the last try, with the same settings."""
        is_early = found.retry_at is not None and now < found.retry_at
        return bool(found.outcome) and is_early and found.fingerprint == grant.fingerprint()

    def _claim(self, grant: Grant, now: datetime) -> GrantRow | None:
        with self._db.write() as conn:
            return oauth_grants.claim(
                conn, grant.name, owner=self._owner, now=now, until=now + LEASE
            )

    def _renewed(self, grant: Grant, found: GrantRow, refused: str, margin: timedelta) -> Held:
        """Ask the provider; the row is ours. It may have changed since we looked."""
        now = self._now()
        found = self._recovered(grant, found)
        held = self._opened(grant, found)
        if held.access_token != refused and held.is_good(now, margin):
            self._release(found)
            return held
        from maildesk.oauth import protocol

        try:
            answer = protocol.renew(grant, held.refresh_token, now)
        except NoToken as problem:
            self._note(grant, found, problem)
            if self._is_usable(held, refused, self._now()):
                return held
            raise
        except BaseException:
            with suppress(TransientFailure):
                self._release(found)
            raise
        if not answer.refresh_token:
            answer = Answer(answer.access_token, answer.expires_at, held.refresh_token)
        return self._write(grant, found, answer, now)

    def _write(self, grant: Grant, found: GrantRow, answer: Answer, now: datetime) -> Held:
        """Kept, written, and only then known to anybody."""
        held = Held(answer.access_token, answer.expires_at, now, answer.refresh_token)
        sealed = self.seal.sealed(grant.name, _content(held))
        self._unwritten.keep(grant.name, found.generation, sealed)
        with self._db.write() as conn:
            is_ours = oauth_grants.write(
                conn,
                found,
                sealed=sealed,
                expires_at=held.expires_at,
                renewed_at=now,
                fingerprint=grant.fingerprint(),
                outcome="",
                said="",
                failures=0,
                retry_at=None,
            )
        self._unwritten.forget(grant.name)
        if not is_ours:  # our lease was over; what somebody else has written counts
            log.warning("lease_lost", grant=grant.name)
            with self._db.read() as conn:
                return self._opened(grant, oauth_grants.row(conn, grant.name))
        log.info("token_renewed", grant=grant.name, until=f"{answer.expires_at:%FT%TZ}")
        self._held[grant.name] = held
        return held

    def _note(self, grant: Grant, found: GrantRow, problem: NoToken) -> None:
        """Write down why there is none, and when it may be tried again."""
        failures = found.failures + 1
        pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 12), LONGEST_PAUSE)
        pause = max(pause, timedelta(seconds=problem.wait))
        # what passes by itself does not hide what does not
        is_news = not problem.passes or not found.outcome or NoToken(Outcome(found.outcome)).passes
        outcome, said = (
            (problem.outcome.value, problem.said) if is_news else (found.outcome, found.said)
        )
        log.warning(
            "token_refused",
            grant=grant.name,
            outcome=problem.outcome.value,
            said=problem.said,
            again_in=round(pause.total_seconds()),
        )
        with self._db.write() as conn:
            oauth_grants.write(
                conn,
                found,
                fingerprint=grant.fingerprint(),
                outcome=outcome,
                said=said,
                failures=failures,
                retry_at=self._now() + pause,
            )

    def _release(self, found: GrantRow) -> None:
        with self._db.write(durable=False) as conn:
            oauth_grants.release(conn, found)

    def _recovered(self, grant: Grant, found: GrantRow) -> GrantRow:
        """The row, with what was granted before a process died, or the database went away."""
        sealed = self._unwritten.found(grant.name, found.generation)
        content = None if sealed is None else self.seal.opened(grant.name, sealed)
        if content is None:
            return found
        log.warning("token_recovered", grant=grant.name)
        held, now = _held(content), self._now()
        times = {"expires_at": held.expires_at, "renewed_at": held.renewed_at}
        with self._db.write() as conn:
            oauth_grants.write(conn, found, sealed=sealed, outcome="", said="", **times)
            ours = oauth_grants.claim(
                conn, grant.name, owner=self._owner, now=now, until=now + LEASE
            )
        self._unwritten.forget(grant.name)
        return ours or found

    def _opened(self, grant: Grant, found: GrantRow | None) -> Held:
        if found is None or found.sealed is None:
            return Held()
        content = self.seal.opened(grant.name, bytes(found.sealed))
        return Held() if content is None else _held(content)


def words(grant: Grant, outcome: Outcome) -> str:
    """Why a mailbox or relay cannot sign in, and what to type; one line, for the log and for
    whoever looks whether the desk is well."""
    named = outcome.value.replace("_", " ")
    if NoToken(outcome).passes:
        return f"{grant.who} cannot sign in now ({grant.opens}): {named}"
    return f"{grant.who} cannot sign in ({grant.opens}): {named}; `{grant.command}` says what helps"


def _content(held: Held) -> dict[str, Any]:
    ends, since = held.expires_at, held.renewed_at
    return {
        "access_token": held.access_token,
        "refresh_token": held.refresh_token,
        "expires_at": ends.isoformat() if ends else "",
        "renewed_at": since.isoformat() if since else "",
    }


def _held(content: dict[str, Any]) -> Held:
    ends, since = content.get("expires_at"), content.get("renewed_at")
    return Held(
        str(content.get("access_token", "")),
        datetime.fromisoformat(ends) if ends else None,
        datetime.fromisoformat(since) if since else None,
        str(content.get("refresh_token", "")),
    )
