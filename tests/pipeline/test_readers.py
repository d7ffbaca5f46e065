"""An answer goes to those who had the message that it answers, quotes to each what they had, and
the notification names them all before it is written."""

from __future__ import annotations

from email.message import EmailMessage

from maildesk.desk.actor import operator_acts
from maildesk.desk.commands.carry_out import Content
from maildesk.pipeline.act import act
from tests.pipeline.place import SUPPORT, Place, mail, words

ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))
KIM, LEE, EVA = "kim@customer.example", "lee@customer.example", "eva@elsewhere.example"
NAMES = {KIM: "Kim Novak", LEE: "Lee Park", EVA: "Eva Holm"}


def page(letter: EmailMessage) -> str:
    body = letter.get_body(("html",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def box(address: str) -> str:
    return f"{NAMES[address]} <{address}>"


def opened(place: Place, *copies: str) -> None:
    """Kim's ticket, with these in Cc, taken by Ben."""
    cc = ", ".join(map(box, copies))
    place.receive(mail("The printer jams.", From=box(KIM), Cc=cc), KIM)
    place.answer(BEN, "#take")


def writes(place: Place, person: str, text: str, *copies: str) -> None:
    """This person answers the last mail they got, with these beside the desk in Cc."""
    last = place.letters(person)[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    fields = {"From": box(person), "To": to, "Cc": ", ".join(map(box, copies))}
    place.receive(mail(text, **fields, In_Reply_To=str(last["Message-ID"])), person, to)


def answered(place: Place, text: str) -> dict[str, str]:
    """Ben answers the last notification; whom that reached, and what each of them read."""
    before = {person: len(place.letters(person)) for person in NAMES}
    place.answer(BEN, text)
    new = {person: place.letters(person)[before[person] :] for person in NAMES}
    return {person: words(found[-1]) for person, found in new.items() if found}


def test_a_notification_names_everybody_whom_an_answer_reaches(place: Place) -> None:
    opened(place, LEE, EVA)
    (told,) = [words(letter) for letter in place.letters(ANA) if "jams" in words(letter)]
    assert "Your reply to this mail goes to Kim Novak, copy to Eva Holm, Lee Park" in told
    assert set(answered(place, "Pull it out.")) == {KIM, LEE, EVA}


def test_who_has_no_name_is_named_by_address(place: Place) -> None:
    place.receive(mail("It jams.", From=KIM, Cc=LEE), KIM)
    assert f"goes to {KIM}, copy to {LEE}." in words(place.letters(ANA)[-1])


def test_a_name_of_ours_names_nobody_outside(place: Place) -> None:
    place.receive(mail("It jams.", From=box(KIM), Cc=f"Ben Okafor <{LEE}>"), KIM)
    assert f"goes to Kim Novak, copy to {LEE}." in words(place.letters(ANA)[-1])


def test_a_word_to_the_desk_alone_is_answered_to_its_writer_alone(both: Place) -> None:
    place = both
    opened(place, LEE)
    answered(place, "Pull it out.")
    writes(place, LEE, "Between us: Kim broke it.")
    told = place.letters(BEN)[-1]
    assert "goes to Lee Park. It is sent in the name of" in words(told)
    assert "Kim Novak did not get what you are answering" in words(told)
    assert "Kim Novak did not get what you are answering" in page(told)
    read = answered(place, "Thank you for the word.")
    assert set(read) == {LEE}
    assert "Kim broke it" in read[LEE], "what they wrote is quoted to themselves"
    letter = place.letters(LEE)[-1]
    assert (str(letter["To"]), letter["Cc"]) == (box(LEE), None)


def test_what_was_said_to_the_desk_alone_is_quoted_to_nobody_else(place: Place) -> None:
    opened(place, LEE)
    answered(place, "Pull it out.")
    writes(place, LEE, "Between us: Kim broke it.")
    secret = place.rows("messages", from_address=LEE)[-1].message_id
    read = answered(place, "#all\nWe send somebody.\n\n> Between us: Kim broke it.\n\nReally?")
    assert set(read) == {KIM, LEE}
    assert "We send somebody." in read[KIM]
    assert "Kim broke it" not in read[KIM]
    assert "The printer jams." in read[KIM], "what she had herself is quoted"
    assert secret not in str(place.letters(KIM)[-1]["References"])
    assert secret in str(place.letters(LEE)[-1]["References"])


def test_a_customer_who_leaves_somebody_out_is_answered_without_them(place: Place) -> None:
    opened(place, LEE)
    answered(place, "Pull it out.")
    writes(place, KIM, "Lee need not know, but it is on fire.")
    read = answered(place, "Leave the room.")
    assert set(read) == {KIM}
    writes(place, KIM, "It is out.", LEE)
    assert set(answered(place, "Good.")) == {KIM, LEE}


def test_an_older_notification_is_answered_to_those_who_had_its_message(place: Place) -> None:
    opened(place, LEE)
    older = place.letters(BEN)[0]
    place.later(60)
    writes_to = str(older["Reply-To"]).rpartition("<")[2].rstrip(">")
    answered(place, "Pull it out.")
    writes(place, LEE, "Between us.")
    place.receive(
        mail("For all.", From=BEN, To=writes_to, In_Reply_To=str(older["Message-ID"])),
        BEN,
        writes_to,
    )
    held = [row for row in place.rows("quarantine") if row.reason == "stale"]
    assert held or "For all." in words(place.letters(KIM)[-1])


def test_whom_an_answer_brings_in_gets_that_very_answer(place: Place) -> None:
    opened(place)
    read = answered(place, f"#cc +{EVA}\nEva looks after it.")
    assert set(read) == {KIM, EVA}
    assert "The printer jams." not in read[EVA]
    writes(place, KIM, "Fine.")
    told = words(place.letters(BEN)[-1])
    assert "goes to Kim Novak. It is sent in the name" in told
    assert f"{EVA} did not get what you are answering" in told


def test_who_writes_to_the_desk_alone_is_not_told_on_by_a_resolution(place: Place) -> None:
    opened(place, LEE)
    answered(place, "Pull it out.")
    writes(place, LEE, "Between us: I mended it.")
    read = answered(place, "#resolve\nThank you, Lee, for mending what Kim broke.")
    assert "what Kim broke" in read[LEE]
    assert "what Kim broke" not in read.get(KIM, "")
    assert place.row("tickets", 1).status == "resolved"


def test_at_the_command_line_it_is_the_same(place: Place) -> None:
    opened(place, LEE)
    answered(place, "Pull it out.")
    writes(place, LEE, "Between us.")
    (receipt,) = act(place.services, operator_acts("ada"), [], ["1"], content=Content("Yes?"))
    assert {one.recipient for one in receipt.mails if one.purpose == "reply"} == {LEE}


def test_who_joined_without_proof_is_pointed_out_until_somebody_says_that_it_is_fine(
    place: Place,
) -> None:
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8").replace("  strangers: ask ", "  strangers: open", 1)
    file.write_text(text, encoding="utf-8")
    assert place.services.keeper.reload_now()
    opened(place)
    answered(place, "Pull it out.")
    seen = str(place.letters(KIM)[-1]["Message-ID"])
    place.receive(mail("I am Lee.", From=box(LEE), In_Reply_To=seen), LEE, SUPPORT)
    told = place.letters(BEN)[-1]
    doubt = f"! Lee Park <{LEE}> has joined, nothing proves who that is"
    assert doubt in words(told)
    assert words(told).index(doubt) < words(told).index("I am Lee.")
    assert f"#letin {LEE}" in words(told) and f"#keepout {LEE}" in page(told)
    writes(place, KIM, "Hello Lee.", LEE)
    assert doubt in words(place.letters(BEN)[-1]), "as long as nobody has said anything"
    place.answer(BEN, f"#letin {LEE}")
    writes(place, KIM, "Hello again.", LEE)
    assert doubt not in words(place.letters(BEN)[-1])
    assert set(answered(place, "Hello both.")) == {KIM, LEE}


def test_who_was_pointed_out_can_be_kept_out(place: Place) -> None:
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8").replace("  strangers: ask ", "  strangers: open", 1)
    file.write_text(text, encoding="utf-8")
    assert place.services.keeper.reload_now()
    opened(place)
    answered(place, "Pull it out.")
    seen = str(place.letters(KIM)[-1]["Message-ID"])
    place.receive(mail("I am Lee.", From=box(LEE), In_Reply_To=seen), LEE, SUPPORT)
    place.answer(BEN, f"#keepout {LEE}")
    writes(place, KIM, "Who was that?", LEE)
    assert set(answered(place, "Nobody.")) == {KIM}


def test_whom_an_agent_copies_in_is_named_and_asked_about(place: Place) -> None:
    opened(place)
    last = place.letters(BEN)[-1]
    to, own = str(last["Reply-To"]).rpartition("<")[2].rstrip(">"), "<own@desk.example>"
    fields = {"From": BEN, "To": to, "Cc": f"{EVA}, {KIM}, {CARLA}", "Message-ID": own}
    place.receive(mail("Eva knows it.", In_Reply_To=str(last["Message-ID"]), **fields), BEN, to)
    assert "Eva knows it." in words(place.letters(KIM)[-1])
    told = words(place.letters(BEN)[-1])
    assert f"went to {EVA}, too." in told and f"#cc +{EVA}" in told
    theirs = {"From": box(EVA), "To": to, "Cc": BEN, "In_Reply_To": own}
    references = f"{last['References']} {last['Message-ID']} {own}"
    place.receive(mail("I do.", References=references, **theirs), EVA, to)
    assert [row.reason for row in place.rows("quarantine")] == []
    asked = words(place.letters(BEN)[-1])
    assert f"{EVA} is not part of this ticket" in asked and "I do." in asked
    assert place.letters(EVA) == []
