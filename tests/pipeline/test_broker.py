"""The broker carries kicks and nothing else: a lost one costs a tick, and a Redis that throws them away is refused."""

from __future__ import annotations

import threading
import time

import pytest
from redis import Redis as RedisClient

from maildesk.errors import PermanentFailure, TransientFailure
from maildesk.pipeline.broker import STAGES, UNHEARD, Stages
from tests.servers.process import find_program, free_port
from tests.servers.redis import Redis, private_redis, wheel_binary


class Looks:
    """Handlers that remember that they were called."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.seen: list[str] = []

    def handler(self, stage: str) -> int:
        with self.changed:
            self.seen.append(stage)
            self.changed.notify_all()
        return 0

    def wait_for(self, *stages: str) -> None:
        """Until each of them was called."""
        with self.changed:
            assert self.changed.wait_for(lambda: set(stages) <= set(self.seen), 20), self.seen


def started(url: str, looks: Looks) -> Stages:
    """Stages at work."""
    stages = Stages(url, 2)
    stages.start({stage: lambda stage=stage: looks.handler(stage) for stage in STAGES})  # type: ignore[misc]
    return stages


@pytest.fixture(params=["memory", "redis"])
def url(request: pytest.FixtureRequest) -> str:
    """Each broker there is a server for."""
    return "memory" if request.param == "memory" else str(request.getfixturevalue("redis_url"))


def test_a_kick_makes_its_stage_look(url: str) -> None:
    looks = Looks()
    stages = started(url, looks)
    for stage in STAGES:
        stages.kick(stage, 7)
    looks.wait_for(*STAGES)
    stages.stop(5)


def test_a_store_that_is_away_is_a_line_in_the_log_and_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    looks = Looks()

    def away() -> int:
        looks.handler("receive")
        raise TransientFailure("database or disk is full")

    stages = Stages("memory", 1)
    stages.start({"receive": away, "fire": lambda: 0, "deliver": lambda: looks.handler("deliver")})
    stages.kick("receive", 1)
    looks.wait_for("receive")
    stages.kick("deliver", 1)
    looks.wait_for("deliver")
    stages.stop(5)
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def test_while_every_worker_waits_for_a_relay_mail_is_taken_in_and_clocks_ring(url: str) -> None:
    looks, answer = Looks(), threading.Event()

    def deliver() -> int:
        looks.handler("deliver")
        answer.wait(30)
        return 0

    def receive() -> int:
        stages.kick("deliver", 3)  # there is an answer to be sent
        return looks.handler("receive")

    stages = Stages(url, 2, alone=1)
    stages.start({"receive": receive, "fire": lambda: looks.handler("fire"), "deliver": deliver})
    for number in (1, 2):
        stages.kick("deliver", number)
    looks.wait_for("receive", "fire")
    began, spent = time.monotonic(), time.process_time()
    with looks.changed:
        assert looks.changed.wait_for(lambda: looks.seen.count("receive") >= 2, 20)
    assert time.process_time() - spent < (time.monotonic() - began) / 2, "it looks now and then, and does not turn round and round"
    assert looks.seen.count("deliver") == 2
    answer.set()
    stages.stop(5)


def test_a_kick_from_another_process_is_heard(redis_url: str) -> None:
    looks = Looks()
    worker, door = started(redis_url, looks), Stages(redis_url, 1)
    door.kick("receive", 1)
    looks.wait_for("receive")
    door.stop(1)
    worker.stop(5)


def test_letters_that_a_worker_leaves_for_later_are_not_left_to_another_process(redis_url: str) -> None:
    other, looks, rounds = Looks(), Looks(), 10
    door = Stages(redis_url, 1)

    def deliver() -> int:
        looks.handler(f"deliver by {threading.current_thread().name}")
        if len(looks.seen) < rounds:  # more is in memory than one slice of time is enough for
            busy.kick("deliver", 1)
        return 1

    busy = Stages(redis_url, 1)
    busy.start({"receive": lambda: 0, "fire": lambda: 0, "deliver": deliver})
    door.kick("deliver", 1)
    with looks.changed:
        assert looks.changed.wait_for(lambda: looks.seen, 20)
    idle = started(redis_url, other)  # quicker at the broker than the busy one
    with looks.changed:
        assert looks.changed.wait_for(lambda: len(looks.seen) >= rounds, 20), looks.seen
    assert "deliver by own-hand" in looks.seen
    for stages in (door, busy, idle):
        stages.stop(5)


def test_kicks_go_on_after_redis_was_flushed(redis_url: str) -> None:
    looks = Looks()
    stages = started(redis_url, looks)
    stages.kick("receive", 1)
    looks.wait_for("receive")
    with RedisClient.from_url(redis_url) as client:
        client.flushdb()
    stages.kick("deliver", 1)
    looks.wait_for("deliver")
    stages.stop(5)


def test_kicks_that_nobody_hears_do_not_fill_redis_and_the_next_worker_hears_them(redis_url: str) -> None:
    many, looks = 2 * UNHEARD, Looks()
    first, next_door = Stages(redis_url, 1), Stages(redis_url, 1)
    with RedisClient.from_url(redis_url) as client:
        for number in range(many):
            first.kick("receive", number)
        waiting = client.llen("maildesk:maildesk")
        assert UNHEARD <= waiting <= many
        next_door.kick("receive", 1)
        assert client.llen("maildesk:maildesk") == waiting
    worker = started(redis_url, looks)
    looks.wait_for("receive")
    for stages in (first, next_door, worker):
        stages.stop(5)


def test_a_kick_that_finds_no_redis_is_lost_quietly() -> None:
    server = own_redis("noeviction")
    stages = Stages(f"{server.base}/1", 1)
    server.stop()
    try:
        stages.kick("receive", 1)
    finally:
        server.remove()


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl"])
def test_a_redis_that_may_throw_kicks_away_is_refused_in_words(policy: str) -> None:
    server = own_redis(policy)
    try:
        with pytest.raises(PermanentFailure, match=f'"{policy}".*noeviction'):
            Stages(f"{server.base}/1", 1)
    finally:
        server.remove()


def test_a_redis_that_is_not_there_is_refused_in_words() -> None:
    with pytest.raises(PermanentFailure, match="cannot be reached"):
        Stages(f"redis://127.0.0.1:{free_port()}/1", 1)


def test_a_broker_nobody_knows_is_refused_in_words() -> None:
    with pytest.raises(PermanentFailure, match="kafka: is none of"):
        Stages("kafka://127.0.0.1/1", 1)


def own_redis(policy: str) -> Redis:
    """A Redis of this test's own."""
    program = find_program("redis-server") or find_program("valkey-server") or wheel_binary()
    return private_redis(program, program, policy=policy)
