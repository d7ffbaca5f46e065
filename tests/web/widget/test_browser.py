"""The widget in a real browser, in a page of another site with a strict Content-Security-Policy:
it opens, is filled in, sends and closes, by keyboard, too; other sites get no form."""

from __future__ import annotations

import html
import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page

from maildesk.desk.pages.identity import signed
from tests.servers.browser import Browser, barriers
from tests.stories.running_desk import Inbox, text_of, wait_until
from tests.web.looking import DROP, NARROW
from tests.web.places import running
from tests.web.talk import Place
from tests.web.test_portal import BEN

SECRET = "the shop's and the desk's, and nobody else's"
PORTAL = "portal:\n  ask: {licence_key: shown}\n  per_network: 1000\n"


class Site:
    """Another site, whose page has the line; it allows no inline script and no inline style."""

    def __init__(self) -> None:
        self.page, self.policy = "", ""
        site = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", site.policy)
                self.end_headers()
                self.wfile.write(site.page.encode())

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.port = self._server.server_address[1]
        self.url = f"http://localhost:{self.port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def shows(self, desk: str, **given: str) -> None:
        """A page with the widget of this desk."""
        own = {name.replace("_", "-"): html.escape(value) for name, value in given.items()}
        marks = "".join(f' data-{name}="{value}"' for name, value in own.items())
        self.policy = f"default-src 'none'; script-src {desk}; frame-src {desk}"
        self.page = (
            '<!doctype html><html lang="en"><head><title>Shop</title></head><body><main><h1>Shop'
            "</h1><p>A lamp <button>Buy</button></p></main>"
            f'<script src="{desk}/widget.js" async{marks}></script></body></html>'
        )

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    found = Site()
    yield found
    found.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Iterator[Place]:
    named = f"'http://localhost:{site.port}', apps"
    web = f', widget: {{sites: [{named}], secret: "{SECRET}"}}'
    with running(tmp_path_factory.mktemp("widget"), desk=PORTAL, web=web) as found:
        yield found


def opened(page: Page, name: str = "Help") -> FrameLocator:
    """The form, once it is filled in and has the keyboard."""
    page.get_by_role("button", name=name).click()
    frame = page.frame_locator("iframe")
    frame.locator(":focus").wait_for()
    return frame


def test_it_opens_filled_in_and_sends_as_of_whom_the_site_signed(
    place: Place, chromium: Browser, site: Site
) -> None:
    desk, pages, relay = place
    kim, inbox = "kim-site@customer.example", Inbox(relay, new_only=True)
    mark = signed(SECRET.encode(), kim, "Kim Novak", int(time.time()) + 3600)
    given = {"name": "Kim Novak", "address": kim, "identity": mark}
    site.shows(pages.url, field_licence_key="LK-1", colour="#a03060", **given)
    with chromium.visit() as visit:
        page = visit.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(site.url)
        frame = opened(page)
        assert frame.get_by_label("Name").input_value() == "Kim Novak"
        assert frame.get_by_label("Mail address").input_value() == kim
        assert frame.get_by_label("Licence key").input_value() == "LK-1"
        frame.locator("#subject:focus").fill("Label printer")
        frame.get_by_label("What happens, and what should?").fill("It prints blank labels.")
        frame.get_by_role("button", name="Send").click()
        frame.get_by_role("heading", name="Thank you, we have your request").wait_for()
        frame.get_by_role("link", name="Send another request").click()
        frame.locator("#subject:focus").wait_for()
        assert frame.get_by_label("Mail address").input_value() == kim
        assert visit.cookies() == []
        assert said == []
    mail = inbox.take(kim)
    assert "Label printer" in str(mail["Subject"])
    reference = str(mail["X-Maildesk-Ticket"])
    ticket = desk.ticket(reference)
    assert (ticket["channel"], ticket["fields"]) == ("web", {"licence_key": "LK-1"})
    assert "Written on the web form" not in text_of(inbox.take(BEN, ticket=reference))


