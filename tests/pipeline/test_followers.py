"""Following on a database: what is stored, listed, shown and told."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from maildesk.commands import tickets
from maildesk.desk.filters.fields import Asker
from maildesk.desk.filters.parse import parse
from maildesk.desk.filters.values import EVERYTHING
from maildesk.store.queries import ticket_queries
from tests.pipeline.desk_changes import with_words
from tests.pipeline.place import Place, mail, told, words

ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))
KIM = "kim@customer.example"


def followed(place: Place, words: str, me: str) -> list[str]:
    policy = place.services.keeper.current.policy
    query = parse(words, Asker(policy, place.now, policy.agent(me)))
    with place.services.db.read() as conn:
        page = ticket_queries.find(conn, query, EVERYTHING, policy)
    return [one.reference for one in page.tickets]


def test_a_follower_hears_finds_and_stops_hearing(both: Place) -> None:
    both.receive(mail())
    both.answer(CARLA, "#folgen")
    both.answer(BEN, "#take")
    both.answer(KIM, "It blinks.")
    (news,) = told(both, CARLA, "agent_reply")
    assert "It blinks." in words(news)
    assert "Folgen Carla Weiss" in words(news)
    assert followed(both, "follower:me", CARLA) == ["TKT-0001"]
    assert followed(both, "follower:me", BEN) == []
    assert followed(both, "follower:carla is:open", BEN) == ["TKT-0001"]
    lines = [(row.what, row.who) for row in both.rows("history") if "follow" in row.what]
    assert lines == [("followed", CARLA)]
    both.answer(CARLA, "#note\n#entfolgen")
    assert "#note" in words(both.letters(CARLA)[-1]), "an empty note is asked about"
    both.answer(CARLA, "#entfolgen")
    both.answer(KIM, "And now it is dark.")
    assert len(told(both, CARLA, "agent_reply")) == 1
    assert followed(both, "follower:me", CARLA) == []
    assert both.rows("ticket_followers") == []


def test_who_is_no_agent_any_more_follows_nothing(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#take\n#follow carla")
    (brought,) = told(place, CARLA, "agent_mentioned")
    assert "Ben Okafor möchte, dass Sie einem Ticket folgen: TKT-0001, Printer" in words(brought)
    with_words(place, "address: carla@desk.example", "address: dora@desk.example", "agents.yaml")
    before = len(place.letters(CARLA))
    place.answer(KIM, "Hello?")
    assert len(place.letters(CARLA)) == before
    assert "Followers" not in words(place.letters(BEN)[-1])


def test_at_the_command_line_it_is_the_same(place: Place) -> None:
    place.receive(mail())
    desk = ("--desk", str(place.folder))
    runner = CliRunner()
    done = runner.invoke(tickets.app, ["follow", "1", "--as", "ben", *desk])
    assert "done: followers none → ben@desk.example" in done.output
    done = runner.invoke(tickets.app, ["follow", "1", "carla", "--json", *desk])
    (receipt,) = json.loads(done.stdout)["receipts"]
    assert receipt["mails"] == [{"recipient": CARLA, "purpose": "agent_mentioned"}]
    assert receipt["undo"] == [{"name": "unfollow", "value": CARLA}]
    shown = json.loads(runner.invoke(tickets.app, ["show", "1", "--json", *desk]).stdout)
    assert shown["followers"] == [BEN, CARLA]
    text = runner.invoke(tickets.app, ["show", "1", *desk]).output
    assert "followed by ben@desk.example, carla@desk.example" in text


def test_a_mention_is_answered_by_mail_and_the_answer_reaches_who_asked(both: Place) -> None:
    both.receive(mail())
    both.answer(ANA, "#take")
    both.answer(BEN, "#note\nAna, one thing.")
    both.answer(BEN, "#note\n@Carla Weiss, is that the recalled one? @karl, you too?")
    (news,) = told(both, CARLA, "agent_mentioned")
    assert "Ben Okafor erwähnt Sie in einer Notiz zu TKT-0001: Printer" in words(news)
    receipt = words(both.letters(BEN)[-1])
    assert "@karl: there is no agent of that name, so nobody was told" in receipt
    both.answer(CARLA, "Yes, it is.")
    notes = [row.text.strip() for row in both.rows("messages", kind="note")]
    assert notes[-1] == "Yes, it is."
    assert "Yes, it is." in words(told(both, BEN, "agent_note")[-1])
    assert "Yes, it is." in words(told(both, ANA, "agent_note")[-1])
    assert [row.purpose for row in both.rows("outbox", recipient=KIM)] == ["acknowledgement"]
