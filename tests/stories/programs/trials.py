"""Commands of the table on one running desk, many at once: each on a ticket of its own, written
with one program.

Mails are poured in, then the desk is waited for; then all of it is looked at. How everything was
before a command is kept, so that whatever it changed is seen.
"""

from __future__ import annotations

import smtplib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

from sqlalchemy import func, select

from maildesk.commands.common import opened
from maildesk.desk.policy import Policy
from maildesk.store import records
from maildesk.store.db import Database
from maildesk.store.desk.tickets import id_by_reference, linked, ticket
from maildesk.store.schema import outbox, spool, tickets
from maildesk.views.tickets import ticket as view
from tests.pipeline.written import PROGRAMS, blank
from tests.servers.process import NEVER
from tests.servers.relay import Relayed
from tests.stories.programs.rows.row import Row
from tests.stories.running_desk import RunningDesk, address_in, answer, as_mail, wait_until, write

DESK, BEN = "support@desk.example", "ben@desk.example"
VOUCHED = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=desk.example\r\n"


@dataclass(slots=True)
class Trial:
    """One command, written with one program, on one ticket."""

    name: str
    program: str
    row: Row
    tag: str  # the domain of its people
    line: str
    own: str = ""  # the ticket's number
    other: str = ""
    sent: str = ""  # the Message-ID of the command's mail
    before: dict[str, Any] = field(default_factory=dict)
    mails_before: int = 0  # the newest that was written before

    def filled(self, words: str) -> str:
        """With this trial's people and tickets."""
        for name in ("tag", "own", "other"):
            words = words.replace(f"{{{name}}}", getattr(self, name))
        return words

    def __str__(self) -> str:
        return f"{self.name}, {self.program}: {self.filled(self.line)}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that the desk wrote, as it arrived at the relay."""

    to: str
    purpose: str
    mail: EmailMessage


@dataclass(frozen=True, slots=True)
class Seen:
    """What is so after a command: the ticket, and what was written meanwhile."""

    ticket: dict[str, Any]
    letters: tuple[Letter, ...]


