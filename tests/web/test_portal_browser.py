"""The web form in a real browser: on a phone without scripts and with them, by keyboard alone, for
screen readers, in the dark, narrow and long, in three languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page

from tests.servers.browser import Browser
from tests.stories.running_desk import Inbox, RunningDesk, text_of
from tests.web.looking import DROP, NARROW, PHONE, looks_well
from tests.web.places import running
from tests.web.talk import Place

PORTAL = (
    "portal:\n  ask: {category: required, licence_key: shown, name: required}\n"
    "  priorities: [normal, high]\n  per_network: 1000\n"
)


# as from a browser without scripts: nothing is calculated
BY_CODE = """(address) => {
    const form = document.querySelector("#portal");
    const said = {subject: "Lamp", name: "Kim", address, category: "technical", text: "Dark."};
    for (const [name, value] of Object.entries(said)) form.elements[name].value = value;
    form.elements.proof.name = "none";
    form.submit();
}"""

# a form for whose proof nobody's computer is quick enough
ENDLESS = """new MutationObserver(() => {
    const form = document.querySelector("#portal");
    if (form) form.dataset.bits = 32;
}).observe(document, {childList: true, subtree: true});"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("browser"), desk=PORTAL, french=True) as found:
        yield found


def filled(page: Page, address: str, text: str = "It prints blank labels.") -> None:
    page.get_by_label("Subject").fill("Label printer")
    page.get_by_label("Name").fill("Kim Novak")
    page.get_by_label("Mail address").fill(address)
    page.get_by_label("About").select_option("technical")
    page.get_by_label("What happens, and what should?").fill(text)


def code_in(mail: EmailMessage) -> str:
    found = re.search(r"\d{3} \d{3}", text_of(mail))
    assert found is not None
    return found[0]


def ticket_of(desk: RunningDesk, inbox: Inbox, address: str) -> dict[str, object]:
    mail = inbox.take(address)
    assert "Label printer" not in text_of(mail)
    return dict(desk.ticket(str(mail["X-Maildesk-Ticket"])))


def test_on_a_phone_without_scripts(place: Place, chromium: Browser, tmp_path: Path) -> None:
    desk, pages, relay = place
    kim, inbox = "kim-without@customer.example", Inbox(relay, new_only=True)
    file = tmp_path / "photo of the label.txt"
    file.write_text("blank", encoding="utf-8")
    with chromium.visit(viewport=PHONE, java_script_enabled=False) as visit:
        page = visit.new_page()
        page.goto(pages.url)
        filled(page, kim)
        page.get_by_label("Files, if you like").set_input_files(file)
        page.get_by_role("button", name="Send").click()
        page.get_by_label("Code").fill(code_in(inbox.take(kim)))
        page.get_by_role("button", name="Send").click()
        page.get_by_role("heading", name="Thank you, we have your request").wait_for()
    ticket = desk.ticket(str(inbox.take(kim)["X-Maildesk-Ticket"]))
    assert ticket["category"] == "technical"
    assert "photo of the label.txt" in str(ticket["messages"])


def test_without_scripts_the_code_is_asked_for_again_wherever_one_comes_back_to(
    place: Place, chromium: Browser
) -> None:
    desk, pages, relay = place
    kim, inbox = "kim-back@customer.example", Inbox(relay, new_only=True)
    with chromium.visit(viewport=PHONE, java_script_enabled=False) as visit:
        page = visit.new_page()
        page.goto(pages.url)
        filled(page, kim)
        send = page.get_by_role("button", name="Send")
        send.click()
        page.get_by_label("Code").fill("12")
        send.click()
        page.get_by_text("This is not the code").wait_for()
        page.goto(page.url.partition("?")[0])  # as a tab that the phone has restored
        page.get_by_text(f"We have mailed a code to {kim}").wait_for()
        page.get_by_text("tries left: 4").wait_for()
        code_in(inbox.take(kim))
        page.get_by_role("button", name="Mail me another code").click()
        page.get_by_text(f"We have mailed another code to {kim}").wait_for()
        page.get_by_role("link", name="Back to the form").click()
        assert page.get_by_label("Subject").input_value() == "Label printer"
        page.go_back()
        page.get_by_label("Code").fill(code_in(inbox.take(kim)))
        send.click()
        page.get_by_role("heading", name="Thank you, we have your request").wait_for()
        assert page.get_by_text("mistyped").count() == 0
        for _ in range(4):
            page.go_back()
            page.get_by_text("This code was used").wait_for()
        page.go_back()
        page.get_by_role("heading", name="How can we help?").wait_for()
    assert ticket_of(desk, inbox, kim)["category"] == "technical"


def test_on_a_phone_with_scripts_files_are_listed_and_taken_out(
    place: Place, chromium: Browser, tmp_path: Path
) -> None:
    desk, pages, relay = place
    kim, inbox = "kim-with@customer.example", Inbox(relay, new_only=True)
    files = [tmp_path / name for name in ("one.txt", "two.txt", "large.bin")]
    for file in files:
        file.write_bytes(b"\0" * (11_000_000 if file.name == "large.bin" else 5))
    with chromium.visit(viewport=PHONE) as visit:
        page = visit.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(pages.url)
        filled(page, kim)
        page.get_by_label("Files, if you like").set_input_files(files[:2])
        page.get_by_label("Files, if you like").set_input_files(files[2])
        assert page.locator(".chosen li").count() == 3
        page.get_by_role("button", name="Send").click()  # the large one is too large
        page.get_by_role("button", name="Remove: large.bin").click()
        page.get_by_role("button", name="Remove: two.txt").click()
        assert page.locator(".chosen li").all_inner_texts()[0].startswith("one.txt")
        page.get_by_role("button", name="Send").click()
        page.get_by_role("heading", name="Thank you, we have your request").wait_for()
        assert page.url.endswith("/sent")
        assert said == []
    messages = ticket_of(desk, inbox, kim)["messages"]
    assert "one.txt" in str(messages)
    assert "two.txt" not in str(messages)


