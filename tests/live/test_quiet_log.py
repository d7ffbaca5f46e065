"""While Redis or PostgreSQL is away the log says so in lines of its own: no raw line of a library,
and no traceback."""

from __future__ import annotations

import smtplib
from pathlib import Path

from tests.servers.postgres import Postgres
from tests.servers.redis import OwnRedis
from tests.servers.relay import Relay
from tests.stories.running_desk import RunningDesk, wait_until, write

DESK = "support@desk.example"
RAW = ("Traceback", "CRITICAL", "ERROR dramatiq", "WARNING dramatiq", "Exception in thread")


def raw_lines(log: str) -> list[str]:
    """Lines that no operator should have to read, each with those around it."""
    lines = log.splitlines()
    found = [n for n, line in enumerate(lines) if any(word in line for word in RAW)]
    return ["\n".join(lines[max(0, n - 2) : n + 40]) for n in found]


def test_a_desk_whose_servers_are_away_says_so_in_plain_lines(
    tmp_path: Path, relay: Relay, own_postgres: Postgres, own_redis: OwnRedis
) -> None:
    redis, url = own_redis(), own_postgres.new_database()
    settings = f"database: {url}\nbroker: {redis.base}/1\npipeline: {{tick: 0.2}}\n"
    roles = ("smtp", "work", "tick")
    desk = RunningDesk(tmp_path / "desk", relay, settings=settings, roles=roles).start()
    try:
        redis.stop()
        desk.send(write("kim@early.example", DESK, "Hello", "Hello?"), "kim@early.example", DESK)
        wait_until(lambda: _heard(relay, "kim@early.example"), "it is answered without Redis")
        wait_until(lambda: desk.log().count("broker_unavailable") >= 2, "who kicks, who listens")
        own_postgres.stop()
        try:
            wait_until(lambda: "database_unavailable" in desk.log(), "that is said")
            try:
                desk.send(write("lee@late.example", DESK, "Hm", "Hm?"), "lee@late.example", DESK)
            except smtplib.SMTPException as refused:
                assert "451" in str(refused) or "421" in str(refused)
            wait_until(lambda: desk.log().count("database_unavailable") >= 12, "again and again")
        finally:
            own_postgres.start()
        redis.start()
        wait_until(lambda: desk.log().count("broker_back") >= 2, "Redis is noticed")
        desk.send(write("may@back.example", DESK, "Back", "Back?"), "may@back.example", DESK)
        wait_until(lambda: _heard(relay, "may@back.example"), "all goes on")
    finally:
        codes = desk.stop()
    assert "\n\n".join(raw_lines(desk.log())) == ""
    assert codes == [0, 0, 0], desk.log()[-3000:]


def _heard(relay: Relay, address: str) -> bool:
    return any(address in mail.rcpt_to for mail in relay.messages)
