"""Fixtures: fresh databases, mailboxes and a relay, on real servers that start
when first asked for."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Protocol, TypeVar

import hypothesis
import psutil
import pytest
import typer.testing
from typer.main import get_command

from tests import whole_tables
from tests.servers.dovecot import Dovecot, find_dovecot, find_imap
from tests.servers.imap import Imap, ImapAccount
from tests.servers.postgres import Postgres, find_own_postgres, find_postgres
from tests.servers.process import find_program
from tests.servers.redis import OwnRedis, Redis, find_redis, private_redis, wheel_binary
from tests.servers.relay import Relay

if TYPE_CHECKING:
    from tests.servers.browser import Browser

# fixtures
SERVERS = frozenset({"postgres", "own_postgres", "redis", "own_redis", "dovecot", "chromium"})
DISTRIBUTED = frozenset({"postgresql", "redis", "distributed"})  # parameters
LONG = frozenset(
    {"live", "stories", "commands", "setup", "web"}
)  # folders whose files take longest
USED: list[str] = []
SKIPPED: list[str] = []


# The same examples on every machine and every day: what one run finds is found in each, and no run
# is red by luck. How fast a machine is proves nothing. MAILDESK_EXAMPLES=5000 looks for what these
# examples do not show.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
more = int(os.environ.get("MAILDESK_EXAMPLES", "0"))
hypothesis.settings.register_profile(
    "more", derandomize=False, deadline=None, max_examples=more or 100
)
hypothesis.settings.load_profile("more" if more else "same")


# Typer makes all commands of an app anew each time that one is called within the tests, which takes
# longer than most of them do.
typer.testing._get_command = cache(get_command)  # type: ignore[attr-defined]


whole_tables.watch()


@pytest.fixture(autouse=True)
def _whole_tables() -> Iterator[None]:
    """No statement of the desk reads a whole table that grows with its mail."""
    yield
    said = "\n\n".join(whole_tables.found)
    whole_tables.found.clear()
    assert not said, said


class Server(Protocol):
    """What every server of the session can tell and do."""

    used: str

    def remove(self) -> None: ...


S = TypeVar("S", bound=Server)


def running(name: str, find: Callable[[], S]) -> Iterator[S]:
    server = find()
    USED.append(f"{name}: {server.used}")
    try:
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL of this session."""
    yield from running("PostgreSQL", find_postgres)


@pytest.fixture(scope="session")
def own_postgres(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """A server that a test may restart: this session's, where it is ours."""
    server = request.getfixturevalue("postgres")
    if isinstance(server, Postgres) and server.process is not None:
        yield server
    else:
        yield from running("our own PostgreSQL", find_own_postgres)


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A fresh, empty database."""
    url = postgres.new_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    """The Redis of this session."""
    yield from running("Redis", find_redis)


@pytest.fixture
def redis_url(redis: Redis) -> str:
    """A flushed database number."""
    return redis.new_database()


@pytest.fixture(scope="module")  # its event loop is in the way of those who run their own
def chromium() -> Iterator[Browser]:
    """A real browser."""
    from tests.servers.browser import Browser

    yield from running("browser", Browser)


@pytest.fixture
def own_redis() -> Iterator[OwnRedis]:
    """Makes a Redis of the test's own."""
    made: list[Redis] = []

    def make(policy: str = "noeviction") -> Redis:
        program = find_program("redis-server") or find_program("valkey-server") or wheel_binary()
        made.append(private_redis(program, program, policy=policy))
        return made[-1]

    yield make
    for server in made:
        server.remove()


@pytest.fixture(scope="session")
def imap_server() -> Iterator[Imap]:
    """The IMAP server of this session."""
    yield from running("IMAP", find_imap)


@pytest.fixture
def imap_account(imap_server: Imap) -> ImapAccount:
    """An empty mailbox nobody else knows."""
    return imap_server.new_account()


@pytest.fixture(scope="session")
def dovecot(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    """Our own Dovecot, for what one has to own a server for: TLS, tokens, a broken file."""
    server = request.getfixturevalue("imap_server")
    if isinstance(server, Dovecot):
        yield server
    else:
        yield from running("Dovecot", find_dovecot)


@pytest.fixture
def dovecot_account(dovecot: Dovecot) -> ImapAccount:
    """An empty mailbox in our own Dovecot."""
    return dovecot.new_account()


@pytest.fixture(scope="session")
def session_relay() -> Iterator[Relay]:
    """The relay of this session; tests use `relay`."""
    yield from running("relay", Relay)


@pytest.fixture
def relay(session_relay: Relay) -> Iterator[Relay]:
    """An SMTP relay without messages, answering 250 until told otherwise."""
    session_relay.start()
    session_relay.reset()
    yield session_relay
    session_relay.stop()  # hangs up on whoever the test left behind


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of odd messages."""
    return Path(__file__).parent / "corpus"


def pytest_addoption(parser: pytest.Parser) -> None:
    words = (
        "only tests of the desk in one process: those that need PostgreSQL, Redis, Dovecot "
        "or Chromium are left out"
    )
    parser.addoption("--embedded", action="store_true", help=words)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--embedded"):
        left_out = [item for item in items if needs_servers(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    if hasattr(config, "workerinput"):  # else one worker is left with a long one in the end
        items.sort(key=lambda item: LONG.isdisjoint(item.path.parts))


def needs_servers(item: pytest.Item) -> bool:
    """Whether the test asks for a server that a machine may not have, itself or by its
    parameters."""
    assert isinstance(item, pytest.Function)
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return not SERVERS.isdisjoint(item.fixturenames) or any(
        isinstance(value, str) and value in DISTRIBUTED for value in values
    )


def pytest_configure(config: pytest.Config) -> None:
    """End as on Ctrl-C when we are told to end, so that no server and no folder stays behind."""

    def end(number: int, frame: FrameType | None) -> None:
        if config.pluginmanager.hasplugin("dsession"):
            for worker in psutil.Process().children():
                worker.send_signal(number)  # they have the servers
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGTERM, end)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests wait, for servers and for processes that begin."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """A worker has ended: what it used is told once."""
    USED.extend(getattr(node, "workeroutput", {}).get("used", ()))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        SKIPPED.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        SKIPPED.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failed one: nothing may be left out without anybody seeing it."""
    if SKIPPED and os.environ.get("CI") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if hasattr(session.config, "workerinput"):
        session.config.workeroutput["used"] = USED  # type: ignore[attr-defined]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in dict.fromkeys(USED):
        terminalreporter.write_line(f"used {line}")
    if SKIPPED and os.environ.get("CI"):
        terminalreporter.write_line(
            "failed: in CI nothing may be skipped, and these were: " + ", ".join(SKIPPED), red=True
        )
