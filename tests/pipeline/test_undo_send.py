"""An agent's answer waits a moment and can be stopped: then it goes to nobody, and the ticket is
as before. Once somebody has begun to send it, it is out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from maildesk.desk.sla.clocks import clocks
from maildesk.store import acts, outbox
from maildesk.store.desk import tickets
from tests.pipeline.place import Place, drain, mail, told, words
from tests.pipeline.test_undo import receipt, replies, taps

ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))
KIM = "kim@customer.example"
WORDS = "Pull the paper out."


def waits(place: Place, period: str = "30s") -> None:
    """Answers wait so long from now on."""
    file = place.folder / "desk.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if not line.startswith("undo_send:")]
    text = "\n".join([*lines, f"undo_send: {period}", ""])
    file.write_text(text, encoding="utf-8")
    assert place.services.keeper.reload_now()


def to_kim(place: Place) -> list[Any]:
    return place.rows("outbox", recipient=KIM)


def sent(place: Place) -> list[str]:
    """What has gone to the customer, in its order."""
    rows = [row for row in to_kim(place) if row.state == "sent"]
    return [row.purpose for row in sorted(rows, key=lambda row: (row.sent_at, row.id))]


def opened(place: Place) -> None:
    waits(place)
    place.receive(mail())
    place.deliver()
    place.later(60)


def test_the_answer_waits_and_its_receipt_comes_at_once_and_says_until_when(both: Place) -> None:
    opened(both)
    both.answer(BEN, WORDS)
    both.deliver()
    assert sent(both) == ["acknowledgement"]
    letter = receipt(both, BEN)
    (row,) = both.rows("outbox", purpose="agent_transcript")
    assert row.state == "sent", "at once"
    read = words(letter)
    assert "Your answer goes to Kim." in read
    said = r"Nothing goes out before \d\d:01:30\. Until then it can be stopped: #undo\."
    assert re.search(said, read)
    both.later(29)
    both.deliver()
    assert sent(both) == ["acknowledgement"]
    both.later(2)
    both.deliver()
    assert sent(both) == ["acknowledgement", "reply"]


@pytest.mark.parametrize("way", ["reply", "button"])
def test_stopped_it_goes_to_nobody_and_the_ticket_is_as_before(both: Place, way: str) -> None:
    opened(both)
    before = both.row("tickets", 1)
    both.answer(BEN, WORDS)
    assert both.row("tickets", 1).assignee == BEN
    both.later(10)
    done = receipt(both, BEN)
    (replies(both, BEN, done, "#undo") if way == "reply" else taps(both, BEN, done))
    both.later(3600)
    both.deliver()
    assert sent(both) == ["acknowledgement"]
    (answer,) = [row for row in to_kim(both) if row.purpose == "reply"]
    assert (answer.state, answer.due_at) == ("withdrawn", None)
    after = both.row("tickets", 1)
    for name in ("status", "assignee", "agent_wrote_at", "first_response_at", "resolved_at"):
        assert getattr(after, name) == getattr(before, name), name
    (kept,) = both.rows("messages", kind="withdrawn")
    assert kept.text == WORDS
    what = [row.what for row in both.rows("history", ticket_id=1)]
    assert "withdrawn" in what and "undone" in what
    read = words(receipt(both, BEN))
    assert "Stopped in time: the mails of it went to nobody." in read
    assert f"> {WORDS}" in read, "so that it can be mended"


def test_who_has_answered_since_has_taken_it_up(both: Place) -> None:
    opened(both)
    first = both.letters(CARLA)[-1]
    both.answer(BEN, WORDS)
    done = receipt(both, BEN)
    both.later(5)
    policy = (both.folder / "desk.yaml").read_text(encoding="utf-8")
    quiet = policy.replace("\nstale_replies: hold\n", "\nstale_replies: off\n", 1)
    (both.folder / "desk.yaml").write_text(quiet, encoding="utf-8")
    assert both.services.keeper.reload_now()
    replies(both, CARLA, first, "Is the light red?")
    since = both.now
    both.later(5)
    taps(both, BEN, done)
    row = both.row("tickets", 1)
    assert (row.status, row.first_response_at, row.agent_wrote_at) == ("in_progress", since, since)
    both.later(60)
    both.deliver()
    (sent_reply,) = [one for one in to_kim(both) if one.state == "sent" and one.purpose == "reply"]
    assert sent_reply.author == CARLA


def test_mended_it_can_be_sent_again_with_the_same_words(both: Place) -> None:
    opened(both)
    both.answer(BEN, f"{WORDS}\nThen switch it on.")
    taps(both, BEN, receipt(both, BEN))
    both.later(5)
    replies(both, BEN, receipt(both, BEN), f"{WORDS}\nThen switch it on, gently.")
    both.later(31)
    both.deliver()
    letter = words(both.letters(KIM)[-1])
    assert f"{WORDS} Then switch it on, gently." in letter
    (kept,) = both.rows("messages", kind="public", direction="out")
    assert kept.text == f"{WORDS}\nThen switch it on, gently."


def test_the_clocks_run_on_as_if_nothing_had_been_written(both: Place) -> None:
    opened(both)

    def running() -> list[tuple[str, datetime | None, datetime | None]]:
        policy = both.services.keeper.current.policy
        with both.services.db.read() as conn:
            one = tickets.ticket(conn, 1, policy)
            assert one is not None
            found = clocks(one, tickets.entries(conn, 1), policy, both.now)
        return [(clock.kind, clock.due_at, clock.ended_at) for clock in found]

    before, timers = running(), {row.kind: row.rings_at for row in both.rows("timers")}
    both.answer(BEN, f"#resolve\n{WORDS}")
    assert running() != before
    taps(both, BEN, receipt(both, BEN))
    assert running() == before
    assert {row.kind: row.rings_at for row in both.rows("timers") if row.due_at} == timers


def test_a_resolution_is_stopped_with_its_stars(both: Place) -> None:
    opened(both)
    both.answer(BEN, "#resolve")
    assert [row.state for row in to_kim(both)] == ["sent", "due"]
    taps(both, BEN, receipt(both, BEN))
    row = both.row("tickets", 1)
    assert (row.status, row.surveyed, row.resolved_at) == ("open", False, None)
    assert [row.state for row in to_kim(both)] == ["sent", "withdrawn"]
    both.answer(BEN, f"#resolve\n{WORDS}")
    both.later(31)
    both.deliver()
    assert sent(both) == ["acknowledgement", "resolution"]


def test_it_is_out_once_somebody_has_begun_to_send_it(both: Place) -> None:
    """The sender's claim and the undo meet at the row, and the first has it."""
    opened(both)
    both.answer(BEN, f"#priority high\n{WORDS}")
    both.deliver()
    both.later(31)
    with both.services.db.write() as conn:
        (claimed,) = outbox.claim(
            conn, owner="other:1:bb", now=both.now, lease=timedelta(seconds=30)
        )
    assert claimed.recipient == KIM
    taps(both, BEN, receipt(both, BEN))
    (answer,) = [row for row in to_kim(both) if row.purpose == "reply"]
    assert answer.state == "claimed"
    row = both.row("tickets", 1)
    assert (row.priority, row.assignee, row.status) == ("normal", BEN, "in_progress")
    assert both.rows("messages", kind="withdrawn") == []
    assert "Stopped in time" not in words(receipt(both, BEN))


