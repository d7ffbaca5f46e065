"""Addresses that an earlier version kept with a U-label are found again (migration 0026)."""

from __future__ import annotations

from sqlalchemy import text

from maildesk.mail.owners import mailbox_of
from maildesk.store.db import Database
from maildesk.store.desk import tickets
from maildesk.store.migrate import migrate
from tests.store.earlier import A_TICKET, as_of, at, insert

KIM, LEE = "kim@bücher.example", "lee@straße.example"
MAIL: dict[str, object] = {
    **dict.fromkeys(
        ("message_id", "mail_from", "purpose", "subject_key", "author"), "x@desk.example"
    ),
    **{"automatic": False, "state": "sent", "attempts": 1, "uncertain": 0},
}


def test_rows_of_a_domain_with_other_letters_are_found_by_it_again(url: str) -> None:
    db = Database(url)
    with db.engine.begin() as conn:
        as_of(conn, "0022")
        ticket = A_TICKET | at(db, "created_at", "updated_at")
        insert(conn, "tickets", ticket | {"requester_address": KIM, "requester_key": KIM})
        for address in (KIM, LEE, mailbox_of(LEE), "plain@x.example", "jürgen@x.example"):
            insert(conn, "participants", {"ticket_id": 1, "address": address, "name": address})
        for address in (KIM, mailbox_of(KIM), LEE):
            insert(conn, "suppressed", {"address": address, "why": address} | at(db, "until"))
            insert(conn, "correspondents", {"address": address} | at(db, "since"))
        mail = MAIL | {"recipient": KIM, "domain": KIM.partition("@")[2]}
        insert(conn, "outbox", mail | at(db, "created_at"))
    assert migrate(db) == "0022"
    with db.read() as conn:
        assert [row.id for row in tickets.previous_of(conn, KIM, 0)] == [1]
        people: dict[str, str] = {
            row.address: row.name
            for row in conn.execute(text("SELECT address, name FROM participants"))
        }
        assert set(people) == {
            mailbox_of(KIM), mailbox_of(LEE), "plain@x.example", "jürgen@x.example",
        }  # fmt: skip
        assert people[mailbox_of(LEE)] == mailbox_of(LEE), "the one that was found stays"
        for table in ("suppressed", "correspondents"):
            found = conn.execute(text(f"SELECT address FROM {table} ORDER BY address")).scalars()
            assert list(found) == sorted(map(mailbox_of, (KIM, LEE)))
        domain = mailbox_of(KIM).partition("@")[2]
        rows = conn.execute(text("SELECT recipient, domain FROM outbox")).tuples().all()
        assert rows == [(mailbox_of(KIM), domain)]
        assert conn.execute(text("SELECT requester_address FROM tickets")).scalar() == KIM
    db.close()