def test_a_file_is_dropped_on_the_form(place: Place, chromium: Browser) -> None:
    with chromium.visit() as visit:
        page = visit.new_page()
        page.goto(place[1].url)
        page.evaluate(DROP, ["dropped.txt", 1])
        page.get_by_text("dropped.txt").wait_for()
        assert page.locator(".chosen li .muted").inner_text() == "1 B"
        page.evaluate(DROP, ["larger.txt", 1600])
        page.get_by_text("larger.txt").wait_for()
        assert page.locator(".chosen li .muted").all_inner_texts() == ["1 B", "1.6 KB"]
        page.get_by_text("Up to 10 MB each, 20 MB in all").wait_for()
        assert page.evaluate("document.querySelector('#files').files.length") == 2


def test_what_takes_long_behind_the_button_is_said_in_words(
    place: Place, chromium: Browser
) -> None:
    with chromium.visit(viewport=NARROW) as visit:
        page = visit.new_page()
        page.add_init_script(ENDLESS)
        page.goto(place[1].url)
        filled(page, "kim-endless@customer.example")
        page.get_by_role("button", name="Send").click()
        page.get_by_text("One moment: your browser proves that it is no robot").wait_for()
        assert page.locator(".doing [aria-live=polite]").inner_text().startswith("One moment")
        assert page.locator(".sending:indeterminate").count() == 1
        assert page.get_by_role("button", name="Send").is_disabled()
        looks_well(page, "light", "form-proving")


def test_what_is_wrong_is_shown_with_the_words_still_there(place: Place, chromium: Browser) -> None:
    with chromium.visit() as visit:
        page = visit.new_page()
        page.goto(place[1].url)
        filled(page, "support@desk.example")
        page.get_by_role("button", name="Send").click()
        page.get_by_text("This is an address of ours").wait_for()
        assert page.get_by_label("Subject").input_value() == "Label printer"
        assert page.evaluate("document.activeElement.id") == "address"
        page.get_by_label("Mail address").fill("kim-again@customer.example")
        page.get_by_role("button", name="Send").click()
        page.get_by_role("heading", name="Thank you, we have your request").wait_for()


def test_by_keyboard_alone(place: Place, chromium: Browser) -> None:
    desk, pages, relay = place
    kim, inbox = "kim-keys@customer.example", Inbox(relay, new_only=True)
    with chromium.visit() as visit:
        page = visit.new_page()
        page.goto(pages.url)
        reached = []
        page.locator("#subject").focus()
        for typed in ("Lamp", "Kim", kim, "t", "", "LK-1", "It is dark."):
            reached.append(page.evaluate("document.activeElement.id"))
            page.keyboard.type(typed)
            page.keyboard.press("Tab")
        assert reached == [
            "subject",
            "name",
            "address",
            "category",
            "priority",
            "own-licence_key",
            "text",
        ]
        assert page.evaluate("document.activeElement.id") == "files"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Thank you, we have your request").wait_for()
    found = ticket_of(desk, inbox, kim)
    assert (found["category"], found["fields"]) == ("technical", {"licence_key": "LK-1"})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_anybodys_way(place: Place, chromium: Browser, scheme: str) -> None:
    for language in ("en", "de", "fr"):
        options = {"color_scheme": scheme, "bypass_csp": True, "locale": language}
        with chromium.visit(viewport=NARROW, **options) as visit:
            page = visit.new_page()
            look = partial(looks_well, page, f"{language}-{scheme}")
            page.goto(place[1].url)
            assert page.evaluate("document.documentElement.lang") == language
            look("form")
            page.locator("#files").set_input_files(
                [
                    FilePayload(
                        name=f"{n} صورة {'long' * (n % 9 * 7)}.txt", mimeType="", buffer=b"x"
                    )
                    for n in range(1, 41)
                ]
            )
            page.evaluate("document.querySelector('#portal').noValidate = true")
            page.locator("button.primary").click()
            page.locator("[role=alert]").wait_for()
            look("form-wrong")
            page.set_viewport_size({"width": 1280, "height": 800})
            look("form-wrong-wide")
            for name in ("sent", "find"):
                page.goto(f"{place[1].url}/{name}")
                look(name)
            page.set_viewport_size(NARROW)
            look("find-narrow")
            page.goto(place[1].url)
            with page.expect_navigation():
                page.evaluate(BY_CODE, f"kim-{language}-{scheme}@customer.example")
            page.locator("#code").wait_for()
            look("confirm")
            page.locator("#code").fill("12")
            page.locator("button.primary").click()
            page.locator("[role=alert]").wait_for()
            look("confirm-wrong")
            page.goto(place[1].url)
            look("form-wide")