def test_a_sender_passes_over_what_is_just_being_stopped(both: Place) -> None:
    opened(both)
    both.answer(BEN, WORDS)
    taps(both, BEN, receipt(both, BEN))
    both.deliver()
    both.later(31)
    with both.services.db.write() as conn:
        assert outbox.claim(conn, owner="x", now=both.now, lease=timedelta(seconds=30)) == []


def test_who_stops_a_mail_has_its_row_until_it_is_written(postgres_place: Place) -> None:
    place = postgres_place
    opened(place)
    place.answer(BEN, WORDS)
    place.deliver()
    place.later(31)
    (act,) = place.rows("acts")
    lease = timedelta(seconds=30)
    with place.services.db.write() as stops:
        assert acts.mails_of(stops, 1, act.id) == "waiting"
        with place.services.db.write() as sends:
            assert outbox.claim(sends, owner="x", now=place.now, lease=lease) == []
        acts.withdraw(stops, 1, act.id, place.now, "stopped")
    with place.services.db.write() as conn:
        assert outbox.claim(conn, owner="x", now=place.now, lease=lease) == []
        assert acts.mails_of(conn, 1, act.id) == "out", "never again"


def test_one_that_is_out_to_somebody_is_out(place: Place) -> None:
    """An answer half stopped would be a conversation in which each had read something else."""
    waits(place)
    place.receive(mail(Cc="Lee Park <lee@customer.example>"))
    place.deliver()
    place.answer(BEN, WORDS)
    place.deliver()
    place.later(31)
    with place.services.db.write() as conn:
        assert outbox.claim(conn, owner="x", now=place.now, lease=timedelta(seconds=30))
    taps(place, BEN, receipt(place, BEN))
    assert "withdrawn" not in {row.state for row in place.rows("outbox")}
    assert "nobody" not in words(receipt(place, BEN)).partition("Commands,")[0]


