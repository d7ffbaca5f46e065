"""Articles in mails: what the acknowledgement names, what agents are told, and that one press
behind the customer's link closes the request that an article has solved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from itertools import count

import pytest

from maildesk.config.keys import own_keys
from maildesk.desk.threads import links
from maildesk.desk.threads.links import KeyRing, Purpose
from tests.servers.browser import Browser
from tests.stories.running_desk import Inbox, RunningDesk, text_of, write
from tests.web.articles.centre import help_centre
from tests.web.looking import NARROW, looks_well
from tests.web.pages import Answer, Pages
from tests.web.places import running
from tests.web.talk import BEN, DESK, Place, field, multipart

NUMBERS = count(1)
PROVED = "mx.desk.example; dkim=pass header.d=customer.example"
AUTHSERV = "authserv_id: mx.desk.example"
HELP = "Perhaps one of these helps at once:"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("solved"), help_centre) as found:
        found[0].edit("desk.yaml", f"  # {AUTHSERV}", f"  {AUTHSERV}")
        yield found


class Request:
    """Somebody writes, and what comes of it at once."""

    def __init__(self, place: Place, subject: str, text: str, to: str = DESK, by: str = PROVED):
        self.desk, pages, relay = place
        self.pages, self.inbox = Pages(pages.port), Inbox(relay, new_only=True)
        self.kim = f"kim{next(NUMBERS)}@customer.example"
        headers = {"Authentication_Results": by} if by else {}
        self.desk.send(write(f"Kim Novak <{self.kim}>", to, subject, text, **headers), self.kim, to)
        self.ack = self.inbox.take(self.kim)
        self.reference = str(self.ack["X-Maildesk-Ticket"])

    def notice(self) -> EmailMessage:
        return self.inbox.take(BEN, ticket=self.reference)

    @property
    def article(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+/ticket/[0-9a-z-]+/article/\S+", self.words)
        assert found is not None, self.words
        html = self.ack.get_body(("html",))
        assert html is not None and f'href="{found[0]}"' in str(html.get_content())
        return found[0]

    @property
    def words(self) -> str:
        return text_of(self.ack).replace("\r", "")

    @property
    def status(self) -> str:
        return str(self.desk.ticket(self.reference)["status"])

    def post(self, path: str, page: str, **fields: str) -> Answer:
        body, kind = multipart({"form": field(page, "form"), **fields}, ())
        return self.pages.ask(path, "POST", body, Content_Type=kind)

    def code(self) -> str:
        while True:
            mail = text_of(self.inbox.take(self.kim)).replace("\r", "")
            if found := re.search(r"^ +(\d{3} \d{3})$", mail, re.MULTILINE):
                return found[1]


def solved(desk: RunningDesk, slug: str, language: str = "en") -> int:
    rows = desk.json("articles")["articles"]
    return next(int(r["solved"]) for r in rows if (r["slug"], r["language"]) == (slug, language))


def test_one_press_and_a_code_close_the_request_that_an_article_solved(place: Place) -> None:
    request = Request(place, "My password is forgotten", "I cannot log in any more.")
    assert HELP in request.words and "How to set a new password" in request.words
    page = request.pages.ask(request.article)
    assert page.status == 200
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]
    assert f"Did this solve your request {request.reference}?" in page.text
    assert request.pages.ask(request.article).status == 200
    assert request.status == "open"  # looking closes nothing
    asked = request.post(f"{request.article}/solved", page.text)
    assert asked.status == 200 and request.status == "open"
    wrong = request.post(f"{request.article}/confirm", asked.text, code="000 00")
    assert wrong.status == 422 and request.status == "open"
    done = request.post(f"{request.article}/confirm", wrong.text, code=request.code())
    assert done.status == 303
    assert request.status == "closed"
    assert "Thank you. Your request is closed." in request.pages.ask(done.headers["location"]).text
    assert solved(request.desk, "reset-password") == 1
    again = request.pages.ask(request.article)
    assert "Yes, close my request" not in again.text  # it is closed
    assert "Did this solve" not in again.text
    assert f"Your request {request.reference} is closed." in again.text
    assert request.pages.ask(f"{request.article}/solved").headers["location"] in request.article


def test_where_the_link_lets_write_one_press_is_enough(place: Place) -> None:
    desk = place[0]
    line = next(
        one for one in (desk.folder / "desk.yaml").read_text().splitlines() if "# tracking:" in one
    )
    request = Request(place, "Wo ist meine Rechnung?", "Ich finde sie nicht.", "hilfe@desk.example")
    assert "Wo Ihre Rechnungen sind" in request.words
    desk.edit("desk.yaml", line, "tracking: {without_code: write}")
    page = request.pages.ask(request.article)
    assert "Ja, Anfrage schließen" in page.text
    once = page.text
    assert request.post(f"{request.article}/solved", once).status == 303
    assert request.post(f"{request.article}/solved", once).status == 303  # pressed twice
    assert request.status == "closed"
    assert solved(desk, "invoices", "de") == 1
    desk.edit("desk.yaml", "tracking: {without_code: write}", line)


def test_a_press_from_another_site_or_browser_closes_nothing(place: Place) -> None:
    request = Request(place, "Password forgotten", "Help.")
    page, path = request.pages.ask(request.article).text, f"{request.article}/solved"
    body, kind = multipart({"form": field(page, "form")}, ())
    other = Pages(request.pages.port)
    assert other.ask(path, "POST", body, Content_Type=kind).status == 422
    foreign = request.pages.ask(path, "POST", body, Content_Type=kind, Sec_Fetch_Site="cross-site")
    assert foreign.status == 403
    made_up = re.sub(
        r"/ticket/[^/]+", "/ticket/p0000000-00000000-0000000000000000", request.article
    )
    assert other.ask(made_up).status == 404
    assert request.status == "open"


def test_a_link_that_has_ended_leads_to_the_article_as_all_may_read_it(place: Place) -> None:
    request = Request(place, "Password forgotten", "Help, please.")
    ring = KeyRing(dict(own_keys(request.desk.folder)))
    token = links.read_signature(ring, links.ON_PAGES, request.article.split("/")[4], date.min)
    assert token is not None
    ended = date(2026, 1, 1)
    old = links.signature(ring, links.ON_PAGES, Purpose.PAGE, token.number, request.kim, ended)
    answer = request.pages.ask(f"/ticket/{old}/article/reset-password")
    assert (answer.status, answer.headers["location"]) == (303, "/articles/reset-password")
    odd = request.pages.ask(f"/ticket/{old}/article/%0D%0ASet-Cookie:%20x=1")
    assert odd.headers["location"] == "/articles/%0D%0ASet-Cookie%3A%20x=1"
    assert odd.cookies == ()
    base = request.article.rpartition("/article/")[0]
    assert request.pages.ask(f"{base}/article/secret").headers["location"] == "/articles/"


def test_agents_are_told_internal_articles_and_customers_never(place: Place) -> None:
    request = Request(place, "A refund, invoice and receipt", "Please send my money back.")
    assert "Refunds above" not in request.words
    assert "Where your invoices are" in request.words
    notice = text_of(request.notice()).replace("\r", "")
    assert "Articles on this:" in notice
    assert "Refunds above 200 need a senior (internal)\n  articles/refunds.md\n" in notice
    assert re.search(r"Where your invoices are\n  http://\S+/articles/invoices\?in=en\n", notice)
    assert "/ticket/" not in notice


def test_nothing_is_named_where_nothing_is_like_it_or_nobody_is_proved(place: Place) -> None:
    assert HELP not in Request(place, "Our meeting on Friday", "Shall we say at noon?").words
    assert HELP not in Request(place, "Password", "It is gone.", by="").words
    desk = place[0]
    desk.edit("desk.yaml", "merge:\n", "articles: {in_acknowledgement: 0}\nmerge:\n")
    request = Request(place, "Password", "It is gone.")
    assert HELP not in request.words
    assert "How to set a new password" in text_of(request.notice())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_anybodys_way(place: Place, chromium: Browser, scheme: str) -> None:
    desk = place[0]
    if "in_acknowledgement: 0" in (desk.folder / "desk.yaml").read_text():
        desk.edit("desk.yaml", "articles: {in_acknowledgement: 0}\n", "")
    request = Request(place, "Password forgotten", "Help me, please.")
    options = {"color_scheme": scheme, "viewport": NARROW}
    with chromium.visit(java_script_enabled=True, bypass_csp=True, **options) as visit:
        page = visit.new_page()
        page.goto(request.article)
        page.get_by_role("button", name="Yes, close my request").wait_for()
        looks_well(page, scheme, "solved")
        page.get_by_role("button", name="Yes, close my request").click()
        page.get_by_label("Code").fill(request.code())
        page.get_by_role("button", name="Go on").click()
        page.get_by_text("Thank you. Your request is closed.").wait_for()
