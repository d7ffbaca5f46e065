"""PostgreSQL restarted again and again while mail pours in: nothing is lost, and
nothing goes out twice.

Whoever sends lives through it and knows what the relay has said; so no restart is a reason for a
copy. In an orderly one (`-m fast`) every connection is cut; in a crash (`-m immediate`) the commits
that were not flushed are gone. MAILDESK_RESTARTS=12 (`make crash`) plays more of them.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.pouring import conversations
from tests.live.test_crash import CrashDesk, assert_exactly_once, closed_at_last, copies_of
from tests.servers.imap import Imap, ImapAccount
from tests.servers.postgres import Postgres
from tests.servers.relay import Relay

PORTION = 25  # conversations between two restarts
# postgresql.org/docs/current/server-shutdown.html
HOW = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}
MANY = int(os.environ.get("MAILDESK_RESTARTS", "0"))
RESTARTS = [["fast"] * MANY, ["immediate"] * MANY] if MANY else [["fast", "immediate"]]


@pytest.fixture
def desk(
    tmp_path: Path,
    relay: Relay,
    imap_server: Imap,
    imap_account: ImapAccount,
    own_postgres: Postgres,
    redis_url: str,
) -> Iterator[CrashDesk]:
    """A door and two workers, a process each."""
    url = own_postgres.new_database()
    settings = f"database: {url}\nbroker: {redis_url}\n"
    made = CrashDesk(
        tmp_path / "desk",
        relay,
        imap_server,
        imap_account,
        settings=settings,
        roles=("smtp,imap,tick", "work", "work"),
    )
    with closed_at_last(made):
        yield made
    own_postgres.drop_database(url)


@pytest.mark.parametrize(
    "restarts", RESTARTS, ids=lambda restarts: f"{len(restarts)} {restarts[-1]}"
)
def test_a_database_that_restarts_under_load_makes_no_mail_go_out_twice(
    desk: CrashDesk, own_postgres: Postgres, restarts: list[str]
) -> None:
    chance = random.Random(restarts[-1])
    pour, everything = desk.pour(), conversations(len(restarts) * PORTION, chance)
    for number, how in enumerate(restarts):
        sent_before = len(desk.relay.messages)
        pour.pour(everything[number * PORTION : (number + 1) * PORTION])
        desk.relay.wait_for(sent_before + 1)
        time.sleep(chance.uniform(0.0, 0.8))  # the random moment itself: nothing to wait for
        own_postgres.restart(HOW[how])
    mails = pour.finish()
    desk.settle(mails)
    assert_exactly_once(
        desk, mails, f"{len(restarts)} restarts ({', '.join(sorted(set(restarts)))})"
    )
    again = {
        message_id for message_id, found in copies_of(desk.relay.messages).items() if len(found) > 1
    }
    assert again == set()
