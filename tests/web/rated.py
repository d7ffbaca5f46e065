"""A ticket that is resolved, and the page of its stars, asked for from several networks."""

from __future__ import annotations

import re
from email.message import EmailMessage
from itertools import count
from typing import Any
from urllib.parse import urlencode

from tests.stories.running_desk import address_in, answer, text_of, wait_until
from tests.web.pages import Answer, Pages
from tests.web.talk import Place, Talk, field

SCANNER = "198.51.100.9"
_HOMES = count(1)  # of one network only so much is taken in ten minutes


class Rated(Talk):
    """The ticket that Ben has resolved; `stars` is the link to the page in Kim's mail."""

    def __init__(
        self, place: Place, subject: str, mail: EmailMessage | None = None, kim: str = ""
    ) -> None:
        super().__init__(place, subject, mail, kim)
        self.answer("#resolve\nThe roller was worn.")
        while "The roller was worn." not in text_of(self.mail):
            self.mail = self.inbox.take(self.kim)
        self.stars = stars_in(text_of(self.mail))
        self.network = f"100.64.{next(_HOMES)}.0/24"

    @property
    def home(self) -> str:
        """Where Kim is, in a network of her own."""
        return self.network.replace(".0/24", ".77")

    def browser(self, peer: str = "") -> Rating:
        """Somebody who opens the page, at this address; else at Kim's."""
        return Rating(self, peer or self.home)

    @property
    def satisfaction(self) -> Any:
        """The stars that count, and their words."""
        return self.desk.ticket(self.reference)["satisfaction"]

    @property
    def given(self) -> list[int]:
        """All stars that counted, in their order."""
        history = self.desk.ticket(self.reference)["history"]
        return [one["detail"]["score"] for one in history if one["what"] == "scored"]

    @property
    def doubtful(self) -> list[tuple[int, str]]:
        found = self.desk.ticket(self.reference)["doubtful_scores"]
        return [(one["score"], one["network"]) for one in found]

    def reopen(self) -> None:
        to = address_in(self.mail["Reply-To"])
        self.desk.send(answer(self.mail, self.kim, "It jams again."), self.kim, to)
        wait_until(lambda: self.desk.ticket(self.reference)["status"] == "open", "it is open")


class Rating:
    """A browser of its own at the page of the stars."""

    def __init__(self, talk: Rated, peer: str) -> None:
        self.link, self.peer, self.pages = talk.stars, peer, Pages(talk.pages.port)

    def opens(self, more: str = "") -> Answer:
        return self.pages.ask(self.link + more, X_Forwarded_For=self.peer)

    def sends(self, score: int, words: str = "", form: str = "", **headers: str) -> Answer:
        """Press the button, of the page that is opened for it unless a form is given."""
        form = form or field(self.opens().text, "form")
        return self.posts({"form": form, "score": str(score), "words": words}, **headers)

    def posts(self, fields: dict[str, str], **headers: str) -> Answer:
        kind = "application/x-www-form-urlencoded"
        body = urlencode(fields).encode()
        headers = {"X_Forwarded_For": self.peer, "Content_Type": kind, **headers}
        return self.pages.ask(f"{self.link}/send", "POST", body, **headers)

    def rates(self, score: int, words: str = "") -> str:
        """What it was told, once the score is filed."""
        sent = self.sends(score, words)
        assert sent.status == 303, sent.text
        return sent.headers["location"].rpartition("=")[2]


def stars_in(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/survey/[0-9a-z-]+", text)
    assert found is not None, text
    return found[0]
