"""Colleagues hear what concerns them, once; and the history says who did it."""

from __future__ import annotations

from maildesk.desk.actor import operator_acts
from maildesk.desk.commands.spec import Command
from maildesk.pipeline.act import act
from maildesk.pipeline.fire import fire
from tests.pipeline.place import Place, mail, words

ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))
KIM = "kim@customer.example"
DAY = 24 * 3600


def purposes(place: Place, person: str) -> list[str]:
    return [row.purpose for row in place.rows("outbox", recipient=person)]


def told(place: Place, person: str, purpose: str) -> list[str]:
    """What this person was told in mails of this kind."""
    found = zip(purposes(place, person), place.letters(person), strict=True)
    return [words(letter) for what, letter in found if what == purpose]


def test_a_ticket_that_is_given_back_is_told_to_those_who_may_take_it(both: Place) -> None:
    both.receive(mail())
    both.answer(BEN, "#take")
    both.answer(BEN, "#assign nobody")
    (news,) = told(both, CARLA, "agent_free")
    assert "Für TKT-0001 ist jetzt niemand zuständig: Printer" in news
    assert "Ben Okafor hat es dem Bereich support überlassen." in news
    assert told(both, BEN, "agent_free") == []
    both.answer(CARLA, "#mine")
    assert both.row("tickets", 1).assignee == CARLA


def test_a_ticket_that_is_moved_is_told_where_it_comes_to(place: Place) -> None:
    place.receive(mail())
    before = len(purposes(place, BEN))
    place.answer(ANA, "#queue billing")
    assert purposes(place, BEN)[before:] == ["agent_free"]
    (news,) = told(place, BEN, "agent_free")
    assert "TKT-0001 is new in billing, and nobody has it yet: Printer" in news
    assert "Ana Lindqvist moved it there." in news
    assert "Queue billing" in news


def test_who_has_a_ticket_hears_that_a_colleague_moved_it(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#take")
    place.answer(ANA, "#queue billing")
    (news,) = told(place, BEN, "agent_moved")
    assert "TKT-0001 was moved to billing by Ana Lindqvist: Printer It is still yours." in news
    assert told(place, CARLA, "agent_free") == [], "somebody has it"


def test_at_the_command_line_it_is_the_same(place: Place) -> None:
    place.receive(mail())
    act(place.services, operator_acts("ada"), [Command("assign", "ben")], ["1"])
    (receipt,) = act(place.services, operator_acts("ada"), [Command("queue", "billing")], ["1"])
    assert {(one.recipient, one.purpose) for one in receipt.mails} == {(BEN, "agent_moved")}
    assert "TKT-0001 was moved to billing: Printer" in told(place, BEN, "agent_moved")[0]


def test_the_assignee_hears_of_a_colleagues_answer_and_is_not_flooded(both: Place) -> None:
    both.receive(mail())
    both.answer(BEN, "#take")
    both.answer(CARLA, "Press the button.")
    (news,) = told(both, BEN, "agent_answered")
    assert "Carla Weiss answered TKT-0001, which is yours: Printer" in news
    assert "becomes a NOTE" in news and "Press the button." in news
    both.answer(CARLA, "For five seconds.")
    assert len(told(both, BEN, "agent_answered")) == 1
    both.answer(KIM, "It blinks now.")
    both.answer(CARLA, "Then it is done.")
    assert len(told(both, BEN, "agent_answered")) == 2
    both.answer(BEN, "Thank you, Carla.")  # the last mail of hers: a note
    assert [row.text.strip() for row in both.rows("messages", kind="note")] == ["Thank you, Carla."]
    assert told(both, CARLA, "agent_answered") == [], "nobody hears of what they did"


def test_an_answer_in_a_closed_ticket_says_that_it_was_closed_and_stays_so(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#close\nThat was it.")
    assert "stays_closed" not in str(place.rows("history"))
    place.answer(BEN, "One thing more: restart it.")
    assert "One thing more" in words(place.letters(KIM)[-1])
    receipt = told(place, BEN, "agent_transcript")[-1]
    assert "Your answer was sent to Kim. The ticket was closed, and still is." in receipt
    assert "#reopen opens it now" in receipt
    assert place.row("tickets", 1).status == "closed"
    known = len(told(place, BEN, "agent_transcript"))
    place.answer(BEN, "#reopen\nI look at it again.")
    assert place.row("tickets", 1).status == "in_progress"
    assert "still is" not in told(place, BEN, "agent_transcript")[known]
    place.answer(BEN, "It is open now.")
    assert len(told(place, BEN, "agent_transcript")) == known + 1


def test_who_escalates_by_priority_hears_nothing_of_it_themselves(place: Place) -> None:
    place.receive(mail())
    before = len(purposes(place, ANA))
    place.answer(ANA, "#priority urgent")  # she supervises the queue
    assert purposes(place, ANA)[before:] == ["agent_transcript"]
    place.receive(mail("Again.", Subject="Scanner"))
    known = len(purposes(place, ANA))
    place.answer(BEN, "#prio urgent\n#note\nIt smokes.")
    assert "escalated" in purposes(place, ANA)[known:]
    known = len(purposes(place, ANA))
    place.answer(ANA, "#escalate she is a VIP")
    assert "escalated" not in purposes(place, ANA)[known:]


def test_a_note_names_the_colleague_who_wrote_it(place: Place) -> None:
    place.receive(mail())
    place.answer(ANA, "#take")
    place.answer(BEN, "#note\nI know this one.")
    assert "Ben Okafor left a note on TKT-0001: Printer" in told(place, ANA, "agent_note")[0]


def test_what_rules_did_is_the_rules_in_the_history_and_not_the_customers(both: Place) -> None:
    both.receive(mail("Where is the invoice?", Subject="Invoice"))
    lines = both.rows("history")
    by_rules = [line for line in lines if line.rule]
    assert {line.who for line in by_rules} == {"rule"}
    assert {"priority", "category", "label"} & {line.what for line in by_rules} or by_rules
    by_kim = {line.what for line in lines if line.who == KIM}
    assert by_kim <= {"opened", "received"}


def test_a_rule_that_waits_is_the_rule_too_and_a_service_level_is_the_desk(place: Place) -> None:
    place.receive(mail(From="Kim <kim@bigcorp.example>"), "kim@bigcorp.example")
    place.later(3 * 3600 + 60)
    fire(place.services)
    assert {line.who for line in place.rows("history", what="sla")} == {"desk"}
    place.answer(ANA, "#resolve\nDone.")
    place.later(8 * DAY)
    fire(place.services)
    (closed,) = [x for x in place.rows("history", what="status") if x.detail["to"] == "closed"]
    assert (closed.who, bool(closed.rule)) == ("rule", True)


def test_a_mail_to_the_admins_has_its_line_in_the_history(place: Place) -> None:
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("admins: [ana@", "admins: [boss@", 1), encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail())
    place.answer(BEN, "#escalate it smokes")
    lines = [line.detail for line in place.rows("history", what="notified")]
    (line,) = [detail for detail in lines if detail["template"] == "admin_alarm"]
    assert line["subject"] == "TKT-0001 was escalated"
    assert line["admins"]
