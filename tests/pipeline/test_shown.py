"""An agent asks for one ticket, for numbers, and taps on what a list offers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from maildesk.pipeline.fire import fire
from tests.pipeline.notices.wishes import HOUR, wants
from tests.pipeline.place import Place, mail, told, words
from tests.pipeline.test_questions import ANSWER, asks, proving
from tests.stories.running_desk import address_in

ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))
KIM = "kim@customer.example"
__all__ = ["proving"]


def last(place: Place, agent: str) -> EmailMessage:
    return told(place, agent, ANSWER)[-1]


def tap(place: Place, agent: str, letter: EmailMessage, label: str) -> None:
    """The agent taps on the first link with this label, and sends what opens."""
    body = letter.get_body(("html",))
    assert body is not None
    html = re.sub(r"<!--.*?-->", "", body.get_content(), flags=re.DOTALL)
    before, found, _ = html.partition(f">{label}</a>")
    assert found, html
    link = urlsplit(before.rpartition('href="')[2].partition('"')[0].replace("&amp;", "&"))
    fields = parse_qs(link.query)
    to = unquote(link.path)
    asks(place, agent, fields["body"][0], to, Subject=fields["subject"][0])


def answer(place: Place, agent: str, text: str) -> None:
    """The agent answers the last mail they got."""
    letter = place.letters(agent)[-1]
    asks(place, agent, text, address_in(letter["Reply-To"]), Subject="Re: Jam")


def test_a_ticket_comes_with_all_that_was_said_the_newest_first(proving: Place) -> None:
    proving.receive(mail("The printer jams.", Subject="Jam"))
    answer(proving, BEN, "Which tray?")
    answer(proving, BEN, "#note\nIt is the old one.")
    asks(proving, BEN, "#show 1")
    said = words(last(proving, BEN))
    assert "TKT-0001: Jam" in said
    assert said.index("It is the old one.") < said.index("Which tray?") < said.index("printer jams")
    assert "3 messages, newest first" in said and ", note" in said


def test_what_is_shown_leads_to_an_answer(proving: Place) -> None:
    proving.receive(mail("The printer jams.", Subject="Jam"))
    asks(proving, BEN, "#show tkt-1")
    tap(proving, BEN, last(proving, BEN), "Take it")
    (ticket,) = proving.rows("tickets")
    assert ticket.assignee == BEN


def test_a_list_says_who_must_write_and_leads_on(proving: Place) -> None:
    proving.receive(mail("The printer jams.", Subject="Jam"))
    asks(proving, BEN, "#list open\n#show 1")
    assert words(last(proving, BEN)).count("the customer has just written") == 2
    assert "0 minutes" not in words(last(proving, BEN))
    proving.later(7200)
    asks(proving, BEN, "#list open")
    listed = last(proving, BEN)
    assert "the customer has waited 2 hours" in words(listed)
    tap(proving, BEN, listed, "Show")
    shown = last(proving, BEN)
    assert shown["Message-ID"] != listed["Message-ID"]
    assert "The printer jams." in words(shown)
    tap(proving, BEN, shown, "Take it")
    asks(proving, BEN, "#list mine")
    body = last(proving, BEN).get_body(("html",))
    assert body is not None
    assert ">Show</a>" in body.get_content() and ">Take it</a>" not in body.get_content()


def test_to_show_a_ticket_changes_nothing_of_it(proving: Place) -> None:
    proving.receive(mail("The printer jams.", Subject="Jam"))
    asks(proving, BEN, "#list open")
    (before,) = proving.rows("tickets")
    tap(proving, BEN, last(proving, BEN), "Show")
    assert proving.rows("tickets") == [before]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#show 99", "there is no ticket 99"),
        ("#show", "#show needs a ticket: write its number behind it, such as #show 7"),
        ("#show nonsense", "there is no ticket nonsense"),
    ],
)
def test_what_cannot_be_shown_says_why(proving: Place, text: str, said: str) -> None:
    asks(proving, BEN, text)
    assert said in words(last(proving, BEN))


def test_who_may_not_see_a_ticket_is_shown_none(proving: Place) -> None:
    agents = proving.folder / "agents.yaml"
    text = agents.read_text(encoding="utf-8").replace(
        "teams: [support, billing]", "teams: [support]", 1
    )
    agents.write_text(text, encoding="utf-8")
    assert proving.services.keeper.reload_now()
    billing = "billing@desk.example"
    proving.receive(mail("About my bill.", Subject="Bill", To=billing), KIM, billing)
    asks(proving, BEN, "#show 1\n#stats")
    said = words(last(proving, BEN))
    assert "there is no ticket 1" in said and "About my bill" not in said
    assert "0 open" in said
    asks(proving, ANA, "#show 1\n#stats", Message_ID="<anas@desk.example>")
    said = words(last(proving, ANA))
    assert "About my bill" in said and "1 open" in said


def test_numbers_come_in_the_agents_language(proving: Place) -> None:
    proving.receive(mail("The printer jams.", Subject="Jam"))
    asks(proving, CARLA, "#zahlen\n#zeige 1")
    said = words(last(proving, CARLA))
    assert "1 unzugewiesen" in said and "0 meine" in said
    assert "der Kunde hat eben geschrieben" in said and "1 Nachricht" in said
    assert address_in(last(proving, CARLA)["To"]) == CARLA


def test_many_questions_share_one_mail_and_very_many_are_not_answered(proving: Place) -> None:
    for number in range(30):
        sender = f"c{number}@customer{number}.example"
        text = "The printer jams. " * 120
        proving.receive(mail(f"{number}: {text}", From=sender, Subject="Jam"), sender)
    row = asks(proving, BEN, "#list open\n#show 1\n" * 11)
    assert (row.state, row.outcome) == ("done", "answered")
    said = words(last(proving, BEN))
    assert said.count("30 tickets:") == 10
    assert said.count("a mail may ask 20 things at most") == 2


@pytest.mark.parametrize("line", ("#resolve\n", ""))
def test_words_in_answer_to_an_answer_open_no_ticket_in_the_agents_name(
    proving: Place, line: str
) -> None:
    proving.receive(mail("The printer jams.", Subject="Jam"))
    asks(proving, BEN, "#show 1")
    shown = last(proving, BEN)
    head = {"Subject": "Re: Tickets", "In_Reply_To": str(shown["Message-ID"])}
    asks(proving, BEN, f"{line}Dear Kim,\nturn it off and on again.", **head)
    assert [row.status for row in proving.rows("tickets")] == ["open"]
    (held,) = proving.rows("quarantine")
    assert held.reason == "unknown_command"
    assert "#for 7" in words(last(proving, BEN))
    before = len(proving.letters(KIM))
    asks(proving, BEN, f"#for 1\n{line}Dear Kim,\nturn it off and on again.", **head)
    assert "turn it off and on again." in words(proving.letters(KIM)[-1])
    assert len(proving.letters(KIM)) == before + 1


def test_words_in_answer_to_a_digest_or_the_news_of_a_night_open_none_either(
    proving: Place,
) -> None:
    wants(proving, ben="quiet: 20:00-7:00")
    proving.now = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    for number, subject in enumerate(("Jam", "Noise")):
        sender = f"c{number}@customer{number}.example"
        proving.receive(mail(f"{subject}!", From=sender, Subject=subject), sender)
    proving.later(11 * HOUR)
    fire(proving.services)
    asks(proving, BEN, "#digest")
    for name in ("agent_gathered", "agent_digest"):
        (listing,) = told(proving, BEN, name)
        assert "#for and the ticket" in words(listing)
        head = {"Subject": f"Re: {name}", "In_Reply_To": str(listing["Message-ID"])}
        asks(proving, BEN, f"Dear Kim,\nturn it off and on again ({name}).", **head)
        assert "#for 7" in words(last(proving, BEN))
    assert len(proving.rows("tickets")) == 2
    assert [row.reason for row in proving.rows("quarantine")] == ["unknown_command"] * 2


def test_a_new_mail_of_an_agent_opens_one_as_it_always_did(proving: Place) -> None:
    asks(proving, BEN, "Somebody should call the printer people.")
    assert [row.requester_address for row in proving.rows("tickets")] == [BEN]
