"""The mail with the code that proves the address which was typed into the web form. It is about no
ticket, and says nothing that anybody has typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.mails.registry import mail_of
from maildesk.desk.mails.views import Context
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters import addresses
from maildesk.pipeline.letters.letter import LetterSpec, write_letter
from maildesk.pipeline.letters.ticket_view import desk_view

if TYPE_CHECKING:
    from maildesk.desk.pages.form_effects import SendFormCode
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft


def letters(change: TicketChange, effect: SendFormCode) -> list[Draft]:
    """The mail, to that address."""
    policy = change.policy
    desk = policy.desk_address(effect.of) or policy.addresses[0]
    context = Context(desk=desk_view(policy, desk), text=effect.code)
    spec = LetterSpec(
        mail=mail_of(effect.template),
        language=effect.language,
        context=context.mapping(),
        addresses=addresses.of_notice(desk, "code"),
        to=(Mailbox("", effect.address),),
        recipient=effect.address,
        is_counted=True,
    )
    return [write_letter(change, spec)]
