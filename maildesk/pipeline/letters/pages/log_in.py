"""The mail with the link that lets a browser in. It is about no ticket, and says nothing that
anybody has typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.mails.registry import mail_of
from maildesk.desk.mails.views import Context
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters import addresses
from maildesk.pipeline.letters.letter import LetterSpec, write_letter
from maildesk.pipeline.letters.ticket_view import desk_view

if TYPE_CHECKING:
    from maildesk.desk.pages.page_effects import SendLogIn
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft


def letters(change: TicketChange, effect: SendLogIn) -> list[Draft]:
    """The mail, to the address as it is on file."""
    policy = change.policy
    desk = policy.addresses[0]
    context = Context(
        desk=desk_view(policy, desk),
        subject=policy.wording.of(effect.language).sentence("log_in_subject"),
        tracking=effect.link,
    )
    spec = LetterSpec(
        mail=mail_of(effect.template),
        language=effect.language,
        context=context.mapping(),
        addresses=addresses.of_notice(desk, "login"),
        to=(Mailbox("", effect.address),),
        recipient=effect.address,
    )
    return [write_letter(change, spec)]
