"""Killed at random moments while mail pours in through both doors: nothing taken is lost, nothing
happens twice.

MAILDESK_CRASH_ROUNDS=20 (`make crash`) plays more rounds, each with a seed of its own.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis as RedisClient
from sqlalchemy import Table, func, select

from maildesk.store.db import Database
from maildesk.store.schema import messages, outbox, quarantine, spool, tickets
from tests.live.pouring import Mail, Pour, conversations
from tests.servers.imap import Imap, ImapAccount
from tests.servers.relay import Relay, Relayed
from tests.stories.running_desk import ALL_ROLES, RunningDesk, as_mail, wait_until

ROUNDS = int(os.environ.get("MAILDESK_CRASH_ROUNDS", "1"))
KILLS = 6
CONVERSATIONS = 140
LEASE = timedelta(seconds=6)  # as the settings have it by themselves
TAKEN_UP = timedelta(seconds=10)  # after which somebody else has what a killed process held
SEPARATE = ("smtp", "imap", "work", "work", "tick")


class CrashDesk:
    """A desk to be killed, its mailbox, and a look into its database."""

    def __init__(
        self,
        folder: Path,
        relay: Relay,
        imap: Imap,
        account: ImapAccount,
        *,
        settings: str,
        roles: Any,
    ) -> None:
        self.relay, self.imap, self.account = relay, imap, account
        mailbox = (
            f"{{name: support, host: {account.host}, port: {account.port}, tls: none, "
            f"username: {account.username!r}, "
        )
        mailbox += (
            f"password: {account.password}, folder: {account.folder}, poll: 1s, address: "
            f"support@desk.example}}"
        )
        self.running = RunningDesk(
            folder, relay, settings=f"imap: [{mailbox}]\n{settings}", roles=roles
        )
        self.running.start()
        url = next(
            (line.split()[1] for line in settings.splitlines() if line.startswith("database:")),
            "sqlite:///var/maildesk.sqlite",
        )
        self.db = Database(url, desk=folder, pool=2)

    def pour(self) -> Pour:
        """Senders at both doors."""
        return Pour(lambda: self.running.port, lambda raw: self.imap.append(self.account, raw))

    def rows(self, table: Table, *columns: str) -> list[Any]:
        """Everything in this table."""
        with self.db.read() as conn:
            return list(
                conn.execute(select(*(table.c[name] for name in columns)).order_by(table.c.id))
            )

    def waiting(self) -> int:
        """How many rows of spool and outbox are not finished."""
        with self.db.read() as conn:
            found = [
                conn.execute(select(func.count()).where(t.c.due_at.is_not(None))).scalar_one()
                for t in (spool, outbox)
            ]
        return sum(found)

    def held(self) -> dict[tuple[str, int], int]:
        """What somebody holds, or held when they were killed: table and id, and the
        number of the process."""
        pids = {str(process.pid): number for number, process in enumerate(self.running.processes)}
        with self.db.read() as conn:
            found = [
                (t.name, row)
                for t in (spool, outbox)
                for row in conn.execute(select(t).where(t.c.state == "claimed"))
            ]
        return {(name, row.id): pids.get(row.owner.split(":")[1], -1) for name, row in found}

    def due(self, rows: list[tuple[str, int]]) -> dict[tuple[str, int], datetime]:
        """When they are due: of what is held, the end of the lease."""
        there = {table.name: self.rows(table, "id", "due_at") for table in (spool, outbox)}
        found = {(name, row.id): row.due_at for name, found in there.items() for row in found}
        return {row: found[row] for row in rows}

    def moments(self) -> dict[tuple[str, int], tuple[datetime, datetime]]:
        """When each row came, and when it was done: a mail is in its ticket, a letter sent."""
        stored = self.rows(messages, "message_id", "at", "direction")
        entered = {row.message_id: row.at for row in stored if row.direction == "in"}
        came = self.rows(spool, "id", "message_id", "received_at")
        letters = self.rows(outbox, "id", "created_at", "sent_at")
        mails = {("spool", row.id): (row.received_at, entered[row.message_id]) for row in came}
        sent = [row for row in letters if row.sent_at]
        return mails | {("outbox", row.id): (row.created_at, row.sent_at) for row in sent}

    def settle(self, mails: list[Mail]) -> None:
        """Wait until every mail that was taken is processed and everything that follows is sent."""
        wanted = {mail.message_id.strip("<>") for mail in mails}

        def spooled() -> set[str]:
            return {row.message_id for row in self.rows(spool, "message_id")}

        wait_until(lambda: wanted <= spooled(), "everything is in the spool", moves=spooled)
        wait_until(lambda: not self.waiting(), "nothing waits any more", moves=self.waiting)

    def close(self) -> None:
        """End it, cleanly this time."""
        codes = self.running.stop()
        self.db.close()
        assert set(codes) == {0}, self.running.log()[-3000:]


@pytest.fixture
def embedded(
    tmp_path: Path, relay: Relay, imap_server: Imap, imap_account: ImapAccount
) -> Iterator[CrashDesk]:
    """One process on SQLite."""
    desk = CrashDesk(
        tmp_path / "desk", relay, imap_server, imap_account, settings="", roles=ALL_ROLES
    )
    with closed_at_last(desk):
        yield desk


@pytest.fixture
def distributed(
    tmp_path: Path,
    relay: Relay,
    imap_server: Imap,
    imap_account: ImapAccount,
    postgres_url: str,
    redis_url: str,
) -> Iterator[CrashDesk]:
    """The roles apart, on PostgreSQL and Redis."""
    settings = f"database: {postgres_url}\nbroker: {redis_url}\n"
    desk = CrashDesk(
        tmp_path / "desk", relay, imap_server, imap_account, settings=settings, roles=SEPARATE
    )
    with closed_at_last(desk):
        yield desk


@contextmanager
def closed_at_last(desk: CrashDesk) -> Iterator[None]:
    """Leave no process behind, whatever the test found."""
    try:
        yield
    finally:
        desk.close()


@pytest.mark.parametrize("seed", range(1, ROUNDS + 1))
def test_the_desk_killed_again_and_again_loses_nothing_and_does_nothing_twice(
    embedded: CrashDesk, seed: int
) -> None:
    chance = random.Random(seed)
    mails = killed_while_pouring(embedded, chance, lambda _: embedded.running.kill())
    embedded.settle(mails)
    assert_exactly_once(embedded, mails, f"embedded, seed {seed}")


@pytest.mark.parametrize("seed", range(1, ROUNDS + 1))
def test_roles_killed_one_by_one_and_redis_flushed_lose_nothing(
    distributed: CrashDesk, redis_url: str, seed: int
) -> None:
    chance = random.Random(seed)

    def strike(number: int) -> None:
        if number == KILLS // 2:
            with RedisClient.from_url(redis_url) as client:
                client.flushall()
        everybody = range(len(SEPARATE))
        distributed.running.kill(
            *(everybody if number == KILLS - 1 else [chance.choice(everybody)])
        )

    mails = killed_while_pouring(distributed, chance, strike)
    distributed.settle(mails)
    assert_exactly_once(distributed, mails, f"distributed, seed {seed}")


@pytest.mark.parametrize("mode", ["embedded", "distributed"])
def test_what_a_killed_process_held_is_taken_up_again_within_ten_seconds(
    request: pytest.FixtureRequest, mode: str
) -> None:
    desk: CrashDesk = request.getfixturevalue(mode)
    pour = desk.pour()
    pour.pour(conversations(60, random.Random(mode)))
    held, killed_at = killed_while_holding(desk)
    assert max(held.values()) <= killed_at + LEASE
    back_at = killed_at  # a second worker is there
    if mode == "embedded":
        desk.running.revive()
        back_at = datetime.now(UTC)

    mails = pour.finish()
    desk.settle(mails)
    desk.running.revive()
    moments = desk.moments()

    def waited(row: tuple[str, int]) -> float:
        came_at, done_at = moments[row]
        due_at = held.get(row, came_at)
        return (done_at - (max(due_at, back_at) if done_at > back_at else due_at)).total_seconds()

    late, others = max(map(waited, held)), max(map(waited, moments.keys() - held.keys()))
    print(
        f"{mode}: {len(held)} were held, {late:.1f} s after their lease at most they were done;",
        end=" ",
    )
    print(f"the slowest of the others took {others:.1f} s")
    assert late < max((TAKEN_UP - LEASE).total_seconds(), 2 * others), "slow beside the others, too"
    assert_exactly_once(desk, mails, f"{mode}, killed once")


def test_a_worker_frozen_past_its_lease_does_nothing_twice_when_it_wakes(
    distributed: CrashDesk,
) -> None:
    pour = distributed.pour()
    pour.pour(conversations(60, random.Random("frozen")))
    workers = [n for n, role in enumerate(SEPARATE) if role == "work"]
    held: list[tuple[str, int]] = []
    number = workers[0]
    while not held:
        wait_until(
            lambda: set(distributed.held().values()) & set(workers), "a worker holds something"
        )
        number = next(iter(set(distributed.held().values()) & set(workers)), number)
        distributed.running.processes[number].send_signal(signal.SIGSTOP)
        held = [row for row, holder in distributed.held().items() if holder == number]
        if not held:
            distributed.running.processes[number].send_signal(signal.SIGCONT)
    mails = pour.finish()
    wait_until(
        lambda: not set(distributed.held()) & set(held),
        "the other worker has taken up what the frozen one held",
    )
    distributed.running.processes[number].send_signal(signal.SIGCONT)
    distributed.settle(mails)
    assert_exactly_once(distributed, mails, f"{len(held)} rows frozen")


def killed_while_holding(desk: CrashDesk) -> tuple[dict[tuple[str, int], datetime], datetime]:
    """Kill a process while it holds something; until when that is its own, and when it died."""
    for _ in range(20):
        wait_until(
            lambda: any(number >= 0 for number in desk.held().values()), "somebody holds something"
        )
        number = max(desk.held().values(), default=-1)
        if number < 0:
            continue
        desk.running.kill(number)
        killed_at = datetime.now(UTC)
        held = [row for row, holder in desk.held().items() if holder == number]
        if held:
            return desk.due(held), killed_at
        desk.running.revive()
    raise AssertionError("no kill met a process that held something")


def killed_while_pouring(
    desk: CrashDesk, chance: random.Random, strike: Callable[[int], None]
) -> list[Mail]:
    """Pour everything in, portion by portion, and strike after a random time in each; every mail
    that was taken."""
    pour, everything = desk.pour(), conversations(CONVERSATIONS, chance)
    share, held = len(everything) // KILLS, 0
    for number in range(KILLS):
        pour.pour(
            everything[number * share : None if number == KILLS - 1 else (number + 1) * share]
        )
        time.sleep(chance.uniform(0.05, 1.5))  # the random moment itself: nothing to wait for
        strike(number)
        held += len(desk.held())
        desk.running.revive()
    mails = pour.finish()
    print(
        f"{KILLS} kills, {held} rows were held then; {len(mails)} mails taken, "
        f"{len(pour.failures)} broke off"
    )
    return mails


def assert_exactly_once(desk: CrashDesk, mails: list[Mail], title: str) -> None:
    """The proof itself, from the database and the relay; the counts are printed."""
    expected = {mail.message_id.strip("<>") for mail in mails}
    stored = desk.rows(messages, "ticket_id", "message_id", "direction")
    times = Counter(row.message_id for row in stored if row.direction == "in")
    assert set(times) == expected
    assert {m: n for m, n in times.items() if n != 1} == {}
    homes: dict[str, set[int]] = defaultdict(set)
    for row in stored:
        homes[row.message_id.partition(".")[0]].add(row.ticket_id)
    assert {c: t for c, t in homes.items() if len(t) != 1} == {}, "a conversation fell apart"
    opened = desk.rows(tickets, "reference", "requester_address")
    assert len(opened) == len(homes) == len({row.requester_address for row in opened})
    assert desk.rows(quarantine, "reason", "words") == []
    assert desk.waiting() == 0
    letters = desk.rows(outbox, "recipient", "message_id", "automatic", "state")
    copies = copies_of(desk.relay.messages)
    # at night the acknowledgement says when we are back
    thanked = Counter(row.recipient for row in letters if row.automatic)
    assert thanked == {row.requester_address: 1 for row in opened}
    lost = [row for row in letters if row.message_id not in copies]
    # that state is an admin's to decide, and was told
    assert [row for row in lost if row.state != "uncertain"] == []
    assert set(copies) <= {row.message_id for row in letters}, (
        "the relay has a mail that the outbox does not know"
    )
    again = {message_id: len(found) for message_id, found in copies.items() if len(found) > 1}
    assert all(len({mail.raw for mail in copies[m]}) == 1 and n == 2 for m, n in again.items()), (
        again
    )
    doubled = sum(row.outcome == "duplicate" for row in desk.rows(spool, "outcome"))
    print(
        f"{title}: {len(expected)} mails, {len(opened)} tickets, {len(letters)} letters; ", end=""
    )
    print(f"{doubled} mails came twice, {len(again)} letters went out twice, {len(lost)} uncertain")


def copies_of(relayed: list[Relayed]) -> dict[str, list[Relayed]]:
    """What went out, by its Message-ID."""
    found: dict[str, list[Relayed]] = defaultdict(list)
    for mail in relayed:
        found[str(as_mail(mail)["Message-ID"]).strip("<>")].append(mail)
    return found
