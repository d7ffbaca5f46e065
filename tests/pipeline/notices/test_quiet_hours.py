"""Quiet hours: what happens in them waits, and goes out afterwards in one mail."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import update

from maildesk.desk.mails.registry import MAILS
from maildesk.pipeline.fire import fire
from maildesk.pipeline.notices.timers_kept import look
from maildesk.store.schema import agent_timers
from tests.pipeline.notices.wishes import ANA, BEN, CARLA, DAY, HOUR, KIM, LEE, wants
from tests.pipeline.notices.wishes import purposes as sent
from tests.pipeline.place import Place, mail, told, words

EVENING = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)


def lees(text: str) -> bytes:
    return mail(text, From=f"Lee <{LEE}>", Subject="Scanner")


def until_morning(place: Place) -> None:
    place.later(11 * HOUR)
    fire(place.services)


def test_a_night_of_several_tickets_is_one_mail_in_the_morning(both: Place) -> None:
    wants(both, ben="quiet: 20:00-7:00")
    both.now = EVENING
    both.receive(mail())
    both.receive(lees("It squeaks."), LEE)
    both.answer(KIM, "It blinks, too.")
    assert sent(both, BEN) == [] and sent(both, CARLA).count("agent_new") == 2
    both.later(9 * HOUR - 60)
    fire(both.services)
    assert sent(both, BEN) == []
    until_morning(both)
    assert sent(both, BEN) == ["agent_gathered"]
    (letter,) = told(both, BEN, "agent_gathered")
    text = words(letter)
    assert letter["Subject"] == "2 tickets have news"
    for said in ("Hello.", "It blinks, too.", "It squeaks.", "TKT-0001", "TKT-0002"):
        assert said in text
    page = letter.get_body(("html",))
    assert page is not None and page.get_content().count("mailto:") >= 6, "show, take, reply"
    fire(both.services)
    assert sent(both, BEN) == ["agent_gathered"]
    both.answer(KIM, "And now it is quiet.")
    assert sent(both, BEN)[-1] == "agent_reply"


def test_a_night_of_one_ticket_is_a_mail_that_is_answered(place: Place) -> None:
    wants(place, desk="quiet: 20:00-7:00")
    place.now = EVENING
    place.receive(mail())
    place.answer(KIM, "It blinks, too.")
    until_morning(place)
    assert sent(place, BEN) == ["agent_bundle"]
    place.answer(BEN, "Hold the button.")
    assert "Hold the button." in words(place.letters(KIM)[-1])


def test_an_urgent_ticket_breaks_through_unless_the_desk_says_otherwise(place: Place) -> None:
    wants(place, ben="quiet: 20:00-7:00", carla="quiet: 20:00-7:00, breaks_through: []")
    place.receive(mail())
    place.answer(ANA, "#priority urgent")
    place.now = EVENING
    before = len(sent(place, CARLA))
    place.answer(KIM, "It burns.")
    assert sent(place, BEN)[-1] == "agent_reply"
    assert len(sent(place, CARLA)) == before


def test_what_an_agent_does_at_night_is_answered_at_night(place: Place) -> None:
    wants(place, desk="quiet: 20:00-7:00")
    place.receive(mail())
    place.now = EVENING
    place.answer(BEN, "#take\n#status nonsense")
    assert sent(place, BEN)[-1] == "agent_unknown_command"
    place.answer(BEN, "#take")
    assert sent(place, BEN)[-1] == "agent_transcript"


def test_the_end_of_the_night_is_that_of_the_agents_own_zone_and_clock(place: Place) -> None:
    sla = place.folder / "sla.yaml"
    sla.write_text(
        sla.read_text().replace(
            "calendars:\n",
            "calendars:\n  lisbon: {time_zone: America/New_York, hours: {mon-fri: 9:00-17:00}}\n",
        )
    )
    agents = place.folder / "agents.yaml"
    agents.write_text(
        agents.read_text().replace("name: Ben Okafor", "name: Ben Okafor\n    hours: lisbon")
    )
    wants(place, ben="quiet: 20:00-7:00")
    place.now = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)  # the clock is set back that night
    place.receive(mail())
    place.now = datetime(2026, 11, 1, 11, 59, tzinfo=UTC)
    fire(place.services)
    assert sent(place, BEN) == []
    place.now = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
    fire(place.services)
    assert sent(place, BEN) == ["agent_bundle"]


def test_killed_before_the_mail_was_written_it_is_told_again_and_once(both: Place) -> None:
    wants(both, ben="quiet: 20:00-7:00")
    both.now = EVENING
    both.receive(mail())
    both.later(10 * HOUR)
    dead = both.beside("dead:1:bb")
    with both.services.db.write() as conn:  # claimed by a process that is gone
        conn.execute(
            update(agent_timers).values(
                state="claimed", owner=dead.owner, attempts=1, due_at=both.now
            )
        )
    fire(both.services)
    assert sent(both, BEN) == ["agent_bundle"]
    fire(dead)
    assert sent(both, BEN) == ["agent_bundle"]


def test_who_may_not_see_a_ticket_any_more_is_told_nothing_of_it(place: Place) -> None:
    wants(place, ben="quiet: 20:00-7:00")
    place.now = EVENING
    place.receive(mail())
    agents = place.folder / "agents.yaml"
    others = agents.read_text().replace(
        "[support, billing]\n    skills: [b", "[senior]\n    role: specialist\n    skills: [b"
    )
    agents.write_text(others)
    assert place.services.keeper.reload_now()
    until_morning(place)
    assert sent(place, BEN) == []
    assert [row.told_at for row in place.rows("held_notices")] == [place.now]


def test_a_weekend_without_anything_is_no_mail(place: Place) -> None:
    wants(place, desk="quiet: 20:00-7:00")
    place.later(3 * DAY)
    fire(place.services)
    assert place.rows("outbox") == []


def test_quiet_hours_that_the_files_end_are_over_at_once(place: Place) -> None:
    wants(place, ben="quiet: 20:00-7:00")
    place.now = EVENING
    place.receive(mail())
    look(place.services)
    fire(place.services)
    assert sent(place, BEN) == []
    agents = place.folder / "agents.yaml"
    agents.write_text(agents.read_text().replace("quiet: 20:00-7:00", "quiet: no"))
    assert place.services.keeper.reload_now()
    look(place.services)
    fire(place.services)
    assert sent(place, BEN) == ["agent_bundle"]


def test_a_notice_that_came_too_late_for_its_timer_gets_another(both: Place) -> None:
    wants(both, ben="quiet: 20:00-7:00")
    both.now = EVENING
    both.receive(mail())
    with both.services.db.write() as conn:  # it rang while the act was not committed yet
        conn.execute(update(agent_timers).values(state="rang", due_at=None))
    both.later(10 * HOUR)
    look(both.services)
    fire(both.services)
    assert sent(both, BEN) == ["agent_bundle"]
    look(both.services)
    assert [row.state for row in both.rows("agent_timers")] == ["rang", "rang"]


def test_every_mail_that_can_wait_is_told_in_words_or_by_its_reason(place: Place) -> None:
    by_reason = {"agent_rule"}
    never_waits = {"agent_digest"}
    words_of = place.services.keeper.current.policy.wording.of("en").sentences
    silent = {
        mail.name
        for mail in MAILS.values()
        if mail.can_wait and f"told_{mail.name}" not in words_of
    }
    assert silent == by_reason | never_waits


def test_an_escalation_that_waited_says_why(place: Place) -> None:
    wants(place, ana="quiet: 20:00-7:00, breaks_through: []")
    place.receive(mail())
    place.now = EVENING
    place.answer(BEN, "#escalate she is a VIP")
    assert sent(place, ANA) == ["agent_new"]
    until_morning(place)
    assert "Escalated: she is a VIP" in words(told(place, ANA, "agent_bundle")[0])
