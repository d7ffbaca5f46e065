"""The daemon: one process of a desk. It puts the desk together, starts its roles, and stops them in
the right order.

What a role does is told in `maildesk.roles`. Common to all of them, and so here: the
files are watched, leases are renewed, a sign of life is given, and what is still held
is given back at the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from maildesk.config.keys import own_keys
from maildesk.config.settings import Settings
from maildesk.config.watch import PolicyKeeper
from maildesk.desk.threads.links import fingerprint
from maildesk.errors import Mistake, PermanentFailure
from maildesk.heartbeat import Heartbeat
from maildesk.intake import Intake
from maildesk.log import log
from maildesk.pipeline.admin_alarms import tell_admins
from maildesk.pipeline.broker.kicks import Stages
from maildesk.pipeline.keyring import tell_of_lost_keys
from maildesk.pipeline.open_desk import open_desk
from maildesk.pipeline.ticker import Ticker
from maildesk.roles import MAIL, ROLES, Role
from maildesk.roles.imap import Imap
from maildesk.roles.smtp import Listening, Smtp
from maildesk.roles.tick import Tick
from maildesk.roles.web import Web
from maildesk.roles.work import Work
from maildesk.store import due
from maildesk.store.schema import agent_timers, spool, timers

# How long a thread may hold the interpreter while another wants it: by default 5 ms, which the
# listener would wait for each SMTP command while a worker computes.
SWITCH_INTERVAL = 0.0005
# Each thread that allocates may have its own arena (mallopt(3)), and what the others have freed is
# none of its; they allocate in turns anyway.
M_ARENA_MAX, ARENAS = -8, 2
GRACE = 4.0  # seconds that work under way has when we stop


class Daemon:
    """One process of a desk."""

    def __init__(
        self, desk: Path, settings: Settings, roles: Iterable[str] = ROLES, *, new_key: bool = False
    ) -> None:
        self.desk, self.settings, self.roles = desk, settings, frozenset(roles)
        if settings.broker == "memory" and not self.roles >= MAIL:
            raise PermanentFailure(
                "roles in separate processes need a broker between them: set `broker: redis://…` "
                "in settings.yaml"
            )
        self._stages = Stages(settings.broker, settings.pipeline.workers)
        self.services = services = open_desk(
            desk,
            settings,
            pool=settings.pipeline.workers + 6,
            keeper=PolicyKeeper(
                desk, on_mistake=self._policy_mistake, on_change=self._policy_changed
            ),
            new_key=new_key,
            kick=self._stages.kick,
        )
        intake = Intake(services.db, services.blobs, services.kick, services.now)
        self._smtp, self._work, self._tick = Smtp(intake), Work(self._stages), Tick()
        mailboxes = Imap(intake)
        self.web = Web(intake, is_alone=self.roles == {"web"})
        every: dict[str, Role] = {
            "smtp": self._smtp,
            "imap": mailboxes,
            "work": self._work,
            "tick": self._tick,
            "web": self.web,
        }
        self._plays = [every[name] for name in ROLES if name in self.roles]
        self._heart = Heartbeat(
            desk,
            broker=lambda: self._stages.watch,
            relays=self._work.relays,
            sign_ins=services.tokens.troubles,
            mailboxes=lambda: mailboxes.trouble,
        )
        self._ticker = Ticker(
            services,
            kicks="tick" in self.roles,
            renews="work" in self.roles,
            beat=self._heart.beat,
            settle=self._work.settle if "work" in self.roles else None,
        )

    @property
    def listening(self) -> list[Listening]:
        """What listens where."""
        return self._smtp.listening

    def run(self, ready: Callable[[Daemon], None]) -> None:
        """Serve until SIGINT or SIGTERM; `ready` is called once everything listens.
        PermanentFailure where that cannot be."""
        sys.setswitchinterval(SWITCH_INTERVAL)
        with contextlib.suppress(AttributeError, OSError):  # another C library than glibc
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)
        asyncio.run(self._serve(ready))

    async def _serve(self, ready: Callable[[Daemon], None]) -> None:
        loop = asyncio.get_running_loop()
        stopping = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopping.set)
        started: list[Role] = []
        try:
            for role in self._plays:
                started.append(role)
                await role.start(self.services)
            self._begin_rounds()
            log.info(
                "started",
                roles=",".join(r for r in ROLES if r in self.roles),
                owner=self.services.owner,
            )
            ready(self)
            await stopping.wait()
            log.info("stopping")
        finally:
            await asyncio.to_thread(self._end_rounds)
            for role in started:
                await role.stop(GRACE)
            await asyncio.to_thread(self._close)
            if stopping.is_set():
                log.info("stopped")

    def _begin_rounds(self) -> None:
        self.services.keeper.start()
        greeting, silent = (
            [(at.host, at.port) for at in self.listening if at.greets is is_so]
            for is_so in (True, False)
        )
        silent += filter(None, (self.web.place,))
        own = [(kid, fingerprint(secret)) for kid, secret in own_keys(self.desk)]
        self._heart.begin(self.roles, greeting, silent, own)
        self._ticker.start()
        tell_of_lost_keys(self.services)

    def _end_rounds(self) -> None:
        """From now on the workers begin nothing new: what the doors still take waits
        for the next start."""
        self._heart.end()
        self.services.stopping.set()
        self._ticker.stop()

    def _close(self) -> None:
        """Give back what is held, and hang up."""
        services = self.services
        self._stages.close()
        services.keeper.stop()
        # the lease would run out by itself
        with contextlib.suppress(Exception), services.db.write() as conn:
            # a mail that is still on its way to the relay keeps its lease: it may have arrived
            for table in (spool, timers, agent_timers):
                due.release(conn, table, owner=services.owner, now=services.now())
        services.close()

    def _policy_changed(self, _in_force: object) -> None:
        if self._tick in self._plays:  # one process of the desk is enough
            self._tick.policy_changed(self.services)

    def _policy_mistake(self, mistakes: tuple[Mistake, ...]) -> None:
        lines = "\n".join(str(m) for m in mistakes)
        tell_admins(
            self.services,
            "The desk's files have a mistake; the last good ones stay in force",
            lines,
        )
