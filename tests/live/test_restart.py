"""PostgreSQL restarted again and again while mail pours in: nothing is lost, and nothing goes out twice.

Whoever sends lives through it and knows what the relay has said; so no restart is a reason for a copy. In an
orderly one (`-m fast`) every connection is cut; in a crash (`-m immediate`) the commits that were not flushed are gone.
MAILDESK_RESTARTS=12 (`make crash`) plays more of them.
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

RESTARTS = int(os.environ.get("MAILDESK_RESTARTS", "3"))
PORTION = 25  # conversations between two restarts
HOW = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}  # postgresql.org/docs/current/server-shutdown.html


@pytest.fixture
def desk(
    tmp_path: Path, relay: Relay, imap_server: Imap, imap_account: ImapAccount, own_postgres: Postgres, redis_url: str
) -> Iterator[CrashDesk]:
    """A listener and two workers, a process each."""
    url = own_postgres.new_database()
    settings = f"database: {url}\nbroker: {redis_url}\n"
    made = CrashDesk(
        tmp_path / "desk", relay, imap_server, imap_account, settings=settings, roles=("smtp", "work", "work", "imap,tick")
    )
    with closed_at_last(made):
        yield made
    own_postgres.drop_database(url)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_database_that_restarts_under_load_makes_no_mail_go_out_twice(desk: CrashDesk, own_postgres: Postgres, mode: str) -> None:
    chance = random.Random(mode)
    pour, everything = desk.pour(), conversations(RESTARTS * PORTION, chance)
    for number in range(RESTARTS):
        sent_before = len(desk.relay.messages)
        pour.pour(everything[number * PORTION : (number + 1) * PORTION])
        desk.relay.wait_for(sent_before + 1)
        time.sleep(chance.uniform(0.0, 0.8))  # the random moment itself: nothing to wait for
        own_postgres.restart(HOW[mode])
    mails = pour.finish()
    desk.settle(mails)
    assert_exactly_once(desk, mails, f"{RESTARTS} restarts, {mode}")
    again = {message_id for message_id, found in copies_of(desk.relay.messages).items() if len(found) > 1}
    assert again == set()
