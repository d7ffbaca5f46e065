"""Where an answer goes, where a report goes, and what proves who answers.

    sub-addresses        yes                               no
    Reply-To             signed for this person            the desk address
    return path          signed for this recipient         the desk address
    a button's To        signed for whoever taps           the desk address
    a button's subject   the ticket's                      the same, with a token at its end

A relay may want the desk address in the envelope all the same (`egress.envelope`).

Whatever the mode, an agent's mail bears a Message-ID that is signed for that agent, ticket and
purpose, and the same once more in References, which relays leave alone that write Message-IDs of
their own. Whoever answers names one of the two: see `desk.threads.links`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from maildesk.desk.mails.views import ActionView
from maildesk.desk.threads import links, subject_tokens
from maildesk.desk.threads.links import Purpose
from maildesk.pipeline.transaction import TicketChange
from maildesk.store import provider_ids

_STANDING = "t"  # the unique part of the id that all notifications of one day have in References


def reply_to(change: TicketChange, mailbox: str, purpose: Purpose, number: int, person: str) -> str:
    """Where this person's answer goes: an address that is signed for them, or the plain one."""
    if not change.policy.has_sub_addresses(mailbox):
        return mailbox
    return change.signed_address(mailbox, purpose, number, person)


def return_path(change: TicketChange, mailbox: str, recipient: str) -> str:
    """Where reports about a mail to this recipient come back (RFC 5321, 4.4)."""
    if not change.policy.has_sub_addresses(mailbox):
        return mailbox
    return report_address(change, mailbox, recipient)


def report_address(change: TicketChange, mailbox: str, recipient: str) -> str:
    """What proves a report: made for this recipient, it stands in the head of every mail."""
    return change.signed_address(mailbox, Purpose.BOUNCE, change.subject.id, recipient)


def private_id(
    change: TicketChange, mailbox: str, purpose: Purpose, number: int, agent: str, unique: str = ""
) -> str:
    """A Message-ID that only this agent's mails bear; without `unique` another each time."""
    domain = mailbox.rpartition("@")[2]
    signed = change.tx.signature(domain, purpose, number, agent)
    return links.in_message_id(domain, signed, unique or secrets.token_hex(6))


def standing_id(
    change: TicketChange, mailbox: str, purpose: Purpose, number: int, agent: str
) -> str:
    """What proves the same in References, where a relay writes Message-IDs of its own."""
    return private_id(change, mailbox, purpose, number, agent, _STANDING)


def agents_thread(
    change: TicketChange, mailbox: str, purpose: Purpose, number: int, agent: str
) -> tuple[str, ...]:
    """References of an agent's notification: the thread's root, which is the same for ever, and a
    proof that is the same for a day."""
    nonce, domain = links.agents_nonce(agent), mailbox.rpartition("@")[2]
    root = links.signed_message_id(change.services.ring, number, nonce, domain)
    return root, standing_id(change, mailbox, purpose, number, agent)


def as_arrived(change: TicketChange, ids: tuple[str, ...]) -> tuple[str, ...]:
    """These ids of a conversation, and behind each of ours the one that a relay put in its place.

    Only looked for where the newest is ours: a customer's own holds the thread together as well.
    """
    ring = change.services.ring
    if not ids or links.read_message_id(ring, ids[-1]) is None:
        return ids
    known = provider_ids.beside(change.conn, change.subject.id, ids)
    return tuple(name for one in ids for name in (one, known.get(one, "")) if name)


@dataclass(frozen=True, slots=True)
class Way:
    """How a mail comes back that one tap opens: to which address, with which token."""

    to: str
    token: str = ""  # where the address does not say it all

    def button(
        self, name: str, label: str, subject: str, body: str, reference: str = "", *, said: str = ""
    ) -> ActionView:
        """A mail that is ready to send.

        `subject` bears the `reference` already; `said` is what stands beside it and the token.
        """
        if self.token:
            bare = subject.replace(f"[{reference}]", "").strip() if reference else subject
            subject = subject_tokens.write(bare, reference, said, self.token)
        return ActionView(label, mailto(self.to, subject, body), name)


def mailto(to: str, subject: str, body: str) -> str:
    """The link to a mail that is ready to send (RFC 6068)."""
    return f"mailto:{_quoted(to, '@+')}?subject={_quoted(subject)}&body={_quoted(body)}"


_quoted = lru_cache(512)(quote)  # the buttons of an act differ in little


def way_back(change: TicketChange, mailbox: str, purpose: Purpose, number: int, person: str) -> Way:
    """The way of this person's tap for this purpose."""
    if change.policy.has_sub_addresses(mailbox):
        return Way(change.signed_address(mailbox, purpose, number, person))
    return Way(mailbox, change.tx.signature(links.IN_SUBJECT, purpose, number, person))
