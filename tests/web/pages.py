"""A running desk with its pages, and a client that asks for them as it is told to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from justhtml import JustHTML

from tests.servers.process import NEVER, free_port
from tests.servers.relay import Relay
from tests.stories.running_desk import ALL_ROLES, RunningDesk

WITH_PAGES = (f"{ALL_ROLES[0]},web",)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    octets: bytes = b""
    cookies: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.octets.decode("utf-8")


@dataclass
class Pages:
    """The pages of a desk, from outside. Cookies are kept as a browser keeps them."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Answer:
        """One request, redirects not followed."""
        link = HTTPConnection("127.0.0.1", self.port, timeout=NEVER)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies and "Cookie" not in given:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            link.request(method, path.removeprefix(self.url), body, given)
            answer = link.getresponse()
            octets = answer.read()
            set_here = tuple(answer.headers.get_all("Set-Cookie") or ())
        finally:
            link.close()
        for one in set_here:
            name, _, value = one.partition(";")[0].partition("=")
            self.cookies[name] = value
        found = {name.lower(): value for name, value in answer.headers.items()}
        if found.get("content-type", "").startswith("text/html") and octets:
            wrong = mistakes(octets.decode("utf-8"))
            assert not wrong, wrong
        return Answer(answer.status, found, octets, set_here)


def mistakes(page: str) -> list[str]:
    """What is no valid HTML in it, each with its place, as the standard's parser sees it."""
    found = JustHTML(page, collect_errors=True, sanitize=False).errors
    lines = page.splitlines()
    return [f"{one.code}: {lines[(one.line or 1) - 1][:200]}" for one in found]


def with_pages(
    folder: Path,
    relay: Relay,
    *,
    settings: str = "",
    desk: str = "",
    web: str = "",
    roles: Sequence[str] = WITH_PAGES,
) -> tuple[RunningDesk, Pages]:
    """A desk that runs with its pages, at an address that its mails know."""
    port = free_port()
    own = f"web: {{listen: '127.0.0.1:{port}', public_url: 'http://127.0.0.1:{port}'{web}}}\n"
    running = RunningDesk(
        folder,
        relay,
        settings=f"pipeline: {{tick: 0.2}}\n{own}{settings}",
        desk=desk,
        roles=roles,
    ).start()
    said = re.search(r"pages +http://127\.0\.0\.1:(\d+)", "".join(running.greetings))
    assert said is not None, running.greetings
    assert int(said[1]) == port
    return running, Pages(port)
