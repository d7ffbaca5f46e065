"""Sample messages: what is expected of them holds, or the line of the expectation is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from maildesk.config.check import check
from maildesk.pipeline.simulation.samples import check_samples
from tests.stories.running_desk import ROOT

MAIL = """\
From: Kim Novak <kim@customer.example>
To: support@desk.example
Subject: Where is my refund?
Date: Wed, 18 Nov 2026 10:00:00 +0100
Message-ID: <one@customer.example>

I wait.
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The example desk without its own samples."""
    folder = tmp_path / "desk"
    shutil.copytree(ROOT / "deploy" / "desk", folder, ignore=shutil.ignore_patterns("tests"))
    (folder / "tests").mkdir()
    return folder


def mistakes(desk: Path, expected: str | None, mail: str = MAIL) -> list[str]:
    (desk / "tests" / "one.eml").write_text(mail, encoding="utf-8")
    if expected is not None:
        (desk / "tests" / "one.yaml").write_text(expected, encoding="utf-8")
    return [str(mistake) for mistake in check_samples(desk)]


def test_the_samples_of_the_example_desk_hold_and_leave_nothing_behind(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "deploy" / "desk", tmp_path / "desk")
    before = sorted(tmp_path.rglob("*"))
    assert [str(mistake) for mistake in check_samples(tmp_path / "desk")] == []
    assert sorted(tmp_path.rglob("*")) == before


def test_what_holds_is_no_mistake(desk: Path) -> None:
    expected = """\
opens: yes
held: no
queue: support
category: billing
priority: normal
type: ""
status: open
language: en
assignee: nobody
labels: []
rules: [Billing mail is billing, Acknowledge a new ticket]
not_rules: [A VIP goes to the senior team]
mails:
  - {to: kim@customer.example, template: acknowledgement, subject contains: We have your message}
  - {to: ben@desk.example, template: agent_new}
