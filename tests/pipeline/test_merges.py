"""Tickets are merged: one conversation from then on, whichever number, address or Message-ID
somebody uses; and taken apart again, as if nothing had been, but for what was written since."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from maildesk.desk.actor import agent_acts, operator_acts
from maildesk.desk.commands.receipt import Receipt
from maildesk.desk.commands.spec import Command
from maildesk.desk.filters.fields import Asker
from maildesk.desk.filters.parse import parse
from maildesk.desk.filters.values import EVERYTHING
from maildesk.pipeline.act import act
from maildesk.store.queries import ticket_queries
from tests.pipeline.place import Place, mail, told, words
from tests.pipeline.test_stale_replies import answers, taps

ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))
KIM, LEE = "kim@customer.example", "lee@elsewhere.example"
ADA = operator_acts("ada")


def asked(place: Place, text: str, sender: str = KIM, **fields: str) -> str:
    """A customer's new mail; the reference of its ticket."""
    place.later(60)
    place.receive(mail(text, From=sender, **fields), sender)
    return str(place.rows("tickets")[-1].reference)


def do(place: Place, command: str, value: str, to: str = "1", **more: Any) -> Receipt:
    place.later(60)
    (receipt,) = act(place.services, ADA, [Command(command, value)], [to], **more)
    return receipt


def codes(receipt: Receipt) -> list[str]:
    return [one.code for one in receipt.problems]


def found(place: Place, query: str) -> list[str]:
    policy = place.services.keeper.current.policy
    with place.services.db.read() as conn:
        page = ticket_queries.find(
            conn, parse(query, Asker(policy, place.now)), EVERYTHING, policy, limit=50
        )
    return [one.reference for one in page.tickets]


def written(place: Place, ticket: int, *whats: str) -> list[Any]:
    lines = place.rows("history", ticket_id=ticket)
    return [line for line in lines if line.what in whats]


def test_one_customers_two_tickets_are_one_conversation_and_both_sides_say_so(both: Place) -> None:
    asked(both, "The printer jams.")
    asked(both, "It still jams, serial 4711.", Subject="Printer again")
    both.later(60)
    act(both.services, ADA, [Command("tag", "+vip"), Command("spent", "15m")], ["2"])
    receipt = do(both, "merge", "TKT-0002")
    assert receipt.problems == ()
    assert receipt.undo == (Command("unmerge", "TKT-0002"),)
    stays, gone = both.rows("tickets")
    assert (gone.merged_into, gone.status) == (1, "closed")
    assert (stays.spent, stays.labels, stays.message_count) == (900, ["vip"], 2)
    assert [row.ticket_id for row in both.rows("messages")] == [1, 1]
    (took,), (merged,) = written(both, 1, "took_in"), written(both, 2, "merged")
    assert (took.detail["reference"], took.who) == ("TKT-0002", "ada")
    assert (merged.detail["into"], merged.who) == ("TKT-0001", "ada")
    assert both.rows("timers", ticket_id=2, state="due") == []
    assert found(both, "4711") == found(both, "jams") == ["TKT-0001"]


def test_the_customer_is_told_once_in_their_own_conversation(both: Place) -> None:
    asked(both, "The printer jams.")
    asked(both, "It still jams.", Subject="Printer again")
    asked(both, "Really.", Subject="And again")
    do(both, "merge", "2 3")
    (letter,) = told(both, KIM, "ticket_merged")
    said = words(letter)
    assert "TKT-0001" in said and "Printer again" in said
    assert "Printer again [TKT-0002]" in str(letter["Subject"])
    assert str(letter["References"]).split() == [
        f"<{abs(hash('It still jams.'))}@customer.example>"
    ]
    both.answer(KIM, "Thank you.")
    assert both.rows("messages")[-1].ticket_id == 1


def test_a_desk_that_wants_nobody_told_says_so(place: Place) -> None:
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    assert "\n  tell: yes\n" in text
    file.write_text(text.replace("\n  tell: yes\n", "\n  tell: no\n"), encoding="utf-8")
    assert place.services.keeper.reload_now()
    asked(place, "The printer jams.")
    asked(place, "It still jams.")
    assert do(place, "merge", "2").problems == ()
    assert told(place, KIM, "ticket_merged") == []


