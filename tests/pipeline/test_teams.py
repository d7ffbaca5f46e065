"""A ticket is given to a team by mail, on both databases: a queue has it, or one of the team."""

from __future__ import annotations

from collections import Counter

from tests.pipeline.desk_changes import with_words
from tests.pipeline.place import Place, mail, told, words
from tests.pipeline.test_questions import asks, proving

__all__ = ["proving"]
ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))


def receipt(place: Place, agent: str) -> str:
    return words(told(place, agent, "agent_transcript")[-1])


def history(place: Place) -> list[str]:
    return [row.what for row in place.rows("history", ticket_id=1)]


def test_a_queue_takes_it_from_whoever_does_not_work_there_and_undo_gives_it_back(
    both: Place,
) -> None:
    both.receive(mail())
    both.answer(ANA, "#take")
    both.answer(ANA, "#assign billing")
    ticket = both.row("tickets", 1)
    assert (ticket.queue, ticket.assignee) == ("billing", "")
    read = receipt(both, ANA)
    assert "Queue: billing (before: support)" in read
    assert "Nobody has it now: Ana Lindqvist does not work in the queue billing" in read
    assert history(both).count("queue") == 1
    moved = {row.recipient for row in both.rows("outbox", purpose="agent_unassigned_again")}
    assert ANA not in moved
    both.answer(ANA, "#undo")
    ticket = both.row("tickets", 1)
    assert (ticket.queue, ticket.assignee) == ("support", ANA)


def test_one_of_a_team_gets_it_in_turn(proving: Place) -> None:
    with_words(proving, "[support, billing]", "[support, billing, second]", "agents.yaml")
    for number in range(1, 5):
        proving.receive(mail(Message_ID=f"<{number}@customer.example>", Subject=f"No. {number}"))
    asks(proving, ANA, "#for 1 2 3 4\n#assign second")
    given = Counter(row.assignee for row in proving.rows("tickets"))
    assert given == {BEN: 2, CARLA: 2}
    why = [str(row.detail) for row in proving.rows("history", what="assigned")]
    assert len(why) == 4
    assert all("gave_to_team" in one for one in why)
    assert "It was the turn of" in words(told(proving, ANA, "agent_answer")[-1])
