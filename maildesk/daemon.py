"""The daemon: the roles of one desk, started and stopped in the right order.

    smtp   the listeners            imap   the mailboxes
    work   the pipeline's threads   tick   the ticker that finds what a lost kick forgot

All in one process by default; each on its own where the desk is distributed.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from maildesk.config.keys import own_keys
from maildesk.config.settings import Settings
from maildesk.config.watch import PolicyKeeper
from maildesk.desk.threads.links import fingerprint
from maildesk.errors import Mistake, PermanentFailure
from maildesk.heartbeat import Heartbeat
from maildesk.ingress.group_commit import GroupCommit
from maildesk.ingress.smtp import SmtpDoor
from maildesk.intake import Intake
from maildesk.log import log
from maildesk.pipeline.admin_alarms import tell_admins
from maildesk.pipeline.broker.kicks import Stages
from maildesk.pipeline.deliver import Deliverer, hang_up_quietly
from maildesk.pipeline.fire import fire
from maildesk.pipeline.keyring import tell_of_lost_keys
from maildesk.pipeline.open_desk import open_desk
from maildesk.pipeline.receive import receive
from maildesk.pipeline.rederive import in_background
from maildesk.pipeline.ticker import Ticker
from maildesk.store import due
from maildesk.store.schema import spool, timers

# How long a thread may hold the interpreter while another wants it: by default 5 ms, which the listener
# would wait for each SMTP command while a worker computes.
SWITCH_INTERVAL = 0.0005
ROLES = ("smtp", "imap", "work", "tick")
GRACE = 4.0  # seconds that work under way has when we stop


@dataclass(frozen=True)
class Listening:
    """One line of what listens where."""

    protocol: str
    host: str
    port: int
    greets: bool = True  # TLS does not come before the first word


class Daemon:
    """One process of a desk."""

    def __init__(self, desk: Path, settings: Settings, roles: Iterable[str] = ROLES, *, new_key: bool = False) -> None:
        self.desk, self.settings, self.roles = desk, settings, frozenset(roles)
        if settings.broker == "memory" and self.roles != frozenset(ROLES):
            raise PermanentFailure(
                "roles in separate processes need a broker between them: set `broker: redis://…` in settings.yaml"
            )
        self._stop = threading.Event()
        self._stages = Stages(settings.broker, settings.pipeline.workers)
        self.services = open_desk(
            desk,
            settings,
            pool=settings.pipeline.workers + 6,
            keeper=PolicyKeeper(desk, on_mistake=self._policy_mistake, on_change=self._policy_changed),
            new_key=new_key,
            kick=self._stages.kick,
        )
        services = self.services
        self._intake = Intake(services.db, services.blobs, services.kick, services.now)
        self._deliverer = Deliverer(self.services) if "work" in self.roles else None
        self._heart = Heartbeat(desk)
        self._ticker = Ticker(
            self.services,
            kicks="tick" in self.roles,
            renews="work" in self.roles,
            beat=self._heart.beat,
            settle=self._deliverer.look_after_outcomes if self._deliverer is not None else None,
        )
        self._imap: list[threading.Thread] = []
        self.listening: list[Listening] = []

    def run(self, ready: Callable[[Daemon], None]) -> None:
        """Serve until SIGINT or SIGTERM; `ready` is called once everything listens. PermanentFailure where that cannot be."""
        sys.setswitchinterval(SWITCH_INTERVAL)
        asyncio.run(self._serve(ready))

    async def _serve(self, ready: Callable[[Daemon], None]) -> None:
        loop = asyncio.get_running_loop()
        stopping = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopping.set)
        services = self.services
        acceptor = GroupCommit(self._intake)
        doors: list[SmtpDoor] = []
        try:
            if "smtp" in self.roles:
                doors = await self._open_doors(acceptor)
            self._start()
            log.info("started", roles=",".join(r for r in ROLES if r in self.roles), owner=services.owner)
            ready(self)
            await stopping.wait()
            log.info("stopping")
        finally:
            for door in doors:
                await door.stop(GRACE)
            acceptor.close()
            await loop.run_in_executor(None, self._end)
            if stopping.is_set():
                log.info("stopped")

    async def _open_doors(self, acceptor: GroupCommit) -> list[SmtpDoor]:
        policy = self.services.keeper.current.policy
        hostname = policy.addresses[0].address.rpartition("@")[2]
        doors = []
        for listener in self.settings.listeners:
            door = SmtpDoor(
                listener,
                accept=acceptor,
                is_ours=lambda a: self.services.keeper.current.policy.is_ours(a),
                hostname=hostname,
                incoming=self.desk / self.settings.blobs,
            )
            host, port = await door.start()
            greets = listener.tls is None or listener.tls.mode != "implicit"
            self.listening.append(Listening(listener.protocol.upper(), host, port, greets))
            doors.append(door)
        return doors

    def _start(self) -> None:
        services = self.services
        services.keeper.start()
        if self._deliverer is not None:
            self._stages.start({"receive": lambda: receive(services), "fire": lambda: fire(services), "deliver": self._deliverer})
        greeting, silent = ([(at.host, at.port) for at in self.listening if at.greets is is_so] for is_so in (True, False))
        own = [(kid, fingerprint(secret)) for kid, secret in own_keys(self.desk)]
        self._heart.begin(self.roles, greeting, silent, own)
        self._ticker.start()
        tell_of_lost_keys(services)
        if "tick" in self.roles:  # the files may have been edited while the desk was down
            in_background(services, unless_derived=True)
        if "imap" in self.roles and self.settings.imap:
            self._start_imap()

    def _start_imap(self) -> None:
        from maildesk.ingress.imap import ImapDoor

        for mailbox in self.settings.imap:
            door = ImapDoor(
                mailbox,
                accept=self._intake.accept,
                load_cursor=self._intake.cursor,
                refuse=self._intake.refuse,
                alarm=self._mailbox_alarm,
                clock=time.monotonic,
            )
            thread = threading.Thread(target=door.run, args=(self._stop,), name=f"imap-door:{mailbox.name}", daemon=True)
            thread.start()
            self._imap.append(thread)

    def _end(self) -> None:
        """Stop what runs, give back what is held, close."""
        self._heart.end()
        self._stop.set()
        for thread in self._imap:
            thread.join(timeout=3)
        services = self.services
        services.stopping.set()
        self._ticker.stop()
        self._stages.stop(GRACE)
        services.keeper.stop()
        if self._deliverer is not None:
            hang_up_quietly(self._deliverer)
            with contextlib.suppress(Exception):
                self._deliverer.give_back()
        with contextlib.suppress(Exception), services.db.write() as conn:  # the lease would run out by itself
            for table in (spool, timers):  # a mail that is still on its way to the relay keeps its lease: it may have arrived
                due.release(conn, table, owner=services.owner, now=services.now())
        services.close()

    def _mailbox_alarm(self, name: str, is_readable: bool, words: str) -> None:
        subject = f"Mailbox {name} can be read again" if is_readable else f"Mailbox {name} cannot be read"
        log.warning("mailbox_readable" if is_readable else "mailbox_unreadable", mailbox=name, why=words)
        tell_admins(self.services, subject, words)

    def _policy_changed(self, _in_force: object) -> None:
        if "tick" in self.roles:  # one process of the desk is enough
            in_background(self.services)

    def _policy_mistake(self, mistakes: tuple[Mistake, ...]) -> None:
        lines = "\n".join(str(m) for m in mistakes)
        tell_admins(self.services, "The desk's files have a mistake; the last good ones stay in force", lines)
