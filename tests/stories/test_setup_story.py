"""From nothing to the first ticket, without a file edited by hand: with and without sub-addresses,
by a script and by somebody who is asked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from maildesk.config.environment import load_settings
from maildesk.config.example import copy_example
from maildesk.config.keys import keys_there
from maildesk.desk.threads import links
from maildesk.desk.threads.links import KeyRing
from tests.commands.test_json import validate
from tests.servers.dovecot import Dovecot
from tests.servers.process import free_port
from tests.setup.box import ANA, SUPPORT, Box, make_box

Boxes = Callable[..., Box]


@pytest.fixture
def box(tmp_path: Path, dovecot: Dovecot) -> Iterator[Boxes]:
    """Makes one; its mailboxes are empty."""
    made: list[Box] = []

    def make(**more: Any) -> Box:
        made.append(make_box(tmp_path, dovecot, **more))
        return made[-1]

    yield make
    for one in made:
        one.remove()


@pytest.mark.parametrize("sub_addresses", [True, False], ids=["sub-addresses", "without"])
@pytest.mark.parametrize("own_only", [False, True], ids=["any sender", "own sender"])
def test_from_nothing_to_the_first_ticket(box: Boxes, sub_addresses: bool, own_only: bool) -> None:
    server = "mx.company.example" if sub_addresses else ""
    here = box(sub_addresses=sub_addresses, own_sender_only=own_only, authserv_id=server)
    done = here.run(*here.options("--wait", "30", "--json"))
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    validate(told, "setup")
    assert told["ticket"]["reference"] == "TKT-0001"
    assert told["sub_addresses"] is sub_addresses
    assert told["envelope"] == ("plain" if own_only else "sub-address")
    assert told["authserv_id"] == (server or None)
    assert told["replies"]["message_id_kept"] is True
    assert told["new_files"] == ["settings.yaml", "desk.yaml", "agents.yaml", "secrets.yaml"]
    assert here.password not in done.stdout + done.stderr

    checked = here.run("check", "--desk", str(here.desk), "--json")
    assert checked.returncode == 0, checked.stderr
    (mode,) = json.loads(checked.stdout)["addresses"]
    assert mode["sub_addresses"] is sub_addresses
    shown = here.run("ticket", "show", "1", "--desk", str(here.desk), "--json")
    ticket = json.loads(shown.stdout)
    assert ticket["requester"]["address"] == ANA
    assert "The first ticket" in ticket["subject"]
    subjects = [str(mail["Subject"]) for mail in here.mails_of(ANA)]
    assert any("[TKT-0001]" in one for one in subjects), subjects
    # what measured is gone again, and what was taken stays
    assert [str(m["Subject"])[:16] for m in here.mails_of(SUPPORT)] == ["The first ticket"]


def test_set_up_again_nothing_changes(box: Boxes) -> None:
    here = box(own_sender_only=True)
    assert here.run(*here.options("--no-first-ticket")).returncode == 0
    texts = {p.name: p.read_bytes() for p in here.desk.glob("*.yaml")}
    again = ("setup", SUPPORT, "--desk", str(here.desk), "--yes", "--no-first-ticket")
    done = here.run(*again)
    assert done.returncode == 0, done.stderr
    assert "What is there stays, and is proposed." in done.stdout
    assert {p.name: p.read_bytes() for p in here.desk.glob("*.yaml")} == texts
    assert "Written" not in done.stdout and "Changed" not in done.stdout


@pytest.mark.parametrize("is_again", [False, True], ids=["first", "again"])
def test_the_desk_knows_the_mails_that_measured_when_they_come_late(
    box: Boxes, is_again: bool
) -> None:
    here = box()
    if is_again:
        assert here.run(*here.options("--wait", "30")).returncode == 0
        here.submission.delivered.clear()
    done = here.run(*here.options("--wait", "30", "--no-first-ticket"))
    assert done.returncode == 0, done.stdout + done.stderr
    ring = KeyRing(dict(keys_there(load_settings(here.desk), here.desk)))
    (to,) = (to for _, to in here.submission.delivered if "+" in to)
    token = links.read_address(ring, to, datetime.now(UTC).date(), "+")
    assert token is not None and token.purpose is links.Purpose.PROBE


def test_a_desk_that_somebody_wrote_is_changed_in_the_places_concerned(box: Boxes) -> None:
    here = box(sub_addresses=False, own_sender_only=True)
    copy_example(here.desk)
    desk = here.desk / "desk.yaml"
    text = desk.read_text().replace("support@desk.example", SUPPORT)
    desk.write_text(text + "# mine\n")
    shutil.rmtree(here.desk / "tests")
    done = here.run(*here.options("--no-first-ticket"))
    assert done.returncode == 0, done.stdout + done.stderr
    after = desk.read_text()
    assert "# mine" in after and "billing@desk.example" in after
    assert "    sub_addresses: no" in after
    assert "name: Company                     # stands in every mail" in after
    assert "ben@desk.example" in (here.desk / "agents.yaml").read_text()
    settings = (here.desk / "settings.yaml").read_text()
    assert "# Microsoft 365 and Google want OAuth" in settings
    assert "envelope: plain" in settings


def test_an_example_that_nobody_touched_makes_room(box: Boxes) -> None:
    here = box()
    copy_example(here.desk)
    done = here.run(*here.options("--no-first-ticket", "--no-measure"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"The example that was here is in {here.desk}/example now." in done.stdout
    assert "desk.example" not in (here.desk / "desk.yaml").read_text()
    assert (here.desk / "example" / "rules.yaml").exists()
    assert here.run("check", "--desk", str(here.desk)).returncode == 0


def test_a_second_address_with_a_log_in_of_its_own(box: Boxes) -> None:
    here = box(own_sender_only=True)
    first = here.options("--no-first-ticket", "--no-measure", "--envelope", "plain")
    assert here.run(*first).returncode == 0
    billing = "billing@company.example"
    here.submission.log_ins.add(billing)
    here.submission.mailboxes.add(billing)
    words = [billing if word == SUPPORT else word for word in here.options()]
    done = here.run(*words, "--wait", "30")
    assert done.returncode == 0, done.stdout + done.stderr
    settings = load_settings(here.desk)
    assert [(one.name, one.username, one.for_) for one in settings.relays] == [
        ("127.0.0.1", SUPPORT, []),
        ("billing", billing, [billing]),
    ]
    assert [one.address for one in settings.imap] == [SUPPORT, billing]
    assert "TKT-0001" in done.stdout
    assert (billing, billing) in here.submission.delivered


def test_a_relay_that_lets_nobody_write_in_anothers_name_gets_the_desks_own(box: Boxes) -> None:
    here = box(own_from_only=True)
    done = here.run(*here.options("--no-measure"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"the relay does not take a mail from {ANA}: 554 5.7.60" in done.stdout
    assert "TKT-0001 after" in done.stdout


ODD = "pa$$w\"ö'rd {x} ${HOME} \\ #1: %s & ü"


def test_a_password_with_anything_in_it(box: Boxes, dovecot: Dovecot) -> None:
    here = box()
    dovecot.change_password(ODD)
    try:
        here.password = here.submission.password = ODD
        done = here.run(*here.options("--wait", "30"))
    finally:
        dovecot.change_password(here.account.password)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "TKT-0001" in done.stdout
    assert ODD not in done.stdout + done.stderr
    assert "${SUPPORT_PASSWORD}" in (here.desk / "settings.yaml").read_text()
    assert ODD not in (here.desk / "settings.yaml").read_text()
    assert (here.desk / "secrets.yaml").stat().st_mode & 0o777 == 0o600
    assert set(here.submission.tried_passwords) == {ODD.encode()}


def test_a_password_may_come_from_the_environment_or_standard_input(box: Boxes) -> None:
    here = box()
    quick = ("--no-measure", "--no-first-ticket")
    here.environment["OUR_PASSWORD"] = here.password
    done = here.run(*here.options(*quick, "--password-variable", "OUR_PASSWORD"))
    assert done.returncode == 0, done.stderr
    assert not (here.desk / "secrets.yaml").exists()
    assert "password: ${OUR_PASSWORD}" in (here.desk / "settings.yaml").read_text()
    shutil.rmtree(here.desk)
    typed = f"{here.password}\n"
    done = here.run(*here.options(*quick, "--password-file", "-"), stdin=typed)
    assert done.returncode == 0, done.stderr
    found = load_settings(here.desk).relay.password
    assert found is not None and found.get_secret_value() == here.password


def refused(here: Box, *more: str, code: int) -> str:
    """What is said of it; nothing is written."""
    done = here.run(*here.options(*more))
    assert done.returncode == code, done.stdout + done.stderr
    assert not here.desk.exists()
    assert here.password not in done.stdout + done.stderr
    return done.stderr


def test_what_cannot_be_is_told_with_what_helps_and_nothing_is_written(
    box: Boxes, tmp_path: Path
) -> None:
    here = box()
    wrong = tmp_path / "wrong"
    wrong.write_text("hunter2\n")
    said = refused(here, "--password-file", str(wrong), code=1)
    assert "log in refused: the log-in is refused" in said and "hunter2" not in said

    nobody = f"127.0.0.1:{free_port()}"
    said = refused(here, "--imap", nobody, code=75)
    assert f"unreachable: {nobody}, STARTTLS: nobody is there (connection refused)" in said

    said = refused(here, "--imap", f"localhost:{here.account.tls_port} tls", code=1)
    assert "it is for 127.0.0.1, and the server was called localhost" in said

    said = refused(here, "--imap", f"127.0.0.1:{here.submission.port} tls", code=1)
    assert "wrong protocol" in said

    for option, value, words in (
        ("--agent", SUPPORT, "--agent: expected an address of your own"),
        ("--agent", "Ana", '--agent: expected somebody such as "Ana Lindqvist <ana@company.ex'),
        ("--imap", "a b c", "--imap: expected a host such as imap.example.org"),
        ("--start", "soon", "--start: expected now, unread, all, or a day such as 2026-11-01"),
        ("--envelope", "none", "--envelope: expected sub-address or plain, found none"),
        ("--password-file", str(tmp_path / "gone"), "gone cannot be read: No such file"),
    ):
        assert words in refused(here, option, value, code=2)
    elsewhere = here.run("setup", SUPPORT, "--yes", "--desk", str(tmp_path))
    assert elsewhere.returncode == 2
    assert "has other things in it" in elsewhere.stderr
    done = here.run("setup", "support", "--yes", "--desk", str(here.desk))
    assert done.returncode == 2 and "support is no address" in done.stderr


def test_a_desk_that_runs_is_left_alone(box: Boxes) -> None:
    from maildesk.heartbeat import Heartbeat

    here = box()
    heart = Heartbeat(here.desk)
    heart.begin(("work",))
    done = here.run(*here.options())
    heart.end()
    assert done.returncode == 1
    assert "this desk is running (process" in done.stderr
