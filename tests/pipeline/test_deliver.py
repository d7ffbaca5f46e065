"""The outbox empties: each outcome of the relay has its state, and what is not certain is tried once more and no more."""

from __future__ import annotations

from typing import Any

from maildesk.pipeline.deliver import Deliverer
from maildesk.store import due
from maildesk.store.schema import outbox
from tests.pipeline.place import Place, drain, mail
from tests.servers.relay import Relay


def acknowledgement(place: Place) -> Any:
    """The acknowledgement's row."""
    (row,) = place.rows("outbox", purpose="acknowledgement")
    return row


def test_what_is_due_is_sent_once_each(both: Place, relay: Relay) -> None:
    both.receive(mail())
    assert both.deliver() == len(relay.messages) == 4
    assert {row.state for row in both.rows("outbox")} == {"sent"}
    assert both.deliver() == 0


def test_the_row_holds_the_very_bytes_that_were_sent(place: Place, relay: Relay) -> None:
    place.receive(mail())
    place.deliver()
    row = acknowledgement(place)
    (sent,) = [m for m in relay.messages if m.rcpt_to == ("kim@customer.example",)]
    assert sent.raw.replace(b"\r\n", b"\n") == row.raw.replace(b"\r\n", b"\n")
    assert sent.mail_from == row.mail_from


def test_a_transient_refusal_grows_its_delay(place: Place, relay: Relay) -> None:
    relay.answer("kim@", "451 4.3.0 later")
    place.receive(mail())
    pauses = []
    for _ in range(3):
        place.deliver()
        row = acknowledgement(place)
        pauses.append((row.due_at - place.now).total_seconds())
        place.now = row.due_at
    assert pauses == [1, 5, 30]
    assert (row.state, row.code, row.enhanced) == ("due", 451, "4.3.0")


def test_what_is_too_old_fails_and_somebody_is_told(place: Place, relay: Relay) -> None:
    relay.answer("kim@", "451 4.3.0 later")
    place.receive(mail())
    place.deliver()
    place.later(5 * 86_400)
    place.deliver()
    assert acknowledgement(place).state == "failed"
    assert place.rows("outbox", purpose="agent_undelivered")


def test_a_killed_worker_may_have_sent_it_so_it_is_tried_once_more(both: Place, relay: Relay) -> None:
    both.receive(mail())
    claim_all(both, "killed")
    both.later(60)
    assert both.deliver() == 4
    assert {(row.state, row.uncertain) for row in both.rows("outbox")} == {("sent", 1)}


def test_killed_twice_with_the_same_mail_a_person_is_asked_instead(both: Place, relay: Relay) -> None:
    both.receive(mail())
    for owner in ("killed", "killed too"):
        claim_all(both, owner)
        both.later(60)
    both.deliver()
    assert {row.state for row in both.rows("outbox", purpose="acknowledgement")} == {"uncertain"}
    assert [m for m in relay.messages if m.rcpt_to == ("kim@customer.example",)] == []
    assert both.rows("outbox", purpose="agent_undelivered") or both.rows("outbox", purpose="admin")


def test_who_slept_past_the_lease_does_not_bring_back_what_another_has_sent(both: Place, relay: Relay) -> None:
    both.receive(mail())
    sleeper = Deliverer(both.station)
    with both.station.db.write() as conn:
        (row,) = due.claim(conn, outbox, owner=both.station.owner, now=both.now, lease=both.station.lease)
    both.later(60)
    assert drain(both.beside("there:2:bb")) == 4
    relay.answer(".*", "451 4.3.0 later")
    outcome = sleeper._send(row)
    with both.station.db.write() as conn:
        assert sleeper._settle(conn, row, outcome) == []
    assert both.row("outbox", row.id).state == "sent"
    sleeper.close()


def claim_all(place: Place, owner: str) -> None:
    """Somebody takes everything, and is never heard of again."""
    with place.station.db.write() as conn:
        due.claim(conn, outbox, owner=owner, now=place.now, lease=place.station.lease, limit=100, taken_over=outbox.c.uncertain)
