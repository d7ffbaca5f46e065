"""A customer's own requests in a real browser: from the address to the answer on a phone without
scripts, for screen readers, in the dark, narrow."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Page

from tests.servers.browser import Browser
from tests.stories.running_desk import Inbox
from tests.web.looking import NARROW, PHONE, goes, looks_well, tab_to
from tests.web.mine.person import Somebody
from tests.web.places import running
from tests.web.talk import Place, Talk


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("mine_browser")) as found:
        yield found


def asked(place: Place, page: Page, address: str) -> str:
    """Ask for a link in this browser; where it leads to."""
    mailbox = Somebody(place, address)
    mailbox.inbox = Inbox(place[2], new_only=True)
    page.get_by_label("Your email address").fill(address)
    page.get_by_role("button", name="Mail me a link").click()
    page.get_by_role("heading", name="Look into your mailbox").wait_for()
    return f"{mailbox.pages.url}{mailbox.link()}"


def test_on_a_phone_without_scripts_from_the_address_to_the_answer(
    place: Place, chromium: Browser
) -> None:
    talk = Talk(place, "Label printer")
    with chromium.visit(viewport=PHONE, java_script_enabled=False) as visit:
        page = visit.new_page()
        page.goto(talk.link)
        page.get_by_role("link", name="All your requests").click()
        page.goto(asked(place, page, talk.kim))
        page.get_by_role("button", name="Show my requests").click()
        page.get_by_role("link", name="Waiting for you 1").click()
        page.get_by_label("Search in your requests").fill("jams")
        page.get_by_role("button", name="Search").click()
        page.get_by_text("With “jams”:").wait_for()
        page.get_by_role("link", name="Label printer").click()
        page.get_by_label("Your answer").fill("It still skips.")
        page.get_by_role("button", name="Send").click()
        page.get_by_text("Your message has arrived").wait_for()
        page.get_by_role("link", name="All your requests").click()
        page.get_by_role("button", name="Log out").click()
        page.get_by_label("Your email address").wait_for()


def test_by_keyboard_alone_from_the_address_to_the_end_of_a_request(
    place: Place, chromium: Browser
) -> None:
    talk = Talk(place, "Keyboard and lists")
    with chromium.visit() as visit:
        page = visit.new_page()
        keys = page.keyboard
        page.goto(f"{talk.pages.url}/mine")
        tab_to(page, "Your email address")
        keys.type(talk.kim)
        mailbox = Somebody(place, talk.kim)
        keys.press("Enter")
        page.get_by_role("heading", name="Look into your mailbox").wait_for()
        page.goto(f"{mailbox.pages.url}{mailbox.link()}")
        goes(page, "Show my requests")
        goes(page, "Waiting for you")
        page.locator("[aria-current=true]").get_by_text("Waiting for you").wait_for()
        tab_to(page, "Search in your requests")
        keys.type("jams")
        keys.press("Enter")
        page.get_by_text("With “jams”:").wait_for()
        goes(page, "Keyboard and lists")
        page.get_by_role("heading", level=1, name="Keyboard and lists").wait_for()
        tab_to(page, "Your answer")
        keys.type("It still skips.")
        goes(page, "Send")
        page.get_by_text("Your message has arrived").wait_for()
        goes(page, "It works, close this")
        page.get_by_text("Your request is closed.").wait_for()
        goes(page, "All your requests")
        goes(page, "Closed 1")
        page.get_by_role("link", name="Keyboard and lists").wait_for()
        goes(page, "Log out")
        page.get_by_text("You are logged out.").wait_for()


def test_a_new_request_by_keyboard_is_not_calculated_for_and_has_its_number(
    place: Place, chromium: Browser
) -> None:
    talk = Talk(place, "A first one")
    with chromium.visit() as visit:
        page = visit.new_page()
        page.goto(f"{talk.pages.url}/mine")
        page.goto(asked(place, page, talk.kim))
        goes(page, "Show my requests")
        goes(page, "New request")
        tab_to(page, "Subject")
        page.keyboard.type("A second one")
        assert page.get_by_label("Your email address").input_value() == talk.kim
        tab_to(page, "What happens, and what should?")
        page.keyboard.type("It is dark.")
        assert page.locator("[name=proof]").input_value() == ""
        goes(page, "Send")
        page.get_by_role("heading", name="Thank you, we have your request").wait_for()
        number = page.get_by_text("Its number is").inner_text()
        looks_well(page, "light", "mine-sent")
        goes(page, "Go to the request")
        page.get_by_role("heading", level=1, name="A second one").wait_for()
        assert page.locator(".mono").inner_text() in number
        # for another address it is calculated as for anybody's
        page.goto(talk.pages.url)
        page.get_by_label("Your email address").fill("kim-elsewhere@customer.example")
        page.get_by_label("Subject").fill("A third one")
        page.get_by_label("What happens, and what should?").fill("It is dark.")
        page.get_by_role("button", name="Send").click()
        page.get_by_text("If the address was mistyped").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_anybodys_way(place: Place, chromium: Browser, scheme: str) -> None:
    kim = f"kim-{scheme}@customer.example"
    Talk(place, "طابعة " + "Donaudampfschifffahrtsgesellschaftskapitän" * 4, kim=kim)
    over = Talk(place, "The scanner sends empty pages", kim=kim)
    over.desk.run("ticket", "status", over.reference, "closed")
    Talk(place, "A new roll for the till", kim=kim)
    with chromium.visit(viewport=NARROW, color_scheme=scheme, bypass_csp=True) as visit:
        page = visit.new_page()
        look = partial(looks_well, page, f"mine-{scheme}")
        page.goto(f"{Somebody(place, kim).pages.url}/mine")
        look("log-in")
        link = asked(place, page, kim)
        look("mailed")
        page.goto(link)
        look("button")
        page.get_by_role("button", name="Show my requests").click()
        page.get_by_role("heading", name="The scanner").wait_for()
        look("narrow")
        page.set_viewport_size({"width": 1100, "height": 800})
        look("wide")
        page.get_by_label("Search in your requests").fill("nothing of that")
        page.get_by_role("button", name="Search").click()
        page.get_by_text("None of your requests").wait_for()
        look("none")
        page.goto(link)
        page.get_by_text("This link was used before").wait_for()
        look("ended")
