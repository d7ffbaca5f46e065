"""The first ticket: a mail that goes out by the relay, comes in by the mailbox and is taken by the
desk, started for as long as that takes.

It is written in the name of who sets the desk up. Nothing may prove that, and then the desk holds
it, as it would anybody's; whoever sits at its command line releases it. A relay that lets a log-in
write in its own name alone gets it in the desk's.
"""

from __future__ import annotations

import getpass
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from email import policy as formats
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maildesk.config.connections.relays import relay_for
from maildesk.desk.actor import operator_acts
from maildesk.desk.senders.resolve import NOBODY
from maildesk.egress.courier import courier_for
from maildesk.egress.outcome import Outcome
from maildesk.errors import PermanentFailure, TransientFailure
from maildesk.ingress.imap.start import told
from maildesk.oauth import sign_in
from maildesk.pipeline import queue_acts
from maildesk.pipeline.open_desk import open_desk
from maildesk.pipeline.relays.advice import what_helps
from maildesk.pipeline.services import utc_now
from maildesk.setup.plan import Person
from maildesk.store import quarantine, records
from maildesk.store.desk import tickets
from maildesk.store.mailbox.mailboxes import cursors_of

if TYPE_CHECKING:
    from maildesk.config.settings import Settings
    from maildesk.pipeline.services import Services
    from maildesk.store.records import OutboxMail

LOG = Path("var") / "setup.log"
RELEASED = ("unproven_agent", "own_address")  # what a person at the command line may vouch for
SENDING = 30.0  # seconds for the mails about the ticket to go out
_LOOK = 0.1  # seconds between two looks
_TEXT = """\
Hello,

this is the first mail to {name}. It went out by {relay} and came in by
{mailbox}; if it is a ticket now, the desk works.

Nothing has to be done. `#resolve` on the first line of an answer ends the ticket.
"""


@dataclass(frozen=True)
class Opened:
    """The ticket. `held`: it had to be released, for this reason; `seconds` from handing the mail
    to the relay to the ticket; `written` is how many mails the desk wrote about it, of which
    `waiting` are not sent."""

    reference: str
    seconds: float
    held: str = ""
    written: int = 0
    waiting: int = 0


def open_first(
    folder: Path,
    settings: Settings,
    address: str,
    person: Person,
    *,
    patience: float,
    say: Callable[[str], None],
) -> Opened:
    """Start the desk, send the mail, and wait for its ticket. TransientFailure where it does not
    come in time, PermanentFailure where the desk does not start or the relay does not take it."""
    with closing(open_desk(folder, settings)) as services, _running(folder) as process:
        _until(lambda: _is_reading(services, address), process, folder, patience,
               "the desk did not look into the mailbox")  # fmt: skip
        for words in _left_alone(services, address):
            say(words)
        subject = f"The first ticket ({secrets.token_hex(3)})"
        began = time.monotonic()
        _send(services, address, person, subject, say)
        held: list[str] = []

        def is_open() -> bool:
            if row := _held_row(services, subject):
                held.append(row.reason)
                if row.reason not in RELEASED:
                    raise PermanentFailure(f"the desk holds the mail: {row.words}")
                say(f"the desk holds it: {row.words}; released, as you sit here")
                actor = operator_acts(getpass.getuser())
                queue_acts.act(services, actor, queue_acts.release, row.id)
            return bool(_ticket(services, subject, person.address, address, NOBODY))

        late = f"the mail was sent, and did not come within {patience:.0f} s"
        _until(is_open, process, folder, patience, late)
        took = time.monotonic() - began
        reference = _ticket(services, subject, person.address, address, NOBODY)
        with suppress(TransientFailure):
            _until(lambda: not _waiting(services, reference), process, folder, SENDING, "")
        waiting = _waiting(services, reference)
        return Opened(
            reference, took, next(iter(held), ""), len(_mails(services, reference)), waiting
        )


