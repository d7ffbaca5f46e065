"""Finished mails are signed and written into the outbox, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk import effects as fx
from maildesk.pipeline.letters import letters
from maildesk.pipeline.letters.whole import whole
from maildesk.pipeline.services import unsigned
from maildesk.pipeline.transaction import TicketChange
from maildesk.store import outbox

if TYPE_CHECKING:
    from maildesk.store.outbox import Draft


def post(work: TicketChange, drafts: Sequence[Draft]) -> list[int]:
    """Sign these mails and write them down; the ids of the new rows."""
    services = work.services
    if work.leaks.found:
        drafts = [*drafts, *_tell_of_leaks(work)]
    if services.sign is not unsigned:
        drafts = [_signed(work, draft) for draft in drafts]
    ours = work.tx.sends and services.claimed_letters.has_room(
        sum(len(draft.raw) for draft in drafts)
    )
    lease = (services.owner, work.now + services.lease) if ours else None
    written = outbox.add(work.conn, drafts, work.now, lease=lease)
    work.tx.letters += [letter for letter in written if letter.attempts] if ours else ()
    return [letter.id for letter in written]


def _tell_of_leaks(work: TicketChange) -> list[Draft]:
    """The admins hear which mail held an address that was signed for somebody else."""
    found = list(dict.fromkeys(work.leaks.found))
    work.leaks.found.clear()
    about = f" about {work.ticket.reference}" if work.ticket else ""
    lines = "\n".join(f"- {one}" for one in found[:20])
    text = (
        f"These private addresses of the desk were about to go out in mail{about} to somebody "
        f"they were not made for; "
        f"they were taken out:\n\n{lines}\n\n"
        "Whoever has an agent's address can write in that agent's name. If it was outside the "
        "desk before, kill it: "
        "`maildesk agents renew ADDRESS`, or the agent writes #renew."
    )
    return letters.to_admins(
        work, fx.NotifyAdmins(subject="A private address was kept back", text=text, once="leak")
    )


def _signed(work: TicketChange, draft: Draft) -> Draft:
    services = work.services
    if not draft.shared:
        return replace(draft, raw=services.sign(draft.raw))
    raw = services.sign(whole(work.conn, services.blobs, draft.raw, draft.shared))
    further = len(raw) - len(draft.raw)
    return replace(
        draft, raw=raw, shared=tuple((at + further, stretch) for at, stretch in draft.shared)
    )
