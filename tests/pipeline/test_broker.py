"""The broker carries kicks and nothing else: a lost one costs a tick, and a Redis that throws them
away is refused."""

from __future__ import annotations

import re
import threading
import time
from typing import Any

import pytest
from dramatiq.broker import MessageProxy
from redis import Redis as RedisClient

from maildesk.errors import PermanentFailure, TransientFailure
from maildesk.pipeline.broker.kicks import PAUSE, STAGES, Stages
from maildesk.pipeline.broker.redis_list import UNHEARD, KickList
from tests.servers.process import free_port
from tests.servers.redis import OwnRedis
from tests.stories.running_desk import wait_until

KEY = "maildesk:kicks"


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


def test_a_store_that_is_away_is_a_line_in_the_log_and_no_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
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

    looked_at: list[tuple[float, float]] = []

    def receive() -> int:
        looked_at.append((time.monotonic(), time.process_time()))
        stages.kick("deliver", 3)  # there is an answer to be sent
        return looks.handler("receive")

    stages = Stages(url, 2, alone=1)
    for number in (1, 2):
        stages.kick("deliver", number)
    stages.start({"receive": receive, "fire": lambda: looks.handler("fire"), "deliver": deliver})
    looks.wait_for("receive", "fire")
    with looks.changed:
        assert looks.changed.wait_for(lambda: looks.seen.count("receive") >= 2, 20)
    (began, spent), (ended, spent_then) = looked_at[:2]
    assert spent_then - spent < (ended - began) / 2, (
        "it looks now and then, and does not turn round and round"
    )
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


def test_letters_that_a_worker_leaves_for_later_are_not_left_to_another_process(
    redis_url: str,
) -> None:
    other, looks, rounds = Looks(), Looks(), 10
    door = Stages(redis_url, 1)
    is_idle_there, was_by_hand = threading.Event(), threading.Event()

    # the next in the worker's hands: what it left is heard by the other process meanwhile
    def receive() -> int:
        was_by_hand.wait(20)
        return 0

    def deliver() -> int:
        hand = threading.current_thread().name
        looks.handler(f"deliver by {hand}")
        is_idle_there.wait(20)
        if hand == "fallback-poller":
            was_by_hand.set()
        if len(looks.seen) < rounds:  # more is in memory than one slice of time is enough for
            busy.kick("deliver", 1)
        return 1

    busy = Stages(redis_url, 1)
    door.kick("deliver", 1)
    door.kick("receive", 1)
    busy.start({"receive": receive, "fire": lambda: 0, "deliver": deliver})
    with RedisClient.from_url(redis_url) as client:
        wait_until(lambda: looks.seen and not client.llen(KEY), "it has both kicks in its hands")
    idle = started(redis_url, other)
    is_idle_there.set()
    with looks.changed:
        assert looks.changed.wait_for(lambda: len(looks.seen) >= rounds, 20), looks.seen
    assert "deliver by fallback-poller" in looks.seen
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


def test_kicks_that_nobody_hears_do_not_fill_redis_and_the_next_worker_hears_them(
    redis_url: str,
) -> None:
    many, looks = UNHEARD + 50, Looks()
    door = Stages(redis_url, 1)
    with RedisClient.from_url(redis_url) as client:
        for number in range(many):
            door.kick("receive", number)
        assert client.llen(KEY) == UNHEARD
    worker = started(redis_url, looks)
    looks.wait_for("receive")
    for stages in (door, worker):
        stages.stop(5)


def test_who_waits_for_a_kick_is_woken_and_does_not_ask_again_and_again(
    own_redis: OwnRedis,
) -> None:
    server, looks = own_redis(), Looks()
    stages = started(f"{server.base}/1", looks)
    try:
        stages.kick("receive", 1)
        looks.wait_for("receive")
        with RedisClient.from_url(f"{server.base}/1") as client:
            before = asked(client)
            began = time.monotonic()
            stages.kick("fire", 1)
            looks.wait_for("fire")
            # in which it was woken by nothing else
            pauses = (time.monotonic() - began) * 1000 / PAUSE
            assert asked(client) - before <= 1 + pauses + 1
    finally:
        stages.stop(5)


def test_a_worker_with_its_hands_full_leaves_kicks_to_others_and_gives_back_what_it_did_not_begin(
    redis_url: str,
) -> None:
    kicks, other = KickList(redis_url, KEY), KickList(redis_url, KEY)
    looks = Stages(redis_url, 1)
    for number in range(4):
        looks.kick("receive", number)
    full = kicks.consume("any", prefetch=2, timeout=50)
    held = [next(full), next(full)]
    assert next(full) is None
    theirs = other.consume("any", prefetch=9, timeout=50)
    assert [number_of(next(theirs)), number_of(next(theirs)), next(theirs)] == [2, 3, None]
    full.requeue([message for message in held if message is not None])
    assert [number_of(next(theirs)), number_of(next(theirs))] == [0, 1]
    for message in held:
        assert message is not None
        full.ack(message)
    looks.kick("receive", 8)
    assert number_of(next(full)) == 8
    for one in (kicks, other):
        one.close()
    looks.stop(1)


def test_what_is_no_kick_is_passed_over(redis_url: str) -> None:
    looks = Looks()
    with RedisClient.from_url(redis_url) as client:
        client.rpush(KEY, b"{something else")
    stages = started(redis_url, looks)
    stages.kick("receive", 1)
    looks.wait_for("receive")
    stages.stop(5)


def test_a_redis_that_says_nothing_keeps_nobody_waiting_for_long(own_redis: OwnRedis) -> None:
    server = own_redis()
    stages = Stages(f"{server.base}/1?socket_timeout=0.2", 1)
    assert server.process is not None
    server.process.freeze()
    try:
        began = time.monotonic()
        for number in range(50):
            stages.kick("receive", number)
        assert time.monotonic() - began < 5
    finally:
        server.process.thaw()


def test_a_kick_that_finds_no_redis_is_lost_quietly(own_redis: OwnRedis) -> None:
    server = own_redis()
    stages = Stages(f"{server.base}/1", 1)
    server.stop()
    stages.kick("receive", 1)


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl"])
def test_a_redis_that_may_throw_kicks_away_is_refused_in_words(
    own_redis: OwnRedis, policy: str
) -> None:
    server = own_redis(policy)
    with pytest.raises(PermanentFailure, match=f'"{policy}".*noeviction'):
        Stages(f"{server.base}/1", 1)


def test_a_redis_that_is_not_there_is_waited_for_and_it_is_said() -> None:
    stages = Stages(f"redis://127.0.0.1:{free_port()}/1", 1)
    assert re.match(r"is away since \S+: Redis cannot be reached", str(stages.watch))
    stages.stop(1)


def test_a_broker_nobody_knows_is_refused_in_words() -> None:
    with pytest.raises(PermanentFailure, match="kafka: is none of"):
        Stages("kafka://127.0.0.1/1", 1)


def asked(client: RedisClient) -> int:
    """How often workers asked this server for a kick."""
    commands: Any = client.info("commandstats")
    return int(commands["cmdstat_blpop"]["calls"])


def number_of(message: MessageProxy | None) -> int:
    assert message is not None
    return int(message.args[0])
