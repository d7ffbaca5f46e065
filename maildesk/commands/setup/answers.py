"""What an answer has to be, be it typed or an option: an address, somebody, a day, a secret."""

from __future__ import annotations

import re
import sys
from datetime import date
from email.utils import parseaddr
from pathlib import Path

from maildesk.commands.common import stop
from maildesk.mail.compose.encode import addr_spec
from maildesk.setup.plan import Person

_LONGEST_SECRET = 10_000
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read_secret(path: Path | None, option: str) -> str | None:
    """The first line of the file, `-` being standard input; None where none is named. Leaves where
    it cannot be read."""
    if path is None:
        return None
    try:
        if str(path) == "-":
            line = sys.stdin.readline(_LONGEST_SECRET)
        else:
            with path.open(encoding="utf-8") as stream:
                line = stream.readline(_LONGEST_SECRET)
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is no text in UTF-8"
        stop(f"maildesk: {option} {path} cannot be read: {why}", 2)
    found = line.rstrip("\r\n")
    if not found:
        stop(f"maildesk: {option} {path} is empty", 2)
    return found


def read_variable(name: str) -> str:
    """The name of a variable; leaves where it can be none."""
    if name and not _VARIABLE.fullmatch(name):
        wanted = "a name such as SUPPORT_PASSWORD"
        stop(f"maildesk: --password-variable: expected {wanted}, found {name}", 2)
    return name


def read_address(written: str) -> str:
    """An address to write to; ValueError where it is none."""
    if not addr_spec(written) or "@" not in written:
        raise ValueError("an address such as ana@company.example")
    return written


def read_person(written: str) -> Person:
    """`Ana Lindqvist <ana@company.example>`, or an address; ValueError where there is none."""
    name, address = parseaddr(written)
    if not address or "@" not in address:
        raise ValueError('somebody such as "Ana Lindqvist <ana@company.example>"')
    read_address(address)
    local = address.partition("@")[0]
    return Person(name or re.sub(r"[._-]+", " ", local).title(), address)


def read_start(written: str) -> str:
    """Where to begin in the mailbox; ValueError where it is nowhere."""
    word = written.lower()
    if word in ("now", "unread", "all"):
        return word
    try:
        return date.fromisoformat(word).isoformat()
    except ValueError:
        raise ValueError("now, unread, all, or a day such as 2026-11-01") from None
