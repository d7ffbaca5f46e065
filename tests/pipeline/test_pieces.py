"""Messages that come in several pieces: joined where all are there, else each says which it is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from maildesk.mail.parts import partial
from maildesk.pipeline.classification.pieces import PATIENCE
from maildesk.pipeline.receive import receive
from maildesk.store.blobs import Blobs
from tests.mail.parts.test_partial import cut
from tests.pipeline.place import Place

BILL, BEN = "bill@x.example", "ben@desk.example"


def words(place: Place, person: str) -> str:
    body = place.letters(person)[-1].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def outcomes(place: Place) -> list[Any]:
    return [row.outcome for row in place.rows("spool")]


def test_three_pieces_are_one_message_with_its_file_whichever_comes_last(place: Place) -> None:
    pieces = cut(200, 300)
    for number in (3, 1):
        place.receive(pieces[number], BILL)
    assert place.rows("tickets") == []
    place.receive(pieces[2], BILL)

    (kept,) = place.rows("messages")
    assert (kept.reply, kept.subject) == ("Listen to this,\nplease.", "Audio")
    assert outcomes(place) == ["joined", "joined", "opened"]
    files = [part.get_filename() for part in place.letters(BEN)[-1].iter_attachments()]
    assert files == ["a.pdf"]
    place.later(PATIENCE.total_seconds())
    assert receive(place.services) == 0


def test_pieces_that_are_claimed_together_find_each_other(place: Place) -> None:
    for raw in cut(200, 300).values():
        place.spool(raw, BILL)
    receive(place.services)
    assert len(place.rows("messages")) == 1
    assert sorted(outcomes(place)) == ["joined", "joined", "opened"]


def test_a_piece_whose_others_never_come_says_which_it_is(place: Place) -> None:
    pieces = cut(200, 300)
    place.receive(pieces[2], BILL)
    place.later(60)
    receive(place.services)
    assert place.rows("messages") == []
    place.later(PATIENCE.total_seconds())
    receive(place.services)
    assert "Part 2 of 3 of a divided message" in words(place, BEN)
    assert "Teil 2 von 3 einer geteilten Nachricht" in words(place, "carla@desk.example")
    (row,) = place.rows("spool")
    assert (row.state, row.outcome) == ("done", "opened")


def test_a_piece_that_somebody_else_sends_joins_nothing(place: Place) -> None:
    pieces = cut(200, 300)
    for number in (1, 2):
        place.receive(pieces[number], BILL)
    place.receive(pieces[3], "mallory@evil.example")
    assert place.rows("messages") == []
    place.later(PATIENCE.total_seconds())
    receive(place.services)
    assert len(place.rows("messages")) == 3


@pytest.mark.parametrize(
    ("which", "most", "total_in"),
    [
        ((1, 2), 50_000_000, (1, 2, 3)),
        ((1, 2), 50_000_000, (3,)),  # only the last one says how many they are
        ((2, 2, 3), 50_000_000, (1, 2, 3)),  # enough of them, and one is missing
        ((1, 2, 3), 1_000, (1, 2, 3)),
    ],
)
def test_pieces_that_cannot_be_whole_are_not_read_together(
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    which: tuple[int, ...],
    most: int,
    total_in: tuple[int, ...],
) -> None:
    """Fifty of the largest that a door takes would fill the memory, every few seconds."""
    monkeypatch.setattr(partial, "LARGEST", most)
    read = list[bytes]()

    class Counting(Blobs):
        def get(self, conn: Connection, digest: bytes) -> bytes:
            read.append(digest)
            return super().get(conn, digest)

    monkeypatch.setattr(place.services.blobs, "__class__", Counting)
    pieces = cut(200, 300, total_in=total_in)
    for number in which:
        place.receive(pieces[number], BILL)
    assert (read, place.rows("messages")) == ([], [])
    place.later(PATIENCE.total_seconds())
    receive(place.services)
    assert len(place.rows("messages")) == len(set(which))


def test_only_the_last_piece_has_to_say_how_many_there_are(place: Place) -> None:
    pieces = cut(200, 300, total_in=(3,))
    for number in (3, 2, 1):
        place.receive(pieces[number], BILL)
    assert outcomes(place) == ["joined", "joined", "opened"]


def test_pieces_that_say_two_numbers_of_pieces_are_not_joined(place: Place) -> None:
    three, others = cut(200, 300, total_in=(3,)), cut(200, 300, 400, total_in=(4,))
    for piece in (three[3], others[4], three[1], three[2]):
        place.receive(piece, BILL)
    assert place.rows("messages") == []


@pytest.mark.parametrize("by", [BILL, "bill@x.example, by another server"])
def test_a_piece_that_comes_again_when_all_is_done_is_a_duplicate(place: Place, by: str) -> None:
    pieces = cut(200, 300)
    for number in (1, 2, 3):
        place.receive(pieces[number], BILL)
    for number in (2, 3):
        again = b"Received: from another way\r\n" + pieces[number]
        row = place.receive(again, BILL, *(("hilfe@desk.example",) if by != BILL else ()))
        assert (row.state, row.outcome) == ("done", "duplicate")
    place.later(PATIENCE.total_seconds())
    assert receive(place.services) == 0
    assert len(place.rows("messages")) == 1


def test_a_piece_that_came_twice_is_no_ticket_of_its_own(place: Place) -> None:
    pieces = cut(200, 300)
    for number in (1, 1, 2, 2):
        place.receive(b"Received: from another way\r\n" * number + pieces[number], BILL)
    place.receive(pieces[2] + b"other words", BILL)
    place.receive(pieces[3], BILL)
    assert outcomes(place)[:4] == ["joined"] * 4
    place.later(PATIENCE.total_seconds())
    receive(place.services)
    assert len(place.rows("messages")) == 2, "the whole, and what says something else"


def test_a_piece_that_was_taken_for_spam_joins_nothing(place: Place) -> None:
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("trust:\n", "trust:\n  spam_filter: rspamd\n", 1), encoding="utf-8"
    )
    place.services.keeper.reload_now()
    assert place.services.keeper.current.policy.trust.spam_filter == "rspamd"
    pieces = cut(200, 300)
    for number, flag in ((1, b""), (2, b"X-Spam: Yes\r\n"), (3, b"")):
        place.receive(flag + pieces[number], BILL)
    assert place.rows("messages") == []
    assert outcomes(place) == [None, "held spam", None]
