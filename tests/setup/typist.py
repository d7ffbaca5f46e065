"""Somebody at a terminal (a pseudo-terminal, pty(7)): reads what is shown, and types."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from collections.abc import Sequence

from tests.servers.process import NEVER, hears_ctrl_c
from tests.stories.running_desk import ROOT

CTRL_C, CTRL_D = "\x03", "\x04"


class Typist:
    """A command that runs at a terminal of its own; `shown` is all that stood there."""

    def __init__(self, words: Sequence[str]) -> None:
        command = [sys.executable, *words]
        known = {k: v for k, v in os.environ.items() if not k.startswith("MAILDESK_")}
        environment = known | {"COLUMNS": "200", "LANG": "C.UTF-8", "TERM": "dumb"}
        self.pid, self._link = pty.fork()
        if self.pid == 0:
            hears_ctrl_c()
            os.chdir(ROOT)
            os.execve(command[0], command, environment)
        self.shown = ""
        self._seen = 0

    def reads(self, words: str) -> str:
        """Wait until these words are shown; what was shown since the last time."""
        until = time.monotonic() + NEVER
        while (at := self.shown.find(words, self._seen)) < 0:
            assert time.monotonic() < until, f"never shown: {words}\n{self.shown}"
            assert self._more(), f"it ended before it showed: {words}\n{self.shown}"
        new, self._seen = self.shown[self._seen : at], at + len(words)
        return new

    def types(self, words: str, *, enter: bool = True) -> None:
        """Type, and press Enter."""
        os.write(self._link, (words + ("\r" if enter else "")).encode())

    def answers(self, question: str, words: str = "") -> None:
        """Wait for the question, and type this; Enter alone takes what is proposed."""
        self.reads(question)
        self.reads(": ")
        self.types(words)

    def ends(self) -> int:
        """Read to the end; the exit code."""
        while self._more():
            pass
        os.close(self._link)
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def remove(self) -> None:
        """End it, however far it is."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            os.close(self._link)

    def _more(self) -> bool:
        ready, _, _ = select.select([self._link], [], [], NEVER)
        assert ready, f"nothing comes any more, and it has not ended\n{self.shown}"
        try:
            found = os.read(self._link, 65_536)
        except OSError:  # EIO: nobody has the other side open any more
            return False
        self.shown += found.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(found)
