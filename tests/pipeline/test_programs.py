"""What a program marks as automatic is never answered by itself, but not unheard either."""

from __future__ import annotations

from typing import Any

import pytest

from maildesk.store import records
from tests.pipeline.place import Place, mail
from tests.stories.running_desk import text_of

KIM, ANA, BEN, CARLA = (
    "kim@customer.example",
    "ana@desk.example",
    "ben@desk.example",
    "carla@desk.example",
)
STILL = "I tried it and it still fails. Can you call me?"
GENERATED = {"Auto_Submitted": "auto-generated"}


def program(place: Place, text: str, **fields: str) -> Any:
    """A program answers the acknowledgement at Kim's own address; the spool row."""
    first = place.letters(KIM)[0]
    to = str(first["Reply-To"]).rpartition("<")[2].rstrip(">")
    number = len(place.rows("messages"))
    more = {"Subject": "Re: Printer", "Message_ID": f"<sn-{number}@customer.example>"}
    raw = mail(text, To=to, In_Reply_To=str(first["Message-ID"]), **(more | GENERATED | fields))
    return place.receive(raw, KIM, to)


def ticket(place: Place) -> Any:
    return place.row("tickets", 1)


def notified(place: Place, who: str = BEN) -> list[str]:
    return [row.purpose for row in place.rows("outbox", recipient=who)]


def test_a_reply_that_a_program_sent_reaches_the_agents_like_any(both: Place) -> None:
    both.receive(mail())
    both.answer(BEN, "Press the button.")
    both.later(60)
    before = len(both.letters(KIM))
    assert program(both, STILL).outcome == "threaded"
    row = ticket(both)
    assert row.customer_wrote_at == both.now > row.agent_wrote_at
    assert notified(both)[-1] == "agent_reply"
    text = text_of(both.letters(BEN)[-1])
    assert STILL in text
    assert "sent by a program" in text
    assert len(both.letters(KIM)) == before, "it is not answered by itself"
    kept = both.rows("messages")[-1]
    assert (kept.automatic, kept.kind, kept.direction) == (True, "public", "in")
    assert "sent by a program" in kept.trust


def test_the_agent_reads_so_in_their_language(place: Place) -> None:
    place.receive(mail())
    program(place, STILL)
    assert "von einem Programm gesendet" in text_of(place.letters(CARLA)[-1])


def test_its_clocks_run(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#priority high\nPress the button.")
    place.later(3600)
    assert ticket(place).breaches_at is None
    program(place, STILL)
    assert ticket(place).breaches_at > place.now


def test_it_may_reopen(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#resolve\nDone.")
    assert ticket(place).status == "resolved"
    program(place, STILL)
    assert ticket(place).status == "in_progress"


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("We have received your message. Your ticket number is 4711.", {}),
        ("Ihre Anfrage ist bei uns eingegangen.", {}),
        ("I am out of the office until Monday.", {}),
        ("Ahoy, we sail until June.", {"Auto_Submitted": "auto-replied"}),
        ("", {}),
    ],
)
def test_what_says_nothing_new_is_silent_and_seen(
    place: Place, text: str, fields: dict[str, str]
) -> None:
    place.receive(mail())
    place.answer(BEN, "#resolve\nDone.")
    before, row = notified(place), ticket(place)
    program(place, text, **fields)
    after = ticket(place)
    assert notified(place) == before
    assert (after.status, after.customer_wrote_at) == ("resolved", row.customer_wrote_at)
    assert after.message_count == row.message_count + 1
    with place.services.db.read() as conn:
        assert records.conversation(conn, 1)[-1].automatic


def test_what_a_program_said_before_is_silent_but_for_the_first(place: Place) -> None:
    place.receive(mail())
    for number in range(4):
        program(place, f"The disk is {80 + number} % full.")
    assert notified(place).count("agent_reply") == 1
    program(place, "The disk is full.")
    assert notified(place).count("agent_reply") == 2
    assert ticket(place).message_count == 6, "all are kept"


def test_a_program_of_somebody_else_asks_to_join_like_any_stranger(place: Place) -> None:
    place.receive(mail())
    told = str(place.letters(KIM)[0]["Message-ID"])
    sender = "servicedesk@other.example"
    raw = mail(STILL, From=sender, In_Reply_To=told, **GENERATED)
    place.receive(raw, sender)
    assert notified(place)[-1] == "agent_stranger"
    assert ticket(place).customer_wrote_at == ticket(place).created_at
    assert place.letters(sender) == []


def test_a_program_brings_nobody_along_and_gives_no_stars(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#resolve\nDone.")
    program(place, "5", Cc="lee@customer.example")
    assert ticket(place).score is None
    assert place.rows("participants") == []


def test_a_program_that_writes_and_writes_is_told_to_the_admins_and_to_agents_no_more(
    place: Place,
) -> None:
    place.receive(mail())
    words = ("alpha", "beta", "gamma", "delta", "epsilon")
    for number in range(25):
        place.later(1)
        program(place, f"{words[number % 5]} {words[number // 5]} is down.")
    assert notified(place).count("agent_reply") == 20
    alarms = [str(one["Subject"]) for one in place.letters(ANA)]
    assert alarms.count("A program writes too much") == 1
    assert ticket(place).message_count == 26


DECLINED = """BEGIN:VCALENDAR
METHOD:REPLY
BEGIN:VEVENT
SUMMARY:Visit
DTSTART:20261202T130000Z
ATTENDEE;PARTSTAT=DECLINED;CN=Kim:mailto:kim@customer.example
{more}END:VEVENT
END:VCALENDAR
"""
INVITED = {"Auto_Submitted": "", "Content_Type": "text/calendar; method=REPLY"}


def test_who_declines_an_invitation_with_words_is_heard(place: Place) -> None:
    place.receive(mail())
    before = len(notified(place))
    program(place, DECLINED.format(more=""), **INVITED)
    assert len(notified(place)) == before, "a bare no stays in the ticket"
    program(place, DECLINED.format(more="COMMENT:Can we do Friday?\n"), **INVITED)
    assert notified(place)[before:] == ["agent_reply"]
    assert "Can we do Friday?" in text_of(place.letters(BEN)[-1])


def test_such_words_in_no_ticket_open_one_and_a_bare_answer_is_held(place: Place) -> None:
    bare = mail(DECLINED.format(more=""), Content_Type="text/calendar; method=REPLY")
    assert place.receive(bare).outcome == "held"
    text = DECLINED.format(more="COMMENT:Can we do Friday?\n")
    said = mail(text, Content_Type="text/calendar; method=REPLY")
    assert place.receive(said).outcome == "opened"
    assert "Can we do Friday?" in text_of(place.letters(BEN)[-1])
    assert not place.letters(KIM), "no program is answered"
