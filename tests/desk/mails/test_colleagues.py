"""What colleagues hear of an act: a ticket changed hands or queue, or was answered for them."""

from __future__ import annotations

from datetime import timedelta

from maildesk.desk import effects as fx
from maildesk.desk.facts import Entry
from maildesk.desk.mails.colleagues import Act, notices
from maildesk.desk.ticket import Person, Status, Ticket
from tests.desk.stories import BEN, CARLA, DEV, NOW, POLICY, ticket, told

ANSWER = fx.AddMessage(
    kind="public",
    direction="out",
    sender=Person(CARLA.address, CARLA.name),
    text="Press the button.",
    reply="Press the button.",
    agent=CARLA.address,
)


def heard(
    before: Ticket, *effects: fx.Effect, by: str = "", history: tuple[Entry, ...] = ()
) -> dict[str, set[str]]:
    """Template -> who hears of an act with these effects."""
    found = notices(Act(before, effects, history, by), POLICY, NOW)
    return {template: set(agents) for template, agents in told(found).items()}


def test_whoever_a_ticket_is_taken_from_and_given_to_hears_of_it() -> None:
    mine = ticket(assignee=BEN.address)
    assert heard(mine, fx.Assign(agent=CARLA.address), by=DEV.address) == {
        "agent_assigned": {CARLA.address},
        "agent_taken": {BEN.address},
    }
    assert heard(mine, fx.Assign(agent=CARLA.address), by=CARLA.address) == {
        "agent_taken": {BEN.address}
    }


def test_a_ticket_that_is_given_back_is_offered_to_those_who_work_its_queue() -> None:
    mine = ticket(assignee=BEN.address)
    assert heard(mine, fx.Assign(agent=""), by=BEN.address) == {"agent_free": {CARLA.address}}
    assert heard(mine, fx.Assign(agent=""), by=DEV.address) == {
        "agent_free": {CARLA.address},
        "agent_taken": {BEN.address},
    }


def test_a_ticket_that_comes_to_a_queue_is_told_to_who_works_there_once() -> None:
    moved, freed = fx.SetField(name="queue", value="network"), fx.Assign(agent="")
    assert heard(ticket(), moved, by=BEN.address) == {"agent_free": {DEV.address}}
    both = heard(ticket(assignee=BEN.address), moved, freed, by=BEN.address)
    assert both == {"agent_free": {DEV.address}}
    assert heard(ticket(), moved, by=DEV.address) == {}


def test_who_has_a_ticket_hears_that_it_was_moved_or_else_those_where_it_comes_to() -> None:
    moved = fx.SetField(name="queue", value="network")
    mine = ticket(assignee=BEN.address)
    assert heard(mine, moved, by=CARLA.address) == {"agent_moved": {BEN.address}}
    assert heard(mine, moved, by=BEN.address) == {"agent_moved": {DEV.address}}
    assert heard(mine, moved) == {"agent_moved": {BEN.address}}, "a rule moved it"


def test_nothing_is_offered_that_is_over() -> None:
    moved = fx.SetField(name="queue", value="network")
    for status in (Status.RESOLVED, Status.CLOSED, Status.SPAM):
        assert heard(ticket(status), moved) == {}
    assert heard(ticket(), moved, fx.SetStatus(status=Status.SPAM)) == {}


def test_whom_a_rule_tells_of_it_already_is_told_once() -> None:
    moved = fx.SetField(name="queue", value="network")
    by_rule = fx.NotifyAgents(agents=(DEV.address,), template="agent_rule", rule="rules.yaml:3 x")
    assert heard(ticket(), moved, by_rule, by=BEN.address) == {}


def test_the_assignee_hears_that_a_colleague_answered() -> None:
    mine = ticket(assignee=BEN.address)
    assert heard(mine, ANSWER, by=CARLA.address) == {"agent_answered": {BEN.address}}
    assert heard(mine, ANSWER, by=BEN.address) == {}
    assert heard(ticket(), ANSWER, fx.Assign(agent=CARLA.address), by=CARLA.address) == {}
    taken = heard(mine, ANSWER, fx.Assign(agent=CARLA.address), by=CARLA.address)
    assert taken == {"agent_taken": {BEN.address}}, "one act is one piece of news"


def test_the_assignee_hears_so_once_until_somebody_else_has_written() -> None:
    mine = ticket(assignee=BEN.address)
    minute = timedelta(minutes=1)

    def entry(n: int, what: str, who: str, **detail: object) -> Entry:
        return Entry(NOW + n * minute, what, who, detail)  # type: ignore[arg-type]

    news = entry(1, "notified", "desk", template="agent_answered", agents=[BEN.address])
    more = entry(2, "replied", CARLA.address)
    assert heard(mine, ANSWER, by=CARLA.address, history=(news, more)) == {}
    for later in (
        entry(3, "received", "ana@harbour.example"),
        entry(3, "replied", BEN.address),
        entry(3, "noted", BEN.address),
    ):
        found = heard(mine, ANSWER, by=CARLA.address, history=(news, more, later))
        assert found == {"agent_answered": {BEN.address}}
    of_another = entry(1, "notified", "desk", template="agent_answered", agents=[DEV.address])
    assert heard(mine, ANSWER, by=CARLA.address, history=(of_another,)) != {}


def test_a_new_ticket_is_told_by_the_rules_and_not_here() -> None:
    opened = fx.OpenTicket(
        subject="Printer",
        queue="support",
        priority="normal",
        category="",
        requester=Person("ana@harbour.example"),
        address="support@desk.example",
        language="en",
    )
    moved = fx.SetField(name="queue", value="network")
    found = notices(Act(None, (opened, moved)), POLICY, NOW)
    assert found == []
