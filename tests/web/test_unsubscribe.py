"""One click to unsubscribe (RFC 8058), on the running desk: POST does it, looking does nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.servers.browser import Browser
from tests.servers.process import free_port
from tests.servers.relay import Relay
from tests.stories.running_desk import Inbox, RunningDesk, wait_until, write
from tests.web.looking import NARROW, looks_well, tab_to
from tests.web.pages import WITH_PAGES, Pages
from tests.web.places import running
from tests.web.talk import BEN, DESK, multipart

TEMPLATE = "---\nsubject: Renewal\n---\nShall we renew it?\n"
CLICK = b"List-Unsubscribe=One-Click"
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
Place = tuple[RunningDesk, Pages, Relay]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("leaving"), behind_a_proxy) as found:
        yield found


def behind_a_proxy(folder: Path, relay: Relay) -> tuple[RunningDesk, Pages]:
    """A desk whose pages customers reach by https, through a proxy."""
    port = free_port()
    web = f"web: {{listen: '127.0.0.1:{port}', public_url: 'https://desk.example'}}\n"
    desk = RunningDesk(folder, relay, settings=f"pipeline: {{tick: 0.2}}\n{web}", roles=WITH_PAGES)
    (folder / "outreach").mkdir()
    (folder / "outreach" / "renewal.md").write_text(TEMPLATE, encoding="utf-8")
    return desk.start(), Pages(port)


def written_to(place: Place, name: str, campaign: str) -> EmailMessage:
    """The mail of a campaign to this customer."""
    desk, _, relay = place
    rows: Path = desk.folder.parent / f"{campaign}.csv"
    address = f"{name}@customer.example"
    rows.write_text(f"email,name\n{address},{name}\n", encoding="utf-8")
    inbox = Inbox(relay, new_only=True)
    words = ("--template", "renewal", "--campaign", campaign, "--send")
    done = desk.run("outreach", str(rows), *words)
    assert done.returncode == 0, done.stderr
    return inbox.take(address)


def link_of(mail: EmailMessage) -> str:
    found = re.fullmatch(
        r"<https://desk\.example(/unsubscribe/[0-9a-z-]+)>,\s+<mailto:[^<>]+>",
        str(mail["List-Unsubscribe"]),
    )
    assert found is not None, mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return found[1]


def gone(place: Place) -> set[str]:
    return {one["address"] for one in place[0].json("unsubscribed", "list")["addresses"]}


def test_a_click_unsubscribes_as_the_mail_would(place: Place) -> None:
    desk, pages, _ = place
    mail = written_to(place, "kim", "clicked")
    link = link_of(mail)
    got = pages.ask(link, "POST", CLICK, Cookie="", **FORM)
    assert (got.status, "set-cookie" in got.headers) == (200, False)
    assert "You are unsubscribed" in got.text
    wait_until(lambda: "kim@customer.example" in gone(place), "it is remembered")
    ticket = desk.ticket(str(mail["X-Maildesk-Ticket"]))
    assert ticket["status"] == "closed"
    assert [one["reply"].strip() for one in ticket["messages"]][1:] == ["unsubscribe"]
    assert pages.ask(link, "POST", CLICK, **FORM).status == 200, "twice is as good as once"
    assert BEN not in str(desk.ticket(ticket["reference"])["history"])


def test_looking_changes_nothing_and_shows_a_button(place: Place) -> None:
    desk, pages, _ = place
    mail = written_to(place, "lee", "looked")
    link = link_of(mail)
    for method in ("GET", "HEAD"):
        for _ in range(2):
            assert pages.ask(link, method).status == 200
    page = pages.ask(link).text
    assert "No more of these mails?" in page
    assert "l…@customer.example" in page and "lee@" not in page
    assert f'action="{link}"' in page
    for body, headers in ((b"", FORM), (b"x=1", FORM), (b"List-Unsubscribe=No", FORM)):
        assert pages.ask(link, "POST", body, **headers).status == 400
    assert pages.ask(link, "POST", b"x" * 5000, **FORM).status == 413
    reference = str(mail["X-Maildesk-Ticket"])
    assert desk.ticket(reference)["status"] == "waiting"
    assert "lee@customer.example" not in gone(place)
    body, kind = multipart({"List-Unsubscribe": "One-Click"}, ())
    assert pages.ask(link, "POST", body, Content_Type=kind, Sec_Fetch_Site="none").status == 200
    wait_until(lambda: "lee@customer.example" in gone(place), "the button was pressed")


def test_a_link_that_is_none_of_ours_says_nothing_of_anybody(place: Place) -> None:
    _, pages, _ = place
    link = link_of(written_to(place, "max", "wrong"))
    head, person, mac = link.rpartition("/")[2].split("-")
    for wrong in (
        f"{head}-{person}-{mac[:-1]}{'0' if mac[-1] != '0' else '1'}",
        f"e{head[1:]}-{person}-{mac}",  # what ends campaigns ends no ratings
        f"t{head[1:]}-{person}-{mac}",
        "x" * 500,
    ):
        for method, body in (("GET", None), ("POST", CLICK)):
            assert pages.ask(f"/unsubscribe/{wrong}", method, body, **FORM).status == 404
    assert pages.ask(f"/ticket/{head}-{person}-{mac}").status == 404, "and it shows no ticket"
    assert "max@customer.example" not in gone(place)


def test_ratings_end_by_a_click_too(place: Place) -> None:
    desk, pages, relay = place
    inbox = Inbox(relay, new_only=True)
    eva = "eva@customer.example"
    desk.send(write(eva, DESK, "Stars", "It jams."), eva, DESK)
    inbox.take(eva)
    (ticket,) = desk.tickets_of(eva)
    desk.run("ticket", "status", ticket["reference"], "resolved")
    mail = inbox.take(eva)
    link = link_of(mail)
    assert "No more ratings?" in pages.ask(link).text
    assert "We ask you for no more ratings" in pages.ask(link, "POST", CLICK, **FORM).text
    inbox.take(eva)  # the desk says so by mail, as it does of the other way
    assert desk.ticket(ticket["reference"])["status"] == "resolved", "it reopens nothing"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scripts", [True, False])
def test_in_a_browser_by_keyboard_alone_with_scripts_and_without(
    place: Place, chromium: Browser, scheme: str, scripts: bool
) -> None:
    _, pages, _ = place
    who = f"{scheme}-{scripts}".lower()
    link = link_of(written_to(place, who, f"in-browser-{who}"))
    shown = {"color_scheme": scheme, "java_script_enabled": scripts}
    with chromium.visit(viewport=NARROW, **shown) as visit:
        page = visit.new_page()
        page.goto(f"{pages.url}{link}")
        page.get_by_role("heading", level=1, name="No more of these mails?").wait_for()
        assert f"{who}@customer.example" not in gone(place)
        if scripts:  # axe is one itself
            looks_well(page, scheme, "unsubscribe")
            tab_to(page, "Unsubscribe")
        else:
            page.get_by_role("button", name="Unsubscribe").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1, name="You are unsubscribed").wait_for()
        if scripts:
            looks_well(page, scheme, "unsubscribed")
    wait_until(lambda: f"{who}@customer.example" in gone(place), "it is remembered")
