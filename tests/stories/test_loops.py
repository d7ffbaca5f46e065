"""Loops come to rest: two desks that write to each other, robots with and without headers, lists,
bounces of ours.

Each test lets machines answer every mail, at once and for ever, and counts how
many mails that makes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTPException

import pytest

from tests.servers.relay import Relay, Relayed
from tests.stories.running_desk import Inbox, RunningDesk, address_in, as_mail, wait_until, write

DESK = "support@desk.example"
QUIET = "pipeline: {tick: 0.2}\n"


@dataclass
class World:
    """What stands behind a relay: for a recipient's domain, who answers; each answer goes to a
    desk's port."""

    relay: Relay
    answers: dict[str, Callable[[Relayed], tuple[RunningDesk, bytes, str, str] | None]] = field(
        default_factory=dict
    )
    carried: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def turn(self) -> None:
        """Answer whatever comes to the relay, until the test ends."""
        while not self.ended.is_set():
            arrived = list(self.relay.messages)
            for mail in arrived[self.carried :]:
                self._answer(mail)
                self.carried += 1
            with suppress(AssertionError):
                self.relay.wait_for(self.carried + 1, timeout=0.2)

    def _answer(self, mail: Relayed) -> None:
        for recipient in mail.rcpt_to:
            machine = self.answers.get(recipient.rpartition("@")[2])
            made = machine(mail) if machine else None
            if made is not None:
                desk, raw, sender, to = made
                with suppress(SMTPException):  # refused is answered, too: by nobody
                    desk.send(raw, sender, to)

    def is_at_rest(self, *desks: RunningDesk) -> bool:
        """Whether every mail was carried and no desk has anything to do. To ask takes time; nothing
        may happen meanwhile."""
        before = self._seen(desks)
        return (
            self.carried == len(self.relay.messages)
            and not any(waits(desk) for desk in desks)
            and self._seen(desks) == before
        )

    def _seen(self, desks: Sequence[RunningDesk]) -> tuple[int, ...]:
        """How much has happened until now."""
        return (
            self.carried,
            len(self.relay.messages),
            *(desk.log().count(" spooled ") for desk in desks),
        )


@pytest.fixture
def world(relay: Relay) -> Iterator[World]:
    """A relay with machines behind it."""
    made = World(relay)
    thread = threading.Thread(target=made.turn, daemon=True)
    thread.start()
    yield made
    made.ended.set()
    thread.join(30)


@pytest.fixture
def desk(tmp_path: Path, relay: Relay) -> Iterator[RunningDesk]:
    """One desk."""
    running = RunningDesk(tmp_path / "desk", relay, settings=QUIET)
    yield running.start()
    assert running.stop() == [0], running.log()[-3000:]


def test_two_desks_that_write_to_each_other_come_to_rest(
    desk: RunningDesk, world: World, tmp_path: Path
) -> None:
    other = another_desk(tmp_path / "other", world.relay)
    try:
        world.answers["desk.example"] = lambda mail: (
            desk,
            mail.raw,
            mail.mail_from,
            mail.rcpt_to[0],
        )
        world.answers["other.example"] = lambda mail: (
            other,
            mail.raw,
            mail.mail_from,
            mail.rcpt_to[0],
        )
        mail = write(
            "Other <support@other.example>",
            DESK,
            "Who is there?",
            "A desk's own question, without any header.",
        )
        desk.send(mail, "support@other.example", DESK)
        assert letters_at_rest(world, desk, other) <= 30
        assert len(desk.tickets()) + len(other.tickets()) <= 3
    finally:
        assert other.stop() == [0], other.log()[-3000:]


def test_an_out_of_office_that_answers_every_mail_gets_one_acknowledgement(
    desk: RunningDesk, world: World
) -> None:
    def away(mail: Relayed) -> tuple[RunningDesk, bytes, str, str]:
        got, to = as_mail(mail), address_in(as_mail(mail)["Reply-To"])
        reply = write(
            "Kim <kim@away.example>",
            to,
            f"Out of office: {got['Subject']}",
            "I am away.",
            Auto_Submitted="auto-replied",
        )
        return desk, reply.as_bytes(policy=policy.SMTP), "", to

    world.answers["away.example"] = away
    desk.send(
        write("Kim <kim@away.example>", DESK, "Before I go", "Hello."), "kim@away.example", DESK
    )
    letters_at_rest(world, desk)
    assert len(to_domain(world.relay, "away.example")) == 1
    (ticket,) = desk.tickets_of("kim@away.example")
    whole = desk.ask("ticket", "show", ticket["reference"])
    assert [(m["automatic"], m["kind"]) for m in whole["messages"]] == [
        (False, "public"),
        (True, "public"),
    ]
    assert whole["status"] == "open"


def test_a_robot_without_headers_that_answers_every_mail_in_the_thread_is_left_alone(
    desk: RunningDesk, world: World
) -> None:
    world.answers["robot.example"] = lambda mail: parrot(desk, mail, "bot@robot.example")
    desk.send(
        write("bot@robot.example", DESK, "Order 1", "We have your mail."), "bot@robot.example", DESK
    )
    letters_at_rest(world, desk)
    assert len(to_domain(world.relay, "robot.example")) <= 5
    assert len(desk.tickets()) == 1


