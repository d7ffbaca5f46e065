"""What setting a desk up came to, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from maildesk.views.plain import Json


class Server(Protocol):
    """Where mail comes in, or goes out."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def tls(self) -> str: ...
    @property
    def auth(self) -> str: ...
    @property
    def source(self) -> str: ...


class Measured(Protocol):
    """What the files say of it."""

    @property
    def envelope(self) -> str: ...
    @property
    def sub_addresses(self) -> bool: ...
    @property
    def authserv_id(self) -> str: ...


class Replies(Protocol):
    """What was measured."""

    @property
    def plain(self) -> float | None: ...
    @property
    def sub_address(self) -> float | None: ...
    @property
    def message_id_kept(self) -> bool | None: ...
    @property
    def problems(self) -> tuple[str, ...]: ...


class Ticket(Protocol):
    """The first one."""

    @property
    def reference(self) -> str: ...
    @property
    def seconds(self) -> float: ...
    @property
    def held(self) -> str: ...


def setup_result(
    address: str,
    desk: str,
    *,
    imap: Server,
    relay: Server,
    messages: int,
    measured: Measured,
    replies: Replies | None,
    new: Sequence[str],
    changed: Sequence[str],
    ticket: Ticket | None,
    seconds: float,
) -> Json:
    """All of it as one object."""
    return {
        "address": address,
        "desk": desk,
        "imap": _server(imap),
        "relay": _server(relay),
        "messages": messages,
        "sub_addresses": measured.sub_addresses,
        "envelope": measured.envelope,
        "authserv_id": measured.authserv_id or None,
        "replies": _replies(replies) if replies is not None else None,
        "new_files": list(new),
        "changed_files": list(changed),
        "ticket": _ticket(ticket) if ticket is not None else None,
        "seconds": round(seconds, 3),
    }


def _server(one: Server) -> Json:
    return {
        "host": one.host,
        "port": one.port,
        "tls": one.tls,
        "auth": one.auth,
        "source": one.source or None,
    }


def _replies(one: Replies) -> Json:
    return {
        "plain_seconds": _rounded(one.plain),
        "sub_address_seconds": _rounded(one.sub_address),
        "message_id_kept": one.message_id_kept,
        "problems": list(one.problems),
    }


def _ticket(one: Ticket) -> Json:
    return {
        "reference": one.reference,
        "seconds": round(one.seconds, 3),
        "held": one.held or None,
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
