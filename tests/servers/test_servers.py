"""The ground the other tests stand on."""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from redis import Redis as Client
from sqlalchemy import create_engine, text

from tests.servers.imap import Imap, ImapAccount
from tests.servers.postgres import Postgres
from tests.servers.process import NEVER
from tests.servers.relay import Relay

ROOT = Path(__file__).parents[2]
RAW = b"From: a@b.example\r\nSubject: hello\r\n\r\n.dot\r\nbody\r\n"


def test_every_test_gets_an_empty_durable_postgres(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        assert connection.scalar(text("show fsync")) == "on"
        assert (
            connection.scalar(text("select count(*) from pg_tables where schemaname = 'public'"))
            == 0
        )
        connection.execute(text("create table left_behind (n int)"))
    engine.dispose()


def test_a_template_is_filled_once_and_copied(postgres: Postgres) -> None:
    def fill(url: str) -> None:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("create table filled (n int)")

    postgres.add_template("filled", fill)
    url = postgres.new_database("filled")
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        assert connection.execute("select count(*) from filled").fetchone() == (0,)
    postgres.drop_database(url)


def test_every_test_gets_a_flushed_redis_that_evicts_nothing(redis_url: str) -> None:
    with Client.from_url(redis_url, decode_responses=True) as client:
        assert client.dbsize() == 0
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        client.set("left", "behind")


@pytest.mark.parametrize("number", [1, 2])
def test_every_test_gets_an_empty_mailbox(
    imap_server: Imap, imap_account: ImapAccount, number: int
) -> None:
    imap_server.append(imap_account, RAW)
    with imap_server.logged_in(imap_account) as client:
        assert client.select_folder(imap_account.folder)[b"EXISTS"] == 1


def test_the_relay_keeps_what_it_is_given_and_refuses_whom_it_is_told(relay: Relay) -> None:
    relay.answer("late@", "451 4.3.0 later", times=1)
    relay.answer("gone@", "550 5.1.1 gone")
    with smtplib.SMTP(relay.host, relay.port, timeout=NEVER) as smtp:
        refused = smtp.sendmail(
            "a@b.example", ["ana@x.example", "late@x.example", "gone@x.example"], RAW
        )
        again = smtp.sendmail("a@b.example", ["late@x.example"], RAW)
    first, second = relay.wait_for(2)
    assert {r: code for r, (code, _) in refused.items()} == {
        "late@x.example": 451,
        "gone@x.example": 550,
    }
    assert again == {}
    assert (first.mail_from, first.rcpt_to, first.raw) == ("a@b.example", ("ana@x.example",), RAW)
    assert second.rcpt_to == ("late@x.example",)


@pytest.mark.parametrize(("ci", "exit_code"), [("true", 1), ("", 0)])
def test_what_is_skipped_fails_where_nobody_would_see_it(
    tmp_path: Path, ci: str, exit_code: int
) -> None:
    (tmp_path / "test_lazy.py").write_text(
        "import pytest\n\ndef test_lazy():\n    pytest.skip('too lazy')\n"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.conftest",
        "-c",
        "/dev/null",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    ran = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"CI": ci}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == exit_code
    assert ("nothing may be skipped" in ran.stdout) == bool(ci)


def test_the_relay_hangs_up_after_the_final_dot_when_told(relay: Relay) -> None:
    relay.answer("ana@", "drop", stage="data", times=1)
    with (
        pytest.raises(smtplib.SMTPServerDisconnected),
        smtplib.SMTP(relay.host, relay.port, timeout=NEVER) as smtp,
    ):
        smtp.sendmail("a@b.example", ["ana@x.example"], RAW)
    assert [m.reply for m in relay.wait_for(1)] == ["drop"]
