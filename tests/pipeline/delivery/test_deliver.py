"""The outbox empties: each outcome of the relay has its state, and what is not certain is tried
once more and no more."""

from __future__ import annotations

from typing import Any

import pytest

from maildesk.pipeline.delivery.deliver import Deliverer
from maildesk.pipeline.services import TimeSlice
from maildesk.store import due
from maildesk.store import outbox as outbox_rows
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
    with place.services.db.read() as conn:
        assert sent.raw.replace(b"\r\n", b"\n") == outbox_rows.raw_of(conn, row).replace(
            b"\r\n", b"\n"
        )
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
    assert (row.state, row.code, row.enhanced_status) == ("due", 451, "4.3.0")


def test_what_is_too_old_fails_and_somebody_is_told(place: Place, relay: Relay) -> None:
    relay.answer("kim@", "451 4.3.0 later")
    place.receive(mail())
    place.deliver()
    place.later(5 * 86_400)
    place.deliver()
    assert acknowledgement(place).state == "failed"
    assert place.rows("outbox", purpose="agent_undelivered")


def test_what_was_just_written_down_is_this_process_s_to_send(both: Place, relay: Relay) -> None:
    both.receive(mail())
    assert {(row.state, row.owner, row.attempts) for row in both.rows("outbox")} == {
        ("claimed", both.services.owner, 1)
    }
    assert drain(both.beside("there:2:bb")) == 0
    assert both.deliver() == len(relay.messages) == 4


def test_while_it_waits_for_its_courier_its_lease_is_renewed_and_no_longer(place: Place) -> None:
    place.receive(mail())
    assert place.services.held_rows.of("outbox") == [row.id for row in place.rows("outbox")]
    place.deliver()
    assert place.services.held_rows.of("outbox") == []


def test_a_stop_gives_back_what_nobody_has_begun_to_send(both: Place, relay: Relay) -> None:
    both.receive(mail())
    Deliverer(both.services).give_back()
    assert {(row.state, row.attempts, row.uncertain) for row in both.rows("outbox")} == {
        ("due", 0, 0)
    }
    assert drain(both.beside("there:2:bb")) == len(relay.messages) == 4


def test_large_letters_and_those_behind_a_long_row_wait_in_the_outbox(
    place: Place, relay: Relay
) -> None:
    place.services.claimed_letters.largest = 1000
    place.receive(mail())
    assert {row.state for row in place.rows("outbox")} == {"due"}
    place.services.claimed_letters.largest, place.services.claimed_letters.most = 1_000_000, 0
    place.receive(mail("Another thing."))
    assert {row.state for row in place.rows("outbox")} == {"due"}
    assert place.deliver() == len(relay.messages) == 8


def test_one_that_is_refused_leaves_the_others_sent(both: Place, relay: Relay) -> None:
    relay.answer("ana@", "550 5.1.1 nobody here")
    both.receive(mail())
    both.deliver()
    assert sorted(row.state for row in both.rows("outbox") if row.purpose in ("acknowledgement",
        "agent_new")) == [
        "failed", "sent", "sent", "sent",
    ]  # fmt: skip


def test_a_killed_worker_may_have_sent_it_so_it_is_tried_once_more(
    both: Place, relay: Relay
) -> None:
    both.receive(mail())
    kill(both)
    both.later(60)
    assert both.deliver() == 4
    assert {(row.state, row.uncertain) for row in both.rows("outbox")} == {("sent", 1)}


def test_a_machine_too_slow_for_its_slice_of_time_still_gets_on(
    both: Place, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TimeSlice, "LENGTH", 0.0)
    both.receive(mail())
    kill(both)
    both.later(60)
    assert both.deliver() == 4  # what lies in the outbox
    both.receive(mail("Hello again.", Subject="Scanner"), "kim@customer.example")
    assert both.deliver() == 4  # what is in memory
    assert {row.state for row in both.rows("outbox")} == {"sent"}


def test_killed_twice_with_the_same_mail_a_person_is_asked_instead(
    both: Place, relay: Relay
) -> None:
    both.receive(mail())
    kill(both)
    both.later(60)
    claim_all(both, "killed too")
    both.later(60)
    both.deliver()
    assert {row.state for row in both.rows("outbox", purpose="acknowledgement")} == {"uncertain"}
    assert [m for m in relay.messages if m.rcpt_to == ("kim@customer.example",)] == []
    told = {row.purpose for row in both.rows("outbox")}
    assert told & {"agent_undelivered", "admin_alarm"}


def test_who_slept_past_the_lease_does_not_bring_back_what_another_has_sent(
    both: Place, relay: Relay
) -> None:
    both.receive(mail())
    sleeper = Deliverer(both.services)
    (letter, *_) = both.services.claimed_letters.take(4)
    both.later(60)
    assert drain(both.beside("there:2:bb")) == 4
    relay.answer(".*", "451 4.3.0 later")
    outcome = sleeper._send(letter)
    with both.services.db.write() as conn:
        assert sleeper._settle(conn, letter, outcome) == []
    assert both.row("outbox", letter.id).state == "sent"
    sleeper.close()


def kill(place: Place) -> None:
    """The process dies, and with it what it had in memory."""
    letters = place.services.claimed_letters.take(99)
    place.services.held_rows.lay_down("outbox", [letter.id for letter in letters])
    assert len(letters) == 4


def claim_all(place: Place, owner: str) -> None:
    """Somebody takes everything, and is never heard of again."""
    with place.services.db.write() as conn:
        lease, column = place.services.lease, outbox.c.uncertain
        due.claim(
            conn,
            outbox,
            owner=owner,
            now=place.now,
            lease=lease,
            limit=100,
            count_takeovers_in=column,
        )
