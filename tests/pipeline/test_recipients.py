"""`#to` and `#bcc`: whom one answer goes to, and no other one."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests.pipeline.place import Place, mail, words
from tests.pipeline.test_readers import BEN, EVA, KIM, LEE, answered, opened, writes

MAX = "max@supplier.example"


def letters(place: Place, person: str) -> list[EmailMessage]:
    return place.letters(person)


def test_a_blind_copy_stands_in_no_header_and_makes_nobody_take_part(place: Place) -> None:
    opened(place, LEE)
    assert set(answered(place, f"#bcc {MAX}\nPull it out.")) == {KIM, LEE}
    (copy,) = letters(place, MAX)
    seen = place.letters(KIM)[-1]
    for letter in (seen, place.letters(LEE)[-1]):
        assert MAX not in letter.as_string()
    assert (copy["To"], copy["Cc"], copy["Bcc"]) == (seen["To"], seen["Cc"], None)
    assert "Pull it out." in words(copy)
    assert "jams" not in words(copy), "what was said before was not said to them"
    assert {row.address for row in place.rows("participants")} == {LEE}
    (line,) = [one for one in place.rows("history", what="sent") if one.detail.get("bcc")]
    assert (line.detail["bcc"], set(line.detail["to"])) == ([MAX], {KIM, LEE})


def test_the_receipt_says_who_got_it(place: Place) -> None:
    opened(place, LEE)
    answered(place, f"#bcc {MAX}\nPull it out.")
    told = words(place.letters(BEN)[-1])
    assert f"a blind copy for {MAX}: nobody else sees it" in told
    assert "sent to Kim Novak, copy to Lee Park." in told


def test_the_next_answer_goes_where_it_always_does(place: Place) -> None:
    opened(place, LEE)
    answered(place, f"#bcc {MAX}\nPull it out.")
    writes(place, KIM, "It is out.", LEE)
    assert set(answered(place, "Good.")) == {KIM, LEE}
    assert len(letters(place, MAX)) == 1
    assert MAX not in place.letters(KIM)[-1].as_string()


def test_to_sends_elsewhere_what_belongs_to_a_ticket_of_one_person(place: Place) -> None:
    opened(place)
    before = len(place.letters(KIM))
    assert set(answered(place, f"#to {EVA}\nCan you have a look?")) == {EVA}
    assert place.letters(EVA)[-1]["References"] is None
    assert len(place.letters(KIM)) == before
    writes(place, KIM, "Well?")
    assert set(answered(place, "It is being looked at.")) == {KIM}
    assert "Can you have a look" not in place.letters(KIM)[-1].as_string()


@pytest.mark.parametrize("line", ["#an", "#An:", "#à", "#À", "#a", "# an", "#nur_an"])
def test_to_as_german_and_french_have_it(place: Place, line: str) -> None:
    opened(place)
    assert set(answered(place, f"{line} {EVA}\nCan you have a look?")) == {EVA}


def test_an_article_behind_the_sign_sends_nothing_anywhere(place: Place) -> None:
    opened(place)
    assert answered(place, "#a printer jams\nCan you have a look?") == {}
    assert 'YOUR MAIL WAS HELD. #a printer jams: "printer" is not an address' in words(
        place.letters(BEN)[-1]
    )


def test_to_sends_one_answer_there_and_to_nobody_else(place: Place) -> None:
    opened(place, LEE)
    assert set(answered(place, f"#to {EVA}\nCan you have a look?")) == {EVA}
    sent = place.letters(EVA)[-1]
    assert (sent["To"], sent["Cc"]) == (EVA, None)
    assert "jams" not in words(sent)
    told = words(place.letters(BEN)[-1])
    assert f"sent to {EVA}." in told
    assert "nobody else; the next goes where it always does" in told
    assert {row.address for row in place.rows("participants")} == {LEE}


def test_to_may_name_some_who_take_part(place: Place) -> None:
    opened(place, LEE, EVA)
    assert set(answered(place, f"#to {LEE}, {EVA}\nKim need not know.")) == {LEE, EVA}
    assert "jams" in words(place.letters(LEE)[-1]), "they had it"


def test_with_resolve_the_customer_hears_that_it_is_and_not_the_words(place: Place) -> None:
    opened(place, LEE)
    read = answered(place, f"#resolve\n#to {LEE}\n#bcc {MAX}\nKim broke it.")
    assert "Kim broke it." in read[LEE]
    assert "Kim broke it." not in read[KIM]
    assert "Kim broke it." in words(letters(place, MAX)[-1])


def test_who_answers_a_blind_copy_is_asked_about(place: Place) -> None:
    opened(place)
    answered(place, f"#bcc {MAX}\nPull it out.")
    copy = letters(place, MAX)[-1]
    to = str(copy["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(mail("Seen.", From=MAX, To=to, In_Reply_To=str(copy["Message-ID"])), MAX, to)
    assert place.rows("messages")[-1].kind == "stranger"
    assert "#letin" in words(place.letters(BEN)[-1])
    assert "Seen." not in words(place.letters(KIM)[-1])


def test_beside_a_note_or_no_words_it_is_asked_about(place: Place) -> None:
    opened(place, LEE)
    for text in (f"#bcc {MAX}", f"#note\n#bcc {MAX}\nMind.", "#to\nHello."):
        before = len(place.rows("quarantine"))
        assert answered(place, text) == {}
        assert len(place.rows("quarantine")) == before + 1, text
    assert letters(place, MAX) == []


def test_an_address_may_be_pasted_with_a_name_that_has_a_comma(place: Place) -> None:
    opened(place)
    pasted = f'"Park; Lee, Dr." <{LEE}>, \u201eNovak, Eva\u201c <{EVA}>'
    assert set(answered(place, f"#to {pasted}\nCan you have a look?")) == {LEE, EVA}
    answered(place, f'#cc +"Smith, Max" <{MAX}>\nMax joins us.')
    assert MAX in {row.address for row in place.rows("participants")}
