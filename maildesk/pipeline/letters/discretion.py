"""How much of what was written a mail may repeat that goes to a customer by itself, and when it
may go (see `desk.senders.strangers`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maildesk.desk.mails.registry import mail_of
from maildesk.desk.senders import strangers
from maildesk.mail.message import Mailbox
from maildesk.store.loops import room

if TYPE_CHECKING:
    from datetime import datetime

    from maildesk.desk.effects import SendToCustomer
    from maildesk.desk.mails.wording import Language
    from maildesk.pipeline.transaction import TicketChange


@dataclass(frozen=True, slots=True)
class Discretion:
    """What has to be left out. Nothing of an agent's answer is: a person has written it."""

    words: bool = False  # all that the requester may have written, name and subject included
    message: bool = False  # what this message says
    links: bool = False  # addresses to be led to

    @property
    def is_any(self) -> bool:
        """Whether anything is."""
        return self.words or self.message or self.links

    def shown(self, context: Mapping[str, Any], language: Language) -> Mapping[str, Any]:
        """What the template may see."""
        if self.words:
            return strangers.without_words(context, language)
        context = strangers.without_links(context) if self.links else context
        return strangers.without_message(context, language) if self.message else context

    def mailbox(self, name: str, address: str) -> Mailbox:
        """Whom it is to, as To shows them."""
        if self.words:
            return Mailbox("", address)
        return Mailbox(strangers.unlinked(name) if self.links else name, address)


def of(change: TicketChange, effect: SendToCustomer) -> Discretion:
    """What this mail has to leave out."""
    if not effect.automatic:
        return Discretion()
    known = change.situation.acquaintance
    if known.is_typed and known.is_stranger:
        return Discretion(words=True)  # whatever strangers get: somebody may write to a victim
    # a follow-up is its writer's, whose ticket it follows
    is_stranger = known.is_stranger or (change.opened and known.is_unproved)
    if change.policy.strangers == "full":
        return Discretion(links=is_stranger or known.is_unproved)
    return Discretion(words=is_stranger, message=known.is_unproved)


def template_of(change: TicketChange, effect: SendToCustomer, discretion: Discretion) -> str:
    """The template whose words are used: strangers are greeted in neutral ones.

    A desk that has words of its own for the mail, and no neutral ones, keeps them.
    """
    neutral = mail_of(effect.template).neutral
    if not discretion.words or not neutral:
        return effect.template
    templates, ticket = change.services.keeper.current.templates, change.subject
    names = (neutral, effect.template)
    own = (name for name in names if templates.is_own(name, ticket.language, ticket.address))
    return next(own, neutral)


def room_at(change: TicketChange, effect: SendToCustomer) -> datetime | None:
    """When it may go out, where the limit of all automatic mail leaves no room now."""
    if not effect.automatic:
        return None
    loops = change.policy.loops
    before = sum(draft.automatic for one in change.tx.changes for draft in one.drafts)
    at = room.room_at(
        change.conn, change.now, limit=loops.total, period=loops.period, before=before
    )
    return at if at > change.now else None
