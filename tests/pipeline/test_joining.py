"""Who joins a conversation: a colleague by proof, whom a customer brings, whom an agent lets in;
nobody else hears the answers."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from maildesk.pipeline.receive import receive
from maildesk.store import spool
from tests.pipeline.place import Place, mail

BEN, KIM, LEE = "ben@desk.example", "kim@customer.example", "lee@elsewhere.example"
PASSED = "mx.desk.example; dkim=pass header.d={}"


def words_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def policy(place: Place, old: str = "", new: str = "") -> None:
    """A named server checks senders, and desk.yaml says something else of who joins."""
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8").replace(
        "trust:\n", "trust:\n  authserv_id: mx.desk.example\n", 1
    )
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert place.services.keeper.reload_now()


def opened(place: Place) -> tuple[str, str]:
    """Kim's ticket, answered by Ben; the reply address and the Message-ID of that answer."""
    place.receive(mail())
    place.answer(BEN, "Hello Kim.")
    reply = place.letters(KIM)[-1]
    return str(reply["Reply-To"]).rpartition("<")[2].rstrip(">"), str(reply["Message-ID"])


def writes(place: Place, sender: str, to: str, words: str = "I take over.", **fields: str) -> Any:
    fields = {
        "Message-ID": f"<{len(place.rows('spool'))}@x.example>",
        "From": sender,
        "To": to,
        **fields,
    }
    return place.receive(mail(words, **fields), sender, to)


def people(place: Place) -> dict[str, str]:
    return {row.address: row.status for row in place.rows("participants")}


@pytest.mark.parametrize("by", ["address", "message-id"])
def test_a_stranger_is_shown_and_hears_nothing(place: Place, by: str) -> None:
    address, message_id = opened(place)
    if by == "address":
        writes(place, LEE, address)
    else:
        writes(place, LEE, "support@desk.example", In_Reply_To=message_id)
    told = place.letters(BEN)[-1]
    assert words_of(told).index("is not part of this ticket") < words_of(told).index("I take over.")
    assert "becomes a NOTE" in words_of(told)
    assert people(place)[LEE] == "waiting"
    place.answer(BEN, "#reply\nFor Kim alone.")
    assert place.letters(LEE) == []
    assert "I take over." not in "".join(words_of(letter) for letter in place.letters(KIM))


def test_a_stranger_moves_no_ticket_and_brings_nobody(place: Place) -> None:
    address, _ = opened(place)
    place.answer(BEN, "#resolve")
    before = place.row("tickets", 1)
    writes(place, LEE, address, "It broke again.", Cc="friend@elsewhere.example")
    after = place.row("tickets", 1)
    assert (after.status, after.customer_wrote_at) == (before.status, before.customer_wrote_at)
    assert "friend@elsewhere.example" not in people(place)
    assert [row.kind for row in place.rows("messages", from_address=LEE)] == ["stranger"]


def test_one_tap_lets_them_in_and_what_they_wrote_counts(place: Place) -> None:
    address, _ = opened(place)
    place.answer(BEN, "#resolve")
    writes(place, LEE, address, "It broke again.")
    page = place.letters(BEN)[-1].get_body(("html",))
    assert page is not None
    assert f"body=%23letin%20{LEE.replace('@', '%40')}" in page.get_content()
    place.answer(BEN, f"#letin {LEE}\n\nHello both.")
    assert people(place)[LEE] == "in"
    assert place.row("tickets", 1).status == "in_progress"
    assert [row.kind for row in place.rows("messages", from_address=LEE)] == ["public"]
    assert ["Hello both." in words_of(place.letters(who)[-1]) for who in (KIM, LEE)] == [True, True]
    writes(place, LEE, address, "Thank you.")
    assert "has no part" not in words_of(place.letters(BEN)[-1])


