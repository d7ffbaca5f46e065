"""A relay that lets in whoever has a token: aiosmtpd with XOAUTH2 and OAUTHBEARER (RFC 7628)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from tests.servers.process import free_port

REFUSED = base64.b64encode(json.dumps({"status": "401", "schemes": "bearer"}).encode())


@dataclass
class TokenRelay:
    """`owner_of` says whose token one is; `refusal` is said to everybody, where it is set."""

    owner_of: Callable[[str], str]
    mechanisms: tuple[str, ...] = ("XOAUTH2", "OAUTHBEARER")
    refusal: str = ""
    tries: list[tuple[str, str]] = field(default_factory=list)  # mechanism and token
    mails: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.port = free_port()
        self._controller = Controller(
            _handler(self),
            hostname="127.0.0.1",
            port=self.port,
            auth_require_tls=False,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
        )
        self._controller.start()

    def remove(self) -> None:
        self._controller.stop()


def _handler(relay: TokenRelay) -> object:
    async def log_in(server: SMTP, args: list[bytes | str], mechanism: str) -> AuthResult:
        first = args[1]
        said = base64.b64decode(first).decode()
        pattern = (
            r"user=(.+?)\x01auth=Bearer (.+)\x01\x01"
            if mechanism == "XOAUTH2"
            else r"n,a=(.+?),\x01host=[^\x01]+\x01port=\d+\x01auth=Bearer (.+)\x01\x01"
        )
        found = re.fullmatch(pattern, said)
        assert found is not None, said
        relay.tries.append((mechanism, found[2]))
        if relay.refusal:
            await server.push(relay.refusal)
            return AuthResult(success=False, handled=True)
        owner = relay.owner_of(found[2])
        if owner in (found[1], "*"):
            return AuthResult(success=True, auth_data=found[1])
        last: Any = await server.challenge_auth(REFUSED, encode_to_b64=False)
        assert last == (b"" if mechanism == "XOAUTH2" else b"\x01"), last
        await server.push("535 5.7.3 Authentication unsuccessful")
        return AuthResult(success=False, handled=True)

    class Handler:
        async def handle_MAIL(
            self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
        ) -> str:
            if not session.authenticated:
                return "530 5.7.57 Client not authenticated to send mail"
            envelope.mail_from = address
            return "250 2.1.0 ok"

        async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
            relay.mails.append(envelope.content)
            return "250 2.0.0 kept"

    def method(mechanism: str) -> Callable[..., Any]:
        async def auth(_self: object, server: SMTP, args: list[bytes | str]) -> AuthResult:
            return await log_in(server, args, mechanism)

        return auth

    for mechanism in relay.mechanisms:
        setattr(Handler, f"auth_{mechanism}", method(mechanism))
    return Handler()
