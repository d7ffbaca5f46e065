"""A customer's own requests in a real browser: from the address to the answer on a phone without
scripts, for screen readers, in the dark, narrow."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Page

from tests.servers.browser import Browser
from tests.stories.running_desk import Inbox
from tests.web.looking import NARROW, PHONE, looks_well
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
