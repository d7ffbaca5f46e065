"""Durable before 250: whatever arrives in one turn of the event loop, or while a commit is under way, is committed together.

One fsync then serves many senders, and a lone mail waits for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from maildesk.errors import TransientFailure
from maildesk.kick import Kick
from maildesk.log import log
from maildesk.mail.message import Envelope
from maildesk.store import spool
from maildesk.store.blobs import Blobs
from maildesk.store.db import Database

MOST_AT_ONCE = 64
KICKS_A_COMMIT = 4


class Acceptor:
    """Commits messages in groups, on a thread of its own: the loop never waits for a disk."""

    def __init__(self, db: Database, blobs: Blobs, kick: Kick, now: Callable[[], datetime]) -> None:
        self._db, self._blobs, self._kick, self._now = db, blobs, kick, now
        self._pending: list[tuple[bytes, Envelope, asyncio.Future[None]]] = []
        self._committing = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="accept")

    async def __call__(self, raw: bytes, envelope: Envelope) -> None:
        """Return once the message is committed; TransientFailure where it could not be, and then nothing of it is kept."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._pending.append((raw, envelope, done))
        if not self._committing:
            self._committing = True
            loop.call_soon(self._begin, loop)
        await done

    def close(self) -> None:
        """Commit what is under way and end the thread."""
        self._thread.shutdown(wait=True)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        group, self._pending = self._pending[:MOST_AT_ONCE], self._pending[MOST_AT_ONCE:]
        if not group:
            self._committing = False
            return
        work = loop.run_in_executor(self._thread, self._commit, [(raw, envelope) for raw, envelope, _ in group])
        work.add_done_callback(lambda finished: self._answer(loop, group, finished))

    def _answer(
        self,
        loop: asyncio.AbstractEventLoop,
        group: list[tuple[bytes, Envelope, asyncio.Future[None]]],
        finished: asyncio.Future[None],
    ) -> None:
        problem = finished.exception()
        for _, _, done in group:
            if done.done():
                continue
            if problem is None:
                done.set_result(None)
            else:
                done.set_exception(problem if isinstance(problem, TransientFailure) else TransientFailure(str(problem)))
        if problem is not None:
            log.error("not_spooled", messages=len(group), problem=str(problem)[:200])
        self._begin(loop)

    def _commit(self, arrivals: list[tuple[bytes, Envelope]]) -> None:
        with self._db.write() as conn:
            ids = spool.accept(conn, self._blobs, arrivals, self._now())
        for row_id, (raw, envelope) in zip(ids, arrivals, strict=True):
            log.info("spooled", spool=row_id, size=len(raw), via=envelope.via, peer=envelope.peer)
        for row_id in ids[:KICKS_A_COMMIT]:
            self._kick("receive", row_id)