@contextmanager
def _running(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The desk, until the end of the block; what it logs is kept beside."""
    log = folder / LOG
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "maildesk.cli", "run", "--desk", str(folder)]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,  # Ctrl-C is ours; it is stopped in order
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:  # what is left waits for the next start
            process.kill()
            process.wait()


def _until(
    is_so: Callable[[], bool],
    process: subprocess.Popen[bytes],
    folder: Path,
    patience: float,
    otherwise: str,
) -> None:
    until = time.monotonic() + patience
    while not is_so():
        if process.poll() is not None:
            lines = (folder / LOG).read_text(encoding="utf-8", errors="replace").splitlines()
            raise PermanentFailure(f"the desk stopped: {lines[-1] if lines else 'without a word'}")
        if time.monotonic() > until:
            raise TransientFailure(otherwise)
        time.sleep(_LOOK)


def _is_reading(services: Services, address: str) -> bool:
    """Whether every mailbox of the address was looked into: what comes from now on is new."""
    boxes = [b for b in services.settings.imap if address.lower() in (b.address.lower(), "")]
    with services.db.read() as conn:
        return all(cursors_of(conn, box.name) for box in boxes)


def _left_alone(services: Services, address: str) -> Iterator[str]:
    boxes = [b for b in services.settings.imap if address.lower() in (b.address.lower(), "")]
    with services.db.read() as conn:
        found = [(box.name, at) for box in boxes for at in cursors_of(conn, box.name)]
    yield from (f"{at.folder}: {words}" for _, at in found if (words := told(at)))


def _send(
    services: Services, address: str, person: Person, subject: str, say: Callable[[str], None]
) -> None:
    settings = services.settings
    relay = relay_for(settings, address)
    token = sign_in.for_relay(settings, services.tokens, relay)
    courier = courier_for(relay, services.desk, token=token)
    try:
        outcome = None
        for sender in (person, Person(person.name, address)):
            mail = _mail(services, sender, person, address, subject)
            (outcome,) = courier.send(address, [address], services.sign(mail, address))
            if outcome.kind in ("sent", "uncertain"):
                say(
                    f"a mail from {sender.address} to {address} went out by {relay.host or 'Graph'}"
                )
                return
            if outcome.about_us != "sender" and outcome.kind != "failed":
                break
            said = f"{outcome.code} {outcome.enhanced} {outcome.text}"
            say(f"the relay does not take a mail from {sender.address}: {said}")
        assert outcome is not None
        raise _refusal(outcome, what_helps(outcome.about_us, relay, address))
    finally:
        courier.close()


def _refusal(outcome: Outcome, helps: str) -> TransientFailure | PermanentFailure:
    words = f"the relay does not take the mail: {outcome.code or ''} {outcome.text}".strip()
    words += f"; what helps: {helps}" if helps else ""
    is_final = outcome.kind == "failed" or outcome.code >= 500
    return PermanentFailure(words) if is_final else TransientFailure(words)


def _mail(services: Services, sender: Person, person: Person, address: str, subject: str) -> bytes:
    settings = services.settings
    relay = relay_for(settings, address)
    mailbox = next((b for b in settings.imap if b.address.lower() == address.lower()), None)
    mail = EmailMessage(policy=formats.SMTP)
    mail["From"] = formataddr((sender.name, sender.address))
    mail["To"] = address
    if sender.address != person.address:
        mail["Reply-To"] = formataddr((person.name, person.address))
    mail["Subject"] = subject
    mail["Date"] = format_datetime(utc_now())
    mail["Message-ID"] = f"<{secrets.token_hex(12)}@{address.rpartition('@')[2]}>"
    mail.set_content(_TEXT.format(
        name=services.keeper.current.policy.desk_name,
        relay=relay.host or "Microsoft Graph",
        mailbox=mailbox.host if mailbox else "the mailbox",
    ))  # fmt: skip
    return mail.as_bytes()


def _held_row(services: Services, subject: str) -> Any:
    with services.db.read() as conn:
        found = quarantine.listed(conn, limit=20)
    return next((row for row in found if row.subject == subject), None)


def _ticket(services: Services, subject: str, *requesters: str) -> str:
    """The reference of the ticket with this subject; "" while there is none. Relays write
    Message-IDs of their own, so it is not looked for by that."""
    with services.db.read() as conn:
        for one in requesters:
            for row in tickets.previous_of(conn, one, 0):
                if row.subject == subject:
                    return str(row.reference)
    return ""


def _waiting(services: Services, reference: str) -> int:
    """How many of its mails the relay has not taken."""
    return sum(one.state in ("due", "claimed") for one in _mails(services, reference))


def _mails(services: Services, reference: str) -> Sequence[OutboxMail]:
    with services.db.read() as conn:
        found = tickets.id_by_reference(conn, reference)
        return records.mails(conn, found) if found is not None else ()
