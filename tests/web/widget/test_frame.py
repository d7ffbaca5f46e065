"""The widget's page and script on a running desk, without a browser: who may frame it, and what
becomes of what is sent there, without a cookie and with an identity."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from maildesk.desk.pages.identity import signed
from tests.servers.relay import Relay
from tests.stories.running_desk import Inbox, RunningDesk, text_of, wait_until
from tests.web.pages import Answer, Pages, with_pages
from tests.web.places import running
from tests.web.talk import Place, multipart
from tests.web.test_portal import BEN, hidden

SECRET = "the shop's and the desk's, and nobody else's"
SITES = f", widget: {{sites: ['https://shop.example', apps], secret: \"{SECRET}\"}}"
PORTAL = "portal:\n  ask: {licence_key: shown}\n  per_network: 1000\n"
AT = "/widget?language=en&colour=%232f6fab"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("widget"), desk=PORTAL, web=SITES) as found:
        yield found


class Visit:
    """Somebody at another site's page: their browser sends no cookie from there."""

    number = 0

    def __init__(self, place: Place) -> None:
        self.desk, pages, relay = place
        Visit.number += 1
        self.kim = f"kim-widget{Visit.number}@customer.example"
        self.client = f"192.0.2.{100 + Visit.number}"
        self.port = pages.port
        self.inbox = Inbox(relay, new_only=True)
        self.page = self.ask(AT)
        assert self.page.status == 200, self.page.text
        self.form = hidden(self.page.text)

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **more: str) -> Answer:
        return Pages(self.port).ask(path, method, body, X_Forwarded_For=self.client, **more)

    def says(self, at: str = AT, site: str = "same-origin", **fields: str) -> Answer:
        usual = {"subject": "Lamp", "name": "Kim", "address": self.kim, "text": "It is dark."}
        body, kind = multipart({**self.form, **usual, **fields}, ())
        return self.ask(at, "POST", body, Content_Type=kind, Sec_Fetch_Site=site)

    def identity(self, expires: int = 600, name: str = "Kim Novak", **other: str) -> dict[str, str]:
        until = int(time.time()) + expires
        mark = signed(SECRET.encode(), other.get("address", self.kim), name, until)
        said = {"identity": mark, "identity-name": name, "identity-address": self.kim}
        return said | {f"identity-{key}": value for key, value in other.items()}


def is_sent(answer: Answer) -> bool:
    return answer.status == 303 and answer.headers["location"].startswith("/widget/sent?")


def test_only_the_widget_may_be_framed_and_only_by_the_sites(place: Place) -> None:
    visit = Visit(place)
    wrong = visit.says(text="")
    assert wrong.status == 422
    for page in (visit.page, wrong, visit.ask("/widget/sent?language=en")):
        policy = page.headers["content-security-policy"]
        ancestors = re.search(r"frame-ancestors ([^;]*)", policy)
        assert ancestors is not None
        assert ancestors[1].startswith("https://shop.example file: capacitor:")
        assert "script-src 'self'" in policy
        assert "x-frame-options" not in page.headers
        assert page.headers["cache-control"] == "no-store"
        assert page.cookies == ()
    for path in ("/", "/sent", "/find", "/articles/", "/nowhere", "/widget.js", "/widget/nothing"):
        page = visit.ask(path)
        assert page.headers["x-frame-options"] == "DENY", path
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"], path


def test_a_request_needs_no_cookie_and_is_marked_as_on_the_form(place: Place) -> None:
    visit = Visit(place)
    assert is_sent(visit.says(**{"own-licence_key": "LK-1"}))
    assert is_sent(visit.says(**{"own-licence_key": "LK-1"}))  # twice is once
    reference = str(visit.inbox.take(visit.kim)["X-Maildesk-Ticket"])
    ticket = visit.desk.ticket(reference)
    assert (ticket["channel"], ticket["fields"]) == ("web", {"licence_key": "LK-1"})
    assert "Written on the web form" in text_of(visit.inbox.take(BEN, ticket=reference))


def test_a_form_of_another_network_or_site_or_page_sends_nothing(place: Place) -> None:
    visit = Visit(place)
    assert visit.says(site="cross-site").status == 403
    assert visit.says(site="same-site").status == 403
    assert visit.says(at="/").status == 422  # it is no form of that page
    visit.client = "198.51.100.200"
    moved = visit.says()
    assert moved.status == 422
    assert "press the button once more" in moved.text
    assert "It is dark." in moved.text
    visit.form = hidden(moved.text)
    assert is_sent(visit.says())


def test_what_is_not_calculated_is_asked_for_again_without_a_code(place: Place) -> None:
    answer = Visit(place).says(proof="1")
    assert answer.status == 422
    assert "press the button once more" in answer.text


