"""Whose Authentication-Results stand on top of a message that came (RFC 8601, 5), and whether the
desk may believe that server.

The desk believes the topmost field alone, where it is of the server that `trust: authserv_id`
names. That is only safe where this server writes one on *every* mail that arrives; one that the
relay wrote as our own mail left would let anybody write the same. So where the field stands counts:

    above every Received                    the last server wrote it
    below those of its own organisation     it has only been handed on inside since (Google)
    below another organisation's            a server before the last wrote it: not to be believed
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from maildesk.desk.senders.trust import authserv_id, bare
from maildesk.mail.mime.headers import decoded, split
from maildesk.mail.owners import organisation_of

# what a server finds out of a mail from outside; that somebody has logged in (auth) says that of a
# mail from inside alone
_OF_SENDERS = frozenset(("dkim", "dmarc", "spf"))
_BY = re.compile(r"(?:^|\s)by\s+\[?([A-Za-z0-9.:_-]+)", re.IGNORECASE)
_INSIDE = frozenset(("internal", "intranet", "lan", "local", "localdomain"))
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?\.?")


@dataclass(frozen=True, slots=True)
class Topmost:
    """The server of the topmost field, as it names itself, "" where there is none that could be
    believed; and why not, as the name of an outcome with its words."""

    authserv_id: str = ""
    problem: str = ""


def topmost(octets: bytes) -> Topmost:
    """The topmost Authentication-Results of this message, of which the head is enough."""
    above: list[str] = []  # the hosts that had the message since, the last one first
    for name, value in split(octets)[0]:
        if name == "received":
            found = _BY.search(bare(decoded(value)))
            above.append(found[1].lower() if found else "")
        elif name == "authentication-results":
            return _judged(decoded(value), above)
        elif name in ("from", "date", "message-id"):
            break  # what follows we have written ourselves
    return Topmost()


def _judged(value: str, above: list[str]) -> Topmost:
    server = authserv_id(value)
    if not _HOST.fullmatch(server):  # Microsoft's own begin with the first result
        said = f" (it begins with {server[:40]})" if server else ""
        return Topmost("", f"no_authserv_id: the server does not say who it is{said}")
    own = organisation_of(server)
    others = [host for host in above if _is_of_the_dns(host) and organisation_of(host) != own]
    if others:
        words = f"authserv_id_of_another: {server} wrote it, and {others[0]} has had the mail since"
        return Topmost("", words)
    if not _methods(value) & _OF_SENDERS:
        words = f"authserv_id_unclear: {server} says nothing of DKIM, DMARC or SPF there"
        return Topmost("", words)
    return Topmost(server)


def _methods(value: str) -> set[str]:
    """What it has looked at (RFC 8601, 2.7): dkim, auth."""
    named = (result.partition("=")[0] for result in bare(value).split(";")[1:])
    return {method.partition("/")[0].strip().lower() for method in named}


def _is_of_the_dns(host: str) -> bool:
    """Whether this is a name that others know: servers on a border have one, and within a house
    they are called 3f2a1, localhost or 10.0.0.7."""
    last = host.rstrip(".").rpartition(".")[2]
    return "." in host and ":" not in host and not last.isdigit() and last not in _INSIDE
