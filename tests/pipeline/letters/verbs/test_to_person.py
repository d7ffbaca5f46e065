"""The mail to one person: what it shows, and when there is none."""

from __future__ import annotations

from tests.pipeline.desk_changes import with_words
from tests.pipeline.place import Place, mail, told
from tests.pipeline.test_verbs import BEN, KIM, LEE, answered


def test_nobody_is_told_more_often_than_the_limits_allow(place: Place) -> None:
    place.receive(mail())
    for number in range(8):
        place.answer(KIM, "status" + "!" * number)
    assert len(told(place, KIM, "verbs_answered")) == 4, "the acknowledgement was the first of five"
    assert len(place.rows("history", what="asked")) == 8


def test_a_desk_that_writes_to_no_strangers_tells_nobody_that_they_were_added(place: Place) -> None:
    with_words(place, "strangers: neutral", "strangers: no")
    place.receive(mail())
    place.answer(BEN, "We look at it.")
    place.answer(KIM, f"#add {LEE}")
    assert "Added: lee@customer.example" in answered(place, KIM)
    assert place.letters(LEE) == []


def test_the_answer_answers_the_question_in_its_thread(place: Place) -> None:
    place.receive(mail())
    place.answer(KIM, "status")
    letter = told(place, KIM, "verbs_answered")[-1]
    (asked,) = [row for row in place.rows("spool") if row.id == 2]
    assert letter["In-Reply-To"] == f"<{asked.message_id.strip('<>')}>"
    assert letter["Auto-Submitted"] == "auto-replied"
