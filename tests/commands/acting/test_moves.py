"""`maildesk ticket take`, `resolve`, `wait`, `letin` … and the words beside them."""

from __future__ import annotations

import pytest

from tests.commands.acting.asking import BEN, KIM, ask, statuses
from tests.pipeline.place import Place
from tests.pipeline.place import mail as message


def test_every_move_is_a_command_on_any_number_of_tickets(place: Place) -> None:
    for name, status in (
        ("start", "in_progress"),
        ("wait", "waiting"),
        ("hold", "on_hold"),
        ("spam", "spam"),
        ("notspam", "open"),
        ("close", "closed"),
        ("reopen", "open"),
    ):
        done = ask(place, name, "1", "TKT-0002", "--as", "ben")
        assert done.exit_code == 0, done.output
        assert statuses(place) == [status, status], name


def test_an_agent_takes_tickets_and_the_operator_has_nobody_to_give_them_to(place: Place) -> None:
    assert ask(place, "take", "1", "2", "--as", "ben").exit_code == 0
    assert [row.assignee for row in place.rows("tickets")] == [BEN, BEN]
    wrong = ask(place, "take", "1")
    assert (wrong.exit_code, "only an agent can use" in wrong.stderr) == (1, True)


def test_the_answer_that_resolves_is_the_resolution_and_goes_out_with_the_survey(
    place: Place,
) -> None:
    before = len(place.letters(KIM))
    done = ask(place, "resolve", "1", "--reply", "It was the cable.", "--as", "ben")
    assert done.exit_code == 0, done.output
    row = place.row("tickets", 1)
    assert (row.status, row.resolution) == ("resolved", "It was the cable.")
    assert "It was the cable." in place.letters(KIM)[-1].as_string()
    assert len(place.letters(KIM)) == before + 1


def test_words_for_the_customer_and_words_for_colleagues_stand_beside_a_move(place: Place) -> None:
    done = ask(place, "wait", "1", "--reply", "-", given="Which version\nis it?\n")
    assert done.exit_code == 0, done.output
    assert statuses(place)[0] == "waiting"
    assert "Which version" in place.letters(KIM)[-1].as_string()
    before = len(place.letters(KIM))
    done = ask(place, "priority", "2", "high", "--note", "She has called.", "--as", "ben")
    assert done.exit_code == 0, done.output
    assert [row.text for row in place.rows("messages", kind="note")] == ["She has called."]
    assert (place.row("tickets", 2).priority, len(place.letters(KIM))) == ("high", before)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("resolve", "1", "It was the cable."), "words go behind --reply or --note"),
        (("close", "1", "--reply", "  "), "--reply has no words"),
        (("close", "1", "--reply", "-", "--note", "-"), "standard input is read once"),
        (("start",), "ticket start needs at least one reference; or --for QUERY"),
    ],
)
def test_a_slip_is_told_and_nothing_is_done(
    place: Place, words: tuple[str, ...], said: str
) -> None:
    wrong = ask(place, *words)
    assert (wrong.exit_code, said in wrong.stderr) == (2, True), wrong.stderr
    assert statuses(place) == ["open", "open"]


def test_both_words_at_once_contradict_each_other(place: Place) -> None:
    wrong = ask(place, "close", "1", "--reply", "Bye.", "--note", "At last.")
    assert (wrong.exit_code, "not done" in wrong.stderr) == (1, True), wrong.output
    assert statuses(place)[0] == "open"


def test_a_stranger_who_waits_is_let_in_or_kept_out(place: Place) -> None:
    last = place.letters(KIM)[-1]
    for who in ("lee@x.example", "eva@x.example"):
        place.receive(message("I know more.", From=who, In_Reply_To=str(last["Message-ID"])), who)
    number = place.rows("messages", kind="stranger")[0].ticket_id
    done = ask(place, "letin", str(number), "lee@x.example", "--reply", "Welcome.", "--as", "ben")
    assert done.exit_code == 0, done.output
    assert "let in" in done.stdout or "participants" in done.stdout
    assert "Welcome." in place.letters("lee@x.example")[-1].as_string()
    done = ask(place, "keepout", str(number), "eva@x.example")
    assert done.exit_code == 0, done.output
    assert place.letters("eva@x.example") == []
    wrong = ask(place, "letin", str(number), "max@x.example")
    assert (wrong.exit_code, "not done" in wrong.stderr) == (1, True)


def test_an_answer_goes_to_all_where_it_says_so(place: Place) -> None:
    assert ask(place, "cc", "1", "+lee@x.example").exit_code == 0
    place.receive(
        message("And?", From=KIM, Subject="Re: [TKT-0001] Question", To="support@desk.example")
    )
    assert ask(place, "reply", "1", "To all.", "--all", "--as", "ben").exit_code == 0
    assert "To all." in place.letters("lee@x.example")[-1].as_string()
