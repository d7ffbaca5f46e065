"""An agent asks the desk by mail about no ticket: one mail answers, and no ticket is opened."""

from __future__ import annotations

from typing import Any

import pytest

from maildesk.pipeline.receive import receive
from tests.pipeline.place import SUPPORT, Place, mail
from tests.pipeline.test_whole_act import ANA, BEN, CARLA, KIM, purposes
from tests.pipeline.test_whole_act import text_of as last_of
from tests.stories.running_desk import address_in, text_of

PROVED = "mx.desk.example; dkim=pass header.d=desk.example"
ANSWER = "agent_answer"


@pytest.fixture
def proving(place: Place) -> Place:
    """A desk whose server vouches for senders."""
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    trust = "\ntrust:\n  authserv_id: mx.desk.example\n"
    file.write_text(text.replace("\ntrust:\n", trust), encoding="utf-8")
    assert place.services.keeper.reload_now()
    return place


def asks(place: Place, agent: str, text: str, to: str = SUPPORT, **fields: str) -> Any:
    """A fresh mail of this agent to the desk; its spool row."""
    head = {"From": agent, "To": to, "Subject": "Tickets", "Authentication_Results": PROVED}
    return place.receive(mail(text, **(head | fields)), agent, to)


def answers(place: Place, agent: str) -> list[str]:
    found = zip(purposes(place, agent), place.letters(agent), strict=True)
    return [text_of(letter).replace("\r\n", "\n") for word, letter in found if word == ANSWER]


def test_a_list_comes_by_mail_and_opens_no_ticket(proving: Place) -> None:
    proving.receive(mail("The printer jams.", Subject="Paper jam"))
    row = asks(proving, BEN, "#list all")
    assert (row.state, row.outcome) == ("done", "answered")
    (told,) = answers(proving, BEN)
    assert "#list all\n" in told
    assert "TKT-0001" in told and "Paper jam" in told
    assert len(proving.rows("tickets")) == 1
    letter = proving.letters(BEN)[-1]
    assert letter["Subject"] == "Re: Tickets"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert str(letter["In-Reply-To"]).endswith("@customer.example>")
    assert address_in(letter["Reply-To"]).startswith("support+g")


def test_nothing_of_it_is_in_any_history(proving: Place) -> None:
    proving.receive(mail())
    before = len(proving.rows("history"))
    asks(proving, BEN, "#list all\n#help")
    assert len(proving.rows("history")) == before


@pytest.mark.parametrize(
    ("agent", "text", "words"),
    [
        (BEN, "#help", ["\n#list mine\n", "\n#take\n"]),
        (BEN, "#commands", ["\n#take\n"]),
        (CARLA, "#hilfe", ["\n#übernehmen\n", "\n#liste meine\n"]),
        (CARLA, "#liste meine", ["Keine Tickets gefunden."]),
        (CARLA, "#suche Drucker", ["Keine Tickets gefunden."]),
        (BEN, "#list", ["No tickets found."]),
    ],
)
def test_it_is_answered_in_the_agents_language(
    proving: Place, agent: str, text: str, words: list[str]
) -> None:
    asks(proving, agent, text)
    (told,) = answers(proving, agent)
    assert all(word in told for word in words), told


@pytest.mark.parametrize(
    ("agent", "text", "why"),
    [
        (BEN, "#list nonsense", 'no ticket holds "nonsense", and there is no view of that name'),
        (BEN, "#list two words", 'no ticket holds "two words", and there is no view'),
        (CARLA, "#liste Quatsch", "in keinem Ticket steht „Quatsch“, und eine Ansicht dieses"),
    ],
)
def test_words_in_a_views_place_that_find_nothing_are_explained(
    proving: Place, agent: str, text: str, why: str
) -> None:
    asks(proving, agent, text)
    (told,) = answers(proving, agent)
    assert why in " ".join(told.split())
    assert ("unbeantwortet" if agent == CARLA else "unanswered") in told, "the views that there are"
    assert "No tickets found" not in told


def test_words_in_a_views_place_are_looked_for(proving: Place) -> None:
    proving.receive(mail("The paper jams.", Subject="Printer"))
    asks(proving, BEN, "#list printer")
    assert "TKT-0001" in answers(proving, BEN)[0]


