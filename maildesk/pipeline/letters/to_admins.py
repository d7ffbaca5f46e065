"""A plain mail to each admin of the desk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk.mails.registry import mail_of
from maildesk.desk.mails.views import Context
from maildesk.desk.policy import ROLES
from maildesk.mail.compose.outgoing import File
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters import addresses
from maildesk.pipeline.letters.letter import LetterSpec, write_letter
from maildesk.pipeline.letters.ticket_view import desk_view

if TYPE_CHECKING:
    from maildesk.desk.effects import NotifyAdmins
    from maildesk.desk.policy import DeskAddress
    from maildesk.pipeline.letters.addresses import Addresses
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft

MAIL = mail_of("admin_alarm")


def letters(change: TicketChange, effect: NotifyAdmins) -> list[Draft]:
    """The mail of this effect to every admin, once an hour for the same thing."""
    policy = change.policy
    desk, text = policy.addresses[0], effect.text
    once = f"admin:{effect.once}:{change.now:%Y%m%d%H}" if effect.once else None
    attached = _original(change) if effect.with_message else ()
    context = Context(desk_view(policy, desk), subject=effect.subject, text=text, reason=text)
    return [
        write_letter(
            change,
            LetterSpec(
                mail=MAIL,
                language=policy.default_language,
                context=context.mapping(),
                addresses=_addresses(desk, effect),
                to=(Mailbox("", admin),),
                recipient=admin,
                attached=attached,
                once=f"{once}:{admin}" if once else None,
            ),
        )
        for admin in policy.admins
        if not _is_one_of(admin, (effect.but, *effect.told), change)
    ]


def _addresses(desk: DeskAddress, effect: NotifyAdmins) -> Addresses:
    if not (effect.answers_to or effect.with_message):
        return addresses.of_notice(desk, "alarm")
    found = addresses.of_notice(desk, ROLES[0])  # by which those of an hour are counted
    return replace(found, reply_to=Mailbox("", effect.answers_to)) if effect.answers_to else found


def _original(change: TicketChange) -> tuple[File, ...]:
    """The message being handled, as it came (RFC 2046, 5.2.1)."""
    inbound = change.tx.inbound
    return (File("message.eml", "message/rfc822", inbound.raw),) if inbound else ()


def _is_one_of(admin: str, agents: Collection[str], change: TicketChange) -> bool:
    """Whether this admin's address belongs to one of these agents."""
    found = change.policy.agent(admin)
    return found is not None and found.address in agents
