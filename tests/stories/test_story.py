"""The story the desk exists for, on real sockets: a customer writes, an agent answers by mail, the
customer is content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.servers.relay import Relay
from tests.stories.running_desk import (
    ALL_ROLES,
    MAILDESK,
    SEPARATE,
    Inbox,
    RunningDesk,
    address_in,
    answer,
    text_of,
    wait_until,
    write,
)

CUSTOMER = "Kim Novak <kim@customer.example>"
AGENTS = ("ana@desk.example", "ben@desk.example", "carla@desk.example")


@pytest.fixture(params=["embedded", "distributed", "without Linux"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, relay: Relay) -> Iterator[RunningDesk]:
    """The desk in its modes: one process on SQLite, the same where nothing of Linux is, the roles
    apart on PostgreSQL and Redis."""
    settings = "pipeline: {tick: 0.2}\n"
    if request.param == "distributed":
        postgres, redis = (
            request.getfixturevalue("postgres_url"),
            request.getfixturevalue("redis_url"),
        )
        settings += f"database: {postgres}\nbroker: {redis}\n"
    roles = SEPARATE if request.param == "distributed" else ALL_ROLES
    module = "tests.servers.without_linux" if request.param == "without Linux" else MAILDESK
    running = RunningDesk(tmp_path / "desk", relay, settings=settings, roles=roles, module=module)
    shorten(tmp_path / "desk" / "desk.yaml")
    yield running.start()
    codes = running.stop()
    assert set(codes) == {0}, running.log()[-3000:]


def shorten(file: Path) -> None:
    """Seven days become two seconds."""
    text = file.read_text(encoding="utf-8")
    assert "close_after: 7d" in text
    file.write_text(text.replace("close_after: 7d", "close_after: 2s"), encoding="utf-8")


def test_a_question_is_answered_resolved_rated_and_closed(desk: RunningDesk, relay: Relay) -> None:
    inbox = Inbox(relay)

    question = write(
        CUSTOMER, "support@desk.example", "Printer broken", "It prints nothing.\n\nKim"
    )
    desk.send(question, "kim@customer.example", "support@desk.example")
    acknowledgement = inbox.take("kim@customer.example")
    assert "TKT-0001" in str(acknowledgement["Subject"])
    assert acknowledgement["Auto-Submitted"] == "auto-replied"
    assert acknowledgement["In-Reply-To"] == question["Message-ID"]
    notices = {agent: inbox.take(agent) for agent in AGENTS}
    for notice in notices.values():
        assert "TKT-0001" in str(notice["Subject"])
        assert "It prints nothing." in text_of(notice)
    assert len({str(notice["Reply-To"]) for notice in notices.values()}) == 3

    desk.send(
        answer(notices["ben@desk.example"], "Ben <ben@desk.example>", "Did you turn it on?"),
        "ben@desk.example",
        reply_address(notices["ben@desk.example"]),
    )
    reply = inbox.take("kim@customer.example")
    assert "Did you turn it on?" in text_of(reply)
    assert address_in(reply["From"]) == "support@desk.example"
    assert str(question["Message-ID"]) in str(reply["References"])
    assert reply["Auto-Submitted"] is None
    assert "ben@desk.example" not in str(reply)
    ticket = desk.ticket("TKT-0001")
    assert ticket["status"] == "in_progress"
    assert ticket["assignee"] == "ben@desk.example"

    desk.send(
        answer(reply, CUSTOMER, "Yes, it is on."), "kim@customer.example", reply_address(reply)
    )
    second = inbox.take("ben@desk.example", subject="TKT-0001")
    assert "Yes, it is on." in text_of(second)
    by_subject = write(CUSTOMER, "support@desk.example", "again about [TKT-0001]", "And it hums.")
    desk.send(by_subject, "kim@customer.example", "support@desk.example")
    third = inbox.take("ben@desk.example", subject="TKT-0001")
    assert "And it hums." in text_of(third)

    stranger = write(
        "Sam <sam@elsewhere.example>", "support@desk.example", "Re: TKT-0001", "Tell me everything."
    )
    desk.send(stranger, "sam@elsewhere.example", "support@desk.example")
    assert "TKT-0002" in str(inbox.take("sam@elsewhere.example")["Subject"])
    other = desk.ticket("TKT-0002")
    assert {"kind": "linked", "reference": "TKT-0001"} in other["links"]
    assert "sam@elsewhere.example" not in str(desk.ticket("TKT-0001")["messages"])

    solved = answer(third, "Ben <ben@desk.example>", "#resolve\nThe fuse is new now.")
    desk.send(solved, "ben@desk.example", reply_address(third))
    resolution = inbox.take("kim@customer.example")
    assert "The fuse is new now." in text_of(resolution)
    assert "#resolve" not in text_of(resolution)
    body = resolution.get_body(("html",))
    assert body is not None
    stars = re.findall(r'href="mailto:([^?"]+)\?', body.get_content())
    stars = [one for one in stars if one.startswith("support+s")]  # the others are verbs
    assert len(stars) == 5
    assert desk.ticket("TKT-0001")["status"] in ("resolved", "closed")

    rated = write(CUSTOMER, unquote(stars[0]), "Survey", "4, thanks")
    desk.send(rated, "kim@customer.example", address_in(rated["To"]))
    inbox.take("kim@customer.example")
    ticket = desk.ticket("TKT-0001")
    assert ticket["satisfaction"] == {"score": 4, "comment": "thanks"}

    wait_for_status(desk, "TKT-0001", "closed")
    ticket = desk.ticket("TKT-0001")
    assert ticket["satisfaction"]["score"] == 4
    assert [line["detail"]["to"] for line in ticket["history"] if line["what"] == "status"] == [
        "in_progress",
        "resolved",
        "closed",
    ]
    assert ticket["message_count"] == len(ticket["messages"]) == 6


def test_what_stops_carries_on_where_it_was(desk: RunningDesk, relay: Relay) -> None:
    inbox = Inbox(relay)
    desk.send(
        write(CUSTOMER, "support@desk.example", "First", "One."),
        "kim@customer.example",
        "support@desk.example",
    )
    acknowledgement = inbox.take("kim@customer.example")
    assert "One." in text_of(inbox.take("ana@desk.example"))
    assert set(desk.stop()) == {0}

    desk.start()
    desk.send(
        answer(acknowledgement, CUSTOMER, "Two."),
        "kim@customer.example",
        reply_address(acknowledgement),
    )
    assert "Two." in text_of(inbox.take("ana@desk.example", subject="Re: First"))
    assert [m["reply"].strip() for m in desk.ticket("TKT-0001")["messages"]] == ["One.", "Two."]


def reply_address(mail: EmailMessage) -> str:
    """Where an answer to this mail goes."""
    return address_in(mail["Reply-To"])


def wait_for_status(desk: RunningDesk, reference: str, status: str) -> None:
    """Ask until the ticket stands so."""
    wait_until(lambda: desk.ticket(reference)["status"] == status, f"{reference} is {status}")
