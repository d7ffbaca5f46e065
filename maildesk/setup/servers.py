"""Servers as they are found and written: where, how TLS begins, who says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Use = Literal["imap", "smtp"]
Tls = Literal["implicit", "starttls", "none"]
Auth = Literal["password", "oauth"]

IMPLICIT = {"imap": 993, "smtp": 465}  # RFC 8314, 3
STARTTLS = {"imap": 143, "smtp": 587}
_WORDS: dict[str, Tls] = {"tls": "implicit", "ssl": "implicit", "implicit": "implicit",
    "starttls": "starttls", "none": "none", "plain": "none"}  # fmt: skip
_LONGEST_NAME = 253  # characters (RFC 1035, 2.3.4)
_LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_WRITTEN = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]+)(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True)
class Server:
    """An IMAP server, or one that takes submissions (RFC 6409).

    `username` is what it wants to be told, "" where nobody said; `source` who named it, for people.
    `is_foreign`: unsigned DNS named a host of another domain, which a person has to agree to (RFC
    6186, 6).
    """

    use: Use
    host: str
    port: int
    tls: Tls
    auth: Auth = "password"
    username: str = ""
    source: str = ""
    is_foreign: bool = False

    def __str__(self) -> str:
        how = {"implicit": "TLS", "starttls": "STARTTLS", "none": "without TLS"}[self.tls]
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}, {how}"

    @property
    def place(self) -> tuple[str, int, Tls]:
        """What two have to share to be one."""
        return self.host.lower(), self.port, self.tls


def is_host(name: str) -> bool:
    """Whether this can be the name of a host, or is an address."""
    is_one = _NAME.fullmatch(name) or re.fullmatch(r"[0-9A-Fa-f:.]+", name)
    return len(name) <= _LONGEST_NAME and is_one is not None


def read_server(use: Use, written: str) -> Server:
    """What a person writes: `imap.example.org`, `smtp.example.org:587`, with `starttls`, `tls` or
    `none` behind it where the port does not say. ValueError with what was expected."""
    words = written.replace(",", " ").split()
    found = _WRITTEN.fullmatch(words[0]) if words else None
    kinds = [
        _WORDS.get(word.lower().rstrip(".")) for word in words[1:] if word.lower() != "without"
    ]
    host = found["host"].strip("[]") if found else ""
    if "without" in (word.lower() for word in words[1:]):
        kinds = ["none"]
    if found is None or not is_host(host) or None in kinds or len(kinds) > 1:
        raise ValueError(f"a host such as {use}.example.org, or {use}.example.org:587 starttls")
    tls: Tls | None = kinds[0] if kinds else None
    port = int(found["port"]) if found["port"] else 0
    if port > 65535:
        raise ValueError("a port up to 65535")
    if not port:
        port = STARTTLS[use] if tls in ("starttls", "none") else IMPLICIT[use]
    if tls is None:
        tls = "implicit" if port == IMPLICIT[use] else "starttls"
    return Server(use, host, port, tls, source="you")
