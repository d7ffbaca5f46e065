"""Starting and stopping the daemon: what cannot work is refused in words, and
Ctrl-C is obeyed at once."""

from __future__ import annotations

import re
import shutil
import signal
import smtplib
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.process import NEVER, free_port
from tests.servers.redis import OwnRedis
from tests.servers.relay import Relay
from tests.stories.running_desk import ROOT, RunningDesk, command, wait_until, write

DESK = "support@desk.example"


def at_once(desk: RunningDesk) -> float:
    """Seconds that stopping may take; on a machine with other things to do, no more than
    starting."""
    return max(5.0, desk.start_took)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A desk folder of its own, as the example has it, that listens nowhere in particular."""
    made = tmp_path / "desk"
    shutil.copytree(ROOT / "deploy" / "desk", made)
    (made / "settings.yaml").write_text("listeners: [{port: 0}]\n", encoding="utf-8")
    return made


@pytest.fixture
def desk(tmp_path: Path, relay: Relay) -> Iterator[RunningDesk]:
    """A desk that runs, in one process."""
    running = RunningDesk(tmp_path / "desk", relay, settings="pipeline: {tick: 0.2}\n").start()
    yield running
    running.stop(signal.SIGKILL)


@pytest.mark.parametrize("role", ["smtp", "work,tick"])
def test_a_role_alone_needs_a_broker(folder: Path, role: str) -> None:
    words = refused(folder, "--role", role)
    assert "need a broker" in words
    assert "settings.yaml" in words


def test_an_unknown_role_is_refused_with_those_there_are(folder: Path) -> None:
    assert "smtp, imap, work, tick, web" in refused(folder, "--role", "smpt")


def test_a_redis_that_may_throw_kicks_away_is_refused(folder: Path, own_redis: OwnRedis) -> None:
    add(folder, f"broker: {own_redis(policy='allkeys-lru').base}/1\n")
    words = refused(folder, "--role", "smtp")
    assert "noeviction" in words
    assert "allkeys-lru" in words


def test_a_desk_that_starts_while_redis_is_away_works_and_says_so_until_it_is_back(
    tmp_path: Path, relay: Relay, own_redis: OwnRedis
) -> None:
    redis = own_redis()
    redis.stop()
    desk = RunningDesk(
        tmp_path / "desk", relay, settings=f"broker: {redis.base}/1\npipeline: {{tick: 0.2}}\n"
    ).start()
    try:
        desk.send(write("kim@early.example", DESK, "Hello", "Hello?"), "kim@early.example", DESK)
        wait_until(
            lambda: any("kim@early.example" in mail.rcpt_to for mail in relay.messages),
            "the acknowledgement is sent",
        )
        said = desk.run("health")
        assert (said.returncode, "its broker is away since" in said.stdout.decode()) == (0, True)
        assert "broker_unavailable" in desk.log()
        redis.start()
        wait_until(lambda: "broker_back" in desk.log(), "Redis is noticed")
        wait_until(lambda: "broker" not in desk.run("health").stdout.decode(), "it is said")
    finally:
        codes = desk.stop()
    assert codes == [0], desk.log()[-3000:]


def test_a_broker_nobody_knows_is_refused_in_words(folder: Path) -> None:
    add(folder, "broker: kafka://127.0.0.1/1\n")
    assert "redis://" in refused(folder)


def test_a_postgresql_that_is_not_there_is_refused_in_words(folder: Path) -> None:
    add(folder, f"database: postgresql://maildesk@127.0.0.1:{free_port()}/maildesk\n")
    assert "refused" in refused(folder, code=75)


def test_a_second_daemon_on_the_same_port_names_a_free_one(folder: Path, desk: RunningDesk) -> None:
    (folder.parent / "second").mkdir()
    second = folder.parent / "second" / "desk"
    shutil.copytree(ROOT / "deploy" / "desk", second)
    (second / "settings.yaml").write_text(f"listeners: [{{port: {desk.port}}}]\n", encoding="utf-8")
    words = refused(second)
    found = re.search(r"port (\d+) is free", words)
    assert found, words
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", int(found[1])))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_idle_desk_stops_at_once(desk: RunningDesk, number: int) -> None:
    assert seconds_to_stop(desk, number) < at_once(desk)


def test_a_desk_with_a_silent_client_stops_at_once(desk: RunningDesk) -> None:
    link = smtplib.SMTP("127.0.0.1", desk.port, timeout=NEVER)
    with closing(link):
        link.ehlo()
        link.mail("slow@customer.example")
        assert seconds_to_stop(desk, signal.SIGINT) < at_once(desk) + 1


def test_a_desk_whose_relay_says_nothing_stops_at_once_and_sends_the_mail_later(
    desk: RunningDesk, relay: Relay
) -> None:
    relay.stop()
    with socket.create_server((relay.host, relay.port)) as deaf:
        desk.send(write("kim@deaf.example", DESK, "Hello", "Hello?"), "kim@deaf.example", DESK)
        deaf.settimeout(20)
        connection, _ = deaf.accept()
        with connection:
            assert seconds_to_stop(desk, signal.SIGINT) < at_once(desk) + 2
    relay.start()
    desk.start()
    wait_until(
        lambda: any("kim@deaf.example" in mail.rcpt_to for mail in relay.messages),
        "the acknowledgement is sent",
    )
    assert desk.stop() == [0]


def test_a_desk_in_the_middle_of_its_work_stops_at_once_and_carries_on(
    desk: RunningDesk, relay: Relay
) -> None:
    for number in range(30):
        sender = f"kim@busy{number}.example"
        desk.send(write(sender, DESK, f"Matter {number}", f"Hello {number}."), sender, DESK)
    assert seconds_to_stop(desk, signal.SIGINT) < at_once(desk)
    desk.start()
    wait_until(lambda: len(desk.tickets()) == 30, "every mail is a ticket")
    wait_until(lambda: not desk.outbox(), "everything is sent")
    thanked = [mail.rcpt_to[0] for mail in relay.messages if mail.rcpt_to[0].startswith("kim@busy")]
    assert sorted(thanked) == sorted({f"kim@busy{n}.example" for n in range(30)})
    assert desk.stop() == [0]


def test_promises_changed_while_the_desk_was_down_hold_for_its_open_tickets(
    desk: RunningDesk,
) -> None:
    desk.send(write("kim@early.example", DESK, "Hello", "Hello?"), "kim@early.example", DESK)
    wait_until(lambda: desk.tickets(), "a ticket")
    assert desk.stop() == [0]
    sla = desk.folder / "sla.yaml"
    sla.write_text(
        sla.read_text(encoding="utf-8").replace(
            "first_response: 1 business day", "first_response: 2h"
        ),
        encoding="utf-8",
    )
    desk.start()
    wait_until(lambda: "rederived tickets=1" in desk.log(), "its timers are derived anew")
    assert desk.stop() == [0]
    desk.start()
    assert desk.stop() == [0]
    assert desk.log().count("rederived") == 1


def test_a_desk_whose_redis_went_away_answers_all_the_same_and_stops_cleanly(
    tmp_path: Path, relay: Relay, postgres_url: str, own_redis: OwnRedis
) -> None:
    redis = own_redis()
    settings = f"database: {postgres_url}\nbroker: {redis.base}/1\n"
    roles = ("smtp", "work", "tick")
    desk = RunningDesk(tmp_path / "desk", relay, settings=settings, roles=roles).start()
    try:
        redis.stop()
        desk.send(write("kim@alone.example", DESK, "Hello", "Hello?"), "kim@alone.example", DESK)
        wait_until(
            lambda: any("kim@alone.example" in mail.rcpt_to for mail in relay.messages),
            "the acknowledgement is sent",
        )
    finally:
        codes = desk.stop()
    assert codes == [0, 0, 0], desk.log()[-3000:]


def seconds_to_stop(desk: RunningDesk, number: int) -> float:
    """How long the daemon took to end well."""
    began = time.monotonic()
    codes = desk.stop(number)
    assert codes == [0], desk.log()[-3000:]
    return time.monotonic() - began


def add(folder: Path, line: str) -> None:
    """One more line of settings."""
    with (folder / "settings.yaml").open("a", encoding="utf-8") as settings:
        settings.write(line)


def refused(folder: Path, *options: str, code: int = 0) -> str:
    """What the daemon says that does not start. Its exit code is not 0; `code` says which one it
    has to be."""
    done = subprocess.run(
        [*command(folder), *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=NEVER,
    )
    assert done.returncode == code if code else done.returncode not in (0, -9)
    assert "Traceback" not in done.stderr
    return done.stderr
