"""Which servers an address has: what its domain says, whose servers take its mail, and what is
usual; each is visited before it is proposed.

The order is that of who knows best: autoconfig (https, so the domain's own word), SRV records, a
provider that is known by its MX, autoconfig of who takes the mail, guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from maildesk.setup import autoconfig, dns_records
from maildesk.setup.outcomes import Outcome, Told
from maildesk.setup.probe import Probed, probe
from maildesk.setup.providers import Provider, provider_of
from maildesk.setup.servers import IMPLICIT, STARTTLS, Server, Use
from maildesk.setup.world import World

_AT_ONCE = 12
_GUESSES: dict[Use, tuple[str, ...]] = {
    "imap": ("imap.{}", "mail.{}", "{}"),
    "smtp": ("smtp.{}", "mail.{}", "{}"),
}
Say = Callable[[str], None]


@dataclass(frozen=True)
class Found:
    """What was found. `told` is what every source said; `probed` what came of each visit, best
    first; `provider` whose mailboxes they are, where that is known."""

    told: tuple[Told, ...] = ()
    probed: tuple[Probed, ...] = ()
    provider: Provider | None = None

    def best(self, use: Use, *, foreign: bool = True) -> Probed | None:
        """The first that can be used; without `foreign`, none that unsigned DNS alone has named in
        another domain."""
        found = (one for one in self.probed if one.server.use == use and one.is_well)
        return next((one for one in found if foreign or not one.server.is_foreign), None)

    def refused(self, use: Use) -> tuple[Probed, ...]:
        """Those that are there and cannot be used, each with why."""
        odd = (Outcome.UNREACHABLE, Outcome.SILENT, Outcome.FOUND)
        return tuple(o for o in self.probed if o.server.use == use and o.outcome not in odd)


def discover(address: str, world: World, say: Say = lambda _: None) -> Found:
    """The servers of this address; `say` is told what each source said, as it says it."""
    domain = address.rpartition("@")[2].lower()
    told: list[Told] = []
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="setup") as pool:
        asked: list[Callable[[], Told]] = [
            *(
                _later(autoconfig.ask, url, address, world)
                for url in autoconfig.urls(domain, address)
            ),
            *(_later(dns_records.services, domain, one, world) for one in dns_records.SERVICES),
        ]
        by_mx = pool.submit(dns_records.exchanges, domain, world)
        for one in pool.map(lambda ask: ask(), asked):
            told.append(one)
            say(str(one))
        exchanges, mx = by_mx.result()
        told.append(mx)
        say(str(mx))
        provider = provider_of(exchanges)
        if provider is not None:
            told.append(Told(f"{provider.name}, by its MX", Outcome.FOUND, provider.servers))
            say(f"{provider.name} takes its mail")
        elif exchanges and not any(one.servers for one in told):
            for one in pool.map(lambda url: _of_host(url, address, world), _urls_of(exchanges)):
                told.append(one)
                say(str(one))
        probed = _visited(pool, _once(s for one in told for s in one.servers), world)
        missing = _missing(probed)
        if missing and provider is None:
            say("what is usual is tried")
            probed += _visited(pool, _guesses(domain, exchanges, missing), world)
    return Found(tuple(told), tuple(probed), provider)


def _later(ask: Callable[..., Told], *words: object) -> Callable[[], Told]:
    return lambda: ask(*words)


def _visited(pool: ThreadPoolExecutor, servers: Iterable[Server], world: World) -> list[Probed]:
    return list(pool.map(lambda server: probe(server, world), servers))


def _missing(probed: list[Probed]) -> list[Use]:
    there = {one.server.use for one in probed if one.is_well}
    return [use for use in _GUESSES if use not in there]


def _urls_of(exchanges: tuple[str, ...]) -> list[str]:
    """Autoconfig of who takes the mail: mx1.hoster.example may be looked after by
    hoster.example."""
    labels = exchanges[0].split(".")
    domains = [".".join(labels[n:]) for n in range(1, len(labels) - 1)][:2]
    return [f"https://autoconfig.{one}/mail/config-v1.1.xml" for one in domains]


def _of_host(url: str, address: str, world: World) -> Told:
    """Its domain is known from unsigned DNS alone."""
    told = autoconfig.ask(url, address, world)
    return replace(told, servers=tuple(replace(one, is_foreign=True) for one in told.servers))


def _guesses(domain: str, exchanges: tuple[str, ...], missing: list[Use]) -> Iterator[Server]:
    """Names that are usual in the domain, then who takes its mail; with TLS from the start first
    (RFC 8314, 3)."""
    for use in missing:
        names = [name.format(domain) for name in _GUESSES[use]]
        hosts = [(name, False) for name in names]
        hosts += [(one, not one.endswith(f".{domain}")) for one in exchanges[:2]]
        for host, is_foreign in hosts:
            implicit = Server(use, host, IMPLICIT[use], "implicit", source="a guess",
                is_foreign=is_foreign)  # fmt: skip
            yield implicit
            yield replace(implicit, port=STARTTLS[use], tls="starttls")


def _once(servers: Iterable[Server]) -> list[Server]:
    found: dict[tuple[object, ...], Server] = {}
    for one in servers:
        found.setdefault((one.use, *one.place), one)
    return list(found.values())
