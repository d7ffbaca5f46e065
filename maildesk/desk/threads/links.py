"""Signed addresses and signed Message-IDs: how the desk recognises what it sent.

    support+r1<ticket>-<person><day>-<mac>@desk.example      an address, for one person
    <unique>.a1<ticket>-<person><day>-<mac>@desk.example     a Message-ID, in one agent's mails
    m1<ticket>.<nonce>-<mac>@desk.example                    a Message-ID that only names its ticket

`r` is the purpose, `1` the key. The MAC (HMAC-SHA256, 80 bits) covers a label of
its own for every purpose, the mailbox, the ticket, the person and the last day it
is believed, so an address made for a customer never works as an agent's. All is
Crockford base32 in lower case: gateways change the case of local parts, and 64
characters is their limit (RFC 5321, 4.5.3.1.1). A person is named by a digest of
their address and looked up among those who still belong: removing somebody
revokes every address ever made for them.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType

from maildesk.mail.owners import mailbox_of

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {c: i for i, c in enumerate(ALPHABET)} | {"o": 0, "i": 1, "l": 1}
_EPOCH = date(2020, 1, 1)
_MAC_LENGTH = 16
_PERSON_LENGTH = 8
_DAY_LENGTH = 3
# What stands between the sign and the @ of every address made here, also inside other text: no word
# of a language has this shape.
DIGIT = f"[{ALPHABET}oil]"
SIGNATURE = re.compile(
    rf"(?:(?<![0-9A-Za-z])|(?<=%20))[a-z][0-9a-z]{DIGIT}{{1,13}}"  # %20: a subject in a link
    rf"-{DIGIT}{{{_PERSON_LENGTH + _DAY_LENGTH}}}-{DIGIT}{{{_MAC_LENGTH}}}(?![0-9A-Za-z])",
    re.IGNORECASE,
)
IN_SUBJECT = "subject:"  # the place of a signature in a subject; no address or domain is so
ON_PAGES = "page:"  # and of one in a link to a page
_THREAD, _NOTICE = "t", "n"  # how the nonces for agents begin; those for customers are hexadecimal
# of a desk address: with a signature and a number below 32**6 behind it, 64 characters are full
LONGEST_LOCAL = 26
# What was signed last: a letter bears some signatures several times, and its guard reads them all.
_REMEMBERED = 1024


class Purpose(StrEnum):
    """What a signed address is for; each has keys of its own."""

    REQUESTER = "r"  # a customer writes to their ticket
    AGENT_REPLY = "a"  # an agent answers the customer
    AGENT_NOTE = "n"  # an agent writes a note
    SURVEY = "s"  # a customer's stars
    VERB = "v"  # a customer asks for one of `desk.verbs`, by a button
    NO_SURVEYS = "e"  # a customer wants no more stars, whatever stands in that mail
    BOUNCE = "b"  # the reverse-path of one recipient's mail
    RESEND = "x"  # an agent wants a failed mail sent again; the number is the outbox row
    # an agent wants a suppressed address written to again; the number is the outbox row that failed
    LIFT = "w"
    CONFIRM = "c"  # an agent says that a held mail was theirs; the number is the quarantine row
    UNDO = "u"  # an agent takes back what they did; the number is that of the act
    # an agent answers what they asked the desk, about no ticket; the number is that of their mail
    DESK = "g"
    PAGE = "t"  # the page of a ticket, in a link; its place is `ON_PAGES`
    NO_CAMPAIGNS = "d"  # a customer wants no more mails of campaigns, by a link
    STARS = "y"  # the page of its stars, likewise
    WRITER = "q"  # a browser in which somebody proved their address for that page
    LOG_IN = "k"  # to a customer's own requests, in a link; the number is the row of that log-in
    PROBE = "p"  # a test mail of the desk to itself; the number is any
    MESSAGE_ID = "m"


AGENTS = (Purpose.AGENT_REPLY, Purpose.AGENT_NOTE)  # an agent's words for a ticket
# where a customer writes to
FOR_CUSTOMERS = (Purpose.REQUESTER, Purpose.SURVEY, Purpose.VERB, Purpose.NO_SURVEYS)
# and what leads them to a page
IN_LINKS = (Purpose.PAGE, Purpose.STARS, Purpose.NO_CAMPAIGNS, Purpose.LOG_IN)


@dataclass(frozen=True, slots=True)
class Token:
    """A signed address, verified. `number` is a ticket unless the purpose says otherwise."""

    purpose: Purpose
    number: int
    person: str  # digest, see `person_code`
    mailbox: str  # the address before the signature; for one that stands elsewhere, its place
    expired: bool
    until: date  # the last day it is believed


@dataclass(frozen=True)
class KeyRing:
    """The desk's keys by their one-letter ids: the first signs, all are believed."""

    keys: Mapping[str, bytes]

    @property
    def signing(self) -> tuple[str, bytes]:
        """The id and secret that new signatures are made with."""
        return next(iter(self.keys.items()))


