"""Carriers: senders that write for others, as desk.yaml names them. Whether a message is really of
one, and who it is that asks.

Whoever fills in a form can write any address there, as anybody can write any From: the person who
is found is believed as little. What is proved here is only that the form has sent it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from maildesk.desk.policy import Policy
from maildesk.desk.problem import Problem
from maildesk.desk.senders.entries import Carrier, CarrierProof, Place
from maildesk.mail.invisible import seen
from maildesk.mail.message import Mailbox, Message
from maildesk.mail.mime import headers
from maildesk.mail.origin import lines
from maildesk.mail.origin.addresses import holds_code, is_usable, named_in

_LONGEST_NAME = 100
REPLY_TO = Place(header="Reply-To")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of how a message came: from which address, whose signatures passed, whether who
    handed it in had logged in."""

    peer: str = ""
    domains: tuple[str, ...] = ()
    submitted: bool = False


def carrier_of(policy: Policy, addresses: Iterable[str]) -> Carrier | None:
    """The entry of desk.yaml for one of these addresses: an address before its domain."""
    known = tuple(addresses)
    found = [one for one in policy.carriers if any(one.is_of(address) for address in known)]
    return min(found, key=lambda one: one.sender.startswith("@"), default=None)


def is_proved(proof: CarrierProof | None, evidence: Evidence) -> bool:
    """Whether one of the things that this entry asks for is there; nothing asked for is enough."""
    if proof is None:
        return True
    return (
        _is_among(evidence.peer, proof)
        or any(_is_within(domain, proof.dkim) for domain in evidence.domains if proof.dkim)
        or (proof.submission and evidence.submitted)
    )


def _is_among(peer: str, proof: CarrierProof) -> bool:
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in proof.peers)


def _is_within(domain: str, wanted: str) -> bool:
    return domain == wanted.lower() or domain.endswith("." + wanted.lower())


def person_of(carrier: Carrier, message: Message) -> Mailbox | Problem:
    """Who asks, by the place that the entry names; or why that cannot be told."""
    found = _named_at(carrier.person, message)
    values = {"place": carrier.person.words}
    if found is None:
        return Problem("carrier_silent", values)
    words, boxes = found
    if holds_code(words):
        return Problem("carrier_code", values)
    boxes = tuple({box.key: box for box in boxes}.values())
    if len(boxes) > 1:
        named = ", ".join(box.address for box in boxes[:3])
        return Problem("carrier_several", values | {"count": str(len(boxes)), "addresses": named})
    if not boxes or not is_usable(boxes[0].address):
        return Problem("carrier_unusable", values | {"words": " ".join(seen(words).split())[:80]})
    return Mailbox(_name(carrier, message, boxes[0].name), boxes[0].address)


def suggested(message: Message, evidence: Evidence, sender: Mailbox, *, names_person: bool) -> str:
    """The line below `carriers:` that would let this message in; "" where nobody is named in it.

    `names_person`: its Reply-To names somebody who is not of the desk.
    """
    labels = (label for label, value in lines.labels_of(message.text) if named_in(value))
    label = "" if names_person else next(labels, "").replace('"', "")
    if not (names_person or label):
        return ""
    place = "reply_to" if names_person else f'{{line: "{label}"}}'
    own = next((one for one in evidence.domains if _is_within(sender.domain, one)), "")
    peer = f'"{evidence.peer}"' if ":" in evidence.peer else evidence.peer
    proof = f"dkim: {own}" if own else f"peer: {peer or '192.0.2.10'}"
    return f"- {{sender: {sender.address}, person: {place}, proof: {{{proof}}}}}"


def _named_at(place: Place, message: Message) -> tuple[str, tuple[Mailbox, ...]] | None:
    """What stands there, and the mailboxes in it; None where the message has no such place."""
    if place.header:
        values = message.headers.get(place.header.lower(), ())
        if not values:
            return None
        boxes = headers.addresses(value.encode("utf-8", "replace") for value in values)
        return " ".join(values), boxes
    words = _words_at(place, message)
    return None if words is None else (words, named_in(words))


def _words_at(place: Place, message: Message) -> str | None:
    if place.header:
        return message.header(place.header) or None
    if place.labels:
        return lines.value_of(message.text, place.labels)
    pattern = place.pattern
    if pattern is None:
        return None
    return next((line for line in lines.lines_of(message.text) if pattern.found_in(line)), None)


def _name(carrier: Carrier, message: Message, beside: str) -> str:
    """The person's name; nothing where there is none to be had, or it is more than a name."""
    if not carrier.has_name:
        return ""
    name, place = beside, carrier.name
    if place is not None and place.labels:  # first name, last name
        found = (lines.value_of(message.text, (label,)) for label in place.labels)
        name = " ".join(one for one in found if one)
    elif place is not None:
        name = _words_at(place, message) or ""
        name = name.rpartition(":")[2] if place.pattern else name
    name = " ".join(seen(name).split()).strip(" \"'")
    is_name = len(name) <= _LONGEST_NAME and not holds_code(name) and not set(name) & set("<>@")
    return name if is_name and "://" not in name else ""
