"""Automatic mail and bounces: kept, told to the right person, and never the beginning of a loop."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.facts import AutomaticMail, DeliveryFailed
from maildesk.desk.from_machine import could_not_deliver, wrote
from maildesk.desk.policy import Agent
from maildesk.desk.ticket import Person, Status
from maildesk.mail.message import Kind
from tests.desk.stories import (
    ANA,
    BEN,
    CARLA,
    NOW,
    POLICY,
    SUPPORT,
    TRUST,
    message,
    names,
    of,
    sent,
    ticket,
    told,
)


def automatic(*reasons: str, agent: Agent | None = None) -> AutomaticMail:
    read = message("I am away.", kind=Kind.AUTOMATIC, may_answer=False, reasons=reasons)
    return AutomaticMail(read, Person(agent.address) if agent else ANA, SUPPORT, TRUST, agent)


def failed(
    status: str = "5.1.1",
    *,
    permanent: bool = True,
    recipient: str = ANA.address,
    author: str = BEN.address,
    purpose: str = "reply",
) -> DeliveryFailed:
    return DeliveryFailed(recipient, status, "550 no such user", permanent, 3, purpose, author)


@pytest.mark.parametrize("behaviour", list(Status))
def test_automatic_mail_is_kept_and_moves_nothing(behaviour: Status) -> None:
    effects = wrote(ticket(behaviour), automatic("auto-submitted: auto-replied"), POLICY, NOW)
    assert names(effects) == ["AddMessage"]
    assert of(effects, fx.AddMessage)[0].automatic


def test_an_agents_out_of_office_never_reaches_the_customer_nor_the_conversation() -> None:
    effects = wrote(ticket(), automatic("out of office by its subject", agent=BEN), POLICY, NOW)
    assert names(effects) == ["Record"]
    assert names(wrote(None, automatic("precedence: bulk", agent=BEN), POLICY, NOW)) == ["Hold"]


@pytest.mark.parametrize(
    "reason",
    [
        "auto-submitted: auto-replied",
        "auto-submitted: auto-replied (vacation)",
        "out of office by its subject",
        "challenge",
        "x-autoreply",
    ],
)
def test_an_automatic_reply_to_nothing_opens_no_ticket(reason: str) -> None:
    assert names(wrote(None, automatic("precedence: bulk", reason), POLICY, NOW)) == ["Hold"]


@pytest.mark.parametrize(
    "reason", ["auto-submitted: auto-generated", "mailing list", "precedence: bulk", ""]
)
def test_a_robots_report_opens_a_ticket_that_is_not_acknowledged(reason: str) -> None:
    effects = wrote(None, automatic(*filter(None, [reason])), POLICY, NOW)
    assert names(effects) == ["OpenTicket", "AddMessage", "Record"]
    assert sent(effects) == []


def test_a_lost_answer_is_told_to_the_one_who_wrote_it() -> None:
    effects = could_not_deliver(ticket(), failed(), POLICY, NOW)
    assert told(effects) == {"agent_undelivered": (BEN.address,)}
    (notice,) = of(effects, fx.NotifyAgents)
    told_of = {
        "recipient": ANA.address,
        "status": "5.1.1",
        "words": "550 no such user",
        "outbox_id": 3,
        "what": "",
    }
    assert notice.context == told_of | {"silent_until": NOW + timedelta(days=30)}
    assert [e.what for e in of(effects, fx.Record)] == ["bounced"]


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.1.0"])
def test_an_address_that_does_not_exist_is_left_alone_for_a_while(status: str) -> None:
    effects = could_not_deliver(None, failed(status), POLICY, NOW)
    assert effects == [fx.Suppress(address=ANA.address, until=NOW + timedelta(days=30))]


@pytest.mark.parametrize(
    "status", ["5.2.2", "5.7.1", "5.0.0", "", "4.1.1", "5.1.7", "5.1.8", "5.10.1", "5.1"]
)
def test_any_other_failure_silences_nobody(status: str) -> None:
    assert of(could_not_deliver(ticket(), failed(status), POLICY, NOW), fx.Suppress) == []


@pytest.mark.parametrize("status", ["5.7.1", "5.7.25", "5.7.28", "5.1.8", "5.1.7", "5.5.0"])
def test_the_admins_hear_of_a_server_that_refuses_us(status: str) -> None:
    for stands in (ticket(), None):
        effects = could_not_deliver(stands, failed(status), POLICY, NOW)
        (alarm,) = of(effects, fx.NotifyAdmins)
        assert alarm.once == f"refused:harbour.example:{status}"
        assert "550 no such user" in alarm.text
    effects = could_not_deliver(ticket(), failed(status), POLICY, NOW)
    assert told(effects) == {"agent_undelivered": (BEN.address,)}
    (notice,) = of(effects, fx.NotifyAgents)
    assert notice.context["refused_us"], "and the agent is not sent to check the address"


@pytest.mark.parametrize("status", ["5.1.1", "5.2.2", "5.7.13", "4.7.1", ""])
def test_no_admin_hears_of_what_is_the_recipients(status: str) -> None:
    effects = could_not_deliver(ticket(), failed(status, permanent=status[:1] == "5"), POLICY, NOW)
    assert of(effects, fx.NotifyAdmins) == []


def test_an_alarm_that_is_refused_raises_no_other() -> None:
    effects = could_not_deliver(None, failed("5.7.1", purpose="admin_alarm"), POLICY, NOW)
    assert effects == []


def test_a_delay_is_noted_and_alarms_nobody() -> None:
    effects = could_not_deliver(ticket(), failed(permanent=False), POLICY, NOW)
    assert [e.what for e in of(effects, fx.Record)] == ["delayed"]
    assert names(effects) == ["Record"]


def test_where_nobody_wrote_it_the_assignee_or_the_queue_is_told() -> None:
    assert told(could_not_deliver(ticket(), failed(author=""), POLICY, NOW)) == {
        "agent_undelivered": (BEN.address, CARLA.address)
    }
    assigned = ticket(assignee=CARLA.address)
    assert told(could_not_deliver(assigned, failed(author="gone@desk.example"), POLICY, NOW)) == {
        "agent_undelivered": (CARLA.address,)
    }


def test_a_failure_notice_that_fails_is_not_announced_by_another() -> None:
    effects = could_not_deliver(
        ticket(),
        failed(recipient=CARLA.address, author="", purpose="agent_undelivered"),
        POLICY,
        NOW,
    )
    assert told(effects) == {}
    alone = replace(POLICY, agents=(BEN,))
    notice = failed(recipient=BEN.address, author="", purpose="agent_undelivered")
    assert of(could_not_deliver(ticket(), notice, alone, NOW), fx.NotifyAdmins) == []


def test_an_agent_who_cannot_be_reached_is_not_told_so_but_somebody_is() -> None:
    others = could_not_deliver(
        ticket(), failed(recipient="BEN@home.example", author="", purpose="agent_new"), POLICY, NOW
    )
    assert told(others) == {"agent_undelivered": (CARLA.address,)}
    alone = replace(POLICY, agents=(BEN,))
    nobody = could_not_deliver(
        ticket(), failed(recipient=BEN.address, author="", purpose="agent_new"), alone, NOW
    )
    assert [e.once for e in of(nobody, fx.NotifyAdmins)] == ["undelivered:ben@desk.example"]
