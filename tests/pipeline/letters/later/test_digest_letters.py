"""The morning digest on a database: what it says, when it comes, and when none does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from maildesk.pipeline.fire import fire
from maildesk.pipeline.notices.timers_kept import look
from tests.pipeline.notices.wishes import BEN, CARLA, DAY, KIM, wants
from tests.pipeline.notices.wishes import purposes as sent
from tests.pipeline.pages.test_page_scores import rates
from tests.pipeline.place import Place, mail, told, words
from tests.pipeline.test_who_speaks import surveyed

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # eight in Berlin


def digests(place: Place, person: str) -> list[str]:
    return [words(one) for one in told(place, person, "agent_digest")]


def ask(place: Place, person: str, text: str) -> None:
    """They answer the newest mail that has an address of their own in it."""
    last = [one for one in place.letters(person) if "+" in str(one["Reply-To"])][-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(mail(text, From=person, To=to), person, to)


def at(place: Place, now: datetime) -> None:
    """The clock shows that; what is due rings."""
    place.now = now
    look(place.services)
    fire(place.services)
    look(place.services)


def test_it_says_what_waits_what_nobody_has_and_what_happened(both: Place) -> None:
    wants(both, ben='digest: "8:00"')
    look(both.services)
    both.receive(mail("It is broken.", Subject="Printer"))
    both.answer(BEN, "#take")
    both.receive(mail("Please.", Subject="Scanner"))
    both.receive(mail("Thanks.", Subject="Phone"))
    both.answer(CARLA, "#take\n#resolve\nDone.")
    at(both, MONDAY - timedelta(minutes=1))
    assert digests(both, BEN) == []
    at(both, MONDAY)
    (text,) = digests(both, BEN)
    assert "Hello, Ben" in text
    waits, free = text.index("Waiting for you: 1"), text.index("Unassigned in your queues: 1")
    assert waits < text.index("Printer") < free < text.index("Scanner")
    assert "the customer has waited 2 days" in text
    assert "3 new, 1 resolved" in text and "Phone" not in text
    letter = told(both, BEN, "agent_digest")[0]
    assert letter["Subject"] == "Your tickets: 1 waiting for you, 0 overdue, 1 unassigned"
    page = letter.get_body(("html",))
    assert page is not None and "%23take" in page.get_content()
    assert digests(both, CARLA) == [], "she has not asked for one"
    at(both, MONDAY.replace(hour=12))
    assert len(digests(both, BEN)) == 1
    at(both, MONDAY.replace(day=24))
    assert len(digests(both, BEN)) == 2
    assert "0 new, 0 resolved" in digests(both, BEN)[1]


def test_what_is_late_stands_once_and_where_it_is_looked_for_first(place: Place) -> None:
    wants(place, ben='digest: "8:00"')
    place.receive(mail("It is broken."))
    place.answer(BEN, "#take")
    place.answer(BEN, "#priority urgent\n#progress\nWe look.")
    place.later(2 * DAY)
    look(place.services)
    ask(place, BEN, "#digest")
    (text,) = digests(place, BEN)
    assert text.count("TKT-0001") == 1 and "Overdue: 1" in text
    place.answer(KIM, "And now?")
    ask(place, BEN, "#digest now")
    text = digests(place, BEN)[-1]
    assert text.count("TKT-0001") == 1 and "Waiting for you: 1" in text and "overdue since" in text


def test_only_what_the_agent_may_see_is_told_and_counted(place: Place) -> None:
    agents = place.folder / "agents.yaml"
    narrow = "[senior]\n    role: specialist\n    skills: [b"
    agents.write_text(agents.read_text().replace("[support, billing]\n    skills: [b", narrow))
    wants(place, ben='digest: "8:00", digest_empty: yes')
    look(place.services)
    place.receive(mail("A secret.", Subject="Salary"))
    at(place, MONDAY)
    (text,) = digests(place, BEN)
    assert "Salary" not in text and "0 new" in text


def test_nothing_to_say_is_no_mail_nor_is_a_day_off_nor_an_absence(place: Place) -> None:
    wants(place, ben='digest: "8:00"', carla='digest: "8:00", digest_empty: yes')
    at(place, place.now)
    at(place, datetime(2026, 11, 21, 7, 0, tzinfo=UTC))  # a Saturday
    assert sent(place, BEN) == sent(place, CARLA) == []
    at(place, MONDAY)
    assert (sent(place, BEN), sent(place, CARLA)) == ([], ["agent_digest"])
    place.receive(mail(), "kim@customer.example")
    place.answer(BEN, "#take")
    place.answer(BEN, "#away 3 days")
    at(place, MONDAY.replace(day=24))
    assert "agent_digest" not in sent(place, BEN)
    at(place, MONDAY.replace(day=27))
    at(place, MONDAY.replace(day=30))
    assert "agent_digest" in sent(place, BEN)


def test_the_command_sets_the_time_ends_it_and_brings_it_at_once(both: Place) -> None:
    both.receive(mail("It is broken."))
    ask(both, BEN, "#digest 7:30")
    receipt = words(both.letters(BEN)[-1])
    assert "the next one on Monday, 23 November 2026 at 07:30 CET" in receipt
    at(both, MONDAY.replace(hour=6, minute=30))
    assert len(digests(both, BEN)) == 1
    ask(both, BEN, "#digest off")
    assert "You get no digest any more" in words(both.letters(BEN)[-1])
    at(both, MONDAY.replace(day=24, hour=8))
    assert len(digests(both, BEN)) == 1
    ask(both, BEN, "#digest")
    assert "Unassigned in your queues: 1" in digests(both, BEN)[-1]
    ask(both, BEN, "#digest on")
    assert "Wednesday, 25 November 2026 at 08:00" in words(both.letters(BEN)[-1])
    ask(both, CARLA, "#überblick 8 Uhr")
    assert "der nächste am Mittwoch, 25. November 2026" in words(both.letters(CARLA)[-1])
    ask(both, CARLA, "#überblick sometimes")
    assert "keine Uhrzeit für einen Überblick" in words(both.letters(CARLA)[-1])


def test_a_desk_that_was_down_all_day_sends_no_digest_of_yesterday(place: Place) -> None:
    wants(place, ben='digest: "8:00"')
    look(place.services)
    place.receive(mail())
    at(place, MONDAY.replace(day=24, hour=3))
    assert digests(place, BEN) == []
    at(place, MONDAY.replace(day=24, hour=9))
    assert len(digests(place, BEN)) == 1, "an hour or two late is better than none"


def test_the_clock_of_the_agent_says_when_it_is_eight(place: Place) -> None:
    wants(place, ben='digest: "8:00", digest_days: daily, digest_empty: yes')
    at(place, datetime(2027, 3, 26, 12, 0, tzinfo=UTC))
    at(place, datetime(2027, 3, 27, 7, 0, tzinfo=UTC))
    assert len(digests(place, BEN)) == 1
    at(place, datetime(2027, 3, 28, 5, 59, tzinfo=UTC))  # the clock went forward
    assert len(digests(place, BEN)) == 1
    at(place, datetime(2027, 3, 28, 6, 0, tzinfo=UTC))
    assert len(digests(place, BEN)) == 2


def test_muting_the_event_ends_what_the_desk_sends_but_not_what_was_asked_for(place: Place) -> None:
    agents = place.folder / "agents.yaml"
    text = agents.read_text()
    agents.write_text(text.replace("name: Ben Okafor", "name: Ben Okafor\n    mute: [digest]"))
    wants(place, desk='digest: "8:00", digest_empty: yes')
    look(place.services)
    at(place, MONDAY)
    assert (sent(place, BEN), sent(place, CARLA)) == ([], ["agent_digest"])
    place.receive(mail())
    ask(place, BEN, "#digest 9")
    at(place, MONDAY.replace(hour=8))
    assert sent(place, BEN)[-1] == "agent_digest"


def test_stars_since_the_last_one_are_told(place: Place) -> None:
    wants(place, ben='digest: "8:00"')
    look(place.services)
    place.receive(mail())
    place.answer(BEN, "#take")
    place.answer(BEN, "#resolve\nDone.")
    place.answer(KIM, "4")
    assert place.row("tickets", 1).score == 4
    at(place, MONDAY)
    assert "1 rating: 4 of 5" in digests(place, BEN)[0]


def test_a_doubtful_score_is_counted_apart(both: Place) -> None:
    wants(both, ben='digest: "8:00"')
    look(both.services)
    stars = surveyed(both)
    both.answer(BEN, "#take")
    rates(both, stars, "5/5", "203.0.113.7")
    rates(both, stars, "1/5", "198.51.100.7")
    at(both, MONDAY)
    told = digests(both, BEN)[0]
    assert "1 rating: 5 of 5" in told
    assert "1 doubtful rating, not counted" in told
