"""A desk to be measured: the real daemon on a fresh folder, what it costs, and whether what it did
was exact."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import create_engine, text

from tests.stories.running_desk import ROOT

ALL = ("smtp,imap,work,tick",)
OLD_OCTETS = 2500  # of the raw mail that an old ticket came in


class Desk:
    """The processes of one desk and its database."""

    def __init__(
        self,
        folder: Path,
        *,
        relay_port: int,
        agents_told: bool,
        database: str = "",
        broker: str = "",
        pages_port: int = 0,
    ) -> None:
        folder.mkdir(parents=True)
        for name in ("desk.yaml", "agents.yaml"):
            content = (ROOT / "deploy" / "desk" / name).read_text(encoding="utf-8")
            if name == "agents.yaml" and not agents_told:
                content = re.sub(r"\n( +)language:", r"\n\1notify: []\n\1language:", content)
            content = (
                content.replace("support@desk.example", "support@desk.test")
                if name == "desk.yaml"
                else content
            )
            # an hour's limit of acknowledgements is not what is measured
            content = content.replace("total: 2000 ", "total: 1000000 ")
            (folder / name).write_text(
                content.replace("support@desk.test", "support@desk.example"), encoding="utf-8"
            )
        settings = f"relay: {{host: 127.0.0.1, port: {relay_port}}}\nlisteners: [{{port: 0}}]\n"
        if broker:
            settings += f"database: {database}\nbroker: {broker}\n"
        if pages_port:
            place = f"127.0.0.1:{pages_port}"
            settings += f"web: {{listen: '{place}', public_url: 'http://{place}'}}\n"
        (folder / "settings.yaml").write_text(settings, encoding="utf-8")
        self.folder = folder
        self.url = (
            database.replace("postgresql://", "postgresql+psycopg://")
            or f"sqlite:///{folder / 'var' / 'maildesk.sqlite'}"
        )
        self.roles: Sequence[str] = ("smtp,imap,tick", "work", "work") if broker else ALL
        if pages_port:
            self.roles = (f"{self.roles[0]},web", *self.roles[1:])
        self.port = 0
        self.processes: list[psutil.Popen] = []

    def start(self) -> Desk:
        """Start and wait for the port."""
        for role in self.roles:
            command = [
                sys.executable,
                "-m",
                "maildesk.cli",
                "run",
                "--desk",
                str(self.folder),
                "--role",
                role,
            ]
            with (self.folder / "log").open("a") as log:
                process = psutil.Popen(
                    command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT
                )
            self.processes.append(process)
            for line in process.stdout:
                words = line.split()
                if words[:1] == ["SMTP"]:
                    self.port = int(words[1].rpartition(":")[2])
                if words[:1] == ["database"]:
                    break
        return self

    def stop(self) -> None:
        """End them."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(20)

    def cpu(self, servers: Sequence[str] = ()) -> float:
        """Processor seconds of our processes, and of the servers with these names."""
        ours = [psutil.Process(p.pid) for p in self.processes]
        others = [p for p in psutil.process_iter(["name"]) if p.info["name"] in servers]
        total = 0.0
        for process in (*ours, *others):
            try:
                times = process.cpu_times()
            except psutil.Error:
                continue
            total += times.user + times.system
        return float(total)

    def memory(self) -> float:
        """Resident megabytes of the largest of our processes."""
        return float(max(psutil.Process(p.pid).memory_info().rss for p in self.processes)) / 1e6

    def query(self, sql: str) -> list[Any]:
        """Rows from the desk's database."""
        engine = create_engine(self.url)
        with engine.connect() as conn:
            rows = list(conn.execute(text(sql)))
        engine.dispose()
        return rows

    def until_idle(self, seconds: float) -> bool:
        """Whether spool and outbox came to rest in time."""
        engine = create_engine(self.url)
        end = time.perf_counter() + seconds
        sql = text(
            "SELECT (SELECT count(*) FROM spool WHERE due_at IS NOT NULL) + (SELECT count(*) "
            "FROM outbox WHERE due_at IS NOT NULL)"
        )
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            while time.perf_counter() < end:
                if conn.execute(sql).scalar_one() == 0:
                    break
                time.sleep(0.01)
            else:
                return False
        engine.dispose()
        return True

    def references(self) -> dict[str, str]:
        """Message-ID of a first mail -> the ticket's reference."""
        sql = (
            "SELECT m.message_id, t.reference FROM messages m JOIN tickets t ON t.id = "
            "m.ticket_id WHERE m.direction = 'in'"
        )
        return {row[0]: row[1] for row in self.query(sql)}