@pytest.mark.parametrize("way", ["address", "message id", "foreign id", "subject"])
def test_an_answer_to_the_old_ticket_comes_to_the_new_one(both: Place, way: str) -> None:
    asked(both, "The printer jams.")
    asked(both, "It still jams.")
    old = both.letters(KIM)[-1]  # the acknowledgement of the second
    do(both, "merge", "2")
    both.later(3 * 365 * 86_400 if way == "subject" else 60)
    fields = {
        "address": {"To": str(old["Reply-To"]).rpartition("<")[2].rstrip(">")},
        "message id": {"In_Reply_To": str(old["Message-ID"])},
        "foreign id": {"In_Reply_To": f"<{abs(hash('It still jams.'))}@customer.example>"},
        "subject": {"Subject": "Re: Printer [TKT-0002]"},
    }[way]
    row = both.receive(mail("One word more.", **fields), KIM, *filter(None, [fields.get("To")]))
    assert row.outcome == "threaded"
    assert both.rows("messages")[-1].ticket_id == 1
    assert len(both.rows("tickets")) == 2


def test_an_agents_answer_and_commands_to_the_old_notification_act_on_the_new_ticket(
    both: Place,
) -> None:
    asked(both, "The printer jams.")
    asked(both, "It still jams.")
    old = both.letters(BEN)[-1]
    do(both, "merge", "2")
    both.later(60)
    answers(both, BEN, old, "#priority high\nPull the paper out.")
    stays, gone = both.rows("tickets")
    assert (stays.priority, gone.priority) == ("high", "normal")
    assert both.rows("messages")[-1].ticket_id == 1
    assert "Pull the paper out." in words(both.letters(KIM)[-1])
    (receipt,) = act(both.services, ADA, [Command("category", "printing")], ["TKT-0002"])
    assert receipt.reference == "TKT-0001" or receipt.problems


def test_a_bounce_of_the_old_tickets_mail_is_told_to_who_has_the_new_one(both: Place) -> None:
    asked(both, "The printer jams.")
    asked(both, "It still jams.")
    both.answer(BEN, "#take\nPull the paper out.")
    sent = both.rows("outbox", purpose="reply")[-1]
    do(both, "merge", "2")
    both.deliver()
    path = sent.mail_from
    report = mail(
        "--b\r\nContent-Type: text/plain\r\n\r\nNo.\r\n--b\r\nContent-Type: "
        "message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {KIM}\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--",
        From="mailer-daemon@mx.example",
        To=path,
        Content_Type="multipart/report; report-type=delivery-status; boundary=b",
    )
    both.receive(report, "", path)
    assert written(both, 1, "bounced")
    assert told(both, BEN, "agent_undelivered")


def test_two_customers_tickets_are_asked_about_first_and_merged_by_one_tap(both: Place) -> None:
    asked(both, "The printer jams.")
    asked(both, "No paper comes.", LEE)
    note = both.letters(BEN)[0]
    both.later(60)
    assert answers(both, BEN, note, "#merge TKT-0002").outcome == "held"
    (question,) = told(both, BEN, "agent_mixes")
    said = words(question)
    assert KIM.partition("@")[0] in said.lower() and "TKT-0002" in said
    assert both.row("tickets", 2).merged_into is None
    (held,) = both.rows("quarantine")
    assert (held.reason, held.state) == ("mixes_customers", "held")
    taps(both, BEN, question, "#confirm")
    assert both.row("tickets", 2).merged_into == 1
    (people,) = both.rows("participants", ticket_id=1)
    assert (people.address, people.status) == (LEE, "in")
    (letter,) = told(both, LEE, "ticket_merged")
    whole = letter.as_string()
    assert "jams" not in whole and "Kim" not in whole