@pytest.mark.parametrize(
    "line",
    [
        "#list on_hold",
        "#list On hold",
        "#list with-supplier",
        "#list needs response",
        "#list All open",
    ],
)
def test_how_tickets_stand_is_a_view_and_views_have_their_other_names(
    proving: Place, line: str
) -> None:
    proving.receive(mail("It jams.", Subject="Printer"))
    asks(proving, BEN, "#list")
    at = "with_supplier" if "supplier" in line else "on_hold" if "hold" in line.lower() else ""
    if at:
        asks(proving, BEN, f"#for 1\n#status {at}")
    asks(proving, BEN, line)
    assert "TKT-0001" in answers(proving, BEN)[-1]


def test_one_command_is_explained_alone(proving: Place) -> None:
    asks(proving, BEN, "#help snoze\n#help take")
    (told,) = answers(proving, BEN)
    assert "#snoze is not a command; did you mean #snooze?" in " ".join(told.split())
    assert "\n#snooze 2d\n" in told and "\n#take\n" in told
    assert "\n#resolve\n" not in told


def test_a_query_that_finds_nothing_is_just_empty(proving: Place) -> None:
    asks(proving, BEN, "#list status:waiting printer")
    assert "No tickets found." in answers(proving, BEN)[0]


def test_several_questions_are_answered_by_one_mail(proving: Place) -> None:
    asks(proving, BEN, "#list mine\n#search toner\n#help\n")
    (told,) = answers(proving, BEN)
    assert told.index("#list mine") < told.index("#search toner") < told.index("\n#help\n")


def puts_off(place: Place, agent: str, until: str) -> None:
    """The agent answers their last notification with this."""
    last = place.letters(agent)[-1]
    to = address_in(last["Reply-To"])
    asks(place, agent, f"#take\n#snooze {until}", to, In_Reply_To=str(last["Message-ID"]))


@pytest.mark.parametrize(
    ("agent", "line", "first", "both"),
    [
        (
            BEN,
            "#list mine",
            "No tickets found. 1 ticket is put off, until Monday, 23 November 2026 at 09:00 CET: "
            "#list is:open assignee:me is:snoozed",
            "2 tickets are put off, the first until Saturday, 21",
        ),
        (
            CARLA,
            "#liste meine",
            "Keine Tickets gefunden. 1 Ticket ist zurückgelegt, bis Montag, 23. November 2026, "
            "09:00 Uhr MEZ: #liste is:open assignee:me is:snoozed",
            "2 Tickets sind zurückgelegt, das nächste bis Samstag, 21",
        ),
    ],
)
def test_a_view_says_how_many_it_leaves_out_because_they_are_put_off(
    proving: Place, agent: str, line: str, first: str, both: str
) -> None:
    proving.receive(mail())
    puts_off(proving, agent, "until monday 9:00")
    asks(proving, agent, line)
    assert first in " ".join(answers(proving, agent)[-1].split())
    other = "lee@customer.example"
    proving.receive(mail("The toner is empty.", From=other, Subject="Toner"), other)
    puts_off(proving, agent, "1d")
    asks(proving, agent, f"{line}\n#stats")
    assert both in " ".join(answers(proving, agent)[-1].split())
    asks(proving, agent, "#list all")
    assert "TKT-0001" in answers(proving, agent)[-1]
    assert "put off" not in answers(proving, agent)[-1]


def test_words_of_messages_are_found(proving: Place) -> None:
    proving.receive(mail("The paper jams in tray two.", Subject="Printer", From=f"Kim <{KIM}>"))
    proving.receive(mail("Where is my invoice?", Subject="Invoice"))
    asks(proving, BEN, "#search tray")
    (told,) = answers(proving, BEN)
    assert "Printer" in told and "Invoice" not in told


def test_an_agent_finds_only_what_they_may_see(proving: Place) -> None:
    billing = "billing@desk.example"
    agents = proving.folder / "agents.yaml"
    text = agents.read_text(encoding="utf-8").replace(
        "teams: [support, billing]", "teams: [support]", 1
    )
    agents.write_text(text, encoding="utf-8")
    assert proving.services.keeper.reload_now()
    proving.receive(mail("About my bill.", Subject="Bill", To=billing), KIM, billing)
    proving.receive(mail("The printer jams.", Subject="Jam"))
    asks(proving, BEN, "#list all")
    asks(proving, ANA, "#list is:open")
    (bens,), (anas,) = answers(proving, BEN), answers(proving, ANA)
    assert "Jam" in bens and "Bill" not in bens
    assert "Jam" in anas and "Bill" in anas


