"""An answer that speaks of a file and brings none waits, and one tap decides what becomes of it."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from tests.pipeline.place import Place, mail, told, words
from tests.pipeline.test_stale_replies import taps

BEN, CARLA, KIM = "ben@desk.example", "carla@desk.example", "kim@customer.example"
SAYS = "Please find the form attached."
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 40_000


def answers(
    place: Place, agent: str, text: str, *, inline: bool = False, file: bool = False
) -> Any:
    """This agent answers the last mail they got, perhaps with a file or a picture."""
    last = place.letters(agent)[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = agent, to, "Re: Printer"
    reply["In-Reply-To"] = str(last["Message-ID"])
    reply["Message-ID"] = f"<{abs(hash((text, inline, file)))}@desk.example>"
    reply.set_content(text)
    if inline:
        reply.add_alternative(f'<p>{text}</p><img src="cid:p1">', subtype="html")
        part = reply.get_payload()[1]  # type: ignore[index]
        part.add_related(PICTURE, "image", "png", cid="<p1>")  # type: ignore[union-attr]
    if file:
        reply.add_attachment(b"%PDF-1.4 form", "application", "pdf", filename="form.pdf")
    return place.receive(reply.as_bytes(), agent, to)


def asked(place: Place, agent: str) -> list[EmailMessage]:
    return told(place, agent, "agent_no_file")


def test_it_is_held_and_the_sentence_is_shown(both: Place) -> None:
    both.receive(mail("Which form?"))
    before = len(both.letters(KIM))
    assert answers(both, BEN, f"Good morning.\n{SAYS}\n\nBen").outcome == "held"
    assert len(both.letters(KIM)) == before
    (question,) = asked(both, BEN)
    assert f"> Good morning. {SAYS}" in words(question) or f"> {SAYS}" in words(question)
    (held,) = both.rows("quarantine")
    assert (held.reason, held.agent, held.state) == ("no_file", BEN, "held")
    assert both.row("tickets", 1).status == "open"


def test_one_tap_sends_it_all_the_same(place: Place) -> None:
    place.receive(mail("Which form?"))
    answers(place, BEN, f"{SAYS}\nAnd a picture.")
    taps(place, BEN, asked(place, BEN)[-1], "#confirm")
    assert SAYS in words(place.letters(KIM)[-1])
    assert place.row("quarantine", 1).state == "released"
    assert len(asked(place, BEN)) == 1


@pytest.mark.parametrize("command", ("#note", "#discard"))
def test_one_tap_keeps_it_inside_or_throws_it_away(place: Place, command: str) -> None:
    place.receive(mail("Which form?"))
    before = len(place.letters(KIM))
    answers(place, BEN, SAYS)
    taps(place, BEN, asked(place, BEN)[-1], command)
    assert len(place.letters(KIM)) == before
    notes = [row for row in place.rows("messages") if row.kind == "note"]
    assert len(notes) == (1 if command == "#note" else 0)
    assert ("went to nobody" in words(place.letters(BEN)[-1])) == (command == "#discard")


def test_answered_anew_with_the_file_it_goes_out(place: Place) -> None:
    place.receive(mail("Which form?"))
    answers(place, BEN, SAYS)
    assert answers(place, BEN, SAYS, file=True).outcome != "held"
    last = place.letters(KIM)[-1]
    assert SAYS in words(last)
    assert [part.get_filename() for part in last.iter_attachments()] == ["form.pdf"]


def test_a_picture_in_the_text_is_a_file(place: Place) -> None:
    place.receive(mail("Which form?"))
    assert answers(place, BEN, SAYS, inline=True).outcome != "held"
    assert SAYS in words(place.letters(KIM)[-1])


def test_the_words_of_a_resolution_are_read_and_those_of_a_note_are_not(place: Place) -> None:
    place.receive(mail("Which form?"))
    assert answers(place, BEN, f"#resolve {SAYS}").outcome == "held"
    assert place.row("tickets", 1).status == "open"
    assert answers(place, BEN, f"#note\n{SAYS}").outcome != "held"


def test_canned_words_are_not_the_agents_own(place: Place) -> None:
    (place.folder / "canned").mkdir(exist_ok=True)
    (place.folder / "canned" / "form.md").write_text(SAYS, encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail("Which form?"))
    assert answers(place, BEN, "/form").outcome != "held"
    assert SAYS in words(place.letters(KIM)[-1])


def test_a_desk_may_do_without(place: Place) -> None:
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    off = text.replace("\nforgotten_files: ask\n", "\nforgotten_files: off\n")
    assert off != text
    file.write_text(off, encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail("Which form?"))
    assert answers(place, BEN, SAYS).outcome != "held"


def test_german_is_read_where_the_desk_writes_it(place: Place) -> None:
    place.receive(mail("Welches Formular?"))
    assert answers(place, BEN, "Anbei das Formular.").outcome == "held"
    assert "Anbei das Formular." in words(asked(place, BEN)[-1])
