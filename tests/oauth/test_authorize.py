"""A person is led through a grant: with a code, in a browser, interrupted and taken up again."""

from __future__ import annotations

import socket
import stat
import urllib.request
from collections.abc import Callable
from urllib.error import HTTPError

import pytest

from maildesk.oauth.answers import DeviceCode
from maildesk.oauth.authorize import Authorization
from maildesk.oauth.grants import Grant
from maildesk.oauth.outcomes import NoToken, Outcome
from maildesk.oauth.seal import Seal
from tests.oauth.place import KEY, SUPPORT, Place, grant
from tests.servers.provider import aadsts, in_json

# what is kept in which database is the matter of `test_tokens`
pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


class Person:
    """Remembers what they were shown, and does what the test says."""

    def __init__(self) -> None:
        self.codes: list[DeviceCode] = []
        self.pages: list[str] = []
        self.at_code: Callable[[DeviceCode], object] = lambda _code: None
        self.at_page: Callable[[str], object] = lambda _url: None
        self.take: Callable[[str], None] = lambda _address: None
        self.paste = ""

    def show_code(self, grant: Grant, code: DeviceCode) -> None:
        self.codes.append(code)
        self.at_code(code)

    def show_page(self, grant: Grant, url: str) -> None:
        self.pages.append(url)
        self.at_page(url)

    def pasted(self, take: Callable[[str], None]) -> None:
        if self.paste:
            take(self.paste)


@pytest.fixture
def person() -> Person:
    return Person()


def led(
    place: Place, of: Grant, person: Person, pause: Callable[[float], object] | None = None
) -> Authorization:
    return Authorization(
        of,
        place.tokens("authorize"),
        person,
        desk=place.folder,
        seal=Seal([KEY]),
        now=place.clock.now,
        pause=pause or place.clock.pause,
    )


def browser_grant(place: Place) -> Grant:
    return grant(place.provider, provider="google", client_secret="s3cret-value")


