"""What the parts of a message that are no text say, as values; `parts_in_words` of the mails tells
it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Appointment:
    """An event of a calendar part (RFC 5545, 5546). `method` is the iTIP one in small letters."""

    method: str  # request, cancel, reply, counter, publish …
    summary: str
    start: datetime | date | None  # aware, floating (then in `zone`, as written), or a whole day
    end: datetime | date | None
    zone: str = ""  # the zone as the sender named it
    location: str = ""
    organizer: str = ""
    answer_of: str = ""  # who answers, in an answer
    answer: str = ""  # accepted, declined, tentative
    description: str = ""
    repeats: str = ""  # daily, weekly, monthly, yearly
    is_change: bool = False  # of one that was sent before
    is_cancelled: bool = False
    others: int = 0  # events beside it in the same part
    comment: str = ""  # what its writer says to it


@dataclass(frozen=True, slots=True)
class Card:
    """A contact card (RFC 6350, and the older ones)."""

    name: str
    organisation: str = ""
    details: tuple[str, ...] = ()  # addresses, numbers, pages
    others: int = 0


@dataclass(frozen=True, slots=True)
class Sealed:
    """Encrypted content: with what, and whom it can be opened by where that can be read."""

    scheme: str  # smime, pgp
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a message sent in several (RFC 2046, 5.2.2); `total` is 0 where it is not said."""

    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Voice:
    """A recording; `seconds` is 0 where neither a field nor a name says how long it is."""

    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Languages:
    """The same message in several languages (RFC 8255): which one is shown, and all there are."""

    shown: str
    all_of_them: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wordless:
    """Nothing was written; how many files of which sort there are."""

    pictures: int = 0
    documents: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that is attached to one without a word of its own."""

    who: str
    subject: str
    text: str


Item = Appointment | Card | Sealed | Piece | Voice | Languages | Letter | Wordless