def test_a_long_list_is_cut_and_says_how_many_more_there_are(proving: Place) -> None:
    for number in range(53):
        sender = f"c{number}@customer{number}.example"
        proving.receive(mail(f"Number {number}.", From=sender), sender)
    asks(proving, ANA, "#list all")
    (told,) = answers(proving, ANA)
    assert told.count("TKT-") == 50
    assert "53 tickets:" in told and "… and 3 more" in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("#lsit mine", "#lsit is not a command; did you mean #list?"),
        ("#list status:opne", "status"),
        ("#list mien", "did you mean mine?"),
        ("#list reference:²", "No tickets found"),
        ("#search", "#search needs the words to look for"),
        ("#close", "#close is about a ticket"),
        ("#assign nobodyknows", 'nor a team is called "nobodyknows"'),
    ],
)
def test_what_cannot_be_answered_says_why_and_opens_no_ticket(
    proving: Place, text: str, words: str
) -> None:
    asks(proving, BEN, text)
    (told,) = answers(proving, BEN)
    assert words in told.replace("\n", " "), told
    assert proving.rows("tickets") == proving.rows("quarantine") == []


def test_one_that_is_wrong_does_not_keep_the_others_from_being_answered(proving: Place) -> None:
    asks(proving, BEN, "#search\n#list all")
    (told,) = answers(proving, BEN)
    assert "needs the words" in told and "No tickets found." in told


def test_what_is_probably_there_twice_is_listed_and_worked_on_at_once(proving: Place) -> None:
    for number, subject in enumerate(("Printer jams", "Invoice", "The printer jams", "Printer")):
        proving.receive(mail(Subject=subject, Message_ID=f"<{number}@customer.example>"))
    asks(proving, BEN, "#list duplicates")
    asks(proving, CARLA, "#liste doppelte")
    for told in (answers(proving, BEN)[-1], answers(proving, CARLA)[-1]):
        assert "TKT-0003" in told and "TKT-0004" in told
        assert "TKT-0001" not in told and "TKT-0002" not in told
    asks(proving, BEN, "#for 2 view:duplicates\n#tag bug")
    assert [one.labels for one in proving.rows("tickets")] == [[], [], ["bug"], ["bug"]]


def test_who_is_an_organisation_or_a_colleague(proving: Place) -> None:
    proving.receive(mail(From="kim@bigcorp.example"), "kim@bigcorp.example")
    asks(proving, BEN, "#who bigcorp")
    told = answers(proving, BEN)[-1]
    assert "Big Corp" in told and "TKT-0001" in told
    asks(proving, BEN, "#who carla")
    assert "carla is an agent: Carla Weiss <carla@desk.example>" in answers(proving, BEN)[-1]


def test_addresses_are_renewed_without_a_ticket(proving: Place) -> None:
    asks(proving, BEN, "#renew")
    (told,) = answers(proving, BEN)
    assert "#renew\n\nDone." in told


def test_what_asks_for_nothing_opens_a_ticket_as_before(proving: Place) -> None:
    asks(proving, BEN, "The heating is broken.")
    assert len(proving.rows("tickets")) == 1
    assert answers(proving, BEN) == []


def test_other_words_below_what_is_no_question_are_held_and_told(proving: Place) -> None:
    asks(proving, BEN, "#list of things that are broken:\n\nthe printer")
    assert proving.rows("tickets") == []
    assert [row.reason for row in proving.rows("quarantine")] == ["unknown_command"]
    (told,) = answers(proving, BEN)
    assert "No ticket was opened" in told and "there is no field broken" in told


def test_a_mail_that_nothing_proves_is_held_and_a_tap_answers_it(proving: Place) -> None:
    row = asks(proving, BEN, "#list all", Authentication_Results="")
    assert (row.state, row.outcome) == ("held", "held unproven_agent")
    assert answers(proving, BEN) == []
    button = proving.letters(BEN)[-1]
    to = address_in(button["Reply-To"])
    proving.receive(mail("#confirm", From=BEN, To=to, Message_ID=f"<{to}>"), BEN, to)
    receive(proving.services)
    assert len(answers(proving, BEN)) == 1


def test_a_forged_from_gets_nobody_a_list(proving: Place) -> None:
    asks(proving, BEN, "#list all", Authentication_Results="mx.evil.example; dmarc=pass")
    assert ANSWER not in purposes(proving, BEN)


