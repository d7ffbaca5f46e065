"""A newer version has changed the tables of a desk that still runs: it says so, takes nothing more,
and nothing that it took is lost."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from maildesk.store.migrate import HEAD
from tests.pipeline.place import mail
from tests.servers.relay import Relay
from tests.stories.running_desk import RunningDesk, wait_until

SUPPORT = "support@desk.example"
# What a version after this one may do that this one cannot live with, and back again.
NEWER = (
    "ALTER TABLE outbox RENAME COLUMN idempotency_key TO something",
    "INSERT INTO desk_state VALUES ('works_with', '9999') ON CONFLICT (name) DO UPDATE SET value "
    "= '9999'",
    "UPDATE alembic_version SET version_num = '9999'",
)
BACK = (
    "ALTER TABLE outbox RENAME COLUMN something TO idempotency_key",
    "UPDATE desk_state SET value = '0010' WHERE name = 'works_with'",
    f"UPDATE alembic_version SET version_num = '{HEAD}'",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, relay: Relay) -> Iterator[RunningDesk]:
    """A desk that runs, in one process."""
    settings = "pipeline: {tick: 0.2}\n"
    if request.param == "postgresql":
        settings += f"database: {request.getfixturevalue('postgres_url')}\n"
    made = RunningDesk(tmp_path / "desk", relay, settings=settings).start()
    yield made
    made.stop()


def change(desk: RunningDesk, statements: tuple[str, ...]) -> None:
    """Somebody else changes the tables."""
    written = (desk.folder / "settings.yaml").read_text()
    lines = (line for line in written.splitlines() if line.startswith("database:"))
    url = next((line.split()[1] for line in lines), "")
    engine = create_engine(url or f"sqlite:///{desk.folder / 'var' / 'maildesk.sqlite'}")
    with engine.begin() as conn:
        for statement in statements:
            conn.execute(text(statement))
    engine.dispose()


def acknowledged(desk: RunningDesk) -> list[str]:
    """Whose mail was answered."""
    return sorted(r for one in desk.relay.messages for r in one.rcpt_to if "customer" in r)


def test_a_desk_whose_tables_were_changed_under_it_takes_nothing_more_and_loses_nothing(
    desk: RunningDesk,
) -> None:
    desk.send(mail("before", From="a@customer.example"), "a@customer.example", SUPPORT)
    wait_until(lambda: acknowledged(desk) == ["a@customer.example"], "the first is answered")
    change(desk, NEWER)
    taken = ["a@customer.example"]
    try:  # it may be a moment before it notices; what it takes then stays where it is
        desk.send(mail("meanwhile", From="b@customer.example"), "b@customer.example", SUPPORT)
        taken.append("b@customer.example")
    except smtplib.SMTPResponseException as problem:
        assert 400 <= problem.smtp_code < 500
    wait_until(lambda: "newer_tables" in desk.log(), "it says so")
    assert "made by a newer maildesk: its tables are at 9999" in desk.log()
    with pytest.raises(smtplib.SMTPResponseException) as later:
        desk.send(mail("after", From="c@customer.example"), "c@customer.example", SUPPORT)
    assert 400 <= later.value.smtp_code < 500
    assert desk.processes[0].poll() is None, "it waits to be stopped"

    begun = desk.run("init")
    assert begun.returncode == 2, "systemd does not begin again after a 2"
    assert b"Start the newer version, or restore the backup" in begun.stderr

    change(desk, BACK)
    desk.stop()
    desk.start()
    desk.send(mail("again", From="c@customer.example"), "c@customer.example", SUPPORT)
    taken.append("c@customer.example")
    wait_until(lambda: acknowledged(desk) == sorted(taken), "everything that was taken is answered")
    assert desk.json("quarantine", "list")["messages"] == []
