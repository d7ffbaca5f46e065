"""What became of a mail is not forgotten because the database was away: written again, answered
from memory, never sent twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from maildesk.egress.outcome import Outcome
from maildesk.errors import TransientFailure
from maildesk.pipeline.delivery.deliver import Deliverer
from maildesk.pipeline.delivery.outcomes import KEPT, Outcomes, told_of
from maildesk.store import outbox as outbox_rows
from maildesk.store.db import Database
from maildesk.store.outbox import Letter
from maildesk.store.schema import outbox
from tests.pipeline.place import FRIDAY, Place, drain, mail
from tests.servers.relay import Relay, Relayed


def cut_while_sending(place: Place, relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliver, and the database goes away in the moment the relay has the first mail."""
    cuts = [lambda: cut(place)]

    def keep(message: Relayed, keep: Callable[[Relayed], None] = relay.keep) -> None:
        keep(message)
        if cuts:
            cuts.pop()()

    monkeypatch.setattr(relay, "keep", keep)
    with pytest.raises(TransientFailure):
        place.deliver()
    if place.services.db.is_sqlite:
        with pytest.raises(TransientFailure):  # it still is
            Deliverer(place.services).write_again()
    mend(place)


def cut(place: Place) -> None:
    """PostgreSQL closes every connection; an SQLite file has another's table in
    the place of ours."""
    if place.services.db.is_sqlite:
        rename(place, "outbox", "elsewhere")
        return
    other = Database(place.services.db.engine.url.render_as_string(hide_password=False))
    with other.read() as conn:
        mine = "pid <> pg_backend_pid() AND datname = current_database()"
        conn.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"))
    other.close()


def mend(place: Place) -> None:
    """It is there again; whoever has a dead connection in hand finds out at the next use."""
    if place.services.db.is_sqlite:
        rename(place, "elsewhere", "outbox")


def rename(place: Place, old: str, new: str) -> None:
    with closing(sqlite3.connect(place.folder / "var" / "maildesk.sqlite")) as other:
        other.execute(f"ALTER TABLE {old} RENAME TO {new}")


def forget(place: Place, **values: object) -> None:
    """The server has come back without what was written about the outbox last."""
    with place.services.db.write() as conn:
        conn.execute(update(outbox).values(sent_at=None, **values))


def states(place: Place) -> set[str]:
    return {row.state for row in place.rows("outbox")}


