"""Who may join and who may speak: what stands in a file, comes from somebody else or proves nothing
changes nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from maildesk.desk.quarantine.reasons import REASONS, Told
from maildesk.pipeline.receive import receive
from maildesk.store import spool
from tests.pipeline.place import Place, mail, told

BEN = "ben@desk.example"


def by_ben(place: Place, parts: str, content_type: str = "multipart/mixed; boundary=b") -> None:
    """Ben answers his last notification with a mail of this body."""
    last = place.letters(BEN)[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(
        mail(parts, From=BEN, To=to, MIME_Version="1.0", Content_Type=content_type), BEN, to
    )


FILE = (
    "--b\r\nContent-Type: text/plain; name=c.txt\r\n"
    "Content-Disposition: attachment; filename=c.txt\r\n\r\n#close\r\n"
)


@pytest.mark.parametrize(
    "parts",
    [
        FILE + "--b--",
        "--b\r\nContent-Type: text/plain\r\n\r\n\r\n" + FILE + "--b--",
        "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n" + FILE + "--b--",
        (
            "--b\r\nContent-Type: text/plain\r\n\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
            "#close\r\n--b--"
        ),
        (
            "--b\r\nContent-Type: text/plain\r\n\r\n#note\r\n\r\n--b\r\n"
            "Content-Type: text/plain\r\n"
            "\r\n#close\r\n--b--"
        ),
    ],
)
def test_a_file_commands_nothing(place: Place, parts: str) -> None:
    place.receive(mail())
    by_ben(place, parts)
    assert place.row("tickets", 1).status != "closed"
    answers = told(place, "kim@customer.example", "reply")
    assert "#close" not in "".join(letter.as_string() for letter in answers)


def surveyed(place: Place) -> str:
    """Kim's ticket, resolved; the address behind her stars."""
    place.receive(mail())
    place.answer(BEN, "#resolve")
    page = place.letters("kim@customer.example")[-1].get_body(("html",))
    assert page is not None
    found = re.search(r"mailto:(support\+s[^?\"]+)", page.get_content())
    assert found
    return found[1]


def score(place: Place, stars: str, words: str = "4", sender: str = "kim@customer.example") -> Any:
    """Somebody taps a star."""
    number = len(place.rows("spool"))
    return place.receive(
        mail(words, From=sender, To=stars, Subject=words, Message_ID=f"<s{number}@x.example>"),
        sender,
        stars,
    )


def test_a_survey_address_used_by_somebody_else_scores_nothing(place: Place) -> None:
    stars = surveyed(place)
    score(place, stars, "5")
    assert score(place, stars, "1", "lee@customer.example").outcome == "held survey"
    assert [held.reason for held in place.rows("quarantine")] == ["survey"]
    row = place.row("tickets", 1)
    assert (row.score, row.status, place.rows("participants", address="lee@customer.example")) == (
        5,
        "resolved",
        [],
    )


def test_a_released_score_of_somebody_else_is_no_score_either(place: Place) -> None:
    stars = surveyed(place)
    held = score(place, stars, "1", "lee@customer.example")
    with place.services.db.write() as conn:
        spool.release(conn, held.id, "admin", place.now)
    receive(place.services)
    assert place.row("tickets", 1).score is None


def test_somebody_in_cc_who_answers_the_resolution_scores_nothing(place: Place) -> None:
    place.receive(mail(Cc="lee@customer.example"))
    place.answer(BEN, "#resolve\n\nIt is done.")
    place.answer("lee@customer.example", "1")
    assert place.row("tickets", 1).score is None


def test_somebody_in_cc_who_writes_as_the_requester_scores_nothing(place: Place) -> None:
    lee = "lee@customer.example"
    place.receive(mail(Cc=lee))
    place.answer(BEN, "#resolve\n\nIt is done.")
    known = " ".join(
        str(letter[field] or "")
        for letter in place.letters(lee)
        for field in ("Message-ID", "References")
    )
    place.receive(mail("1", Message_ID="<forged@x.example>", References=known))
    assert place.row("tickets", 1).score is None


def test_nobody_learns_the_message_id_of_anothers_copy(place: Place) -> None:
    kim, lee = "kim@customer.example", "lee@customer.example"
    place.receive(mail(Cc=lee))
    place.answer(BEN, "One.")
    place.answer(BEN, "Two.")
    first, second = (str(letter["Message-ID"]) for letter in place.letters(lee))
    assert first in str(place.letters(lee)[-1]["References"])
    shown = "".join(
        str(letter[field] or "")
        for letter in place.letters(lee)
        for field in ("In-Reply-To", "References")
    )
    assert not [letter for letter in place.letters(kim) if str(letter["Message-ID"]) in shown]
    assert second not in shown
    assert str(place.letters(kim)[1]["Message-ID"]) in str(place.letters(kim)[-1]["References"])


def test_a_second_score_within_a_day_corrects_the_first_and_later_ones_do_not(place: Place) -> None:
    stars = surveyed(place)
    score(place, stars, "1")
    place.later(23 * 3600)
    score(place, stars, "4")
    assert place.row("tickets", 1).score == 4
    score(place, stars, "2")
    assert place.row("tickets", 1).score == 4
    assert [row.detail for row in place.rows("history", what="score_ignored")] == [{"score": "2"}]


def test_a_second_score_after_a_day_is_too_late_and_a_new_resolution_asks_anew(
    place: Place,
) -> None:
    stars = surveyed(place)
    score(place, stars, "5")
    place.later(25 * 3600)
    score(place, stars, "1")
    assert place.row("tickets", 1).score == 5
    place.receive(mail("It broke again.", Subject="Re: [TKT-0001]"))
    place.answer(BEN, "#resolve\n\nOnce more.")
    score(place, stars, "2")
    assert place.row("tickets", 1).score == 2


def carla_leaves(place: Place) -> None:
    """Carla is taken off the list of agents."""
    file = place.folder / "agents.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("  - name: Carla")], encoding="utf-8")
    assert place.services.keeper.reload_now()


@pytest.mark.parametrize("known", ["her notification", "her thread", "a customer's mail"])
@pytest.mark.parametrize("sender", ["carla@desk.example", "carla@home.example"])
def test_an_agent_who_was_removed_becomes_no_customer(
    place: Place, known: str, sender: str
) -> None:
    place.receive(mail())
    place.answer("carla@desk.example", "I look after it.")
    notice, reply = (
        place.letters("carla@desk.example")[-1],
        place.letters("kim@customer.example")[-1],
    )
    carla_leaves(place)
    if known == "a customer's mail" and sender != "carla@desk.example":
        return  # nobody could tell; a stranger's mail is a stranger's
    field = {
        "her notification": notice["Message-ID"],
        "her thread": notice["References"],
        "a customer's mail": reply["Message-ID"],
    }
    row = place.receive(
        mail("Hello Kim, please pay.", From=sender, References=str(field[known])), sender
    )
    assert row.outcome == "held revoked"
    assert [p.address for p in place.rows("participants")] in ([], ["kim@customer.example"])
    assert REASONS["revoked"].told is Told.ADMINS


def test_a_corrected_score_is_confirmed_and_the_history_tells_of_no_other_thanks(
    place: Place,
) -> None:
    stars = surveyed(place)
    for words in ("5", "3", "2"):
        score(place, stars, words)
    assert [row.purpose for row in place.rows("outbox", purpose="survey_thanks")] == [
        "survey_thanks"
    ] * 2
    said = [line.detail["template"] for line in place.rows("history", what="sent")]
    assert said.count("survey_thanks") == 2
    assert place.row("tickets", 1).score == 3
