"""Whoever logs in by a link that was mailed has that mailbox: nobody doubts the address any more
under which they wrote on the web form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stories.running_desk import text_of
from tests.web.mine.person import Somebody
from tests.web.places import running
from tests.web.talk import BEN, Place
from tests.web.test_portal import Visit, is_sent


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("proved")) as found:
        yield found


def test_a_log_in_ends_the_mark_of_what_was_typed(place: Place) -> None:
    visit = Visit(place)
    assert is_sent(visit.says())
    reference = str(visit.greeting()["X-Maildesk-Ticket"])
    notice = visit.inbox.take(BEN, subject="Lamp")
    assert "Written on the web form" in text_of(notice)
    told = visit.desk.run("ticket", "show", reference).stdout.decode()
    assert "sender: typed on the web form, not proved" in told
    assert "typed: True" not in told
    kim = Somebody(place, visit.kim)
    kim.log_in()
    history = visit.desk.ticket(reference)["history"]
    proofs = [one for one in history if one["what"] == "address_proved"]
    assert [(one["who"], one["detail"]) for one in proofs] == [(visit.kim, {"address": visit.kim})]
    Somebody(place, visit.kim).log_in()  # a second time proves nothing new
    again = visit.desk.ticket(reference)["history"]
    assert str(again).count("address_proved") == 1
