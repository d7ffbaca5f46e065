"""Somebody who may see what their organisation has asked reads it, writes nothing, and the others
are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stories.running_desk import text_of, wait_until, write
from tests.web.mine.person import Somebody, link_to, subjects
from tests.web.places import running
from tests.web.talk import DESK, Place, Talk, field

CONTACTS = '  - {match: "@bigcorp.example", organisation: Big Corp, tier: vip}\n'
EVA = "eva@firm.example"
FIRM = "  - {match: '@firm.example', organisation: Firm}\n"
SEES = f"  - {{addresses: [{EVA}], organisation: Firm, sees: organisation}}\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("organisation")) as found:
        found[0].edit("desk.yaml", CONTACTS, CONTACTS + FIRM + SEES)
        yield found


def test_they_read_what_colleagues_asked_and_write_nothing(place: Place) -> None:
    tom = Talk(place, "Tom's printer", kim="tom@firm.example")
    other = Talk(place, "Of another firm")
    place[0].send(write(f"Eva <{EVA}>", DESK, "My own", "It jams."), EVA, DESK)
    assert "Whoever looks after requests at Firm can see this one, too." in text_of(tom.mail)
    assert "Whoever looks after" not in text_of(other.mail)
    wait_until(lambda: len(place[0].tickets_of(EVA)) == 1, "it is there")
    eva = Somebody(place, EVA)
    eva.log_in()
    assert subjects(eva.mine()) == ["My own"]
    page = eva.mine("?of=organisation")
    assert set(subjects(page)) == {"My own", "Tom&#39;s printer"}
    assert "Kim Novak" in page
    assert subjects(eva.mine("?of=organisation&q=paper")) == ["Tom&#39;s printer"]
    link = link_to(page, "Tom")
    shown = eva.pages.ask(link).text
    assert "Pull the paper out." in shown
    assert "You see it for your organisation" in shown
    assert "We have answered, and wait for Kim Novak." in shown
    assert "reply here" not in shown and "wait for you" not in shown + page
    assert "Waiting for them <span>1</span>" in page
    assert "Waiting for you" in eva.mine() and "Waiting for them" not in eva.mine()
    assert "<form" not in shown
    assert eva.pages.ask(f"{link}/download").status == 200
    for name in ("reply", "code", "confirm", "renew"):
        assert eva.post(f"{link}/{name}", {"form": "x", "text": "x", "do": "close"}).status == 403
    stranger = Somebody(place, EVA)
    assert stranger.pages.ask(link).status == 404, "the link is nothing without the log-in"
    own = eva.pages.ask(link_to(eva.mine(), "My own")).text
    assert field(own, "form")
    colleague = Somebody(place, "tom@firm.example")
    colleague.log_in()
    assert subjects(colleague.mine("?of=organisation")) == ["Tom&#39;s printer"]
    assert "Your organisation" not in colleague.mine()
    assert colleague.pages.ask(link).status == 404
    assert tom.reference in shown
    place[0].edit("desk.yaml", SEES, SEES.replace(", sees: organisation", ""))
    assert subjects(eva.mine("?of=organisation")) == ["My own"]
    assert eva.pages.ask(link).status == 404
    place[0].edit("desk.yaml", SEES.replace(", sees: organisation", ""), SEES)
