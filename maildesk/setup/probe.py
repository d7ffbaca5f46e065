"""Whether a server is there, speaks what it is said to speak, and is who it says it is; before any
name or password is said.

Nothing is logged in to. After STARTTLS nothing counts that was said before it (RFC 3207, 4.2; RFC
9051, 6.2.1).
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from maildesk.setup.outcomes import WORDS, Outcome
from maildesk.setup.servers import Server
from maildesk.setup.world import World

LONGEST_ANSWER = 64 * 1024  # octets
_OTHER_NAME = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH


@dataclass(frozen=True)
class Probed:
    """What was found: `offers` are the server's capabilities, in capitals."""

    server: Server
    outcome: Outcome
    more: str = ""
    offers: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether it can be used."""
        return self.outcome is Outcome.FOUND

    def __str__(self) -> str:
        more = f" ({self.more})" if self.more else ""
        return f"{self.server}: {WORDS[self.outcome]}{more}"


def probe(server: Server, world: World) -> Probed:
    """Go there, look, and hang up."""
    try:
        offers = _visited(server, world, world.tls())
    except _Odd as problem:
        return Probed(server, problem.outcome, problem.more)
    except ssl.SSLCertVerificationError as problem:
        more = _about_certificate(problem, server, world)
        return Probed(server, Outcome.CERTIFICATE, more)
    except ssl.SSLError as problem:
        more = (problem.reason or "TLS failed").replace("_", " ").lower()
        return Probed(server, Outcome.WRONG_PROTOCOL, more)
    except TimeoutError:
        return Probed(server, Outcome.SILENT)
    except (OSError, UnicodeError) as problem:
        is_name = isinstance(problem, (socket.gaierror, UnicodeError))
        more = "no such host" if is_name else "connection refused"
        if not is_name and not isinstance(problem, ConnectionRefusedError):
            more = (problem.strerror if isinstance(problem, OSError) else "") or "hung up"
        return Probed(server, Outcome.UNREACHABLE, more.lower())
    return Probed(server, Outcome.FOUND, "", offers)


class _Odd(Exception):
    def __init__(self, outcome: Outcome, more: str = "") -> None:
        self.outcome, self.more = outcome, more
        super().__init__(outcome)


def _visited(server: Server, world: World, context: ssl.SSLContext) -> tuple[str, ...]:
    with _connected(server, world) as bare:
        link = bare
        if server.tls == "implicit":
            link = context.wrap_socket(bare, server_hostname=server.host)
        with _Lines(link, server) as lines:
            lines.greeting()
            if server.tls == "starttls":
                lines.starttls()
                link = context.wrap_socket(link, server_hostname=server.host)
                lines = _Lines(link, server)
            offers = lines.offers()
            lines.goodbye()
            with suppress(OSError):
                link.close()
            return offers


def _connected(server: Server, world: World) -> socket.socket:
    place = world.address_of(server.host), world.port(server.port)
    return socket.create_connection(place, timeout=world.patience)


class _Lines:
    """A conversation in lines, of IMAP or SMTP."""

    def __init__(self, link: socket.socket, server: Server) -> None:
        self._link, self._is_imap = link, server.use == "imap"
        self._buffer, self._heard = b"", 0

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._link.close()

    def greeting(self) -> None:
        """What the server says first."""
        if self._is_imap:
            line = self._line()
            if line.upper().startswith("* BYE"):
                raise _Odd(Outcome.REFUSED, _shown(line[5:]))
            if not line.upper().startswith(("* OK", "* PREAUTH")):
                raise _Odd(Outcome.WRONG_PROTOCOL, _shown(line))
        else:
            self._reply("220")

    def starttls(self) -> None:
        """Ask for TLS; nothing may have been said behind the answer."""
        if self._is_imap:
            self._tagged("STARTTLS", Outcome.NO_STARTTLS)
        else:
            if "STARTTLS" not in self.offers():
                raise _Odd(Outcome.NO_STARTTLS)
            self._say("STARTTLS")
            self._reply("220", Outcome.NO_STARTTLS)
        if self._buffer:
            raise _Odd(Outcome.WRONG_PROTOCOL, "it says more before TLS than it should")

    def offers(self) -> tuple[str, ...]:
        """CAPABILITY of IMAP, or what follows EHLO."""
        if self._is_imap:
            untagged = self._tagged("CAPABILITY", Outcome.WRONG_PROTOCOL)
            words = (line.split()[2:] for line in untagged if "CAPABILITY" in line.upper())
            return tuple(word.upper() for found in words for word in found)
        self._say("EHLO maildesk.invalid")
        return tuple(line.upper() for line in self._reply("250")[1:])

    def goodbye(self) -> None:
        """A word of farewell that nobody waits for."""
        with suppress(OSError):
            self._say("z9 LOGOUT" if self._is_imap else "QUIT")

    def _tagged(self, command: str, otherwise: Outcome) -> list[str]:
        self._say(f"z1 {command}")
        untagged = []
        while not (line := self._line()).lower().startswith("z1 "):
            untagged.append(line)
        if not line.upper().startswith("Z1 OK"):
            raise _Odd(otherwise, _shown(line[3:]))
        return untagged

    def _reply(self, code: str, otherwise: Outcome = Outcome.REFUSED) -> list[str]:
        found = []
        while True:
            line = self._line()
            if len(line) < 3 or not line[:3].isdigit():
                raise _Odd(Outcome.WRONG_PROTOCOL, _shown(line))
            found.append(line[4:])
            if line[3:4] != "-":
                break
        if line[:3] != code:
            raise _Odd(otherwise, _shown(line))
        return found

    def _say(self, line: str) -> None:
        self._link.sendall(f"{line}\r\n".encode("ascii"))

    def _line(self) -> str:
        while b"\n" not in self._buffer:
            piece = self._link.recv(4096)
            self._heard += len(piece)
            if not piece:
                raise _Odd(Outcome.UNREACHABLE, "it hung up")
            if self._heard > LONGEST_ANSWER:
                raise _Odd(Outcome.WRONG_PROTOCOL, "it says more than a mail server does")
            self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.decode("utf-8", "replace").strip()


def _shown(line: str) -> str:
    return "".join(c if c.isprintable() else " " for c in line).strip()[:120]


def _about_certificate(problem: ssl.SSLCertVerificationError, server: Server, world: World) -> str:
    """Why it is not believed; with both names, where it is another's."""
    if problem.verify_code not in _OTHER_NAME:
        return problem.verify_message
    names = names_in_certificate(server, world)
    theirs = f"it is for {', '.join(names)}" if names else "it is for another name"
    return f"{theirs}, and the server was called {server.host}"


def names_in_certificate(server: Server, world: World) -> list[str]:
    """Whose certificate the server shows; none where it shows none that is believed."""
    context = world.tls(any_name=True)
    found: dict[str, Any] = {}
    with suppress(OSError, _Odd, UnicodeError), _connected(server, world) as bare:
        if server.tls == "starttls":
            lines = _Lines(bare, server)
            lines.greeting()
            lines.starttls()
        with context.wrap_socket(bare, server_hostname=server.host) as link:
            found = dict(link.getpeercert() or {})
    names = [str(name) for _, name in found.get("subjectAltName", ())]
    return names or [
        str(v) for one in found.get("subject", ()) for k, v in one if k == "commonName"
    ]
