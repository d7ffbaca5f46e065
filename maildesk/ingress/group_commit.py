"""Durable before 250: whatever arrives in one turn of the event loop, or while a commit is under
way, is committed together.

One fsync then serves many senders, and a lone mail waits for nobody.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from maildesk.errors import TransientFailure
from maildesk.intake import Intake
from maildesk.log import log
from maildesk.mail.message import Envelope
from maildesk.store.incoming import Raw

MOST_AT_ONCE = 64


class GroupCommit:
    """Commits messages in groups, on a thread of its own: the loop never waits for a disk."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._pending: list[tuple[Raw, Envelope, asyncio.Future[None]]] = []
        self._committing = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="accept")

    async def __call__(self, raw: Raw, envelope: Envelope) -> None:
        """Return once the message is committed; TransientFailure where it could not be, and then
        nothing of it is kept."""
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
        try:
            work = loop.run_in_executor(
                self._thread, self._commit, [(raw, envelope) for raw, envelope, _ in group]
            )
        except Exception as problem:  # closed meanwhile, or no thread can be had
            work = loop.create_future()
            work.set_exception(TransientFailure(f"the desk is closing: {problem}"))
        work.add_done_callback(lambda finished: self._answer(loop, group, finished))

    def _answer(
        self,
        loop: asyncio.AbstractEventLoop,
        group: list[tuple[Raw, Envelope, asyncio.Future[None]]],
        finished: asyncio.Future[list[TransientFailure | None]],
    ) -> None:
        """Each hears what became of theirs, and whatever happens meanwhile the next commit begins:
        many may be waiting for it."""
        try:
            outcomes = _outcomes(finished, len(group))
            for (_, _, done), problem in zip(group, outcomes, strict=True):
                if done.done():  # the sender has gone; they will ask again, and be recognised
                    continue
                if problem is None:
                    done.set_result(None)
                else:
                    done.set_exception(problem)
            problems = [str(problem) for problem in outcomes if problem is not None]
            if problems:
                log.error("not_spooled", messages=len(problems), problem=problems[0][:200])
        finally:
            self._begin(loop)

    def _commit(self, arrivals: list[tuple[Raw, Envelope]]) -> list[TransientFailure | None]:
        """What became of each. One that no database takes must not keep back the
        others of its group."""
        try:
            self._intake.accept_all(arrivals)
        except TransientFailure as problem:
            return [problem] * len(arrivals)
        except Exception as problem:
            if len(arrivals) == 1:
                return [_transient(problem)]
            return [outcome for arrival in arrivals for outcome in self._commit([arrival])]
        return [None] * len(arrivals)


def _outcomes(
    finished: asyncio.Future[list[TransientFailure | None]], count: int
) -> list[TransientFailure | None]:
    """What became of each message of a group; nothing of it is kept where the commit did not come
    to its end."""
    if finished.cancelled():
        return [TransientFailure("the desk is closing")] * count
    failure = finished.exception()
    return [_transient(failure)] * count if failure else finished.result()


def _transient(problem: BaseException) -> TransientFailure:
    return (
        problem
        if isinstance(problem, TransientFailure)
        else TransientFailure(f"{type(problem).__name__}: {problem}")
    )
