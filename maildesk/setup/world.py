"""How the world is reached while servers are looked for: whom DNS is asked, whose certificates are
believed, at which ports services are, and for how long anybody is waited for.

Values, so that a test has a world of its own with real servers in it.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import dns.exception
import dns.resolver

from maildesk.errors import TransientFailure


@dataclass(frozen=True)
class World:
    """`nameservers`: addresses and ports in place of the system's. `ports`: where the service of a
    well-known port is in this world. Seconds: `dns_patience` for one question, `patience` for an
    answer of any other server."""

    nameservers: tuple[tuple[str, int], ...] = ()
    ports: Mapping[int, int] = field(default_factory=dict)
    ca_file: Path | None = None
    dns_patience: float = 5.0
    patience: float = 8.0

    def resolver(self) -> dns.resolver.Resolver:
        """Who is asked. TransientFailure where this machine knows nobody."""
        try:
            found = dns.resolver.Resolver(configure=not self.nameservers)
        except (dns.exception.DNSException, OSError) as problem:
            raise TransientFailure(f"no DNS server is known here: {problem}") from problem
        if self.nameservers:
            found.nameservers = [host for host, _ in self.nameservers]
            found.nameserver_ports = dict(self.nameservers)
        found.lifetime = self.dns_patience
        found.timeout = self.dns_patience / 2
        return found

    def port(self, number: int) -> int:
        """Where the service of this port is."""
        return self.ports.get(number, number)

    def address_of(self, host: str) -> str:
        """What to connect to: the host itself, which the system looks up; in a world with
        nameservers of its own, the address that they say. OSError where there is none."""
        if not self.nameservers or _is_address(host):
            return host
        try:
            return str(next(iter(self.resolver().resolve(f"{host}.", "A"))))
        except (dns.exception.DNSException, StopIteration) as problem:
            raise socket.gaierror(socket.EAI_NONAME, f"{host} has no address") from problem

    def tls(self, *, any_name: bool = False) -> ssl.SSLContext:
        """Certificates are checked; with `any_name`, whose they are is not."""
        context = ssl.create_default_context()
        if self.ca_file is not None:
            context.load_verify_locations(self.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.check_hostname = not any_name
        return context


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
