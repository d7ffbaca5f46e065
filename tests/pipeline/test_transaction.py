"""One act may touch several tickets: each has its own history, timers and mails, all in one
transaction."""

from __future__ import annotations

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.actor import Actor, ActorKind
from maildesk.desk.ticket import Person, Status
from maildesk.errors import Refused
from maildesk.pipeline.apply import apply
from maildesk.pipeline.transaction import New, Target, Transaction, addressed
from maildesk.store.desk import tickets
from tests.pipeline.place import SUPPORT, Place, mail

BEN = Actor(ActorKind.AGENT, "ben@desk.example", "Ben Okafor", "agent", "smtp")
OPENS = fx.OpenTicket(
    subject="The other half",
    queue="support",
    priority="high",
    category="",
    requester=Person("lee@customer.example", "Lee"),
    address=SUPPORT,
    language="en",
)


def two_tickets(place: Place) -> None:
    place.receive(mail("One."))
    place.receive(mail("Two.", Subject="Scanner"))


def begun(place: Place, conn: object) -> tuple[Transaction, list[Target]]:
    policy = place.services.keeper.current.policy
    tx = Transaction(conn, place.services, policy, place.now, BEN)  # type: ignore[arg-type]
    found = [tickets.ticket(tx.conn, number, policy, lock=True) for number in (1, 2)]
    return tx, [ticket for ticket in found if ticket is not None]


def test_a_link_a_status_and_a_new_ticket_are_one_act(both: Place) -> None:
    two_tickets(both)
    known = len(both.rows("history"))
    with both.services.db.write() as conn:
        tx, (first, second) = begun(both, conn)
        new = New()
        kicks = apply(
            tx,
            [
                (first, fx.LinkTicket(reference="TKT-0002", kind="duplicate", why="the same")),
                (second, fx.SetStatus(status=Status.CLOSED, why="a duplicate")),
                (new, OPENS),
                (first, fx.AddNote(text="Split.")),
                (new, fx.SendToCustomer(template="acknowledgement", once="acknowledgement")),
            ],
        )
    lines = [(one.ticket_id, one.what, one.who, one.door) for one in both.rows("history")[known:]]
    assert lines == [
        (1, "linked", "ben@desk.example", "smtp"),
        (1, "noted", "ben@desk.example", "smtp"),
        (2, "status", "ben@desk.example", "smtp"),
        (3, "opened", "ben@desk.example", "smtp"),
        (3, "sent", "desk", "smtp"),
    ]
    assert [row.status for row in both.rows("tickets")] == ["open", "closed", "open"]
    (sent,) = both.rows("outbox", recipient="lee@customer.example")
    assert ([sent.id], sent.ticket_id) == (kicks, 3)
    timers = [len(both.rows("timers", ticket_id=number, state="due")) for number in (1, 2)]
    assert timers[0] > timers[1], "each has its own timers: whatever is closed is not overdue"


def test_what_is_refused_for_one_ticket_leaves_none_of_them_changed(place: Place) -> None:
    two_tickets(place)
    before = (place.rows("tickets"), place.rows("history"))
    with pytest.raises(Refused, match="nothing keeps"), place.services.db.write() as conn:
        tx, (first, second) = begun(place, conn)
        label, lift = fx.Label(name="bug"), fx.Lift(address="kim@customer.example")
        apply(tx, [(first, label), (second, lift)])
    assert (place.rows("tickets"), place.rows("history")) == before


def test_an_act_may_go_on_with_a_ticket_that_it_has_written(place: Place) -> None:
    """Two reports in one mail may be about the same ticket."""
    two_tickets(place)
    with place.services.db.write() as conn:
        tx, (first, _) = begun(place, conn)
        apply(tx, [(first, fx.SpendTime(seconds=60))])
        again = tx.changes[-1].subject
        apply(tx, [(again, fx.SpendTime(seconds=60))])
    assert [row.spent for row in place.rows("tickets")] == [120, 0]
    assert len(place.rows("history", what="spent")) == 2


def test_effects_behind_an_opening_are_about_the_new_ticket(place: Place) -> None:
    """A closed ticket's customer writes: what follows is the follow-up's."""
    two_tickets(place)
    policy = place.services.keeper.current.policy
    with place.services.db.read() as conn:
        old = tickets.ticket(conn, 1, policy)
    assert old is not None
    decided = addressed(old, [fx.Record(what="a"), OPENS, fx.Record(what="b")])
    assert decided[0][0] is old
    assert isinstance(decided[1][0], New)
    assert decided[1][0] is decided[2][0]


def test_a_note_that_came_by_no_mail_is_kept_and_shown(place: Place) -> None:
    """The command line, a console: what they say is in the effect, and there
    are no octets to keep."""
    two_tickets(place)
    with place.services.db.write() as conn:
        tx, (first, _) = begun(place, conn)
        sender, words = Person(BEN.address, BEN.name), "She called: it smokes."
        note = fx.AddMessage(
            kind="note", direction="in", sender=sender, text=words, reply=words, agent=BEN.address
        )
        told = fx.NotifyAgents(agents=("carla@desk.example",), template="agent_note")
        apply(tx, [(first, note), (first, told)])
    letter = place.letters("carla@desk.example")[-1]
    body = letter.get_body(("plain",))
    assert body is not None
    assert words in body.get_content()
    (row,) = place.rows("messages", kind="note")
    assert (row.text, row.digest, row.attachments) == (words, None, [])
