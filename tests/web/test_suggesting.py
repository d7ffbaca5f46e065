"""Articles beside the web form: named while somebody writes, and counted where they spared it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.servers.browser import Browser, barriers
from tests.stories.running_desk import RunningDesk, wait_until
from tests.web.articles.centre import help_centre
from tests.web.pages import Answer, Pages
from tests.web.places import running
from tests.web.talk import Place
from tests.web.test_portal import PORTAL, Visit

FORM = {"Content_Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("suggest"), help_centre, desk=PORTAL) as found:
        yield found


def ask(pages: Pages, subject: str, text: str = "", **more: str) -> Answer:
    body = urlencode({"subject": subject, "text": text}).encode()
    return pages.ask("/suggested", "POST", body, **FORM, **more)


def spared(desk: RunningDesk, what: str = "spared") -> int:
    rows, password = desk.json("articles")["articles"], ("reset-password", "en")
    return next(int(r[what]) for r in rows if (r["slug"], r["language"]) == password)


def test_what_may_help_is_named_in_the_readers_language(place: Place) -> None:
    pages = Pages(place[1].port)
    got = ask(pages, "I forgot my password")
    assert got.status == 200
    assert got.headers["cache-control"] == "no-store"
    first, *_ = json.loads(got.text)["articles"]
    assert first["href"] == "/articles/reset-password"
    assert "password" in first["title"].lower()
    german = ask(pages, "Passwort vergessen", Accept_Language="de")
    assert "Passwort" in json.loads(german.text)["articles"][0]["title"]
    assert json.loads(ask(pages, "zzz qqq").text) == {"articles": []}
    internal = ask(pages, "Who may give a refund", "how much may I give back?")
    assert '"/articles/refunds"' not in internal.text


def test_odd_questions_are_answered_or_refused_in_order(place: Place) -> None:
    pages = Pages(place[1].port)
    assert ask(pages, "password", Sec_Fetch_Site="cross-site").status == 403
    assert pages.ask("/suggested").status == 405
    assert pages.ask("/suggested", "POST", b"").status == 200
    many = urlencode([(f"f{n}", "x") for n in range(50)]).encode()
    assert pages.ask("/suggested", "POST", many, **FORM).status == 400
    strange = ask(pages, "<script>", "\0\u202e" * 2_000)
    assert strange.status == 200
    assert strange.headers["content-type"].startswith("application/json")


def test_only_beside_a_form_of_ours_it_counts_that_an_article_was_opened(place: Place) -> None:
    visit, before = Visit(place), spared(place[0])
    body = urlencode({**visit.form, "slug": "reset-password"}).encode()
    client = {"X_Forwarded_For": visit.client}
    assert Pages(place[1].port).ask("/suggested/opened", "POST", body, **FORM).status == 404
    wrong = urlencode({**visit.form, "slug": "refunds"}).encode()
    assert visit.pages.ask("/suggested/opened", "POST", wrong, **FORM, **client).status == 404
    assert spared(place[0]) == before
    for _ in range(2):
        got = visit.pages.ask("/suggested/opened", "POST", body, **FORM, **client)
        assert got.status == 204
    assert spared(place[0]) == before + 1
    assert visit.says().status == 303
    assert spared(place[0]) == before


def test_without_scripts_they_stand_beside_the_code(place: Place) -> None:
    visit = Visit(place)
    got = visit.says(subject="I forgot my password", proof="")
    assert got.status == 200
    assert 'href="/articles/reset-password"' in got.text
    assert "Perhaps this helps already" in got.text


def test_in_a_browser_they_come_while_one_writes(place: Place, chromium: Browser) -> None:
    desk, pages, _ = place
    before = spared(desk)
    with chromium.visit(viewport={"width": 390, "height": 844}) as visit:
        page = visit.new_page()
        page.goto(pages.url)
        page.get_by_label("Subject").press_sequentially("forgot my password")
        link = page.locator(".suggested a").first
        link.wait_for()
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        with page.expect_popup() as opened:
            link.click()
        assert "password" in opened.value.get_by_role("heading", level=1).inner_text().lower()
        assert page.get_by_label("Subject").input_value() == "forgot my password"
        wait_until(lambda: spared(desk) == before + 1, "it is counted")
        helped = page.locator(".helping")
        assert helped.inner_text().startswith("Did this help?")
        assert barriers(page) == []
        before = spared(desk, "helped")
        helped.get_by_role("button", name="Yes").click()
        page.get_by_text("Good to hear.").wait_for()
        wait_until(lambda: spared(desk, "helped") == before + 1, "it is counted")
