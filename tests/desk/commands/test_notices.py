"""What agents choose for themselves by mail: how it is written, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.actor import agent_acts
from maildesk.desk.answers import Done, ShownNotices
from maildesk.desk.asked import NO_TICKET
from maildesk.desk.commands.carry_out import Content, carry_out
from maildesk.desk.commands.families.notices import taken_back
from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.commands.table import COMMANDS, given, handled, name_of
from maildesk.desk.notices.choices import NOTHING
from maildesk.desk.notices.notice_effects import Choose, SetDigest
from maildesk.desk.notices.wanted import Notices, Quiet
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.problem import Problem
from tests.desk.stories import BEN, CARLA, NOW, POLICY, ticket

Chosen = dict[str, str | None]


def answered(
    line: str, policy: Policy = POLICY, had: Mapping[str, str] = NOTHING
) -> tuple[list[fx.Effect], str]:
    """What comes of this line, and what is said of it in the agent's language."""
    word, _, value = line.removeprefix("#").partition(" ")
    policy = policy.with_said({}, {BEN.address: had})
    ben = policy.agent(BEN.address)
    assert ben is not None
    language = policy.wording.of(ben.language)
    request = Request(NO_TICKET, agent_acts(ben), policy, NOW, line=line)
    one = given(Command(name_of(word, policy), value, line), policy)
    found = one if isinstance(one, Problem) else handled(one, request)
    if isinstance(found, Problem):
        return [], language.say(found)
    (answer,) = (each for each in found if isinstance(each, fx.AnswerAgent))
    (told,) = answer.told
    if isinstance(told, ShownNotices):
        return [], "\n".join(f"#{word} {value}: {does}" for word, value, does in told.lines)
    assert isinstance(told, Done)
    return [each for each in found if each is not answer], " ".join(
        map(language.because, told.said)
    )


def chosen(effects: list[fx.Effect]) -> Chosen:
    return {one.name: one.value for one in effects if isinstance(one, Choose)}


def having(notices: Notices, language: str = "en", **more: object) -> Policy:
    """The desk whose files give Ben these notices."""
    ben = replace(BEN, notices=notices, language=language, **more)  # type: ignore[arg-type]
    return replace(POLICY, agents=(ben, CARLA))


@pytest.mark.parametrize(
    ("line", "choices"),
    [
        ("#bundle 10m", {"bundle": "600"}),
        ("#bundle 1 h 30 min", {"bundle": "5400"}),
        ("#bündeln 10 Minuten", {"bundle": "600"}),
        ("#regrouper 1 heure", {"bundle": "3600"}),
        ("#bundle off", {"bundle": "off"}),
        ("#bundle no.", {"bundle": "off"}),
        ("#bündeln aus", {"bundle": "off"}),
        ("#regrouper non", {"bundle": "off"}),
        ("#bundle on", {"bundle": "600"}),
        ("#remind 4h", {"remind_after": "14400"}),
        ("#remind 24 hours", {"remind_after": "86400"}),
        ("#erinnern aus", {"remind_after": "off"}),
        ("#reminders on", {"remind_after": "14400"}),
        ("#quiet-hours 18:00-8:00", {"quiet": "1080-480"}),
        ("#quiet_hours from 6pm to 8am", {"quiet": "1080-480"}),
        ("#ruhezeit von 18 Uhr bis 8 Uhr", {"quiet": "1080-480"}),
        ("#heures-calmes de 18h à 8h", {"quiet": "1080-480"}),
        ("#quiet-hours off", {"quiet": "off"}),
        ("#notify status off", {"notify:status": "off"}),
        ("#notify status, priority off", {"notify:status": "off", "notify:priority": "off"}),
        ("#notify +note -status", {"notify:note": "on", "notify:status": "off"}),
        ("#notify –status", {"notify:status": "off"}),
        ("#notify mention", {"notify:mention": "on"}),
        ("#mitteilungen Priorität aus", {"notify:priority": "off"}),
        ("#notifications échéance oui", {"notify:sla": "on"}),
        ("#notify reminder on", {"remind_after": "14400"}),
    ],
)
def test_it_is_chosen_as_it_is_written(line: str, choices: Chosen) -> None:
    assert chosen(answered(line)[0]) == choices


