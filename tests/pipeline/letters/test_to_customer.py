"""What goes to the customer, and to whoever else takes part."""

from __future__ import annotations

from tests.pipeline.place import SUPPORT, Place, mail


def test_the_acknowledgement_is_automatic_and_an_agents_reply_is_not(place: Place) -> None:
    place.receive(mail())
    place.answer("ben@desk.example", "Hello Kim.")
    acknowledgement, reply = place.letters("kim@customer.example")
    assert (acknowledgement["Auto-Submitted"], reply["Auto-Submitted"]) == ("auto-replied", None)
    assert "All" in str(acknowledgement["X-Auto-Response-Suppress"])
    assert [row.automatic for row in place.rows("outbox", recipient="kim@customer.example")] == [
        True,
        False,
    ]


def test_a_copied_person_sees_who_else_is_written_to(place: Place) -> None:
    place.receive(mail(Cc="Lee <lee@customer.example>"))
    place.answer("ben@desk.example", "To you both.")
    for person in ("kim@customer.example", "lee@customer.example"):
        reply = place.letters(person)[-1]
        assert "kim@customer.example" in str(reply["To"])
        assert "lee@customer.example" in str(reply["Cc"])
        assert SUPPORT in str(reply["From"])


def test_an_answer_quotes_the_customer_and_is_signed_with_the_agents_name(place: Place) -> None:
    place.receive(mail("It smokes."))
    place.answer("ben@desk.example", "Pull the plug.")
    text = place.letters("kim@customer.example")[-1].as_string()
    assert "Pull the plug." in text
    assert "> It smokes." in text
    assert "Ben Okafor" in text


def test_whoever_greets_a_ticket_it_is_greeted_once(place: Place) -> None:
    rules = place.folder / "rules.yaml"
    rule = "  - {name: Greet again, when: created, then: [{send: after_hours}]}\n"
    rules.write_text(rules.read_text(encoding="utf-8") + rule, encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail())
    assert len(place.rows("outbox", recipient="kim@customer.example")) == 1


def test_lines_that_a_program_broke_go_on_whole_in_plain_text(place: Place) -> None:
    """format=flowed (RFC 3676), as Thunderbird writes it."""
    flowed = {"MIME_Version": "1.0", "Content_Type": "text/plain; charset=UTF-8; format=flowed"}
    asked = "Since this morning the label printer at our counter prints every second"
    place.receive(mail(f"{asked} \r\nlabel blank.\r\nKim", **flowed))
    ben, kim = "ben@desk.example", "kim@customer.example"
    assert f"\n{asked} label blank.\nKim\n" in _plain(place, ben)
    last = place.letters(ben)[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    answer = "Please hold the feed button for five seconds until the light blinks twice,"
    place.receive(
        mail(f"{answer} \r\nthen let it go.\r\nBen", **{**flowed, "From": ben, "To": to}), ben, to
    )
    said = _plain(place, kim)
    assert said.startswith(f"{answer} then let it go.\n")
    assert f"\n> {asked} label blank.\n> Kim" in said


def _plain(place: Place, person: str) -> str:
    body = place.letters(person)[-1].get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
