"""An agent works on many tickets by one mail: `#for`."""

from __future__ import annotations

import pytest

from maildesk.desk.commands.families.many import MOST
from maildesk.pipeline.receive import receive
from maildesk.store import spool
from tests.pipeline.place import SUPPORT, Place, mail, told, words
from tests.pipeline.test_questions import ANSWER, asks, proving
from tests.pipeline.test_shown import tap
from tests.stories.running_desk import address_in

ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))
__all__ = ["proving"]


def opened(place: Place, *names: str) -> None:
    """A ticket of each of these customers, about their printer."""
    for name in names:
        sender = f"{name}@{name}.example"
        place.receive(
            mail(f"The printer of {name} jams.", From=sender, Subject=f"Jam {name}"), sender
        )


def answer(place: Place, agent: str = BEN) -> str:
    return words(told(place, agent, ANSWER)[-1])


def of(place: Place, column: str) -> list[object]:
    return [getattr(row, column) for row in place.rows("tickets")]


def test_commands_are_carried_out_for_each_ticket_that_is_named(proving: Place) -> None:
    opened(proving, "kim", "lee", "eva")
    row = asks(proving, BEN, "#for 1 TKT-0003\n#priority high\n#tag +vip")
    assert (row.state, row.outcome) == ("done", "acted")
    assert of(proving, "priority") == ["high", "normal", "high"]
    said = answer(proving)
    assert "Done for 2 tickets: #priority high, #tag +vip" in said
    assert "TKT-0001 Jam kim" in said and "Jam lee" not in said
    assert len(proving.rows("tickets")) == 3
    whats = [(one.ticket_id, one.who) for one in proving.rows("history", what="priority")]
    assert whats == [(1, BEN), (3, BEN)]


def test_one_answer_goes_to_each_customer_in_their_own_conversation(proving: Place) -> None:
    opened(proving, "kim", "lee")
    asks(proving, BEN, "#for 1, 2\n#resolve\nThe server is up again.")
    for number, name, other in ((1, "kim", "lee"), (2, "lee", "kim")):
        letter = proving.letters(f"{name}@{name}.example")[-1]
        assert f"[TKT-000{number}]" in str(letter["Subject"])
        text = str(letter)
        assert "The server is up again." in text and other not in text
    assert of(proving, "status") == ["resolved", "resolved"]
    assert str(proving.letters(BEN)[-1]["In-Reply-To"]).endswith("@customer.example>")  # his mail
    kept = proving.rows("messages", direction="out")
    assert [(one.ticket_id, one.reply) for one in kept] == [
        (1, "The server is up again."),
        (2, "The server is up again."),
    ]
    assert answer(proving).count("your words went out as an answer") == 2


def test_what_was_done_for_many_is_taken_back_for_many_and_undo_alone_says_so(
    proving: Place,
) -> None:
    opened(proving, "kim", "lee")
    asks(proving, BEN, "#for 1 2\n#tag vip")
    asks(proving, BEN, "#undo")
    assert "write the line with #for above it (#for 7 12)" in answer(proving)
    asks(proving, BEN, "#for 1 2\n#undo")
    assert "Done for 2 tickets: #undo" in answer(proving)
    assert proving.rows("ticket_labels") == []


def test_a_file_goes_to_each_of_them(proving: Place) -> None:
    opened(proving, "kim", "lee")
    body = (
        "--x\r\nContent-Type: text/plain\r\n\r\n#for 1 2\r\nHere is the driver.\r\n"
        "--x\r\nContent-Type: application/pdf; name=driver.pdf\r\n"
        "Content-Disposition: attachment; filename=driver.pdf\r\n\r\nPDF\r\n--x--\r\n"
    )
    asks(proving, BEN, body, Content_Type="multipart/mixed; boundary=x", MIME_Version="1.0")
    for name in ("kim", "lee"):
        letter = proving.letters(f"{name}@{name}.example")[-1]
        assert [one.get_filename() for one in letter.iter_attachments()] == ["driver.pdf"]


def test_a_note_stays_among_colleagues(proving: Place) -> None:
    opened(proving, "kim", "lee")
    before = len(proving.letters("kim@kim.example"))
    asks(proving, BEN, "#for 1 2\n#note\nAll of these are the outage.")
    assert [one.kind for one in proving.rows("messages", agent=BEN)] == ["note", "note"]
    assert len(proving.letters("kim@kim.example")) == before
    assert answer(proving).count("your words are a note") == 2


