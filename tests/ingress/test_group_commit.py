"""Durable before 250: a group in one commit, an answer never before it, and nothing of what could
not be kept."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from maildesk import intake
from maildesk.errors import TransientFailure
from maildesk.ingress import group_commit
from maildesk.ingress.group_commit import MOST_AT_ONCE, GroupCommit
from maildesk.intake import KICKS_A_COMMIT, Intake
from maildesk.kick import Stage
from maildesk.mail.message import Envelope
from maildesk.store.blobs import Blobs
from maildesk.store.db import Database
from maildesk.store.migrate import migrate
from maildesk.store.schema import spool

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ENVELOPE = Envelope("ana@harbour.example", ("support@desk.example",))


class Slow(Database):
    """A database whose commits wait until they may, and are counted."""

    def __init__(self, url: str) -> None:
        super().__init__(url, pool=1)
        self.may_commit, self.writing, self.commits = threading.Event(), threading.Event(), 0
        self.may_commit.set()
        self.failures = 0  # how many of the next commits find the link lost

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        with super().write(durable=durable) as conn:
            yield conn
            self.writing.set()
            assert self.may_commit.wait(timeout=30)
            if self.failures:
                self.failures -= 1
                raise TransientFailure("the link to the database was lost")
        self.commits += 1


class Desk:
    """An acceptor with its database and the kicks it gave."""

    def __init__(self, url: str, folder: Path, *, kick_fails: bool = False) -> None:
        self.db = Slow(url)
        migrate(self.db)
        self.kicks: list[tuple[str, int]] = []
        self._kick_fails = kick_fails
        self.accept = GroupCommit(Intake(self.db, Blobs(folder, 50_000), self.kick, lambda: NOW))

    def kick(self, stage: Stage, row_id: int) -> None:
        self.kicks.append((stage, row_id))
        if self._kick_fails:
            raise ConnectionError("no broker")

    def stored(self) -> list[str]:
        with self.db.read() as conn:
            return [
                row.message_id
                for row in conn.execute(select(spool.c.message_id).order_by(spool.c.id))
            ]

    def close(self) -> None:
        self.accept.close()
        self.db.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    url = (
        f"sqlite:///{tmp_path}/desk.db"
        if request.param == "sqlite"
        else str(request.getfixturevalue("postgres_url"))
    )
    made = Desk(url, tmp_path / "raw")
    yield made
    made.close()


def message(number: int, size: int = 0) -> bytes:
    return f"Message-ID: <{number}@x>\r\n\r\n".encode() + b"x" * size


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, timeout=60))


def test_what_arrives_in_one_turn_is_one_commit_in_its_order(desk: Desk) -> None:
    async def story() -> None:
        await asyncio.gather(
            *(
                desk.accept(message(n, 60_000 if n % 9 == 0 else 0), ENVELOPE)
                for n in range(MOST_AT_ONCE)
            )
        )

    run(story())
    assert desk.db.commits == 1
    assert desk.stored() == [f"{n}@x" for n in range(MOST_AT_ONCE)]
    assert [stage for stage, _ in desk.kicks] == ["receive"] * KICKS_A_COMMIT


def test_what_arrives_during_a_commit_shares_the_next_one(desk: Desk) -> None:
    async def story() -> None:
        desk.db.may_commit.clear()
        first = asyncio.ensure_future(desk.accept(message(0), ENVELOPE))
        await asyncio.to_thread(desk.db.writing.wait, 30)
        others = [asyncio.ensure_future(desk.accept(message(n), ENVELOPE)) for n in range(1, 20)]
        await asyncio.sleep(0)
        desk.db.may_commit.set()
        await asyncio.gather(first, *others)

    run(story())
    assert desk.db.commits == 2


def test_a_large_crowd_is_committed_in_groups_of_a_bounded_size(desk: Desk) -> None:
    async def story() -> None:
        await asyncio.gather(
            *(desk.accept(message(n), ENVELOPE) for n in range(3 * MOST_AT_ONCE + 1))
        )

    run(story())
    assert desk.db.commits == 4
    assert len(desk.stored()) == 3 * MOST_AT_ONCE + 1


def test_nobody_hears_an_answer_before_the_commit(desk: Desk) -> None:
    async def story() -> None:
        desk.db.may_commit.clear()
        waiting = [asyncio.ensure_future(desk.accept(message(n), ENVELOPE)) for n in range(5)]
        await asyncio.to_thread(desk.db.writing.wait, 30)
        done, pending = await asyncio.wait(waiting, timeout=0.05)
        assert (len(done), len(pending)) == (0, 5)
        desk.db.may_commit.set()
        await asyncio.gather(*waiting)

    run(story())
    assert len(desk.stored()) == 5


def test_one_who_hangs_up_while_waiting_stops_nobody(desk: Desk) -> None:
    async def story() -> None:
        desk.db.may_commit.clear()
        gone, stays = (asyncio.ensure_future(desk.accept(message(n), ENVELOPE)) for n in range(2))
        await asyncio.to_thread(desk.db.writing.wait, 30)
        gone.cancel()
        desk.db.may_commit.set()
        await stays
        await desk.accept(message(2), ENVELOPE)

    run(story())
    assert len(desk.stored()) == 3


def test_a_message_that_no_database_takes_keeps_back_nobody_else(desk: Desk) -> None:
    refused = Envelope("a@b.example", ("support@desk.example",), via=object())  # type: ignore[arg-type]

    async def story() -> None:
        envelopes = [ENVELOPE, refused, ENVELOPE]
        found = await asyncio.gather(
            *(desk.accept(message(n), e) for n, e in enumerate(envelopes)), return_exceptions=True
        )
        assert [type(outcome) for outcome in found] == [type(None), TransientFailure, type(None)]

    run(story())
    assert desk.stored() == ["0@x", "2@x"]


def test_a_full_disk_is_a_matter_of_time_and_leaves_nothing_half_stored(tmp_path: Path) -> None:
    desk = Desk(f"sqlite:///{tmp_path}/desk.db", tmp_path / "raw")

    def room(pages: int) -> None:
        with desk.db.write() as conn:  # it holds for the connection that writes
            conn.execute(text(f"PRAGMA max_page_count = {pages}"))

    async def story() -> None:
        await desk.accept(message(0), ENVELOPE)
        room(1)  # SQLite takes it for "no more than there are"
        found = await asyncio.gather(
            *(desk.accept(message(n, 40_000), ENVELOPE) for n in range(1, 9)),
            return_exceptions=True,
        )
        assert {(type(problem), str(problem)) for problem in found} == {
            (TransientFailure, "database or disk is full")
        }
        assert desk.stored() == ["0@x"]
        room(100_000)
        await asyncio.gather(*(desk.accept(message(n, 40_000), ENVELOPE) for n in range(1, 9)))

    run(story())
    assert len(desk.stored()) == 9
    desk.close()


def test_a_database_that_is_away_is_a_matter_of_time(tmp_path: Path) -> None:
    db = Database("postgresql://maildesk@127.0.0.1:1/nothing")
    kicks: list[int] = []
    accept = GroupCommit(
        Intake(db, Blobs(tmp_path, 1000), lambda _stage, row_id: kicks.append(row_id), lambda: NOW)
    )

    async def story() -> None:
        found = await asyncio.gather(
            *(accept(message(n), ENVELOPE) for n in range(3)), return_exceptions=True
        )
        assert [type(problem) for problem in found] == [TransientFailure] * 3

    run(story())
    assert kicks == []
    accept.close()
    db.close()


def test_a_commit_that_fails_is_no_success_for_anybody_and_the_next_group_goes_on(
    desk: Desk,
) -> None:
    desk.db.failures = 1

    async def story() -> None:
        found = await asyncio.gather(
            *(desk.accept(message(n), ENVELOPE) for n in range(4)), return_exceptions=True
        )
        assert [str(problem) for problem in found] == ["the link to the database was lost"] * 4
        assert desk.stored() == []
        await desk.accept(message(9), ENVELOPE)

    run(story())
    assert desk.stored() == ["9@x"]


def test_a_kick_that_fails_after_the_commit_takes_no_250_back(tmp_path: Path) -> None:
    desk = Desk(f"sqlite:///{tmp_path}/desk.db", tmp_path / "raw", kick_fails=True)

    async def story() -> None:
        await desk.accept(message(1), ENVELOPE)

    run(story())
    assert desk.stored() == ["1@x"]
    desk.close()


def test_who_comes_while_the_desk_closes_hears_so_and_does_not_hang(desk: Desk) -> None:
    async def story() -> None:
        desk.accept.close()
        with pytest.raises(TransientFailure, match="closing"):
            await desk.accept(message(1), ENVELOPE)

    run(story())
    assert desk.stored() == []


def test_whatever_goes_wrong_while_the_senders_are_told_the_next_group_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        """A log that cannot be written."""

        def __getattr__(self, name: str) -> None:
            raise BrokenPipeError

    monkeypatch.setattr(group_commit, "log", Broken())
    monkeypatch.setattr(intake, "log", Broken())
    desk.db.failures = 2

    async def story() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        for _ in range(desk.db.failures):
            with pytest.raises(TransientFailure):
                await desk.accept(message(1), ENVELOPE)
        await desk.accept(message(2), ENVELOPE)

    run(story())
    assert desk.stored() == ["2@x"]
