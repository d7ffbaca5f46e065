"""Looking for a request by number and address: the link is mailed to whom it belongs, and nobody is
told whether there is such a request."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.servers.browser import Browser
from tests.stories.running_desk import Inbox, text_of, wait_until, write
from tests.web.looking import NARROW, goes, looks_well, tab_to
from tests.web.pages import Answer, Pages
from tests.web.places import running
from tests.web.talk import DESK, Place, Talk, field, link_in


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("finding")) as found:
        yield found


def asks(place: Place, number: str, address: str, client: str = "192.0.2.1") -> Answer:
    pages = Pages(place[1].port)
    form = field(pages.ask("/find").text, "form")
    body = f"form={form}&number={number}&address={address.replace('@', '%40')}".encode()
    kind = "application/x-www-form-urlencoded"
    return pages.ask("/find", "POST", body, Content_Type=kind, X_Forwarded_For=client)


def test_the_link_goes_to_whom_the_request_is_of_and_the_page_tells_nobody(place: Place) -> None:
    talk = Talk(place, "Found")
    inbox = Inbox(place[2], new_only=True)
    told = asks(place, talk.reference, talk.kim)
    others = (
        asks(place, talk.reference, "mallory@elsewhere.example"),
        asks(place, "TKT-9999", talk.kim),
        asks(place, "no number at all", talk.kim),
    )
    assert told.status == 200
    assert "Please look into your mailbox" in told.text
    assert "/ticket/" not in told.text
    assert {one.octets for one in others} == {told.octets}
    link = link_in(inbox.take(talk.kim))
    assert "Found" in talk.pages.ask(link).text
    assert talk.desk.log().count("looked_up is_mailed=True") == 1
    wait_until(lambda: talk.desk.log().count("looked_up") == 4, "all were looked for")


def test_the_number_alone_is_enough_and_an_example_stands_there(place: Place) -> None:
    talk = Talk(place, "Bare")
    digits = talk.reference.removeprefix("TKT-")
    for one in (digits, digits.lstrip("0"), f"%23{digits.lstrip('0')}", f"+{digits}+"):
        inbox = Inbox(place[2], new_only=True)
        assert asks(place, one, talk.kim).status == 200
        assert "Bare" in talk.pages.ask(link_in(inbox.take(talk.kim))).text
    before = talk.desk.log().count("looked_up is_mailed=False")
    asks(place, f"{digits}+{digits}", talk.kim)
    wait_until(
        lambda: talk.desk.log().count("looked_up is_mailed=False") == before + 1, "looked for"
    )
    assert "such as TKT-0123, or the number alone" in place[1].ask("/find").text
    assert "zum Beispiel TKT-0123" in place[1].ask("/find", Accept_Language="de").text


def test_nobody_is_led_to_what_others_may_have_written_in_their_name(place: Place) -> None:
    desk, _, relay = place
    inbox = Inbox(relay, new_only=True)
    mallory = write("Victim <victim@customer.example>", DESK, "Owed", "You owe us money.")
    desk.send(mallory, "victim@customer.example", DESK)
    reference = str(inbox.take("victim@customer.example")["X-Maildesk-Ticket"])
    before = desk.log().count("looked_up is_mailed=False")
    assert asks(place, reference, "victim@customer.example").status == 200
    wait_until(
        lambda: desk.log().count("looked_up is_mailed=False") == before + 1, "it was looked for"
    )


def test_an_incomplete_or_a_foreign_form_finds_nothing(place: Place) -> None:
    assert asks(place, "", "kim@customer.example").status == 422
    assert asks(place, "TKT-0001", "kim").status == 422
    pages = Pages(place[1].port)
    assert pages.ask("/find", "POST", b"number=1&address=a%40b").status == 422
    assert pages.ask("/find", "POST", b"x", Sec_Fetch_Site="cross-site").status == 403


@pytest.mark.parametrize(("language", "said"), [("en", "still here"), ("de", "stehen noch da")])
def test_a_form_that_is_refused_comes_back_with_what_was_typed(
    place: Place, language: str, said: str
) -> None:
    pages, kind = Pages(place[1].port), "application/x-www-form-urlencoded"

    def sent(form: str, number: str) -> str:
        body = f"form={form}&number={number}&address=kim%40customer.example".encode()
        more = {"Content_Type": kind, "Accept_Language": language}
        answer = pages.ask("/find", "POST", body, **more)
        assert answer.status == 422
        return answer.text

    stale = sent("", "TKT-0001%22%3E")
    assert said in stale
    assert 'value="TKT-0001&#34;&gt;"' in stale
    assert field(stale, "address") == "kim@customer.example"
    assert field(sent(field(stale, "form"), ""), "address") == "kim@customer.example"


def test_the_head_of_a_page_leads_by_the_log_in_to_it_and_to_the_articles(place: Place) -> None:
    page = place[1].ask("/sent").text
    head = page.partition("<header")[2].partition("</header>")[0]
    has_articles = any((place[0].folder / "articles").glob("*.md"))
    assert re.findall(r'href="([^"]+)"', head) == [
        "/",
        *(["/articles/"] if has_articles else []),
        "/mine",
    ]
    assert '<a href="/find">' in place[1].ask("/mine").text


def test_a_browser_that_asks_for_an_icon_hears_that_there_is_none_and_keeps_it(
    place: Place,
) -> None:
    got = place[1].ask("/favicon.ico")
    assert (got.status, got.octets) == (204, b"")
    assert got.headers["cache-control"] == "public, max-age=604800"


def test_who_asks_on_and_on_has_to_wait(place: Place) -> None:
    answers = [asks(place, "TKT-9999", "k@y.example", "198.51.100.7") for _ in range(21)]
    assert [one.status for one in answers] == [200] * 20 + [429]
    assert asks(place, "TKT-9999", "k@y.example", "198.51.100.8").status == 200


def test_the_mail_says_nothing_that_was_not_known(place: Place) -> None:
    talk = Talk(place, "Said")
    inbox = Inbox(place[2], new_only=True)
    asks(place, talk.reference.lower(), talk.kim.upper())
    assert talk.reference in text_of(inbox.take(talk.kim))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_by_keyboard_alone_from_the_number_to_the_request(
    place: Place, chromium: Browser, scheme: str
) -> None:
    talk = Talk(place, f"By keyboard {scheme}")
    inbox = Inbox(place[2], new_only=True)
    with chromium.visit(viewport=NARROW, color_scheme=scheme) as visit:
        page = visit.new_page()
        page.goto(talk.pages.url)
        goes(page, "Your requests")
        goes(page, "Find a request")
        page.get_by_role("heading", level=1, name="Find your request").wait_for()
        tab_to(page, "Number")
        page.keyboard.type(talk.reference)
        tab_to(page, "Your email address")
        page.keyboard.type("nobody")
        page.evaluate("document.querySelector('form').noValidate = true")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        looks_well(page, scheme, "find-wrong")
        tab_to(page, "Your email address")  # what was typed is still there, and all of it chosen
        page.keyboard.type(talk.kim)
        goes(page, "Mail me the link")
        page.get_by_role("heading", name="Please look into your mailbox").wait_for()
        looks_well(page, scheme, "found")
        page.goto(link_in(inbox.take(talk.kim)))
        page.get_by_role("heading", level=1, name=f"By keyboard {scheme}").wait_for()