def test_who_names_a_query_is_asked_back_and_one_tap_does_it(proving: Place) -> None:
    opened(proving, "kim", "lee", "eva")
    asks(proving, BEN, "#for jam -eva\n#priority high")
    assert of(proving, "priority") == ["normal", "normal", "normal"]
    asked = told(proving, BEN, ANSWER)[-1]
    assert "2 tickets:" in words(asked) and "Nothing has been done yet." in words(asked)
    assert "#for 2 jam -eva" in words(asked)
    tap(proving, BEN, asked, "Do it for all of these")
    assert of(proving, "priority") == ["high", "high", "normal"]


def test_another_number_than_there_are_does_nothing(proving: Place) -> None:
    opened(proving, "kim", "lee", "eva")
    asks(proving, BEN, "#for 2 view:open\n#take")
    assert of(proving, "assignee") == ["", "", ""]
    assert "#for 3 view:open" in answer(proving)
    asks(proving, BEN, "#for 3 view:open\n#take")
    assert of(proving, "assignee") == [BEN, BEN, BEN]


def test_a_view_that_there_is_not_is_answered_with_those_there_are(proving: Place) -> None:
    opened(proving, "kim")
    asks(proving, BEN, "#for 1 view:unasigned\n#take")
    said = answer(proving)
    assert 'there is no view "unasigned"' in said and "did you mean unassigned?" in said
    assert of(proving, "assignee") == [""]
    asks(proving, BEN, "#for 1 view:open\n#status with supplier")
    asks(proving, BEN, "#for 1 view:with_supplier\n#take")
    assert of(proving, "assignee") == [BEN]


def test_what_cannot_be_done_for_one_is_done_for_the_others_and_said(proving: Place) -> None:
    opened(proving, "kim", "lee")
    asks(proving, BEN, "#for 1\n#close")
    asks(proving, BEN, "#for 1 2 99\n#reopen")
    said = answer(proving)
    assert "Done for 1 ticket: #reopen" in said
    assert "99 not done: there is no ticket 99" in said
    assert of(proving, "status") == ["open", "open"]


def test_tickets_that_an_agent_may_not_see_are_none(proving: Place) -> None:
    agents = proving.folder / "agents.yaml"
    text = agents.read_text(encoding="utf-8").replace(
        "teams: [support, billing]", "teams: [support]", 1
    )
    agents.write_text(text, encoding="utf-8")
    assert proving.services.keeper.reload_now()
    billing = "billing@desk.example"
    proving.receive(mail("About my bill.", To=billing, Subject="Bill"), "kim@kim.example", billing)
    asks(proving, BEN, "#for 1\n#take")
    assert "there is no ticket 1" in answer(proving) and "Bill" not in answer(proving)
    asks(proving, BEN, "#for is:open\n#take")
    assert "No tickets found." in answer(proving)
    assert "what stands below #for went to nobody" in answer(proving)
    assert of(proving, "assignee") == [""]


def test_the_same_mail_again_does_nothing_again(proving: Place) -> None:
    opened(proving, "kim")
    for _ in range(2):
        row = asks(proving, BEN, "#for 1\nThe server is up again.", Message_ID="<one@desk.example>")
    assert row.outcome == "duplicate"
    assert len(proving.rows("messages", direction="out")) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#for\n#take", "#for needs the tickets"),
        ("#for 1", "below #for nothing says what to do"),
        ("#for 1\n#lsit", "#lsit is not a command"),
        ("#for 1\n#list mine", "#list cannot be done for many tickets"),
        ("#for 1\n#for 2\n#take", "contradict"),
        ("#for status:opne\n#take", "status"),
        ("#for ² status:open\n#take", "No tickets found."),
        ("#for 1\n#assign nobodyknows", 'nor a team is called "nobodyknows"'),
        ("#for 1\n#priority high\n#priority low", "contradict"),
    ],
)
def test_what_is_not_plain_does_nothing_and_says_why(proving: Place, text: str, said: str) -> None:
    opened(proving, "kim")
    (before,) = proving.rows("tickets")
    asks(proving, BEN, text)
    assert said in answer(proving)
    assert proving.rows("tickets") == [before]


