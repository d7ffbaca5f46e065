"""A world for setting up: DNS, HTTPS and mail servers of the test's own, at 127.0.0.1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from maildesk.setup.outcomes import Told
from maildesk.setup.world import World
from tests.servers.names import Names
from tests.servers.web import Web

DOMAIN = "company.example"
ADDRESS = f"support@{DOMAIN}"
AUTOCONFIG = f"autoconfig.{DOMAIN}/mail/config-v1.1.xml"
WELL_KNOWN = f"{DOMAIN}/.well-known/autoconfig/mail/config-v1.1.xml"


@dataclass(frozen=True)
class Surroundings:
    """What there is, and how it is reached."""

    names: Names
    web: Web
    world: World

    def with_port(self, known: int, port: int) -> Surroundings:
        """The same, with the service of this port somewhere else."""
        return replace(self, world=replace(self.world, ports={**self.world.ports, known: port}))


@pytest.fixture
def around(tmp_path: Path) -> Iterator[Surroundings]:
    """Names that do not exist, and web servers without pages, until they are told."""
    names = Names()
    hosts = (DOMAIN, f"autoconfig.{DOMAIN}", "autoconfig.hoster.example", "elsewhere.example")
    web = Web(tmp_path / "web", *hosts)
    world = World(
        nameservers=(("127.0.0.1", names.port),),
        ports={443: web.port},
        ca_file=web.certificate.certificate,
    )
    yield Surroundings(names, web, world)
    web.remove()
    names.remove()


def outcomes(told: tuple[Told, ...]) -> dict[str, str]:
    """What each source came to."""
    return {one.source: one.outcome.value for one in told}