class Trials:
    """What is written to the desk, and what is seen of it."""

    def __init__(self, desk: RunningDesk, db: Database, policy: Policy) -> None:
        self._desk, self._db, self._policy = desk, db, policy
        self._read = 0
        self._about: dict[tuple[str, str], Relayed] = {}
        self._answers: dict[str, list[str]] = defaultdict(list)
        self._by_id: dict[str, Relayed] = {}
        self._times: Counter[tuple[str, str]] = Counter()

    def pour(self, mails: Iterable[tuple[bytes, str, str]]) -> None:
        """All of these at once, and everything that comes of them."""
        with smtplib.SMTP("127.0.0.1", self._desk.port, timeout=NEVER) as link:
            for raw, sender, to in mails:
                link.sendmail(sender, [to], raw)
        self._settle()

    def _settle(self) -> None:
        """Until nothing is left to be done, and all that was written is at the relay."""
        relay = self._desk.relay
        wait_until(self._is_done, "all is done", moves=lambda: len(relay.messages))
        for relayed in relay.messages[self._read :]:
            head = message_from_bytes(relayed.raw.partition(b"\r\n\r\n")[0])
            (recipient,), name = relayed.rcpt_to, _bare(head["Message-ID"])
            self._times[name, recipient] += 1
            self._by_id[name] = relayed
            self._about[str(head["X-Maildesk-Ticket"] or ""), recipient] = relayed
            self._answers[_bare(head["In-Reply-To"])].append(name)
            self._read += 1

    def _is_done(self) -> bool:
        with self._db.read() as conn:
            for table in (spool, outbox):
                left = select(func.count()).where(table.c.state.in_(("due", "claimed")))
                if conn.execute(left).scalar_one():
                    return False
        return True

    def newest(self, reference: str, person: str = BEN) -> EmailMessage:
        """The last mail that they had about this ticket."""
        return as_mail(self._about[reference, person])

    # -- what is written ----------------------------------------------------

    def ask(self, trials: Sequence[Trial]) -> None:
        """Each ticket's customer writes, and whoever has the second ticket."""
        mails = [_question(f"kim@{one.tag}", f"About {one.tag}") for one in trials]
        with_other = [one for one in trials if one.row.other]
        mails += [_question(f"{one.row.other}@{one.tag}", "Another") for one in with_other]
        self.pour(mails)
        columns = (tickets.c.reference, tickets.c.requester_address, tickets.c.subject)
        with self._db.read() as conn:
            rows = conn.execute(select(*columns)).all()
        found = {(row.requester_address, row.subject): row.reference for row in rows}
        for one in trials:
            one.own = found[f"kim@{one.tag}", f"About {one.tag}"]
            one.other = found.get((f"{one.row.other}@{one.tag}", "Another"), "")

    def prepare(self, trials: Sequence[Trial]) -> None:
        """What was written before the command; then how everything is."""
        for number in range(max((len(one.row.first) for one in trials), default=0)):
            due = [one for one in trials if len(one.row.first) > number]
            self.pour([self._first(one, *one.row.first[number]) for one in due])
        with self._db.read() as conn:
            newest = conn.execute(select(func.max(outbox.c.id))).scalar_one()
        for one in trials:
            one.before, one.mails_before = self.shown(one.own), newest

    def _first(self, one: Trial, who: str, text: str) -> tuple[bytes, str, str]:
        sender = BEN if who == "Ben" else f"{who}@{one.tag}"
        answered = self.newest(one.own, BEN if who == "Ben" else f"kim@{one.tag}")
        mail = answer(answered, sender, one.filled(text), quote=False)
        raw = mail.as_bytes()
        return (VOUCHED + raw if who == "Ben" else raw), sender, address_in(mail["To"])

    def command(self, trials: Sequence[Trial]) -> None:
        """Ben writes each of them, with its program."""
        self.pour([self._command(one) for one in trials])

    def _command(self, one: Trial) -> tuple[bytes, str, str]:
        answered = blank(DESK, one.tag) if one.row.is_new else self.newest(one.own)
        lines = [one.row.above, one.line, *("", one.row.words)[: 2 * bool(one.row.words)]]
        typed = one.filled("\n".join(lines)).strip().split("\n")
        raw = PROGRAMS[one.program](answered, BEN, typed)
        one.sent = raw.partition(b"Message-ID: <")[2].partition(b">")[0].decode()
        return VOUCHED + raw, BEN, address_in(f"<{answered['Reply-To']}>".replace("<<", "<"))

    # -- what is seen -------------------------------------------------------

    def shown(self, reference: str) -> dict[str, Any]:
        """As `maildesk ticket show` has it."""
        with self._db.read() as conn:
            number = id_by_reference(conn, reference)
            found = ticket(conn, number, self._policy) if number is not None else None
            if found is None:
                return {}
            messages = records.conversation(conn, found.id)
            history, links = records.history(conn, found.id), linked(conn, found.id)
        return dict(view(found, messages, history, links))

    def seen(self, one: Trial) -> Seen:
        """What became of this one's ticket, and who was written to: about any ticket of its people,
        or in answer to its mail. Each mail arrived once."""
        theirs = tickets.c.requester_address.endswith(one.tag)
        about = outbox.c.ticket_id.in_(select(tickets.c.id).where(theirs))
        wanted = about | outbox.c.message_id.in_(self._answers[one.sent])
        columns = (outbox.c.message_id, outbox.c.recipient, outbox.c.purpose)
        since = outbox.c.id > one.mails_before
        with self._db.read() as conn:
            rows = conn.execute(select(*columns).where(since, wanted)).all()
        for row in rows:
            assert self._times[row.message_id, row.recipient] == 1, (str(one), row)
        letters = [
            Letter(row.recipient, row.purpose, as_mail(self._by_id[row.message_id])) for row in rows
        ]
        return Seen(self.shown(one.own), tuple(letters))


@contextmanager
def trials_of(desk: RunningDesk) -> Iterator[Trials]:
    """With the desk's own database."""
    with opened(desk.folder) as (db, policy, _, _):
        yield Trials(desk, db, policy)


def _question(sender: str, subject: str) -> tuple[bytes, str, str]:
    mail = write(sender, DESK, subject, "It jams.")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="a.pdf")
    return mail.as_bytes(), sender, DESK


def _bare(value: object) -> str:
    return str(value or "").strip().strip("<>")
