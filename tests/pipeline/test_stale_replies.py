"""An answer to a notification since which somebody else has written waits until the agent has seen
what was missed; the agent then sends it, keeps it as a note, or throws it away, by one tap."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from maildesk.pipeline.receive import receive
from tests.pipeline.place import Place, mail, told, words

ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))
KIM = "kim@customer.example"


def answers(place: Place, agent: str, letter: EmailMessage, text: str) -> Any:
    """This agent answers this notification."""
    to = str(letter["Reply-To"]).rpartition("<")[2].rstrip(">")
    fields = {"From": agent, "To": to, "In_Reply_To": str(letter["Message-ID"])}
    return place.receive(mail(text, **fields), agent, to)


def taps(place: Place, agent: str, letter: EmailMessage, command: str, **more: str) -> Any:
    """This agent taps the button that sends this command."""
    page = letter.get_body(("html",))
    assert page is not None
    links = re.findall(r'href="(mailto:[^"]+)"', str(page.get_content()))
    link = next(one for one in links if unquote(one).endswith(f"body={command}"))
    found = urlsplit(link.replace("&amp;", "&"))
    fields = {"From": agent, "To": found.path, "Subject": parse_qs(found.query)["subject"][0]}
    done = place.receive(mail(command, **fields | more), agent, found.path)
    receive(place.services)
    return done


def policy(place: Place, word: str) -> None:
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    assert "\nstale_replies: hold\n" in text
    text = text.replace("\nstale_replies: hold\n", f"\nstale_replies: {word}\n", 1)
    file.write_text(text, encoding="utf-8")
    assert place.services.keeper.reload_now()


def answered_by_ben(place: Place) -> EmailMessage:
    """Carla's notification of a ticket that Ben has answered since."""
    place.receive(mail("The printer jams."))
    place.later(60)
    theirs = place.letters(CARLA)[-1]
    place.answer(BEN, "Pull the paper out.")
    place.later(60)
    return theirs


def test_who_answers_after_a_colleague_is_shown_what_the_colleague_wrote(both: Place) -> None:
    theirs = answered_by_ben(both)
    assert answers(both, CARLA, theirs, "Leave the paper in.").outcome == "held"
    assert "Leave the paper in." not in words(both.letters(KIM)[-1])
    (news,) = told(both, CARLA, "agent_stale")
    read = words(news)
    assert "IHRE ANTWORT IST NOCH NICHT GESENDET" in read
    assert "Ben Okafor" in read and "> Pull the paper out." in read
    assert "> Leave the paper in." in read
    (held,) = both.rows("quarantine")
    assert (held.reason, held.agent, held.state) == ("stale", CARLA, "held")


def test_one_tap_sends_it_all_the_same(both: Place) -> None:
    theirs = answered_by_ben(both)
    answers(both, CARLA, theirs, "Leave the paper in.")
    taps(both, CARLA, told(both, CARLA, "agent_stale")[-1], "#confirm")
    assert "Leave the paper in." in words(both.letters(KIM)[-1])
    assert both.row("quarantine", 1).state == "released"


def test_one_tap_keeps_it_as_a_note_with_its_commands_left_out(both: Place) -> None:
    theirs = answered_by_ben(both)
    answers(both, CARLA, theirs, "#resolve\n#reply\nLeave the paper in.")
    before = len(both.letters(KIM))
    taps(both, CARLA, told(both, CARLA, "agent_stale")[-1], "#note")
    assert len(both.letters(KIM)) == before
    (note,) = both.rows("messages", kind="note")
    assert (note.text, note.agent) == ("Leave the paper in.", CARLA)
    assert both.row("tickets", 1).status == "in_progress"
    assert told(both, BEN, "agent_note"), "whose ticket it is reads it"


def test_one_tap_throws_it_away_and_says_so(place: Place) -> None:
    theirs = answered_by_ben(place)
    answers(place, CARLA, theirs, "Leave the paper in.")
    before = len(place.letters(KIM))
    done = taps(place, CARLA, told(place, CARLA, "agent_stale")[-1], "#discard")
    assert done.outcome == "discarded"
    assert (len(place.letters(KIM)), place.row("quarantine", 1).state) == (before, "dropped")
    assert "#discard" in words(told(place, CARLA, "agent_transcript")[-1])
    again = taps(place, CARLA, told(place, CARLA, "agent_stale")[-1], "#confirm")
    assert again.outcome == "nothing_to_confirm"


def test_a_new_answer_to_what_was_shown_goes_out(place: Place) -> None:
    theirs = answered_by_ben(place)
    answers(place, CARLA, theirs, "Leave the paper in.")
    place.later(60)
    answers(place, CARLA, told(place, CARLA, "agent_stale")[-1], "As Ben says.")
    assert "As Ben says." in words(place.letters(KIM)[-1])


def test_a_new_message_of_the_customers_is_the_same_case(place: Place) -> None:
    place.receive(mail("The printer jams."))
    first = place.letters(BEN)[-1]
    place.answer(BEN, "#take")
    place.later(60)
    place.receive(
        mail("It is on fire.", In_Reply_To=f"<{abs(hash('The printer jams.'))}@customer.example>")
    )
    place.later(60)
    assert answers(place, BEN, first, "Pull the paper out.").outcome == "held"
    assert "> It is on fire." in words(told(place, BEN, "agent_stale")[-1])
    latest = told(place, BEN, "agent_reply")[-1]
    assert answers(place, BEN, latest, "Leave the room.").outcome == "threaded"


@pytest.mark.parametrize("text", ["#note\nBen is right.", "#priority high"])
def test_what_no_customer_hears_of_is_never_held(place: Place, text: str) -> None:
    theirs = answered_by_ben(place)
    assert answers(place, CARLA, theirs, text).outcome == "threaded"


def test_a_resolution_that_knows_nothing_of_the_last_word_is_held(place: Place) -> None:
    theirs = answered_by_ben(place)
    assert answers(place, CARLA, theirs, "#resolve").outcome == "held"
    assert place.row("tickets", 1).status == "in_progress"


def test_what_agents_wrote_themselves_they_have_not_missed(place: Place) -> None:
    place.receive(mail("The printer jams."))
    first = place.letters(BEN)[-1]
    place.later(60)
    assert answers(place, BEN, first, "Pull the paper out.").outcome == "threaded"
    place.later(60)
    assert answers(place, BEN, first, "And switch it off.").outcome == "threaded"


def test_a_desk_may_only_warn(place: Place) -> None:
    policy(place, "warn")
    theirs = answered_by_ben(place)
    assert answers(place, CARLA, theirs, "Leave the paper in.").outcome == "threaded"
    assert "Leave the paper in." in words(place.letters(KIM)[-1])
    receipt = words(told(place, CARLA, "agent_transcript")[-1])
    assert "Ben Okafor" in receipt and "> Pull the paper out." in receipt


def test_a_desk_may_let_it_be(place: Place) -> None:
    policy(place, "off")
    theirs = answered_by_ben(place)
    before = len(place.letters(CARLA))
    assert answers(place, CARLA, theirs, "Leave the paper in.").outcome == "threaded"
    assert len(place.letters(CARLA)) == before


def test_another_agents_tap_does_nothing(place: Place) -> None:
    theirs = answered_by_ben(place)
    answers(place, CARLA, theirs, "Leave the paper in.")
    taps(place, BEN, told(place, CARLA, "agent_stale")[-1], "#confirm")
    assert place.row("quarantine", 1).state == "held"
    assert "Leave the paper in." not in words(place.letters(KIM)[-1])
