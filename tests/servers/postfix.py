"""A private Postfix: its own folders, ports and log, configured with what a recipe in deploy/ says.
It needs root.

MAILDESK_TEST_POSTFIX names the folder where its package is unpacked, where it is not
installed: Debian has one mail server at a time. The users of the package, postfix and
postdrop, have to be there.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from tests.servers import NoServer
from tests.servers.process import NEVER, Process, answers, find_program, free_port, new_folder

OWN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/lib
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.desk.example
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
relayhost = [127.0.0.1]:{next_hop}
smtp_dns_support_level = disabled
smtp_host_lookup = native
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
smtpd_tls_security_level = none
smtp_tls_security_level = none
"""
UNPACKED = """
command_directory = {root}/usr/sbin
daemon_directory = {root}/usr/lib/postfix/sbin
meta_directory = {root}/etc/postfix
sendmail_path = {root}/usr/sbin/sendmail
shlib_directory = {root}/usr/lib/postfix
import_environment = MAIL_CONFIG TZ LANG=C POSTLOG_SERVICE POSTLOG_HOSTNAME \
LD_LIBRARY_PATH={root}/usr/lib/postfix
"""


class Postfix:
    """Mail goes in at `port`; what is for others goes on to `next_hop`."""

    def __init__(self, *, next_hop: int, files: dict[str, str]) -> None:
        """`files` are the recipe's: main.cf and master.cf are appended to ours, any
        other is a table."""
        self._root = os.environ.get("MAILDESK_TEST_POSTFIX", "").rstrip("/")
        program = self._find("postfix")
        if program is None:
            raise NoServer(
                "no Postfix: install Debian's postfix, or set MAILDESK_TEST_POSTFIX to where it "
                "is unpacked"
            )
        if os.geteuid() != 0:
            raise NoServer("Postfix starts as root only")
        self.folder, self.port = new_folder("postfix"), free_port()
        self.config = self.folder / "etc"
        for name in ("etc", "spool", "lib"):
            (self.folder / name).mkdir()
        shutil.chown(self.folder / "lib", "postfix")
        self._write(next_hop, files)
        self._program = program
        libraries = [
            f"{name}={value}"
            for name, value in self._environment.items()
            if name == "LD_LIBRARY_PATH"
        ]
        start = ["/usr/bin/env", *libraries, program, "-c", str(self.config), "start-fg"]
        self._process = Process(start, log=self.folder / "output", stop_signal=signal.SIGTERM)
        try:
            self._process.start(lambda: answers(self.port, b"220"))
        except NoServer:
            self.remove()
            raise

    def log(self) -> str:
        """What Postfix wrote."""
        file = self.folder / "maillog"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def queue(self) -> str:
        """What waits."""
        return self._run("postqueue", "-p")

    def flush(self) -> None:
        """Try everything again now."""
        self._run("postqueue", "-f")

    def change_table(self, name: str, text: str) -> None:
        """Let a table have these lines, and Postfix read it anew."""
        file = self.config / name
        file.write_text(text)
        self._run("postmap", str(file))
        self._run("postfix", "reload")

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        command = [self._program, "-c", str(self.config), "stop"]
        subprocess.run(
            command, capture_output=True, check=False, timeout=NEVER, env=self._environment
        )
        self._process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self, next_hop: int, files: dict[str, str]) -> None:
        unpacked = UNPACKED.format(root=self._root) if self._root else ""
        theirs = files.pop("main.cf", "").replace("/etc/postfix", str(self.config))
        main = OWN.format(folder=self.folder, next_hop=next_hop) + unpacked + theirs
        # Each name once: what is said twice is warned of by every program, and at the start nobody
        # reads the log's socket yet.
        settings = dict(line.split(" =", 1) for line in main.splitlines() if line)
        text = "".join(f"{name} ={value}\n" for name, value in settings.items())
        (self.config / "main.cf").write_text(text)
        master = Path(f"{self._root}/usr/share/postfix/master.cf.dist").read_text()
        master = re.sub(
            r"^smtp(\s+inet\s+n\s+-\s+)\S", rf"127.0.0.1:{self.port}\1n", master, flags=re.MULTILINE
        )
        # no chroot
        master = re.sub(
            r"^(\w+\s+unix(?:-dgram)?\s+\S+\s+\S+\s+)y", r"\1n", master, flags=re.MULTILINE
        )
        (self.config / "master.cf").write_text(master + files.pop("master.cf", ""))
        for name, text in files.items():
            (self.config / name).write_text(text)
            self._run("postmap" if name != "aliases" else "postalias", str(self.config / name))

    @property
    def _environment(self) -> dict[str, str]:
        return os.environ | (
            {"LD_LIBRARY_PATH": f"{self._root}/usr/lib/postfix"} if self._root else {}
        )

    def _find(self, name: str) -> str | None:
        return (
            shutil.which(name, path=f"{self._root}/usr/sbin") if self._root else find_program(name)
        )

    def _run(self, command: str, *words: str) -> str:
        program = self._find(command)
        assert program is not None
        whole = [program, "-c", str(self.config), *words]
        done = subprocess.run(
            whole, capture_output=True, text=True, check=False, timeout=NEVER, env=self._environment
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def recipe(text: str) -> dict[str, str]:
    """The files that a recipe shows, each named by the paragraph before it. What stands under no
    file's name is another choice."""
    found: dict[str, str] = {}
    for before, block in re.findall(r"(.*?)\n\n```\w*\n(.*?)```", text, re.DOTALL):
        name = re.search(r"`/etc/postfix/([\w.]+)", before.rpartition("\n\n")[2])
        if name:
            found[name[1]] = block
    return found