def test_what_was_sent_while_the_database_went_is_written_and_not_sent_again(
    both: Place, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    both.receive(mail())
    cut_while_sending(both, relay, monkeypatch)
    assert states(both) == {"claimed"}
    at = both.now
    both.later(60)
    assert both.deliver() == 0
    assert len(relay.messages) == 4
    assert {(row.state, row.code, row.owner, row.sent_at) for row in both.rows("outbox")} == {
        ("sent", 250, None, at)
    }


def test_a_stop_writes_what_became_of_the_last(
    both: Place, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    both.receive(mail())
    cut_while_sending(both, relay, monkeypatch)
    Deliverer(both.services).give_back()
    assert states(both) == {"sent"}


def test_while_it_cannot_be_written_nothing_else_is_sent(
    place: Place, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.receive(mail())
    cut_while_sending(place, relay, monkeypatch)
    place.receive(mail("Another thing."))
    assert len(relay.messages) == 4
    cut(place)
    with pytest.raises(TransientFailure):
        place.deliver()
    assert len(relay.messages) == 4
    mend(place)
    assert place.deliver() == 4
    assert states(place) == {"sent"}


def test_a_refusal_is_written_again_once_with_its_attempt_and_its_news(
    both: Place, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay.answer("ana@", "451 4.3.0 later", stage="data")
    relay.answer("ben@", "550 5.1.1 nobody here", stage="data")
    both.receive(mail())
    cut_while_sending(both, relay, monkeypatch)
    both.later(1)
    Deliverer(both.services).write_again()
    rows = {row.recipient: row for row in both.rows("outbox") if row.purpose == "agent_new"}
    ana, ben = rows["ana@desk.example"], rows["ben@desk.example"]
    assert (ana.state, ana.attempts, ana.code, (ana.due_at - both.now).total_seconds()) == (
        "due",
        1,
        451,
        1,
    )
    assert (ben.state, ben.code) == ("failed", 550)
    told = len(both.rows("outbox"))
    Deliverer(both.services).write_again()
    assert len(both.rows("outbox")) == told, "an outcome that was written is news no more"


def test_a_row_that_we_have_sent_is_answered_from_memory(both: Place, relay: Relay) -> None:
    both.receive(mail())
    both.deliver()
    forget(both, state="due", due_at=both.now, owner=None, attempts=0)
    assert both.deliver() == len(relay.messages) == 4
    assert states(both) == {"sent"}


def test_one_that_came_back_and_is_tried_afresh_goes_out_again(both: Place, relay: Relay) -> None:
    both.receive(mail())
    both.deliver()
    (row,) = both.rows("outbox", purpose="acknowledgement")
    both.later(1)
    with both.services.db.write() as conn:
        outbox_rows.mark_bounced(conn, row.id, "failed", "5.1.1", "no such user")
        assert outbox_rows.send_again(conn, row.id, both.now)
    assert both.deliver() == 1
    assert len(relay.messages) == 5


def test_a_server_that_comes_back_without_its_last_commits_hears_them_again(
    postgres_place: Place, relay: Relay
) -> None:
    place = postgres_place
    place.receive(mail())
    place.deliver()
    forget(place, state="claimed", due_at=place.now, owner=place.services.owner)
    cut(place)
    deliverer, beside = Deliverer(place.services), place.beside("there:2:bb")
    with pytest.raises(TransientFailure):  # what a ticker does each second finds out
        deliverer.look_after_outcomes()
    assert drain(beside) == 0, "whoever held these rows comes first"
    deliverer.look_after_outcomes()
    place.later(60)
    assert drain(beside) == 0
    assert len(relay.messages) == 4
    assert states(place) == {"sent"}


def test_a_report_that_came_back_meanwhile_is_not_undone(postgres_place: Place) -> None:
    place = postgres_place
    place.receive(mail())
    place.deliver()
    (row,) = place.rows("outbox", purpose="acknowledgement")
    with place.services.db.write() as conn:
        outbox_rows.mark_bounced(conn, row.id, "failed", "5.1.1", "no such user")
    cut(place)
    deliverer = Deliverer(place.services)
    with pytest.raises(TransientFailure):
        deliverer.look_after_outcomes()
    deliverer.look_after_outcomes()
    assert place.row("outbox", row.id).state == "failed"


def test_after_a_lost_connection_the_outbox_is_left_to_those_who_held_it_for_one_lease(
    postgres_place: Place, relay: Relay
) -> None:
    place = postgres_place
    place.receive(mail())
    place.later(60)  # the database was away, and every lease has ended meanwhile
    cut(place)
    beside = place.beside("there:2:bb")
    with pytest.raises(TransientFailure):
        place.deliver()
    assert drain(beside) == 0
    assert place.deliver() == len(relay.messages) == 4
    place.receive(mail("Another thing."))
    place.services.claimed_letters.take(99)  # a process that died in the same moment
    assert drain(beside) == 0
    place.later(place.services.lease.total_seconds())
    assert drain(beside) == 4


def test_what_another_has_taken_up_is_not_sent_from_memory(both: Place, relay: Relay) -> None:
    both.receive(mail())
    both.later(60)
    assert drain(both.beside("there:2:bb")) == 4
    both.deliver()
    assert len(relay.messages) == 4
    assert both.services.held_rows.of("outbox") == []


def test_what_a_thread_of_this_process_has_in_hand_no_other_sends(
    both: Place, relay: Relay
) -> None:
    both.receive(mail())
    both.later(60)
    letters = both.services.claimed_letters.take(99)  # one thread has them …
    assert both.deliver() == 0  # … and another finds that they are due
    both.services.claimed_letters.put_back(letters)
    assert both.deliver() == len(relay.messages) == 4
    assert states(both) == {"sent"}


def test_of_what_is_written_only_the_last_seconds_are_kept_and_never_many() -> None:
    outcomes = Outcomes(most=3)
    for number in range(5):
        with outcomes.writing([told_of(letter(number), SENT, FRIDAY)], FRIDAY):
            pass
    assert [n for n in range(5) if outcomes.sent(letter(n))] == [2, 3, 4]
    assert outcomes.is_anything_known(FRIDAY + KEPT - timedelta(microseconds=1))
    assert not outcomes.is_anything_known(FRIDAY + KEPT)


def test_what_is_open_is_kept_however_long_it_takes() -> None:
    outcomes = Outcomes()
    with (
        pytest.raises(TransientFailure),
        outcomes.writing([told_of(letter(1), SENT, FRIDAY)], FRIDAY),
    ):
        raise TransientFailure("away")
    assert outcomes.is_anything_known(FRIDAY + 100 * KEPT)
    assert outcomes.open_rows() == [1]
    with outcomes.again(0, FRIDAY + 100 * KEPT) as told:
        assert [(one.letter.id, one.letter.raw, one.at) for one in told] == [(1, b"", FRIDAY)]
    assert outcomes.open_rows() == []


def test_our_own_mistake_with_a_mail_that_failed_keeps_no_others_waiting() -> None:
    outcomes = Outcomes()
    told = [
        told_of(letter(1), SENT, FRIDAY),
        told_of(letter(2), Outcome("x@y.example", "failed", 550, "5.1.1", "no"), FRIDAY),
    ]
    with pytest.raises(LookupError), outcomes.writing(told, FRIDAY):
        raise LookupError
    assert outcomes.open_rows() == [1]


SENT = Outcome("x@y.example", "sent", 250, "2.0.0", "ok")


def letter(number: int) -> Letter:
    return Letter(
        number,
        None,
        None,
        f"m{number}@desk.example",
        "",
        "x@y.example",
        "reply",
        "",
        b"octets",
        FRIDAY,
        1,
    )
