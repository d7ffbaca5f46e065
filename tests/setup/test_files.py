"""The desk folder as a plan has it: whole, commented, and as it was where it would not start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from maildesk.config.check import check
from maildesk.config.environment import load_settings
from maildesk.config.example import copy_example
from maildesk.config.policy import load_policy
from maildesk.errors import BadPolicy
from maildesk.setup.files import write
from maildesk.setup.plan import Measured, Person, Plan, Secret, company, variable
from maildesk.setup.servers import read_server
from maildesk.setup.there import look
from tests.setup.conftest import ADDRESS

WORD = Secret("${SUPPORT_PASSWORD}", "pa$$", "SUPPORT_PASSWORD")
PLAN = Plan(
    address=ADDRESS,
    imap=read_server("imap", "imap.company.example"),
    relay=read_server("smtp", "smtp.company.example:587"),
    username=ADDRESS,
    relay_username=ADDRESS,
    person=Person("Ana Lindqvist", "ana@company.example"),
    desk_name="Company",
    language="de",
    password=WORD,
    relay_password=WORD,
    measured=Measured("plain", False, "mx.company.example"),
)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file there."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_desk_from_nothing_is_whole_and_says_why(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    written = write(PLAN, look(desk))
    assert written.new == ("settings.yaml", "desk.yaml", "agents.yaml", "secrets.yaml")
    assert check(desk) == []
    settings, policy = load_settings(desk, {}), load_policy(desk)
    assert settings.imap[0].password == settings.relay.password
    assert (settings.relay.envelope, settings.listeners) == ("plain", [])
    assert policy.trust.authserv_id == "mx.company.example"
    assert [(one.address, one.role) for one in policy.agents] == [("ana@company.example", "admin")]
    assert policy.admins == ("ana@company.example",)
    text = (desk / "desk.yaml").read_text()
    assert "# mail to support+anything@company.example does not arrive" in text
    assert all(
        len(line) < 120 for file in desk.glob("*.yaml") for line in file.read_text().split("\n")
    )
    assert write(PLAN, look(desk)).changed == ()


def test_what_would_not_start_leaves_all_as_it_was(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    copy_example(desk)
    (desk / "desk.yaml").write_text((desk / "desk.yaml").read_text() + "# mine\n")
    before = contents(desk)
    wrong = replace(PLAN, person=Person("Desk", "billing@desk.example"))
    with pytest.raises(BadPolicy, match="billing@desk"):
        write(wrong, look(desk))
    assert contents(desk) == before
    example = tmp_path / "example"
    copy_example(example)
    before = contents(example)
    with pytest.raises(BadPolicy):
        write(replace(PLAN, person=Person("Desk", ADDRESS)), look(example))
    assert contents(example) == before


def test_measured_again_the_other_way_changes_back(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    write(PLAN, look(desk))
    write(replace(PLAN, measured=Measured("sub-address", True, "mx.company.example")), look(desk))
    assert load_policy(desk).has_sub_addresses(ADDRESS)
    assert load_settings(desk, {}).relay.envelope == "sub-address"


@pytest.mark.parametrize(
    ("address", "named", "called"),
    [
        (ADDRESS, "SUPPORT_PASSWORD", "Company"),
        ("2nd.line+x@müller.example", "MAILBOX_2ND_LINE_X_PASSWORD", "Müller"),
        ("ö@localhost", "PASSWORD", "Localhost"),
    ],
)
def test_names_are_made_of_the_address(address: str, named: str, called: str) -> None:
    assert (variable(address), company(address)) == (named, called)
