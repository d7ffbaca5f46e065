"""`#delete` asks first, one tap does it, and nothing of the ticket is left; who may, and what is
said of a ticket that is gone."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from maildesk.desk.actor import operator_acts
from maildesk.desk.commands.receipt import Receipt
from maildesk.desk.commands.spec import About, Command
from maildesk.desk.commands.table import COMMANDS
from maildesk.pipeline import queue_acts
from maildesk.pipeline.act import act
from maildesk.pipeline.receive import receive
from tests.pipeline.deletion.test_erase import OTTI, WORDS, a_life, swept
from tests.pipeline.deletion.traces import traces
from tests.pipeline.delivery.test_delivery_reports import report
from tests.pipeline.place import Place, mail, told, words
from tests.pipeline.test_stale_replies import answers, taps

ANA, BEN = "ana@desk.example", "ben@desk.example"
ADA = operator_acts("ada")


@pytest.fixture
def desk(both: Place) -> Place:
    """The example desk; Ana may delete."""
    may_delete(both)
    return both


def may_delete(place: Place) -> None:
    replaced(place, "agents.yaml", "role: admin", "role: super_admin")
    replaced(place, "desk.yaml", "\ntrust:\n", "\ntrust:\n  levels: {delete: signed}\n")


def replaced(place: Place, name: str, old: str, new: str) -> None:
    file = place.folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert place.services.keeper.reload_now()


def asks(place: Place) -> None:
    """Ottilie's ticket, of which Ana has a notification."""
    place.receive(mail("Where is Zanzibar?", From=f"Ottilie <{OTTI}>", Subject="Quagmire"), OTTI)
    place.later(60)
    place.deliver()


def deletes(place: Place, to: str = "1", **more: Any) -> Receipt:
    place.later(60)
    (receipt,) = act(place.services, ADA, [Command("delete")], [to], **more)
    return receipt


def codes(receipt: Receipt) -> list[str]:
    return [one.code for one in receipt.problems]


def test_by_mail_it_asks_first_and_one_tap_does_it(desk: Place) -> None:
    asks(desk)
    assert desk.answer(ANA, "#delete").outcome == "held"
    (held,) = desk.rows("quarantine")
    assert held.reason == "asks_delete"
    (question,) = told(desk, ANA, "agent_delete")
    assert "NOTHING HAS BEEN DELETED YET" in words(question)
    assert f"Ottilie <{OTTI}>" in words(question)
    desk.later(60)
    taps(desk, ANA, question, "#confirm")
    assert desk.rows("tickets") == []
    (gone,) = desk.rows("deleted_tickets")
    assert (gone.reference, gone.by) == ("TKT-0001", ANA)
    last = desk.letters(ANA)[-1]
    assert "TKT-0001 is deleted" in words(last)
    assert str(last["Subject"]) == "Re: #delete"
    assert swept(desk)
    assert traces(desk, *WORDS) == []


def test_what_comes_while_it_is_asked_is_shown_before_it_goes(desk: Place) -> None:
    asks(desk)
    desk.answer(ANA, "#delete")
    desk.later(60)
    desk.answer(OTTI, "Found it: near the Quagmire.")
    desk.later(60)
    taps(desk, ANA, told(desk, ANA, "agent_delete")[-1], "#confirm")
    assert len(desk.rows("tickets")) == 1, "she has written since"
    assert len(told(desk, ANA, "agent_delete")) == 2
    desk.later(60)
    taps(desk, ANA, told(desk, ANA, "agent_delete")[-1], "#confirm", Message_ID="<2@desk.example>")
    assert desk.rows("tickets") == []


def test_whoever_may_not_is_told_what_is_missing_and_nothing_is_asked(desk: Place) -> None:
    asks(desk)
    assert desk.answer(BEN, "#delete").outcome == "held"
    assert "delete" in words(desk.letters(BEN)[-1])
    assert told(desk, BEN, "agent_delete") == []
    assert [row.reason for row in desk.rows("quarantine")] == ["unknown_command"]


@pytest.mark.parametrize("text", ["#delete\n\nBye, Ottilie.", "#delete\n#close"])
def test_it_stands_alone(place: Place, text: str) -> None:
    may_delete(place)
    asks(place)
    place.answer(ANA, text)
    assert "stands alone" in words(place.letters(ANA)[-1])
    assert len(place.rows("tickets")) == 1


def test_another_tickets_number_deletes_nothing(place: Place) -> None:
    may_delete(place)
    asks(place)
    place.answer(ANA, "#delete 17")
    assert "nothing was deleted" in words(place.letters(ANA)[-1])
    assert len(place.rows("tickets")) == 1


def test_a_mail_that_proves_too_little_deletes_nothing(place: Place) -> None:
    """By default it has to be vouched for, and that a person let it through is not enough."""
    replaced(place, "agents.yaml", "role: admin", "role: super_admin")
    asks(place)
    assert place.answer(ANA, "#delete").outcome == "held"
    assert "of which your mail server" in words(place.letters(ANA)[-1])
    (held,) = place.rows("quarantine")
    queue_acts.act(place.services, ADA, queue_acts.release, held.id)
    receive(place.services)
    assert told(place, ANA, "agent_delete") == []
    assert len(place.rows("tickets")) == 1