def test_there_is_a_most(proving: Place) -> None:
    opened(proving, "kim")
    numbers = " ".join(map(str, range(1, MOST + 2)))
    asks(proving, BEN, f"#for {numbers}\n#take")
    said = answer(proving)
    assert "Done for 1 ticket" in said or f"{MOST} tickets at most" in said


def test_in_an_answer_about_one_ticket_it_is_held_and_asked_about(place: Place) -> None:
    opened(place, "kim", "lee")
    place.answer(BEN, "#for 1 2\nThe server is up again.")
    assert [one.reason for one in place.rows("quarantine")] == ["unknown_command"]
    assert place.rows("messages", direction="out") == []


@pytest.mark.parametrize("as_note", [False, True])
def test_let_through_it_is_done_for_them_and_not_asked_about_again(
    proving: Place, as_note: bool
) -> None:
    opened(proving, "kim", "lee", "eva")
    proving.answer(BEN, "#for 1 2\n#priority high\nThe server is up again.")
    (held,) = proving.rows("quarantine")
    with proving.services.db.write() as conn:
        spool.release(conn, held.spool_id, ANA, proving.now, as_note=as_note)
    receive(proving.services)
    assert len(proving.rows("quarantine")) == 1, "it is not held again"
    assert of(proving, "priority") == ["normal" if as_note else "high"] * 2 + ["normal"]
    kept = [(row.ticket_id, row.kind, row.reply) for row in proving.rows("messages", agent=BEN)]
    kind = "note" if as_note else "public"
    assert kept == [(one, kind, "The server is up again.") for one in (1, 2)]


def test_it_is_nothing_but_words_from_anybody_else(proving: Place) -> None:
    opened(proving, "kim", "lee")
    asks(proving, "eva@eva.example", "#for 1 2\n#close")
    assert of(proving, "status") == ["open", "open", "open"]
    unproved = {"Authentication_Results": "", "Message_ID": "<unproved@desk.example>"}
    row = asks(proving, BEN, "#for 1 2\n#close", **unproved)
    assert row.outcome == "held unproven_agent"
    assert of(proving, "status") == ["open", "open", "open"]


def test_each_customer_gets_a_canned_reply_in_their_own_name(proving: Place) -> None:
    for name in ("Kim Novak", "Lee Park"):
        sender = f"{name.split()[0].lower()}@customer.example"
        proving.receive(mail(f"{name} forgot it.", From=f"{name} <{sender}>"), sender)
    asks(proving, BEN, "#for 1 2\n#canned reset-password")
    for name in ("Kim", "Lee"):
        text = words(proving.letters(f"{name.lower()}@customer.example")[-1])
        assert f"Dear {name}" in text


def test_it_is_written_in_the_agents_language(proving: Place) -> None:
    opened(proving, "kim")
    asks(proving, CARLA, "#für 1\n#priorität hoch")
    assert "Bei 1 Ticket getan: #priorität hoch" in answer(proving, CARLA)
    assert of(proving, "priority") == ["high"]
    assert proving.rows("outbox", recipient=SUPPORT) == []


@pytest.mark.parametrize("word", ["#also +pat@home.example", "#customer pat@home.example"])
def test_several_customers_are_never_made_one(proving: Place, word: str) -> None:
    opened(proving, "kim", "lee")
    before = proving.rows("tickets")
    asks(proving, BEN, f"#for 1 2\n{word}")
    assert f"{word.split()[0]} cannot be done for many tickets" in answer(proving)
    assert proving.rows("contact_addresses") == []
    assert proving.rows("tickets") == before


def test_an_address_of_one_customer_is_joined_once_whatever_tickets_they_have(
    proving: Place,
) -> None:
    opened(proving, "kim")
    proving.receive(mail("It jams again.", From="kim@kim.example"), "kim@kim.example")
    asks(proving, BEN, "#for 1 2\n#also +pat@home.example")
    assert "Done for 2 tickets" in answer(proving)
    assert len(proving.rows("contact_addresses")) == 2
    assert len(proving.rows("history", what="contact_joined")) == 1


def test_what_is_let_through_as_a_note_stays_among_colleagues(proving: Place) -> None:
    opened(proving, "kim", "lee")
    unproved = {"Authentication_Results": ""}
    asks(proving, BEN, "#for 1 2\n#resolve\nThis is for us alone.", **unproved)
    to = address_in(proving.letters(BEN)[-1]["Reply-To"])
    proving.receive(mail("#note", From=BEN, To=to, Message_ID="<tap@desk.example>"), BEN, to)
    receive(proving.services)
    kept = [(row.ticket_id, row.kind, row.reply) for row in proving.rows("messages", agent=BEN)]
    assert kept == [(one, "note", "This is for us alone.") for one in (1, 2)]
    assert of(proving, "status") == ["open", "open"]


