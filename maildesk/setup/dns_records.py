"""What a domain says of its mail in DNS: SRV records of its servers (RFC 6186, RFC 8314), and who
takes its mail (MX).

DNS is not signed as a rule. A host of another domain that it names is therefore marked, for a
person to agree to (RFC 6186, 6); its certificate has to be for that name all the same.
"""

from __future__ import annotations

from typing import Any

import dns.exception
import dns.name
import dns.resolver

from maildesk.setup.outcomes import Outcome, Told
from maildesk.setup.servers import Server, Tls, Use, is_host
from maildesk.setup.world import World

SERVICES: tuple[tuple[str, Use, Tls], ...] = (
    ("_imaps._tcp", "imap", "implicit"),
    ("_submissions._tcp", "smtp", "implicit"),
    ("_imap._tcp", "imap", "starttls"),
    ("_submission._tcp", "smtp", "starttls"),
)
_MOST = 20  # records of one answer that are looked at


def services(domain: str, service: tuple[str, Use, Tls], world: World) -> Told:
    """The servers that these SRV records name, in the order in which they are to be tried (RFC
    2782)."""
    label, use, tls = service
    name = f"{label}.{domain}"
    source = f"SRV {name}"
    records, outcome = _asked(name, "SRV", world)
    if outcome is not None:
        return Told(source, outcome)
    if [str(one.target) for one in records] == ["."]:
        return Told(source, Outcome.NOT_OFFERED)
    found = []
    for one in sorted(records, key=lambda one: (one.priority, -one.weight)):
        host = _host(one.target)
        if not host or not one.port:
            return Told(source, Outcome.DNS_LIES, more=f"{one.target}:{one.port}"[:120])
        found.append(
            Server(use, host, one.port, tls, source=source, is_foreign=not _is_in(host, domain))
        )
    return Told(source, Outcome.FOUND, tuple(found))


def exchanges(domain: str, world: World) -> tuple[tuple[str, ...], Told]:
    """Whose servers take this domain's mail, the best first, and how asking went."""
    source = f"MX {domain}"
    records, outcome = _asked(domain, "MX", world)
    if outcome is not None:
        return (), Told(source, outcome)
    if [str(one.exchange) for one in records] == ["."]:
        return (), Told(source, Outcome.NOT_OFFERED)  # RFC 7505
    hosts = [_host(one.exchange) for one in sorted(records, key=lambda one: one.preference)]
    if "" in hosts:
        return (), Told(source, Outcome.DNS_LIES, more="an exchange that is no host")
    return tuple(hosts), Told(source, Outcome.FOUND, more=", ".join(hosts[:3]))


def _asked(name: str, kind: str, world: World) -> tuple[list[Any], Outcome | None]:
    """The records, at most so many; or why there are none."""
    try:
        found = list(world.resolver().resolve(f"{name}.", kind))[:_MOST]
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return [], Outcome.NOT_THERE
    except (dns.resolver.LifetimeTimeout, dns.exception.Timeout):
        return [], Outcome.DNS_SILENT
    except (dns.exception.DNSException, UnicodeError, OSError, ValueError):
        return [], Outcome.DNS_FAILED
    return found, None


def _host(name: dns.name.Name) -> str:
    """The name as settings write it; "" where it is no host's, or an address where a name belongs
    (RFC 2782, Target)."""
    text = name.to_text(omit_final_dot=True).lower()
    has_letters = any(c.isalpha() for c in text.rpartition(".")[2])
    return text if is_host(text) and has_letters and "_" not in text else ""


def _is_in(host: str, domain: str) -> bool:
    return host == domain.lower() or host.endswith(f".{domain.lower()}")