def fingerprint(key: bytes) -> str:
    """What the key can be recognised by, and nobody can sign with or guess it from: a MAC of a word
    that is no signature's."""
    return hmac.digest(key, b"maildesk fingerprint 1", "sha256").hex()[:32]


def encode(number: int) -> str:
    """A number of zero or more in base32, without leading zeros."""
    digits = ""
    while True:
        number, low = divmod(number, 32)
        digits = ALPHABET[low] + digits
        if not number:
            return digits


def decode(text: str) -> int:
    """The number that `encode` wrote; ValueError for anything else."""
    number = 0
    for c in text.lower():
        if c not in _VALUES:
            raise ValueError(c)
        number = number * 32 + _VALUES[c]
    return number


@lru_cache(_REMEMBERED)
def person_code(address: str, generation: int = 0) -> str:
    """Eight characters that name a person inside a token; others for each time that person renewed
    their addresses."""
    mailbox = mailbox_of(address)
    who = f"{mailbox}\n{generation}" if generation else mailbox
    return _base32(sha256(who.encode("utf-8", "surrogatepass")).digest(), _PERSON_LENGTH)


def signature(
    ring: KeyRing,
    place: str,
    purpose: Purpose,
    number: int,
    person: str,
    until: date,
    *,
    generation: int = 0,
) -> str:
    """What this person (their address, renewed so often) may show at this place until that day.

    The place is a mailbox, the domain of a Message-ID, or `IN_SUBJECT`: at another it is nobody's.
    """
    kid, key = ring.signing
    day = encode(max(0, (until - _EPOCH).days)).rjust(_DAY_LENGTH, "0")
    what = f"{purpose.value}{kid}{encode(number)}-{person_code(person, generation)}{day}"
    return f"{what}-{_mac(key, purpose, place, what)}"


def read_signature(ring: KeyRing, place: str, signed: str, today: date) -> Token | None:
    """What a signature at this place says, or None when no key of the desk has made it."""
    if not 32 <= len(signed) <= 56:
        return None
    what, _, mac = signed.lower().rpartition("-")
    head, _, tail = what.partition("-")
    key = ring.keys.get(what[1:2])
    if key is None or len(tail) != _PERSON_LENGTH + _DAY_LENGTH or what[0] not in _PURPOSES:
        return None
    purpose = Purpose(what[0])
    canonical = what[:2] + _canonical(what[2:])
    if not _is_same(_mac(key, purpose, place, canonical), _canonical(mac)):
        return None
    last_day = _EPOCH + timedelta(days=decode(tail[_PERSON_LENGTH:]))
    person = _canonical(tail[:_PERSON_LENGTH])
    return Token(purpose, decode(head[2:]), person, place, today > last_day, last_day)


def signed_address(
    ring: KeyRing,
    mailbox: str,
    purpose: Purpose,
    number: int,
    person: str,
    until: date,
    plus: str = "+",
    *,
    generation: int = 0,
) -> str:
    """The address in `mailbox` that this person may use for this purpose until that day."""
    signed = signature(ring, mailbox, purpose, number, person, until, generation=generation)
    return in_address(mailbox, signed, plus)


def in_address(mailbox: str, signed: str, plus: str = "+") -> str:
    """The mailbox's address that bears this signature."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}{plus}{signed}@{domain}"


def read_address(ring: KeyRing, address: str, today: date, plus: str = "+") -> Token | None:
    """What a signed address says, or None when it is not one of ours."""
    local, at, domain = address.strip().lower().rpartition("@")
    local, sign, signed = local.rpartition(plus)
    return read_signature(ring, f"{local}@{domain}", signed, today) if at and sign else None


def private_message_id(
    ring: KeyRing,
    domain: str,
    purpose: Purpose,
    number: int,
    person: str,
    until: date,
    unique: str,
    *,
    generation: int = 0,
) -> str:
    """A Message-ID (no angle brackets) that only this person's mails bear: who answers it is
    believed as whoever writes to their signed address."""
    signed = signature(ring, domain, purpose, number, person, until, generation=generation)
    return in_message_id(domain, signed, unique)


def in_message_id(domain: str, signed: str, unique: str) -> str:
    """The Message-ID of this domain that bears this signature."""
    return f"{unique}.{signed}@{domain.lower()}"


def read_private_id(ring: KeyRing, message_id: str, today: date) -> Token | None:
    """What such a Message-ID says, or None for any other."""
    local, at, domain = message_id.strip().strip("<>").lower().rpartition("@")
    _, dot, signed = local.rpartition(".")
    return read_signature(ring, domain, signed, today) if at and dot else None


def about(number: int, until: date) -> str:
    """What is remembered of a person's signatures for this number that end on this day."""
    return f"{number} {until:%Y-%m-%d}"