def test_who_is_signed_is_believed_with_their_signed_name(place: Place) -> None:
    visit = Visit(place)
    assert is_sent(visit.says(proof="", name="K.", **visit.identity()))
    mail = visit.inbox.take(visit.kim)
    assert "Lamp" in str(mail["Subject"])
    reference = str(mail["X-Maildesk-Ticket"])
    assert "Kim Novak" in str(visit.desk.ticket(reference)["participants"])
    assert "Written on the web form" not in text_of(visit.inbox.take(BEN, ticket=reference))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"expires": -5}, "it has ended"),
        ({"expires": 10**6}, "it lasts for more than a day"),
        ({"address": "lee@customer.example"}, "another address was typed"),
        ({"mark": "1.made-up"}, "the signature is another"),
    ],
)
def test_who_is_not_is_not_believed_and_sends_as_without(
    place: Place, changed: dict[str, object], why: str
) -> None:
    visit = Visit(place)
    mark = changed.pop("mark", "")
    said = visit.identity(**changed)  # type: ignore[arg-type]
    if mark:
        said["identity"] = str(mark)
    assert is_sent(visit.says(**said))
    mail = visit.inbox.take(visit.kim)
    assert "Lamp" not in text_of(mail)
    notice = visit.inbox.take(BEN, ticket=str(mail["X-Maildesk-Ticket"]))
    assert "Written on the web form" in text_of(notice)
    wait_until(lambda: why in visit.desk.log(), "it is logged")
    log = visit.desk.log()
    assert "identity_refused" in log
    assert said["identity"] not in log


def test_a_form_that_comes_back_still_knows_who_signed(place: Place) -> None:
    visit = Visit(place)
    said = visit.identity(name='Kim "K" <Novak>')
    answer = visit.says(text="", **said)
    assert f'name="identity" value="{said["identity"]}"' in answer.text
    assert "Kim &#34;K&#34; &lt;Novak&gt;" in answer.text


def test_the_script_is_small_and_may_be_kept(place: Place) -> None:
    pages = Pages(place[1].port)
    script = pages.ask("/widget.js")
    assert script.status == 200
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert script.headers["cache-control"] == "public, max-age=3600"
    assert len(script.octets) <= 6 * 1024
    assert '"open": "Hilfe"' in script.text
    again = pages.ask("/widget.js", If_None_Match=script.headers["etag"])
    assert (again.status, again.octets) == (304, b"")


@pytest.mark.parametrize(
    ("query", "language", "colour"),
    [
        ("language=de&colour=%23A03060", "de", "#a03060"),
        ("language=de-AT", "de", "#2f5d8a"),
        ("language=xx&colour=red;}*{", "en", "#2f5d8a"),
        ("", "en", "#2f5d8a"),
    ],
)
def test_language_and_colour_are_those_of_the_page_around_it(
    place: Place, query: str, language: str, colour: str
) -> None:
    pages = Pages(place[1].port)
    page = pages.ask(f"/widget?{query}", Accept_Language="en")
    assert f'<html lang="{language}">' in page.text
    style = re.search(r'href="(/widget/style\.css[^"]*)"', page.text)
    assert style is not None
    sheet = pages.ask(style[1].replace("&amp;", "&"))
    assert sheet.headers["content-type"].startswith("text/css")
    assert f"--accent:{colour};" in sheet.text.splitlines()[0]


def test_without_sites_there_is_no_widget(tmp_path_factory: pytest.TempPathFactory) -> None:
    relay = Relay()
    running, pages = with_pages(tmp_path_factory.mktemp("none") / "desk", relay)
    try:
        assert {pages.ask(path).status for path in ("/widget.js", AT, "/widget/sent")} == {404}
        assert pages.ask("/widget", "POST", b"").status == 404
    finally:
        running.stop()
        relay.remove()


def counted(desk: RunningDesk, what: str) -> int:
    rows = desk.json("articles")["articles"]
    return next(int(r[what]) for r in rows if (r["slug"], r["language"]) == ("invoices", "en"))


def test_articles_beside_it_are_in_its_language_and_counted(place: Place) -> None:
    visit, desk = Visit(place), place[0]
    spared, helped = counted(desk, "spared"), counted(desk, "helped")
    path = "/widget/suggested"
    assert f'data-at="{path}?language=en&amp;' in visit.page.text

    def post(name: str, **fields: str) -> Answer:
        body, kind = multipart({**visit.form, "slug": "invoices", **fields}, ())
        return visit.ask(f"{path}{name}", "POST", body, Content_Type=kind)

    german = post("?language=de", subject="Rechnung 4411").text
    assert '"href":"/articles/invoices?in=de"' in german
    assert post("/opened?language=en").status == 204
    assert post("/helped?language=en", say="perhaps").status == 422
    for say in ("no", "yes"):  # as it is said last
        assert post("/helped?language=en", say=say).status == 204
    assert (counted(desk, "spared"), counted(desk, "helped")) == (spared + 1, helped + 1)
    assert post("/opened?language=en", form="").status == 404
    body, kind = multipart({**visit.form, "slug": "invoices"}, ())
    elsewhere = Pages(visit.port).ask(f"{path}/helped", "POST", body, Content_Type=kind)
    assert elsewhere.status == 404
    assert is_sent(visit.says())
    assert (counted(desk, "spared"), counted(desk, "helped")) == (spared, helped + 1)