def open_in_browser(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        refused.close()
        return refused.code, ""


def test_a_code_is_shown_and_asked_for_until_somebody_has_agreed(
    place: Place, person: Person
) -> None:
    of, asked = place.person(), []

    def pause(seconds: float) -> None:
        asked.append(seconds)
        place.clock.move(seconds)
        if len(asked) == 4:
            place.provider.approve(person.codes[0].user_code, SUPPORT)

    led(place, of, person, pause).run()
    assert asked == [5.0] * 4
    assert place.provider.owner_of(place.tokens().token(of)) == SUPPORT


def test_told_to_slow_down_it_asks_less_often(place: Place, person: Person) -> None:
    of = place.person()

    def pause(seconds: float) -> None:
        place.clock.pause(seconds)
        if len(place.clock.pauses) == 5:
            place.provider.approve(person.codes[0].user_code, SUPPORT)

    person.at_code = lambda _code: setattr(place.provider, "interval", 12)
    led(place, of, person, pause).run()
    assert place.clock.pauses == [5.0, 5.0, 10.0, 15.0, 15.0]


def test_a_provider_that_is_away_meanwhile_is_asked_again(place: Place, person: Person) -> None:
    of = place.person()
    away = [in_json(503, {}), in_json(429, {}, Retry_After="30")]

    def at_code(code: DeviceCode) -> None:
        place.provider.odd.extend(away)
        place.provider.approve(code.user_code, SUPPORT)

    person.at_code = at_code
    led(place, of, person).run()
    assert place.clock.pauses == [5.0, 10.0, 30.0]


@pytest.mark.parametrize(
    ("happens", "outcome"),
    [
        (lambda place, code: place.provider.deny(code.user_code), "denied"),
        (lambda place, code: place.clock.move(2000), "code_expired"),
        (lambda place, code: place.provider.odd.append(aadsts("65001")), "consent_missing"),
        (lambda place, code: place.provider.odd.append(aadsts("7000218")), "public_client_off"),
    ],
)
def test_a_code_that_comes_to_nothing_says_why_and_is_forgotten(
    place: Place,
    person: Person,
    happens: Callable[[Place, DeviceCode], object],
    outcome: str,
) -> None:
    of = place.person()
    person.at_code = lambda code: happens(place, code)
    with pytest.raises(NoToken) as why:
        led(place, of, person).run()
    assert why.value.outcome == outcome
    person.at_code = lambda code: place.provider.approve(code.user_code, SUPPORT)
    led(place, of, person).run()
    assert person.codes[0].user_code != person.codes[1].user_code


class Interrupted(Exception):
    """Ctrl-C."""


def interrupt(_: object) -> None:
    raise Interrupted


def test_who_was_interrupted_goes_on_with_the_same_code(place: Place, person: Person) -> None:
    of = place.person()
    with pytest.raises(Interrupted):
        led(place, of, person, interrupt).run()
    (kept,) = (place.folder / "var" / "oauth").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert person.codes[0].user_code.encode() not in kept.read_bytes()
    place.provider.approve(person.codes[0].user_code, SUPPORT)
    led(place, of, person).run()
    assert person.codes[0] == person.codes[1]
    assert not kept.exists()


def test_a_code_of_another_application_is_not_gone_on_with(place: Place, person: Person) -> None:
    of = place.person()
    with pytest.raises(Interrupted):
        led(place, of, person, interrupt).run()
    person.at_code = lambda code: place.provider.approve(code.user_code, SUPPORT)
    led(place, grant(place.provider, client_id="another"), person).run()
    assert len({code.user_code for code in person.codes}) == 2


def test_a_browser_comes_back_to_us(place: Place, person: Person) -> None:
    of, seen = browser_grant(place), []
    person.at_page = lambda url: seen.append(open_in_browser(place.provider.agree(url, SUPPORT)))
    led(place, of, person).run()
    ((status, page),) = seen
    assert status == 200
    assert "<html" in page
    assert place.provider.owner_of(place.tokens().token(of)) == SUPPORT


def test_other_visitors_of_our_listener_change_nothing(place: Place, person: Person) -> None:
    of, seen = browser_grant(place), list[int]()

    def at_page(url: str) -> None:
        back = place.provider.agree(url, SUPPORT)
        here = back.partition("?")[0]
        others = ("favicon.ico", "?code=abc&state=guessed", "?error=access_denied")
        seen.extend(open_in_browser(here + other)[0] for other in others)
        seen.append(open_in_browser(back)[0])

    person.at_page = at_page
    led(place, of, person).run()
    assert seen == [404, 404, 404, 200]


def test_where_the_browser_is_elsewhere_its_last_address_is_pasted(
    place: Place, person: Person
) -> None:
    of = browser_grant(place)
    person.at_page = lambda url: setattr(person, "paste", place.provider.agree(url, SUPPORT))
    led(place, of, person).run()
    assert place.provider.owner_of(place.tokens().token(of)) == SUPPORT


def test_who_says_no_in_the_browser_is_heard(place: Place, person: Person) -> None:
    of = browser_grant(place)

    def at_page(url: str) -> None:
        back = place.provider.agree(url, SUPPORT)
        state = back.partition("state=")[2]
        open_in_browser(f"{back.partition('?')[0]}?error=access_denied&state={state}")

    person.at_page = at_page
    with pytest.raises(NoToken) as why:
        led(place, of, person).run()
    assert why.value.outcome is Outcome.DENIED


def test_a_page_that_was_begun_leads_back_to_the_next_try(place: Place, person: Person) -> None:
    of = browser_grant(place)
    person.at_page = interrupt
    with pytest.raises(Interrupted):
        led(place, of, person).run()
    later = place.provider.agree(person.pages[0], SUPPORT)  # they had the page open all the while
    person.at_page = lambda _url: open_in_browser(later)
    led(place, of, person).run()
    assert person.pages[0] == person.pages[1]


def test_a_page_whose_port_somebody_has_taken_is_begun_anew(place: Place, person: Person) -> None:
    of = browser_grant(place)
    person.at_page = interrupt
    with pytest.raises(Interrupted):
        led(place, of, person).run()
    port = int(person.pages[0].partition("127.0.0.1%3A")[2].partition("%2F")[0])
    with socket.create_server(("127.0.0.1", port)):
        person.at_page = lambda url: open_in_browser(place.provider.agree(url, SUPPORT))
        led(place, of, person).run()
    assert person.pages[0] != person.pages[1]


def test_an_application_is_tried_at_once_and_what_worked_stays(
    place: Place, person: Person
) -> None:
    of, tokens = place.application(), place.tokens()
    before = tokens.token(of)
    place.provider.odd.append(aadsts("7000222"))
    with pytest.raises(NoToken) as why:
        led(place, of, person).run()
    assert why.value.outcome is Outcome.SECRET_EXPIRED
    assert tokens.token(of) == before
    led(place, of, person).run()
    assert place.tokens("new").token(of) != before


def test_a_refusal_before_the_code_is_shown_is_named(place: Place, person: Person) -> None:
    of = place.person()
    place.provider.odd.append(aadsts("700016"))
    with pytest.raises(NoToken) as why:
        led(place, of, person).run()
    assert why.value.outcome is Outcome.APPLICATION_UNKNOWN
    assert person.codes == []