def test_one_that_the_server_vouches_for_does(place: Place) -> None:
    replaced(place, "agents.yaml", "role: admin", "role: super_admin")
    replaced(place, "desk.yaml", "# authserv_id:", "authserv_id:")
    asks(place)
    last = place.letters(ANA)[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    fields = {"From": ANA, "To": to, "In_Reply_To": str(last["Message-ID"])}
    fields["Authentication_Results"] = "mx.desk.example; dmarc=pass header.from=desk.example"
    place.receive(mail("#delete", **fields), ANA, to)
    assert len(told(place, ANA, "agent_delete")) == 1


def test_a_new_mail_to_the_desk_names_the_ticket(place: Place) -> None:
    may_delete(place)
    replaced(place, "desk.yaml", "# authserv_id:", "authserv_id:")
    asks(place)
    vouched = {"Authentication_Results": "mx.desk.example; dmarc=pass header.from=desk.example"}
    place.receive(mail("#delete TKT-0001", From=ANA, Subject="Away", **vouched), ANA)
    (question,) = told(place, ANA, "agent_delete")
    taps(place, ANA, question, "#confirm", **vouched)
    assert place.rows("tickets") == []
    place.receive(mail("#show 1", From=ANA, Subject="Where", **vouched), ANA)
    assert "TKT-0001 was deleted on" in words(place.letters(ANA)[-1])
    assert "by Ana Lindqvist" in words(place.letters(ANA)[-1])


def test_who_answers_an_old_notification_hears_that_it_is_gone(place: Place) -> None:
    asks(place)
    old = place.letters(BEN)[-1]
    deletes(place, is_confirmed=True)
    assert answers(place, BEN, old, "I have it.").outcome == "held no_ticket"
    assert "TKT-0001 was deleted on" in words(place.letters(BEN)[-1])


def test_a_report_that_comes_back_after_it_is_kept_nowhere(desk: Place) -> None:
    asks(desk)
    (row,) = desk.rows("outbox", recipient=OTTI)
    deletes(desk, is_confirmed=True)
    back = report(row.message_id, OTTI, returned="Subject: Zanzibar")
    assert desk.receive(back, "", row.mail_from).outcome == "deleted"
    assert desk.rows("quarantine") == []
    assert desk.receive(back, "", row.mail_from).outcome in ("deleted", "duplicate")
    assert swept(desk)
    assert traces(desk, *WORDS) == []


def test_it_is_never_done_for_many_by_one_mail(place: Place) -> None:
    spec = COMMANDS["delete"]
    assert spec.about is About.TWO, "as such it is refused behind #for"


def test_from_the_command_line_a_ticket_that_is_gone_is_named_as_such(desk: Place) -> None:
    a_life(desk)
    assert codes(deletes(desk)) == ["asks_delete"]
    assert codes(deletes(desk, is_confirmed=True)) == []
    assert traces(desk, *WORDS) == [], "and all is swept at once"
    again = deletes(desk, "TKT-0001", is_confirmed=True)
    (problem,) = again.problems
    assert (problem.code, problem.values["agent"]) == ("was_deleted", "ada")
    (undone,) = act(desk.services, ADA, [Command("undo", line="#undo")], ["1"])
    assert codes(undone) == ["was_deleted"]


def test_a_dry_run_deletes_nothing(desk: Place) -> None:
    asks(desk)
    deletes(desk, is_confirmed=True, dry=True)
    assert len(desk.rows("tickets")) == 1
    assert desk.rows("deleted_tickets") == []


def test_what_was_merged_into_it_goes_with_it_and_what_was_split_off_stays(desk: Place) -> None:
    asks(desk)
    desk.later(60)
    desk.receive(mail("My xylophone.", From=OTTI, Subject="Secretplan"), OTTI)
    desk.later(60)
    act(desk.services, ADA, [Command("merge", "2")], ["1"])
    desk.later(60)
    desk.answer(OTTI, "Something else: where is my umbrella?")
    desk.later(60)
    act(desk.services, ADA, [Command("split")], ["1"])
    assert [row.merged_into for row in desk.rows("tickets")] == [None, 1, None]
    assert codes(deletes(desk, is_confirmed=True)) == []
    assert [row.reference for row in desk.rows("tickets")] == ["TKT-0003"]
    assert [row.reference for row in desk.rows("deleted_tickets")] == ["TKT-0001", "TKT-0002"]
    assert desk.rows("links") == desk.rows("merges") == []
    assert traces(desk, "umbrella")
    desk.deliver()
    assert swept(desk)
    assert traces(desk, "zanzibar", "xylophone") == []
    (left,) = desk.rows("messages")
    with desk.services.db.read() as conn:
        assert b"umbrella" in desk.services.blobs.get(conn, left.digest)


def test_two_who_delete_it_at_once_delete_it_once(desk: Place) -> None:
    asks(desk)
    done: list[Receipt] = []
    threads = [
        threading.Thread(target=lambda: done.append(deletes(desk, is_confirmed=True)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(code for one in done for code in codes(one)) == ["was_deleted"] * 2
    assert len(desk.rows("deleted_tickets")) == 1


def test_a_reply_that_is_processed_while_it_goes_opens_a_ticket(desk: Place) -> None:
    asks(desk)
    last = desk.letters(OTTI)[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    desk.spool(mail("And Pemba?", From=OTTI, To=to, In_Reply_To=str(last["Message-ID"])), OTTI, to)
    deleting = threading.Thread(target=deletes, args=(desk,), kwargs={"is_confirmed": True})
    deleting.start()
    receive(desk.services)
    deleting.join()
    if desk.rows("tickets") == []:  # the reply was first, and has gone with the ticket
        assert len(desk.rows("deleted_tickets")) == 1
    else:
        assert [row.reference for row in desk.rows("tickets")] == ["TKT-0002"]
    assert len(desk.rows("deleted_tickets")) == 1