def test_by_keyboard_it_opens_and_closes_and_the_words_stay(
    place: Place, chromium: Browser, site: Site
) -> None:
    site.shows(place[1].url)
    with chromium.visit() as visit:
        page = visit.new_page()
        page.goto(site.url)
        button = page.get_by_role("button", name="Help")
        button.wait_for()
        page.get_by_role("button", name="Buy").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        frame = page.frame_locator("iframe")
        frame.locator("#subject:focus").wait_for()
        page.keyboard.type("Lamp")
        page.keyboard.press("Escape")
        button.wait_for()
        assert page.locator("iframe").is_hidden()
        assert page.evaluate("document.activeElement.shadowRoot.activeElement.localName") == (
            "button"
        )
        page.keyboard.press("Enter")
        frame.locator("#name:focus").wait_for()
        assert frame.get_by_label("Subject").input_value() == "Lamp"
        close = page.get_by_role("button", name="Close")
        close.focus()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Help").wait_for()


_BY_SCRIPT = """([src, more]) => {
    const tag = Object.assign(document.createElement("script"), { src, ...more });
    Object.assign(tag.dataset, { language: "de", name: "Kim" });
    document.head.append(tag);
    if (more.async) tag.remove();
}"""


@pytest.mark.parametrize("more", [{"async": True}, {"type": "module"}, {}])
def test_a_tag_manager_may_put_it_there_late_and_as_a_module_and_twice(
    place: Place, chromium: Browser, site: Site, more: dict[str, object]
) -> None:
    desk = place[1].url
    site.shows(desk)
    site.page = site.page.replace(f'<script src="{desk}/widget.js" async></script>', "")
    assert "widget.js" not in site.page
    with chromium.visit() as visit:
        page = visit.new_page()
        page.goto(site.url)
        for _ in range(2):
            page.evaluate(_BY_SCRIPT, [f"{desk}/widget.js?v=1", more])
        frame = opened(page, "Hilfe")
        assert frame.get_by_label("Name").input_value() == "Kim"
        page.evaluate(_BY_SCRIPT, [f"{desk}/widget.js?v=2", more])
        page.wait_for_load_state("networkidle")
        assert page.locator("[data-maildesk]").count() == 1


def test_a_module_in_the_page_knows_its_attributes_and_an_import_its_desk(
    place: Place, chromium: Browser, site: Site
) -> None:
    desk = place[1].url
    site.shows(desk, language="de")
    line = f'<script src="{desk}/widget.js" async'
    assert line in site.page
    other = '<script src="https://other.example/widget.js"></script>'
    site.page = site.page.replace(line, f'{other}<script src="{desk}/widget.js" type="module"')
    with chromium.visit() as visit:
        page = visit.new_page()
        page.goto(site.url)
        assert opened(page, "Hilfe").locator("html").get_attribute("lang") == "de"
    site.page = site.page.replace(f'src="{desk}/widget.js"', "")
    with chromium.visit() as visit:
        page = visit.new_page()
        page.goto(site.url)
        page.evaluate("import('" + desk + "/widget.js')")
        assert opened(page).locator("html").get_attribute("lang") == "en"


def test_an_article_is_opened_beside_it_and_said_to_have_helped(
    place: Place, chromium: Browser, site: Site
) -> None:
    desk, pages, _ = place
    site.shows(pages.url, language="de")

    def counted() -> tuple[int, int]:
        rows = desk.json("articles")["articles"]
        one = next(r for r in rows if (r["slug"], r["language"]) == ("invoices", "de"))
        return int(one["spared"]), int(one["helped"])

    with chromium.visit() as visit:
        page = visit.new_page()
        page.goto(site.url)
        frame = opened(page, "Hilfe")
        frame.get_by_label("Betreff").press_sequentially("Rechnung 4411")
        with page.expect_popup() as article:
            frame.get_by_role("link", name="Wo Ihre Rechnungen sind").click()
        assert "Rechnungen" in article.value.get_by_role("heading", level=1).inner_text()
        frame.get_by_text("Hat das geholfen?").get_by_role("button", name="Ja").click()
        frame.get_by_text("Das freut uns.").wait_for()
    wait_until(lambda: counted() == (1, 1), "both are counted")


