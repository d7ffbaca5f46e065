"""The query language: what is written becomes a filter, and each mistake is pointed at with the
nearest right word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from maildesk.config.policy import load_policy
from maildesk.desk.filters import values as v
from maildesk.desk.filters.evaluate import Material, matches
from maildesk.desk.filters.fields import FIELDS, Asker
from maildesk.desk.filters.named import view_named, views
from maildesk.desk.filters.parse import mistakes_in, parse
from maildesk.desk.filters.syntax import DEEPEST, LONGEST_QUERY, MOST_TERMS, BadQuery
from maildesk.desk.filters.tokens import document
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import Person
from tests.desk.stories import NOW, ticket
from tests.stories.running_desk import ROOT

POLICY = load_policy(ROOT / "deploy" / "desk")
SAY = POLICY.wording.english.say
BEN = next(agent for agent in POLICY.agents if agent.name.startswith("Ben"))
ASKER = Asker(POLICY, NOW, BEN)
DAY = timedelta(days=1)
TICKET = replace(
    ticket(),
    priority="high", category="billing", assignee=BEN.address, labels=frozenset({"VIP"}),
    subject="Paper jam in Störhaus",
    requester=Person("Kim@mail.bigcorp.example", "Kim Lee", "Big Corp", "vip"),
    fields={"licence_key": "A-1"},
    participants=(Person("kim@mail.bigcorp.example", "Kim Lee"), Person("lee@x.example", "Lee")),
    created_at=NOW - 3 * DAY, updated_at=NOW - DAY, customer_wrote_at=NOW - DAY, warns_at=NOW - DAY,
    breaches_at=NOW + timedelta(hours=2), has_files=True,
)  # fmt: skip
MATERIAL = Material(
    (
        document(
            [
                "TKT-0007",
                TICKET.subject,
                "Kim Lee kim@mail.bigcorp.example",
                "The printer's tray is stuck. 打印机坏了",
            ]
        ),
    )
)


def found(query: str) -> bool:
    return matches(TICKET, parse(query, ASKER).filter, MATERIAL)


@pytest.mark.parametrize(
    "query",
    [
        "", "status:open", "STATUS:Open", "status:waiting,open", "assignee:me", "assignee:ben",
        f"assignee:{BEN.address}", "queue:support", "priority:high", "priority>=high",
        "priority>normal", "priority<urgent", "priority<=high", "label:vip", "label:VIP",
        "has:label", "-label:bug", "NOT label:bug", "type:question", "category:billing",
        "created<7d", "created>2d", "age<7d", "age>=71h", "created:2026-11", "created>=2026-11-01",
        "created<2026-11-18", "created:2026-11-17", "created:2026-11-15..2026-11-17",
        "created:2026", "created<=2026-11-17", "created>2026-11-16", "created:..2026-11-20",
        "updated:yesterday", "closed:none", "-closed:2026", "due<4h", "due>1h", "sla:warning",
        "-sla:breached", "-is:overdue", "from:kim@mail.bigcorp.example", "from:@bigcorp.example",
        "from:@mail.bigcorp.example", "from:kim", "from:@example", 'from:"Kim Lee"',
        "requester:lee", "participant:lee@x.example", "participant:@x.example", "with:le",
        "reference:TKT-0007", "ref:7", "ref:tkt-7", "subject:paper", 'subject:"paper jam"',
        "subject:storh", "has:attachment", "is:open", "is:unanswered", "is:assigned",
        "licence_key:A-1", "related_app:none", "paper", "jam tray", '"paper jam"', "print",
        "tkt-0007", "STÖRHAUS", "“paper jam”", "印机", "坏", '"坏了"', "打印机", "paper OR fax",
        "fax OR paper", "(fax OR paper) tray", "-(fax OR toner)", "paper AND tray", "- paper",
        "-- paper", "status:open sort:priority", "--paper", "🎉", "stör",
    ],
)  # fmt: skip
def test_a_query_that_finds_the_ticket(query: str) -> None:
    assert found(query)


@pytest.mark.parametrize(
    "query",
    [
        "status:waiting", "-status:open", "assignee:nobody", "queue:billing", "priority>high",
        "priority:low,urgent", "label:bug", "-label:vip", "created>7d", "created<2d",
        "priority:critical",
        "created<2026-11-17", "created>2026-11-17", "created:2026-10", "created:today",
        "closed:2026", "due<1h", "sla:breached", "sla:ok", "is:overdue", "from:@corp.example",
        "from:im", "participant:@y.example", "ref:8", "subject:tray", "is:done", "is:unassigned",
        "is:answered", "licence_key:A-2", "licence_key:none", '"jam paper"', '"print"', "rinter",
        '"pap"', "-paper", "fax", "paper fax", "打机", "paper -tray", "(fax OR toner) paper",
        "is:archived", "jam TKT-0008",
    ],
)  # fmt: skip
def test_a_query_that_does_not(query: str) -> None:
    assert not found(query)


def told(query: str, asker: Asker, say: Callable[[Problem], str] = SAY) -> str:
    """What is said of the mistakes in this query."""
    bad = mistakes_in(query, asker)
    return "\n".join(say(one.problem) for one in bad.mistakes) if bad is not None else ""


@pytest.mark.parametrize(
    ("query", "position", "said"),
    [
        ("statsu:open", 0,
            "there is no field statsu (words with a colon stand in quotes); did you mean status?"),
        ("a status:opne", 9, 'there is no status "opne"; there are '),
        ("status:opne", 7, "did you mean open?"),
        ("assignee:bne", 9, 'there is no agent "bne"; did you mean Ben?'),
        ("priority>=hihg", 10, "did you mean high?"),
        ("status>open", 6, "behind status stands a colon: status:open"),
        ("label:vpi", 6, "did you mean vip?"),
        ("created<soon", 8, "a time such as 7d, 24h, 2026-11-01"),
        ("created:2026-13", 8, "a time such as"),
        ("sla:brokn", 4, 'there is no state of a promise "brokn"'),
        ("is:opn", 3, "did you mean open?"),
        ("sort:prio", 5, "did you mean priority?"),
        ("paper OR sort:due", 9, "an order stands for the whole query"),
        ("(paper", 0, "this parenthesis is never closed"),
        ("paper)", 5, "this parenthesis closes nothing"),
        ('"paper', 0, "this quotation mark is never closed"),
        ('subject:"paper', 8, "this quotation mark is never closed"),
        ("status:", 0, "nothing stands behind status:"),
        ("OR paper", 0, "OR stands between two things"),
        ("paper OR", 6, "OR stands between two things"),
        ("paper NOT", 6, "nothing stands behind NOT"),
        ("http://x.example", 0, "there is no field http"),
        ("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), DEEPEST,
            "parentheses stand in each other at most"),
        ("a " * (MOST_TERMS + 1), 2 * MOST_TERMS, "a query asks for at most"),
        ("a" * (LONGEST_QUERY + 1), LONGEST_QUERY, "a query has at most"),
    ],
)  # fmt: skip
def test_a_mistake_is_pointed_at(query: str, position: int, said: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parse(query, ASKER)
    one = caught.value.mistakes[0]
    assert one.position == position, caught.value.pointed_out(SAY)
    assert said in SAY(one.problem)


def test_all_mistakes_are_told_at_once_and_shown_below_the_query() -> None:
    bad = mistakes_in('statsu:open label:vpi "paper', ASKER)
    assert bad is not None
    assert bad.pointed_out(SAY).splitlines() == [
        'statsu:open label:vpi "paper',
        "^^^^^^ there is no field statsu (words with a colon stand in quotes); "
        "did you mean status?",
        '                  ^^^ there is no label "vpi"; there are vip, bug, waiting-for-supplier, '
        "after-hours; did you mean vip?",
        "                      ^ this quotation mark is never closed",
    ]


def test_me_is_nobody_where_no_agent_asks() -> None:
    assert "nobody is me here" in told("assignee:me", Asker(POLICY, NOW))


def test_an_agent_who_may_be_two_is_asked_about() -> None:
    twin = replace(BEN, name="Ben Other", address="other@desk.example", also=())
    asker = Asker(replace(POLICY, agents=(*POLICY.agents, twin)), NOW)
    assert told("assignee:ben", asker) == (
        f'"ben" could be more than one agent; there are {BEN.address}, other@desk.example'
    )


def test_a_mistake_is_told_in_the_language_of_whoever_asks() -> None:
    german, french = POLICY.wording.of("de").say, POLICY.wording.of("fr").say
    query = "statsu:open priority>=hohc sort:x created<soon (paper"
    assert told(query, ASKER, german).splitlines() == [
        "das Feld statsu gibt es nicht (Wörter mit Doppelpunkt stehen in Anführungszeichen); "
        "meinten Sie status?",
        "die Priorität „hohc“ gibt es nicht; es gibt niedrig, normal, hoch, dringend; "
        "meinten Sie hoch?",
        "nach x lassen sich Tickets nicht sortieren; es gibt newest, oldest, updated, stale, "
        "priority, due",
        "dort steht eine Zeit, etwa 7d, 24h, 2026-11-01, 2026-11, today oder "
        "2026-11-01..2026-11-15",
        "diese Klammer wird nicht geschlossen",
    ]
    said = told(query, ASKER, french)
    assert "vouliez-vous dire haute\u00a0?" in said
    assert said.endswith("cette parenthèse n'est jamais fermée")


def test_values_may_be_written_in_any_language() -> None:
    assert parse("status:offen priority>=hoch", ASKER) == parse("status:open priority>=high", ASKER)


def test_a_query_is_a_value() -> None:
    assert parse('status:open priority>=high -label:bug "paper jam"', ASKER) == v.Query(
        v.All((
            v.Is("status", frozenset({"open"})),
            v.Is("priority", frozenset({"high", "urgent"})),
            v.Not(v.Labelled("bug")),
            v.Words(("paper", "jam")),
            v.Not(v.IsArchived()),
        ))
    )  # fmt: skip
    assert parse("a sort:due", ASKER).order is v.Order.DUE


def test_a_day_begins_where_the_office_is() -> None:
    assert ASKER.tz.key == "Europe/Berlin"
    one = parse("created:2026-11-17 is:archived", ASKER).filter
    day = v.During(
        "created_at", datetime(2026, 11, 16, 23, tzinfo=UTC), datetime(2026, 11, 17, 23, tzinfo=UTC)
    )
    assert one == v.All((day, v.IsArchived()))


@pytest.mark.parametrize(
    "query", ["is:archived", "-is:archived", "(a OR is:archived) b", "ref:7", "a OR ref:7"]
)
def test_what_is_archived_is_meant_where_it_is_said_so(query: str) -> None:
    assert v.Not(v.IsArchived()) not in _parts(parse(f"{query} status:open", ASKER).filter)[-1:]
    assert _parts(parse("status:open", ASKER).filter)[-1] == v.Not(v.IsArchived())


def _parts(one: v.Filter) -> tuple[v.Filter, ...]:
    return one.parts if isinstance(one, v.All) else (one,)


def test_every_view_is_a_query_and_a_desk_may_say_what_one_is() -> None:
    own = replace(POLICY, views={"Mine": "assignee:me", "vip": "label:vip"})
    for query in views(own).values():
        parse(query, Asker(own, NOW, BEN))
    assert view_named(own, "VIP") == "label:vip"
    assert view_named(own, "mine") == "assignee:me"
    assert view_named(own, "nothing") is None


WORDS = st.lists(
    st.sampled_from(
        ["status:", "label:vip", "-", "(", ")", " OR ", " AND ", "NOT ", '"', "“", ",", ":", "<",
            ">=", "created", "7d",
        " ", "a", "打印", "--", "..", "\x00"]
    ),
    max_size=25,
)  # fmt: skip


@example('status:"')
@given(WORDS.map("".join) | st.text(max_size=80))
def test_whatever_is_written_is_a_query_or_a_mistake_at_a_place_in_it(query: str) -> None:
    bad = mistakes_in(query, ASKER)
    if bad is None:
        matches(TICKET, parse(query, ASKER).filter, MATERIAL)
    else:
        assert all(0 <= one.position <= max(0, len(query) - 1) or not query for one in bad.mistakes)


def test_no_name_stands_for_two_fields() -> None:
    names = [name for field in FIELDS for name in field.names]
    assert len(names) == len(set(names))
