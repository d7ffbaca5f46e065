"""A link to a page that was pasted with a sign behind it leads on, and is no guess."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from maildesk.web.pages import GUESSES
from maildesk.web.pasted import clean
from tests.web.mine.person import FromOwnNetwork, Somebody
from tests.web.places import running
from tests.web.rated import Rated
from tests.web.talk import Place, Talk

SIGNS = (".", ")", ",", ">", '"', ").", "”", " ", "\u200b", "/.", "…")
TOKEN = f"t01-{'0' * 11}-{'0' * 16}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("pasted")) as found:
        yield found


def test_it_leads_to_the_clean_address_however_often_and_is_kept_by_nobody(place: Place) -> None:
    talk = Talk(place, "Pasted")
    kim = FromOwnNetwork(talk.pages.port)
    path = talk.link.removeprefix(talk.pages.url)
    for number in range(2 * GUESSES):
        sign = SIGNS[number % len(SIGNS)]
        got = kim.ask(path + quote(sign, safe=".),/"))
        assert (got.status, got.headers["location"]) == (303, path), sign
        assert got.headers["cache-control"] == "private, no-store"
    assert kim.ask(f"{path}.", "HEAD").status == 303
    assert "Pull the paper out." in kim.ask(path).text
    assert path.rpartition("/")[2] not in talk.desk.log()


def test_one_that_is_made_up_is_a_guess_where_it_leads_to(place: Place) -> None:
    stranger = FromOwnNetwork(place[1].port)
    for _ in range(GUESSES):
        got = stranger.ask(f"/ticket/{TOKEN}.")
        assert got.status == 303
        assert stranger.ask(got.headers["location"]).status == 404
    assert stranger.ask(f"/ticket/{TOKEN}").status == 429


def test_the_stars_keep_the_one_that_was_tapped(place: Place) -> None:
    talk = Rated(place, "Pasted stars")
    path = talk.stars.removeprefix(talk.pages.url)
    got = talk.pages.ask(f"{path}.?score=4")
    assert (got.status, got.headers["location"]) == (303, f"{path}?score=4")
    assert 'value="4" required checked' in talk.pages.ask(f"{path}?score=4).").text


def test_a_link_to_log_in_leads_on_too(place: Place) -> None:
    kim = Somebody(place, Talk(place, "Pasted log-in").kim)
    kim.ask()
    link = kim.link()
    got = kim.pages.ask(f"{link})")
    assert (got.status, got.headers["location"]) == (303, link)
    assert kim.come_in(link).status == 303


@pytest.mark.parametrize(
    "path",
    [
        f"/ticket/{TOKEN}",
        f"/ticket/{TOKEN}/",
        f"/ticket/{TOKEN}a",
        f"/ticket/{TOKEN[:-1]}.",
        f"/ticket/{TOKEN}.x",
        f"/ticket/{TOKEN}/reply.",
        f"/articles/{TOKEN}.",
        f"//evil.example/ticket/{TOKEN}.",
        "/ticket/.",
        "/ticket/short).",
    ],
)
def test_any_other_path_is_left_as_it_is(path: str) -> None:
    assert clean(path) == ""


def test_what_is_sent_to_such_an_address_is_sent_nowhere(place: Place) -> None:
    assert place[1].ask(f"/unsubscribe/{TOKEN}.", "POST", b"").status == 404
