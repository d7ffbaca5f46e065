"""Lists: what a database finds is what the filter means, page by page, and along an index."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from maildesk.desk.filters import values as v
from maildesk.desk.filters.documents import about
from maildesk.desk.filters.evaluate import Material, matches
from maildesk.desk.filters.parse import parse
from maildesk.desk.filters.tokens import document, phrase
from maildesk.desk.filters.values import EVERYTHING, Order, Query
from maildesk.desk.filters.visibility import seen_by
from maildesk.desk.ticket import Person, Ticket
from maildesk.errors import Refused
from maildesk.store.db import Database
from maildesk.store.desk import participants, tickets
from maildesk.store.queries import query_plan, search, ticket_queries
from tests.desk.filters.test_parse import ASKER, BEN, POLICY
from tests.store.rows import NOW, ticket_row

HOUR = timedelta(hours=1)
TEXTS = (
    ("The printer has a paper "
    "jam."), "Störung am Drucker, Łódź", "打印机坏了", "プリンターが壊れた", "프린터 고장",
    "เครื่องพิมพ์เสีย", "ИНВОЙС 42", "a_b%c d\\e 100%", "", "jam paper",
)  # fmt: skip
PEOPLE = (
    Person("kim@bigcorp.example", "Kim Lee"), Person("Ana.Lopez@mail.bigcorp.example", "Ána López"),
    Person("x_y%z@odd.example"),
    Person("李@例え.example", "李 明"), Person("nobody", "No Domain"),
)  # fmt: skip
NEVER = None


@dataclass(frozen=True)
class Known:
    """The tickets of one database, as values with their documents."""

    db: Database
    tickets: tuple[tuple[Ticket, Material], ...]


@pytest.fixture
def known(db: Database) -> Known:
    """Sixty tickets that differ in everything that can be asked for, and one that was merged."""
    with db.write() as conn:
        made = [_open(conn, n) for n in range(60)]
        gone, _ = _open(conn, 60)
        tickets.change(conn, gone, {"merged_into": made[0][0]})
    with db.read() as conn:
        values = [
            (tickets.ticket(conn, ticket_id, POLICY), material) for ticket_id, material in made
        ]
    return Known(db, tuple((one, material) for one, material in values if one is not None))


def _of(n: int, values: Any, step: int = 1) -> Any:
    return values[n // step % len(values)]


def _open(conn: Any, n: int) -> tuple[int, Material]:
    who, words = _of(n, PEOPLE), _of(n, TEXTS, 3)
    row = ticket_row(
        subject=_of(n, TEXTS), status=_of(n, tuple(POLICY.statuses)),
        priority=_of(n, (*POLICY.priorities, "unheard"), 2),
        queue=_of(n, ("support", "billing", "gone"), 4),
        category=_of(n, ("", "billing", "technical"), 2),
        type=_of(n, ("", "question")), requester_address=who.address, requester_name=who.name,
        organisation=_of(n, ("", "Big Corp"), 5),
        tier=_of(n, ("", "vip"), 7), assignee=_of(n, ("", BEN.address), 3),
        created_at=NOW - n * HOUR,
        updated_at=NOW - n * 7 % 50 * HOUR,
        fields=_of(n, ({}, {"licence_key": "A-1"}, {"licence_key": "ä"})),
    )  # fmt: skip
    ticket_id = tickets.open_ticket(conn, row)
    more: dict[str, Any] = {
        "reference": f"TKT-{ticket_id:04d}",
        "has_files": n % 3 == 0,
        "archived": n % 11 == 0,
    }
    more |= {"labels": _of(n, ([], ["VIP"], ["VIP", "bug"]), 2)}
    for number, name in enumerate(
        ("customer_wrote_at", "agent_wrote_at", "closed_at", "warns_at", "breaches_at")
    ):
        more[name] = _of(n, (NEVER, NOW - HOUR, NOW, NOW + HOUR), number + 1)
    tickets.change(conn, ticket_id, more)
    other = Person("lee@elsewhere.example", "Lee")
    if n % 4 == 0:
        participants.add_participant(conn, ticket_id, other, _of(n, ("in", "waiting", "out"), 4))
    documents = [
        about(more["reference"], row["subject"], (who, *([other] if n % 4 == 0 else []))),
        [words, "tail"],
    ]
    for number, parts in enumerate(documents):
        search.add(conn, ticket_id, number, parts)
    return ticket_id, Material(tuple(document(parts) for parts in documents))


ALL_WORDS = [
    *TEXTS,
    "paper",
    "jam",
    "pap",
    "stor",
    "drucker",
    "印机",
    "坏",
    "ター",
    "프린",
    "พิมพ์",
    "инв",
    "a b",
    "100",
    "tail",
    "kim",
]
TOKENS = st.sampled_from([found for one in ALL_WORDS if (found := phrase(one))])
MOMENTS = st.none() | st.sampled_from([NOW - 30 * HOUR, NOW - HOUR, NOW, NOW + HOUR])
LEAVES: st.SearchStrategy[v.Filter] = st.one_of(
    st.builds(v.Is, st.just("status"), st.frozensets(st.sampled_from([*POLICY.statuses, "odd"]),
        max_size=3)),
    st.builds(v.Is, st.just("priority"), st.frozensets(st.sampled_from([*POLICY.priorities,
        "unheard"]), max_size=3)),
    st.builds(v.Is, st.sampled_from(["queue", "category"]),
        st.frozensets(st.sampled_from(["", "billing", "support"]), max_size=2)),
    st.builds(v.Is, st.just("assignee"), st.frozensets(st.sampled_from(["", BEN.address]),
        max_size=2)),
    st.builds(v.Is, st.just("tier"), st.frozensets(st.sampled_from(["", "vip"]), max_size=2)),
    st.builds(v.Is, st.just("reference"), st.frozensets(st.sampled_from(["TKT-0003", "TKT-0050",
        "x"]), max_size=2)),
    st.builds(v.IsArchived),
    st.builds(v.During, st.sampled_from(["created_at", "updated_at", "closed_at", "breaches_at"]),
        MOMENTS, MOMENTS),
    st.builds(v.Promise, st.sampled_from(["ok", "warning", "breached"]), st.just(NOW)),
    st.builds(v.Unanswered),
    st.builds(v.HasAttachment),
    st.builds(v.Labelled, st.sampled_from(["", "vip", "bug", "none"])),
    st.builds(v.Custom, st.just("licence_key"), st.sampled_from(["", "A-1", "ä", "b"])),
    st.builds(v.Words, TOKENS, st.booleans()),
    st.builds(v.InSubject, TOKENS, st.booleans()),
    st.builds(v.Requester, st.sampled_from([*(p.key for p in PEOPLE), "@bigcorp.example",
        "@example", "@corp.example", "x@"])),
    st.builds(v.Requester, st.just(""), st.sampled_from([phrase(one) for one in ("kim", "lop", "李",
        "ana lop", "exam")])),
    st.builds(v.Participant, st.sampled_from(["lee@elsewhere.example", "@elsewhere.example", "le",
        "x_", "@bigcorp.example", "%"])),
)  # fmt: skip
FILTERS = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.builds(lambda them: v.All(tuple(them)), st.lists(parts, max_size=3)),
        st.builds(lambda them: v.AnyOf(tuple(them)), st.lists(parts, max_size=3)),
        st.builds(v.Not, parts),
    ),
    max_leaves=6,
)


def pages(conn: Any, query: Query, seen: v.Filter, limit: int) -> Iterator[ticket_queries.Page]:
    """Every page of the list."""
    after = ""
    while True:
        page = ticket_queries.find(conn, query, seen, POLICY, after=after, limit=limit)
        yield page
        after = page.next
        if not after:
            return


def in_order(found: list[Ticket], order: Order) -> list[int]:
    """The ids as they are to be listed."""
    strength = {name: n for n, name in enumerate(POLICY.priorities)}
    keys: dict[Order, Any] = {
        Order.NEWEST: lambda t: (-t.created_at.timestamp(), -t.id),
        Order.OLDEST: lambda t: (t.created_at, t.id),
        Order.UPDATED: lambda t: (-t.updated_at.timestamp(), -t.id),
        Order.STALE: lambda t: (t.updated_at, t.id),
        Order.PRIORITY: lambda t: (
            -strength.get(t.priority, -1),
            -t.created_at.timestamp(),
            -t.id,
        ),
        Order.DUE: lambda t: (
            (0, t.breaches_at.timestamp(), t.id)
            if t.breaches_at
            else (1, -t.created_at.timestamp(), -t.id)
        ),
    }
    return [t.id for t in sorted(found, key=keys[order])]


@pytest.mark.parametrize(("few", "window"), [(query_plan.FEW, query_plan.WINDOW), (2, 1), (-1, 0)])
def test_a_database_finds_what_the_filter_means(
    known: Known, few: int, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking nearby, looking at few and walking along an index give the same,
    whichever is chosen."""
    monkeypatch.setattr(query_plan, "FEW", few)
    monkeypatch.setattr(query_plan, "WINDOW", window)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(FILTERS, st.sampled_from(Order), st.integers(1, 70), st.sampled_from([None, BEN]))
    def compare(wanted: v.Filter, order: Order, limit: int, agent: Any) -> None:
        seen = seen_by(agent, POLICY)
        expected = [
            one for one, material in known.tickets if matches(one, v.both(wanted, seen), material)
        ]
        with known.db.read() as conn:
            listed = list(pages(conn, Query(wanted, order), seen, limit))
            counted = ticket_queries.counts(conn, wanted, seen, POLICY)
        assert [one.id for page in listed for one in page.tickets] == in_order(expected, order)
        assert all(len(page.tickets) == limit for page in listed[:-1])
        assert not counted.is_cut
        assert counted.by_status == {
            name: n
            for name in POLICY.statuses
            if (n := sum(one.status == name for one in expected))
        }
        assert {one.id: one for page in listed for one in page.tickets} == {
            one.id: one for one in expected
        }

    compare()


