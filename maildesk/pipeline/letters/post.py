"""Finished mails are signed and written into the outbox, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.pipeline.letters import copies
from maildesk.pipeline.letters.whole import whole
from maildesk.pipeline.services import unsigned
from maildesk.store import outbox

if TYPE_CHECKING:
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft


def post(change: TicketChange, drafts: Sequence[Draft]) -> list[int]:
    """Sign these mails and write them down; the ids of the new rows.

    The one way into the outbox: whatever comes here is the mail of an effect.
    """
    services = change.services
    if services.sign is not unsigned:
        drafts = [_signed(change, draft) for draft in drafts]
    octets = sum(len(draft.raw) for draft in drafts)
    ours = change.tx.sends and services.claimed_letters.has_room(octets)
    lease = (services.owner, change.now + services.lease) if ours else None
    written = outbox.add(change.conn, drafts, change.now, lease=lease)
    copies.want(change, written)
    change.tx.letters += [letter for letter in written if letter.attempts] if ours else ()
    return [letter.id for letter in written]


def _signed(change: TicketChange, draft: Draft) -> Draft:
    services = change.services
    if not draft.shared:
        return replace(draft, raw=services.sign(draft.raw, draft.address))
    one = whole(change.conn, services.blobs, draft.raw, draft.shared)
    raw = services.sign(one, draft.address)
    further = len(raw) - len(draft.raw)
    shared = tuple((at + further, stretch) for at, stretch in draft.shared)
    return replace(draft, raw=raw, shared=shared)
