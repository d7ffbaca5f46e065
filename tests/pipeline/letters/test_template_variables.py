"""Notices and acknowledgements tell times in the desk's zone: a promise, a deadline, the next
opening, and a delay."""

from __future__ import annotations

from maildesk.pipeline.fire import fire
from tests.pipeline.place import Place, mail, words
from tests.stories.running_desk import address_in

HOUR = 3600
VIP = "kim@bigcorp.example"  # high priority, by a rule: an answer within four hours of the office
ANA = "ana@desk.example"


def last(place: Place, recipient: str) -> str:
    return words(place.letters(recipient)[-1])


def ask(place: Place, person: str) -> None:
    place.receive(mail("Help.", From=person), person)


def test_an_acknowledgement_promises_what_the_service_level_says(place: Place) -> None:
    ask(place, VIP)  # at eleven in Berlin; the office closes at three
    assert "You can expect an answer by Friday, 20 November 2026 at 15:00 CET" in last(place, VIP)


def test_out_of_hours_it_says_when_somebody_is_back(place: Place) -> None:
    place.later(10 * HOUR)
    ask(place, "sam@customer.example")
    assert "We will be back on Monday, 23 November 2026 at 09:00 CET." in last(
        place, "sam@customer.example"
    )


def test_a_warning_names_the_deadline_the_policy_and_what_is_used_up(place: Place) -> None:
    ask(place, VIP)
    place.later(3 * HOUR + 60)
    fire(place.services)
    told = last(place, ANA)
    assert "of TKT-0001 is due soon" in told
    assert "(High: 4h, 3h" in told


def test_a_warning_after_an_outage_says_how_late_it_is(place: Place) -> None:
    ask(place, VIP)
    place.later(3 * HOUR + 30 * 60)
    fire(place.services)
    assert "This notice is 30 minutes late" in last(place, ANA)


def test_a_desk_without_service_levels_of_its_own_promises_nothing(place: Place) -> None:
    (place.folder / "sla.yaml").unlink()
    rules = (place.folder / "rules.yaml").read_text(encoding="utf-8")
    (place.folder / "rules.yaml").write_text(
        rules.partition("  - name: Mark what came")[0], encoding="utf-8"
    )
    assert place.services.keeper.reload_now()
    ask(place, "sam@customer.example")
    assert "We will get back to you as soon as we can." in last(place, "sam@customer.example")


def test_what_was_done_is_listed_once_and_what_was_not_with_the_reason(place: Place) -> None:
    ask(place, "sam@customer.example")
    notice = place.letters("carla@desk.example")[-1]

    def say(text: str) -> str:
        place.receive(
            mail(text, From="Carla <carla@desk.example>"),
            "carla@desk.example",
            address_in(notice["Reply-To"]),
        )
        return last(place, "carla@desk.example")

    done = say("#take\n#priority high")
    assert "getan #take getan #priority high" in done
    assert "mailto:" not in done
    asked = say("#prioritty high\n#assign bob\nHallo Sam")
    assert "#prioritty high: #prioritty ist kein Befehl; meinten Sie #priority?" in asked
    assert "#assign bob: weder jemand bei uns noch ein Team heißt „bob“" in asked
    assert "> #prioritty high > #assign bob > Hallo Sam" in asked
