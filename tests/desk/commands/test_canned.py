"""Canned replies in an answer: which lines are one, where its words stand, and what stops it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.actor import agent_acts
from maildesk.desk.answers import NotAnswered, ShownCanned
from maildesk.desk.asked import answered
from maildesk.desk.commands.carry_out import CarriedOut, Content, carry_out
from maildesk.desk.commands.command_lines import CommandLines, read
from maildesk.desk.commands.spec import Request
from maildesk.desk.policy import Policy
from maildesk.desk.replies.canned import CannedReply, Lacks
from maildesk.desk.ticket import Status, Ticket
from maildesk.mail.html.markdown import Written, escaped, markdown
from tests.desk.stories import BEN, NOW, POLICY, of, ticket


def reply(shortcut: str, words: str, language: str = "", **more: str) -> CannedReply:
    def write(values: object) -> Written | Lacks:
        assert isinstance(values, dict)
        if not values.get("licence_key") and "KEY" in words:
            return Lacks("licence_key")
        told = words.replace("NAME", escaped(values["customer_name"]))
        return markdown(told.replace("KEY", values.get("licence_key", "")))

    file = f"canned/{shortcut}.md"
    return CannedReply(shortcut, file, words, write, language=language, **more)


REPLIES = (
    reply("help", "Dear NAME, it is **easy**.", "en"),
    reply("help", "Liebe NAME, es ist **einfach**.", "de"),
    reply("key", "Your key is KEY."),
    reply("bye", "Until then."),
)
DESK = replace(POLICY, canned=REPLIES)
WITHOUT = replace(POLICY, canned=())


def lines(text: str, policy: Policy = DESK, opening: str | None = None) -> CommandLines:
    return read(text, policy, opening)


def done(text: str, of: Ticket | None = None, *, policy: Policy = DESK) -> CarriedOut:
    found = lines(text, policy)
    request = Request(of or ticket(), agent_acts(BEN), policy, NOW)
    return carry_out(request, found.commands, Content(found.text), found.problems)


def said(text: str, of: Ticket | None = None) -> str:
    """The answer that goes out."""
    found = done(text, of)
    assert found.problems == (), found.problems
    (mail,) = [one for one in found.effects if isinstance(one, fx.SendToCustomer)]
    (kept,) = [one for one in found.effects if isinstance(one, fx.AddMessage)]
    assert mail.text == kept.text == kept.reply == found.text
    return mail.text


@pytest.mark.parametrize(
    "text",
    (
        "/help",
        "#canned help",
        "#canned Help",
        "#canned: help",
        "#Canned /help",
        "#CANNED HELP",
        "/HELP",
        "#textbaustein help",
        "#réponse-type help",
        "#snippet help",
    ),
)
def test_every_way_to_write_it(text: str) -> None:
    assert said(text) == "Dear Ana Lopez, it is easy."


def test_own_words_stand_above_and_below_where_the_line_stood() -> None:
    text = "Good morning,\n\n/help\n\nI hope it helps.\n#canned bye\nBen"
    expected = (
        "Good morning,\n\nDear Ana Lopez, it is easy.\n\nI hope it helps.\n\nUntil then.\n\nBen"
    )
    assert said(text) == expected
    assert said("#priority high\n/bye\n/help\n\nOwn words.") == (
        "Until then.\n\nDear Ana Lopez, it is easy.\n\nOwn words."
    )


def test_it_goes_out_as_html_too_and_own_words_stay_as_they_are() -> None:
    (mail,) = of(done("Take <b>this</b>:\n/help").effects, fx.SendToCustomer)
    assert "Take &lt;b&gt;this&lt;/b&gt;:" in mail.html
    assert "it is <strong>easy</strong>." in mail.html
    (plain,) = of(done("Only words.").effects, fx.SendToCustomer)
    assert plain.html == ""


def test_it_is_in_the_customers_language() -> None:
    german = replace(ticket(), language="de-AT")
    assert said("/help", german) == "Liebe Ana Lopez, es ist einfach."
    assert said("/help", replace(ticket(), language="fr")) == "Dear Ana Lopez, it is easy."


@pytest.mark.parametrize("text", ("#resolve\n/help", "/help\n#resolve", "#resolve\n\nWell:\n/help"))
def test_it_may_be_the_words_of_the_resolution(text: str) -> None:
    found = done(text)
    (mail,) = [one for one in found.effects if isinstance(one, fx.SendToCustomer)]
    assert (mail.template, mail.author) == ("resolution", BEN.address)
    assert "it is easy." in mail.text and "<strong>" in mail.html
    assert any(one.status is Status.RESOLVED for one in of(found.effects, fx.SetStatus))


def test_it_waits_for_the_customer_and_may_be_a_note() -> None:
    found = done("#wait\n/help")
    assert any(one.status is Status.WAITING for one in of(found.effects, fx.SetStatus))
    assert of(found.effects, fx.SendToCustomer)
    note = done("#note\n/help")
    assert of(note.effects, fx.SendToCustomer) == []
    (kept,) = of(note.effects, fx.AddMessage)
    assert (kept.kind, kept.text) == ("note", "Dear Ana Lopez, it is easy.")


@pytest.mark.parametrize(
    "text", ("/hepl", "#canned hepl", "Hello,\n/hepl\nBen", "Hi\n#canned hepl")
)
def test_an_unknown_one_stops_everything_and_names_the_nearest(text: str) -> None:
    found = done(text)
    assert found.effects == ()
    (problem,) = found.problems
    assert (problem.code, problem.nearest) == ("no_canned", "/help")
    assert problem.line in text
    assert problem.known == ("/help", "/key", "/bye")


def test_a_value_that_is_missing_stops_everything_before_anything_goes_out() -> None:
    found = done("#resolve\n/help\n/key")
    assert found.effects == ()
    (problem,) = found.problems
    assert POLICY.wording.english.say(problem) == (
        'the canned reply /key needs a value for "licence_key": fill it in with #set, write the '
        "words yourself, or give canned/key.md a default for it"
    )
    filled = replace(ticket(), fields={"licence key": "HB-2231"})
    assert said("/key", filled) == "Your key is HB-2231."
    assert said("#set licence key=HB-1\n/key") == "Your key is HB-1."


@pytest.mark.parametrize(
    "text",
    (
        "/etc/hosts is the file.",
        "Open\n/etc/hosts\nplease.",
        "Try\n```\n/help\n```\nthen.",
        "Try\n    /help\nthen.",
        "Write /help in the chat.",
        "#stop\n/help",
        "Words.\n-- \n/help",
        "Words\n#canned replies are nice\nmore",
        "1/2\n//help",
        "Here:\n> /help",
    ),
)
def test_what_is_no_such_line_is_text(text: str) -> None:
    assert [one.name for one in lines(text).commands] == []
    assert lines(text).problems == ()
    assert "/" in said(text) or "#canned" in said(text)


def test_where_a_desk_has_none_a_slash_is_a_slash() -> None:
    assert done("/help", policy=WITHOUT).text == "/help"
    (problem,) = done("#canned help", policy=WITHOUT).problems
    assert problem.code == "no_canned_at_all"


def test_somebody_elses_lines_command_nothing() -> None:
    below = lines("Hello,\n/help\nBen", opening="Hello,")
    assert (below.commands, below.text) == ((), "Hello,\n/help\nBen")
    (problem,) = lines("/help", opening="").problems
    assert problem.code == "command_elsewhere"


def test_a_customers_name_is_no_markdown() -> None:
    theirs = replace(ticket().requester, name="**[tap](https://evil.example)**")
    (mail,) = of(done("/help", replace(ticket(), requester=theirs)).effects, fx.SendToCustomer)
    assert "<a " not in mail.html
    assert "**[tap](https://evil.example)**" in mail.text


def test_alone_it_brings_the_list_with_the_tickets_category_first() -> None:
    found = done("#canned", replace(ticket(), category="hardware"))
    assert found.problems == ()
    (answer,) = of(found.effects, fx.AnswerAgent)
    assert answer.told == (ShownCanned("#canned", "hardware"),)
    assert of(found.effects, fx.SendToCustomer) == []


def test_about_no_ticket_the_list_is_given_and_nothing_else() -> None:
    by = agent_acts(BEN)
    (answer,) = answered(lines("#canned\n#canned help"), by, DESK, NOW, "")
    assert isinstance(answer, fx.AnswerAgent)
    listed, refused = answer.told
    assert listed == ShownCanned("#canned")
    assert isinstance(refused, NotAnswered) and refused.problem.code == "needs_ticket"