def test_one_tap_keeps_them_out_and_their_later_mail_is_held(place: Place) -> None:
    address, _ = opened(place)
    writes(place, LEE, address)
    place.answer(BEN, "#keepout")
    told = len(place.letters(BEN))
    assert writes(place, LEE, address, "Hello?").outcome == "held kept_out"
    assert [row.detail["reason"] for row in place.rows("history", what="held")] == ["kept_out"]
    assert (len(place.letters(BEN)), place.letters(LEE), people(place)[LEE]) == (told, [], "out")
    assert writes(place, LEE, "support@desk.example", "A matter of my own.").outcome == "opened"
    held = place.rows("quarantine")[0]
    with place.services.db.write() as conn:
        spool.release(conn, held.spool_id, "Ana", place.now)
    receive(place.services)
    assert people(place)[LEE] == "waiting"


def test_commands_that_contradict_each_other_are_asked_about(place: Place) -> None:
    address, _ = opened(place)
    writes(place, LEE, address)
    assert place.answer(BEN, "#letin\n#keepout\n#reply\nFor whom?").outcome == "held"
    assert (people(place)[LEE], place.letters(LEE)) == ("waiting", [])


def test_who_is_kept_out_is_brought_back_by_nobody_but_an_agent(place: Place) -> None:
    address, _ = opened(place)
    writes(place, LEE, address)
    place.answer(BEN, "#keepout")
    writes(place, KIM, address, "With Lee.", Cc=LEE)
    assert people(place)[LEE] == "out"
    place.answer(BEN, f"#letin {LEE}")
    assert people(place)[LEE] == "in"


@pytest.mark.parametrize(
    ("sender", "signed", "status"),
    [
        ("lee@customer.example", "customer.example", "in"),
        ("lee@mail.customer.example", "mail.customer.example", "in"),
        ("lee@customer.example", "", "waiting"),
        ("lee@elsewhere.example", "elsewhere.example", "waiting"),
        ("lee@customer.example", "evil.example", "waiting"),
    ],
)
def test_a_colleague_joins_by_proof(place: Place, sender: str, signed: str, status: str) -> None:
    policy(place)
    address, _ = opened(place)
    writes(
        place,
        sender,
        address,
        **({"Authentication-Results": PASSED.format(signed)} if signed else {}),
    )
    assert people(place)[sender] == status


def test_a_desk_may_ask_about_colleagues_too(place: Place) -> None:
    policy(place, "colleagues: yes", "colleagues: no")
    address, _ = opened(place)
    writes(
        place,
        "lee@customer.example",
        address,
        **{"Authentication-Results": PASSED.format("customer.example")},
    )
    assert people(place)["lee@customer.example"] == "waiting"


def test_a_desk_may_be_open_to_everybody(place: Place) -> None:
    policy(place, "strangers: ask", "strangers: open")
    address, _ = opened(place)
    writes(place, LEE, address)
    assert people(place)[LEE] == "in"


def test_a_customer_brings_people_by_their_own_address_and_not_by_a_message_id(
    place: Place,
) -> None:
    address, message_id = opened(place)
    writes(
        place,
        KIM,
        "support@desk.example",
        "Forged.",
        In_Reply_To=message_id,
        Cc="mallory@evil.example",
    )
    assert "mallory@evil.example" not in people(place)
    writes(place, KIM, address, "With Bo.", Cc="bo@partner.example")
    assert people(place)["bo@partner.example"] == "in"


def test_who_was_taken_out_asks_like_anybody(place: Place) -> None:
    address, _ = opened(place)
    place.answer(BEN, f"#cc +{LEE}\n\nWith Lee.")
    assert "With Lee." in words_of(place.letters(LEE)[-1])
    place.answer(BEN, f"#cc -{LEE}")
    writes(place, LEE, address, "Am I still in?")
    assert people(place)[LEE] == "waiting"


def test_the_german_notice_says_it_in_german(place: Place) -> None:
    agents = place.folder / "agents.yaml"
    agents.write_text(
        agents.read_text(encoding="utf-8").replace("language: en", "language: de"), encoding="utf-8"
    )
    assert place.services.keeper.reload_now()
    address, _ = opened(place)
    writes(place, LEE, address)
    assert "ist an diesem Ticket nicht beteiligt" in words_of(place.letters(BEN)[-1])