def test_a_list_goes_on_where_it_ended_whatever_has_come_meanwhile(known: Known) -> None:
    query = Query()
    with known.db.write() as conn:
        first = ticket_queries.find(conn, query, EVERYTHING, POLICY, limit=10)
        new = tickets.open_ticket(conn, ticket_row(created_at=NOW + HOUR))
        second = ticket_queries.find(conn, query, EVERYTHING, POLICY, after=first.next, limit=10)
    ids = [one.id for one in (*first.tickets, *second.tickets)]
    assert first.is_cut
    assert ids == list(range(1, 21))
    assert new not in ids


@pytest.mark.parametrize(
    "after",
    ["x", "1", "0.1", "0.1.2.3", "7.1.1", "0.1." + "9" * 30, "0." + "9" * 18 + ".1", "-1.5.1", "."],
)
def test_a_place_that_is_none_is_refused(known: Known, after: str) -> None:
    with known.db.read() as conn, pytest.raises(Refused, match="is no place in this list"):
        ticket_queries.find(conn, parse("", ASKER), EVERYTHING, POLICY, after=after)


def test_words_of_a_later_document_are_found_and_labels_follow_the_ticket(known: Known) -> None:
    with known.db.write() as conn:
        search.add(conn, 5, search.number_of(NOW), ["Überraschung"])
        search.add(conn, 5, search.number_of(NOW), ["and at the same second another", "Renamed"])
        tickets.change(conn, 5, {"labels": ["Neu"], "subject": "Renamed"})

        def found(query: str) -> list[int]:
            asker = replace(ASKER, policy=replace(POLICY, labels={}))
            return [
                one.id
                for one in ticket_queries.find(
                    conn, parse(query, asker), EVERYTHING, POLICY
                ).tickets
            ]

        for query in ("uberrasch", "ÜBERRASCHUNG second", "label:neu", "subject:renam"):
            assert found(query) == [5], query
        tickets.change(conn, 5, {"labels": []})
        assert found("label:neu") == []