def test_other_mails_of_the_same_act_wait_too_and_are_stopped_with_it(both: Place) -> None:
    opened(both)
    both.answer(BEN, "#take")
    both.later(60)
    both.answer(CARLA, WORDS)  # Ben, whose ticket it is, hears of it
    (copy,) = both.rows("outbox", purpose="agent_answered")
    assert copy.state == "due"
    both.deliver()
    assert both.rows("outbox", purpose="agent_answered", state="sent") == []
    taps_de = told(both, CARLA, "agent_transcript")[-1]
    assert "Bis dahin lässt es sich anhalten" in words(taps_de)
    taps(both, CARLA, taps_de)
    both.later(60)
    both.deliver()
    (copy,) = both.rows("outbox", purpose="agent_answered")
    assert copy.state == "withdrawn"


def test_what_is_written_later_arrives_later(both: Place) -> None:
    """Also what goes at once: the customer reads it in the order in which it was written."""
    opened(both)
    both.answer(BEN, WORDS)
    waits(both, "no")
    both.later(5)
    both.answer(BEN, f"#resolve\n{WORDS} Again.")
    both.deliver()
    assert sent(both) == ["acknowledgement"]
    both.later(26)
    both.deliver()
    assert sent(both) == ["acknowledgement", "reply", "resolution"]


def test_behind_one_that_was_stopped_nothing_waits(both: Place) -> None:
    waits(both, "1h")
    both.receive(mail())
    both.answer(BEN, WORDS)
    taps(both, BEN, receipt(both, BEN))
    waits(both, "no")
    both.answer(BEN, f"{WORDS} Again.")
    both.deliver()
    assert sent(both) == ["acknowledgement", "reply"]


def test_nothing_is_lost_by_a_restart_in_between(both: Place) -> None:
    opened(both)
    both.answer(BEN, WORDS)
    other = both.beside("there:2:cc")
    both.later(31)
    drain(other)
    assert sent(both) == ["acknowledgement", "reply"]


def test_a_greeting_that_gave_way_goes_after_all(both: Place) -> None:
    waits(both)
    file = both.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)^  total: .*$", "  total: 1", text), encoding="utf-8")
    assert both.services.keeper.reload_now()
    both.receive(mail("First.", From="lee@customer.example"), "lee@customer.example")
    both.receive(mail())
    (greeting,) = to_kim(both)
    assert greeting.state == "due" and greeting.due_at > both.now, "the limit leaves no room now"
    both.answer(BEN, WORDS)
    assert {row.state for row in to_kim(both)} == {"replaced", "due"}
    both.later(5)
    taps(both, BEN, receipt(both, BEN))
    assert {row.state for row in to_kim(both)} == {"due", "withdrawn"}


def test_without_it_answers_go_at_once_as_ever(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, WORDS)
    place.deliver()
    assert sent(place) == ["acknowledgement", "reply"]
    assert told(place, BEN, "agent_transcript") == []


def test_notes_and_commands_wait_for_nothing(place: Place) -> None:
    opened(place)
    place.answer(BEN, "#assign carla\n#note\nShe is a VIP.")
    place.deliver()
    assert {row.state for row in place.rows("outbox")} == {"sent"}
