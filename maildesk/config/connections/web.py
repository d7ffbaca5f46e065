"""`web:` of settings.yaml: where the customers' pages are served, and where they are reached."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from maildesk.config.connections.widget import Widget
from maildesk.config.kinds import Network, Seconds, Section

_LOCAL = ("localhost", "127.0.0.1", "[::1]")


def _place(value: object) -> object:
    """`no` and nothing are no place; a number alone is a port of this machine."""
    if value is False or value is None or str(value).strip().lower() in ("", "no", "off"):
        return ""
    written = str(value).strip()
    return f"127.0.0.1:{written}" if written.isdigit() else written


def _listens(value: str) -> str:
    host, colon, port = value.rpartition(":")
    is_port = port.isascii() and port.isdigit() and int(port) <= 65535
    is_bare_ipv6 = ":" in host and not (host.startswith("[") and host.endswith("]"))
    if (value and not (host and colon and is_port)) or is_bare_ipv6 or set(value) & set(" /@"):
        raise ValueError("a host and a port such as 127.0.0.1:8080, or no")
    return value


def _public(value: str) -> str:
    url = value.strip().rstrip("/")
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or "/" in url.partition("://")[2] or set(url) & set(" ?#@\"'<>\\"):
        raise ValueError("an address such as https://help.example.org, without a path")
    return url.lower()


Listen = Annotated[
    str,
    BeforeValidator(_place),
    AfterValidator(_listens),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer"}, {"enum": [False, "no"]}]}),
]
PublicUrl = Annotated[str, AfterValidator(_public)]


class Web(Section):
    """The customers' pages. Without a `public_url` no mail has a link to one."""

    listen: Listen = "127.0.0.1:8080"  # no: there are no pages
    public_url: PublicUrl = ""  # what stands before /ticket/… in mails
    # the proxies before us, whose X-Forwarded-For is believed
    proxies: list[Network] = Field(default_factory=lambda: ["127.0.0.0/8", "::1/128"])
    hosts: list[str] = Field(default_factory=list)  # further names by which it may be asked for
    # without an octet of a request that has begun
    timeout: Seconds = timedelta(seconds=30)
    widget: Widget = Field(default_factory=Widget)  # the form in other sites' pages

    @property
    def place(self) -> tuple[str, int]:
        """The host and the port to listen at."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port or 0)

    @property
    def names(self) -> frozenset[str]:
        """What may stand in Host, in small letters and without a port."""
        public = urlsplit(self.public_url).hostname or ""
        own = self.listen.rpartition(":")[0]
        named = (one.lower() for one in self.hosts)
        return frozenset(filter(None, (public, own.lower(), *named, *_LOCAL)))

    @property
    def is_secure(self) -> bool:
        """Whether customers reach it by https."""
        return self.public_url.startswith("https://")
