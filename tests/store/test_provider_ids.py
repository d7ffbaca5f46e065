"""Message-IDs that relays gave our mails: which are ours, where they lead, whose word stays."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from maildesk.store import outbox, provider_ids
from maildesk.store.db import Database
from maildesk.store.outbox import Draft
from maildesk.store.schema import outbox as outbox_table
from tests.store.rows import NOW

KIM = "kim@customer.example"
DRAFT = Draft(
    7, None, "m1@desk.example", "b@desk.example", KIM, "", "reply", "", False, None, b"raw"
)
FIRST, SECOND = "0001@relay.example", "0002@relay.example"


def sent(db: Database, *message_ids: str) -> list[int]:
    """Mails about ticket 7 to Kim, sent."""
    drafts = [replace(DRAFT, message_id=one) for one in message_ids]
    with db.write() as conn:
        ids = [letter.id for letter in outbox.add(conn, drafts, NOW)]
        conn.execute(update(outbox_table).values(state="sent", due_at=None))
    return ids


def test_what_the_relay_said_stands_for_ours(db: Database) -> None:
    one, two = sent(db, "m1@desk.example", "m2@desk.example")
    with db.write() as conn:
        provider_ids.keep(conn, one, FIRST, by="relay")
        provider_ids.keep(conn, two, SECOND, by="reply")
        assert provider_ids.ours(conn, [FIRST, SECOND, "x"]) == {FIRST: "m1@desk.example"}
        assert provider_ids.ticket_id(conn, ["x", SECOND]) == 7
        assert provider_ids.ticket_id(conn, [FIRST, "x"]) is None
        assert provider_ids.ours(conn, []) == {}


def test_an_id_of_several_mails_is_none(db: Database) -> None:
    for row_id in sent(db, "m1@desk.example", "m2@desk.example"):
        with db.write() as conn:
            provider_ids.keep(conn, row_id, FIRST, by="relay")
    with db.read() as conn:
        assert provider_ids.ours(conn, [FIRST]) == {}


def test_an_answer_overwrites_nothing_and_the_relay_does(db: Database) -> None:
    (row_id,) = sent(db, "m1@desk.example")
    with db.write() as conn:
        provider_ids.keep(conn, row_id, FIRST, by="relay")
        provider_ids.keep(conn, row_id, SECOND, by="reply")
        assert provider_ids.beside(conn, 7, ["m1@desk.example"]) == {"m1@desk.example": FIRST}
        provider_ids.keep(conn, row_id, SECOND, by="relay")
        assert provider_ids.beside(conn, 7, ["m1@desk.example"]) == {"m1@desk.example": SECOND}
        assert provider_ids.beside(conn, 8, ["m1@desk.example"]) == {}


def test_the_newest_mail_without_another_id_is_the_one_that_is_answered(db: Database) -> None:
    one, two = sent(db, "m1@desk.example", "m2@desk.example")
    with db.write() as conn:
        assert provider_ids.unnamed(conn, 7, KIM.upper()) == two
        provider_ids.keep(conn, two, SECOND, by="reply")
        assert provider_ids.unnamed(conn, 7, KIM) == one
        assert provider_ids.unnamed(conn, 7, "lee@customer.example") is None
