"""To log in to one's own requests: a link that is mailed, good once, in one browser, and that tells
nobody who is known here."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.stories.running_desk import Inbox, text_of, wait_until
from tests.web.mine.person import Somebody, subjects
from tests.web.pages import Pages
from tests.web.places import running
from tests.web.talk import Place, Talk, field


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("log_in")) as found:
        yield found


def customer(place: Place, subject: str) -> Somebody:
    return Somebody(place, Talk(place, subject).kim)


def test_a_link_that_was_mailed_shows_all_requests(place: Place) -> None:
    kim = customer(place, "First of mine")
    Talk(place, "Second of mine", kim=kim.address)
    Talk(place, "Somebody else's")
    assert "Enter your address" in kim.mine()
    kim.log_in()
    page = kim.mine()
    assert subjects(page) == ["Second of mine", "First of mine"]
    assert kim.address in page
    assert "We have answered, and wait for you." in page


def test_the_cookie_is_out_of_reach_and_new_with_each_log_in(place: Place) -> None:
    kim = customer(place, "Cookie")
    kim.pages.cookies["maildesk-mine"] = "chosen-by-somebody-else"
    links = [(kim.ask(), kim.link())[1] for _ in range(2)]
    done = kim.come_in(links[0])
    (cookie,) = (one for one in done.cookies if one.startswith("maildesk-mine="))
    assert "chosen" not in cookie
    for word in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200"):
        assert word in cookie
    first = kim.pages.cookies["maildesk-mine"]
    kim.come_in(links[1])
    assert kim.pages.cookies["maildesk-mine"] != first
    kim.pages.cookies["maildesk-mine"] = first  # what was held before is nobody's now
    assert "Enter your address" in kim.mine()


def test_looking_at_the_link_uses_nothing_up_and_the_button_does(place: Place) -> None:
    kim = customer(place, "Scanned")
    kim.ask()
    link = kim.link()
    for _ in range(3):
        assert "Show my requests" in kim.pages.ask(link).text
    assert "Enter your address" in kim.mine()
    form = field(kim.pages.ask(link).text, "form")
    assert kim.come_in(link).status == 303
    again = kim.pages.ask(link)
    assert again.status == 410
    assert "This link was used before" in again.text
    assert kim.post(link, {"form": form}).status == 410


def test_in_another_browser_the_link_is_nobodys_and_a_new_one_is_offered(place: Place) -> None:
    kim = customer(place, "Another browser")
    kim.ask()
    link = kim.link()
    scanner = Somebody(place, kim.address)
    seen = scanner.pages.ask(link)
    assert seen.status == 403
    assert "You asked for this link in another browser" in seen.text
    assert scanner.post(link, {"form": field(seen.text, "form")}).status == 403
    fields = {"form": field(seen.text, "form"), "address": kim.address}
    assert scanner.post("/mine/ask", fields).status == 200
    assert scanner.come_in(scanner.link()).status == 303
    assert kim.come_in(link).status == 303, "the first one is good in its own"


def test_nobody_learns_whether_an_address_is_known(place: Place) -> None:
    kim = customer(place, "Known or not")
    known, unknown = kim.ask(), kim.ask("nobody@elsewhere.example")
    assert (known.status, unknown.status) == (200, 200)
    same = known.text.replace(kim.address, "X")
    assert same == unknown.text.replace("nobody@elsewhere.example", "X")
    assert [one.partition("=")[0] for one in known.cookies] == [
        one.partition("=")[0] for one in unknown.cookies
    ]
    for agent in ("ben@desk.example", "support@desk.example"):
        assert kim.ask(agent).text.replace(agent, "X") == same
    kim.link()
    everybody = Inbox(place[2])
    for nobody in ("nobody@elsewhere.example", "support@desk.example"):
        assert everybody.to(nobody) == []
    assert not any("/mine/in/" in text_of(one) for one in everybody.to("ben@desk.example"))


def test_nobody_is_bombed_with_mails(place: Place) -> None:
    kim = customer(place, "Bombed")
    said = {kim.ask().text for _ in range(8)}
    assert len(said) == 1, "the page says the same all along"
    for _ in range(5):
        kim.link()
    other = customer(place, "Not bombed")
    other.log_in()  # what comes behind those mails has come
    assert not any("/mine/in/" in text_of(one) for one in kim.inbox.to(kim.address))


def test_what_is_copied_along_with_an_address_and_not_seen_is_left_out(place: Place) -> None:
    kim = customer(place, "Copied with more")
    assert kim.ask(f"\u200b{kim.address}\ufeff").status == 200
    kim.link()


def test_who_asks_for_somebody_elses_links_cannot_use_up_theirs(place: Place) -> None:
    kim = customer(place, "Locked out")
    thief = Somebody(place, kim.address)
    for _ in range(8):
        assert thief.ask().status == 200
    for _ in range(5):
        kim.link()  # those that the thief asked for, which let in nobody but the thief's browser
    kim.log_in()


def test_one_address_gets_no_flood_of_links_whoever_asks(place: Place) -> None:
    kim = customer(place, "Flooded with links")
    for number in range(22):
        assert kim.ask(X_Forwarded_For=f"203.0.113.{number}").status == 200
    for _ in range(20):
        kim.link()
    customer(place, "Not flooded").log_in()  # what comes behind those mails has come
    assert not any("/mine/in/" in text_of(one) for one in kim.inbox.to(kim.address))


def test_a_form_from_elsewhere_asks_for_nothing(place: Place) -> None:
    kim = customer(place, "Forged forms")
    form = field(kim.pages.ask("/mine").text, "form")
    fields = {"form": form, "address": kim.address}
    assert kim.post("/mine/ask", fields, Sec_Fetch_Site="cross-site").status == 403
    assert kim.post("/mine/ask", {**fields, "form": form[:-1] + "x"}).status == 403
    other = Somebody(place, kim.address)
    assert other.post("/mine/ask", fields).status == 403
    assert kim.post("/mine/ask", {**fields, "address": "no address"}).status == 422
    kim.log_in()
    assert kim.post("/mine/out", {}).status == 403
    assert kim.post("/mine/out", {"form": form}).status == 403
    assert subjects(kim.mine()) == ["Forged forms"]


def test_who_logs_out_is_out_and_stays_out(place: Place) -> None:
    kim = customer(place, "Out again")
    kim.log_in()
    held = kim.pages.cookies["maildesk-mine"]
    leaving = kim.mine()
    form = re.findall(r'name="form" value="([^"]+)"', leaving)[-1]
    left = kim.post("/mine/out", {"form": form})
    assert (left.status, left.headers["location"]) == (303, "/mine?done=out")
    assert '<p class="notice" role="status">You are logged out.</p>' in kim.mine("?done=out")
    assert "You are logged out" not in kim.mine()
    kim.pages.cookies["maildesk-mine"] = held
    assert "Enter your address" in kim.mine()
    for path in ("/mine/out", "/mine/ask"):
        got = kim.pages.ask(path)
        assert (got.status, got.headers["location"]) == (303, "/mine")


def test_links_and_cookies_cannot_be_made_up(place: Place) -> None:
    kim = customer(place, "Made up")
    kim.ask()
    link = kim.link()
    tail = "0" if link[-1] != "0" else "1"
    for wrong in (link[:-1] + tail, "/mine/in/x", "/mine/in/" + "k" * 5000, link[:-4]):
        assert kim.pages.ask(wrong).status == 404
    token = link.rpartition("/")[2]
    assert kim.pages.ask(f"/ticket/{token}").status == 404
    kim.pages.cookies["maildesk-mine"] = "0" * 43
    assert "Enter your address" in kim.mine()
    kim.pages.cookies["maildesk-mine"] = "x" * 5000
    assert "Enter your address" in kim.mine()


def test_nothing_leads_away_and_nothing_is_told(place: Place) -> None:
    kim = customer(place, "Leads nowhere")
    got = kim.pages.ask("/mine?next=https://evil.example/&state=//evil.example")
    assert "evil.example" not in got.text
    kim.ask()
    link = kim.link()
    form = field(kim.pages.ask(link).text, "form")
    done = kim.post(f"{link}?next=https://evil.example/", {"form": form, "next": "//evil.example"})
    assert done.headers["location"] == "/mine"
    page = kim.pages.ask("/mine")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    token = link.rpartition("/")[2]
    wait_until(lambda: "path=/mine/in/k" in place[0].log(), "it is told")
    assert token not in place[0].log()
    assert kim.pages.cookies["maildesk-mine"] not in place[0].log()


def test_guessing_and_asking_are_limited_for_each_network(place: Place) -> None:
    kim = customer(place, "Limited")
    pages = Pages(kim.pages.port)
    found = [pages.ask(f"/mine/in/{n}", X_Forwarded_For="203.0.113.9").status for n in range(32)]
    assert found[-1] == 429
    assert kim.pages.ask("/mine/in/x").status == 404, "others go on"
    network = {"X_Forwarded_For": "203.0.113.77"}
    asked = [kim.ask(f"a{n}@nowhere.example", **network).status for n in range(21)]
    assert asked == [200] * 20 + [429]


@pytest.mark.parametrize(("policy", "is_there"), [("offered: no", False), ("session: 1h", True)])
def test_the_policy_says_whether_and_for_how_long(
    place: Place, policy: str, is_there: bool
) -> None:
    kim = customer(place, f"Policy {policy}")
    kim.log_in()
    place[0].edit("desk.yaml", "reference:", f"mine: {{{policy}}}\nreference:")
    try:
        got = kim.pages.ask("/mine")
        assert got.status == (200 if is_there else 404)
        assert ("Policy" in got.text) == is_there
    finally:
        place[0].edit("desk.yaml", f"mine: {{{policy}}}\nreference:", "reference:")
