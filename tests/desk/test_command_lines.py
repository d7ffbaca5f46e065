"""Commands at the top of an agent's mail: every word, every value, and none of it ever on its way
to the customer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.actor import agent_acts
from maildesk.desk.commands.command_lines import CommandLines, read
from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.commands.table import ENGLISH, given
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason
from maildesk.desk.senders.entries import Contact
from maildesk.desk.ticket import NO_ADDRESS, Person, Status, Ticket
from tests.desk.stories import BEN, CARLA, NOW, POLICY, ticket

WORDS = {**ENGLISH, **POLICY.wording.commands}


def say(problem: Problem) -> str:
    return POLICY.wording.english.say(problem)


def lines(text: str, opening: str | None = None) -> CommandLines:
    return read(text, POLICY, opening)


def effects_of(
    command: Command, of: Ticket, by: Agent = BEN, policy: Policy = POLICY
) -> list[fx.Effect] | str:
    """The effects of this command, or the words why it cannot be done."""
    one = given(command, policy)
    if isinstance(one, Problem):
        return say(one)
    asked = Request(of, agent_acts(by), policy, NOW, line=command.written)
    found = one.spec.handler(one.value, asked)
    return say(found) if isinstance(found, Problem) else found


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("#quiet hours 20:00-7:00", "quiet_hours", "20:00-7:00"),
        ("#Quiet Hours: off", "quiet_hours", "off"),
        ("#quiet", "quiet", ""),
        ("#let in lee@example.org", "letin", "lee@example.org"),
        ("#kein Spam", "notspam", ""),
        ("#heures calmes 20h-7h", "quiet_hours", "20h-7h"),
        ("#note to self", "note", "to self"),
    ],
)
def test_a_word_may_be_written_as_two(line: str, name: str, value: str) -> None:
    read = lines(f"{line}\nText")
    assert [(one.name, one.value) for one in read.commands] == [(name, value)]
    assert (read.text, read.problems) == ("Text", ())


def done(line: str, agent: Agent = BEN) -> list[fx.Effect] | str:
    """What one command line does, or the words why not."""
    read = lines(line)
    assert not read.problems
    (command,) = read.commands
    return effects_of(command, ticket(), agent)


@pytest.mark.parametrize(("word", "meaning"), WORDS.items())
def test_every_word_is_understood_in_any_case(word: str, meaning: str) -> None:
    for written in (word, word.upper(), word.title()):
        commands = lines(f"#{written} value\nText")
        assert [(d.name, d.value) for d in commands.commands] == [(meaning, "value")]
        assert (commands.text, commands.problems) == ("Text", ())


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
        "#priorité\u00a0: high",
        "#priorité\u202f: high",
        "#prio：high",
    ],
)
def test_a_value_may_be_set_off_in_any_way(line: str) -> None:
    assert lines(line).commands[0].name == "priority"
    assert lines(line).commands[0].value == "high"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("#who kim@x.example<mailto:kim@x.example>", "kim@x.example"),
        ("#set seen_at=https://x.example <https://x.example/>", "seen_at=https://x.example"),
        ("#search from:kim@x.example<mailto:kim@x.example> jam", "from:kim@x.example jam"),
        ("#subject About <b> and a<b>", "About <b> and a<b>"),
    ],
)
def test_the_link_that_outlook_puts_behind_an_address_is_no_part_of_the_value(
    line: str, value: str
) -> None:
    assert [one.value for one in lines(line).commands] == [value]


def test_a_decomposed_umlaut_is_the_same_word() -> None:
    assert [d.name for d in lines("#gelo\u0308st").commands] == ["resolve"]


def test_commands_end_at_the_first_ordinary_line_and_blank_lines_do_not_matter() -> None:
    commands = lines("\n#resolve\n\n#tag +billing\nDear Ana,\n#close is the word to use")
    assert [d.name for d in commands.commands] == ["resolve", "tag"]
    assert commands.text == "Dear Ana,\n#close is the word to use"


@pytest.mark.parametrize("end", ["#stop", "--", "#STOP", " -- "])
def test_stop_ends_them_at_once(end: str) -> None:
    commands = lines(f"#note\n{end}\n#hashtag for the text")
    assert [d.name for d in commands.commands] == ["note"]
    assert commands.text == "#hashtag for the text"


@pytest.mark.parametrize(
    "line",
    [
        "#note " + "x" * 5000,
        "#note, careful with him",
        "#note. internal",
        "#note! internal",
        "#resolved!",
        "#note(internal)",
    ],
)
def test_a_known_command_is_never_taken_for_text(line: str) -> None:
    commands = lines(line)
    assert commands.text == ""
    assert len(commands.commands) == 1
    assert commands.commands[0].name in ("note", "resolve")


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("#prio high", "priority"),
        ("#prior high", "priority"),
        ("#res", "resolve"),
        ("#Esc now", "escalate"),
        ("#cat billing", "category"),
        ("#sno 2d", "snooze"),
        ("#assi ben", "assign"),
        ("#zurückl 2d", "snooze"),
    ],
)
def test_a_word_may_be_shortened_as_far_as_it_means_one_command(line: str, meaning: str) -> None:
    found = lines(f"{line}\nText")
    assert [one.name for one in found.commands] == [meaning]
    assert (found.text, found.problems) == ("Text", ())


def test_a_status_of_the_desks_own_is_a_command_by_its_name() -> None:
    policy = replace(POLICY, statuses={**POLICY.statuses, "with_supplier": Status.ON_HOLD})
    for line in ("#with_supplier", "#With-Supplier", "#with_supplier."):
        found = read(f"{line}\nText", policy)
        assert [(one.name, one.value) for one in found.commands] == [("status", "with_supplier")]
    assert read("#with_supplier until Monday", policy).commands == ()  # no value belongs to it
    assert lines("#with_supplier").commands == ()


def test_a_word_that_is_short_for_several_is_asked_about() -> None:
    found = lines("#not high\nText")
    assert found.commands == ()
    assert say(found.problems[0]) == (
        "#not is short for several commands; there are #notspam, #note, #notify"
    )
    assert lines("# not high\nText").text == "# not high\nText"  # a heading


@pytest.mark.parametrize(
    ("word", "language", "nearest"),
    [
        ("#vendor", "en", "#undo"),  # not the French #prendre
        ("#priotiry", "en", "#priority"),
        ("#priorittät", "de", "#priorität"),
        ("#reslove", "de", "#resolve"),
        ("#erledgt", "en", "#erledigt"),  # who writes another language than their own
    ],
)
def test_the_nearest_word_is_one_that_the_agent_knows(
    word: str, language: str, nearest: str
) -> None:
    found = read(word, POLICY, writer=replace(BEN, language=language))
    assert [one.nearest for one in found.problems] == [nearest]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("#reslove", "#reslove is not a command; did you mean #resolve?"),
        ("#clsoe", "#clsoe is not a command; did you mean #close?"),
        ("#zzzzzzzz", "#zzzzzzzz is not a command"),
        ("#note-to-self buy milk", "#note-to-self is not a command; did you mean #note?"),
        ("#" + "x" * 500, f"#{'x' * 500} is not a command"),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest(line: str, words: str) -> None:
    commands = lines(f"{line}\nText")
    assert [(one.line, say(one)) for one in commands.problems] == [(line, words)]
    assert commands.text == "Text"


def test_a_command_with_a_space_behind_the_sign_is_asked_about() -> None:
    commands = lines("# note he is lying\nText")
    (problem,) = commands.problems
    assert "#note" in say(problem)


@pytest.mark.parametrize(
    "text",
    ["# Steps to try", "#1 try this", "##Heading", "Hello #resolve", "> #resolve", "#", "#-"],
)
def test_other_signs_are_text(text: str) -> None:
    assert lines(text) == lines(text).__class__((), text)


def test_a_mail_of_many_lines_costs_no_time() -> None:
    commands = lines("#note " + "a " * 500_000 + "\n" + "#tag +x\n" * 2000)
    assert len(commands.commands) == 2001


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
    names = "Ben Okafor, Carla Ruiz, Dev Patel, support, network"
    said = f'neither an agent nor a team is called "karla"; there are {names}; did you mean Carla?'
    assert done("#assign karla") == said
    two = replace(POLICY, agents=(BEN, CARLA, Agent("Ben Short", "short@desk.example")))
    assert (
        effects_of(Command("assign", "ben", ""), ticket(), policy=two)
        == '"ben" could be more than one agent; there are Ben Okafor, Ben Short'
    )


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("#priority HIGH", "priority", "high"),
        ("#priority critical", "priority", "urgent"),
        ("#priority Medium", "priority", "normal"),
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
        (
            "#priority hihg",
            'there is no priority "hihg"; there are low, normal, high, urgent; did you mean high?',
        ),
        (
            "#category bills",
            'there is no category "bills"; there are billing, hardware; did you mean billing?',
        ),
        ("#queue", "#queue needs a value; there are support, network"),
        ("#prio", "#prio needs a value; there are low, normal, high, urgent"),
        ("#subject", "#subject needs the new subject"),
        ("#set color=red", 'there is no field "color"; there are licence key'),
        (
            "#set licence key",
            "#set needs what the field is to hold: #set licence key=…",
        ),
        ("#spent soon", "#spent needs a length of time such as 15m or 1h 30m"),
        ("#spent 99999w", "#spent needs a length of time such as 15m or 1h 30m"),
        ("#spent 60d", "#spent takes no more than 1000 hours at once"),
        ("#tag", "#tag needs the labels: #tag +billing -urgent"),
        ("#tag +", 'there is no label ""'),
        ("#cc", "#cc needs an address: #cc +ana@example.org"),
        ("#cc nobody", '"nobody" is not an address outside the desk'),
        (
            "#cc support@desk.example",
            '"support@desk.example" is not an address outside the desk',
        ),
        ("#cc carla@desk.example", "carla@desk.example is an agent: use #assign"),
        ("#cc -ana@harbour.example", "the requester cannot be taken out of their own ticket"),
    ],
)
def test_a_value_that_cannot_be_is_answered_in_words(line: str, words: str) -> None:
    assert done(line) == words


def test_labels_go_on_and_off_in_one_line() -> None:
    assert done("#tag +billing, -urgent vip") == [
        fx.Label(name="billing"),
        fx.Label(name="urgent", on=False),
        fx.Label(name="vip"),
    ]


def test_where_the_policy_has_labels_only_those_go_in_any_case() -> None:
    strict = replace(POLICY, labels={"Billing": "#fff"})
    assert effects_of(Command("tag", "+billing", ""), ticket(), policy=strict) == [
        fx.Label(name="Billing")
    ]
    assert (
        effects_of(Command("tag", "+biling", ""), ticket(), policy=strict)
        == 'there is no label "biling"; there are Billing; did you mean Billing?'
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
    found = effects_of(Command("letin", value, ""), AWAITED)
    assert found == [
        fx.AddParticipant(person=LEE),
        fx.SetStatus(status=Status.IN_PROGRESS, why=Reason("let_in", {"agent": "Ben Okafor"})),
    ]
    assert effects_of(Command("keepout", value, ""), AWAITED) == [fx.KeepOut(address=LEE.address)]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("letin", "", "nobody is waiting to be let in"),
        ("letin", "lee", '"lee" is not an address outside the desk'),
        (
            "letin",
            "support@desk.example",
            '"support@desk.example" is not an address outside the desk',
        ),
        (
            "customer",
            "dora@example.org lee@example.org",
            "#customer needs an address: ana@example.org",
        ),
        ("customer", BEN.address, f"{BEN.address} is an agent: use #assign"),
        (
            "customer",
            "support@desk.example",
            '"support@desk.example" is not an address outside the desk',
        ),
        ("customer", "", "#customer needs an address: ana@example.org"),
        ("keepout", CARLA.address, f"{CARLA.address} is an agent: use #assign"),
        ("keepout", "ana@harbour.example", "the requester cannot be taken out of their own ticket"),
    ],
)
def test_who_may_not_be_meant_is_said_in_words(name: str, value: str, words: str) -> None:
    assert effects_of(Command(name, value, ""), ticket()) == words


def test_a_customer_of_whom_only_the_name_is_known_is_given_an_address() -> None:
    nameless = ticket().but(requester=Person(NO_ADDRESS, "Dora Fisk"))
    asked = Command("customer", "<Dora@Example.org>", "")
    dora = Person("dora@example.org", "Dora Fisk")
    assert effects_of(asked, nameless) == [fx.SetRequester(person=dora)]
    assert effects_of(asked, ticket().but(requester=dora)) == []


def test_a_customer_who_has_an_address_is_given_another_as_the_same_person() -> None:
    ana = Person("ana@harbour.example", "Ana", "Harbour", "vip")
    at_home = Person("ana@home.example", "Ana", "Harbour", "vip")
    asked = Command("customer", "Ana@Home.example", "")
    joins = fx.JoinAddress(
        address="ana@home.example",
        to="ana@harbour.example",
        how="agent",
        organisation="Harbour",
        tier="vip",
    )
    found = effects_of(asked, ticket().but(requester=ana))
    assert found == [fx.SetRequester(person=at_home), joins]


def test_what_the_files_say_of_the_new_address_itself_comes_first() -> None:
    ana = Person("ana@harbour.example", "Ana", "Harbour", "vip")
    domain = Contact("@home.example", organisation="Home", tier="basic")
    asked = Command("customer", "ana@home.example", "")

    def becomes(*contacts: Contact) -> tuple[str, str]:
        policy = replace(POLICY, contacts=contacts)
        found = effects_of(asked, ticket().but(requester=ana), policy=policy)
        assert isinstance(found, list)
        effect, _ = found
        assert isinstance(effect, fx.SetRequester)
        return effect.person.organisation, effect.person.tier

    assert becomes(domain) == ("Harbour", "vip")
    assert becomes(replace(domain, match="ana@home.example", tier="")) == ("Home", "vip")


def test_the_address_of_another_contact_is_no_new_one_of_the_customers() -> None:
    own = Contact("ana@harbour.example", "Ana", addresses=("ana@home.example",))
    policy = replace(POLICY, contacts=(own, Contact("dora@example.org", "Dora Fisk")))
    ana = ticket().but(requester=Person("ana@harbour.example", "Ana"))
    refused = effects_of(Command("customer", "dora@example.org", ""), ana, policy=policy)
    words = (
        "dora@example.org is another customer's: Dora Fisk; #cc +dora@example.org brings them in"
    )
    assert refused == words
    asked = Command("customer", "ana@home.example", "")
    at_home = Person("ana@home.example", "Ana")
    assert effects_of(asked, ana, policy=policy) == [fx.SetRequester(person=at_home)]


def test_who_waits_with_the_new_address_is_let_in() -> None:
    found = effects_of(Command("customer", LEE.address, ""), AWAITED)
    assert isinstance(found, list)
    assert found[0] == fx.AddParticipant(person=LEE)
    assert isinstance(found[-1], fx.SetRequester)
    assert found[-1].person.address == LEE.address


def test_where_two_wait_one_has_to_be_named() -> None:
    both = replace(AWAITED, waiting=(LEE, Person("tom@elsewhere.example")))
    words = "#letin needs an address: lee@elsewhere.example, tom@elsewhere.example"
    assert effects_of(Command("letin", "", ""), both) == words


def test_what_stands_elsewhere_than_in_the_mail_itself_is_asked_about() -> None:
    for opening in ("", "Hello.", "#note"):
        commands = lines("#note\n#close\nText", opening)
        assert Problem("command_elsewhere", line="#close") in commands.problems
        assert "close" not in [d.name for d in commands.commands]
    assert lines("#note\n\n#close\nText", " #note\n#close\u200b\nText").problems == ()


def test_what_only_says_who_reads_the_text_changes_nothing_by_itself() -> None:
    for word in ("note", "reply"):
        assert done(f"#{word}") == []


def test_a_move_says_in_the_history_who_wrote_which_line() -> None:
    why = Reason("asked", {"agent": "Ben Okafor", "line": "#resolve new sensor"})
    moved, kept = (
        fx.SetStatus(status=Status.RESOLVED, why=why),
        fx.SetField(name="resolution", value="new sensor"),
    )
    assert done("#resolve new sensor") == [moved, kept]
    assert done("#open") == "a ticket that is open cannot be reopened"
