"""A stage: a desk, its relay, and whoever answers its mail, in virtual time.

Every mail of the desk that reaches the relay is shown to the machines; what they answer arrives
after as long as they say. Timers and mails that are due ring and go between two arrivals. A play
is over when nobody has anything to say, or its time is up.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from typing import Any

from maildesk.pipeline.fire import fire
from tests.pipeline.place import SUPPORT, Place
from tests.servers.relay import Relay

MOST = 12_000  # mails of the desk: no play needs as many, and a loop without end has more


@dataclass(frozen=True)
class Arrival:
    """A mail on its way to the desk."""

    after: float  # seconds from now
    raw: bytes
    sender: str  # of the envelope
    to: str = SUPPORT


@dataclass(frozen=True)
class Sent:
    """A mail of the desk at its relay."""

    mail: EmailMessage
    recipient: str

    @property
    def reply_to(self) -> str:
        """The address that it asks to be answered at."""
        return str(self.mail["Reply-To"] or self.mail["From"]).rpartition("<")[2].rstrip("> ")


Machine = Callable[[Sent], Iterable[Arrival]]
_NUMBERS = count(1)


@dataclass
class Stage:
    """The desk at ten on a Friday, with nobody there yet."""

    place: Place
    relay: Relay
    machines: list[Machine] = field(default_factory=list)
    _coming: list[tuple[float, int, Arrival]] = field(default_factory=list)
    _seen: int = 0
    _clock: float = 0.0

    def __post_init__(self) -> None:
        # agents hear nothing of all this: it is not their mail that is counted here
        quiet = "defaults: [Tell the team of a new ticket]\nrules: []\n"
        (self.place.folder / "rules.yaml").write_text(quiet, encoding="utf-8")
        assert self.place.services.keeper.reload_now()

    def play(self, arrivals: Iterable[Arrival], *, hours: float = 1.0) -> Stage:
        """Let these arrive, and go on until the end; the stage, to ask what was sent."""
        for one in arrivals:
            self._expect(one)
        end = hours * 3600
        while (at := self._next()) <= end and len(self.relay.messages) < MOST:
            self._until(at)
            while self._coming and self._coming[0][0] <= self._clock:
                _, _, one = heapq.heappop(self._coming)
                self.place.receive(one.raw, one.sender, one.to)
            self._turn()
        return self

    def outside(self) -> list[Sent]:
        """The mails to people and machines that are not of the desk."""
        return [one for one in self.sent() if not one.recipient.endswith("@desk.example")]

    def sent(self) -> list[Sent]:
        """All mails of the desk."""
        return [
            Sent(_read(one.raw), recipient)
            for one in self.relay.messages
            for recipient in one.rcpt_to
        ]

    def alarms(self, words: str) -> int:
        """How many mails an admin had with these words in the subject."""
        return sum(words in str(one.mail["Subject"]) for one in self.sent())

    def _expect(self, one: Arrival) -> None:
        heapq.heappush(self._coming, (self._clock + one.after, next(_NUMBERS), one))

    def _next(self) -> float:
        """When something happens next: a mail arrives, or a row is due."""
        moments = [self._coming[0][0]] if self._coming else []
        began = self.place.now - timedelta(seconds=self._clock)
        for table, is_of_play in (("timers", _is_held), ("outbox", _is_any)):
            moments += [
                (row.due_at - began).total_seconds()
                for row in self.place.rows(table, state="due")
                if is_of_play(row)
            ]
        return max(self._clock, min(moments)) if moments else float("inf")

    def _until(self, at: float) -> None:
        self.place.later(at - self._clock)
        self._clock = at

    def _turn(self) -> None:
        """Ring what is due, send what is due, and let the machines answer."""
        fire(self.place.services)
        self.place.deliver()
        arrived = self.relay.messages[self._seen :]
        self._seen += len(arrived)
        for mail in arrived:
            for recipient in mail.rcpt_to:
                shown = Sent(_read(mail.raw), recipient)
                for machine in self.machines:
                    for one in machine(shown):
                        self._expect(one)


def _is_held(timer: Any) -> bool:
    """Whether an acknowledgement waits behind this timer; service levels have their own plays."""
    return str(timer.kind).startswith("held:")


def _is_any(mail: Any) -> bool:
    return mail.due_at is not None


def _read(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def written(sender: str, subject: str, text: str, to: str = SUPPORT, **fields: str) -> bytes:
    """A mail with a Message-ID of its own; fields are named in Python's way."""
    head = {"From": sender, "To": to, "Subject": subject}
    head["Message-ID"] = f"<play.{next(_NUMBERS)}@{sender.rpartition('@')[2].strip('> ')}>"
    head |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"{lines}\r\n{text}\r\n".encode()
