"""Who gets an answer, and who joined without proof."""

from __future__ import annotations

from datetime import UTC, datetime

from maildesk.desk.facts import Entry
from maildesk.desk.mails.readers import may_see, only, readers, unproved
from maildesk.desk.ticket import Person
from tests.desk.stories import ANA as KIM
from tests.desk.stories import ticket

LEE, EVA = (Person(f"{name}@customer.example", name) for name in ("lee", "eva"))
TICKET = ticket(participants=(KIM, LEE))
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def test_who_had_a_message_gets_the_answer() -> None:
    assert readers(TICKET, {LEE.key, "support@desk.example"}) == (LEE,)
    assert readers(TICKET, {LEE.key, KIM.key}) == (KIM, LEE)
    assert readers(TICKET, ()) == (KIM, LEE), "nobody knows who had it"
    assert readers(TICKET, {EVA.key}) == (KIM,), "who had it takes no part any more"


def test_whom_an_answer_brings_in_gets_it_too() -> None:
    assert only(TICKET, {LEE.key}, (EVA,)) == (LEE.key, EVA.key)
    assert only(TICKET, {LEE.key, KIM.key}, (EVA,)) == ()


def test_a_message_is_seen_by_those_who_had_it() -> None:
    assert may_see({LEE.key}, LEE) and not may_see({LEE.key}, KIM)
    assert may_see((), KIM)


def test_a_doubt_lasts_until_an_agent_says_something() -> None:
    joined = Entry(NOW, "joined", detail={"address": LEE.key, "unproved": "yes"})
    assert unproved((joined,)) == {LEE.key}
    for what in ("let_in", "kept_out", "left"):
        said = Entry(NOW, what, detail={"address": LEE.key})
        assert unproved((joined, said)) == frozenset()
    assert unproved((Entry(NOW, "joined", detail={"address": LEE.key}),)) == frozenset()
