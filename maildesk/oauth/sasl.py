"""How a token is said to a mail server: OAUTHBEARER (RFC 7628), and XOAUTH2, which came before it
and is all that Microsoft knows.

Where a server offers both the standard is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Mechanism = Literal["OAUTHBEARER", "XOAUTH2"]
# asks for a token; given the one that a server has just refused, for another
Token = Callable[[str], str]


@dataclass(frozen=True)
class Message:
    """The client's first words, and its last where the server refuses the token: it has said why
    in between, and waits for them (RFC 7628, 3.2.3)."""

    mechanism: Mechanism
    first: str
    last: str

    def __repr__(self) -> str:
        return f"<{self.mechanism}>"

    def answer(self) -> Callable[[object], str]:
        """What is said to one challenge after the other."""
        left = [self.last, self.first]
        return lambda _challenge: left.pop() if len(left) > 1 else left[0]


def message(mechanism: Mechanism, username: str, token: str, *, host: str, port: int) -> Message:
    """For one log-in."""
    if mechanism == "XOAUTH2":
        return Message(mechanism, f"user={username}\1auth=Bearer {token}\1\1", "")
    name = username.replace("=", "=3D").replace(",", "=2C")  # RFC 5801, 4
    first = f"n,a={name},\1host={host}\1port={port}\1auth=Bearer {token}\1\1"
    return Message(mechanism, first, "\1")


def best(offered: Iterable[str]) -> Mechanism:
    """The mechanism to take of those that a server offers; the more widespread where it names
    none."""
    names = {one.upper() for one in offered}
    return "OAUTHBEARER" if "OAUTHBEARER" in names else "XOAUTH2"
