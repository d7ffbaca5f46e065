"""The page of the stars in a real browser: from the mail to the thanks on a phone without scripts,
by keyboard alone, for screen readers, in the dark and narrow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.servers.browser import Browser
from tests.servers.process import NEVER
from tests.stories.running_desk import write
from tests.web.looking import NARROW, PHONE, looks_well, wide_as_the_screen
from tests.web.places import running
from tests.web.rated import Rated
from tests.web.talk import Place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("stars"), french=True) as found:
        expect.set_options(timeout=1000 * NEVER)
        yield found


def test_a_customer_on_a_phone_without_scripts_gives_stars_and_changes_them(
    place: Place, chromium: Browser
) -> None:
    talk = Rated(place, "Stars on a phone")
    with chromium.visit(viewport=PHONE, java_script_enabled=False) as visit:
        page = visit.new_page()
        page.goto(f"{talk.stars}?score=2")
        expect(page.get_by_role("radio", name="2")).to_be_checked()
        page.get_by_role("radio", name="4").check()
        page.get_by_label("A few words, if you like").fill("It took a while.")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status")).to_contain_text("Thank you for telling us.")
        expect(page.get_by_text("You gave 4 of 5.")).to_be_visible()
        page.get_by_role("radio", name="5").check()
        page.get_by_role("button", name="Send the change").click()
        expect(page.get_by_text("You gave 5 of 5.")).to_be_visible()
        page.go_back()
        page.get_by_role("radio", name="3").check()
        page.get_by_role("button", name=re.compile("Send")).click()
        expect(page.get_by_text("You gave 3 of 5.")).to_be_visible()
    assert talk.satisfaction == {"score": 3, "comment": "It took a while."}


def test_by_keyboard_alone_with_words_for_screen_readers(place: Place, chromium: Browser) -> None:
    talk = Rated(place, "Stars by keyboard")
    with chromium.visit() as visit:
        page = visit.new_page()
        page.goto(f"{talk.stars}?score=3")
        group = page.get_by_role("group", name="From 1, poor, to 5, great")
        assert group.get_by_role("radio").count() == 5
        for _ in range(5):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == "score":
                break
        expect(page.get_by_role("radio", name="3")).to_be_focused()
        ring = "getComputedStyle(document.activeElement.closest('label')).outlineStyle"
        assert page.evaluate(ring) == "solid"
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("radio", name="4")).to_be_checked()
        page.keyboard.press("Tab")
        page.keyboard.type("Typed")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Send")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Thank you for telling us.")
        assert page.evaluate("document.scripts.length") == 0
    assert talk.satisfaction == {"score": 4, "comment": "Typed"}


def test_without_a_star_the_browser_says_so_by_itself(place: Place, chromium: Browser) -> None:
    talk = Rated(place, "No star")
    with chromium.visit() as visit:
        page = visit.new_page()
        page.goto(talk.stars)
        page.get_by_role("button", name="Send").click()
        assert page.get_by_role("radio", name="1").evaluate("one => one.validity.valueMissing")
        assert page.url == talk.stars
    assert talk.satisfaction is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_anybodys_way(place: Place, chromium: Browser, scheme: str) -> None:
    long = "Donaudampfschifffahrtsgesellschaftskapitän" * 3
    talk = Rated(place, f"طابعة {long} {scheme}")
    options = {"color_scheme": scheme, "bypass_csp": True}
    with chromium.visit(viewport=NARROW, **options) as visit:
        page = visit.new_page()
        look = partial(looks_well, page, f"survey-{scheme}")
        page.goto(talk.stars)
        look("nothing-chosen")
        page.goto(f"{talk.stars}?score=2")
        look("tapped")
        page.get_by_label("A few words, if you like").fill("مرحبا " + "x" * 200)
        page.get_by_role("button", name="Send").click()
        page.get_by_role("status").wait_for()
        look("thanked")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(talk.stars)
        look("wide")
        page.goto(f"{talk.stars[:-1]}/x")
        look("unknown")


@pytest.mark.parametrize(
    ("to", "language", "title", "send"),
    [
        ("hilfe@desk.example", "de", "Wie zufrieden sind Sie mit unserer Hilfe?", "Senden"),
        ("support@desk.example", "fr", "Comment évaluez-vous notre aide ?", "Envoyer"),
    ],
)
def test_it_speaks_the_language_of_the_ticket(
    place: Place, chromium: Browser, to: str, language: str, title: str, send: str
) -> None:
    words = {
        "de": "Guten Tag, der Drucker steht seit heute Morgen still und zieht kein Papier ein.",
        "fr": "Bonjour, l'imprimante ne marche plus depuis ce matin, que puis-je faire pour cela ?",
    }
    kim = f"kim-{language}@customer.example"
    mail = write(f"Kim <{kim}>", to, f"Drucker {language}", words[language])
    talk = Rated(place, f"Drucker {language}", mail, kim)
    with chromium.visit(viewport=NARROW) as visit:
        page = visit.new_page()
        page.goto(f"{talk.stars}?score=5")
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        assert page.locator("html").get_attribute("lang") == language
        assert wide_as_the_screen(page)
        page.get_by_role("button", name=send).click()
        expect(page.get_by_role("status")).to_be_visible()
        assert wide_as_the_screen(page)
    assert talk.satisfaction["score"] == 5
