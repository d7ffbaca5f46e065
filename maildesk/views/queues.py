"""The outbox and quarantine for programs. The numbers are those that the command line takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.views.plain import Json, listed, moment

if TYPE_CHECKING:
    from maildesk.store.records import HeldMessage, OutboxMail, Slice


def outbox_mail(one: OutboxMail) -> Json:
    """A mail that goes out, and what the relay said of it."""
    return {
        "id": one.id,
        "ticket": one.ticket or None,
        "recipient": one.recipient,
        "purpose": one.purpose,
        "author": one.author or None,
        "automatic": one.automatic,
        "message_id": one.message_id,
        "state": one.state,
        "created_at": moment(one.created_at),
        "sent_at": moment(one.sent_at),
        "due_at": moment(one.due_at),
        "attempts": one.attempts,
        "relay": one.relay or None,
        "reply": reply(one),
        "error": one.error or None,
    }


def reply(one: OutboxMail) -> Json | None:
    """The relay's (or a report's) last word; null where it has said nothing."""
    if one.code is None and not one.enhanced and not one.reply:
        return None
    return {"code": one.code, "enhanced_status": one.enhanced or None, "text": one.reply}


def outbox_list(page: Slice[OutboxMail]) -> Json:
    """A page of the outbox, newest first."""
    return listed("mails", [outbox_mail(one) for one in page.values], page.next)


def held_message(one: HeldMessage, raw: str | None = None) -> Json:
    """A message in quarantine; `raw` is its text where it is shown."""
    found = {
        "id": one.id,
        "at": moment(one.at),
        "reason": one.reason,
        "why": one.words,
        "sender": one.sender or None,
        "subject": one.subject,
        "ticket": one.ticket or None,
        "agent": one.agent or None,
        "state": one.state,
        "decided_by": one.decided_by or None,
        "decided_at": moment(one.decided_at),
    }
    return found if raw is None else found | {"raw": raw}


def quarantine_list(page: Slice[HeldMessage]) -> Json:
    """A page of what is held, newest first."""
    return listed("messages", [held_message(one) for one in page.values], page.next)