def test_what_is_so_now_and_was_before_is_said_and_the_line_that_takes_it_back() -> None:
    assert answered("#bundle 10m")[1] == (
        "Of one ticket you get one mail in 10 minutes: the first at once, what follows together. "
        "Before: Each notice is a mail of its own. #bundle default takes that back."
    )
    assert answered("#bundle off", had={"bundle": "5400"})[1] == (
        "Each notice is a mail of its own. Before: Of one ticket you get one mail in 1 hour and "
        "30 minutes: the first at once, what follows together. #bundle 1h 30m takes that back."
    )
    assert answered("#remind 30h")[1].startswith(
        "A ticket of yours that has needed your response for 30 hours of your working time "
        "reminds you, once. Before: Tickets that need your response do not remind you."
    )
    assert answered("#quiet-hours 18:00-8:00", had={"quiet": "1200-420"})[1] == (
        "From 18:00 to 8:00 nothing is sent to you; it comes afterwards, in one mail. What does "
        "not wait: a deadline is near, or was missed; whatever happens to an urgent ticket. "
        "Before: From 20:00 to 7:00 nothing is sent to you; it comes afterwards, in one mail. "
        "#quiet-hours 20:00-7:00 takes that back."
    )
    assert answered("#notify status, priority off")[1] == (
        "You are not told of: status, priority. Before, you were told of: created, assigned, "
        "replied, answered, note, mention, status, priority, sla. #notify status priority default "
        "takes that back."
    )


def test_it_is_said_in_the_agents_own_language() -> None:
    german = having(Notices(), "de")
    assert answered("#ruhezeit 18:00-8:00", german)[1] == (
        "Von 18:00 bis 8:00 Uhr wird Ihnen nichts geschickt; es kommt danach, in einer Mail. "
        "Sofort kommt trotzdem: eine Frist ist nah oder wurde versäumt; was auch immer mit einem "
        "dringenden Ticket geschieht. Bisher: Sie haben keine Ruhezeit. #ruhezeit standard nimmt "
        "das zurück."
    )
    french = having(Notices(), "fr")
    assert answered("#notifications statut non", french)[1].endswith(
        "#notifications statut défaut annule cela."
    )


def test_without_a_value_it_is_shown_and_nothing_is_chosen() -> None:
    assert answered("#bundle", had={"bundle": "off"}) == (
        [],
        "Each notice is a mail of its own. You chose that.",
    )
    files = having(Notices(quiet=Quiet(1200, 420), breaks_through=frozenset()))
    assert answered("#quiet-hours", files) == (
        [],
        "From 20:00 to 7:00 nothing is sent to you; it comes afterwards, in one mail. "
        "The files of the desk say so.",
    )


def test_default_is_what_the_files_say_again() -> None:
    files = having(Notices(bundle=timedelta(minutes=5)))
    effects, said = answered("#bundle default", files, had={"bundle": "off"})
    assert chosen(effects) == {"bundle": None}
    assert said.startswith("Of one ticket you get one mail in 5 minutes")
    effects, _ = answered("#notify default", files, had={"notify:note": "off"})
    assert chosen(effects) == {"notify:note": None}
    assert chosen(answered("#bundle on", files)[0]) == {"bundle": "300"}


def test_what_is_so_already_is_said_and_not_written_again() -> None:
    effects, said = answered("#bundle 10m", had={"bundle": "600"})
    assert (effects, said.endswith("You chose that.")) == ([], True)
    effects, said = answered("#notify note off", had={"notify:note": "off"})
    assert (effects, said) == ([], "You are not told of: note. It was so before.")


