"""Tickets and what belongs to them: what goes in comes out, and nobody's change is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from maildesk.desk.ticket import Person, Status
from maildesk.store.db import Database
from maildesk.store.desk import assignments, conversation, participants, tickets
from tests.desk.stories import POLICY
from tests.store.rows import NOW, at_once, open_ticket

BOSS = Person("Boss@Harbour.example", "Boss")


def read(db: Database, ticket_id: int) -> object:
    with db.read() as conn:
        return tickets.ticket(conn, ticket_id, POLICY)


def message(ticket_id: int, message_id: str) -> dict[str, object]:
    row: dict[str, object] = {
        "ticket_id": ticket_id,
        "at": NOW,
        "kind": "public",
        "direction": "in",
        "from_address": "ana@harbour.example",
    }
    return row | {
        "text": "Hello",
        "reply": "Hello",
        "message_id": message_id,
        "attachments": [{"name": "a.txt"}],
    }


def test_a_ticket_comes_back_as_it_was_kept(db: Database) -> None:
    later = NOW + timedelta(microseconds=1)
    ticket_id = open_ticket(
        db,
        reference="TKT-0001",
        requester_name="Ana",
        organisation="Harbour",
        tier="vip",
        language="de",
        type="task",
    )
    with db.write() as conn:
        participants.add_participant(conn, ticket_id, BOSS)
        participants.add_participant(conn, ticket_id, BOSS)
        participants.add_participant(conn, ticket_id, Person("ana@harbour.example"))
        changes = {
            "labels": ["a", "ü"],
            "fields": {"licence key": "HB-1"},
            "resolved_at": later,
            "score": 4,
            "surveyed": True,
            "spent": 60,
        }
        tickets.change(
            conn, ticket_id, changes | {"status": "resolved", "assignee": "ben@desk.example"}
        )
        found = tickets.ticket(conn, ticket_id, POLICY)
    assert found is not None
    assert found.requester == Person("ana@harbour.example", "Ana", "Harbour", "vip")
    assert [p.address for p in found.participants] == [
        "ana@harbour.example",
        "boss@harbour.example",
    ]
    assert (found.labels, dict(found.fields), found.resolved_at, found.score) == (
        frozenset({"a", "ü"}),
        {"licence key": "HB-1"},
        later,
        4,
    )
    assert (found.behaviour, found.surveyed, found.spent, found.archived, found.created_at) == (
        Status.RESOLVED,
        True,
        60,
        False,
        NOW,
    )


def test_a_status_of_the_desks_own_behaves_as_its_policy_says(db: Database) -> None:
    own = replace(POLICY, statuses={**POLICY.statuses, "with the vendor": Status.ON_HOLD})
    ticket_id = open_ticket(db, status="with the vendor")
    with db.read() as conn:
        found = tickets.ticket(conn, ticket_id, own)
        renamed = tickets.ticket(conn, ticket_id, POLICY)
    assert found is not None
    assert renamed is not None
    assert (found.behaviour, renamed.behaviour) == (Status.ON_HOLD, Status.IN_PROGRESS)


def test_no_ticket_is_none(db: Database) -> None:
    assert read(db, 4711) is None


def test_a_merged_ticket_leads_to_the_one_that_lives_and_a_circle_to_none(db: Database) -> None:
    first, second, third = (open_ticket(db) for _ in range(3))
    with db.write() as conn:
        tickets.change(conn, first, {"merged_into": second})
        tickets.change(conn, second, {"merged_into": third})
        found = tickets.ticket(conn, first, POLICY, lock=True)
        assert found is not None
        assert found.id == third
        tickets.change(conn, third, {"merged_into": first})
        assert tickets.ticket(conn, first, POLICY) is None


def test_four_hundred_changes_from_eight_threads_all_survive(db: Database) -> None:
    ticket_id = open_ticket(db)

    def write(_: int) -> None:
        for _round in range(50):
            with db.write() as conn:
                found = tickets.ticket(conn, ticket_id, POLICY, lock=True)
                assert found is not None
                tickets.change(conn, ticket_id, {"message_count": found.message_count + 1})

    at_once(8, write)
    with db.read() as conn:
        found = tickets.ticket(conn, ticket_id, POLICY)
    assert found is not None
    assert found.message_count == 400


def test_numbers_are_never_given_twice(db: Database) -> None:
    ids = at_once(8, lambda _: [open_ticket(db) for _ in range(5)])
    flat = [n for some in ids for n in some]
    assert len(set(flat)) == 40


def test_a_ticket_is_found_by_its_reference_in_any_case(db: Database) -> None:
    ticket_id = open_ticket(db, reference="TKT-0001")
    with db.read() as conn:
        assert tickets.id_by_reference(conn, "TKT-0001") == ticket_id
        assert tickets.id_by_reference(conn, "tkt-0001") == ticket_id
        assert tickets.id_by_reference(conn, "TKT-0002") is None


def test_the_first_known_message_id_names_the_ticket(db: Database) -> None:
    one, two = open_ticket(db), open_ticket(db)
    with db.write() as conn:
        conversation.add_message(conn, message(one, "a@x"))
        row = conversation.add_message(conn, message(two, "b@x"))
        assert tickets.id_by_message_id(conn, ["unknown@x", "b@x", "a@x"]) == two
        assert tickets.id_by_message_id(conn, ["a@x", "b@x"]) == one
        assert tickets.id_by_message_id(conn, ["unknown@x"]) is None
        assert tickets.id_by_message_id(conn, []) is None
        assert tickets.id_by_message_id(conn, ["a@x"] * 100_000) == one
        conversation.went_out(conn, row, "sent@desk.example", ["kim@customer.example"])
        assert tickets.id_by_message_id(conn, ["sent@desk.example"]) == two


def test_an_empty_message_id_names_no_ticket(db: Database) -> None:
    ticket_id = open_ticket(db)
    with db.write() as conn:
        conversation.add_message(conn, message(ticket_id, ""))
        assert tickets.id_by_message_id(conn, [""]) is None


def test_links_are_known_from_both_sides_and_once(db: Database) -> None:
    one, two = open_ticket(db, reference="TKT-0001"), open_ticket(db, reference="TKT-0002")
    with db.write() as conn:
        tickets.link(conn, two, one, "follows")
        tickets.link(conn, one, two, "follows")
        assert tickets.linked(conn, one) == [("follows", "TKT-0002")]
        assert tickets.linked(conn, two) == [("follows", "TKT-0001")]


def test_the_history_is_read_in_its_order(db: Database) -> None:
    ticket_id = open_ticket(db)
    lines = [
        {"ticket_id": ticket_id, "at": NOW, "who": "ana", "what": what, "detail": {"n": what}}
        for what in ("opened", "received", "sent")
    ]
    with db.write() as conn:
        tickets.add_history(conn, [])
        tickets.add_history(conn, lines)
        entries = tickets.entries(conn, ticket_id)
    assert [(e.what, e.detail["n"], e.at) for e in entries] == [
        ("opened", "opened", NOW),
        ("received", "received", NOW),
        ("sent", "sent", NOW),
    ]


def test_somebody_who_leaves_has_no_part_any_more(db: Database) -> None:
    ticket_id = open_ticket(db)
    with db.write() as conn:
        participants.add_participant(conn, ticket_id, BOSS)
        participants.remove_participant(conn, ticket_id, "BOSS@harbour.example")
        found = tickets.ticket(conn, ticket_id, POLICY)
    assert found is not None
    assert not found.has_part(BOSS.address)


def test_the_round_goes_on_from_whoever_was_given_a_ticket_last(db: Database) -> None:
    open_ticket(db, assignee="ben@desk.example")
    open_ticket(db, assignee="ben@desk.example", status="closed")
    with db.write() as conn:
        for agent in ("ben@desk.example", "carla@desk.example", "ben@desk.example"):
            assignments.note_assignment(conn, agent)
        loads = assignments.loads(
            conn, ["ben@desk.example", "carla@desk.example", "dev@desk.example"], POLICY
        )
    assert loads["ben@desk.example"].open_tickets == 1
    assert (
        loads["ben@desk.example"].last_assigned
        > loads["carla@desk.example"].last_assigned
        > loads["dev@desk.example"].last_assigned
        == 0
    )


def test_what_was_there_before_of_the_same_requester_newest_first(db: Database) -> None:
    one, two, three = (
        open_ticket(db, reference=f"TKT-{n}", queue=queue)
        for n, queue in enumerate(("support", "network", "support"))
    )
    with db.write() as conn:
        tickets.change(conn, two, {"merged_into": one})
        assert [
            row.reference for row in tickets.previous_of(conn, "ANA@harbour.example", three)
        ] == ["TKT-1", "TKT-0"]