def test_the_question_is_no_merge_where_it_is_thrown_away_or_only_the_sender_was_asked_about(
    place: Place,
) -> None:
    asked(place, "The printer jams.")
    asked(place, "No paper comes.", LEE)
    note = place.letters(BEN)[0]
    answers(place, BEN, note, "#merge 2")
    taps(place, BEN, told(place, BEN, "agent_mixes")[-1], "#discard")
    assert place.row("tickets", 2).merged_into is None
    # held for another reason, and released: that it was theirs says nothing of the merge
    to = str(note["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(mail("#merge 2\n", From="Eve <eve@elsewhere.example>", To=to), KIM, to)
    assert place.row("tickets", 2).merged_into is None


def test_what_an_agent_says_beside_the_merge_goes_to_both_customers_and_quotes_neither(
    both: Place,
) -> None:
    asked(both, "The printer jams.")
    asked(both, "No paper comes.", LEE)
    assert do(both, "merge", "2", is_confirmed=True).problems == ()
    both.later(60)
    both.answer(BEN, "#reply\nA technician comes on Monday.")
    for person, other in ((KIM, "No paper comes"), (LEE, "The printer jams")):
        letter = both.letters(person)[-1]
        assert "on Monday" in words(letter), person
        assert other not in letter.as_string()


def test_whoever_is_kept_out_of_either_stays_out(both: Place) -> None:
    asked(both, "The printer jams.")
    asked(both, "It still jams.")
    act(both.services, ADA, [Command("keepout", LEE)], ["2"])
    do(both, "merge", "2")
    (one,) = both.rows("participants", ticket_id=1)
    assert (one.address, one.status) == (LEE, "out")
    do(both, "unmerge", "")
    assert both.rows("participants", ticket_id=1) == []


def test_what_a_merge_cannot_do_it_refuses_and_nothing_is_done(both: Place) -> None:
    for text in ("One.", "Two.", "Three.", "Four.", "Five."):
        asked(both, text)
    act(both.services, ADA, [Command("close")], ["3"])
    act(both.services, ADA, [Command("spam")], ["4"])
    do(both, "merge", "5", "2")
    assert codes(do(both, "merge", "1")) == ["merge_itself"]
    assert codes(do(both, "merge", "TKT-0099")) == ["no_ticket_seen"]
    assert codes(do(both, "merge", "2 3")) == ["cannot_merge"]
    assert codes(do(both, "merge", "4")) == ["cannot_merge"]
    assert codes(do(both, "merge", "5")) == ["already_merged"]
    assert codes(do(both, "merge", "2", "5")) == ["merge_itself"]  # 5 is part of 2
    assert codes(do(both, "merge", "1", "3")) == ["cannot_merge"]
    assert codes(do(both, "merge", " ".join(map(str, range(1, 30))))) == ["too_many_tickets"]
    assert codes(do(both, "merge", "")) == ["needs_reference"]
    assert codes(do(both, "unmerge", "", "3")) == ["nothing_merged"]
    assert codes(do(both, "unmerge", "1", "2")) == ["not_merged_here"]
    assert [row.merged_into for row in both.rows("tickets")] == [None, None, None, None, 2]


def test_an_agent_merges_nothing_that_they_may_not_see(place: Place) -> None:
    asked(place, "The printer jams.")
    asked(place, "About my bill.")
    act(place.services, ADA, [Command("queue", "billing")], ["2"])
    file = place.folder / "agents.yaml"
    before, carla, after = file.read_text(encoding="utf-8").partition("address: carla@desk.example")
    after = after.replace("teams: [support, billing]", "teams: [support]", 1)
    file.write_text(before + carla + after, encoding="utf-8")
    assert place.services.keeper.reload_now()
    agent = place.services.keeper.current.policy.agent(CARLA)
    assert agent is not None
    by = agent_acts(agent)
    (hidden,) = act(place.services, by, [Command("merge", "2")], ["1"])
    (absent,) = act(place.services, by, [Command("merge", "99")], ["1"])
    assert codes(hidden) == codes(absent) == ["no_ticket_seen"]


def test_unmerging_takes_it_back_and_leaves_what_was_written_since(both: Place) -> None:
    asked(both, "The printer jams.")
    asked(both, "No paper comes, serial 4711.", LEE, Subject="Paper")
    act(both.services, ADA, [Command("tag", "+vip"), Command("assign", "carla")], ["2"])
    before = [row._asdict() for row in both.rows("tickets")]
    do(both, "merge", "2", is_confirmed=True)
    both.later(60)
    both.receive(mail("Since then.", From=LEE, Subject="Re: Paper [TKT-0002]"), LEE)
    assert both.rows("messages")[-1].ticket_id == 1
    receipt = do(both, "unmerge", "")
    assert receipt.problems == ()
    stays, gone = both.rows("tickets")
    assert (gone.merged_into, gone.status, gone.closed_at) == (None, before[1]["status"], None)
    assert (stays.labels, stays.assignee) == ([], "")
    assert [row.ticket_id for row in both.rows("messages")] == [1, 2, 1]
    assert both.rows("participants", ticket_id=1) == []
    assert found(both, "4711") == ["TKT-0002"]
    assert both.rows("links") == []
    assert written(both, 1, "gave_back") and written(both, 2, "unmerged")
    both.receive(mail("To mine.", From=LEE, Subject="Re: Paper [TKT-0002]"), LEE)
    assert both.rows("messages")[-1].ticket_id == 2


def test_a_merge_of_merges_comes_apart_in_its_order(both: Place) -> None:
    for text in ("One.", "Two.", "Three."):
        asked(both, text)
    do(both, "merge", "3", "2")
    do(both, "merge", "2", "1")
    assert [row.merged_into for row in both.rows("tickets")] == [None, 1, 1]
    assert [row.ticket_id for row in both.rows("messages")] == [1, 1, 1]
    assert codes(do(both, "unmerge", "3")) == ["not_merged_here"]
    do(both, "unmerge", "2")
    assert [row.merged_into for row in both.rows("tickets")] == [None, None, 2]
    assert [row.ticket_id for row in both.rows("messages")] == [1, 2, 2]
    do(both, "unmerge", "TKT-0003", "TKT-0003")
    assert [row.ticket_id for row in both.rows("messages")] == [1, 2, 3]
    assert all(row.written_in is None for row in both.rows("messages"))


def test_who_has_the_merged_ticket_hears_of_it(both: Place) -> None:
    asked(both, "The printer jams.")
    asked(both, "It still jams.")
    act(both.services, ADA, [Command("assign", "carla")], ["2"])
    do(both, "merge", "2")
    (letter,) = told(both, CARLA, "agent_merged")
    assert "TKT-0002" in words(letter) and "TKT-0001" in words(letter)
    assert both.row("tickets", 1).assignee == CARLA


def test_the_earliest_promise_is_the_tickets_own_from_then_on(both: Place) -> None:
    asked(both, "The printer jams.")
    both.later(3600)
    asked(both, "It still jams.")
    first, second = both.rows("tickets")
    do(both, "merge", "1", "2")
    stays = both.row("tickets", 2)
    assert second.breaches_at is not None
    assert stays.breaches_at == first.breaches_at
    assert both.row("tickets", 1).breaches_at is None
    do(both, "unmerge", "1", "2")
    assert both.row("tickets", 2).breaches_at == second.breaches_at
    assert both.row("tickets", 1).breaches_at == first.breaches_at


def test_two_agents_who_merge_crosswise_never_wait_for_each_other_for_ever(both: Place) -> None:
    for round_ in range(6):
        one, two = asked(both, f"One {round_}."), asked(both, f"Two {round_}.")
        gate, receipts = threading.Barrier(2), list[Receipt]()

        def merges(into: str, other: str, gate: Any = gate, out: Any = receipts) -> None:
            gate.wait()
            out += act(both.services, ADA, [Command("merge", other)], [into])

        threads = [threading.Thread(target=merges, args=pair) for pair in ((one, two), (two, one))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(map(codes, receipts)) == [[], ["merge_itself"]]


def test_links_are_known_from_both_sides(both: Place) -> None:
    asked(both, "The printer jams.")
    asked(both, "No paper comes.", LEE)
    receipt = do(both, "link", "TKT-0002")
    assert receipt.undo == (Command("unlink", "TKT-0002"),)
    assert [(row.ticket_id, row.other_id) for row in both.rows("links")] == [(1, 2), (2, 1)]
    assert written(both, 1, "linked") and written(both, 2, "linked")
    assert codes(do(both, "link", "1")) == ["link_itself"]
    do(both, "unlink", "2")
    assert both.rows("links") == []
    assert codes(do(both, "unlink", "2")) == ["not_linked"]


def test_a_message_becomes_a_ticket_of_its_own_by_the_rules_of_new_tickets(both: Place) -> None:
    asked(both, "The printer jams.")
    both.later(60)
    both.receive(mail("And my bill is wrong.", Subject="Re: Bill [TKT-0001]"), KIM)
    note = both.letters(BEN)[-1]
    both.later(3600)
    answers(both, BEN, note, "#split")
    first, second = both.rows("tickets")
    assert (second.subject, second.requester_address, second.status) == ("Bill", KIM, "open")
    assert [row.ticket_id for row in both.rows("messages")] == [1, 2]
    assert (first.message_count, second.message_count) == (1, 1)
    (split,), (off,) = written(both, 1, "split"), written(both, 2, "split_off")
    assert (split.detail["to"], split.who) == ("TKT-0002", BEN)
    assert off.detail["from"] == "TKT-0001"
    assert {row.kind for row in both.rows("links")} == {"linked"}
    assert both.rows("outbox", ticket_id=2, purpose="acknowledgement")
    assert "TKT-0002" in found(both, "bill")
    # promised since it was written, and not since it was split off
    assert second.breaches_at is not None and first.breaches_at is not None
    assert 0 <= (second.breaches_at - first.breaches_at).total_seconds() <= 60
    both.receive(mail("Well?", Subject="Re: Bill [TKT-0002]"), KIM)
    assert both.rows("messages")[-1].ticket_id == 2


def test_a_message_is_split_by_its_number_and_what_cannot_be_is_refused(both: Place) -> None:
    asked(both, "The printer jams.")
    assert codes(do(both, "split", "")) == ["only_message"]
    act(both.services, ADA, [Command("note", "He pays late.")], ["1"])
    both.receive(mail("And my bill is wrong.", Subject="Re: Bill [TKT-0001]"), KIM)
    assert codes(do(both, "split", "2")) == codes(do(both, "split", "9")) == ["no_message"]
    assert codes(do(both, "split", "the bill")) == ["no_message"]
    assert do(both, "split", "1").problems == ()
    assert [row.ticket_id for row in both.rows("messages")] == [2, 1, 1]


def test_a_strangers_message_is_split_off_and_the_stranger_waits_no_more(place: Place) -> None:
    asked(place, "The printer jams.")
    mine = f"<{abs(hash('The printer jams.'))}@customer.example>"
    place.receive(mail("Mine, too.", From=LEE, In_Reply_To=mine, Subject="Re: Printer"), LEE)
    (waits,) = place.rows("participants", ticket_id=1)
    assert (waits.address, waits.status) == (LEE, "waiting")
    assert do(place, "split", "2").problems == ()
    assert place.rows("participants", ticket_id=1) == []
    assert place.row("tickets", 2).requester_address == LEE
    assert [(row.ticket_id, row.kind) for row in place.rows("messages")] == [
        (1, "public"),
        (2, "public"),
    ]


def test_a_ticket_that_slept_and_is_taken_out_again_is_awake(both: Place) -> None:
    """Its timer ended with the merge, so nothing would ever wake it."""
    asked(both, "The printer jams.")
    asked(both, "It jams again.")
    do(both, "snooze", "2d", "2")
    do(both, "merge", "2")
    do(both, "unmerge", "2")
    assert [row.snoozed_until for row in both.rows("tickets")] == [None, None]
    assert both.rows("timers", ticket_id=2, kind="snooze") == []
