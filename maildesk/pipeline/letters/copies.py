"""Which mails shall lie in the mailbox as well: what agents answered, one copy of each answer, in
the mailbox of the address that it was written from. The IMAP door puts them there once they are
sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from maildesk.config.connections.relays import relay_for
from maildesk.store.mailbox import mailboxes

if TYPE_CHECKING:
    from maildesk.config.settings import ImapMailbox, Relay
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Letter

# smtp-relay.gmail.com keeps nothing in anybody's mailbox
_GMAIL_OUT = frozenset(("smtp.gmail.com", "smtp.googlemail.com"))
_GMAIL_IN = frozenset(("imap.gmail.com", "imap.googlemail.com"))


def want(work: TicketChange, written: Sequence[Letter]) -> None:
    """Note down that a copy of these answers is wanted, where a mailbox keeps copies."""
    settings = work.services.settings
    if work.ticket is None or not any(box.sent for box in settings.imap):
        return
    box = keeper_of(settings.imap, work.ticket.address)
    if box is None or keeps_by_itself(relay_for(settings, work.ticket.address), box):
        return
    answered: set[int | None] = set()
    for letter in written:  # the first is the requester's own
        if letter.author and letter.message_row not in answered:
            answered.add(letter.message_row)
            mailboxes.want_copy(work.conn, letter.id, box.name)


def keeps_by_itself(relay: Relay, box: ImapMailbox) -> bool:
    """Whether what goes out by this relay lies in this mailbox's folder for sent mail by then.

    So it is at Exchange with what is posted to sendMail, and at Gmail with what its own log-in
    sends; what another account or another company's relay sends, nobody has kept.
    """
    if relay.kind == "graph":
        return True
    is_gmail = relay.host.lower() in _GMAIL_OUT and box.host.lower() in _GMAIL_IN
    return is_gmail and relay.username.lower() == box.username.lower()


def keeper_of(boxes: Sequence[ImapMailbox], address: str) -> ImapMailbox | None:
    """The mailbox that keeps what is written from this address: its own, else the first that keeps
    copies and belongs to no other."""
    wanted = address.lower()
    own = [box for box in boxes if box.address.lower() == wanted]
    if own:
        return next((box for box in own if box.sent), None)
    return next((box for box in boxes if box.sent), None)
