"""A spooled message is processed once, whatever happens to its worker; what cannot be processed is
held, and can be released."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from maildesk.desk.ticket import Status
from maildesk.errors import TransientFailure
from maildesk.pipeline.receive import process, receive
from maildesk.pipeline.setbacks import MAX_ATTEMPTS
from maildesk.store import due, spool
from maildesk.store.schema import spool as spool_table
from tests.pipeline.place import Place, mail, room_on_the_disk


def test_a_message_becomes_a_ticket_and_its_row_is_done(both: Place) -> None:
    row = both.receive(mail())
    (ticket,) = both.rows("tickets")
    assert (row.state, row.outcome, row.due_at) == ("done", "opened", None)
    assert (ticket.reference, ticket.status) == ("TKT-0001", Status.OPEN.value)
    assert {kick for kick, _ in both.kicks} == {"deliver"}
    assert len(both.rows("outbox", purpose="acknowledgement")) == 1


def test_the_same_mail_again_is_a_duplicate(both: Place) -> None:
    both.receive(mail())
    assert both.receive(mail()).outcome == "duplicate"
    assert len(both.rows("tickets")) == 1


def test_the_same_message_id_with_another_body_is_new(place: Place) -> None:
    place.receive(mail("One.", Message_ID="<same@customer.example>"))
    assert place.receive(mail("Two.", Message_ID="<same@customer.example>")).outcome == "opened"


def test_without_message_id_the_lines_our_door_puts_on_top_make_no_difference(place: Place) -> None:
    raw = mail(Message_ID="", Date="Fri, 20 Nov 2026 10:00:00 +0000")
    top = (
        b"Return-Path: <kim@customer.example>\r\nReceived: from a ([192.0.2.1])\r\n"
        b"\tby desk with ESMTP id %d;\r\n\tnow\r\n"
    )
    place.receive(top % 1 + raw)
    place.later(86_400)
    assert place.receive(top % 2 + raw).outcome == "duplicate"


def test_without_message_id_and_date_the_same_words_an_hour_later_are_new(both: Place) -> None:
    raw = mail("Disk full", Message_ID="")
    both.later(55 * 60)  # five to eleven: the next hour of the clock is not an hour later
    assert both.receive(raw).outcome == "opened"
    for minutes, outcome in (
        (1, "duplicate"),
        (58, "duplicate"),
        (1, "opened"),
        (59, "duplicate"),
        (61, "opened"),
    ):
        both.later(60 * minutes)
        assert both.receive(raw).outcome == outcome


def test_without_message_id_and_date_other_words_are_another_mail(place: Place) -> None:
    assert place.receive(mail("Disk full", Message_ID="")).outcome == "opened"
    assert place.receive(mail("Disk empty", Message_ID="")).outcome == "opened"
    place.later(3600)
    assert place.receive(mail("Disk full", Message_ID="")).outcome == "opened"
    assert place.receive(mail("Disk full", Message_ID="")).outcome == "duplicate"


def test_a_reply_that_overtakes_its_question_waits_for_it(place: Place) -> None:
    question, reply = (
        mail("One.", Message_ID="<q@customer.example>"),
        mail("Two.", In_Reply_To="<q@customer.example>"),
    )
    first = place.spool(question)
    with place.services.db.write() as conn:  # somebody slow has the question
        due.claim(conn, spool_table, owner="slow", now=place.now, lease=place.services.lease)
    waiting = place.receive(reply)
    assert (waiting.state, waiting.outcome, waiting.attempts) == ("due", None, 0)
    with place.services.db.write() as conn:
        due.release(conn, spool_table, owner="slow", now=place.now)
    place.later(1)
    receive(place.services)
    assert [row.outcome for row in place.rows("spool")] == ["opened", "threaded"]
    assert place.row("spool", first).outcome == "opened"


def test_a_reply_waits_for_the_question_before_it_however_long_the_desk_was_away(
    both: Place,
) -> None:
    both.spool(mail("One.", Message_ID="<q@customer.example>"))
    with both.services.db.write() as conn:
        due.claim(conn, spool_table, owner="killed", now=both.now, lease=both.services.lease)
    reply = both.spool(mail("Two.", In_Reply_To="<q@customer.example>"))
    both.later(3600)
    with both.services.db.write() as conn:  # the reply is due longer, and so looked at first
        (row,) = due.claim(
            conn, spool_table, owner=both.services.owner, now=both.now, lease=both.services.lease
        )
    assert row.id == reply
    process(both.services, spool.spooled(row))
    both.later(60)
    receive(both.services)
    assert len(both.rows("tickets")) == 1
    assert len(both.rows("messages")) == 2


def test_a_reply_waits_only_briefly_for_a_question_that_stumbles(place: Place) -> None:
    question = place.spool(mail("One.", Message_ID="<q@customer.example>"))
    with place.services.db.write() as conn:
        due.postpone(
            conn, spool_table, question, place.now + place.services.lease * 100, error="it stumbled"
        )
    row = place.receive(mail("Two.", In_Reply_To="<q@customer.example>"))
    assert row.state == "due"
    place.later(briefly(place))
    receive(place.services)
    assert place.row("spool", row.id).outcome == "opened"


def test_two_mails_that_name_each_other_do_not_wait_for_ever(place: Place) -> None:
    place.spool(mail("One.", Message_ID="<a@customer.example>", In_Reply_To="<b@customer.example>"))
    place.spool(mail("Two.", Message_ID="<b@customer.example>", In_Reply_To="<a@customer.example>"))
    receive(place.services)
    place.later(briefly(place))
    receive(place.services)
    place.later(1)
    receive(place.services)
    assert {row.state for row in place.rows("spool")} == {"done"}
    assert len(place.rows("tickets")) == 1


def test_a_worker_that_slept_past_its_lease_has_done_nothing(both: Place) -> None:
    both.spool(mail())
    with both.services.db.write() as conn:
        (row,) = due.claim(
            conn, spool_table, owner=both.services.owner, now=both.now, lease=both.services.lease
        )
    both.later(60)
    assert receive(both.beside("there:2:bb")) == 1
    with pytest.raises(TransientFailure, match="meanwhile"):
        process(both.services, spool.spooled(row))
    assert len(both.rows("tickets")) == 1
    assert len(both.rows("outbox", purpose="acknowledgement")) == 1


def test_what_never_comes_to_an_end_is_held_as_poison_and_can_be_released(place: Place) -> None:
    row_id = place.spool(mail())
    for _ in range(MAX_ATTEMPTS):  # its worker dies each time
        with place.services.db.write() as conn:
            assert due.claim(
                conn, spool_table, owner="dies", now=place.now, lease=place.services.lease
            )
        place.later(60)
    receive(place.services)
    (held,) = place.rows("quarantine")
    assert (held.reason, place.row("spool", row_id).state) == ("poison", "held")
    assert place.rows("tickets") == []

    with place.services.db.write() as conn:
        spool.release(conn, row_id, "ana", place.now)
    receive(place.services)
    assert place.row("spool", row_id).outcome == "opened"


def test_one_that_stumbles_is_tried_again_and_holds_up_none_behind_it(place: Place) -> None:
    broken, whole = place.spool(mail("Broken.")), place.spool(mail("Whole."))
    lost = place.row("spool", broken).digest
    with place.services.db.write() as conn:
        conn.exec_driver_sql("DELETE FROM blobs WHERE digest = ?", (lost,))
    receive(place.services)
    assert place.row("spool", whole).outcome == "opened"
    again = place.row("spool", broken)
    assert (again.state, again.attempts) == ("due", 1)
    assert again.due_at > place.now
    assert again.error


def test_a_desk_that_stops_begins_nothing_new(place: Place) -> None:
    place.spool(mail())
    place.services.stopping.set()
    assert receive(place.services) == 0
    assert receive(replace(place.services, stopping=type(place.services.stopping)())) == 1


def briefly(place: Place) -> float:
    """A moment longer than a reply waits for what it answers, in seconds."""
    return place.services.keeper.current.policy.periods.overtaking.total_seconds() + 1


def test_a_message_waits_as_long_as_the_disk_is_full(place: Place) -> None:
    # no words that could be packed into the room there is
    row_id = place.spool(mail(random.Random(1).randbytes(9000).hex()))
    most = room_on_the_disk(place, 0)
    for _ in range(2 * MAX_ATTEMPTS):
        receive(place.services)
        place.later(7200)
    row = place.row("spool", row_id)
    assert (row.state, row.error) == ("due", "database or disk is full")
    room_on_the_disk(place, most)
    receive(place.services)
    assert place.row("spool", row_id).outcome == "opened"
