"""Messages of a conversation as mails show them: what an act said, and what the
customer said last."""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.mails.views import FileView, MessageView, PersonView
from maildesk.desk.senders.imitation import imitated
from maildesk.mail.mime import attachments
from maildesk.pipeline.letters import template_variables
from maildesk.pipeline.transaction import NOTHING, PassedOn, TicketChange
from maildesk.store import tickets


def message_view(work: TicketChange, brought: PassedOn = NOTHING) -> MessageView | None:
    """What this act said, as it is shown to others; it need not have come by mail."""
    if not work.kept:
        return None
    row = work.kept[0]
    apart = {replace(one, reason=()) for one in brought.refused}  # named once, with the reason
    found = work.message.attachments if work.message else ()
    files = (FileView(a.filename, a.size) for a in found if not attachments.is_logo(a))
    shown = tuple(one for one in files if one not in apart)
    owner = work.policy.agent(row["agent"]) if row["agent"] else None
    if owner:
        sender = PersonView(owner.name, "", owner.name.split()[0])
    else:
        name, address = row["from_name"], row["from_address"]
        sender = PersonView(name, address, imitates=imitated(name, address, work.policy))
    return MessageView(
        sender,
        template_variables.local(work, work.now),
        row["reply"] or row["text"],
        html=brought.page.html,
        held=brought.page.held,
        attachments=shown,
        note=row["kind"] == "note",
        number=row["number"],
    )


def previous(work: TicketChange) -> MessageView | None:
    """What the customer said last, if anything is kept of it."""
    for row in tickets.last_public(work.conn, work.subject.id, 4):
        if row.direction == "in" and not row.automatic:
            return MessageView(
                PersonView(
                    row.from_name,
                    row.from_address,
                    imitates=imitated(row.from_name, row.from_address, work.policy),
                ),
                template_variables.local(work, row.at),
                row.reply or row.text,
            )
    return None
