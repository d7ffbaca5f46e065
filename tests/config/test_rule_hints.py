"""What helpdesks wish for and write in other words: `check` says the right ones, and lets nothing
pass that could never hold or do anything."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from maildesk.config.check import remarks
from maildesk.config.example import copy_example
from maildesk.config.policy import load_policy
from maildesk.desk.rules.ruleset import Assignment
from tests.config.desks import mistakes_of


def rules(tmp_path: Path, body: str, **files: str) -> Path:
    """The example desk with one rule, these lines being its own (from line 3 on)."""
    folder = tmp_path / "desk"
    copy_example(folder)
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    (folder / "rules.yaml").write_text(f"rules:\n  - name: One\n{lines}", encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    for sample in (folder / "tests").iterdir():
        sample.unlink()
    return folder


NOTE = "then: [{note: x}]"


@pytest.mark.parametrize(
    ("body", "place", "said"),
    [
        (f"if: {{domain: bigcorp.example}}\n{NOTE}", "3:10", "(did you mean requester.domain?)"),
        (f"if: {{sender domain: x.example}}\n{NOTE}", "3:10", "(did you mean requester.domain?)"),
        (f"if: {{domain contains: x}}\n{NOTE}", "3:10", "did you mean requester.domain contains?"),
        (f"if: {{sender: kim@x.example}}\n{NOTE}", "3:10", "(did you mean from?)"),
        (f"if: {{body contains: x}}\n{NOTE}", "3:10", "(did you mean text contains?)"),
        (f"if: {{unassigned: yes}}\n{NOTE}", "3:10", "(did you mean assigned: no?)"),
        (f"if: {{tag: vip}}\n{NOTE}", "3:10", "(did you mean labels?)"),
        (f"if: {{from: bigcorp.example}}\n{NOTE}", "3:16", 'did you mean "@bigcorp.example"?'),
        (f"if: {{from: Kim}}\n{NOTE}", "3:16", "expected an address, or"),
        (f"if: {{to: [a@b.example, support]}}\n{NOTE}", "3:28", "expected an address, or"),
        (f'if: {{requester.domain: "kim@x.example"}}\n{NOTE}', "3:28", "a domain such as"),
        (f"if: {{by: rule}}\n{NOTE}", "3:14", "one of customer, agent, robot, clock"),
        (f"if: {{weekday: funday}}\n{NOTE}", "3:19", "one of mon, tue, wed, thu, fri, sat, sun"),
        (f"if: {{turn: ours}}\n{NOTE}", "3:16", "one of answered, customer reply"),
        (f"if: {{message.kind: robot}}\n{NOTE}", "3:24", "one of ordinary, automatic"),
        (f"if: {{behaviour: wating}}\n{NOTE}", "3:21", "(did you mean waiting?)"),
        (f"if: {{address: sales@desk.example}}\n{NOTE}", "3:19", "an address of this desk ("),
        (f"if: {{language: fi}}\n{NOTE}", "3:20", "a language of this desk (en, de)"),
        (f"if: {{fields.licence: x}}\n{NOTE}", "3:10", "did you mean licence_key?"),
        (f"if: {{assignee: cleo}}\n{NOTE}", "3:20", "an agent (Ana Lindqvist, Ben Okafor, Carla"),
        (f"if: {{assignee: nobody}}\n{NOTE}", "3:20", "(did you mean assigned: no?)"),
        ("then: [{assign: cleo}]", "3:21", "nobody, or a way to choose (Ana Lindqvist, Ben"),
        ("then: [{assign: caral}]", "3:21", "(did you mean carla?)"),
        ("then: [{tag: vip}]", "3:13", "(did you mean label?)"),
        ("then: [close]", "3:12", "(did you mean status: closed?)"),
        ("then: [escalate]", "3:12", "(did you mean escalate: …?)"),
        (f"when: {{waiting_for: 5 days}}\n{NOTE}", "3:25", "(did you mean 5d?)"),
        (f"when: {{waiting_for: 2 weeks}}\n{NOTE}", "3:25", "(did you mean 14d?)"),
        ("then: [{close: yes}]", "3:13", "(did you mean status: closed?)"),
        ("then: [{email: x}]", "3:13", "(did you mean send?)"),
        ("then: [{survey: no}]", "3:13", "did you mean survey: no of the queue, in desk.yaml?"),
        ("then: [{acknowledge: yes}]", "3:26", "expected no (who shall hear at once"),
        ("when: replied\nthen: [{acknowledge: no}]", "4:11", "when: created, where acknowledge"),
        ("then: [{send: agent_new}]", "3:19", "a mail to customers"),
        ("then: [{notify: agents, template: reply}]", "3:39", "a mail to agents"),
        (f"when: rated\n{NOTE}", "3:11", "(did you mean scored?)"),
        ("then: stop", "2:1", "expected a rule behind this one, for `stop` to leave out"),
        (
            f"when: {{no_reply_for: 4h}}\nif: {{text contains: x}}\n{NOTE}",
            "4:10",
            "a field of the ticket (no message sets off when: no_reply_for: 4h)",
        ),
        (f"when: breach\nif: {{from: a@b.example}}\n{NOTE}", "4:10", "requester.address?"),
    ],
)
def test_what_was_meant_is_said(tmp_path: Path, body: str, place: str, said: str) -> None:
    found = mistakes_of(rules(tmp_path, body))
    assert len(found) == 1, found
    line = int(place.partition(":")[0])
    assert found[0].startswith(f"rules.yaml:{line}:" if said.startswith("expected a rule") else
                               f"rules.yaml:{place}:"), found[0]  # fmt: skip
    assert said in found[0]


def test_an_agent_is_named_as_behind_assign(tmp_path: Path) -> None:
    body = (
        "if: {assignee: [carla, Ben Okafor]}\n"
        "then: [{assign: carla}, {assign: {agent: Ana Lindqvist}}, {notify: [ben, senior]}]"
    )
    policy = load_policy(rules(tmp_path, body))
    assert policy.rules is not None
    first, second, third = policy.rules.rules[0].then
    assert first.assignment == Assignment(agent="carla@desk.example")
    assert second.assignment == Assignment(agent="ana@desk.example")
    assert third.to == ("ben@desk.example", "senior")


def test_a_name_that_two_agents_have_is_asked_about(tmp_path: Path) -> None:
    agents = (
        "agents:\n"
        "  - {name: Ben Okafor, address: ben@desk.example, teams: [support, billing, senior]}\n"
        "  - {name: Ben Stone, address: stone@desk.example, teams: [support]}\n"
    )
    desk = rules(tmp_path, "then: [{assign: Ben}]", agents=agents)
    (mistake,) = [one for one in mistakes_of(desk) if one.startswith("rules.yaml")]
    assert "expected one agent: ben@desk.example or stone@desk.example" in mistake


def test_lists_of_right_words_are_whole_or_say_how_many_more(tmp_path: Path) -> None:
    names = ", ".join(("account", *(f"c{n}" for n in range(20))))
    desk = rules(tmp_path, "then: [{category: none-such}]")
    shutil.rmtree(desk / "articles")  # which have categories, too
    path = desk / "desk.yaml"
    text = path.read_text()
    first, _, rest = text.partition("categories: [")
    path.write_text(f"{first}categories: [billing, {names}{rest[rest.index(']') :]}")
    (mistake,) = mistakes_of(desk)
    assert f"({'billing, ' + names})" in mistake
    more = ", ".join(("account", *(f"c{n}" for n in range(60))))
    path.write_text(f"{first}categories: [billing, {more}{rest[rest.index(']') :]}")
    (mistake,) = mistakes_of(desk)
    assert "c37 and 22 more)" in mistake


def test_an_unknown_key_of_desk_yaml_is_told_with_all_there_are(tmp_path: Path) -> None:
    desk = rules(tmp_path, NOTE)
    with (desk / "desk.yaml").open("a") as file:
        file.write("zzz: 1\n")
    (mistake,) = mistakes_of(desk)
    assert "…" not in mistake
    assert "plus" in mistake or " more" in mistake


def test_a_tier_that_no_contact_has_is_remarked(tmp_path: Path) -> None:
    desk = rules(tmp_path, f"if: {{requester.tier: gold}}\n{NOTE}")
    assert mistakes_of(desk) == []
    assert any(
        said.startswith("rules.yaml:3: never holds as yet: no contact of desk.yaml has the tier")
        for said in remarks(desk)
    )


def test_where_nobody_can_prove_an_agent_check_says_which_line_helps(tmp_path: Path) -> None:
    desk = rules(tmp_path, NOTE)
    (said,) = remarks(desk)
    assert said.startswith("desk.yaml:")
    assert "Put below `trust:` there `authserv_id: mx.example.org`, with" in said
    assert "check_dkim" in said
    path = desk / "desk.yaml"
    path.write_text(path.read_text().replace("  # check_dkim: yes", "  check_dkim: yes"))
    assert remarks(desk) == []
