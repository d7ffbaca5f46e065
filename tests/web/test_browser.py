"""The page of a ticket in a real browser: from the mail to the code and the answer on a phone
without scripts, by keyboard alone, for screen readers, in the dark, narrow and long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page

from maildesk.config.keys import own_keys
from maildesk.desk.threads import links
from maildesk.desk.threads.links import KeyRing, Purpose
from tests.servers.browser import Browser
from tests.stories.running_desk import wait_until
from tests.web.looking import DROP, NARROW, PHONE, WATCH, looks_well
from tests.web.places import running
from tests.web.talk import DESK, Place, Talk

WHY = "document.querySelector('#files').validationMessage"  # its files are not sent


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("browser")) as found:
        yield found


def test_a_customer_on_a_phone_without_scripts_answers_and_closes(
    place: Place, chromium: Browser, tmp_path: Path
) -> None:
    talk = Talk(place, "Label printer")
    with chromium.visit(viewport=PHONE, java_script_enabled=False) as visit:
        page = visit.new_page()
        page.goto(talk.link)
        assert page.get_by_role("heading", level=1).inner_text() == "Label printer"
        page.get_by_role("button", name="Mail me a code").click()
        page.get_by_label("Code").fill(talk.code())
        page.get_by_role("button", name="Go on").click()
        file = tmp_path / "photo of the label.txt"
        file.write_text("blank", encoding="utf-8")
        page.get_by_label("Your answer").fill("It still skips.")
        page.get_by_label("Files, if you like").set_input_files(file)
        page.get_by_role("button", name="Send").click()
        assert "Your message has arrived" in page.get_by_role("status").inner_text()
        wait_until(lambda: "It still skips." in talk.page(), "it is filed")
        page.goto(talk.link)
        with page.expect_download() as saved:
            page.get_by_role("link", name="photo of the label.txt").click()
        assert saved.value.suggested_filename == "photo of the label.txt"
        page.get_by_role("button", name="It works, close this").click()
        page.get_by_text("This request is closed.").wait_for()


def test_files_are_dropped_on_the_answer_and_sending_is_seen(
    place: Place, chromium: Browser, tmp_path: Path
) -> None:
    talk = Talk(place, "Dropped files")
    chosen, program = tmp_path / "chosen ünder.txt", tmp_path / "setup.exe"
    chosen.write_bytes(b"blank labels")
    program.write_bytes(b"MZ..")
    with chromium.visit(viewport=PHONE) as visit:
        page = visit.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        to_write(page, talk)
        page.get_by_text("Up to 10 MB each, 20 MB in all").wait_for()
        page.get_by_label("Files, if you like").set_input_files(chosen)
        page.evaluate(DROP, ["dropped.txt", 2_000_000])
        page.get_by_text("dropped.txt").wait_for()
        page.evaluate(DROP, ["large.bin", 11_000_000])
        page.get_by_label("Your answer").fill("With files.")
        page.get_by_role("button", name="Send").click()  # the large one is too large
        assert page.evaluate(WHY) == "“large.bin” is too large."
        looks_well(page, "light", "answer-files")
        page.get_by_role("button", name="Remove: large.bin").click()
        assert page.evaluate(WHY) == ""
        page.evaluate(WATCH)
        page.get_by_role("button", name="It works, close this").click()
        page.get_by_text("Your request is closed.").wait_for()
        assert page.evaluate("sessionStorage.getItem('shown')") == "100"
        page.get_by_role("link", name="dropped.txt").wait_for()
        with page.expect_download() as saved:
            page.get_by_role("link", name="chosen ünder.txt").click()
        assert saved.value.path().read_bytes() == b"blank labels"
        page.get_by_label("Files, if you like").set_input_files(program)
        page.get_by_label("Tell us what is missing").fill("A program.")
        page.get_by_role("button", name="Send and open again").click()
        page.get_by_text("do not pass on files of this sort or size: setup.exe").wait_for()
        looks_well(page, "light", "answer-refused")
        assert page.get_by_label("Tell us what is missing").input_value() == "A program."
        page.get_by_role("button", name="Remove: setup.exe").wait_for()
        assert page.get_by_text("Files have to be chosen again.").count() == 0
    assert all("422" in one for one in said), said


def test_an_answer_that_does_not_get_through_stays_on_its_page(
    place: Place, chromium: Browser
) -> None:
    talk = Talk(place, "Not through")
    with chromium.visit() as visit:
        page = visit.new_page()
        to_write(page, talk)
        page.evaluate(DROP, ["kept.txt", 5])
        page.get_by_label("Your answer").fill("Still here.")
        page.locator("[name=form]").evaluate("(field) => { field.form.action = '/nowhere'; }")
        page.get_by_role("button", name="Send").click()
        page.get_by_text("This did not get through.").wait_for()
        assert page.get_by_label("Your answer").input_value() == "Still here."
        page.get_by_role("button", name="Remove: kept.txt").wait_for()


def test_by_keyboard_alone_with_words_for_screen_readers(place: Place, chromium: Browser) -> None:
    talk = Talk(place, "Keyboard")
    with chromium.visit() as visit:
        page = visit.new_page()
        page.goto(talk.link)
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.tagName") == "BUTTON":
                break
        page.keyboard.press("Enter")
        page.wait_for_selector("#code")
        page.locator("#code").focus()
        page.keyboard.type(talk.code())
        page.keyboard.press("Enter")
        page.wait_for_selector("textarea")
        page.wait_for_load_state()  # all of it, not only its form
        assert page.get_by_role("article").count() == 2
        assert page.get_by_role("heading", name="Ben Okafor").count() == 1
        page.locator("textarea").focus()
        page.keyboard.type("Typed")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText") == "Send"
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=status]")
    wait_until(lambda: "Typed" in talk.page(), "it is filed")


def to_write(page: Page, talk: Talk) -> None:
    """Open the page of a request, and type the code that lets one write there."""
    page.goto(talk.link)
    page.get_by_role("button", name="Mail me a code").click()
    page.get_by_label("Code").fill(talk.code())
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Your answer").wait_for()
    page.wait_for_load_state()  # with its script, which takes what is dropped


def odd(place: Place, scheme: str) -> Talk:
    """Long words, forty files, letters from the right, a page with colours and a picture."""
    mail = EmailMessage()
    mail["From"] = f"أحمد بن محمد <kim-odd-{scheme}@customer.example>"
    mail["To"], mail["Message-ID"] = DESK, f"<odd-{scheme}@customer.example>"
    mail["Subject"] = "طابعة " + "Donaudampfschifffahrtsgesellschaftskapitän" * 4
    mail.set_content("مرحبا " + "x" * 300 + "\n\n" + "https://very.example/" + "path/" * 60)
    mail.add_alternative(
        '<p style="color:#c00;background:#ffd">مرحبا ' + "x" * 300 + "</p>"
        '<table width="900" border="1"><tr><td>wide</td></tr></table>'
        f'<a href="https://very.example/">https://very.example/{"path/" * 60}</a>',
        subtype="html",
    )
    for number in range(40):
        name = f"{number:02d} صورة {'long name ' * (number % 7)}.bin"
        mail.add_attachment(b"\0" * 2000, "application", "octet-stream", filename=name)
    return Talk(place, "طابعة", mail, kim=f"kim-odd-{scheme}@customer.example")


def ended(talk: Talk) -> str:
    """What a link to this ticket bore that has ended."""
    ring, number = KeyRing(dict(own_keys(talk.desk.folder))), int(talk.reference[-4:])
    whose = (number, talk.kim, date(2026, 1, 1))
    return links.signature(ring, links.ON_PAGES, Purpose.PAGE, *whose)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_anybodys_way(place: Place, chromium: Browser, scheme: str) -> None:
    talk = Talk(place, f"Barriers {scheme}")
    strange = odd(place, scheme)
    options = {"color_scheme": scheme, "bypass_csp": True}
    with chromium.visit(viewport=NARROW, **options) as visit:
        page = visit.new_page()
        look = partial(looks_well, page, scheme)
        base = talk.pages.url
        page.goto(f"{base}/")
        look("start")
        page.goto(f"{base}/nowhere")
        look("told")
        page.goto(f"{base}/ticket/{ended(talk)}")
        look("ended")
        page.goto(talk.link)
        look("read")
        assert "wide" in strange.page()  # whatever a mail holds, the page is valid HTML
        page.goto(strange.link)
        look("odd")
        page.get_by_text("32 more files").click()
        page.get_by_text("39 صورة").wait_for()
        look("odd-files")
        page.goto(talk.link)
        page.get_by_role("button", name="Mail me a code").click()
        look("code")
        page.get_by_label("Code").fill("000")
        page.get_by_role("button", name="Go on").click()
        look("code-wrong")
        page.get_by_label("Code").fill(talk.code())
        page.get_by_role("button", name="Go on").click()
        look("write")
        page.get_by_role("button", name="Send").click()
        look("empty")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(talk.link)
        look("wide")
        page.goto(strange.link)
        look("odd-wide")


def test_no_page_fetches_or_runs_anything_from_elsewhere(place: Place, chromium: Browser) -> None:
    talk = Talk(place, "Quiet")
    asked: list[str] = []
    with chromium.visit() as visit:
        page = visit.new_page()
        page.on("request", lambda request: asked.append(request.url))
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(talk.link)
        assert page.evaluate("document.scripts.length") == 0
    assert all(one.startswith(talk.pages.url) for one in asked)
    assert said == []
    assert re.fullmatch(r".*/style\.css\?[0-9a-f]{12}", asked[1])


def test_on_paper_stands_the_conversation_and_nothing_to_press(
    place: Place, chromium: Browser
) -> None:
    talk = Talk(place, "On paper")
    with chromium.visit(color_scheme="dark") as visit:
        page = visit.new_page()
        page.goto(talk.link)
        assert page.locator("form").is_visible()
        page.emulate_media(media="print")
        assert not page.locator("form").is_visible()
        assert not page.get_by_role("link", name="Download the conversation").is_visible()
        assert page.get_by_role("article").count() == 2
        ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
        assert ink == "rgb(0, 0, 0)"
