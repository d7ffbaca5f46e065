"""The mails of `maildesk send-test`: such as the desk writes, with their envelope and every field.

Each is composed as a real one, on an empty database and in a transaction that is undone, so nothing
is written. They are signed with a key of their own: whoever has such a mail can do nothing with its
addresses. A relay that refuses real mails refuses these.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maildesk.config.connections.relays import relay_for
from maildesk.desk import effects as fx
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.threads.links import KeyRing
from maildesk.desk.ticket import Person
from maildesk.egress.envelope import envelope_sender
from maildesk.pipeline.apply import apply
from maildesk.pipeline.open_desk import signature
from maildesk.pipeline.simulation.dry_run import rehearsal, undone
from maildesk.pipeline.transaction import New, Transaction, addressed
from maildesk.store import outbox

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from maildesk.config.settings import Settings
    from maildesk.desk.policy import DeskAddress, Policy
    from maildesk.pipeline.services import Services

TEXT = "This mail is a test: this desk can send mails like it. Nothing has to be done."


@dataclass(frozen=True)
class TrialMail:
    """A mail, and its envelope's sender as its relay gets it."""

    kind: str  # in words
    mail_from: str
    raw: bytes


def trial_mails(
    desk: Path, settings: Settings, sender: DeskAddress, recipient: str
) -> list[TrialMail]:
    """One of each kind that a relay may tell apart, from this desk address to this person."""
    envelope = relay_for(settings, sender.address).envelope
    sign = signature(settings)
    with rehearsal(desk, settings, empty=True) as services:
        services = replace(services, ring=KeyRing({"0": secrets.token_bytes(32)}))
        with undone(services.db) as conn:
            return [
                TrialMail(
                    kind,
                    envelope_sender(envelope, mail_from, sender.address),
                    sign(raw, sender.address),
                )
                for kind, mail_from, raw in _composed(conn, services, sender, recipient)
            ]


def _composed(
    conn: Connection, services: Services, sender: DeskAddress, recipient: str
) -> Iterator[tuple[str, str, bytes]]:
    policy = _with_one_agent(services.keeper.current.policy, sender, recipient)
    tx = Transaction(conn, services, policy, services.now())
    queue = policy.queues[sender.queue]
    opened = fx.OpenTicket(
        subject=f"A test from {policy.desk_name}",
        queue=queue.name,
        priority=sender.priority or queue.priority,
        category=sender.category or queue.category,
        requester=Person(recipient),
        address=sender.address,
        language=sender.language or policy.default_language,
    )
    mails = (
        fx.SendToCustomer(template="reply", text=TEXT, author=recipient, automatic=False),
        fx.NotifyAgents(agents=(recipient,), template="agent_new"),
        fx.NotifyAdmins(subject=opened.subject, text=TEXT),
    )
    for row_id in apply(tx, addressed(New(), [opened, *mails])):
        row = outbox.by_id(conn, row_id)
        if row is not None:
            yield _kind(row), row.mail_from, outbox.whole(conn, services.blobs, row)


def _kind(row: Row[Any]) -> str:
    if row.ticket_id is None:
        return "as an alarm"
    return "as to an agent" if mail_of(row.purpose).is_to_agents else "as to a customer"


def _with_one_agent(policy: Policy, sender: DeskAddress, recipient: str) -> Policy:
    """The policy with this person as everybody who is written to, and mail from this address."""
    anybody = policy.agents[0]
    agent = replace(anybody, address=recipient, also=(), away_until=None, role="admin")
    others = tuple(one for one in policy.addresses if one.key != sender.key)
    return replace(policy, agents=(agent,), admins=(recipient,), addresses=(sender, *others))
