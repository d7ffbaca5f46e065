"""The buttons in a customer's mail: those that they may press and that would do something."""

from __future__ import annotations

import pytest

from tests.pipeline.desk_changes import with_lines
from tests.pipeline.place import Place, mail, told, words
from tests.pipeline.test_verbs import BEN, KIM, LEE, answered, buttons, status, tap


def lines(place: Place, who: str, kind: str) -> list[str]:
    return [line for line in buttons(told(place, who, kind)[-1]) if not line.isdigit()]


def test_each_has_those_that_make_sense(place: Place) -> None:
    place.receive(mail(Cc=LEE))
    assert lines(place, KIM, "acknowledgement") == ["#status", "#close"]
    place.answer(BEN, "#resolve\nIt was the cable.")
    assert lines(place, KIM, "resolution") == ["#reopen", "#close", "#stop ratings"]
    assert lines(place, LEE, "resolution") == ["#reopen"]
    tap(place, KIM, told(place, KIM, "resolution")[-1], "#close")
    assert lines(place, KIM, "verbs_answered") == ["#reopen"]


def test_the_desk_says_who_may_have_what_done(place: Place) -> None:
    with_lines(place, "customers: {status: requester, close: participants, reopen: nobody}")
    place.receive(mail(Cc=LEE))
    place.answer(BEN, "#resolve\nIt was the cable.")
    assert lines(place, KIM, "resolution") == ["#close", "#stop ratings"]
    assert lines(place, LEE, "resolution") == ["#close"]
    place.answer(LEE, "status")
    assert "Only the person who made this request" in answered(place, LEE)
    assert "Status:" not in answered(place, LEE)
    place.answer(KIM, "reopen")
    assert "That is not done by itself here" in answered(place, KIM)
    assert "reopen" in words(told(place, BEN, "agent_reply")[-1]), "somebody reads it"
    tap(place, LEE, told(place, LEE, "resolution")[-1], "#close")
    assert status(place) == "closed"


def test_without_sub_addresses_the_subject_says_it(place: Place) -> None:
    with_lines(place, "sub_addresses: no")
    place.receive(mail(Cc=LEE))
    to, subject = buttons(told(place, KIM, "acknowledgement")[0])["#close"]
    assert to == "support@desk.example"
    assert subject.startswith("It is solved – close it [TKT-0001 · v")
    forged = mail(
        "#close", From="eve@elsewhere.example", To=to, Subject=subject, Message_ID="<e@e>"
    )
    place.receive(forged, "eve@elsewhere.example", to)
    assert status(place) == "open"
    place.receive(mail("#close", From=KIM, To=to, Subject=f"{subject} "), KIM, to)
    assert status(place) == "closed"
    kept = [row.subject for row in place.rows("messages")]
    assert not any("· v" in one for one in kept), "nobody sees the token"


@pytest.mark.parametrize(("language", "line"), [("de", "#abschließen"), ("fr", "#clore")])
def test_they_speak_the_customers_language(place: Place, language: str, line: str) -> None:
    spoken = {
        "de": "Guten Tag, der Drucker raucht und wir wissen nicht, was wir tun sollen.",
        "fr": "Bonjour, l'imprimante ne marche plus depuis ce matin, pouvez-vous nous aider ?",
    }
    desk = place.folder / "desk.yaml"
    text = desk.read_text(encoding="utf-8")
    start = text.index("\nlanguages:")
    end = text.index("\n", start + 1)
    desk.write_text(text[:start] + "\nlanguages: [en, de, fr]" + text[end:], encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail(spoken[language]))
    tap(place, KIM, told(place, KIM, "acknowledgement")[0], line)
    assert status(place) == "closed"
    said = {"de": "Ihre Anfrage ist abgeschlossen.", "fr": "Votre demande est close."}
    assert said[language] in answered(place, KIM)