def test_a_customer_who_writes_so_opens_a_ticket(proving: Place) -> None:
    asks(proving, KIM, "#list all")
    (ticket,) = proving.rows("tickets")
    assert ticket.requester_address == KIM
    assert ANSWER not in purposes(proving, KIM)


def test_an_automatic_mail_asks_nothing(proving: Place) -> None:
    asks(proving, BEN, "#list all", Auto_Submitted="auto-replied")
    assert answers(proving, BEN) == []


def test_a_program_that_answers_every_answer_is_answered_no_more(proving: Place) -> None:
    limit = proving.services.keeper.current.policy.loops.questions
    for number in range(limit + 3):
        row = asks(proving, BEN, "#list all", Message_ID=f"<{number}@desk.example>")
    found = answers(proving, BEN)
    assert len(found) == limit + 1, "the last one says that no more of them come for a while"
    assert row.outcome == "not_answered"
    alarms = proving.rows("outbox", purpose="admin_alarm")
    assert len(alarms) == len(proving.services.keeper.current.policy.admins)
    assert proving.rows("tickets") == []


def test_a_question_may_be_an_answer_to_an_answer(proving: Place) -> None:
    proving.receive(mail("The printer jams.", Subject="Jam"))
    asks(proving, BEN, "#list mine")
    letter = proving.letters(BEN)[-1]
    asks(proving, BEN, "#list all", In_Reply_To=str(letter["Message-ID"]), Subject="Re: Tickets")
    assert proving.letters(BEN)[-1]["Subject"] == "Re: Tickets"
    assert len(answers(proving, BEN)) == 2
    assert len(proving.rows("tickets")) == 1


def test_a_list_may_be_asked_for_in_an_answer_to_a_ticket(place: Place) -> None:
    place.receive(mail("The printer jams.", Subject="Jam"))
    place.answer(BEN, "#take\n#list mine\n#search jams")
    told = last_of(place, BEN, ANSWER)
    assert "#list mine" in told and "#search jams" in told
    assert told.count("TKT-0001") == 2, "as it is after the whole act"
    assert purposes(place, BEN).count(ANSWER) == 1
    transcript = last_of(place, BEN, "agent_transcript")
    assert "#take" in transcript and "#list" not in transcript.partition("\n\n")[0]


def test_what_cannot_be_looked_for_holds_an_answer_to_a_ticket(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#close\n#list status:opne")
    (ticket,) = place.rows("tickets")
    assert ticket.status == "open"
    assert purposes(place, BEN)[-1] == "agent_unknown_command"


def test_a_title_with_a_picture_is_no_question(proving: Place) -> None:
    body = (
        "--x\r\nContent-Type: text/plain\r\n\r\n#broken\r\n"
        "--x\r\nContent-Type: image/png; name=a.png\r\n"
        "Content-Disposition: attachment; filename=a.png\r\n\r\nPNG\r\n--x--\r\n"
    )
    asks(proving, BEN, body, Content_Type="multipart/mixed; boundary=x", MIME_Version="1.0")
    assert [row.reason for row in proving.rows("quarantine")] == ["unknown_command"]
    (told,) = answers(proving, BEN)
    assert "#broken is not a command" in told


def test_words_that_answer_a_list_never_go_to_the_customer_of_the_ticket_it_was_asked_from(
    proving: Place,
) -> None:
    proving.receive(mail("The chair is broken.", Subject="Chair"))
    to = address_in(proving.letters(BEN)[-1]["Reply-To"])
    asks(proving, BEN, "#list all", to, Subject="Re: Chair [TKT-0001]")
    told = proving.letters(BEN)[-1]
    assert told["Subject"] == "Re: Chair"
    before = len(proving.letters(KIM))
    back = {"Subject": str(told["Subject"]), "In_Reply_To": str(told["Message-ID"])}
    asks(proving, BEN, "Ana, please look at these.", address_in(told["Reply-To"]), **back)
    assert len(proving.letters(KIM)) == before
    assert len(proving.rows("tickets")) == 1
    assert [row.reason for row in proving.rows("quarantine")] == ["unknown_command"]


def test_what_is_wrong_with_a_query_is_told_in_the_agents_language(proving: Place) -> None:
    asks(proving, CARLA, "#liste statsu:open\n#suche prioritaet:x (papier")
    said = " ".join(answers(proving, CARLA)[-1].split())
    assert "danach lässt sich nicht suchen: das Feld statsu gibt es nicht" in said
    assert "meinten Sie status?" in said and "diese Klammer wird nicht geschlossen" in said
    assert "there is no" not in said