def test_all_of_it_is_shown_by_notify_alone() -> None:
    _, said = answered("#notify", had={"notify:status": "off", "bundle": "600", "digest": "450"})
    assert said.splitlines() == [
        "#notify created off: Now on: a new ticket of your queues that nobody has, or one that "
        "was moved there or given back",
        "#notify assigned off: Now on: a ticket was given to you, taken from you, or moved while "
        "it is yours",
        "#notify replied off: Now on: the customer wrote",
        "#notify answered off: Now on: a colleague answered in your ticket",
        "#notify note off: Now on: a colleague left a note",
        "#notify mention off: Now on: a colleague mentioned you, or had you follow a ticket",
        "#notify status on: Now off: a colleague gave your ticket another status",
        "#notify priority off: Now on: a colleague gave your ticket another priority",
        "#notify sla off: Now on: a deadline is near, or was missed",
        "#bundle off: Of one ticket you get one mail in 10 minutes: the first at once, what "
        "follows together.",
        "#remind 4h: Tickets that need your response do not remind you.",
        "#quiet-hours 20:00-7:00: You have no quiet hours.",
        "#digest off: Your digest comes at 7:30.",
    ]


def test_the_digest_is_an_event_like_the_others() -> None:
    effects, _ = answered("#notify digest off, ")
    assert effects == [SetDigest(agent=BEN.address, minute=None)]
    effects, said = answered("#notify digest note on")
    assert [type(one) for one in effects] == [SetDigest, Choose]
    assert "Your digest comes" in said and "You are told of: note." in said


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("#bundle 10", '"10" is no time in which notices are gathered: from a minute to a day, '
         "such as #bundle 10m, or #bundle off"),
        ("#bundle 2 days", '"2 days" is no time in which'),
        ("#bundle 10s", '"10s" is no time in which'),
        ("#remind tomorrow", '"tomorrow" is no length of working time: such as #remind 4h, up to '
         "1000 hours, or #remind off. A single ticket is put off by #snooze"),
        ("#remind 0m", '"0m" is no length'),
        ("#quiet-hours night", '"night" are no quiet hours: such as #quiet-hours 20:00-7:00, or '
         "#quiet-hours off"),
        ("#quiet-hours on", "the files of the desk name no quiet hours: say which, such as "
         "#quiet-hours 20:00-7:00"),
        ("#notify replyed off", 'there is nothing called "replyed" that you could be told of; '
         "there are created, assigned, replied, answered, note, mention, status, priority, sla, "
         "reminder, digest; did you mean replied?"),
        ("#notify all off", "say what you do not want to hear of, such as #notify status priority "
         "off; while you are away, #away"),
        ("#notify off", "say what you do not want to hear of"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_an_example(line: str, why: str) -> None:
    effects, said = answered(line)
    assert effects == []
    assert said.startswith(why)


@pytest.mark.parametrize("name", ["bundle", "remind", "quiet_hours", "notify"])
def test_the_example_of_each_language_can_be_written_so(name: str) -> None:
    for language in POLICY.wording.values():
        own = language.commands.get(name)
        argument = (own.argument if own else "") or COMMANDS[name].argument
        one = given(Command(name, argument), POLICY)
        assert not isinstance(one, Problem) and one.value, (language.code, argument)


def carried_out(lines: tuple[tuple[str, str], ...], by: Agent = BEN) -> tuple[Command, ...]:
    request = Request(ticket(assignee=BEN.address), agent_acts(by), POLICY, NOW)
    done = carry_out(request, [Command(*one) for one in lines], Content())
    assert done.problems == ()
    return done.undo


def test_in_an_answer_about_a_ticket_it_is_taken_back_with_the_rest() -> None:
    undo = carried_out((("bundle", "10m"), ("notify", "status off"), ("priority", "high")))
    assert {(one.name, one.value) for one in undo} >= {
        ("bundle", "default"),
        ("notify", "status default"),
    }


@pytest.mark.parametrize(
    ("effect", "command"),
    [
        (("bundle", "off", "600"), ("bundle", "10m")),
        (("remind_after", "off", "108000"), ("remind", "30h")),
        (("quiet", "off", "1200-420"), ("quiet_hours", "20:00-7:00")),
        (("quiet", "0-0", "off"), ("quiet_hours", "off")),
        (("notify:note", "off", "on"), ("notify", "note on")),
    ],
)
def test_the_command_that_takes_it_back_means_what_was_chosen_before(
    effect: tuple[str, str, str], command: tuple[str, str]
) -> None:
    name, value, before = effect
    found = taken_back(Choose(agent=BEN.address, name=name, value=value, before=before))
    assert (found.name, found.value) == command
    effects, _ = answered(f"#{found.name} {found.value}", had={name: value})
    assert chosen(effects) == {name: before}
