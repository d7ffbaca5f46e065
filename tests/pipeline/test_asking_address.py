"""What an agent gets in answer bears an address of their own, from which further lines about no
ticket are believed: no tap, and no ticket by it."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from maildesk.pipeline.receive import receive
from tests.pipeline.place import SUPPORT, Place, mail, told, words
from tests.pipeline.test_questions import ANSWER, asks, proving
from tests.pipeline.test_shown import tap
from tests.stories.running_desk import address_in

BEN, CARLA, KIM = "ben@desk.example", "carla@desk.example", "kim@customer.example"
UNDO = "Undo this"
__all__ = ["proving"]


def asked(place: Place, line: str = "#list mine") -> EmailMessage:
    """The desk's answer to this line, which Ben wrote in an answer to his notification of a new
    ticket."""
    place.receive(mail("The printer jams.", Subject="Jam"))
    place.answer(BEN, line)
    return told(place, BEN, ANSWER)[-1]


def answers(place: Place, letter: EmailMessage, text: str, **fields: str) -> Any:
    """An answer to this letter, Ben's where nothing else is said; the spool row."""
    head = {"From": BEN, "To": address_in(letter["Reply-To"]), "Subject": str(letter["Subject"])}
    number = len(place.rows("spool"))
    head |= {"In_Reply_To": str(letter["Message-ID"]), "Message_ID": f"<{number}@desk.example>"}
    head |= fields
    return place.receive(mail(text, **head), head["From"], head["To"])


def nothing_but_the_ticket(place: Place) -> None:
    assert [(one.status, one.message_count) for one in place.rows("tickets")] == [("open", 1)]


def test_lines_in_an_answer_to_an_answer_are_believed_without_a_tap(place: Place) -> None:
    letter = asked(place)
    assert address_in(letter["Reply-To"]).startswith("support+g")
    for line in ("#search jams", "#bundle 10m", "#show 1", "#for 1\n#tag vip"):
        row = answers(place, letter, line)
        assert (row.state, row.outcome) in (("done", "answered"), ("done", "acted"))
        letter = told(place, BEN, ANSWER)[-1]
    assert place.rows("quarantine") == []
    assert [one.label for one in place.rows("ticket_labels")] == ["vip"]


def test_the_button_that_does_it_for_all_needs_no_other_tap(place: Place) -> None:
    letter = asked(place)
    answers(place, letter, "#for jam\n#priority high")
    button = told(place, BEN, ANSWER)[-1]
    assert "Nothing has been done yet." in words(button)
    tap(place, BEN, button, "Do it for all of these")
    assert [one.priority for one in place.rows("tickets")] == ["high"]
    assert place.rows("quarantine") == []


def test_the_button_that_takes_a_setting_back_needs_none_either(place: Place) -> None:
    tap(place, BEN, asked(place, "#bundle 10m"), UNDO)
    assert place.rows("agent_choices") == []


def test_a_ticket_is_none_of_its_business(place: Place) -> None:
    letter = asked(place)
    row = answers(place, letter, "#close")
    assert (row.state, row.outcome) == ("done", "answered")
    assert "#close is about a ticket" in words(told(place, BEN, ANSWER)[-1])
    nothing_but_the_ticket(place)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("We look into it.", {}),
        ("We look into it.", {"Subject": "Re: Jam [TKT-0001]"}),
        ("#new for Dora <dora@customer.example> via phone\nThe toner is empty.", {}),
        (
            "Please see below.\r\n\r\n---------- Forwarded message ---------\r\n"
            "From: Dora <dora@customer.example>\r\nDate: Fri, 20 Nov 2026 09:00:00 +0100\r\n"
            "Subject: Toner\r\nTo: Ben <ben@desk.example>\r\n\r\nThe toner is empty.",
            {"Subject": "Fwd: Toner"},
        ),
    ],
)
def test_it_brings_nobodys_words_into_a_ticket_and_opens_none(
    place: Place, text: str, fields: dict[str, str]
) -> None:
    row = answers(place, asked(place), text, **fields)
    assert row.state == "held"
    assert "leads to no ticket" in words(told(place, BEN, ANSWER)[-1])
    nothing_but_the_ticket(place)
    assert (len(place.letters(KIM)), place.letters("dora@customer.example")) == (1, [])


@pytest.mark.parametrize("sender", [CARLA, KIM, "mallory@evil.example"])
def test_from_another_address_it_is_held(place: Place, sender: str) -> None:
    letter = asked(place)
    before = len(told(place, BEN, ANSWER))
    row = answers(place, letter, "#list all", From=sender)
    assert (row.state, row.outcome) == ("held", "held spoofed")
    assert len(told(place, BEN, ANSWER)) == before
    nothing_but_the_ticket(place)


