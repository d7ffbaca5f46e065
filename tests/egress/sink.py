"""A relay that does as the test says, down to dropping the link after the final dot; with TLS and
without.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from base64 import b64decode
from dataclasses import dataclass, field
from types import TracebackType

PATIENCE = 10.0
DROP = "drop"
SILENCE = "silence"


@dataclass
class Mail:
    """What came: the commands' words and the content as it was before dot-stuffing."""

    mail: str
    rcpt: list[str]
    raw: bytes = b""


@dataclass
class Sink:
    """A blocking server, one thread a client.

    `answers` maps the beginning of a command to replies; "." is the final dot, and CONTENT what
    comes before it.
    """

    extensions: tuple[str, ...] = ("PIPELINING", "SIZE 1000000", "8BITMIME", "SMTPUTF8")
    banner: str = "220 sink.example"
    answers: dict[str, list[str]] = field(default_factory=dict)
    context: ssl.SSLContext | None = None
    is_implicit: bool = False
    log_ins: dict[str, str] = field(default_factory=dict)  # asked where there are any
    mails: list[Mail] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    writes: list[int] = field(default_factory=list)  # how many octets came at a time
    connections: int = 0

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._clients: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def answer(self, command: str, *replies: str) -> None:
        """The next commands that begin so hear these, one after the other; then it is business as
        usual.
        """
        self.answers.setdefault(command, []).extend(replies)

    def hang_up(self) -> None:
        """Close every connection that is open, as a relay does that was idle for too long."""
        for client in self._clients:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Sink:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        self.hang_up()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                client.settimeout(PATIENCE)
                self.connections += 1
                threading.Thread(target=self._client, args=(client,), daemon=True).start()

    def _client(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError, _Dropped):
            if self.is_implicit and self.context is not None:
                client = self.context.wrap_socket(client, server_side=True)
            self._clients.append(client)
            _Session(self, client).serve()
        client.close()


class _Dropped(Exception):
    pass


class _Session:
    def __init__(self, sink: Sink, client: socket.socket) -> None:
        self._sink = sink
        self._client = client
        self._unread = b""
        self._mail = Mail("", [])

    def serve(self) -> None:
        self._say(self._sink.banner)
        while True:
            line = self._until(b"\r\n").decode()
            verb, blank, rest = line.partition(" ")
            verb = verb.upper()
            self._sink.commands.append(verb + blank + rest)
            if verb == "QUIT":
                self._say("221 2.0.0 bye")
                return
            self._obey(verb, line)

    def _obey(self, verb: str, line: str) -> None:
        reply = self._told(line) or {
            "EHLO": self._extensions(),
            "DATA": "354 go on",
            "STARTTLS": "220 go",
        }.get(verb, "250 2.0.0 ok")
        if verb == "AUTH" and self._sink.log_ins:
            self._say(self._log_in(*line.split()[1:]))
            return
        if verb == "MAIL":
            self._mail = Mail(line, [])
        if verb == "RCPT" and reply.startswith("2"):
            self._mail.rcpt.append(line)
        self._say(reply)
        if verb == "DATA" and reply.startswith("354"):
            if self._told("CONTENT") == DROP:
                raise _Dropped
            self._content()
        if verb == "STARTTLS" and reply.startswith("220") and self._sink.context is not None:
            self._client = self._sink.context.wrap_socket(self._client, server_side=True)
            self._sink._clients.append(self._client)

    def _log_in(self, mechanism: str, initial: str) -> str:
        """RFC 4616, or what goes by the name of LOGIN."""
        said = b64decode(initial).decode()
        if mechanism == "LOGIN":
            self._say("334 UGFzc3dvcmQ6")
            password = b64decode(self._until(b"\r\n")).decode()
            said = f"\0{said}\0{password}"
        _, username, password = said.split("\0")
        is_right = self._sink.log_ins.get(username) == password
        return "235 2.7.0 welcome" if is_right else "535 5.7.8 wrong"

    def _content(self) -> None:
        raw = (
            (b"\r\n" + self._until(b".\r\n"))
            if self._peek(3) == b".\r\n"
            else b"\r\n" + self._until(b"\r\n.\r\n") + b"\r\n"
        )
        self._mail.raw = raw[2:] if raw == b"\r\n" else raw.replace(b"\r\n..", b"\r\n.")[2:]
        reply = self._told(".") or "250 2.0.0 kept"
        if reply.startswith("2") or reply == DROP:
            self._sink.mails.append(self._mail)
        self._say(reply)

    def _extensions(self) -> str:
        lines = ["sink.example", *self._sink.extensions]
        return "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])

    def _told(self, line: str) -> str:
        for beginning, replies in self._sink.answers.items():
            if replies and line.upper().startswith(beginning.upper()):
                return replies.pop(0)
        return ""

    def _say(self, reply: str) -> None:
        if reply == DROP:
            self._client.shutdown(socket.SHUT_RDWR)
            raise _Dropped
        if reply != SILENCE:
            self._client.sendall(reply.encode() + b"\r\n")

    def _peek(self, number: int) -> bytes:
        while len(self._unread) < number:
            self._read()
        return self._unread[:number]

    def _until(self, end: bytes) -> bytes:
        while end not in self._unread:
            self._read()
        found, _, self._unread = self._unread.partition(end)
        return found

    def _read(self) -> None:
        octets = self._client.recv(1_000_000)
        if not octets:
            raise _Dropped
        self._sink.writes.append(len(octets))
        self._unread += octets


def address_in(command: str) -> str:
    """What stands between the angle brackets."""
    found = re.search(r"<(.*)>", command)
    assert found is not None
    return found[1]
