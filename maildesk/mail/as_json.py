"""A Message as one JSON object: what `maildesk parse --json` prints, field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from maildesk.errors import BadMessage
from maildesk.mail.message import Attachment, Forwarded, Mailbox, Message, Report
from maildesk.mail.parse import parse


def describe(
    path_name: str, raw: bytes, told: Callable[[Message], Message] | None = None
) -> dict[str, Any]:
    """The object for one file; `ok` is false, and the reason a defect, where nothing can be read.
    `told` puts into words what is no text.

    `took_ms` is left at 0: this room reads no clock, whoever prints fills it in.
    """
    try:
        message = parse(raw)
    except BadMessage as bad:
        return {"file": path_name, "ok": False, "took_ms": 0, "defects": [str(bad)]}
    return {"file": path_name, "ok": True, "took_ms": 0} | as_dict(
        told(message) if told is not None and message.items else message
    )


def as_dict(message: Message) -> dict[str, Any]:
    """Every field of the view that says something about the message itself."""
    return {
        "defects": list(message.defects),
        "message_id": message.message_id,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "date": message.date.isoformat() if message.date else None,
        "from": _mailbox(message.sender),
        "reply_to": _mailboxes(message.reply_to),
        "to": _mailboxes(message.to),
        "cc": _mailboxes(message.cc),
        "subject": message.subject,
        "text": message.text,
        "parts": [{"role": part.role.value, "text": part.text} for part in message.parts],
        "reply": message.reply,
        "forwarded": _forwarded(message.forwarded),
        "attachments": [_attachment(attachment) for attachment in message.attachments],
        "kind": message.kind.value,
        "may_answer": message.may_answer,
        "reasons": list(message.reasons),
        "reports": [_report(report) for report in message.reports],
        "language": message.language,
    }


def _mailbox(mailbox: Mailbox | None) -> dict[str, str] | None:
    return {"name": mailbox.name, "address": mailbox.address} if mailbox else None


def _mailboxes(mailboxes: Iterable[Mailbox]) -> list[dict[str, str]]:
    return [{"name": mailbox.name, "address": mailbox.address} for mailbox in mailboxes]


def _forwarded(forwarded: Forwarded | None) -> dict[str, Any] | None:
    if forwarded is None:
        return None
    return {
        "from": _mailbox(forwarded.sender),
        "to": _mailboxes(forwarded.to),
        "date": forwarded.date,
        "subject": forwarded.subject,
        "text": forwarded.text,
    }


def _attachment(attachment: Attachment) -> dict[str, Any]:
    return {
        "index": attachment.index,
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "inline": attachment.inline,
        "content_id": attachment.content_id,
    }


def _report(report: Report) -> dict[str, str]:
    return {
        "final_recipient": report.final_recipient,
        "action": report.action,
        "status": report.status,
        "diagnostic": report.diagnostic,
        "original_message_id": report.original_message_id,
        "original_recipient": report.original_recipient,
    }
