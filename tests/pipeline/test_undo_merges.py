"""Acts on several tickets, taken back by mail."""

from __future__ import annotations

import threading
from typing import Any

from maildesk.desk.actor import Actor, operator_acts
from maildesk.desk.commands.receipt import Receipt
from maildesk.desk.commands.spec import Command
from maildesk.pipeline.act import act
from tests.pipeline.place import Place
from tests.pipeline.test_merges import ADA, BEN, LEE, asked, do
from tests.pipeline.test_undo import receipt, replies


def undoes(place: Place, word: str = "#undo") -> str:
    """Ben answers the receipt of what his mail did; the outcome."""
    return str(replies(place, BEN, receipt(place, BEN), word).outcome)


def test_a_merge_is_taken_back_by_mail_with_all_that_came_with_it(both: Place) -> None:
    asked(both, "The printer jams.")
    asked(both, "It jams again.")
    do(both, "spent", "1h")
    do(both, "spent", "30m", "2")
    do(both, "tag", "+vip", "2")
    both.answer(BEN, "#merge 1\n#priority high")
    assert [row.merged_into for row in both.rows("tickets")] == [2, None]
    undoes(both)
    first, second = both.rows("tickets")
    assert (first.merged_into, second.merged_into) == (None, None)
    assert (first.spent, second.spent) == (3600, 1800)
    assert (first.labels, second.labels) == ([], ["vip"])
    assert second.priority == "normal"
    undoes(both, "#UNDO")
    assert [row.merged_into for row in both.rows("tickets")] == [2, None]
    assert both.row("tickets", 2).spent == 5400


def test_time_that_was_noted_beside_a_merge_is_taken_back_with_it(both: Place) -> None:
    asked(both, "The printer jams.")
    asked(both, "It jams again.")
    do(both, "spent", "1h")
    do(both, "spent", "30m", "2")
    both.answer(BEN, "#merge 1\n#spent 20m")
    assert both.row("tickets", 2).spent == 6600
    undoes(both)
    assert [row.spent for row in both.rows("tickets")] == [3600, 1800]
    undoes(both, "#UNDO")
    assert both.row("tickets", 2).spent == 6600


def test_who_takes_an_unmerge_back_brings_nobody_in_without_their_ticket(both: Place) -> None:
    asked(both, "My invoice is wrong.", LEE)
    asked(both, "The printer jams.")
    assert do(both, "merge", "1", "2", is_confirmed=True).problems == ()
    both.later(60)
    both.answer(BEN, "#unmerge")
    assert both.rows("participants", ticket_id=2) == []
    undoes(both)
    assert both.rows("participants", ticket_id=2) == [], "it is asked about, as before"
    assert [row.reason for row in both.rows("quarantine")] == ["mixes_customers"]


def test_a_link_is_taken_back_by_mail_and_one_that_stood_before_is_not(both: Place) -> None:
    asked(both, "The printer jams.")
    asked(both, "It jams again.")
    both.answer(BEN, "#link 1\n#priority high")
    first = receipt(both, BEN)
    both.answer(BEN, "#link 1\n#label +vip")
    undoes(both)
    assert len(both.rows("links")) == 2
    assert both.row("tickets", 2).labels == []
    replies(both, BEN, first, "#UNDO")
    assert both.rows("links") == []
    assert both.row("tickets", 2).priority == "normal"


def test_what_a_colleague_has_unlinked_since_keeps_nothing_else_from_being_taken_back(
    both: Place,
) -> None:
    asked(both, "The printer jams.")
    asked(both, "It jams again.")
    both.answer(BEN, "#link 1\n#also +kim@home.example\n#priority high")
    do(both, "unlink", "1", "2")
    do(both, "also", "-kim@home.example", "2")
    assert undoes(both) == "threaded"
    assert both.row("tickets", 2).priority == "normal"


def test_two_who_take_back_crosswise_never_wait_for_each_other_for_ever(both: Place) -> None:
    bo = operator_acts("bo")
    for round_ in range(6):
        one, two = asked(both, f"One {round_}."), asked(both, f"Two {round_}.")
        gate, receipts = threading.Barrier(2), list[Receipt]()
        act(both.services, ADA, [Command("link", two)], [one])
        act(both.services, bo, [Command("unlink", one)], [two])
        act(both.services, bo, [Command("link", one)], [two])

        def undoes(who: Actor, where: str, gate: Any = gate, out: Any = receipts) -> None:
            gate.wait()
            out += act(both.services, who, [Command("undo")], [where])

        threads = [threading.Thread(target=undoes, args=pair) for pair in ((ADA, one), (bo, two))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(receipts) == 2, "neither was given up for the other"
        assert both.rows("links") == []
