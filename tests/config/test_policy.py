"""desk.yaml and agents.yaml: what they mean, and what is said about what they may not say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from maildesk.config.defaults import default_names
from maildesk.config.example import example_root
from maildesk.config.kinds import Permitted
from maildesk.config.models import DeskFile
from maildesk.config.policy import load_policy
from maildesk.desk.permissions import Permission
from maildesk.desk.ticket import Status
from maildesk.errors import BadPolicy
from tests.config.desks import AGENTS, DESK, mistakes_of, write_desk


def with_line(line: str) -> str:
    """The small desk with one more line at its end, which is line 6."""
    return f"{DESK}{line}\n"


def test_the_smallest_desk_has_a_default_for_everything(tmp_path: Path) -> None:
    desk = write_desk(
        tmp_path,
        "addresses: [{address: a@d.example, queue: all}]\n",
        "agents: [{name: A, address: a@x}]\n",
    )
    policy = load_policy(desk)
    assert policy.queues["all"].priority == "normal"
    assert [a.name for a in policy.agents_of("all")] == ["A"]
    assert policy.addresses[0].name == "Helpdesk"
    assert policy.behaves("open") is Status.OPEN


def test_the_example_desk_is_without_a_mistake() -> None:
    policy = load_policy(example_root())
    assert [a.name.split()[0] for a in policy.agents_of("support")] == ["Ana", "Ben", "Carla"]
    assert policy.languages == ("en", "de")
    assert policy.admins == ("ana@desk.example",)
    assert policy.status_for(Status.ON_HOLD) == "on_hold"
    assert policy.behaves("with_supplier") is Status.ON_HOLD


def test_words_of_the_files_become_values(tmp_path: Path) -> None:
    desk = with_line(
        "periods: {close_after: 2h, remind_after: never, overtaking: 5s}\n"
        "attachments: {max_size: 2 MB, blocked: [.EXE]}\n"
        "loops: {also_never_answer: [robot]}\nsurvey: no\nstatuses: {offen: open}\n"
        "labels: {vip: '#fff', bug: }\n"
        "priorities: [p3, p2, p1]"
    )
    agents = (
        "agents: [{name: A, address: A@x.example, teams: [support], away_until: "
        "2026-12-24T09:00+01:00, notify: []}]\n"
    )
    policy = load_policy(write_desk(tmp_path, desk, agents))
    assert policy.periods.close_after == timedelta(hours=2)
    assert policy.periods.remind_after is None
    assert policy.periods.overtaking == timedelta(seconds=5)
    assert (policy.attachments.max_size, policy.attachments.blocked) == (2 * 1024 * 1024, ("exe",))
    assert "robot" in policy.loops.never_answer
    assert "noreply" in policy.loops.never_answer
    assert not policy.survey
    assert policy.status_for(Status.OPEN) == "offen"
    assert "open" not in policy.statuses
    assert policy.labels == {"vip": "#fff", "bug": ""}
    assert policy.queues["support"].priority == "p2"
    assert policy.agents[0].away_until == datetime(2026, 12, 24, 8, tzinfo=UTC)
    assert policy.agents[0].notify == frozenset()


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    desk = """\
        nam: Test Desk
        colour: green
        addresses:
          - {address: support@desk.example, queue: suport, priority: hihg, language: no}
          - {address: not-an-address, queue: support}
        queues:
          support: {teams: [netwrok], next_tier: netwrok, piority: high}
        reference: TICKET
        survey: maybe
        statuses: {parked: onhold, closed: open}
        periods: {close_after: soon, reopen: 3d}
        """
    agents = """\
        agents:
          - {name: Ana, address: ana@desk.example, teams: [network], role: amdin, capacity: many}
          - {name: Ben, address: ANA@desk.example, supervises: [netw0rk], away_until: tomorrow}
          - {address: support+x@desk.example}
        """
    assert mistakes_of(write_desk(tmp_path, desk, agents)) == [
        f"desk.yaml:1:1: expected a known key: one of {', '.join(DeskFile.model_fields)}, found "
        '"nam" (did you mean name?)',
        'desk.yaml:2:9: expected a colour such as "#2f5d8a", in quotes, found "green"',
        'desk.yaml:4:44: expected a queue (support), found "suport" (did you mean support?)',
        (
            'desk.yaml:4:62: expected a priority (one of low, normal, high, urgent), found "hihg" '
            "(did you mean high?)"
        ),
        'desk.yaml:4:78: expected one of the desk\'s languages (en), found "no"',
        'desk.yaml:5:15: expected an address such as ana@desk.example, found "not-an-address"',
        (
            'desk.yaml:7:21: expected a team that an agent belongs to (network), found "netwrok" '
            "(did you mean network?)"
        ),
        (
            'desk.yaml:7:42: expected a team that an agent belongs to (network), found "netwrok" '
            "(did you mean network?)"
        ),
        "desk.yaml:7:51: expected a known key: one of teams, priority, category, next_tier, "
        'survey, found "piority"'
        " (did you mean priority?)",
        (
            "desk.yaml:8:12: expected letters and exactly one number, such as TKT-{:04d}, found "
            '"TICKET"'
        ),
        'desk.yaml:9:9: expected yes or no, found "maybe"',
        "desk.yaml:10:20: expected one of open, in_progress, waiting, on_hold, resolved, closed, "
        'spam, found "onhold"'
        " (did you mean on_hold?)",
        (
            "desk.yaml:10:36: expected closed (a name that every desk has behaves like itself), "
            'found "open"'
        ),
        'desk.yaml:11:24: expected a period such as 30s, 15m, 24h or 7d, found "soon"',
        "desk.yaml:11:30: expected a known key: one of close_after, reopen_within, remind_after, "
        "resolve_after, reply_address,"
        " overtaking, suppress, stale_after, undo, asking, found "
        '"reopen" (did you mean reopen_within?)',
        (
            "agents.yaml:2:68: expected one of agent, specialist, admin, super_admin, found "
            '"amdin" '
            "(did you mean admin?)"
        ),
        'agents.yaml:2:85: expected a whole number, found "many"',
        (
            'agents.yaml:3:26: expected each address once, found "ANA@desk.example" again (first '
            "on line 2)"
        ),
        (
            'agents.yaml:3:57: expected a team that an agent belongs to (network), found "netw0rk" '
            "(did you mean network?)"
        ),
        (
            "agents.yaml:3:79: expected a date such as 2026-12-24, or a date and time such as "
            '2026-12-24T09:00+01:00, found "tomorrow"'
        ),
        "agents.yaml:4:5: expected the key name, found none",
        (
            "agents.yaml:4:15: expected an address of a person's own, found "
            '"support+x@desk.example", an address of the desk'
        ),
    ]


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("website: desk.example", ('6:10: expected an address such as https://desk.example, found '
            '"desk.example"')),
        ("website: 42", '6:10: expected text, found 42 (did you mean "42", in quotes?)'),
        ("categories: billing", '6:13: expected a list, found "billing"'),
        ("categories: [billing, Billing]", ('6:23: expected each name once, found "Billing" again '
            '(first '
            'on '
            'line '
            '6)')),
        ("periods: [7d]", "6:10: expected a mapping (key: value), found a list"),
        ("periods:", "6:1: expected a mapping (key: value), found nothing"),
        ("periods: {close_after: -1d}", ('6:24: expected a period such as 30s, 15m, 24h or 7d, '
            'found '
            '"-1d"')),
        ("periods: {close_after: 7}", ("6:24: expected a period such as 30s, 15m, 24h or 7d, found "
            "7")),
        ("periods: {close_after: 101y}", ('6:24: expected a period such as 30s, 15m, 24h or 7d, '
            'found '
            '"101y"')),
        ("periods: {close_after: 40000d}", "6:24: expected a period such as 30s, 15m, 24h or 7d, "
            "of no more than 100 years,"
         ' found "40000d"'),
        ("periods: {remind_after: x}", ('6:25: expected a period such as 30s, 15m, 24h or 7d, or '
            'never, '
            'found '
            '"x"')),
        ("priorities: []", "6:13: expected at least 1 entry, found an empty list"),
        ("loops: {total: -5}", "6:16: expected a number from 0 on, found -5"),
        ("loops: {total: 1.5}", "6:16: expected a whole number, found 1.5"),
        ("labels: {vip: red}", '6:15: expected a colour such as "#2f5d8a", in quotes, found "red"'),
        ("contacts: [{match: bigcorp.example}]", ('6:20: expected an address, or @ and a domain, '
            'found '
            '"bigcorp.example"')),
        ("admins: [support@desk.example]", '6:10: expected an address of a person\'s own, found '
            '"support@desk.example",'
         " an address of the desk"),
        ("attachments: {max_size: big}", ('6:25: expected a size such as 500 KB or 10 MB, found '
            '"big"')),
        ("plus: '@'", '6:7: expected one of +, -, _, =, found "@"'),
        ('reference: "TKT-{:04d}-{}"', ('6:12: expected letters and exactly one number, such as '
            'TKT-{:04d}, '
            'found '
            '"TKT-{:04d}-{}"')),
        ('reference: "TKT-{x.y}"', ('6:12: expected letters and exactly one number, such as '
            'TKT-{:04d}, '
            'found '
            '"TKT-{x.y}"')),
        ("trust: {spam_filter: rspam}", ('6:22: expected one of rspamd, spamassassin, found '
            '"rspam" '
            '(did '
            'you '
            'mean '
            'rspamd?)')),
        ("languages: [english]", ('6:13: expected a language such as en, de or pt-BR, found '
            '"english"')),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_in_plain_words(tmp_path: Path, line: str, mistake: str) -> None:
    assert mistakes_of(write_desk(tmp_path, with_line(line))) == [f"desk.yaml:{mistake}"]


@pytest.mark.parametrize("reference", ["TICK-{}", "{:05d}-MD", "#{:06d}", "Vorgang {:d}"])
def test_a_reference_may_be_written_in_many_ways(tmp_path: Path, reference: str) -> None:
    assert (
        load_policy(write_desk(tmp_path, with_line(f"reference: '{reference}'"))).reference_format
        == reference
    )


def test_a_queue_whose_teams_have_no_agent_is_a_mistake(tmp_path: Path) -> None:
    agents = "agents: [{name: Ana, address: ana@desk.example}]\n"
    assert mistakes_of(write_desk(tmp_path, agents=agents)) == [
        'desk.yaml:5:21: expected a team that an agent belongs to, found "support"'
    ]


def test_an_agent_with_an_address_of_the_desk_is_a_mistake(tmp_path: Path) -> None:
    agents = AGENTS + "  - {name: Ben, address: ben@x, also: [Support+b@desk.example]}\n"
    assert mistakes_of(write_desk(tmp_path, agents=agents)) == [
        (
            "agents.yaml:3:40: expected an address of a person's own, found "
            '"Support+b@desk.example", an address of the desk'
        )
    ]


def test_one_wrong_line_in_a_queue_does_not_make_each_use_of_it_wrong(tmp_path: Path) -> None:
    desk = DESK.replace("{teams: [support]}", "5")
    assert mistakes_of(write_desk(tmp_path, desk)) == [
        "desk.yaml:5:12: expected a mapping (key: value), found 5"
    ]
    agents = AGENTS.replace("name: Ana, ", "")
    assert mistakes_of(write_desk(tmp_path, agents=agents)) == [
        "agents.yaml:2:5: expected the key name, found none"
    ]


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("", "1:1: expected at least the key addresses, found an empty file"),
        ("# nothing\n", "1:1: expected at least the key addresses, found an empty file"),
        (
            "- a\n- b\n",
            "1:1: expected keys with values (name, website, signature, colour …), found a list",
        ),
        (
            "just words\n",
            (
                '1:1: expected keys with values (name, website, signature, colour …), found "just '
                'words"'
            ),
        ),
        ("name: X\n", "1:1: expected the key addresses, found none"),
        ("addresses: []\n", "1:12: expected at least 1 entry, found an empty list"),
    ],
)
def test_a_file_of_the_wrong_kind_is_told_so(tmp_path: Path, content: str, mistake: str) -> None:
    assert mistakes_of(write_desk(tmp_path, content)) == [f"desk.yaml:{mistake}"]


def test_missing_files_are_told_together(tmp_path: Path) -> None:
    assert mistakes_of(tmp_path) == [
        "desk.yaml:1:1: expected a file of this name in the desk folder, found none",
        "agents.yaml:1:1: expected a file of this name in the desk folder, found none",
    ]
    with pytest.raises(BadPolicy, match="expected a desk folder, found none"):
        load_policy(tmp_path / "nowhere")


def test_the_fingerprint_is_that_of_the_contents(tmp_path: Path) -> None:
    first = load_policy(write_desk(tmp_path / "a")).fingerprint
    assert len(first) == 12
    assert int(first, 16) >= 0
    assert load_policy(write_desk(tmp_path / "b")).fingerprint == first
    (tmp_path / "b" / "settings.yaml").write_text("broker: memory\n")
    assert load_policy(tmp_path / "b").fingerprint == first
    (tmp_path / "b" / "templates" / "mail" / "en").mkdir(parents=True)
    (tmp_path / "b" / "templates" / "mail" / "en" / "reply.txt").write_text("Subject: x\n\ny\n")
    second = load_policy(tmp_path / "b").fingerprint
    assert second != first
    write_desk(tmp_path / "b", DESK + "# a comment\n")
    assert load_policy(tmp_path / "b").fingerprint not in (first, second)


SLA = """\
calendars:
  office: {time_zone: Europe/Berlin, hours: {mon-fri: "9:00-17:00"}}