def test_of_common_words_the_tickets_that_have_them_are_never_gathered(known: Known) -> None:
    """They fill the page from the first tickets in the list's order; where these are all there are,
    that is the list."""
    read: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        read.append(statement)

    event.listen(known.db.engine, "before_cursor_execute", note)
    try:
        with known.db.read() as conn:
            queries = (
                ("tail", 5),
                ("tail jam OR tail", 5),
                ("tail -zebra sort:due", 5),
                ("tail status:spam", 1),
            )
            for query, count in queries:
                found = ticket_queries.find(conn, parse(query, ASKER), EVERYTHING, POLICY, limit=5)
                assert len(found.tickets) >= count, query
    finally:
        event.remove(known.db.engine, "before_cursor_execute", note)
    looked = [statement for statement in read if search.TABLE in statement]
    assert looked
    bounds = ("rowid < ", "json_each") if known.db.is_sqlite else ("= ANY",)
    assert all(bound in statement for statement in looked for bound in bounds)


LISTS = (
    "",
    "is:open",
    "status:open assignee:me",
    "priority>=high",
    "is:unanswered",
    "sla:breached",
    "-is:assigned queue:support",
    "has:attachment",
)


@pytest.mark.parametrize(("query", "order"), list(itertools.product(LISTS, Order)))
def test_a_list_reads_an_index_alone_and_sorts_nothing(
    tmp_path_factory: pytest.TempPathFactory, query: str, order: Order
) -> None:
    database = _empty(str(tmp_path_factory.getbasetemp()))
    with database.read() as conn:
        wanted = Query(v.both(parse(query, ASKER).filter, seen_by(BEN, POLICY)), order)
        said = ticket_queries.plan(conn, wanted, priorities=POLICY.priorities)
    database.close()
    assert "USING COVERING INDEX ix_tickets_" in said
    assert "TEMP B-TREE" not in said


def _empty(folder: str) -> Database:
    from maildesk.store.migrate import migrate

    database = Database(f"sqlite:///{folder}/plans.db")
    migrate(database)
    return database


def test_of_common_words_so_many_are_counted_and_it_is_said(
    known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_plan, "NEAR", 40)
    monkeypatch.setattr(query_plan, "COUNTED", 30)
    with known.db.read() as conn:
        many, few, others = (
            ticket_queries.counts(conn, parse(query, ASKER).filter, EVERYTHING, POLICY)
            for query in ("tail", "lopez", "tail status:spam")
        )
    assert str(many) == "more than 40"
    assert (few.is_cut, others.is_cut) == (False, False)
    assert set(others.by_status) == {"spam"}