def fill(desk: Desk, count: int) -> None:
    """So many old tickets with a conversation each, and the raw mails they came in, written
    straight into the tables."""
    from datetime import UTC, datetime, timedelta

    engine = create_engine(desk.url)
    old = datetime.now(UTC) - timedelta(days=40)
    is_sqlite = engine.dialect.name == "sqlite"
    at: Any = int(old.timestamp() * 1_000_000) if is_sqlite else old
    empty_list, empty_map = json.dumps([]), json.dumps({})
    with engine.begin() as conn:
        for start in range(0, count, 5000):
            numbers = range(start + 1, min(start + 5000, count) + 1)
            conn.execute(
                text(_TICKET),
                [
                    {
                        "id": n,
                        "ref": f"OLD-{n:06d}",
                        "who": f"p{n % 9973}@old{n % 997}.example",
                        "at": at,
                        "l": empty_list,
                        "f": empty_map,
                    }
                    for n in numbers
                ],
            )
            conn.execute(
                text(_MESSAGE),
                [
                    {"id": n, "mid": f"old.{n}@old.example", "at": at, "l": empty_list}
                    for n in numbers
                ],
            )
            conn.execute(
                text(_HISTORY),
                [{"id": n, "at": at, "f": empty_map} for n in numbers for _ in range(4)],
            )
            raws = [b"%d" % n + os.urandom(OLD_OCTETS) for n in numbers]
            digests = [sha256(raw).digest() for raw in raws]
            conn.execute(
                text(_BLOB),
                [
                    {"digest": digest, "size": len(raw), "body": raw, "at": at}
                    for digest, raw in zip(digests, raws, strict=True)
                ],
            )
            conn.execute(
                text(_SPOOL),
                [
                    {"id": n, "digest": digest, "mid": f"old.{n}@old.example", "at": at}
                    for n, digest in zip(numbers, digests, strict=True)
                ],
            )
            conn.execute(
                text(_PROCESSED),
                [
                    {"id": n, "mid": f"old.{n}@old.example", "digest": digest[:16]}
                    for n, digest in zip(numbers, digests, strict=True)
                ],
            )
            conn.execute(
                text(_OUTBOX),
                [
                    {
                        "id": n,
                        "mid": f"ack.{n}@desk.example",
                        "who": f"p{n % 9973}@old{n % 997}.example",
                        "dom": f"old{n % 997}.example",
                        "at": at,
                        "yes": True,
                    }
                    for n in numbers
                ],
            )
        if not is_sqlite:
            for table in ("tickets", "messages", "outbox", "spool"):
                conn.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {count + 1})")
                )
    engine.dispose()


_TICKET = """INSERT INTO tickets (id, reference, subject, status, priority, type, category, queue,
channel,
requester_address, requester_name, organisation, tier, address, language, assignee, labels,
fields, created_at,
updated_at, resolution, comment, follows, spent, message_count, surveyed, archived)
VALUES (:id, :ref, 'An old question', 'closed', 'normal', '', '', 'support', 'email', :who,
'Somebody', '', '',
'support@desk.example', 'en', '', :l, :f, :at, :at, '', '', '', 0, 1, false, false)"""
_MESSAGE = """INSERT INTO messages (ticket_id, at, kind, direction, automatic, from_name,
from_address, agent, subject,
text, reply, message_id, trust, attachments)
VALUES (:id, :at, 'public', 'in', false, 'Somebody', 'x@old.example', '', 'An old question',
'It does not work any more.', 'It does not work any more.', :mid, '', :l)"""
_HISTORY = """INSERT INTO history (ticket_id, at, who, door, what, detail, rule, policy)
VALUES (:id, :at, 'desk', '', 'received', :f, '', '')"""
_BLOB = "INSERT INTO blobs (digest, size, body, created_at) VALUES (:digest, :size, :body, :at)"
_SPOOL = """INSERT INTO spool (ticket_id, digest, message_id, mail_from, rcpt_to, via, peer,
received_at, outcome, state, attempts)
VALUES (:id, :digest, :mid, 'x@old.example', '["support@desk.example"]', 'smtp', '', :at, 'ticket',
'done', 1)"""
_PROCESSED = """INSERT INTO processed_messages (message_id, body_digest, spool_id)
VALUES (:mid, :digest, :id)"""
_OUTBOX = """INSERT INTO outbox (ticket_id, message_id, mail_from, recipient, domain, subject_key,
purpose, author,
automatic, created_at, sent_at, uncertain, state, attempts)
VALUES (:id, :mid, '', :who, :dom, '', 'acknowledgement', '', :yes, :at, :at, 0, 'sent', 1)"""
