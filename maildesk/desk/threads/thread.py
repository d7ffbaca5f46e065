"""Threading: which ticket a message belongs to, by its clues, best first (R1).

1. a signed reply address, in the envelope or any header that names a recipient; else a token
   in the subject, which says the same where there are no such addresses
2. one of our own signed Message-IDs, In-Reply-To first, References from the right
3. any Message-ID that is stored
4. the reference in the subject, which lets in only those who belong (R2)

"Re: same title" alone is no clue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from maildesk.desk.policy import DeskAddress, Policy
from maildesk.desk.threads import links, reference, subject_tokens
from maildesk.desk.threads.links import KeyRing, Purpose, Token
from maildesk.mail.message import Envelope, Message

_SUBJECTS = ("subject", "thread-topic")
_RECIPIENT_FIELDS = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-delivered-to",
    "x-forwarded-to",
    "original-recipient",
)


@dataclass(frozen=True, slots=True)
class Clues:
    """What a message says about where it belongs. Ticket ids are ours only after the
    store has looked."""

    address: (
        DeskAddress | None
    )  # which of our addresses it was written to, the first of `addresses`
    token: Token | None  # the best signed address among the recipients, else that in the subject
    answers: Token | None  # of the private Message-ID that it names: whose mail it answers
    in_subject: bool  # whether `token` stands there
    signed_ticket: int | None  # from our own Message-IDs
    message_ids: tuple[str, ...]  # In-Reply-To, then References from the right
    number: int | None  # from the subject
    # in the subject, in whatever form: a ticket keeps the reference it was opened with
    numbers: tuple[int, ...]
    is_forward: bool  # Fwd:, WG:, TR: … of a ticket mail is not a reply
    addresses: tuple[DeskAddress, ...] = ()  # of ours that it was written to
    for_admins: bool = False  # postmaster or abuse of a domain of ours is among the recipients


def read(message: Message, envelope: Envelope, policy: Policy, ring: KeyRing, today: date) -> Clues:
    """Every clue of this message."""
    recipients = list(dict.fromkeys(_recipients(message, envelope)))
    tokens = [
        t
        for a in recipients
        if (t := links.read_address(ring, a, today, policy.plus)) and policy.is_ours(t.mailbox)
    ]
    token = min(tokens, key=lambda t: (t.expired, _RANK[t.purpose]), default=None)
    tapped = subject_tokens.read(ring, message.subject, today)
    if tapped is not None and (token is None or _RANK[tapped.purpose] < _RANK[token.purpose]):
        token = tapped
    signed = policy.desk_address(token.mailbox) if token and token is not tapped else None
    written = (
        signed,
        *map(policy.desk_address, _written_to(message, envelope, policy, recipients)),
    )
    addresses = tuple(dict.fromkeys(one for one in written if one is not None))
    ids = tuple(dict.fromkeys([*message.in_reply_to, *reversed(message.references)]))
    private = (links.read_private_id(ring, one, today) for one in ids[:60])
    answers = next((found for found in private if found is not None), None)
    number_signed = next(
        (n for i in ids[:60] if (n := links.read_message_id(ring, i)) is not None), None
    )
    number = reference.find_number(policy.reference_format, message.subject)
    numbers = reference.numbers_in(message.subject)
    return Clues(
        address=addresses[0] if addresses else None,
        token=token,
        answers=answers,
        in_subject=token is not None and token is tapped,
        signed_ticket=number_signed,
        message_ids=ids,
        number=number,
        numbers=numbers,
        is_forward=is_forward_subject(message.subject),
        addresses=addresses,
        for_admins=any(map(policy.is_for_admins, recipients)),
    )


def shown(message: Message) -> Message:
    """The message without a token in its subject: whoever sees it might use it."""
    subject = subject_tokens.without(message.subject)
    if subject == message.subject:
        return message
    fields = {
        name: tuple(map(subject_tokens.without, values)) if name in _SUBJECTS else values
        for name, values in message.headers.items()
    }
    return replace(message, subject=subject, headers=fields)


def is_forward_subject(subject: str) -> bool:
    """Whether the subject's outermost prefix is a forward's, in the languages mail
    clients write it in."""
    # clients that write 转发 use the wide colon
    head, colon, _ = subject.strip().replace("：", ":", 1).partition(":")
    return bool(colon) and head.strip().lower().rstrip("0123456789[] ") in _FORWARDS


_FORWARDS = frozenset(
    (
        "fwd", "fw", "wg", "tr", "rv", "i", "enc", "vs", "vb", "pd", "doorst", "vl", "fs",
        "videresend", "vidarebefordrat", "weitergeleitet", "転送", "转发", "轉寄",
    )
)  # fmt: skip

_RANK = {
    p: n
    for n, p in enumerate(
        (
            Purpose.AGENT_REPLY,
            Purpose.AGENT_NOTE,
            Purpose.DESK,
            Purpose.CONFIRM,
            Purpose.RESEND,
            Purpose.LIFT,
            Purpose.UNDO,
            Purpose.NO_SURVEYS,
            Purpose.VERB,
            Purpose.SURVEY,
            Purpose.REQUESTER,
        )
    )
}
_LAST = (Purpose.BOUNCE, Purpose.PROBE, Purpose.MESSAGE_ID)
_RANK |= {p: len(_RANK) + n for n, p in enumerate(_LAST)}


def _written_to(
    message: Message, envelope: Envelope, policy: Policy, recipients: Sequence[str]
) -> Sequence[str]:
    """The recipients that whoever wrote it had in mind. What lies in a mailbox and is to postmaster
    or abuse came by their alias: the mailbox's own address was then added on the way, and says
    nothing. An address of ours in To or Cc, also one that desk.yaml does not name, was written."""
    if not envelope.is_of_a_mailbox or not any(map(policy.is_for_admins, recipients)):
        return recipients
    for one in _named(message):
        is_anybodys = policy.may_take_part(one) or policy.agent(one) is not None
        if not is_anybodys and not policy.is_for_admins(one):
            return recipients
    return ()


def _named(message: Message) -> tuple[str, ...]:
    return tuple(m.address for m in (*message.to, *message.cc))


def _recipients(message: Message, envelope: Envelope) -> Iterable[str]:
    named = _named(message)
    # What a mailbox says of its recipient is the mailbox; an alias that leads there
    # stands in To alone.
    yield from (
        (*named, *envelope.rcpt_to) if envelope.is_of_a_mailbox else (*envelope.rcpt_to, *named)
    )
    for name in _RECIPIENT_FIELDS:
        for value in message.headers.get(name, ()):
            yield (
                re.sub(r"^rfc822\s{0,4};", "", value.strip(), flags=re.IGNORECASE)
                .strip()
                .strip("<>")
            )


def is_blind(message: Message, policy: Policy) -> bool:
    """Whether others stand in To and Cc, and nobody of ours: we were in Bcc, and an answer to all
    would tell them so."""
    boxes = [box.address for box in (*message.to, *message.cc) if "@" in box.address]
    return bool(boxes) and all(map(policy.may_take_part, boxes))


def others_in(message: Message, policy: Policy) -> Sequence[tuple[str, str]]:
    """(address, name) of the people in To and Cc who are neither the desk nor its
    agents nor the sender; nobody at an alias of the desk's (see `Policy.may_take_part`)."""
    sender = message.sender.key if message.sender else ""
    found: dict[str, str] = {}
    for box in (*message.to, *message.cc):
        if "@" in box.address and box.key != sender and policy.may_take_part(box.address):
            found.setdefault(box.key, box.name)
    return list(found.items())[:50]
