"""A wire to an IMAP server that overhears what the client says, and answers some of it itself: for
what a provider says that a Dovecot of our own does not."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable

from tests.servers.process import NEVER
from tests.servers.wire import hang_up


class ImapWire:
    """Listens on a port of its own. `intercept(line)` may return what to answer a client's line
    with, `{tag}` standing for its tag; `rewrite(octets)` changes what the server says."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self.heard: list[str] = []  # "CONNECT", then the commands without tags and secrets
        self.intercept: Callable[[str], str | None] = lambda _line: None
        self.rewrite: Callable[[bytes], bytes] = lambda octets: octets
        self.open = 0
        self.most_open = 0
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="imap-wire", daemon=True).start()

    def remove(self) -> None:
        """Drop every connection, and take none any more."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            ends, self._ends = self._ends, set()
        for end in ends:
            hang_up(end)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._server, timeout=NEVER)
            except OSError:
                return
            far.settimeout(None)
            with self._lock:
                self._ends |= {near, far}
                self.heard.append("CONNECT")
                self.open += 1
                self.most_open = max(self.most_open, self.open)
            for carry in (self._up, self._down):
                threading.Thread(target=carry, args=(near, far), daemon=True).start()

    def _up(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), near.makefile("rb") as lines:
            for octets in lines:
                line = octets.decode("utf-8", "replace").rstrip("\r\n")
                tag, _, command = line.partition(" ")
                if re.fullmatch(r"[A-Z]+\d+", tag):
                    self.heard.append("LOGIN" if command.startswith("LOGIN") else command)
                answer = self.intercept(command or tag)
                if answer is None:
                    far.sendall(octets)
                elif answer:
                    near.sendall(answer.replace("{tag}", tag).encode() + b"\r\n")
                else:  # hang up in the midst
                    break
        self._end(near, far)

    def _down(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while octets := far.recv(65536):
                near.sendall(self.rewrite(octets))
        hang_up(near)
        hang_up(far)

    def _end(self, near: socket.socket, far: socket.socket) -> None:
        with self._lock:
            self.open -= 1
        hang_up(near)
        hang_up(far)
