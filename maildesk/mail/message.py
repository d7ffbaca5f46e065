"""A message as the desk sees it: a frozen view on raw bytes that are kept elsewhere.

Nothing here loses anything: `parts` joined give `text` again, and whatever the
view leaves out is still in the raw bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from maildesk.mail.owners import mailbox_of
from maildesk.mail.parts.items import Item


class Kind(StrEnum):
    """What sort of message this is; whether it may be answered is a separate question."""

    ORDINARY = "ordinary"
    AUTOMATIC = "automatic"  # RFC 3834, lists, robots, vacations, challenges
    DELIVERY_REPORT = "delivery_report"  # RFC 3464
    FEEDBACK_REPORT = "feedback_report"  # RFC 5965
    DISPOSITION_REPORT = "disposition_report"  # RFC 8098


class Role(StrEnum):
    """Which part of a text this is."""

    NEW = "new"
    QUOTE = "quote"
    SIGNATURE = "signature"
    FORWARD = "forward"
    MARKER = "marker"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address with the name beside it (RFC 5322, 3.4). `address` is as written;
    compare with `key`."""

    name: str
    address: str

    @property
    def key(self) -> str:
        """The address folded for comparison."""
        return mailbox_of(self.address)

    @property
    def domain(self) -> str:
        """What stands behind the last @, in lower case; empty where there is none."""
        return self.key.rpartition("@")[2] if "@" in self.address else ""


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of the readable text. `cited`: quoted, and shown as new because
    answers stand between."""

    role: Role
    text: str
    cited: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the message. `index` is its place in the walk of the raw message; `size` is
    decoded octets."""

    index: int
    filename: str
    content_type: str
    size: int
    inline: bool = False
    content_id: str = ""
    # Where a large file stands in the raw message, and how long it is there, if any mail may carry
    # it just so.
    place: tuple[int, int] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The (outermost) message that was forwarded inside this one, inline or attached."""

    sender: Mailbox | None
    to: tuple[Mailbox, ...]
    date: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """One recipient's line of a delivery report (RFC 3464, 2.3); status as RFC 3463."""

    final_recipient: str
    action: str  # failed, delayed, delivered, relayed, expanded
    status: str
    diagnostic: str = ""
    original_message_id: str = ""
    original_recipient: str = ""  # whom the sender had named, before an alias or a forward


@dataclass(frozen=True, slots=True)
class Envelope:
    """What SMTP said (RFC 5321): the reverse-path, the recipients, and who handed it over.

    `mail_from` is "" for the null reverse-path and None where no envelope was seen (IMAP).
    """

    mail_from: str | None
    rcpt_to: tuple[str, ...]
    via: str = "smtp"  # smtp, lmtp, pipe, imap:NAME, submission:ADDRESS, web, form, form:proved
    peer: str = ""
    # when it came into the mailbox it was read from, where that is known
    arrived_at: datetime | None = None
    suspected: str = ""  # why whoever had it before us took it for spam, in words

    @property
    def submitted_by(self) -> str:
        """The address on file of the agent who had logged in to hand it over; "" for all others."""
        door, _, agent = self.via.partition(":")
        return agent if door == "submission" else ""

    @property
    def is_of_a_mailbox(self) -> bool:
        """Whether it was read from a mailbox of ours: nobody handed it over, and its
        recipients are a guess."""
        return self.via.startswith("imap:")


@dataclass(frozen=True, slots=True)
class Message:
    """A message, read. Ids carry no angle brackets; lists are in header order; `date`
    is aware or None."""

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: datetime | None
    sender: Mailbox | None  # the first From; `senders` has them all
    senders: tuple[Mailbox, ...]
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    subject: str
    text: str
    html: str
    parts: tuple[Part, ...]
    reply: str
    forwarded: Forwarded | None
    attachments: tuple[Attachment, ...]
    kind: Kind
    may_answer: bool
    reasons: tuple[str, ...]
    reports: tuple[Report, ...]
    # the new words of the body's first part; nothing where the words come from a file
    opening: str = ""
    language: str = ""  # a guess, else Content-Language; "" unknown
    items: tuple[Item, ...] = ()  # what its parts say that are no text
    # automatic, and no more than an answer: an absence, an acknowledgement, a receipt (RFC 3834)
    is_response: bool = False
    is_signature: bool = False  # its new words are nothing but its writer's signature
    # lower-case name -> decoded values, topmost first
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    defects: tuple[str, ...] = ()
    size: int = 0

    @property
    def shown(self) -> str:
        """What others are to see of it: the new words, and what is forwarded among them, which its
        sender wants to be read."""
        if all(part.role is not Role.FORWARD for part in self.parts):
            return self.reply
        return "".join(
            part.text for part in self.parts if part.role in (Role.NEW, Role.FORWARD)
        ).strip()

    @property
    def signature(self) -> str:
        """What stands below the new words and is no part of them: the closing with the name, a
        phone number, a customer number, "Sent from my …"."""
        return "".join(part.text for part in self.parts if part.role is Role.SIGNATURE).strip()

    def header(self, name: str) -> str:
        """The topmost field of this name, or an empty string."""
        values = self.headers.get(name.lower(), ())
        return values[0] if values else ""