def test_what_is_wrong_comes_back_inside_the_frame(
    place: Place, chromium: Browser, site: Site
) -> None:
    site.shows(place[1].url, address="support@desk.example")
    with chromium.visit() as visit:
        page = visit.new_page()
        page.goto(site.url)
        frame = opened(page)
        frame.get_by_label("Subject").fill("Lamp")
        frame.get_by_label("What happens, and what should?").fill("It is dark.")
        frame.get_by_role("button", name="Send").click()
        frame.get_by_text("This is an address of ours").wait_for()
        frame.get_by_label("Mail address").fill("kim-mended@customer.example")
        frame.get_by_role("button", name="Send").click()
        frame.get_by_role("heading", name="Thank you, we have your request").wait_for()


def test_files_are_chosen_and_dropped_in_the_frame_and_what_is_refused_is_named(
    place: Place, chromium: Browser, site: Site, tmp_path: Path
) -> None:
    kim, inbox = "kim-frame-files@customer.example", Inbox(place[2], new_only=True)
    site.shows(place[1].url, address=kim)
    chosen, program = tmp_path / "photo of the label.txt", tmp_path / "setup.exe"
    chosen.write_bytes(b"blank")
    program.write_bytes(b"MZ..")
    with chromium.visit(viewport=NARROW) as visit:
        page = visit.new_page()
        page.goto(site.url)
        frame = opened(page)
        frame.get_by_label("Subject").fill("Lamp")
        frame.get_by_label("What happens, and what should?").fill("It is dark.")
        frame.get_by_label("Files, if you like").set_input_files([chosen, program])
        inside = next(one for one in page.frames if "/widget" in one.url)
        inside.evaluate(DROP, ["dropped.txt", 1600])
        frame.get_by_text("1.6 KB").wait_for()
        frame.get_by_role("button", name="Send").click()
        frame.get_by_text("of this sort or size: setup.exe.").wait_for()
        frame.get_by_role("button", name="Remove: setup.exe").click()
        frame.get_by_role("button", name="Send").click()
        frame.get_by_role("heading", name="Thank you, we have your request").wait_for()
    ticket = place[0].ticket(str(inbox.take(kim)["X-Maildesk-Ticket"]))
    files = [one["filename"] for one in ticket["messages"][0]["attachments"]]
    assert files == ["photo of the label.txt", "dropped.txt"]


def test_a_site_that_is_not_named_gets_no_form(place: Place, chromium: Browser, site: Site) -> None:
    site.shows(place[1].url)
    with chromium.visit() as visit:
        page = visit.new_page()
        with page.expect_console_message(lambda one: "frame-ancestors" in one.text):
            page.goto(f"http://127.0.0.1:{site.port}/")
            page.get_by_role("button", name="Help").click()
        assert page.frame_locator("iframe").locator("form").count() == 0


def test_an_app_s_own_page_gets_it(
    place: Place, chromium: Browser, site: Site, tmp_path: Path
) -> None:
    site.shows(place[1].url, name="Kim")
    file = tmp_path / "app.html"
    file.write_text(site.page, encoding="utf-8")
    with chromium.visit() as visit:
        page = visit.new_page()
        page.goto(file.as_uri())
        assert opened(page).get_by_label("Name").input_value() == "Kim"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_stands_in_anybodys_way(
    place: Place, chromium: Browser, site: Site, scheme: str, language: str
) -> None:
    looks = os.environ.get("MAILDESK_LOOKS", "")  # a folder for pictures, to look at
    name = {"en": "Help", "de": "Hilfe"}[language]
    site.shows(place[1].url, language=language, colour="#ffd166")
    for width in (320, 1280):
        options = {"color_scheme": scheme, "bypass_csp": True}
        with chromium.visit(viewport={"width": width, "height": 800}, **options) as visit:
            page = visit.new_page()
            page.goto(site.url)
            button = page.get_by_role("button", name=name)
            box = button.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 44
            frame = opened(page, name)
            assert frame.locator("html").get_attribute("lang") == language
            wide = "document.documentElement.scrollWidth <= window.innerWidth"
            assert page.frames[1].evaluate(wide)
            assert barriers(page) == []
            if looks:
                page.screenshot(path=Path(looks) / f"widget-{language}-{scheme}-{width}.png")
