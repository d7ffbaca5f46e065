"""A private Exim: its own folder, port and log, with the router and transport of a recipe in
deploy/. It needs root.

MAILDESK_TEST_EXIM names the program where it is not on the machine's PATH: Debian has one mail
server at a time.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess

from tests.servers import NoServer
from tests.servers.process import NEVER, Process, answers, find_program, free_port, new_folder

CONFIGURATION = """
exim_path = {program}
primary_hostname = mx.desk.example
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
domainlist local_domains = desk.example
hostlist relay_from_hosts = 127.0.0.1
message_size_limit = 35M
acl_smtp_rcpt = check_rcpt
tls_advertise_hosts =
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
queue_only_load = 1000

begin acl
check_rcpt:
  require verify = recipient
  accept hosts = +relay_from_hosts

begin routers
{router}
eva:
  driver = accept
  domains = +local_domains
  local_parts = eva
  transport = nowhere

others:
  driver = manualroute
  domains = ! +local_domains
  route_list = * 127.0.0.1
  self = send
  transport = others

begin transports
{transport}
nowhere:
  driver = appendfile
  file = /dev/null
  user = nobody

others:
  driver = smtp
  port = {next_hop}
  allow_localhost
  hosts_avoid_tls = *

begin retry
* * F,1h,1s
"""


class Exim:
    """Mail goes in at `port`; what is for others goes on to `next_hop`."""

    def __init__(self, *, next_hop: int, router: str, transport: str) -> None:
        program = (
            os.environ.get("MAILDESK_TEST_EXIM", "")
            or find_program("exim4")
            or find_program("exim")
        )
        if program is None:
            raise NoServer(
                "no Exim: install Debian's exim4-daemon-light, or set MAILDESK_TEST_EXIM to the "
                "program's path"
            )
        if os.geteuid() != 0:
            raise NoServer("Exim takes another configuration from root only")
        self.folder, self.port = new_folder("exim"), free_port()
        for name in ("spool", "log"):
            (self.folder / name).mkdir()
            shutil.chown(self.folder / name, "Debian-exim", "Debian-exim")
        values = {
            "program": program,
            "folder": self.folder,
            "port": self.port,
            "next_hop": next_hop,
        }
        self._start = [program, "-C", str(self.folder / "configuration")]
        text = CONFIGURATION.format(router=router, transport=transport, **values)
        (self.folder / "configuration").write_text(text)
        self._process = Process(
            [*self._start, "-bdf", "-q2s"], log=self.folder / "output", stop_signal=signal.SIGTERM
        )
        try:
            self._process.start(lambda: answers(self.port, b"220"))
        except NoServer:
            self.remove()
            raise

    def log(self) -> str:
        """What Exim wrote."""
        return "".join(
            file.read_text(encoding="utf-8", errors="replace")
            for file in sorted((self.folder / "log").glob("*log"))
        )

    def queue(self) -> str:
        """What waits; nothing where nothing does."""
        return subprocess.run(
            [*self._start, "-bp"], capture_output=True, text=True, check=True, timeout=NEVER
        ).stdout.strip()

    def flush(self) -> None:
        """Try everything again now."""
        subprocess.run([*self._start, "-qff"], capture_output=True, check=True, timeout=NEVER)

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        self._process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def recipe(text: str) -> list[str]:
    """The blocks of a recipe that are Exim's: the router, the transport, and the other
    transport."""
    return [
        block
        for language, block in re.findall(r"```(\w*)\n(.*?)```", text, re.DOTALL)
        if not language
    ]
