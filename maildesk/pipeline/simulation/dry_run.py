"""What would become of a message: the same code as for real mail, in a transaction
that is never committed.

It runs on the desk's own database where there is one, else on an empty one that
is gone afterwards. Nothing is written, nobody is kicked, no number is used up.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from maildesk.config.keys import keys_there
from maildesk.config.watch import InForce, PolicyKeeper
from maildesk.desk.effects import Hold
from maildesk.desk.facts import MessageFromRequester
from maildesk.desk.mails.limits import LoopLimits
from maildesk.desk.mails.shown.parts_in_words import for_desk
from maildesk.desk.policy import Policy
from maildesk.desk.sla.clocks import clocks
from maildesk.desk.threads.links import KeyRing
from maildesk.mail.message import Envelope
from maildesk.mail.parse import parse
from maildesk.pipeline.classification import duplicates
from maildesk.pipeline.classification.meanings import (
    Asks,
    ButtonPress,
    CameBack,
    Duplicate,
    ForAdmins,
    ForMany,
    Held,
    MachineReport,
    Probe,
    TakesBack,
    Understood,
    Wait,
)
from maildesk.pipeline.open_desk import open_desk
from maildesk.pipeline.receive import Settled, settle, signer
from maildesk.pipeline.services import Services, unsigned, utc_now
from maildesk.storage import Storage, open_storage
from maildesk.store import outbox, processed
from maildesk.store.db import Database
from maildesk.store.migrate import is_current
from maildesk.store.schema import metadata
from maildesk.store.spool import Spooled
from maildesk.views.dry_runs import Foreseen, Mail

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.config.settings import Settings

_NO_LIMIT = 10**9


class _Undone(Exception):
    """The end of a transaction that shall not be."""


@contextmanager
def rehearsal(
    desk: Path, settings: Settings, *, at: datetime | None = None, empty: bool = False
) -> Iterator[Services]:
    """Services to try things at: the desk's own database where there is one, an empty one otherwise
    (or when asked for)."""
    keeper = PolicyKeeper(desk)
    with _storage(desk, settings, empty=empty) as storage:
        yield open_desk(
            desk,
            settings,
            owner="dry run",
            storage=storage,
            keeper=keeper,
            ring=_ring(settings, desk),
            now=utc_now if at is None else lambda: at,
            sign=unsigned,
        )


def elsewhere(services: Services, in_force: InForce, at: datetime) -> Services:
    """The same services under another policy, at another time."""
    return replace(services, keeper=PolicyKeeper(services.desk, fixed=in_force), now=lambda: at)


def without_limits(policy: Policy) -> Policy:
    """The policy without its limits on automatic mail: what was sent since tells
    nothing of another hour."""
    most = LoopLimits(
        policy.loops.period, *(_NO_LIMIT,) * 5, never_answer=policy.loops.never_answer
    )
    return replace(policy, loops=most)


def foresee(services: Services, raw: bytes, envelope: Envelope, released_by: str = "") -> Foreseen:
    """What would become of this message now. BadMessage where it cannot be read."""
    message = parse(raw)
    job = Spooled(0, sha256(raw).digest(), envelope, services.now(), 1, released_by)
    desk = services.keeper.current.policy
    message = for_desk(message, desk)
    signed_by = signer(desk, message, raw)
    with undone(services.db) as conn:
        processed.forget(conn, duplicates.known_by(message, raw)[0])
        settled = settle(conn, services, desk, job, message, raw, signed_by=signed_by, explain=True)
        mails = tuple(_mails(conn, settled.kicks))
    tx, why = settled.tx, _why(settled)
    ticket = settled.ticket
    promised = clocks(ticket, tx.last.past, desk, services.now()) if tx.last and ticket else ()
    hold = next((effect for effect in tx.effects if isinstance(effect, Hold)), None)
    held = hold.reason if hold else "held" if tx.held else ""
    fact = settled.meaning.fact if isinstance(settled.meaning, Understood) else None
    return Foreseen(
        message,
        ticket,
        tx.last is not None and tx.last.opened,
        (hold.words if hold else "") or why,
        fact.trust if fact else None,
        held,
        tx.outcome,
        tuple(tx.effects),
        promised,
        mails,
        desk.wording.english,
        settled.author,
        fact.notes if isinstance(fact, MessageFromRequester) else settled.author.notes,
    )


@contextmanager
def undone(db: Database) -> Iterator[Connection]:
    """A transaction of which nothing stays."""
    try:
        with db.write() as conn:
            yield conn
            raise _Undone
    except _Undone:
        pass


def _why(settled: Settled) -> str:
    match settled.meaning:
        case Understood(fact=fact):
            return fact.trust.words
        case Held(problem=problem):
            return settled.tx.policy.wording.english.say(problem)
        case CameBack():
            return "a mail of this desk's own, which came back"
        case ForAdmins():
            return "it is for the postmaster of this desk"
        case Duplicate():
            return "this message was processed before"
        case Probe():
            return "a test mail of this desk to itself (`maildesk send-test --replies`)"
        case Wait():
            return "the message that it answers has come and is not processed yet"
        case MachineReport():
            return f"a report about a mail of ours: {settled.outcome}"
        case Asks(agent=agent):
            return f"{agent.name} asks about no ticket: {settled.outcome}"
        case ForMany(agent=agent):
            return f"{agent.name} works on many tickets: {settled.outcome}"
        case TakesBack(agent=agent):
            return f"{agent.name} takes back what a mail did: {settled.outcome}"
        case ButtonPress(agent=agent):
            return f"{agent.name} tapped a button: {settled.outcome}"


def _mails(conn: Connection, row_ids: Sequence[int]) -> Iterator[Mail]:
    for row_id in row_ids:
        row = outbox.by_id(conn, row_id)
        if row is not None:
            mail = message_from_bytes(outbox.raw_of(conn, row), policy=policy.default)
            assert isinstance(mail, EmailMessage)
            body = mail.get_body(("plain",))
            text = str(body.get_content()).replace("\r\n", "\n") if body is not None else ""
            yield Mail(row.recipient, str(mail["Subject"] or ""), row.purpose, text)


@contextmanager
def _storage(desk: Path, settings: Settings, *, empty: bool) -> Iterator[Storage]:
    storage = None if empty else own_storage(desk, settings)
    if storage is not None:
        try:
            yield storage
        finally:
            storage.db.close()
        return
    with tempfile.TemporaryDirectory(prefix="maildesk-") as folder:
        nowhere = settings.model_copy(update={"database": f"sqlite:///{folder}/empty.sqlite"})
        storage = open_storage(desk, nowhere, pool=1, migrated=False)
        try:
            metadata.create_all(storage.db.engine)
            yield storage
        finally:
            storage.db.close()


def own_storage(desk: Path, settings: Settings) -> Storage | None:
    """The desk's database and blobs; None where there is none yet, or its tables
    are of another version."""
    prefix = "sqlite:///"
    if (
        settings.database.startswith(prefix)
        and not (desk / settings.database.removeprefix(prefix)).exists()
    ):
        return None
    storage = open_storage(desk, settings, migrated=False)
    if is_current(storage.db):
        return storage
    storage.db.close()
    return None


def _ring(settings: Settings, desk: Path) -> KeyRing:
    """The desk's keys; where it has none yet, one for this once."""
    return KeyRing(dict(keys_there(settings, desk)) or {"0": secrets.token_bytes(32)})


def _is_taken(desk: Policy, address: str) -> bool:
    return desk.is_ours(address) or desk.is_for_admins(address)


def envelope_for(
    raw: bytes, desk: Policy, mail_from: str | None, rcpt_to: Sequence[str], peer: str = ""
) -> Envelope:
    """The envelope as given; what is not given as the message's fields have it. `peer`: the address
    that hands it over."""
    message = parse(raw)
    ours = tuple(box.address for box in (*message.to, *message.cc) if _is_taken(desk, box.address))
    sender = message.sender.address if message.sender else ""
    return Envelope(
        sender if mail_from is None else mail_from, tuple(rcpt_to) or ours, "dry run", peer
    )
