"""RabbitMQ for the tests that ask for one: MAILDESK_TEST_RABBITMQ, else a private node of the
machine's binaries."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from urllib.parse import urlsplit

import pika

from tests.servers import NoServer
from tests.servers.process import Process, answers, find_program, free_port, new_folder

# Debian's own /usr/sbin/rabbitmq-server insists on its own user and folders
SCRIPT = "/usr/lib/rabbitmq/bin/rabbitmq-server"
MISSING = "no RabbitMQ: set MAILDESK_TEST_RABBITMQ to amqp://…, or install Debian's rabbitmq-server"


class RabbitMQ:
    """A node that keeps what it knows over a restart. Each test finds its queues empty."""

    def __init__(
        self,
        url: str,
        used: str,
        *,
        server: Process | None = None,
        names: Process | None = None,
        folder: Path | None = None,
    ) -> None:
        self.url = url
        self.used = used
        self._server, self._names, self._folder = server, names, folder

    def emptied(self) -> str:
        """The URL, with no queue of maildesk left there."""
        link = pika.BlockingConnection(pika.URLParameters(self.url))
        try:
            channel = link.channel()
            for queue in ("maildesk", "maildesk.DQ", "maildesk.XQ"):
                channel.queue_delete(queue)
        finally:
            link.close()
        return self.url

    def start(self) -> None:
        """Start it (again, on the same port)."""
        if self._server is None or self._names is None:
            return
        names_port, port = int(self._names.log.name), urlsplit(self.url).port or 5672
        if not self._names.is_running:
            self._names.start(lambda: answers(names_port))
        self._server.start(lambda: answers(port) and self._lets_in())

    def stop(self) -> None:
        """Stop our own; leave a server of the environment as it was found."""
        if self._server is not None:
            self._server.stop()

    def kill(self) -> None:
        """End our own as a power cut would."""
        if self._server is not None:
            self._server.kill()

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        self.stop()
        if self._names is not None:
            self._names.stop()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _lets_in(self) -> bool:
        try:
            pika.BlockingConnection(pika.URLParameters(self.url)).close()
        except (pika.exceptions.AMQPError, OSError):
            return False
        return True


def find_rabbitmq() -> RabbitMQ:
    """A running node, or NoServer."""
    url = os.environ.get("MAILDESK_TEST_RABBITMQ", "")
    if url:
        return RabbitMQ(url, "MAILDESK_TEST_RABBITMQ")
    program = SCRIPT if Path(SCRIPT).exists() else find_program("rabbitmq-server")
    names = find_program("epmd")
    if program is None or names is None:
        raise NoServer(MISSING)
    return private_rabbitmq(program, names)


def private_rabbitmq(program: str, epmd: str) -> RabbitMQ:
    """A node of our own, with its own folder, cookie and name server, all on free ports of
    127.0.0.1."""
    folder = new_folder("rabbitmq")
    port, names_port = free_port(), free_port()
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{port}\ndisk_free_limit.absolute = 50MB\n"
    )
    (folder / "enabled_plugins").write_text("[].\n")
    environment = {
        "HOME": folder,
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "RABBITMQ_ALLOW_INPUT": "1",  # the node itself is our child, no shell between
        "RABBITMQ_NODENAME": f"maildesk{port}@localhost",
        "RABBITMQ_CONFIG_FILE": folder / "rabbitmq.conf",
        "RABBITMQ_CONF_ENV_FILE": folder / "none",
        "RABBITMQ_ENABLED_PLUGINS_FILE": folder / "enabled_plugins",
        "RABBITMQ_MNESIA_BASE": folder / "mnesia",
        "RABBITMQ_LOG_BASE": folder,
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_DIST_PORT": free_port(),
        "ERL_EPMD_PORT": names_port,
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
            "-noinput -kernel inet_dist_use_interface {127,0,0,1} +S 1"
        ),
    }
    command = [
        "/usr/bin/env",
        "-i",
        *(f"{name}={value}" for name, value in environment.items()),
        program,
    ]
    names = Process(
        [epmd, "-port", str(names_port), "-address", "127.0.0.1"],
        log=folder / str(names_port),
        stop_signal=signal.SIGTERM,
    )
    server = Process(command, log=folder / "log", stop_signal=signal.SIGTERM)
    node = RabbitMQ(
        f"amqp://guest:guest@127.0.0.1:{port}/%2F",
        f"{program}",
        server=server,
        names=names,
        folder=folder,
    )
    try:
        node.start()
    except NoServer:
        node.remove()
        raise
    return node
