"""What the built-in mails say as a whole: no part of one contradicts another."""

from __future__ import annotations

import pytest

from maildesk.config.templates.engine import Templates
from maildesk.desk.mails.sample import sample_for
from maildesk.desk.mails.views import TicketView

BUILTIN = Templates.load(None)


@pytest.mark.parametrize(
    ("language", "note", "reply"),
    [("en", "#note", "#reply"), ("de", "#notiz", "#antwort"), ("fr", "#note", "#réponse")],
)
def test_the_commands_offered_are_those_that_change_something(
    language: str, note: str, reply: str
) -> None:
    for name, offered, other in (("agent_note", reply, note), ("agent_new", note, reply)):
        one = BUILTIN.render(name, language, sample_for(name))
        last = one.text.rstrip("\n").rpartition("\n")[2]
        foot = one.html.rpartition('class="foot"')[2].rpartition("</div>")[0]
        for words in (last, foot[-200:]):
            commands = words.replace("&nbsp;", " ").replace("\u00a0", " ").split()
            assert offered in commands, name
            assert other not in commands, name


@pytest.mark.parametrize(
    ("language", "nobody", "way"),
    [
        ("en", "nobody yet", "#customer"),
        ("de", "noch niemanden", "#kunde"),
        ("fr", "à personne", "#client"),
    ],
)
def test_an_answer_to_a_name_alone_is_not_said_to_go_to_anybody(
    language: str, nobody: str, way: str
) -> None:
    text = BUILTIN.render("agent_rule", language, sample_for("agent_rule")).text
    where = " ".join(text.partition("-" * 60)[2].partition("TKT-0042")[0].split())
    assert nobody in where
    assert way in where
    assert "Dora" not in where


@pytest.mark.parametrize(
    ("language", "late"),
    [("en", "25 minutes late"), ("de", "25 Minuten zu spät"), ("fr", "25 minutes de retard")],
)
def test_how_late_a_notice_is_stands_in_words(language: str, late: str) -> None:
    for name in ("sla_warning", "sla_breach"):
        one = BUILTIN.render(name, language, sample_for(name))
        assert late in one.text
        assert late in one.html


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_a_word_that_is_no_command_is_named_once_and_what_is_another_lines_beside_it(
    language: str,
) -> None:
    one = BUILTIN.render("agent_unknown_command", language, sample_for("agent_unknown_command"))
    above = one.text.partition("\n>")[0]
    assert above.count("#reslove") == 1
    assert above.count("#assign bob") == 1
    alarm = one.html.partition('class="alarm"')[2].partition("</div>")[0]
    assert alarm.count("#reslove") == 1
    assert alarm.count("#assign bob") == 1


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_a_colleague_of_the_same_name_is_not_told_that_the_ticket_is_theirs(language: str) -> None:
    sample = sample_for("agent_answered")
    ticket = sample["ticket"]
    assert isinstance(ticket, TicketView)
    namesake = {**sample, "person": ticket.assignee}
    mine = BUILTIN.render("agent_answered", language, {**namesake, "yours": True})
    theirs = BUILTIN.render("agent_answered", language, {**namesake, "yours": False})
    assert mine.text != theirs.text
    assert mine.html != theirs.html
