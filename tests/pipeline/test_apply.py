"""Effects become rows in one transaction: all of them or none, the same thing never twice, each
with its line of history."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.actor import Actor, ActorKind
from maildesk.desk.ticket import Person, Status
from maildesk.pipeline.apply import apply
from maildesk.pipeline.transaction import New, Transaction, addressed
from maildesk.store.desk import tickets
from tests.pipeline.place import Place, mail


def carry_out(place: Place, effects: Sequence[fx.Effect], *, number: int = 1) -> list[int]:
    """Apply these effects to the ticket, in a transaction; the new outbox rows."""
    policy = place.services.keeper.current.policy
    with place.services.db.write() as conn:
        ticket = tickets.ticket(conn, number, policy, lock=True)
        tx = Transaction(
            conn, place.services, policy, place.now, Actor(ActorKind.AGENT, "ben@desk.example")
        )
        return apply(tx, addressed(ticket or New(), effects))


def test_what_fails_half_way_leaves_nothing_behind(both: Place) -> None:
    both.receive(mail())
    before = (
        both.rows("tickets"),
        both.rows("history"),
        both.rows("outbox"),
        both.rows("messages"),
    )
    wrong = fx.SendToCustomer(template="no such template")
    with pytest.raises(Exception, match="no such template"):
        carry_out(both, [fx.AddNote(text="A note."), fx.SetStatus(status=Status.RESOLVED), wrong])
    assert (
        both.rows("tickets"),
        both.rows("history"),
        both.rows("outbox"),
        both.rows("messages"),
    ) == before


def test_the_acknowledgement_of_a_ticket_happens_once(both: Place) -> None:
    both.receive(mail())
    again = fx.SendToCustomer(template="acknowledgement", once="acknowledgement")
    assert carry_out(both, [again]) == []
    assert len(both.rows("outbox", purpose="acknowledgement")) == 1


def test_every_change_has_its_line_with_who_did_it_and_under_which_policy(place: Place) -> None:
    place.receive(mail())
    carry_out(
        place,
        [
            fx.SetField(name="priority", value="high"),
            fx.Label(name="bug"),
            fx.Assign(agent="ben@desk.example"),
        ],
    )
    lines = {line.what: line for line in place.rows("history")}
    fingerprint = place.services.keeper.current.policy.fingerprint
    assert {"priority", "label", "assigned"} <= set(lines)
    assert lines["priority"].detail == {"from": "normal", "to": "high"}
    assert {
        (lines[what].who, lines[what].policy) for what in ("priority", "label", "assigned")
    } == {("ben@desk.example", fingerprint)}
    (ticket,) = place.rows("tickets")
    assert (ticket.priority, ticket.assignee, "bug" in ticket.labels) == (
        "high",
        "ben@desk.example",
        True,
    )


def test_what_is_so_already_writes_no_line(place: Place) -> None:
    place.receive(mail())
    before = len(place.rows("history"))
    carry_out(
        place, [fx.SetField(name="priority", value="normal"), fx.Label(name="nothing", on=False)]
    )
    assert len(place.rows("history")) == before


def test_who_joins_hears_the_next_answer_and_who_left_does_not(place: Place) -> None:
    place.receive(mail())
    place.later(60)
    carry_out(place, [fx.AddParticipant(person=Person("lee@customer.example", "Lee"))])
    place.answer("ben@desk.example", "To you both.")
    carry_out(place, [fx.RemoveParticipant(address="lee@customer.example")])
    place.answer("ben@desk.example", "To you alone.")
    assert len(place.rows("outbox", recipient="lee@customer.example")) == 1
    assert len(place.rows("outbox", recipient="kim@customer.example", purpose="reply")) == 2
