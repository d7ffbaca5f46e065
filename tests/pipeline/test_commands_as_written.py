"""Every command of the table, at the top of an agent's answer as each mail program writes it: it is
read as the same line in plain text is, and what it does is the same."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from maildesk.config.policy import load_policy
from maildesk.desk.commands.command_lines import CommandLines, read
from maildesk.desk.commands.spec import Given
from maildesk.desk.commands.table import COMMANDS, given, name_of
from maildesk.desk.policy import Policy
from maildesk.mail.parse import parse
from tests.pipeline.place import Place, mail, words
from tests.pipeline.written import PROGRAMS, SIGNED, Program
from tests.stories.running_desk import ROOT

BEN = "ben@desk.example"
WORDS = ("The cable was loose.", "", "It's \"fixed\" now, isn't it?")
# A value for each command that takes one.
VALUES = {
    "status": "waiting", "snooze": "until monday 9:00", "assign": "carla",
    "cc": "+eva@example.org -tom@example.org", "customer": "dora@example.org",
    "also": "kim@home.example", "letin": "lee@example.org", "keepout": "lee@example.org",
    "follow": "carla", "unfollow": "carla", "priority": "high", "category": "billing",
    "type": "problem", "queue": "billing", "tag": "+vip -bug", "subject": "A jam, \"again\"",
    "set": "licence_key=HB-2231", "spent": "1h 15m", "merge": "TKT-0009", "link": "TKT-0009",
    "unmerge": "TKT-0009", "unlink": "TKT-0009", "escalate": "he can't wait",
    "away": "until friday", "list": "mine", "search": "paper jam", "show": "TKT-0009",
    "for": "7 9", "bundle": "10m", "remind": "4h", "quiet_hours": "20:00-7:00",
    "notify": "status, priority off",
}  # fmt: skip


@pytest.fixture(scope="module")
def notice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmailMessage]:
    """A notification of a new ticket, as Ben has it."""
    made = Place(tmp_path_factory.mktemp("desk") / "desk")
    made.receive(mail("My printer eats the paper. What can I do?"))
    yield made.letters(BEN)[-1]
    made.services.close()


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(ROOT / "deploy" / "desk")


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_each_command_is_read_as_it_was_typed(
    program: Program, notice: EmailMessage, policy: Policy
) -> None:
    differ = {}
    for word in (*COMMANDS, "erledigt", "schließen", "übernehmen", "zurücklegen"):
        line = f"#{word} {VALUES.get(name_of(word, policy), '')}".strip()
        as_typed = told(read("\n".join((line, "", *WORDS)), policy), policy)
        message = parse(program(notice, BEN, (line, "", *WORDS)))
        as_written = told(read(message.reply, policy, message.opening), policy)
        if as_written != as_typed:
            differ[line] = (as_written, as_typed)
    assert differ == {}


def told(lines: CommandLines, policy: Policy) -> tuple[object, ...]:
    """What was read: the commands with what their values mean, the words without the signature that
    nothing tells apart from them, what is asked about."""
    found = [given(one, policy) for one in lines.commands]
    values = [
        (one.command.name, one.value) if isinstance(one, Given) else (one.code, one.line)
        for one in found
    ]
    words = plain(lines.text).removesuffix(plain(" ".join(SIGNED))).strip()
    return plain(repr(values)).replace('"', "'").lower(), words, lines.problems


def plain(text: str) -> str:
    """With typed quotation marks and single spaces."""
    for one, other in {"\u201c": '"', "\u201d": '"', "\u2019": "'", "\xa0": " "}.items():
        text = text.replace(one, other)
    return " ".join(text.split())


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_what_they_do_and_to_whom_it_is_told(program: Program, place: Place) -> None:
    place.receive(mail("It eats the paper."))
    notice = place.letters(BEN)[-1]
    to = str(notice["Reply-To"]).rpartition("<")[2].rstrip(">")
    lines = ("#take", "#priority high", "#tag +vip -bug", "#cc +eva@example.org", "#wait")
    assert place.receive(program(notice, BEN, (*lines, "", *WORDS)), BEN, to).state == "done"
    (ticket,) = place.rows("tickets")
    assert (ticket.assignee, ticket.priority, ticket.status) == (BEN, "high", "waiting")
    asked, answered = place.rows("messages")
    assert (asked.kind, answered.kind) == ("public", "public")
    assert plain(answered.reply).startswith("The cable was loose. It's \"fixed\" now, isn't it?")
    assert {"assigned", "priority", "status"} <= {row.what for row in place.rows("history")}
    last = {row.recipient: row.purpose for row in place.rows("outbox")}
    assert (last["kim@customer.example"], last["eva@example.org"]) == ("reply", "reply")
    assert last[BEN] == "agent_transcript"
    for customer in ("kim@customer.example", "eva@example.org"):
        letter = place.letters(customer)[-1].as_string()
        assert "#" + "take" not in letter
        assert "priority" not in letter


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_commands_alone_post_nothing(program: Program, place: Place) -> None:
    place.receive(mail("It eats the paper."))
    notice = place.letters(BEN)[-1]
    to = str(notice["Reply-To"]).rpartition("<")[2].rstrip(">")
    assert place.receive(program(notice, BEN, ("#take", "#wait")), BEN, to).state == "done"
    assert len(place.rows("messages")) == 1
    assert [row.purpose for row in place.rows("outbox", recipient="kim@customer.example")] == [
        "acknowledgement"
    ]


def test_an_address_may_be_pasted_with_its_name(policy: Policy) -> None:
    lines = read("#cc +Eva Lang <eva@example.org>, \u2013Tom <tom@example.org>", policy)
    (found,) = [given(one, policy) for one in lines.commands]
    assert isinstance(found, Given)
    assert found.value == (("eva@example.org", True), ("tom@example.org", False))


def test_a_command_that_the_agent_pasted_without_seeing_it_is_asked_about(place: Place) -> None:
    place.receive(mail("It eats the paper."))
    notice = place.letters(BEN)[-1]
    to = str(notice["Reply-To"]).rpartition("<")[2].rstrip(">")
    raw = PROGRAMS["Samsung"](notice, BEN, ("#close", "", *WORDS))
    hidden = raw.replace(b"<div>#Close</div>", b"<div style=3D'color:#fff'>#Close</div>")
    assert hidden != raw
    assert place.receive(hidden, BEN, to).state == "held"
    assert place.rows("tickets")[0].status == "open"
    assert "#Close" in words(place.letters(BEN)[-1])


def test_an_outlook_signature_goes_to_no_customer(place: Place) -> None:
    place.receive(mail("It eats the paper."))
    notice = place.letters(BEN)[-1]
    to = str(notice["Reply-To"]).rpartition("<")[2].rstrip(">")
    assert place.receive(PROGRAMS["Outlook"](notice, BEN, WORDS), BEN, to).state == "done"
    letter = words(place.letters("kim@customer.example")[-1])
    assert letter.startswith("The cable was loose. It\u2019s \u201cfixed\u201d now, isn\u2019t it?")
    assert "second line support" not in letter


def test_a_name_that_is_said_to_somebody_stays(place: Place) -> None:
    place.receive(mail("Whom do I call?"))
    place.answer(BEN, "Hello Kim,\n\nplease ring me:\n\nBen Okafor\n+44 20 7946 0000")
    assert "+44 20 7946 0000" in words(place.letters("kim@customer.example")[-1])
    place.answer(BEN, "Hello Kim,\n\nBen Okafor will ring you tomorrow, if that is all right?")
    assert "Ben Okafor will ring you" in words(place.letters("kim@customer.example")[-1])


def test_an_answer_with_nothing_but_a_signature_is_held(place: Place) -> None:
    place.receive(mail("It eats the paper."))
    assert place.answer(BEN, "\n\nBen Okafor\nDesk example\n+44 20 7946 0000").state == "held"
    assert len(place.rows("outbox", recipient="kim@customer.example")) == 1
