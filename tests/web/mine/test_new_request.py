"""A new request of somebody who was let in: their name and address stand there, and are believed;
colleagues may have a copy."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.stories.running_desk import text_of
from tests.web.mine.person import Somebody
from tests.web.pages import Answer
from tests.web.places import running
from tests.web.talk import BEN, Place, Talk, multipart
from tests.web.test_portal import hidden


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("new")) as found:
        yield found


def sends(kim: Somebody, address: str, **fields: str) -> Answer:
    form = hidden(kim.pages.ask("/").text)
    usual = {"subject": "A second lamp", "name": "Kim", "address": address, "text": "It is dark."}
    body, kind = multipart({**form, "proof": "", **usual, **fields}, ())
    return kim.pages.ask("/", "POST", body, Content_Type=kind)


def test_name_and_address_stand_there_and_colleagues_have_a_copy(place: Place) -> None:
    talk = Talk(place, "A first lamp")
    kim = Somebody(place, talk.kim)
    kim.log_in()
    assert '<a class="button" href="/">New request</a>' in kim.mine()
    form = kim.pages.ask("/").text
    assert f'name="address" value="{talk.kim}"' in form
    assert 'name="name" value="Kim Novak"' in form
    assert "Colleagues in copy" in form
    done = sends(kim, talk.kim, copies="eva@customer.example; lee@customer.example")
    assert done.status == 303
    notice = talk.inbox.take(BEN, subject="A second lamp")
    told = text_of(notice)
    assert "nothing proves" not in told
    reference = str(notice["X-Maildesk-Ticket"])
    sent = kim.pages.ask(done.headers["location"]).text
    assert f"Its number is {reference}." in sent
    assert "mistyped" not in sent
    to = re.search(r'href="(/ticket/[0-9a-z-]+)">Go to the request', sent)
    assert to is not None
    assert "It is dark." in kim.pages.ask(to[1]).text
    ticket = talk.desk.ticket(reference)
    people = str(ticket["participants"])
    assert "eva@customer.example" in people
    assert "lee@customer.example" in people
    # as to whom one believes: it repeats what was written
    assert "It is dark." in text_of(talk.inbox.take(talk.kim, subject="A second lamp"))


def test_the_number_is_said_to_nobody_else(place: Place) -> None:
    talk = Talk(place, "A fifth lamp")
    kim, other = Somebody(place, talk.kim), Somebody(place, Talk(place, "A sixth lamp").kim)
    kim.log_in()
    other.log_in()
    done = sends(kim, talk.kim).headers["location"]
    assert "Its number is" in kim.pages.ask(done).text
    assert "Its number is" not in other.pages.ask(done).text
    assert "Its number is" not in talk.pages.ask(done).text


def test_another_address_is_believed_no_more_than_anybodys(place: Place) -> None:
    talk = Talk(place, "A third lamp")
    kim = Somebody(place, talk.kim)
    kim.log_in()
    wrong = sends(kim, talk.kim, copies="eva@customer.example, nonsense")
    assert wrong.status == 422
    assert "at most ten addresses" in wrong.text
    assert sends(kim, talk.kim, copies=",".join(f"a{n}@x.example" for n in range(11))).status == 422
    # as of anybody else: nothing was calculated, so a code is asked for
    asked = sends(kim, "victim@elsewhere.example", copies="eva@customer.example")
    assert asked.status == 303
    assert asked.headers["location"].startswith("/confirm/")


def test_whoever_was_not_let_in_has_no_copies(place: Place) -> None:
    talk = Talk(place, "A fourth lamp")
    stranger = Somebody(place, talk.kim)
    assert "Colleagues in copy" not in stranger.pages.ask("/").text
    got = sends(stranger, talk.kim, copies="eva@customer.example")
    assert got.status == 303
    assert got.headers["location"].startswith("/confirm/")
