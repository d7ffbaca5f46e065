"""The whole way of a customer on a phone, from the web form to the star, with scripts and without,
on either database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.servers.browser import Browser
from tests.servers.process import NEVER
from tests.stories.running_desk import Inbox, RunningDesk, address_in, answer, text_of, wait_until
from tests.web.looking import PHONE
from tests.web.places import running
from tests.web.rated import stars_in
from tests.web.talk import BEN, Place, link_in


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    settings = ""
    if request.param == "postgresql":
        settings = f"database: {request.getfixturevalue('postgres').new_database()}\n"
    with running(tmp_path_factory.mktemp("way"), settings=settings) as found:
        expect.set_options(timeout=1000 * NEVER)
        yield found


def mail_with(inbox: Inbox, to: str, words: str) -> EmailMessage:
    """The next mail to them in which these stand."""
    while not re.search(words, text_of(found := inbox.take(to))):
        pass
    return found


def type_code(page: Page, inbox: Inbox, kim: str, button: str) -> None:
    mailed = mail_with(inbox, kim, r"\d{3} \d{3}")
    code = re.search(r"\d{3} \d{3}", text_of(mailed))
    assert code is not None
    page.get_by_label("Code").fill(code[0])
    page.get_by_role("button", name=button).click()


def says(desk: RunningDesk, notice: EmailMessage, words: str) -> None:
    desk.send(answer(notice, BEN, words), BEN, address_in(notice["Reply-To"]))


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_from_the_form_to_the_star(place: Place, chromium: Browser, scripts: bool) -> None:
    desk, pages, relay = place
    kim, inbox = f"kim-{scripts}@customer.example".lower(), Inbox(relay, new_only=True)
    with chromium.visit(viewport=PHONE, java_script_enabled=scripts) as visit:
        page = visit.new_page()
        page.goto(pages.url)
        page.get_by_label("Subject").fill("Label printer")
        page.get_by_label("Name").fill("Kim Novak")
        page.get_by_label("Mail address").fill(kim)
        page.get_by_label("What happens, and what should?").fill("It prints blank labels.")
        page.get_by_role("button", name="Send").click()
        if not scripts:
            type_code(page, inbox, kim, "Send")
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your request")
        notice = mail_with(inbox, BEN, "It prints blank labels.")
        says(desk, notice, "Turn the roll around.")
        page.goto(link_in(mail_with(inbox, kim, "Turn the roll around.")))
        expect(page.get_by_text("Turn the roll around.")).to_be_visible()
        page.get_by_role("button", name="Mail me a code").click()
        type_code(page, inbox, kim, "Go on")
        page.get_by_label("Your answer").fill("That was it.")
        page.get_by_role("button", name="Send").click()
        arrived = page.get_by_role("status").filter(has_text="Your message has arrived")
        expect(arrived).to_be_visible()  # beside what is said of the sending before
        says(desk, mail_with(inbox, BEN, "That was it."), "#resolve\nGood to hear.")
        page.goto(f"{stars_in(text_of(mail_with(inbox, kim, 'Good to hear.')))}?score=5")
        expect(page.get_by_role("radio", name="5")).to_be_checked()
        page.get_by_label("A few words, if you like").fill("Quick.")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status")).to_contain_text("Thank you for telling us.")
    number = str(notice["X-Maildesk-Ticket"])
    wait_until(lambda: desk.ticket(number)["satisfaction"], "it is counted")
    found = desk.ticket(number)
    assert found["satisfaction"] == {"score": 5, "comment": "Quick."}
    assert found["channel"] == "web"