policies:
  - {name: All, calendar: office, first_response: 4h}
"""
RULES = """\
rules:
  - name: Printers
    if: {subject contains: printer}
    then: [{queue: support}]
"""


def test_rules_and_service_levels_are_part_of_the_policy(tmp_path: Path) -> None:
    agents = AGENTS.replace("]}", "], hours: office}")
    policy = load_policy(write_desk(tmp_path, agents=agents, sla=SLA, rules=RULES))
    assert set(policy.calendars) == {"always", "office"}
    assert policy.service_levels is not None
    assert [level.name for level in policy.service_levels.levels] == ["All"]
    assert policy.rules is not None
    assert [rule.name for rule in policy.rules.rules] == ["Printers", *default_names()]


def test_without_their_files_there_are_the_default_rules_and_the_usual_service_levels(
    tmp_path: Path,
) -> None:
    policy = load_policy(write_desk(tmp_path))
    assert policy.rules is not None
    assert [rule.name for rule in policy.rules.rules] == list(default_names())
    assert policy.service_levels is not None
    assert [level.name for level in policy.service_levels.levels] == [
        "Urgent",
        "High",
        "Normal",
        "Low",
    ]
    assert list(policy.calendars) == ["always"]


def test_names_in_rules_and_hours_of_agents_are_looked_up_in_the_other_files(
    tmp_path: Path,
) -> None:
    agents = AGENTS.replace("]}", "], hours: offise}")
    desk = write_desk(
        tmp_path, agents=agents, sla=SLA, rules=RULES.replace("queue: support", "queue: suport")
    )
    agents_line, rules_line = mistakes_of(desk)
    assert agents_line.startswith("agents.yaml:2:")
    assert agents_line.endswith(
        'expected a calendar of sla.yaml (one of always, office), found "offise" (did you mean '
        "office?)"
    )
    assert rules_line.startswith("rules.yaml:4:")
    assert rules_line.endswith('found "suport" (did you mean support?)')


def test_hours_are_not_doubted_while_sla_yaml_cannot_be_read(tmp_path: Path) -> None:
    agents = AGENTS.replace("]}", "], hours: office}")
    (mistake,) = mistakes_of(write_desk(tmp_path, agents=agents, sla="calendars: [\n"))
    assert mistake.startswith("sla.yaml:2:1:")


def test_a_mistake_in_desk_yaml_hides_none_in_rules_yaml(tmp_path: Path) -> None:
    found = mistakes_of(
        write_desk(tmp_path, with_line("colour: red"), rules=RULES.replace("then:", "than:"))
    )
    assert [line.split(":")[0] for line in found] == ["desk.yaml", "rules.yaml", "rules.yaml"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("yes", (True, "neutral")),
        ("no", (False, "neutral")),
        ("{strangers: full}", (True, "full")),
        ("{strangers: no}", (True, "no")),
        ("{customers: no, strangers: neutral}", (False, "neutral")),
    ],
)
def test_an_acknowledgement_is_for_everybody_or_as_strangers_are_met(
    tmp_path: Path, written: str, found: tuple[bool, str]
) -> None:
    policy = load_policy(write_desk(tmp_path, desk=DESK + f"acknowledge: {written}\n"))
    assert (policy.acknowledge, policy.strangers) == found


@pytest.mark.parametrize(
    ("written", "mistake"),
    [
        ("perhaps", "expected yes, no, or what strangers get, such as {strangers: neutral}, found"),
        ("{strangers: neutrall}", "(did you mean neutral?)"),
        ("{stranger: full}", "(did you mean strangers?)"),
    ],
)
def test_an_acknowledgement_that_is_none_is_said_so(
    tmp_path: Path, written: str, mistake: str
) -> None:
    with pytest.raises(BadPolicy) as bad:
        load_policy(write_desk(tmp_path, desk=DESK + f"acknowledge: {written}\n"))
    assert mistake in str(bad.value.mistakes[0])


def test_an_entry_that_lacks_a_key_or_stands_twice_is_checked_nevertheless(tmp_path: Path) -> None:
    desk = """\
        addresses:
          - {queue: suport, priority: hihg}
          - {address: nowhere, queue: support, language: xx}
        queues: &here
          support: {teams: [suport]}
        name: A
        name: B
        """
    agents = "agents:\n  - {name: Ana, address: ana, teams: [support], supervises: [netwrok]}\n"
    assert [one.partition(" (")[0] for one in mistakes_of(write_desk(tmp_path, desk, agents))] == [
        "desk.yaml:2:5: expected the key address, found none",
        "desk.yaml:2:13: expected a queue",
        "desk.yaml:2:31: expected a priority",
        'desk.yaml:3:15: expected an address such as ana@desk.example, found "nowhere"',
        "desk.yaml:3:50: expected one of the desk's languages",
        "desk.yaml:4:9: expected no anchors",
        "desk.yaml:5:21: expected a team that an agent belongs to",
        "desk.yaml:7:1: expected each key once, found name again",
        'agents.yaml:2:26: expected an address such as ana@desk.example, found "ana"',
        "agents.yaml:2:62: expected a team that an agent belongs to",
    ]


def test_a_role_is_built_in_or_one_of_the_desks_own(tmp_path: Path) -> None:
    one, two = (
        "{name: A, address: a@x.example, teams: [support], role: traine}",
        "{name: B, address: b@x.example, role: trainee}",
    )
    agents = f"agents: [{one}, {two}]\n"
    wrong = with_line("roles: {trainee: [note, wrok], agent: [note]}")
    assert mistakes_of(write_desk(tmp_path, wrong, agents.replace("traine}", "trainee}"))) == [
        "desk.yaml:6:25: expected one of answer, note, take, assign, work, close, change, move, "
        "spam, escalate, people, merge, delete,"
        ' see_queues, see_all, any_ticket, manage, found "wrok" (did you mean work?)',
        'desk.yaml:6:39: expected a name of your own (this role is built in), found "agent"',
    ]
    twice = with_line("roles: {trainee: [note], agent: [note]}")
    assert (
        "agents.yaml:1:66: expected one of agent, specialist, admin, super_admin, trainee, found "
        '"traine" (did you mean trainee?)'
    ) in mistakes_of(write_desk(tmp_path, twice, agents))
    right = with_line("roles: {trainee: [note, work, manage]}")
    assert mistakes_of(write_desk(tmp_path, right, agents)) == [
        (
            "agents.yaml:1:66: expected one of agent, specialist, admin, super_admin, trainee, "
            "found "
            '"traine" (did you mean trainee?)'
        )
    ]
    policy = load_policy(write_desk(tmp_path, right, agents.replace("traine}", "admin}")))
    assert policy.roles == {"trainee": {"note", "work", "manage"}}
    assert policy.admins == ("a@x.example", "b@x.example")


def test_a_role_of_the_desks_own_may_have_any_permission_there_is() -> None:
    assert set(get_args(Permitted)) == {one.value for one in Permission}