def hidden(text: str) -> str:
    """The text as a log may have it: of a signature only what it is for and the number."""
    return SIGNATURE.sub(lambda found: f"{found[0].partition('-')[0]}-\u2026", text)


def signed_message_id(ring: KeyRing, number: int, nonce: str, domain: str) -> str:
    """A Message-ID (no angle brackets) that names a ticket and cannot be made up by others."""
    kid, key = ring.signing
    what = f"m{kid}{encode(number)}.{nonce.lower()}"
    return f"{what}-{_mac(key, Purpose.MESSAGE_ID, domain, what)}@{domain.lower()}"


def agents_nonce(agent: str, unique: str = "") -> str:
    """The nonce of a Message-ID that only this agent's notifications bear; without `unique` that of
    their thread."""
    return f"{_NOTICE if unique else _THREAD}{person_code(agent)}{unique}"


def agents_code(ring: KeyRing, message_id: str) -> str | None:
    """The agent (see `person_code`) whose notification has this Message-ID; None for a customer's
    mail, and anybody else's."""
    private = read_private_id(ring, message_id, date.min)
    if private is not None:
        return private.person if private.purpose in AGENTS else None
    if read_message_id(ring, message_id) is None:
        return None
    nonce = message_id.lower().partition(".")[2].partition("-")[0]
    return nonce[1 : 1 + _PERSON_LENGTH] if nonce.startswith((_NOTICE, _THREAD)) else None


def read_message_id(ring: KeyRing, message_id: str) -> int | None:
    """The ticket that one of our own Message-IDs names, or None for anybody else's."""
    private = read_private_id(ring, message_id, date.min)
    if private is not None:
        return private.number if private.purpose in AGENTS else None
    local, at, domain = message_id.strip().strip("<>").lower().rpartition("@")
    what, dash, mac = local.rpartition("-")
    if not at or not dash or len(mac) != _MAC_LENGTH or not what.startswith("m"):
        return None
    key = ring.keys.get(what[1:2])
    if key is None or not _is_same(_mac(key, Purpose.MESSAGE_ID, domain, what), mac):
        return None
    try:
        return decode(what[2:].partition(".")[0])
    except ValueError:
        return None


def whose(
    token: Token, addresses: Iterable[str], generations: Mapping[str, int] = MappingProxyType({})
) -> str | None:
    """Which of these addresses the token was made for; where somebody renewed theirs, only the last
    generation counts."""
    return next(
        (
            a
            for a in addresses
            if hmac.compare_digest(person_code(a, generations.get(a.lower(), 0)), token.person)
        ),
        None,
    )


def formerly_whose(token: Token, generations: Mapping[str, int]) -> str | None:
    """Who renewed their addresses since this token was made for them."""
    return next(
        (a for a, n in generations.items() for g in range(n) if person_code(a, g) == token.person),
        None,
    )


_PURPOSES = frozenset(p.value for p in Purpose)


def _canonical(text: str) -> str:
    return text.replace("o", "0").replace("i", "1").replace("l", "1")


def _is_same(ours: str, theirs: str) -> bool:
    """Compared in constant time; as bytes, for a stranger may write any letter here."""
    return hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "surrogatepass"))


@lru_cache(_REMEMBERED)
def _mac(key: bytes, purpose: Purpose, mailbox: str, what: str) -> str:
    label = f"maildesk {purpose.name} 1\n{mailbox.lower()}\n{what}"
    return _base32(hmac.digest(key, label.encode("utf-8", "surrogatepass"), "sha256"), _MAC_LENGTH)


_PAIRS = tuple(a + b for a in ALPHABET for b in ALPHABET)


def _base32(digest: bytes, length: int) -> str:
    """The first characters, an even number of them, of these bits."""
    number = int.from_bytes(digest[:16], "big") >> (128 - 5 * length)
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in range(5 * length - 10, -1, -10)])
