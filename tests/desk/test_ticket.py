"""The transition table, cell by cell."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from maildesk.desk.ticket import TRANSITIONS, Move, Person, Status, after
from maildesk.errors import Refused
from tests.desk.stories import ANA, NOW, ticket

# Rows: the status. Columns: agent_reply, requester_reply, start, wait, hold, resolve, close,
# reopen, mark_spam, not_spam. A word of two letters is a status, "=" stays, "." is refused, "<" is
# in_progress, or open while nobody is assigned.
TABLE = """
    open        ip op ip wa oh re cl .  sp .
    in_progress ip ip ip wa oh re cl .  sp .
    waiting     wa <  ip wa oh re cl <  sp .
    on_hold     oh oh ip wa oh re cl <  sp .
    resolved    re <  ip wa oh re cl <  sp .
    closed      cl <  .  .  .  .  cl <  sp .
    spam        .  sp .  .  .  .  cl .  sp <
"""
WORDS = {
    "op": "open",
    "ip": "in_progress",
    "wa": "waiting",
    "oh": "on_hold",
    "re": "resolved",
    "cl": "closed",
    "sp": "spam",
}
ROWS = {line.split()[0]: line.split()[1:] for line in TABLE.strip().splitlines()}
CELLS = [(status, move, ROWS[status.value][n]) for status in Status for n, move in enumerate(Move)]


def test_the_table_has_every_cell() -> None:
    assert set(TRANSITIONS) == set(Status)
    assert all(set(row) == set(Move) for row in TRANSITIONS.values())


@pytest.mark.parametrize(("status", "move", "cell"), CELLS, ids=lambda value: str(value))
def test_every_move_leads_where_the_table_says(status: Status, move: Move, cell: str) -> None:
    for assigned in (True, False):
        if cell == ".":
            with pytest.raises(Refused) as refusal:
                after(status, move, assigned=assigned)
            assert str(refusal.value).startswith(f"a ticket that is {status.value} cannot ")
            continue
        expected = ("in_progress" if assigned else "open") if cell == "<" else WORDS[cell]
        assert after(status, move, assigned=assigned) is Status(expected)


def test_a_refusal_says_what_was_wanted_in_words_a_person_reads() -> None:
    with pytest.raises(Refused, match=r"^a ticket that is closed cannot be resolved$"):
        after(Status.CLOSED, Move.RESOLVE, assigned=True)


def test_no_status_is_a_dead_end() -> None:
    reached = {Status.OPEN}
    for _ in Status:
        for status, move in product(tuple(reached), Move):
            if TRANSITIONS[status][move] is not None:
                reached.add(after(status, move, assigned=True))
    assert reached == set(Status)
    assert all(
        any(target not in (None, status) for target in row.values())
        for status, row in TRANSITIONS.items()
    )


def test_the_turn_is_whoever_wrote_last() -> None:
    assert ticket().turn == "customer reply"
    assert ticket(customer_wrote_at=NOW).turn == "customer reply"
    assert ticket(agent_wrote_at=NOW).turn == "answered"
    assert ticket(customer_wrote_at=NOW, agent_wrote_at=NOW).turn == "answered"


def test_a_part_in_a_ticket_does_not_depend_on_upper_or_lower_case() -> None:
    shared = ticket(participants=(ANA, Person("Boss@Harbour.example")))
    assert shared.has_part("ANA@harbour.EXAMPLE")
    assert shared.has_part("boss@harbour.example")
    assert not shared.has_part("mallory@harbour.example")


def test_a_ticket_with_another_value_is_another_ticket_and_has_no_new_fields() -> None:
    before = ticket()
    assert before.but(subject="Scanner", spent=60) == replace(before, subject="Scanner", spent=60)
    assert before == ticket()
    with pytest.raises(TypeError, match="colour"):
        before.but(colour="red")
