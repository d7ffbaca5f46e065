"""Somebody who logs in to their own requests, for tests of those pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from tests.stories.running_desk import Inbox, text_of
from tests.web.pages import Answer, Pages
from tests.web.talk import Place, field


@dataclass
class FromOwnNetwork(Pages):
    """Pages asked for from a network that nobody else is in: what is counted for each network is
    counted for each of these."""

    count: ClassVar[int] = 0
    network: str = ""

    def __post_init__(self) -> None:
        FromOwnNetwork.count += 1
        self.network = f"198.51.{FromOwnNetwork.count // 250}.{FromOwnNetwork.count % 250}"

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Answer:
        """One request."""
        return super().ask(path, method, body, **{"X_Forwarded_For": self.network, **headers})


class Somebody:
    """A browser, and the mailbox of whoever sits before it."""

    def __init__(self, place: Place, address: str) -> None:
        self.desk, pages, relay = place
        self.address, self.pages = address, FromOwnNetwork(pages.port)
        self.inbox = Inbox(relay, new_only=True)

    def ask(self, address: str = "", **headers: str) -> Answer:
        """Ask for a link."""
        page = self.pages.ask("/mine")
        assert page.status == 200, page.text
        fields = {"form": field(page.text, "form"), "address": address or self.address}
        return self.post("/mine/ask", fields, **headers)

    def link(self) -> str:
        """The link that was mailed."""
        mail = self.inbox.take(self.address, subject="Your requests")
        found = re.search(r"http://127\.0\.0\.1:\d+(/mine/in/[0-9a-z-]+)", text_of(mail))
        assert found is not None, text_of(mail)
        return found[1]

    def come_in(self, link: str) -> Answer:
        """Press the button behind it."""
        page = self.pages.ask(link)
        assert page.status == 200, page.text
        return self.post(link, {"form": field(page.text, "form")})

    def log_in(self) -> None:
        """All of it."""
        assert self.ask().status == 200
        done = self.come_in(self.link())
        assert (done.status, done.headers["location"]) == (303, "/mine")

    def mine(self, more: str = "") -> str:
        """The list."""
        got = self.pages.ask(f"/mine{more}")
        assert got.status == 200, got.text
        return got.text

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send this form."""
        kind = "application/x-www-form-urlencoded"
        body = urlencode(fields).encode()
        return self.pages.ask(path, "POST", body, Content_Type=kind, **headers)


def subjects(page: str) -> list[str]:
    """What the list shows, in its order."""
    found = re.findall(r'<h2 dir="auto"><a href="[^"]+">(.*?)</a></h2>', page)
    return [re.sub("[\u2068\u2069]", "", one) for one in found]


def link_to(page: str, subject: str) -> str:
    """Where it leads to."""
    found = re.search(rf'<a href="(/ticket/[^"]+)">\u2068?{subject}', page)
    assert found is not None, page
    return found[1]
