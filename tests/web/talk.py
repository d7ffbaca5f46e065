"""A customer, an agent and their ticket with a page, for tests of that page."""

from __future__ import annotations

import re
from email.message import EmailMessage

from tests.servers.relay import Relay
from tests.stories.running_desk import Inbox, RunningDesk, address_in, answer, text_of, write
from tests.web.pages import Answer, Pages

DESK, BEN = "support@desk.example", "ben@desk.example"
Place = tuple[RunningDesk, Pages, Relay]


class Talk:
    """One ticket that Ben has answered, and the link that Kim was sent with it."""

    number = 0

    def __init__(
        self,
        place: tuple[RunningDesk, Pages, Relay],
        subject: str,
        mail: EmailMessage | None = None,
        kim: str = "",
    ) -> None:
        self.desk, pages, relay = place
        Talk.number += 1
        self.kim = kim or f"kim{Talk.number}@customer.example"
        self.pages = Pages(pages.port)
        self.inbox = Inbox(relay, new_only=True)
        self.subject = subject
        mail = mail or write(f"Kim Novak <{self.kim}>", DESK, subject, "It jams.")
        if "From" not in mail:
            mail["From"] = f"Kim Novak <{self.kim}>"
        self.desk.send(mail, self.kim, DESK)
        self.notice = self.inbox.take(BEN, subject=subject[:20])
        self.answer("Pull the paper out.")
        self.mail = self.inbox.take(self.kim, subject="Re:")
        while "Pull the paper out." not in text_of(self.mail):
            self.mail = self.inbox.take(self.kim)
        self.link = link_in(self.mail)

    @property
    def reference(self) -> str:
        return str(self.mail["X-Maildesk-Ticket"])

    def answer(self, text: str) -> None:
        self.desk.send(answer(self.notice, BEN, text), BEN, address_in(self.notice["Reply-To"]))

    def page(self) -> str:
        got = self.pages.ask(self.link)
        assert got.status == 200, got.text
        return got.text

    def prove(self, peer: str = "127.0.0.1") -> None:
        """Ask for a code, and type it, at this address."""
        page, at = self.page(), {"X_Forwarded_For": peer}
        asked = self.post("code", {"form": field(page, "form")}, **at)
        assert asked.status == 200, asked.text
        code = {"form": field(asked.text, "form"), "code": self.code()}
        done = self.post("confirm", code, **at)
        assert done.status == 303, done.text
        assert done.headers["location"].endswith("?done=confirmed#answer")

    def code(self) -> str:
        """The code that was mailed."""
        while True:
            mail = text_of(self.inbox.take(self.kim)).replace("\r", "")
            if found := re.search(r"^ +(\d{3} \d{3})$", mail, re.MULTILINE):
                return found[1]

    def post(
        self, name: str, fields: dict[str, str], *files: tuple[str, bytes], **headers: str
    ) -> Answer:
        body, kind = multipart(fields, files)
        return self.pages.ask(f"{self.link}/{name}", "POST", body, Content_Type=kind, **headers)

    def says(self, text: str, *files: tuple[str, bytes], do: str = "send") -> Answer:
        return self.post(
            "reply", {"form": field(self.page(), "form"), "text": text, "do": do}, *files
        )


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/ticket/[0-9a-z-]+", text_of(mail))
    assert found is not None, text_of(mail)
    page = mail.get_body(("html",))
    assert page is None or f'href="{found[0]}"' in str(page.get_content())
    return found[0]


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, page
    return found[1]


def multipart(fields: dict[str, str], files: tuple[tuple[str, bytes], ...]) -> tuple[bytes, str]:
    edge, parts = "----form7MA4YWxkTrZu0gW", b""
    for name, value in fields.items():
        parts += f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        parts += value.encode() + b"\r\n"
    for name, octets in files:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        parts += f"{head}Content-Type: text/html\r\n\r\n".encode() + octets + b"\r\n"
    return parts + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
