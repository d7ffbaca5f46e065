"""A relay that refuses us stops, and not the mails: they wait in their order, and one is tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from maildesk.config.settings import Relay as RelaySettings
from maildesk.pipeline.admin_alarms import tell_admins
from maildesk.pipeline.delivery.deliver import Deliverer
from maildesk.pipeline.relays import advice
from maildesk.store import outbox
from maildesk.store.outbox import Draft
from maildesk.store.relays import lines
from maildesk.store.relays.lines import LIMIT, Line
from maildesk.store.schema import metadata
from tests.pipeline.place import Place, drain, mail
from tests.servers.relay import Relay
from tests.stories.running_desk import text_of

NOT_OWNED = "553 5.7.1 <x>: Sender address rejected: not owned by user support@desk.example"
SUSPENDED = "554 Transaction failed: Sending paused for this account."
AWAY = "421 4.7.0 too many connections"


def waiting(place: Place) -> list[Any]:
    """The mails that stand in line."""
    return [row for row in place.rows("outbox") if row.line is not None]


def line(place: Place) -> Any:
    """The only line there is."""
    (found,) = place.rows("relay_lines")
    return found


def admins_heard(place: Place) -> list[str]:
    """The subjects of what they were mailed."""
    admins = place.services.keeper.current.policy.admins
    assert admins
    letters = [one for admin in admins for one in place.letters(admin)]
    return [str(one["Subject"]) for one in letters if "relay" in str(one["Subject"])]


def test_a_refusal_of_us_stops_the_relay_and_not_the_mails(both: Place, relay: Relay) -> None:
    relay.answer(".*", SUSPENDED, stage="data")
    both.receive(mail())
    both.deliver()
    assert {row.state for row in both.rows("outbox")} == {"due"}
    assert {row.line for row in both.rows("outbox")} == {relay.host}
    assert {row.attempts for row in both.rows("outbox")} == {0}
    assert (line(both).kind, line(both).code) == ("account", 554)
    assert relay.messages == []
    assert len(relay.tried) <= 4  # those that were in hand when the first was refused
    assert both.rows("outbox", purpose="agent_undelivered") == []


def test_one_mail_tries_it_with_growing_pauses(both: Place, relay: Relay) -> None:
    relay.answer(".*", SUSPENDED, stage="data")
    both.receive(mail())
    both.deliver()
    pauses = []
    for _ in range(6):
        relay.tried.clear()
        pauses.append(round((line(both).due_at - both.now).total_seconds() / 60))
        both.now = line(both).due_at
        both.deliver()
        assert len(relay.tried) == 1
    assert pauses == [1, 5, 15, 30, 60, 60]


def test_what_comes_meanwhile_stands_behind_and_is_not_tried(both: Place, relay: Relay) -> None:
    relay.answer(".*", SUSPENDED, stage="data")
    both.receive(mail())
    both.deliver()
    relay.tried.clear()
    both.receive(mail("Another.", Subject="Scanner", From="Lee <lee@other.example>"))
    both.deliver()
    assert relay.tried == []
    assert len(waiting(both)) == 8


def test_where_it_goes_again_all_goes_in_its_order(both: Place, relay: Relay) -> None:
    relay.answer(".*", SUSPENDED, stage="data")
    for number in range(5):
        sender = f"kim@customer{number}.example"
        both.receive(mail(f"No {number}.", Subject=f"No {number}", From=sender), sender)
        both.deliver()
    written = [row.id for row in both.rows("outbox")]
    relay.reset()
    both.now = line(both).due_at
    both.deliver()
    assert both.rows("relay_lines") == []
    assert {row.state for row in both.rows("outbox", purpose="acknowledgement")} == {"sent"}
    sent = sorted(both.rows("outbox"), key=lambda row: (row.sent_at, row.id))
    order = {row.message_id: row.id for row in sent}
    arrived = [order[str(message_id(m.raw))] for m in relay.messages]
    assert [one for one in arrived if one in written] == written


def message_id(raw: bytes) -> str:
    """Of a mail."""
    head = raw.partition(b"\r\n\r\n")[0].decode()
    found = next(one for one in head.split("\r\n") if one.lower().startswith("message-id:"))
    return found.partition("<")[2].rstrip(">")


def test_nothing_is_given_up_because_of_us_before_its_time(both: Place, relay: Relay) -> None:
    relay.answer(".*", SUSPENDED, stage="data")
    both.receive(mail())
    both.deliver()
    both.later(4 * 86_400 - 60)
    both.deliver()
    assert {row.state for row in both.rows("outbox")} == {"due"}
    both.later(120)
    both.deliver()
    told = both.rows("outbox", purpose="acknowledgement")
    assert [(row.state, row.line) for row in told] == [("failed", None)]
    assert "Sending paused" in told[0].reply


def test_admins_hear_once_in_the_log_and_by_mail_when_it_goes_again(
    place: Place, relay: Relay, capfd: pytest.CaptureFixture[str]
) -> None:
    relay.answer(".*", SUSPENDED, stage="data")
    place.receive(mail())
    for _ in range(4):
        place.deliver()
        place.now = line(place).due_at
    said = capfd.readouterr().out
    assert said.count("relay_stopped") == 1
    assert "Sending paused for this account" in said
    assert admins_heard(place) == []
    relay.reset()
    place.deliver()
    (told,) = admins_heard(place)
    assert f"Mail goes out by the relay {relay.host} again" in told
    assert {row.state for row in place.rows("outbox")} == {"sent"}


def test_what_passes_by_itself_is_told_only_where_it_does_not(
    place: Place, relay: Relay, capfd: pytest.CaptureFixture[str]
) -> None:
    relay.answer(".*", AWAY)
    place.receive(mail())
    place.deliver()
    assert "relay_stopped" not in capfd.readouterr().out
    place.later(16 * 60)
    place.deliver()
    assert "relay_stopped" in capfd.readouterr().out


def test_a_relay_that_is_away_is_tried_by_one_mail_and_soon(both: Place, relay: Relay) -> None:
    relay.stop()
    both.receive(mail())
    both.deliver()
    assert line(both).kind == "server"
    assert line(both).due_at - both.now == timedelta(seconds=1)
    relay.start()
    both.later(1)
    both.deliver()
    assert {row.state for row in both.rows("outbox")} == {"sent"}
    assert admins_heard(both) == []


def test_a_relay_that_is_given_too_much_is_given_one_then_two_then_four(
    place: Place, relay: Relay
) -> None:
    relay.answer(".*", "450 4.7.1 Error: too much mail from 192.0.2.1")
    for number in range(4):
        place.receive(mail(f"No {number}.", From=f"kim@customer{number}.example"))
        place.deliver()
    relay.reset()
    place.now = line(place).due_at
    steps = []
    for _ in range(6):
        before = len(relay.messages)
        place.deliver()
        steps.append(len(relay.messages) - before)
        place.later(1)
    assert steps == [1, 1, 2, 4, 8, 0]


def test_one_sender_that_may_not_send_stops_nobody_elses_mail(both: Place, relay: Relay) -> None:
    for mine in ("support", "billing"):
        both.receive(
            mail(f"To {mine}.", To=f"{mine}@desk.example", From=f"kim@{mine}.example"),
            f"kim@{mine}.example",
            f"{mine}@desk.example",
        )
    relay.answer("kim@billing.example", NOT_OWNED)
    both.deliver()
    (row,) = both.rows("outbox", recipient="kim@support.example")
    assert row.state == "sent"
    assert line(both).sender == "billing@desk.example"
    assert {row.address for row in waiting(both)} == {"billing@desk.example"}


def test_two_workers_try_it_with_one_mail(both: Place, relay: Relay) -> None:
    relay.answer(".*", SUSPENDED, stage="data")
    both.receive(mail())
    both.deliver()
    both.now = line(both).due_at
    relay.tried.clear()
    here, there = Deliverer(both.services), Deliverer(both.beside("there:2:bb"))
    for deliverer in (here, there):
        deliverer._lines.look()
    here()
    there()
    assert len(relay.tried) == 1
    here.close()
    there.close()


def test_a_worker_that_dies_with_the_probe_leaves_the_line_to_others(
    both: Place, relay: Relay
) -> None:
    relay.answer(".*", SUSPENDED, stage="data")
    both.receive(mail())
    both.deliver()
    both.now = line(both).due_at
    dead = Deliverer(both.beside("there:2:bb"))
    dead._lines.look()
    (known,) = dead._lines.due()
    assert len(dead._advance._taken(known)) == 1
    relay.reset()
    assert drain(both.services) == 0
    both.later(300)
    both.deliver()
    assert {row.state for row in both.rows("outbox")} == {"sent"}
    assert len(relay.messages) == len({m.rcpt_to for m in relay.messages}) + 1  # the admins'


def test_retry_on_the_command_line_tries_the_relay_now(place: Place, relay: Relay) -> None:
    from maildesk.desk.actor import operator_acts
    from maildesk.pipeline import queue_acts

    relay.answer(".*", SUSPENDED, stage="data")
    place.receive(mail())
    place.deliver()
    relay.reset()
    place.later(2)
    queue_acts.act(place.services, operator_acts("eva"), queue_acts.resend, waiting(place)[0].id)
    place.deliver()
    assert {row.state for row in place.rows("outbox")} == {"sent"}


def test_at_the_start_it_is_tried_at_once_for_settings_may_have_changed(
    place: Place, relay: Relay
) -> None:
    relay.answer(".*", SUSPENDED, stage="data")
    place.receive(mail())
    place.deliver()
    relay.reset()
    Deliverer(place.services).begin()
    place.deliver()
    assert {row.state for row in place.rows("outbox")} == {"sent"}


def test_mails_of_a_relay_that_is_no_longer_there_find_their_way_anew(
    tmp_path: Path, relay: Relay
) -> None:
    relay.answer(".*", SUSPENDED, stage="data")
    place = Place(
        tmp_path / "desk", relay=RelaySettings(name="old", host=relay.host, port=relay.port)
    )
    place.receive(mail())
    place.deliver()
    place.services.db.close()
    relay.reset()
    after = Place(
        tmp_path / "desk", relay=RelaySettings(name="new", host=relay.host, port=relay.port)
    )
    Deliverer(after.services).begin()
    after.deliver()
    assert {(row.state, row.relay) for row in after.rows("outbox")} == {("sent", "new")}
    assert after.rows("relay_lines") == []
    after.services.db.close()


def test_a_clock_that_jumped_does_not_stop_a_relay_for_a_year(place: Place, relay: Relay) -> None:
    from maildesk.store import clock_repair

    relay.answer(".*", SUSPENDED, stage="data")
    place.later(365 * 86_400)
    place.receive(mail())
    place.deliver()
    place.later(-365 * 86_400)
    with place.services.db.write() as conn:
        clock_repair.bring_back(conn, place.now)
    relay.reset()
    place.deliver()
    assert {row.state for row in place.rows("outbox")} == {"sent"}


# -- our own limits


@pytest.fixture
def limited(tmp_path: Path, relay: Relay) -> Iterator[Place]:
    """A place whose relay is given three mails a minute and ten a day."""
    made = Place(
        tmp_path / "desk",
        relay=RelaySettings(host=relay.host, port=relay.port, limit="3/minute, 10/day"),
    )
    yield made
    made.services.db.close()


def test_a_relay_is_given_no_more_than_its_limit(limited: Place, relay: Relay) -> None:
    limited.receive(mail())
    limited.deliver()
    assert len(relay.messages) == 3
    assert len(waiting(limited)) == 1
    limited.later(58)
    limited.deliver()
    assert len(relay.messages) == 3
    limited.later(4)
    limited.deliver()
    assert len(relay.messages) == 4
    assert limited.rows("relay_lines") == []


def test_what_people_wrote_goes_before_what_was_written_by_itself(
    limited: Place, relay: Relay
) -> None:
    limited.receive(mail())
    limited.deliver()
    for number in range(2):
        limited.receive(mail(f"No {number}.", From=f"lee@customer{number}.example"))
    limited.answer("ben@desk.example", "Turn it off and on again.")
    limited.deliver()
    limited.later(62)
    limited.deliver()
    assert b"Turn it off" in relay.messages[3].raw


def test_the_last_tenth_of_a_day_is_kept_for_people(limited: Place, relay: Relay) -> None:
    for number in range(4):
        limited.receive(mail(f"No {number}.", From=f"lee@customer{number}.example"))
    for _ in range(10):
        limited.deliver()
        limited.later(62)
    assert len(relay.messages) == 9
    limited.answer("ben@desk.example", "Turn it off and on again.")
    limited.deliver()
    assert len(relay.messages) == 10
    assert b"Turn it off" in relay.messages[9].raw


def test_what_a_day_leaves_goes_out_the_next_day(limited: Place, relay: Relay) -> None:
    for number in range(4):
        limited.receive(mail(f"No {number}.", From=f"lee@customer{number}.example"))
    for _ in range(10):
        limited.deliver()
        limited.later(62)
    assert len(relay.messages) == 9
    limited.later(86_400 + 24 * 60)
    for _ in range(10):
        limited.deliver()
        limited.later(62)
    assert len(relay.messages) == 16
    assert limited.rows("relay_lines") == []


def test_a_limit_holds_for_all_processes_together(limited: Place, relay: Relay) -> None:
    limited.receive(mail())
    limited.receive(mail("Another.", From="lee@other.example"))
    limited.deliver()
    other = limited.beside("there:2:bb")
    limited.later(20)
    drain(other)
    assert len(relay.messages) == 3


def test_a_backlog_meets_a_refusal_with_a_few_mails_and_no_more(place: Place, relay: Relay) -> None:
    relay.answer(".*", SUSPENDED, stage="data")
    for number in range(5):
        place.receive(mail(f"No {number}.", From=f"kim@customer{number}.example"))
    place.deliver()
    assert len(waiting(place)) == 20
    assert len(relay.tried) <= 4


def test_a_relay_that_refuses_the_null_sender_alone_stops_notices_alone(
    place: Place, relay: Relay
) -> None:
    relay.refuse_sender("^$", "550 5.1.7 Invalid address: null sender")
    tell_admins(place.services, "A worker hangs", "It does.")
    place.receive(mail())
    place.deliver()
    assert line(place).sender == "<>"
    assert {row.mail_from for row in waiting(place)} == {""}
    sent = {row.recipient for row in place.rows("outbox", state="sent")}
    assert "kim@customer.example" in sent


def test_a_relay_that_refuses_sub_addresses_alone_still_takes_the_alarm(
    place: Place, relay: Relay
) -> None:
    relay.refuse_sender(r"\+", NOT_OWNED)
    place.receive(mail())
    place.deliver()
    place.deliver()
    (told,) = admins_heard(place)
    assert told.startswith("Mail from support@desk.example does not go out by the relay")
    assert [m.mail_from for m in relay.messages] == [""]


def test_admins_hear_of_one_that_goes_and_stops_when_all_has_gone(
    place: Place, relay: Relay
) -> None:
    relay.answer(".*", SUSPENDED, stage="data")
    for number in range(2):
        place.receive(mail(f"No {number}.", From=f"kim@customer{number}.example"))
    place.deliver()
    for _ in range(3):
        relay.reset()
        relay.answer(".*", "250 2.0.0 kept", stage="data", times=2)
        relay.answer(".*", SUSPENDED, stage="data")
        place.now = line(place).due_at
        place.deliver()
    assert admins_heard(place) == []
    relay.reset()
    place.now = line(place).due_at
    place.deliver()
    assert len(admins_heard(place)) == 1


def test_what_a_relay_says_of_a_signed_address_keeps_its_point(place: Place, relay: Relay) -> None:
    place.receive(mail())
    (path,) = {row.mail_from for row in place.rows("outbox") if "kim" in row.recipient}
    relay.refuse_sender(r"\+", f"553 5.7.1 <{path}>: Sender address rejected: not owned by user")
    place.deliver()
    place.deliver()
    (told,) = place.rows("outbox", purpose="admin_alarm")
    (letter,) = (
        one for one in place.letters(told.recipient) if "does not go out" in str(one["Subject"])
    )
    text = text_of(letter)
    sub_address = path.partition("-")[0]
    assert f"553 5.7.1 <{sub_address}-…@desk.example>: Sender address rejected" in text
    assert "the rest of an address that the desk made for one recipient" in text
    assert "Other mail goes out as ever." in text
    assert path not in text


def test_the_words_of_an_alarm_name_what_does_not_go_out() -> None:
    at = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    whole = Line("relay", "relay", "", "account", 554, "", "paused", at, at)
    assert advice.subject(whole) == "No mail goes out by the relay relay"
    one = replace(whole, sender="billing@desk.example", kind="sender")
    assert (
        advice.subject(one) == "Mail from billing@desk.example does not go out by the relay relay"
    )
    notices = replace(one, sender="<>")
    assert advice.subject(notices).startswith("Mail without a return path (notices of the desk)")
    assert advice.subject_of_relief(whole) == "Mail goes out by the relay relay again"
    assert "(The …" not in advice.letter(whole, None, 0)


def test_of_what_waits_people_go_first_then_acknowledgements_then_notifications_then_the_rest(
    both: Place,
) -> None:
    """But nothing waits for ever: a notification of a quarter of an hour ago goes before them."""
    made = [
        ("reminder", "", True, 0), ("agent_new", "", False, 1), ("agent_reply", "", False, 20),
        ("admin_alarm", "", False, 21), ("acknowledgement", "", True, 22),
        ("after_hours", "", True, 23), ("reply", "ben@desk.example", False, 24),
    ]  # fmt: skip
    began = both.now
    with both.services.db.write() as conn:
        for number, (purpose, author, automatic, minutes) in enumerate(made):
            draft = Draft(
                None, None, f"{number}@desk.example", "", f"r{number}@x.example", "", purpose,
                author, automatic, None, b"raw",
            )  # fmt: skip
            outbox.add(conn, [draft], began + timedelta(minutes=minutes))
        conn.execute(update(metadata.tables["outbox"]).values(line="here", state="due"))
        there = Line("here", "here", "", LIMIT, None, "", "", began, began)
        claim = {"owner": "me", "now": began, "lease": timedelta(minutes=1)}
        first = lines.first_in(conn, there, limit=7, **claim)  # type: ignore[arg-type]
    assert [one.purpose for one in first] == [
        "reply", "agent_new", "acknowledgement", "after_hours", "agent_reply", "admin_alarm",
        "reminder",
    ]  # fmt: skip
