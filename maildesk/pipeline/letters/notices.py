"""Mails to one agent or admin that belong to no conversation: held mail, renewed
addresses, alarms."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from maildesk.desk.mails.views import Context, DeskView
from maildesk.desk.policy import DeskAddress, Policy
from maildesk.mail.compose.outgoing import Outgoing
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters.outgoing import finished
from maildesk.store.outbox import Draft

if TYPE_CHECKING:
    from maildesk.pipeline.transaction import TicketChange


def notice(
    work: TicketChange,
    template: str,
    language: str,
    context: Context,
    *,
    to: Mailbox,
    address: DeskAddress,
    label: str,
    purpose: str,
    reply_to: str = "",
    ticket_id: int | None = None,
    automatic: bool = False,
    once: str | None = None,
) -> Draft:
    """The mail of this template, from a desk address. `label` begins its Message-ID, `purpose` is
    its word in the outbox."""
    rendered = work.services.keeper.current.templates.render(
        template, language, context.mapping(), address.address
    )
    message_id = f"{label}.{secrets.token_hex(6)}@{address.address.rpartition('@')[2]}"
    outgoing = Outgoing(
        message_id=message_id,
        sender=Mailbox(address.name, address.address),
        to=(to,),
        reply_to=Mailbox(address.name, reply_to) if reply_to else None,
        subject=rendered.subject,
        date=work.now,
        text=rendered.text,
        html=rendered.html,
        auto_submitted="auto-generated",
        language=language,
    )
    raw, _ = finished(work, outgoing, to.address, to_agent=True)
    return Draft(
        ticket_id,
        None,
        message_id,
        "",
        to.address,
        "",
        purpose,
        "",
        automatic=automatic,
        once=once,
        raw=raw,
    )


def desk_view(policy: Policy, address: DeskAddress) -> DeskView:
    """The desk as a template may see it, writing from this address."""
    return DeskView(
        address.name or policy.desk_name,
        address.address,
        policy.signature,
        policy.website,
        policy.colour,
    )
