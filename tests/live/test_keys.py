"""A key that signed and is lost: no process starts without a word, and the operator's word to go on
reaches the admins."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from maildesk.store.db import Database
from tests.servers.process import NEVER
from tests.servers.relay import Relay
from tests.store.earlier import A_TICKET, as_of, at, insert
from tests.stories.running_desk import (
    Inbox,
    RunningDesk,
    address_in,
    answer,
    text_of,
    wait_until,
    write,
)

KIM, ADMIN = "kim@customer.example", "ana@desk.example"
ROLES = ("smtp", "imap", "work", "tick")


def refused(desk: RunningDesk, *options: str) -> str:
    """What a process that does not start says."""
    done = desk.run("run", *options)
    assert done.returncode == 1, done
    return done.stderr.decode()


def key_of(desk: RunningDesk) -> Path:
    return desk.folder / "var" / "secret.key"


def test_a_lost_key_stops_the_desk_until_it_is_back_or_given_up(
    tmp_path: Path, relay: Relay
) -> None:
    desk, inbox = RunningDesk(tmp_path / "desk", relay).start(), Inbox(relay)
    key = key_of(desk)
    desk.send(
        write(f"Kim <{KIM}>", "support@desk.example", "Printer", "It smokes.\n"),
        KIM,
        "support@desk.example",
    )
    first = inbox.take(KIM)
    old = key.read_text()

    key.unlink()  # while it runs
    ill = desk.run("health")
    assert (
        ill.returncode,
        b"the key 0 that this desk signs with is no longer in" in ill.stderr,
    ) == (1, True), ill
    assert desk.stop() == [0]
    said = refused(desk)
    for words in (
        f"{key} is not there",
        "every reply address, button and star",
        "Put it back",
        "`maildesk run --new-key`",
    ):
        assert words in said
    assert "Traceback" not in said
    assert not key.exists(), "none is made without a word"
    assert desk.run("init").returncode == 1
    checked = desk.run("check")
    assert (checked.returncode, b"`maildesk run --new-key`" in checked.stderr) == (2, True), checked

    key.write_text(f"0 {'ab' * 32}\n")  # another desk's
    assert "the key 0 that signed before is another one now" in refused(desk)

    key.write_text(old)
    assert desk.run("check").returncode == 0
    desk.start()
    desk.send(answer(first, f"Kim <{KIM}>", "Now it burns."), KIM, address_in(first["Reply-To"]))
    wait_until(lambda: len(desk.ticket("TKT-0001")["messages"]) > 1, "its addresses are good again")
    assert desk.stop() == [0]

    key.write_text("0 spoilt\n")
    assert desk.run("init", "--new-key").returncode == 0
    assert key.with_name("secret.key.damaged").read_text() == "0 spoilt\n"
    assert key.read_text().startswith("1 "), "an id of its own: the old one may turn up"
    desk.start()
    told = inbox.take(ADMIN, subject="signing key was given up")
    assert "--new-key" in text_of(told)
    assert "(the one named 0 in secret.key" in " ".join(text_of(told).split())
    assert desk.stop() == [0]

    with key.open("a") as file:  # found it
        file.write(old)
    desk.start()
    desk.send(answer(first, f"Kim <{KIM}>", "The fire is out."), KIM, address_in(first["Reply-To"]))
    wait_until(
        lambda: len(desk.ticket("TKT-0001")["messages"]) > 2, "old addresses are believed again"
    )
    assert desk.stop() == [0]
    assert not [m for m in inbox.to(ADMIN) if "given up" in str(m["Subject"])], "told once"


def test_every_role_refuses_to_start_with_another_key(
    tmp_path: Path, relay: Relay, postgres_url: str, redis_url: str
) -> None:
    settings = (
        f"database: {postgres_url}\nbroker: {redis_url}\n"
        f"secret_keys: [{{id: a, secret: 0123456789abcdef}}]\n"
    )
    desk = RunningDesk(tmp_path / "desk", relay, settings=settings)
    assert desk.run("init").returncode == 0
    file = desk.folder / "settings.yaml"
    file.write_text(file.read_text().replace("id: a", "id: b"))
    with ThreadPoolExecutor(len(ROLES)) as pool:
        for said in pool.map(lambda role: refused(desk, "--role", role), ROLES):
            assert "the key a that signed before is missing" in said
    file.write_text(
        file.read_text().replace(
            "secret_keys: [", "secret_keys: [{id: a, secret: 0123456789abcdef}, "
        )
    )
    assert desk.run("init").returncode == 0, "rotation: the new one beside the old one"


def test_of_two_desk_folders_that_start_at_once_on_one_empty_database_one_wins(
    tmp_path: Path, postgres_url: str
) -> None:
    folders = [tmp_path / name for name in ("a", "b")]
    commands = [
        [sys.executable, "-m", "maildesk.cli", "init", "--desk", str(folder)] for folder in folders
    ]
    both = [
        subprocess.Popen(
            command,
            env={"MAILDESK_DATABASE": postgres_url},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for command in commands
    ]
    said = [process.communicate(timeout=NEVER) for process in both]
    assert sorted(process.returncode for process in both) == [0, 1], said
    assert sorted((folder / "var" / "secret.key").exists() for folder in folders) == [
        False,
        True,
    ], "no wrong key stays behind"


@pytest.mark.parametrize("has_key", [True, False])
def test_a_database_from_before_fingerprints_takes_the_key_that_is_there_and_misses_one_that_is_not(
    tmp_path: Path, relay: Relay, has_key: bool
) -> None:
    desk, inbox = RunningDesk(tmp_path / "desk", relay), Inbox(relay)
    key = key_of(desk)
    key.parent.mkdir()
    old = f"0 {'ab' * 32}\n"
    key.write_text(old)
    db = Database("sqlite:///var/maildesk.sqlite", desk=desk.folder)
    with db.engine.begin() as conn:
        as_of(conn, "0002")
        insert(conn, "tickets", A_TICKET | at(db, "created_at", "updated_at"))
    db.close()
    if has_key:
        assert desk.run("init").returncode == 0
        key.unlink()
    else:
        key.unlink()
        assert f"the key {key} is not there, and the database has tickets" in refused(desk)
        assert desk.run("init", "--new-key").returncode == 0
        assert key.read_text().startswith("1 ")
        desk.start()
        inbox.take(ADMIN, subject="signing key was given up")
        assert desk.stop() == [0]
        return
    assert "is not there" in refused(desk)
    key.write_text(old)
    assert desk.run("init").returncode == 0
