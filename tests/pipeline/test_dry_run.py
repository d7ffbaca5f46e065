"""A dry run does everything but keep it: on both databases no row is other than before, and no
number is used up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from maildesk.config.watch import load_in_force
from maildesk.mail.message import Envelope
from maildesk.pipeline.simulation.dry_run import elsewhere, foresee, without_limits
from maildesk.pipeline.simulation.replay import replay
from maildesk.store.schema import metadata
from maildesk.views.dry_runs import Foreseen, dry_run, fired
from tests.pipeline.place import FRIDAY, SUPPORT, Place, mail

KIM = "kim@customer.example"


def everything(place: Place) -> dict[str, list[Any]]:
    """Every row of every table."""
    return {name: [tuple(row) for row in place.rows(name)] for name in metadata.tables}


def try_out(place: Place, raw: bytes, sender: str = KIM) -> Foreseen:
    return foresee(place.services, raw, Envelope(sender, (SUPPORT,)))


def test_a_new_ticket_is_foreseen_and_not_opened(both: Place) -> None:
    before = everything(both)
    for _ in range(3):
        found = try_out(both, mail("It prints nothing."))
        assert (found.is_new, found.ticket and found.ticket.reference) == (True, "TKT-0001")
        assert [m.template for m in found.mails if m.to == KIM] == ["acknowledgement"]
        assert "Tell the team of a new ticket" in fired(found.outcome)
    assert everything(both) == before
    assert both.kicks == []
    both.receive(mail("It prints nothing."))
    assert [row.reference for row in both.rows("tickets")] == ["TKT-0001"]


def test_a_reply_is_foreseen_on_its_ticket_and_changes_nothing_of_it(both: Place) -> None:
    both.receive(mail("It prints nothing."))
    before = everything(both)
    answer = mail(
        "Now it hums.", In_Reply_To=f"<{abs(hash('It prints nothing.'))}@customer.example>"
    )
    found = try_out(both, answer)
    assert (found.is_new, found.ticket and found.ticket.reference) == (False, "TKT-0001")
    assert {m.template for m in found.mails} == {"agent_reply"}
    assert dry_run(found)["ticket"]["reference"] == "TKT-0001"
    assert everything(both) == before


def test_what_was_processed_before_is_tried_as_if_it_had_just_come(place: Place) -> None:
    place.receive(mail())
    assert try_out(place, mail()).is_new


def test_another_time_is_another_decision(place: Place) -> None:
    night = elsewhere(place.services, place.services.keeper.current, FRIDAY + timedelta(hours=12))
    found = foresee(night, mail(), Envelope(KIM, (SUPPORT,)))
    assert [m.template for m in found.mails if m.to == KIM] == ["after_hours"]
    assert "after-hours" in (found.ticket.labels if found.ticket else ())


def test_a_replay_looks_at_all_mail_since_then_without_the_limits_of_this_hour(
    place: Place,
) -> None:
    for n in range(8):
        place.receive(mail(f"Question {n}.", Message_ID=f"<{n}@customer.example>"))
        place.later(60)
    current = place.services.keeper.current
    quiet = replace(current, policy=replace(current.policy, acknowledge=False))
    all_of_it = list(replay(place.services, quiet, FRIDAY))
    assert [one.spool_id for one in all_of_it] == [row.id for row in place.rows("spool")]
    assert all("mails" in one.changes for one in all_of_it)  # also those that the limit kept silent
    assert [one.changes for one in replay(place.services, load_in_force(place.folder), FRIDAY)] == [
        {}
    ] * 8
    assert list(replay(place.services, quiet, FRIDAY + timedelta(days=1))) == []


def test_a_policy_without_limits_still_answers_no_robots(place: Place) -> None:
    policy = without_limits(place.services.keeper.current.policy)
    assert policy.loops.never_answer == place.services.keeper.current.policy.loops.never_answer
    assert policy.loops.per_address > 10**6


def test_a_message_that_was_processed_is_tried_again_also_where_it_has_no_message_id(
    place: Place,
) -> None:
    for raw in (
        mail("One."),
        mail("Two.", Message_ID=""),
        mail("Three.", Message_ID="", Date="Fri, 20 Nov 2026 10:00:00 +0000"),
    ):
        assert place.receive(raw).outcome == "opened"
        assert try_out(place, raw).is_new
