"""The one path of every letter: what it shall be (`LetterSpec`) becomes finished octets.

Whoever composes says what the letter is; here it is rendered in its language, put together as RFC
5322 has it, cleared of addresses that are not its recipient's, and made a row for the outbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from maildesk.desk.mails.mail import Mail
from maildesk.mail.compose.outgoing import Auto, File, Outgoing
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters.addresses import Addresses
from maildesk.pipeline.letters.outgoing import finished
from maildesk.store.outbox import Draft

if TYPE_CHECKING:
    from maildesk.pipeline.transaction import TicketChange


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSpec:
    """A letter to one recipient, before it is rendered."""

    mail: Mail
    template: str = ""  # the words of another mail, where they stand in for its own
    language: str
    context: Mapping[str, object]  # the template's variables
    addresses: Addresses
    to: tuple[Mailbox, ...]  # as To shows them
    cc: tuple[Mailbox, ...] = ()
    recipient: str  # of the envelope
    references: tuple[str, ...] = ()  # oldest first; the last is what it answers (RFC 5322, 3.6.4)
    auto_submitted: Auto = "auto-generated"  # RFC 3834
    headers: tuple[tuple[str, str], ...] = ()  # beside those of the template and the thread
    attached: tuple[File, ...] = ()
    logos: tuple[File, ...] = ()  # go along only where the page shows them
    author: str = ""  # the agent whose words these are
    is_counted: bool = False  # for the limits of automatic mail to this recipient
    counts_for: str = ""  # another address that it counts for: where answers go
    once: str | None = None  # written once under this key, ever
    due_at: datetime | None = None  # where it has to wait
    ticket_id: int | None = None  # None: it belongs to no conversation


def write_letter(change: TicketChange, spec: LetterSpec) -> Draft:
    """The finished letter, ready for the outbox."""
    templates = change.services.keeper.current.templates
    template, where = spec.template or spec.mail.name, spec.addresses.sender.address
    rendered = templates.render(template, spec.language, spec.context, where, change.alike)
    logos = (logo for logo in spec.logos if f"cid:{logo.content_id}" in rendered.html)
    outgoing = Outgoing(
        message_id=spec.addresses.message_id,
        sender=spec.addresses.sender,
        to=spec.to,
        cc=spec.cc,
        reply_to=spec.addresses.reply_to,
        subject=rendered.subject,
        date=change.now,
        text=rendered.text,
        html=rendered.html,
        in_reply_to=spec.references[-1] if spec.references else "",
        references=spec.references,
        auto_submitted=spec.auto_submitted,
        headers=(*rendered.headers, *spec.addresses.headers, *spec.headers),
        attachments=(*spec.attached, *logos),
        thread_key=spec.addresses.thread_key,
        language=spec.language,
    )
    is_to_agent = spec.mail.is_to_agents
    raw, shared = finished(change, outgoing, spec.recipient, to_agent=is_to_agent)
    return Draft(
        ticket_id=spec.ticket_id,
        message_row=change.message_row if spec.author else None,
        message_id=spec.addresses.message_id,
        mail_from=spec.addresses.mail_from,
        recipient=spec.recipient,
        words=change.situation.words if spec.is_counted else "",
        purpose=spec.mail.name,
        author=spec.author,
        automatic=spec.is_counted,
        once=spec.once,
        raw=raw,
        due_at=spec.due_at,
        counts_for=spec.counts_for,
        late=change.situation.is_trial,
        shared=shared,
        address=spec.addresses.sender.address,
        act=change.act,
        shows=frozenset(change.tx.shown - {spec.ticket_id}) if is_to_agent else frozenset(),
    )