def test_a_robot_without_headers_that_varies_its_address_and_forgets_the_thread_is_left_alone(
    desk: RunningDesk, world: World
) -> None:
    def changing(mail: Relayed) -> tuple[RunningDesk, bytes, str, str] | None:
        number = len(world.relay.messages)
        sender = f"bot{number}@many.example"
        fresh = write(sender, DESK, "We received your request", f"Your number is {number}.")
        return (desk, fresh.as_bytes(policy=policy.SMTP), sender, DESK) if number < 600 else None

    world.answers["many.example"] = changing
    desk.send(
        write("bot@many.example", DESK, "We received your request", "Your number is 0."),
        "bot@many.example",
        DESK,
    )
    letters_at_rest(world, desk)
    assert 1 <= len(to_domain(world.relay, "many.example")) <= 13
    alarms = [m for m in world.relay.messages if "loop" in str(as_mail(m)["Subject"]).lower()]
    assert len(alarms) == 1, "a person is told, once"


def test_an_agents_robot_and_a_customers_that_answer_each_other_in_a_ticket_come_to_rest(
    desk: RunningDesk, world: World
) -> None:
    def agents(mail: Relayed) -> tuple[RunningDesk, bytes, str, str] | None:
        return (
            parrot(desk, mail, "ben@desk.example")
            if mail.rcpt_to == ("ben@desk.example",)
            else None
        )

    world.answers["desk.example"] = agents
    world.answers["robot.example"] = lambda mail: parrot(desk, mail, "bot@robot.example")
    desk.send(
        write("bot@robot.example", DESK, "Order 1", "We have your mail."), "bot@robot.example", DESK
    )
    assert letters_at_rest(world, desk) <= 80
    alarms = [
        m for m in world.relay.messages if "A possible mail loop" in str(as_mail(m)["Subject"])
    ]
    assert len(alarms) == 1, "a person is told, once"


def test_a_list_is_never_answered(desk: RunningDesk, world: World) -> None:
    mail = write(
        "Lea <lea@list.example>",
        DESK,
        "[list] News",
        "Hello all.",
        List_Id="<news.list.example>",
        Precedence="list",
    )
    desk.send(mail, "news-bounces@list.example", DESK)
    Inbox(world.relay).take("ana@desk.example", subject="News")
    letters_at_rest(world, desk)
    assert to_domain(world.relay, "list.example") == []


def test_a_bounced_acknowledgement_makes_no_further_mail_to_anybody_outside(
    desk: RunningDesk, world: World
) -> None:
    def bouncing(mail: Relayed) -> tuple[RunningDesk, bytes, str, str]:
        report = EmailMessage()
        report["From"], report["To"], report["Subject"] = (
            "MAILER-DAEMON@gone.example",
            mail.mail_from,
            "Undelivered Mail",
        )
        report.set_content(
            f"<{mail.rcpt_to[0]}>: 550 5.4.4 no way there\n\n"
            f"Message-ID: {as_mail(mail)['Message-ID']}\n"
        )
        return desk, report.as_bytes(policy=policy.SMTP), "", mail.mail_from

    world.answers["gone.example"] = bouncing
    desk.send(write("kim@gone.example", DESK, "Answer me", "Hello."), "kim@gone.example", DESK)
    letters_at_rest(world, desk)
    assert len(to_domain(world.relay, "gone.example")) == 1
    assert len(desk.tickets()) == 1


def parrot(desk: RunningDesk, mail: Relayed, sender: str) -> tuple[RunningDesk, bytes, str, str]:
    """An answer in the thread, as a robot makes it that knows no header for it."""
    got = as_mail(mail)
    to = address_in(got["Reply-To"])
    reply = write(
        sender,
        to,
        f"Re: {got['Subject']}",
        f"Thank you for {got['Message-ID']}",
        In_Reply_To=str(got["Message-ID"]),
    )
    return desk, reply.as_bytes(policy=policy.SMTP), sender, to


def another_desk(folder: Path, relay: Relay) -> RunningDesk:
    """A second desk, whose addresses and agents live in a domain of its own."""
    made = RunningDesk(folder, relay, settings=QUIET)
    for name in ("desk.yaml", "agents.yaml", "rules.yaml"):
        file = folder / name
        file.write_text(
            file.read_text(encoding="utf-8").replace("@desk.example", "@other.example"),
            encoding="utf-8",
        )
    return made.start()


def letters_at_rest(world: World, *desks: RunningDesk) -> int:
    """Wait until nothing moves any more; how many mails the desks have sent by then."""
    wait_until(lambda: world.carried, "the first mail is out")

    def rest() -> bool:
        return world.is_at_rest(*desks) and world.is_at_rest(*desks)

    wait_until(rest, "everything comes to rest", moves=lambda: world.carried)
    print(f"{len(world.relay.messages)} mails until rest")
    return len(world.relay.messages)


def waits(desk: RunningDesk) -> bool:
    """Whether the desk has still something to do: unread mail, or unsent."""
    log = desk.log()
    taken = sum(
        log.count(f" {word} spool=")
        for word in ("opened", "threaded", "held", "duplicate", "failed", "delayed")
    )
    taken += sum(
        log.count(f" {word} spool=")
        for word in ("unmatched_report", "disposition_report", "feedback_report")
    )
    return log.count(" spooled ") > taken or any(
        row["state"] in ("due", "claimed") for row in desk.outbox()
    )


def to_domain(relay: Relay, domain: str) -> list[Relayed]:
    """What the desk has sent there."""
    return [m for m in relay.messages if m.rcpt_to[0].endswith("@" + domain)]