@pytest.mark.parametrize("place_of", [0, 1, 3, 9, 16, -1])
def test_changed_in_one_character_it_proves_nothing(place: Place, place_of: int) -> None:
    letter = asked(place)
    base, _, token = address_in(letter["Reply-To"]).partition("@")[0].partition("+")
    at = place_of % len(token)
    other = {"-": "x", "a": "b"}.get(token[at], "a")
    changed = f"{base}+{token[:at]}{other}{token[at + 1 :]}@desk.example"
    row = answers(place, letter, "#list all", To=changed, In_Reply_To="")
    assert (row.state, row.outcome) == ("held", "held unproven_agent")


def test_of_an_agent_who_was_removed_it_is_dead(place: Place) -> None:
    letter = asked(place)
    file = place.folder / "agents.yaml"
    text = file.read_text(encoding="utf-8")
    start = text.index("  - name: Ben")
    end = text.index("  - name:", start + 5)
    file.write_text(text[:start] + text[end:], encoding="utf-8")
    assert place.services.keeper.reload_now()
    row = answers(place, letter, "#list all")
    assert (row.state, row.outcome) == ("held", "held revoked")


def test_it_ends_with_a_week_and_with_renewal(place: Place) -> None:
    letter = asked(place)
    place.later(7 * 86400)
    assert answers(place, letter, "#list all").outcome == "answered"
    place.later(86400)
    assert answers(place, letter, "#list mine").outcome == "held expired"
    fresh = told(place, BEN, ANSWER)[-1]
    answers(place, fresh, "#renew")
    assert answers(place, fresh, "#search jams").outcome == "held renewed"


def test_a_replayed_mail_acts_once(place: Place) -> None:
    letter = asked(place)
    answers(place, letter, "#for 1\n#spent 15m", Message_ID="<once@desk.example>")
    row = answers(place, letter, "#for 1\n#spent 15m", Message_ID="<once@desk.example>")
    assert row.outcome == "duplicate"
    assert len(place.rows("history", what="spent")) == 1


def test_whoever_was_copied_has_had_it_and_the_next_is_asked_about(place: Place) -> None:
    letter = asked(place)
    copied = {"Cc": "Kim <kim@customer.example>"}
    assert answers(place, letter, "#list all", **copied).outcome == "answered"
    assert answers(place, letter, "#search jams").outcome == "held known_to_others"
    later = told(place, BEN, ANSWER)[-1]
    assert answers(place, later, "#list unassigned").outcome == "answered"


def test_a_program_of_the_agents_asks_nothing(place: Place) -> None:
    letter = asked(place)
    before = len(told(place, BEN, ANSWER))
    answers(place, letter, "#list all", Auto_Submitted="auto-replied")
    assert len(told(place, BEN, ANSWER)) == before
    nothing_but_the_ticket(place)


def test_an_answer_to_what_nothing_proved_bears_the_plain_address(place: Place) -> None:
    place.receive(mail("The printer jams.", Subject="Jam"))
    most = place.services.keeper.current.policy.loops.per_address
    for number in range(most + 1):
        row = asks(place, BEN, "#list all", Message_ID=f"<{number}@desk.example>")
        assert row.state == "held"
    news = told(place, BEN, ANSWER)[-1]
    assert "held in your name" in words(news)
    assert address_in(news["Reply-To"]) == SUPPORT
    assert "You can reply" not in words(news), "just that is held"


def test_where_a_server_looks_it_is_held_to_the_same_as_a_tickets_own_address(
    proving: Place,
) -> None:
    asks(proving, BEN, "#list all")
    letter = told(proving, BEN, ANSWER)[-1]
    row = answers(proving, letter, "#list all")
    assert row.outcome == "held unproven_agent", "nothing vouches for the sender"
    tapped = proving.letters(BEN)[-1]
    answers(proving, tapped, "#confirm")
    receive(proving.services)
    assert len(told(proving, BEN, ANSWER)) == 2
    verdict = "mx.desk.example; dkim=pass header.d=desk.example"
    new = "#new for Dora <dora@customer.example>\nThe toner is empty."
    answers(proving, letter, new, Authentication_Results=verdict)
    (ticket,) = proving.rows("tickets")
    assert ticket.requester_address == "dora@customer.example", "as in any mail of theirs"


def test_without_such_addresses_the_message_id_proves_as_much(place: Place) -> None:
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\naddresses:\n", "\nsub_addresses: false\naddresses:\n", 1))
    place.services.keeper.reload_now()
    letter = asked(place)
    assert address_in(letter["Reply-To"]) == SUPPORT
    assert answers(place, letter, "#list all").outcome == "answered"
    rewritten = {"In_Reply_To": "<else@relay.example>", "References": str(letter["References"])}
    assert answers(place, letter, "#search jams", **rewritten).outcome == "answered"
    assert answers(place, letter, "#list all", From=CARLA).state == "held"
    assert answers(place, letter, "#bundle 10m").outcome == "answered"
    assert len(place.rows("agent_choices")) == 1
    tap(place, BEN, told(place, BEN, ANSWER)[-1], UNDO)
    assert place.rows("agent_choices") == []
