"""The ticket and its people as templates see them."""

from __future__ import annotations

from maildesk.desk.ticket import Person
from maildesk.pipeline.letters.ticket_view import agent_view, colleague, desk_view, person_view
from tests.pipeline.place import SUPPORT, Place, mail


def test_somebody_is_greeted_by_a_first_name_only_where_it_can_be_told() -> None:
    assert person_view(Person("a@x.example", "Ana Lopez")).first_name == "Ana"
    assert person_view(Person("a@x.example", "Lopez, Ana")).first_name == ""
    assert person_view(Person("a@x.example", "Ana")).first_name == ""


def test_nobody_sees_an_agents_address_but_the_agent(place: Place) -> None:
    ben = place.services.keeper.current.policy.agent("ben@desk.example")
    assert ben is not None
    assert agent_view(ben).address == "ben@desk.example"
    assert (colleague(ben).name, colleague(ben).address) == ("Ben Okafor", "")


def test_the_desk_writes_by_the_name_of_its_address(place: Place) -> None:
    policy = place.services.keeper.current.policy
    ours = policy.desk_address(SUPPORT)
    assert ours is not None
    view = desk_view(policy, ours)
    assert (view.name, view.address) == ("Example Support", SUPPORT)
    assert view.website == "https://desk.example"


def test_a_mail_shows_the_ticket_after_the_whole_act(place: Place) -> None:
    place.receive(mail())
    place.answer("ben@desk.example", "#tag +vip\n#take\n#escalate it smokes")
    told = place.letters("ana@desk.example")
    body = next(x for x in reversed(told) if x["References"]).get_body(("plain",))
    assert body is not None
    shown = " ".join(str(body.get_content()).split())
    assert "Priority urgent" in shown
    assert "Assignee Ben Okafor" in shown
    assert "vip" in shown