def test_words_that_speak_of_a_file_go_to_nobody_without_one(proving: Place) -> None:
    opened(proving, "kim", "lee")
    asks(proving, BEN, "#for 1 2\nThe driver is attached.")
    assert "your words speak of a file" in answer(proving)
    assert proving.rows("messages", direction="out") == []
    asks(proving, BEN, "#for 1 2\n#note\nThe driver is attached.")
    asks(proving, BEN, "#for 1 2\n#reply\nThe driver is attached.")
    kinds = [one.kind for one in proving.rows("messages", agent=BEN)]
    assert kinds == ["note", "note", "public", "public"]


def test_no_tap_sends_words_without_the_files_that_came_with_them(proving: Place) -> None:
    opened(proving, "kim", "lee")
    body = (
        "--x\r\nContent-Type: text/plain\r\n\r\n#for view:open\r\nHere is the driver.\r\n"
        "--x\r\nContent-Type: application/pdf; name=driver.pdf\r\n"
        "Content-Disposition: attachment; filename=driver.pdf\r\n\r\nPDF\r\n--x--\r\n"
    )
    asks(proving, BEN, body, Content_Type="multipart/mixed; boundary=x", MIME_Version="1.0")
    asked = told(proving, BEN, ANSWER)[-1]
    assert "#for 2 view:open" in words(asked)
    page = asked.get_body(("html",))
    assert page is not None and "Do it for all of these" not in page.get_content()


@pytest.mark.parametrize("line", ["#bcc max@supplier.example", "#to max@supplier.example"])
def test_whom_one_answer_goes_to_is_not_said_of_many(proving: Place, line: str) -> None:
    opened(proving, "kim", "lee")
    asks(proving, BEN, f"#for 1 2\n{line}\nThe server is up again.")
    assert "cannot be done for many tickets" in answer(proving)
    assert proving.letters("max@supplier.example") == []
    assert proving.rows("messages", direction="out") == []


def test_a_late_command_holds_the_mail_with_its_words(proving: Place) -> None:
    opened(proving, "kim", "lee")
    row = asks(proving, BEN, "#for 1 2\nThe server is up again.\n\n#close\n\nBen")
    assert (row.state, row.outcome) == ("held", "held")
    said = answer(proving)
    assert "Nothing was done: the mail is held with its words" in said
    assert "commands stand on the first lines" in said
    assert of(proving, "status") == ["open", "open"]
    (held,) = proving.rows("quarantine")
    assert held.reason == "unknown_command"
    with proving.services.db.write() as conn:
        spool.release(conn, held.spool_id, ANA, proving.now)
    receive(proving.services)
    letter = proving.letters("kim@kim.example")[-1]
    assert "The server is up again." in str(letter) and "#close" in str(letter)
    assert of(proving, "status") != ["closed", "closed"]


def test_where_nothing_was_done_the_words_come_back_and_the_reason_once(proving: Place) -> None:
    opened(proving, "kim", "lee")
    asks(proving, BEN, "#for 1 2\n#tag outage\nThe server is up again.")
    said = answer(proving)
    assert "Nothing was done" in said
    assert said.count("outage") == 3, "in the line, in the reason, in the words"
    assert "What you wrote: > #for 1 2 > #tag outage > The server is up again." in said
    assert proving.rows("messages", direction="out") == []


def test_where_something_was_done_they_do_not(proving: Place) -> None:
    opened(proving, "kim")
    asks(proving, BEN, "#for 1 99\n#tag vip")
    assert "What you wrote" not in answer(proving)


def test_a_mail_that_is_held_comes_back_too(proving: Place) -> None:
    opened(proving, "kim")
    asks(proving, BEN, "#for 1\nGood morning,\n#close\nBen")
    assert "What you wrote: > #for 1 > Good morning, > #close" in answer(proving)


def test_what_answers_a_held_mail_is_not_called_held(proving: Place) -> None:
    opened(proving, "kim")
    asks(proving, BEN, "#list all", Subject="Re: Held: Re: Printer")
    assert told(proving, BEN, ANSWER)[-1]["Subject"] == "Re: Printer"
