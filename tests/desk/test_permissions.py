"""Who may do what: every command by every role, the desk's own roles, and refusals that name what
is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.actor import DESK, Actor, agent_acts, customer_acts, operator_acts
from maildesk.desk.commands.carry_out import Content, carry_out
from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.commands.table import COMMANDS
from maildesk.desk.deletion.goes import Goes
from maildesk.desk.from_agent import wrote
from maildesk.desk.merging.others import Merged, Named, Others, Said
from maildesk.desk.merging.taken import taken
from maildesk.desk.permissions import (
    BUILT_IN,
    PARTICIPANT,
    REQUESTER,
    CustomerMay,
    CustomersMay,
    Permission,
    customer_refusal,
    may,
)
from maildesk.desk.policy import Absence, Agent
from maildesk.desk.ticket import Person, Status, Ticket
from maildesk.desk.undo.past_act import PastAct
from tests.desk.stories import ANA, BEN, CARLA, NOW, POLICY, from_agent, names, of, ticket

LEE = Person("lee@elsewhere.example", "Lee")
# A value that can be done, and the state in which it can be.
ASKED: dict[str, tuple[str, Status]] = {
    "assign": ("carla", Status.OPEN), "priority": ("high", Status.OPEN),
    "category": ("billing", Status.OPEN), "type": ("task", Status.OPEN),
    "queue": ("network", Status.OPEN), "tag": ("+vip", Status.OPEN),
    "subject": ("New words", Status.OPEN), "set": ("licence key=HB-1", Status.OPEN),
    "spent": ("15m", Status.OPEN), "cc": ("+eva@harbour.example", Status.OPEN),
    "reopen": ("", Status.WAITING), "notspam": ("", Status.SPAM),
    "customer": ("ana@harbour.example", Status.OPEN),
    "also": ("ana@harbour.example", Status.OPEN),
    "status": ("waiting", Status.OPEN), "search": ("paper jam", Status.OPEN),
    "note": ("mind the dog", Status.OPEN), "merge": ("TKT-0009", Status.OPEN),
    "unmerge": ("TKT-0003", Status.OPEN), "link": ("TKT-0009", Status.OPEN),
    "unlink": ("TKT-0004", Status.OPEN), "snooze": ("2d", Status.OPEN),
    "away": ("3 days", Status.OPEN), "new": ("for ana@harbour.example", Status.OPEN),
    "archive": ("", Status.CLOSED),
    "to": ("eva@harbour.example", Status.OPEN), "bcc": ("eva@harbour.example", Status.OPEN),
}  # fmt: skip
NOT_FOR = {
    "agent": {"delete"},
    "admin": {"delete"},
    "super_admin": set[str](),
    "specialist": {
        "assign",
        "queue",
        "close",
        "spam",
        "notspam",
        "cc",
        "customer",
        "also",
        "archive",
        "unarchive",
        "to",
        "bcc",
        "letin",
        "keepout",
        "merge",
        "unmerge",
        "split",
        "delete",
    },
}


def others_of(one: Ticket) -> Others:
    """A ticket to be merged or linked, one that was merged, and one that is linked."""
    found = {
        f"TKT-000{number}": one.but(id=number, reference=f"TKT-000{number}") for number in (3, 4, 9)
    }
    part = Merged(found["TKT-0003"], taken(one, found["TKT-0003"]))
    named = {reference: Named(other) for reference, other in found.items()}
    said = Said(1, NOW, LEE, is_theirs=True)
    return Others(named, (part,), ("TKT-0004",), is_confirmed=True, said=said, goes=Goes())


TOMORROW = NOW + timedelta(days=1)
ACT = PastAct(1, NOW, BEN.address, {"priority": ("low", "normal")})


def asked(name: str, role: str, **more: object) -> tuple[list[str], Ticket]:
    """The codes of what keeps a Ben of this role from having it done."""
    value, behaviour = ASKED.get(name, ("", Status.OPEN))
    ben = replace(BEN, role=role)
    policy = replace(POLICY, agents=(ben, CARLA), roles={"trainee": frozenset({Permission.NOTE})})
    one = ticket(behaviour, assignee=BEN.address, waiting=(LEE,))
    if name == "wake":
        one = one.but(snoozed_until=TOMORROW)
    if name == "unarchive":
        one = one.but(archived=True)
    if name == "back":
        policy = replace(policy, absences={BEN.address: (Absence(TOMORROW),)})
    if name in ("new", "quiet"):  # above a mail that opens it
        one = one.but(id=0)
    request = Request(one, agent_acts(ben), policy, NOW, others=others_of(one), undoes=ACT)
    content = Content("Words." if name in ("to", "bcc") else "")
    done = carry_out(request, [Command(name, value)], content)
    return [problem.code for problem in done.problems], one


ONES = [name for name in COMMANDS if name != "for"]  # that is no command of one ticket


@pytest.mark.parametrize("role", BUILT_IN)
@pytest.mark.parametrize("name", ONES)
def test_every_command_by_every_role(name: str, role: str) -> None:
    assert asked(name, role)[0] == (["not_allowed"] if name in NOT_FOR[role] else [])


@pytest.mark.parametrize("name", ONES)
def test_a_role_of_the_desks_own_may_what_is_written_and_what_concerns_nobody_else(
    name: str,
) -> None:
    own = (
        *("files", "renew", "help", "list", "search", "canned", "show", "stats", "undo", "history"),
        *("follow", "unfollow", "away", "back", "digest", "quiet", "who"),
        *("bundle", "remind", "quiet_hours", "notify"),
    )
    assert (asked(name, "trainee")[0] == []) is (name in ("note", *own))
    assert (asked(name, "forgotten")[0] == []) is (name in own)


def test_a_refusal_names_what_is_missing_and_holds_the_whole_mail() -> None:
    ben = replace(BEN, role="specialist")
    policy = replace(POLICY, agents=(ben, CARLA))
    mine = ticket(assignee=BEN.address)
    effects = wrote(mine, from_agent("#priority high\n#spam\nA crook.", agent=ben), policy, NOW)
    assert names(effects) == ["Hold", "NotifyAgents"]
    (question,) = of(effects, fx.NotifyAgents)
    why = (
        'this needs the permission "spam", which the role specialist does not have; who may: '
        "Carla Ruiz"
    )
    problems = question.context["problems"]
    assert (question.context["lines"], policy.wording.english.why(problems)) == (("#spam",), why)  # type: ignore[arg-type]
    german = policy.wording.of("de").why(problems)  # type: ignore[arg-type]
    assert german == (
        "dafür braucht es das Recht „spam“, das die Rolle specialist nicht hat; wer es darf: "
        "Carla Ruiz"
    )


@pytest.mark.parametrize(
    ("roles", "who"),
    [
        (("agent",), "whoever runs the desk, at the command line"),
        (("agent", "super_admin"), "C1"),
        (("eraser", "super_admin", "admin"), "C0, C1"),
        (("super_admin",) * 7, "C0, C1, C2, C3, C4 …"),
    ],
)
def test_a_refused_delete_says_who_may(roles: tuple[str, ...], who: str) -> None:
    others = (
        replace(CARLA, name=f"C{n}", address=f"c{n}@desk.example", role=role)
        for n, role in enumerate(roles)
    )
    own = {"eraser": frozenset({Permission.DELETE})}
    policy = replace(POLICY, agents=(BEN, *others), roles=own)
    one = ticket(assignee=BEN.address)
    request = Request(one, agent_acts(BEN), policy, NOW, others=others_of(one))
    (problem,) = carry_out(request, [Command("delete")], Content()).problems
    assert policy.wording.english.say(problem) == (
        f'this needs the permission "delete", which the role agent does not have; who may: {who}'
    )


def test_the_text_needs_a_permission_of_its_own() -> None:
    ben = replace(BEN, role="trainee")
    policy = replace(
        POLICY, agents=(ben,), roles={"trainee": frozenset({Permission.NOTE, Permission.WORK})}
    )
    mine = ticket(assignee=BEN.address)

    def codes(words: str) -> list[str]:
        return [
            e.words for e in of(wrote(mine, from_agent(words, agent=ben), policy, NOW), fx.Hold)
        ]

    assert codes("#note\nHe pays late.") == []
    assert codes("#wait") == []
    assert codes("Dear Ana") == [
        'this needs the permission "answer", which the role trainee does not have; who may: '
        "whoever runs the desk, at the command line"
    ]
    assert "answer" in codes("#resolve\nIt was the sensor.")[0]


def test_a_specialist_works_on_what_they_see_an_agent_on_what_they_were_told() -> None:
    for role, free in (("agent", True), ("specialist", False)):
        ben = replace(BEN, role=role, skills=("billing",))
        policy = replace(POLICY, agents=(ben, CARLA))
        theirs = ticket().but(category="billing")
        elsewhere = ticket().but(category="billing", queue="network")
        for one, is_free in (
            (theirs, True),
            (replace(elsewhere, assignee=BEN.address), True),
            (elsewhere, free),
        ):
            done = carry_out(
                Request(one, agent_acts(ben), policy, NOW), [Command("priority", "high")], Content()
            )
            assert [problem.code for problem in done.problems] == (
                [] if is_free else ["not_your_ticket"]
            )


def test_of_a_ticket_that_is_none_of_theirs_nothing_else_is_said() -> None:
    ben = replace(BEN, role="specialist", skills=("billing",))
    policy = replace(POLICY, agents=(ben, CARLA))
    elsewhere = Request(ticket().but(queue="network"), agent_acts(ben), policy, NOW)
    asked = [Command("priority", "hihg"), Command("wait"), Command("hold")]
    found = carry_out(elsewhere, asked, Content("And words."))
    assert [problem.code for problem in found.problems] == ["not_your_ticket"]
    assert policy.wording.english.say(found.problems[0]) == (
        "TKT-0007 is not one of the tickets you work on; who does: Carla Ruiz"
    )


def test_who_takes_a_ticket_or_gives_back_their_own_gives_nobody_work() -> None:
    ben = replace(BEN, role="specialist", skills=("billing",))
    policy = replace(POLICY, agents=(ben, CARLA))

    def codes(value: str, assignee: str) -> list[str]:
        one = ticket(assignee=assignee).but(category="billing")
        done = carry_out(
            Request(one, agent_acts(ben), policy, NOW), [Command("assign", value)], Content()
        )
        return [problem.code for problem in done.problems]

    assert codes("me", CARLA.address) == codes("ben", "") == codes("none", BEN.address) == []
    assert codes("none", CARLA.address) == codes("carla", "") == ["not_allowed"]


@pytest.mark.parametrize(
    ("who", "free"),
    [
        (operator_acts("root"), True),
        (DESK, True),
        (customer_acts(ANA), False),
        (agent_acts(BEN), False),
        (agent_acts(CARLA), True),
    ],
)
def test_the_machine_may_everything_and_a_customer_nothing(who: Actor, free: bool) -> None:
    assert may(who, Permission.MANAGE, POLICY) is free


def test_who_manages_is_told_what_nobody_else_answers_for() -> None:
    lead = Agent("Lea", "lea@desk.example", role="lead")
    policy = replace(POLICY, agents=(BEN, lead), roles={"lead": frozenset({Permission.MANAGE})})
    assert policy.supervisors_of("network") == (lead,)


@pytest.mark.parametrize("role", [REQUESTER, PARTICIPANT, ""])
@pytest.mark.parametrize("who", ["requester", "participants", "nobody"])
def test_what_customers_may_is_said_by_the_desk(role: str, who: str) -> None:
    allowed = replace(CustomersMay(), close=who)  # type: ignore[arg-type]
    kim = customer_acts(Person("kim@customer.example"), role=role)
    found = customer_refusal(kim, CustomerMay.CLOSE, allowed)
    may_close = (role, who) in {
        (REQUESTER, "requester"),
        (REQUESTER, "participants"),
        (PARTICIPANT, "participants"),
    }
    assert (found is None) is may_close
    assert customer_refusal(agent_acts(BEN), CustomerMay.CLOSE, allowed) is not None, "no customer"
