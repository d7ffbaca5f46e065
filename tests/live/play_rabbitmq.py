"""The desk's roles apart on PostgreSQL and RabbitMQ. `make rabbitmq` plays this; `make test` needs
no RabbitMQ."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pika
import pytest

from maildesk.errors import PermanentFailure
from maildesk.pipeline.broker.kicks import NAME, STAGES, Stages
from maildesk.pipeline.broker.rabbitmq import KICKS, PATIENCE
from tests.conftest import running
from tests.live.test_crash import (
    KILLS,
    SEPARATE,
    CrashDesk,
    assert_exactly_once,
    closed_at_last,
    killed_while_pouring,
)
from tests.servers.imap import Imap, ImapAccount
from tests.servers.process import free_port
from tests.servers.rabbitmq import RabbitMQ, find_rabbitmq
from tests.servers.relay import Relay
from tests.servers.wire import Wire
from tests.stories.running_desk import Inbox, RunningDesk, write
from tests.stories.test_story import (  # noqa: F401 - collected here once more, with the desk below
    shorten,
    test_a_question_is_answered_resolved_rated_and_closed,
    test_what_stops_carries_on_where_it_was,
)

ATTEMPTS = 2 * float(PATIENCE["stack_timeout"])  # seconds: a broker is given up after one attempt


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQ]:
    """The RabbitMQ of this session."""
    yield from running("RabbitMQ", find_rabbitmq)


@pytest.fixture
def url(rabbitmq: RabbitMQ) -> str:
    """Its URL, with no kick of another test there."""
    return rabbitmq.emptied()


@pytest.fixture
def desk(tmp_path: Path, relay: Relay, postgres_url: str, url: str) -> Iterator[RunningDesk]:
    """The roles apart."""
    settings = f"pipeline: {{tick: 0.2}}\ndatabase: {postgres_url}\nbroker: {url}\n"
    running_desk = RunningDesk(tmp_path / "desk", relay, settings=settings, roles=SEPARATE)
    shorten(tmp_path / "desk" / "desk.yaml")
    yield running_desk.start()
    codes = running_desk.stop()
    assert set(codes) == {0}, running_desk.log()[-3000:]


class Ear:
    """Workers that remember when they were last told to look."""

    def __init__(self, url: str) -> None:
        self._heard = threading.Event()
        self.stages = Stages(url, 2)
        self.stages.start(dict.fromkeys(STAGES, self._look))

    def hears(self, door: Stages, seconds: float = 10) -> bool:
        """Whether a kick from this door arrives."""
        self._heard.clear()
        door.kick("receive", 1)
        return self._heard.wait(seconds)

    def _look(self) -> int:
        self._heard.set()
        return 0


@pytest.fixture
def ear(url: str) -> Iterator[Ear]:
    """Workers at the broker."""
    listening = Ear(url)
    yield listening
    listening.stages.stop(5)


# -- the desk ----------------------------------------------------------------


def test_the_broker_restarted_and_killed_while_mail_pours_in_loses_nothing(
    tmp_path: Path,
    relay: Relay,
    imap_server: Imap,
    imap_account: ImapAccount,
    postgres_url: str,
    rabbitmq: RabbitMQ,
    url: str,
) -> None:
    settings = f"database: {postgres_url}\nbroker: {url}\n"
    crash = CrashDesk(
        tmp_path / "desk", relay, imap_server, imap_account, settings=settings, roles=SEPARATE
    )
    chance = random.Random(1)

    def strike(number: int) -> None:
        if number == 1:
            rabbitmq.stop()
            rabbitmq.start()
        elif number == KILLS // 2:
            rabbitmq.kill()
            rabbitmq.start()
        else:
            crash.running.kill(chance.randrange(len(SEPARATE)))

    with closed_at_last(crash):
        mails = killed_while_pouring(crash, chance, strike)
        crash.settle(mails)
        assert_exactly_once(crash, mails, "RabbitMQ restarted, killed, and roles killed")


def test_mail_is_taken_and_answered_while_the_broker_is_away_and_at_once_when_it_is_back(
    desk: RunningDesk, relay: Relay, rabbitmq: RabbitMQ
) -> None:
    inbox = Inbox(relay)
    rabbitmq.stop()
    began = time.monotonic()
    desk.send(
        write("kim@away.example", "support@desk.example", "Hello", "Hello?"),
        "kim@away.example",
        "support@desk.example",
    )
    assert time.monotonic() - began < ATTEMPTS
    assert "TKT-0001" in str(inbox.take("kim@away.example")["Subject"])
    rabbitmq.start()
    desk.send(
        write("kim@back.example", "support@desk.example", "Again", "Hello!"),
        "kim@back.example",
        "support@desk.example",
    )
    assert "TKT-0002" in str(inbox.take("kim@back.example")["Subject"])


def test_a_desk_stops_cleanly_while_the_broker_is_away(
    desk: RunningDesk, rabbitmq: RabbitMQ
) -> None:
    rabbitmq.stop()
    try:
        assert set(desk.stop()) == {0}, desk.log()[-3000:]
    finally:
        rabbitmq.start()
    desk.start()


# -- kicks -------------------------------------------------------------------


def test_a_kick_from_another_process_is_heard(ear: Ear, url: str) -> None:
    door = Stages(url, 1)
    assert ear.hears(door)
    door.stop(1)


def test_a_kick_after_the_broker_restarted_is_heard(ear: Ear, url: str, rabbitmq: RabbitMQ) -> None:
    door = Stages(url, 1)
    assert ear.hears(door)
    rabbitmq.stop()
    assert not ear.hears(door, 0.1)
    rabbitmq.start()
    assert ear.hears(door)
    door.stop(1)


def test_a_kick_over_a_connection_that_died_unseen_is_heard(ear: Ear, url: str) -> None:
    wire = wire_to(url)
    door = Stages(through(url, wire), 1)
    assert ear.hears(door)
    wire.cut()
    wire.mend()
    assert ear.hears(door)
    door.stop(1)
    wire.cut()


def test_a_broker_that_says_nothing_costs_a_kick_some_seconds_and_the_next_ones_nothing(
    ear: Ear, url: str
) -> None:
    wire = wire_to(url)
    door = Stages(through(url, wire), 1)
    wire.freeze()
    first = seconds_for_a_kick(door)
    assert first < ATTEMPTS, "it is tried once"
    assert sum(seconds_for_a_kick(door) for _ in range(50)) < first, "and then left alone"
    wire.mend()
    door.stop(1)
    wire.cut()


def test_workers_whose_queue_was_deleted_declare_it_again(ear: Ear, url: str) -> None:
    link = pika.BlockingConnection(pika.URLParameters(url))
    link.channel().queue_delete(NAME)
    link.close()
    door = Stages(url, 1)
    assert ear.hears(door)
    door.stop(1)


def test_kicks_that_nobody_hears_do_not_pile_up(url: str) -> None:
    door = Stages(url, 1)
    for number in range(KICKS["x-max-length"] + 500):
        door.kick("receive", number)
    link = pika.BlockingConnection(pika.URLParameters(url))
    waiting = link.channel().queue_declare(NAME, durable=True, passive=True).method.message_count
    link.close()
    door.stop(1)
    assert 0 < waiting <= KICKS["x-max-length"]


# -- what is refused in words ------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "words"), [("no:body@", "ACCESS_REFUSED"), ("/nowhere", "vhost nowhere not found")]
)
def test_a_broker_that_does_not_let_us_in_is_refused_in_words(
    url: str, wrong: str, words: str
) -> None:
    parts = urlsplit(url)
    host = f"{parts.hostname}:{parts.port}"
    user = wrong if wrong.endswith("@") else f"{parts.username}:{parts.password}@"
    with pytest.raises(PermanentFailure, match=f"RabbitMQ cannot be used: .*{words}"):
        Stages(f"amqp://{user}{host}{wrong if wrong.startswith('/') else parts.path}", 1)


def test_a_broker_that_is_away_is_waited_for(url: str) -> None:
    stages = Stages(urlsplit(url)._replace(netloc=f"127.0.0.1:{free_port()}").geturl(), 1)
    assert "is away since" in str(stages.watch)
    assert "Connection refused" in str(stages.watch)
    stages.stop(1)


def test_a_queue_that_somebody_else_made_is_refused_in_words(url: str) -> None:
    link = pika.BlockingConnection(pika.URLParameters(url))
    link.channel().queue_declare(NAME, durable=True)
    try:
        with pytest.raises(PermanentFailure, match="queue 'maildesk' in vhost"):
            Stages(url, 1)
    finally:
        link.channel().queue_delete(NAME)
        link.close()


def wire_to(url: str) -> Wire:
    """A wire to the broker, to be cut and frozen."""
    parts = urlsplit(url)
    return Wire(parts.hostname or "127.0.0.1", parts.port or 5672)


def through(url: str, wire: Wire) -> str:
    """The broker's URL through the wire."""
    parts = urlsplit(url)
    return parts._replace(
        netloc=f"{parts.username}:{parts.password}@127.0.0.1:{wire.port}"
    ).geturl()


def seconds_for_a_kick(door: Stages) -> float:
    """How long whoever kicks is held up."""
    began = time.monotonic()
    door.kick("receive", 1)
    return time.monotonic() - began
