"""The process that `tests/servers/forked.py` asks: it has loaded all of maildesk, and forks."""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import sys
from contextlib import suppress
from types import FrameType
from typing import Any

import maildesk
import maildesk.cli
from maildesk.config.policy import load_policy
from tests.servers.forked import ROOT

_LONGEST = 1_000_000  # octets of a message
_CHILDREN: dict[int, int] = {}  # process id: the pipe into which its exit code is written


def load() -> None:
    """Every module of maildesk, and the words and templates that every desk has."""
    for module in pkgutil.walk_packages(maildesk.__path__, "maildesk."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    load_policy(ROOT / "deploy" / "desk")


def serve(link: socket.socket) -> dict[str, Any] | None:
    """Fork until nobody asks any more: then None. In each child: what it is asked to be."""
    signal.signal(signal.SIGCHLD, _bury)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever asks
    while True:
        message, files, _, _ = socket.recv_fds(link, _LONGEST, 4)
        if not message:
            return None
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        if (pid := os.fork()) == 0:
            _begin([link.detach(), *files])
            return dict(json.loads(message))
        *standard, tell = files
        for file in standard:
            os.close(file)
        os.write(tell, f"{pid}\n".encode())
        _CHILDREN[pid] = tell
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def _bury(number: int, frame: FrameType | None) -> None:
    """Tell of every child that has ended. Another one's end may be told within this: then nobody
    may be left to wait for."""
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            tell = _CHILDREN.pop(pid)
            with suppress(BrokenPipeError):  # nobody waits for it
                os.write(tell, f"{os.waitstatus_to_exitcode(status)}\n".encode())
            os.close(tell)


def _begin(files: list[int]) -> None:
    """As a process that was started: with three open files, and deaf to no signal."""
    for number, file in enumerate(files[1:4]):
        os.dup2(file, number)
    os.closerange(3, max([*files, *_CHILDREN.values()]) + 1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def main() -> None:
    link = socket.socket(fileno=int(sys.argv[1]))
    load()
    gc.freeze()  # shared by all, as long as nobody counts it
    asked = serve(link)
    if asked is None:
        for pid in _CHILDREN:
            os.kill(pid, signal.SIGKILL)
        return
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv[:] = ["maildesk", *asked["words"]]
    maildesk.cli.main()


if __name__ == "__main__":
    main()
