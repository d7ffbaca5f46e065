"""How much of what was written a mail may repeat that goes to a customer by itself (see
`desk.strangers`), and when it may go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maildesk.desk import effects as fx
from maildesk.desk.mails.wording import Language
from maildesk.desk.rules.actions import GREETINGS
from maildesk.desk.senders import strangers
from maildesk.mail.message import Mailbox
from maildesk.pipeline.transaction import TicketChange
from maildesk.store import automatic


@dataclass(frozen=True, slots=True)
class Discretion:
    """What has to be left out. Nothing of an agent's answer is: a person has written it."""

    words: bool = False  # all that the requester may have written, name and subject included
    message: bool = False  # what this message says
    links: bool = False  # addresses to be led to

    def shown(self, context: Mapping[str, Any], language: Language) -> Mapping[str, Any]:
        """What the template may see."""
        if self.words:
            return strangers.without_words(context, language)
        context = strangers.without_links(context) if self.links else context
        return strangers.without_message(context, language) if self.message else context

    def mailbox(self, name: str, address: str) -> Mailbox:
        """Whom it is to, as To shows them."""
        return Mailbox(
            "" if self.words else strangers.unlinked(name) if self.links else name, address
        )


def of(work: TicketChange, effect: fx.SendToCustomer) -> Discretion:
    """What this mail has to leave out."""
    if not effect.automatic:
        return Discretion()
    known = work.situation.acquaintance
    # a follow-up is its writer's, whose ticket it follows
    is_stranger = known.is_stranger or (work.opened and known.is_unproved)
    if work.policy.strangers == "full":
        return Discretion(links=is_stranger or known.is_unproved)
    return Discretion(words=is_stranger, message=known.is_unproved)


def template_of(work: TicketChange, effect: fx.SendToCustomer, discretion: Discretion) -> str:
    """The template: strangers are greeted in neutral words, unless the desk has words of its own,
    which then have to do."""
    if not discretion.words or effect.template not in GREETINGS:
        return effect.template
    templates, ticket = work.services.keeper.current.templates, work.subject
    names = (strangers.NEUTRAL, effect.template)
    own = (name for name in names if templates.is_own(name, ticket.language, ticket.address))
    return next(own, strangers.NEUTRAL)


def room_at(work: TicketChange, effect: fx.SendToCustomer) -> datetime | None:
    """When it may go out, where the limit of its recipient's domain leaves no room now."""
    if not effect.automatic or not work.situation.must_wait:
        return None
    loops = work.policy.loops
    at = automatic.room_at(
        work.conn,
        work.subject.requester.address,
        work.now,
        limit=loops.per_domain,
        period=loops.period,
    )
    return at if at > work.now else None
