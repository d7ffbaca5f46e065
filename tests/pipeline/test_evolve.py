"""What was decided for is what is stored: the fold of `desk.evolve`, `apply`,
and the rows agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maildesk.desk import effects as fx
from maildesk.desk.evolve import evolved
from maildesk.desk.ticket import Person, Status, Ticket
from maildesk.pipeline.apply import apply
from maildesk.pipeline.transaction import New, Transaction, addressed
from maildesk.store.desk import tickets
from tests.pipeline.place import SUPPORT, Place

# no effect's: see `evolve`
WRITTEN_BESIDE = {"id", "reference", "updated_at", "version", "warns_at", "breaches_at"}
KIM = Person("Kim@customer.example", "Kim")
PEOPLE = [Person(f"{name}@Customer.example", name.upper()) for name in ("ana", "lee", "zoe")]
WORDS = st.sampled_from(["", "a", "Öl", "high", "billing"])
OPENS = fx.OpenTicket(
    subject="Printer",
    queue="support",
    priority="normal",
    category="",
    requester=KIM,
    address=SUPPORT,
    language="en",
    participants=(PEOPLE[2], PEOPLE[0]),
)


def message(
    person: Person, kind: str, direction: str = "in", *, automatic: bool = False
) -> fx.AddMessage:
    return fx.AddMessage(
        kind=kind, direction=direction, sender=person, text="Hm.", reply="Hm.", automatic=automatic
    )


def asks(person: Person) -> list[fx.Effect]:
    """Whoever waits has written something: `decide` has no other way."""
    return [message(person, "stranger"), fx.AskToJoin(person=person)]


PERSON = st.sampled_from([KIM, *PEOPLE])
ADDRESS = PERSON.map(lambda person: person.address)
STEPS: st.SearchStrategy[list[fx.Effect]] = st.one_of(
    st.builds(asks, PERSON),
    *(
        one.map(lambda effect: [effect])
        for one in (
            st.builds(
                message,
                PERSON,
                st.sampled_from(["public", "note"]),
                st.sampled_from(["in", "out"]),
                automatic=st.booleans(),
            ),
            st.builds(fx.AddNote, text=WORDS),
            st.builds(fx.SetStatus, status=st.sampled_from(Status)),
            st.builds(
                fx.SetField,
                name=st.sampled_from(
                    ["priority", "queue", "subject", "resolution", "fields.serial"]
                ),
                value=WORDS,
            ),
            st.builds(fx.Label, name=WORDS, on=st.booleans()),
            st.builds(
                fx.Assign, agent=st.sampled_from(["", "ben@desk.example", "nobody@desk.example"])
            ),
            st.builds(fx.AddParticipant, person=PERSON),
            st.builds(fx.KeepOut, address=ADDRESS),
            st.builds(fx.RemoveParticipant, address=ADDRESS),
            st.builds(fx.RecordScore, score=st.integers(1, 5), comment=WORDS),
            st.builds(fx.SpendTime, seconds=st.integers(0, 999)),
            st.just(fx.SendToCustomer(template="resolution", context={"survey": True})),
            st.just(fx.Record(what="rule")),
        )
    ),
)
ACT = st.lists(STEPS, max_size=6).map(lambda steps: [effect for step in steps for effect in step])


def carry_out(
    place: Place, number: int | None, effects: Sequence[fx.Effect]
) -> tuple[Ticket, Ticket]:
    """The ticket as `apply` leaves it, and as its rows have it afterwards."""
    policy = place.services.keeper.current.policy
    with place.services.db.write() as conn:
        ticket = tickets.ticket(conn, number, policy, lock=True) if number else None
        tx = Transaction(conn, place.services, policy, place.now)
        apply(tx, addressed(ticket or New(), effects or [fx.Record(what="rule")]))
    assert tx.last is not None
    with place.services.db.read() as conn:
        stored = tickets.ticket(conn, tx.last.subject.id, policy)
    assert stored is not None
    return tx.last.subject, stored


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(ACT, min_size=1, max_size=4))
def test_the_fold_is_what_the_rows_say(both: Place, acts: list[list[fx.Effect]]) -> None:
    folded, number = None, None
    history: list[Sequence[fx.Effect]] = [[OPENS], *acts]
    for effects in history:
        both.later(60)
        policy = both.services.keeper.current.policy
        folded = evolved(folded, effects, policy, both.now)
        applied, stored = carry_out(both, number, effects)
        number = stored.id
        assert applied == stored
        for name in {field.name for field in fields(Ticket)} - WRITTEN_BESIDE:
            assert getattr(folded, name) == getattr(stored, name), name