"""
    assert mistakes(desk, expected) == []


@pytest.mark.parametrize(
    ("expected", "mistake"),
    [
        ("queue: billing", 'tests/one.yaml:1:8: expected queue billing, found "support"'),
        (
            "status: open\nassignee: ben@desk.example",
            'tests/one.yaml:2:11: expected assignee ben@desk.example, found "nobody"',
        ),
        ("opens: no", 'tests/one.yaml:1:8: expected no new ticket, found "a new ticket"'),
        ("labels: [vip]", 'tests/one.yaml:1:9: expected labels vip, found "none"'),
        ("held: spam", 'tests/one.yaml:1:7: expected held spam, found "not held"'),
        ("held: yes", 'tests/one.yaml:1:7: expected held, found "not held"'),
        (
            "rules:\n  - A VIP goes",
            (
                'tests/one.yaml:2:5: expected the rule "A VIP goes" to match, found "Billing '
                "mail is billing"
            ),
        ),
        (
            "not_rules: Billing mail is billing",
            'tests/one.yaml:1:12: expected the rule "Billing mail is billing" not to match',
        ),
        ("mails: none", "tests/one.yaml:1:8: expected no mail, found"),
        (
            "mails:\n  - {to: sam@customer.example}",
            "tests/one.yaml:2:5: expected a mail (to sam@customer.example), found",
        ),
        (
            "mails: [{subject: x}]",
            "tests/one.yaml:1:10: expected one of to, template, subject contains, text contains",
        ),
        ("queu: support", "tests/one.yaml:1:1: expected one of at, from, to"),
        ("at: tomorrow", "tests/one.yaml:1:5: expected a time such as 2026-11-20 22:30"),
        ("queue: [", "tests/one.yaml:"),
    ],
)
def test_what_does_not_hold_is_told_with_its_line(desk: Path, expected: str, mistake: str) -> None:
    found = mistakes(desk, expected)
    assert found and found[0].startswith(mistake), found


def test_a_sample_needs_something_to_expect(desk: Path) -> None:
    assert mistakes(desk, None) == ["tests/one.eml:1:1: expected one.yaml beside it, found none"]


def test_a_sample_may_come_at_another_time_and_through_another_address(desk: Path) -> None:
    assert (
        mistakes(
            desk,
            (
                "at: 2026-11-20 22:30\nto: hilfe@desk.example\nlanguage: de\n"
                "mails: [{template: after_hours}]\n"
            ),
        )
        == []
    )


def test_samples_do_not_know_of_each_other(desk: Path) -> None:
    for name in ("a", "b"):
        (desk / "tests" / f"{name}.eml").write_text(MAIL, encoding="utf-8")
        (desk / "tests" / f"{name}.yaml").write_text(
            "opens: yes\nmails: [{subject contains: TKT-0001}]\n", encoding="utf-8"
        )
    assert check_samples(desk) == []


def test_an_expectation_without_its_message_is_a_mistake(desk: Path) -> None:
    (desk / "tests" / "one.yaml").write_text("opens: yes\n", encoding="utf-8")
    assert [str(mistake) for mistake in check_samples(desk)] == [
        "tests/one.yaml:1:1: expected one.eml beside it, found none"
    ]


def test_what_a_ticket_has_not_is_called_by_its_name(desk: Path) -> None:
    mail = MAIL.replace("Where is my refund?", "Hello")
    (found,) = mistakes(desk, "category: technical\nassignee: nobody\ntype: none\n", mail)
    assert found.endswith('expected category technical, found "none"')


def test_what_makes_no_sense_is_told_even_where_the_desk_has_mistakes(desk: Path) -> None:
    (desk / "agents.yaml").unlink()
    assert mistakes(desk, "quue: support\ncategory: technical\n")[0].endswith(
        "(did you mean queue?)"
    )
    assert len(mistakes(desk, "quue: support\n")) == 1


def test_a_key_that_is_none_hides_no_expectation(desk: Path) -> None:
    found = mistakes(desk, "quue: support\ncategory: technical\n")
    assert [one.partition(",")[0] for one in found][1:] == [
        "tests/one.yaml:2:11: expected category technical"
    ]


OWN = """\
agents:
  - {name: Zoe Hart, address: zoe@harbour.example, role: admin, teams: [support, senior]}
  - {name: Max Bloch, address: max@harbour.example, teams: [support, billing]}
"""


def test_the_samples_of_the_example_hold_for_people_and_addresses_of_ones_own(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "desk"
    shutil.copytree(ROOT / "deploy" / "desk", folder)
    (folder / "agents.yaml").write_text(OWN, encoding="utf-8")
    assert [str(mistake) for mistake in check(folder)] == []
    assert [str(mistake) for mistake in check_samples(folder)] == []
    desk = folder / "desk.yaml"
    own = desk.read_text().replace("support@desk.example", "help@harbour.example")
    desk.write_text(own.replace("ana@desk.example", "zoe@harbour.example"))
    assert [str(mistake) for mistake in (*check(folder), *check_samples(folder))] == []


OWN_RULES = """\
rules:
  - name: Printers first
    when: created
    if: {subject contains: printer}
    then: [{priority: high}]
"""


def test_with_rules_of_ones_own_only_the_sample_that_the_readme_names_protests(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "desk"
    shutil.copytree(ROOT / "deploy" / "desk", folder)
    (folder / "agents.yaml").write_text(OWN, encoding="utf-8")
    (folder / "rules.yaml").write_text(OWN_RULES, encoding="utf-8")
    assert [str(mistake) for mistake in check(folder)] == []
    found = {str(mistake).partition(":")[0] for mistake in check_samples(folder)}
    assert found == {"tests/invoice-of-a-vip.yaml"}
    assert "`invoice-of-a-vip`" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_an_assignee_may_be_expected_whoever_it_is(desk: Path) -> None:
    vip = MAIL.replace("kim@customer.example", "kim@bigcorp.example")
    assert mistakes(desk, "assignee: somebody", vip) == []
    assert mistakes(desk, "assignee: somebody") == [
        'tests/one.yaml:1:11: expected assignee somebody, found "nobody"'
    ]
