"""The mail that the desk sends to itself to see whether it arrives.

It has the envelope and the fields that real ones have, and is as automatic as they are (RFC 3834).
The sub-address in it is signed like a real one and of the same length, so that a desk that runs
knows the mail for what it is, and servers that take short ones only are found out.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from maildesk.desk.threads.links import KeyRing, Purpose, signed_address
from maildesk.egress.envelope import Envelope, envelope_sender
from maildesk.mail.compose.outgoing import Outgoing, compose, new_message_id
from maildesk.mail.message import Mailbox
from maildesk.pipeline.classification.probes import FIELD

_BELIEVED = timedelta(days=7)  # a delivery report may come days later
_NUMBERS = 32**6  # as long in a signature as the largest number of a ticket
_TEXT = """\
maildesk sends this mail to itself, to {to}, to see whether answers to that address arrive here.
It takes it away again. Nothing has to be done.
"""


@dataclass(frozen=True, slots=True)
class Probe:
    """Such a mail, unsigned: whom it goes to, and how it is known again in whatever comes of it."""

    to: str
    sub_address: str  # its reverse-path, where the relay takes such
    message_id: str  # without brackets
    subject: str
    key: bytes  # stands in its envelope, its head and what quotes it, in lower case
    raw: bytes

    def mail_from(self, envelope: Envelope, address: str) -> str:
        """The reverse-path with which it leaves."""
        return envelope_sender(envelope, self.sub_address, address)

    def stands_in(self, octets: bytes) -> bool:
        """Whether these octets are this mail, or speak of it."""
        return self.key in octets.lower()


def probe(ring: KeyRing, address: str, *, to_itself: bool, plus: str, now: datetime) -> Probe:
    """A new one, to the desk address or to a sub-address of it."""
    number, until = secrets.randbelow(_NUMBERS), (now + _BELIEVED).date()
    signed = signed_address(ring, address, Purpose.PROBE, number, address, until, plus)
    key = signed.rpartition("@")[0].rpartition("-")[2]
    to = address if to_itself else signed
    message_id = new_message_id(address, secrets.token_hex(8), "probe")
    subject = f"maildesk looks whether this arrives ({key})"
    raw = compose(
        Outgoing(
            message_id=message_id,
            sender=Mailbox("", address),
            to=(Mailbox("", to),),
            subject=subject,
            date=now,
            text=_TEXT.format(to=to),
            reply_to=Mailbox("", signed),
            auto_submitted="auto-generated",
            headers=((FIELD, signed),),
        )
    )
    return Probe(to, signed, message_id, subject, key.encode("ascii"), raw)
