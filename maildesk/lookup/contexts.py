"""What is known of a customer elsewhere, for whoever composes a mail to agents.

A mail never waits for it in a transaction, and never for long before one. `look_up` asks what is
not known yet, waits as long as `timeout` says, and goes on without; an answer that comes later is
kept all the same. `of` only reads what was kept: within a transaction nothing is asked. What it
misses, or finds to be old, is asked afterwards (`ask_missed`), for the next mail.

Three failures in a row open the circuit: for a minute nothing is asked, so that a system that is
down or slow costs a mail's time three times and not each time (Nygard, Release It!).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from maildesk.desk.customers.context import ContactsFile, ContextService, Known
from maildesk.errors import MaildeskError
from maildesk.log import log
from maildesk.lookup.contacts_csv import Contacts
from maildesk.mail.owners import contact_of
from maildesk.store.desk.customer_context import keep, said_of

if TYPE_CHECKING:
    from maildesk.desk.policy import Policy
    from maildesk.store.db import Database

FAILURES, REST = 3, 60.0  # in a row; seconds
MOST_MISSED = 100
_THREADS = 4


@dataclass
class Circuit:
    """Whether the other system is asked now."""

    failures: int = 0
    opened_at: float = float("-inf")

    def is_open(self, now: float) -> bool:
        """Whether it is left alone."""
        return self.failures >= FAILURES and now - self.opened_at < REST

    def failed(self, now: float) -> None:
        """Once more."""
        self.failures += 1
        self.opened_at = now


class Contexts:
    """One for each process. `Contexts().of(…)` without a file and without a service is nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._contacts: Contacts | None = None
        self._circuits: dict[str, Circuit] = {}
        self._asking: dict[tuple[str, str], Future[None]] = {}
        self._missed: dict[str, None] = {}
        self._pool: ThreadPoolExecutor | None = None

    def of(self, conn: Any, policy: Policy, address: str, now: datetime) -> Known:
        """What is known now, be it old."""
        if policy.contacts_file is not None:
            return self._read(policy.contacts_file).of(address)
        service = policy.context_service
        if service is None or not address:
            return ()
        said = said_of(conn, contact_of(address), source_of(service))
        if said is None or now - said.at > service.cache:
            with self._lock:
                if len(self._missed) < MOST_MISSED:
                    self._missed[contact_of(address)] = None
        return said.values if said is not None else ()

    def look_up(
        self, db: Database, policy: Policy, address: str, now: Callable[[], datetime]
    ) -> None:
        """Have this customer known, if that can be had at once, or within the time-out."""
        if policy.contacts_file is not None:
            self._read(policy.contacts_file)
        service = policy.context_service
        if service is None or not address or policy.agent(address) or policy.is_ours(address):
            return
        with db.read() as conn:
            said = said_of(conn, contact_of(address), source_of(service))
        if said is not None and now() - said.at <= service.cache:
            return
        future = self._begin(db, service, contact_of(address), now)
        if future is None or said is not None:  # what is old is better than to wait
            return
        try:
            future.result(service.timeout.total_seconds())
        except TooLong:
            log.warning("context_late", after=service.timeout.total_seconds())

    def ask_missed(self, db: Database, policy: Policy, now: Callable[[], datetime]) -> None:
        """Ask for what mails went without; nobody waits for it."""
        with self._lock:
            missed, self._missed = self._missed, {}
        if policy.context_service is not None:
            for address in missed:
                self._begin(db, policy.context_service, address, now)

    def bad_rows(self, file: ContactsFile) -> list[str]:
        """The rows of this file that nobody will find, each with its line."""
        return [str(row) for row in self._read(file).bad]

    def wait(self) -> None:
        """Until nothing is asked any more."""
        while waiting := list(self._asking.values()):
            for one in waiting:
                one.result()

    def _read(self, file: ContactsFile) -> Contacts:
        with self._lock:
            if self._contacts is None or self._contacts.file is not file:
                began = time.monotonic()
                try:
                    self._contacts = Contacts(file)
                except OSError as problem:
                    log.warning("contacts_unread", why=str(problem.strerror))
                    return self._contacts or Contacts(file, is_read=False)
                took = round(time.monotonic() - began, 3)
                bad = len(self._contacts.bad)
                log.info("contacts_read", addresses=len(self._contacts), bad=bad, seconds=took)
            return self._contacts

    def _begin(
        self, db: Database, service: ContextService, address: str, now: Callable[[], datetime]
    ) -> Future[None] | None:
        """The question, which may be asked already; None where nothing is asked now."""
        source = source_of(service)
        with self._lock:
            circuit = self._circuits.setdefault(source, Circuit())
            if circuit.is_open(time.monotonic()):
                return None
            asked = self._asking.get((address, source))
            if asked is None:
                self._pool = self._pool or ThreadPoolExecutor(_THREADS, "context")
                asked = self._pool.submit(self._ask, db, service, address, now, circuit)
                self._asking[address, source] = asked
            return asked

    def _ask(
        self,
        db: Database,
        service: ContextService,
        address: str,
        now: Callable[[], datetime],
        circuit: Circuit,
    ) -> None:
        # a client for HTTP, for the desks that have another system to ask
        from maildesk.lookup.asked import NoAnswer, ask

        source = source_of(service)
        try:
            said = ask(service, address)
            circuit.failures = 0
            with db.write() as conn:
                keep(conn, address, source, said, now())
        except NoAnswer as problem:
            circuit.failed(time.monotonic())
            log.warning("context_failed", why=str(problem), failures=circuit.failures)
        except (MaildeskError, OSError) as problem:  # the database: a mail goes without
            log.warning("context_not_kept", why=type(problem).__name__)
        finally:
            with self._lock:
                self._asking.pop((address, source), None)


def source_of(service: ContextService) -> str:
    """What is asked and for what: other words, and what was kept says nothing any more."""
    return sha256(repr((service.url, service.shows)).encode()).hexdigest()[:16]
