"""Commands at the top of an agent's mail: every word, every value, and none of it ever on its way to the customer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.command_lines import ELSEWHERE, WORDS, CommandLine, effects_of, read
from maildesk.desk.policy import Agent
from maildesk.desk.ticket import Person, Status
from tests.desk.stories import BEN, CARLA, POLICY, ticket


def done(line: str, agent: Agent = BEN) -> list[fx.Effect] | str:
    """What one command line does, or the words why not."""
    commands = read(line)
    assert not commands.unknown
    (directive,) = commands.directives
    return effects_of(directive, ticket(), agent, POLICY)


@pytest.mark.parametrize(("word", "meaning"), WORDS.items())
def test_every_word_is_understood_in_any_case(word: str, meaning: str) -> None:
    for written in (word, word.upper(), word.title()):
        commands = read(f"#{written} value\nText")
        assert [(d.name, d.value) for d in commands.directives] == [(meaning, "value")]
        assert (commands.text, commands.unknown) == ("Text", ())


@pytest.mark.parametrize(
    "line",
    [
        "#priority high",
        "#priority: high",
        "#priority=high",
        "#prio   high",
        "\u200b#prio high",
        "\ufeff#prio high",
        "＃prio high",
        "  #PRIO\u00a0high",
        "#prio, high",
        "#prio:high",
    ],
)
def test_a_value_may_be_set_off_in_any_way(line: str) -> None:
    assert read(line).directives[0].name == "priority"
    assert read(line).directives[0].value == "high"


def test_a_decomposed_umlaut_is_the_same_word() -> None:
    assert [d.name for d in read("#gelo\u0308st").directives] == ["resolve"]


def test_commands_end_at_the_first_ordinary_line_and_blank_lines_do_not_matter() -> None:
    commands = read("\n#resolve\n\n#tag +billing\nDear Ana,\n#close is the word to use")
    assert [d.name for d in commands.directives] == ["resolve", "tag"]
    assert commands.text == "Dear Ana,\n#close is the word to use"


@pytest.mark.parametrize("end", ["#stop", "--", "#STOP", " -- "])
def test_stop_ends_them_at_once(end: str) -> None:
    commands = read(f"#note\n{end}\n#hashtag for the text")
    assert [d.name for d in commands.directives] == ["note"]
    assert commands.text == "#hashtag for the text"


@pytest.mark.parametrize(
    "line",
    ["#note " + "x" * 5000, "#note, careful with him", "#note. internal", "#note! internal", "#resolved!", "#note(internal)"],
)
def test_a_known_command_is_never_taken_for_text(line: str) -> None:
    commands = read(line)
    assert commands.text == ""
    assert len(commands.directives) == 1
    assert commands.directives[0].name in ("note", "resolve")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("#reslove", "#reslove is no command; did you mean #resolve?"),
        ("#clsoe", "#clsoe is no command; did you mean #close?"),
        ("#zzzzzzzz", "#zzzzzzzz is no command"),
        ("#note-to-self buy milk", "#note-to-self is no command; did you mean #note?"),
        ("#" + "x" * 500, f"#{'x' * 500} is no command"),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest(line: str, words: str) -> None:
    commands = read(f"{line}\nText")
    assert commands.unknown == ((line, words),)
    assert commands.text == "Text"


def test_a_command_with_a_space_behind_the_sign_is_asked_about() -> None:
    commands = read("# note he is lying\nText")
    assert len(commands.unknown) == 1
    assert "#note" in commands.unknown[0][1]


@pytest.mark.parametrize("text", ["# Steps to try", "#1 try this", "##Heading", "Hello #resolve", "> #resolve", "#", "#-"])
def test_other_signs_are_text(text: str) -> None:
    assert read(text) == read(text).__class__((), text)


def test_a_mail_of_many_lines_costs_no_time() -> None:
    commands = read("#note " + "a " * 500_000 + "\n" + "#tag +x\n" * 2000)
    assert len(commands.directives) == 2001


@pytest.mark.parametrize(
    ("line", "agent"),
    [
        ("#assign me", "ben@desk.example"),
        ("#assign", "ben@desk.example"),
        ("#take", "ben@desk.example"),
        ("#assign none", ""),
        ("#assign -", ""),
        ("#assign Carla", "carla@desk.example"),
        ("#assign carla ruiz", "carla@desk.example"),
        ("#assign @dev", "dev@desk.example"),
        ("#owner BEN@home.example", "ben@desk.example"),
        ("#assign niemand", ""),
    ],
)
def test_assign_knows_people_by_name_address_and_me(line: str, agent: str) -> None:
    result = done(line)
    assert isinstance(result, list)
    assert [e.agent for e in result if isinstance(e, fx.Assign)] == [agent]


def test_assign_asks_where_nobody_or_two_are_meant() -> None:
    assert done("#assign karla") == 'there is no agent "karla"; did you mean Carla Ruiz?'
    two = replace(POLICY, agents=(BEN, CARLA, Agent("Ben Short", "short@desk.example")))
    assert effects_of(CommandLine("assign", "ben", ""), ticket(), BEN, two) == '"ben" may be Ben Okafor or Ben Short'


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("#priority HIGH", "priority", "high"),
        ("#category Billing", "category", "billing"),
        ("#type task", "type", "task"),
        ("#queue network", "queue", "network"),
        ("#subject New words: here", "subject", "New words: here"),
        ("#set Licence Key = HB-1", "fields.licence key", "HB-1"),
        ("#set licence key=", "fields.licence key", ""),
    ],
)
def test_fields_are_set_in_the_policys_own_words(line: str, name: str, value: str) -> None:
    assert done(line) == [fx.SetField(name=name, value=value)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("#priority hihg", 'there is no priority "hihg"; did you mean high?'),
        ("#category bills", 'there is no category "bills"; did you mean billing?'),
        ("#queue", 'there is no queue ""'),
        ("#subject", "#subject needs the new subject"),
        ("#set color=red", 'there is no field "color"'),
        ("#set licence key", 'there is no field "licence key"; did you mean licence key?'),
        ("#spent soon", "#spent needs a period such as 30s, 15m, 24h or 7d"),
        ("#spent 99999w", "#spent needs a period such as 30s, 15m, 24h or 7d, of no more than 100 years"),
        ("#spent 60d", "#spent takes no more than 1000 hours at once"),
        ("#tag", "#tag needs the labels: #tag +billing -urgent"),
        ("#tag +", 'there is no label ""'),
        ("#cc", "#cc needs an address: #cc +ana@example.org"),
        ("#cc nobody", '"nobody" is no address of somebody outside the desk'),
        ("#cc support@desk.example", '"support@desk.example" is no address of somebody outside the desk'),
        ("#cc carla@desk.example", "carla@desk.example is an agent: use #assign"),
        ("#cc -ana@harbour.example", "the requester cannot be taken out of their own ticket"),
    ],
)
def test_a_value_that_cannot_be_is_answered_in_words(line: str, words: str) -> None:
    assert done(line) == words


def test_labels_go_on_and_off_in_one_line() -> None:
    assert done("#tag +billing, -urgent vip") == [fx.Label(name="billing"), fx.Label(name="urgent", on=False), fx.Label(name="vip")]


def test_where_the_policy_has_labels_only_those_go_in_any_case() -> None:
    strict = replace(POLICY, labels={"Billing": "#fff"})
    assert effects_of(CommandLine("tag", "+billing", ""), ticket(), BEN, strict) == [fx.Label(name="Billing")]
    assert (
        effects_of(CommandLine("tag", "+biling", ""), ticket(), BEN, strict) == 'there is no label "biling"; did you mean Billing?'
    )


def test_time_spent_is_counted_in_seconds() -> None:
    assert done("#spent 1h 30m") == [fx.SpendTime(seconds=5400)]


def test_people_come_in_and_go_by_their_address() -> None:
    assert done("#cc +Boss@Harbour.example <x@y.example>, -old@harbour.example") == [
        fx.AddParticipant(person=Person("boss@harbour.example")),
        fx.AddParticipant(person=Person("x@y.example")),
        fx.RemoveParticipant(address="old@harbour.example"),
    ]


LEE = Person("lee@elsewhere.example", "Lee")
AWAITED = ticket(Status.RESOLVED, waiting=(LEE,), assignee=BEN.address)


@pytest.mark.parametrize("value", ["", "lee@elsewhere.example", "<Lee@Elsewhere.example>"])
def test_who_waits_is_let_in_and_their_words_move_the_ticket(value: str) -> None:
    found = effects_of(CommandLine("letin", value, ""), AWAITED, BEN, POLICY)
    assert found == [fx.AddParticipant(person=LEE), fx.SetStatus(status=Status.IN_PROGRESS, why="Ben Okafor let them in")]
    assert effects_of(CommandLine("keepout", value, ""), AWAITED, BEN, POLICY) == [fx.KeepOut(address=LEE.address)]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("letin", "", "nobody waits to be let in"),
        ("letin", "lee", '"lee" is no address of somebody outside the desk'),
        ("letin", "support@desk.example", '"support@desk.example" is no address of somebody outside the desk'),
        ("keepout", CARLA.address, f"{CARLA.address} is an agent: use #assign"),
        ("keepout", "ana@harbour.example", "the requester cannot be taken out of their own ticket"),
    ],
)
def test_who_may_not_be_meant_is_said_in_words(name: str, value: str, words: str) -> None:
    assert effects_of(CommandLine(name, value, ""), ticket(), BEN, POLICY) == words


def test_where_two_wait_one_has_to_be_named() -> None:
    both = replace(AWAITED, waiting=(LEE, Person("tom@elsewhere.example")))
    words = "#letin needs an address: lee@elsewhere.example or tom@elsewhere.example"
    assert effects_of(CommandLine("letin", "", ""), both, BEN, POLICY) == words


def test_what_stands_elsewhere_than_in_the_mail_itself_is_asked_about() -> None:
    for opening in ("", "Hello.", "#note"):
        commands = read("#note\n#close\nText", opening)
        assert ("#close", ELSEWHERE) in commands.unknown
        assert "close" not in [d.name for d in commands.directives]
    assert read("#note\n\n#close\nText", " #note\n#close\u200b\nText").unknown == ()


def test_moves_and_notes_are_left_to_the_decision() -> None:
    for word in ("resolve", "close", "note", "reply", "spam", "wait"):
        assert done(f"#{word}") == []
