"""What people write who know another helpdesk's words, or none: what they meant.

Spelling is another matter: the nearest right word is found without a table.
"""

from __future__ import annotations

FIELDS = {
    "domain": "requester.domain", "sender domain": "requester.domain",
    "from domain": "requester.domain", "sender.domain": "requester.domain",
    "from.domain": "requester.domain", "email domain": "requester.domain",
    "customer.domain": "requester.domain", "customer domain": "requester.domain",
    "sender": "from", "author": "from", "email": "requester.address",
    "sender address": "from", "customer": "requester.address", "requester": "requester.address",
    "contact": "requester.address", "name": "requester.name", "sender name": "requester.name",
    "company": "requester.organisation", "organisation": "requester.organisation",
    "organization": "requester.organisation", "account": "requester.organisation",
    "tier": "requester.tier", "vip": "requester.tier", "level": "requester.tier",
    "recipient": "to", "recipients": "to", "mailbox": "address", "inbox": "address",
    "body": "text", "message": "text", "content": "text", "keyword": "text", "words": "text",
    "title": "subject", "description": "text", "quote": "full_text",
    "attachment": "attachment.name", "attachments": "attachment.count",
    "file": "attachment.name", "files": "attachment.count", "filename": "attachment.name",
    "file type": "attachment.type", "attachment type": "attachment.type",
    "has attachment": "attachment.count at least: 1",
    "tag": "labels", "tags": "labels", "label": "labels", "state": "status", "prio": "priority",
    "urgency": "priority", "severity": "priority", "group": "queue", "department": "queue",
    "team": "queue", "folder": "queue", "agent": "assignee", "owner": "assignee",
    "assigned_to": "assignee", "assigned to": "assignee", "unassigned": "assigned: no",
    "locale": "language", "lang": "language", "day": "weekday", "weekend": "weekday",
    "hour": "time", "business_hours": "hours", "business hours": "hours", "office": "hours",
    "calendar": "hours", "open": "desk.open", "spam": "trust.spam", "rating": "score",
    "stars": "score", "satisfaction": "score", "header": "header.NAME", "headers": "header.NAME",
    "custom_field": "fields.NAME", "field": "fields.NAME", "fields": "fields.NAME",
    "created": "created_at", "updated": "updated_at", "participant": "participants",
    "automatic": "message.kind: automatic", "auto-reply": "message.kind: automatic",
}  # fmt: skip
ACTIONS = {
    "tag": "label", "tags": "labels", "add_label": "label", "close": "status: closed",
    "resolve": "status: resolved", "reopen": "status: open", "spam": "status: spam",
    "state": "status", "set_status": "status", "prio": "priority", "set_priority": "priority",
    "move": "queue", "team": "assign: {team: …}", "group": "queue", "department": "queue",
    "agent": "assign", "owner": "assign", "assignee": "assign", "skills": "assign: {skills: …}",
    "mail": "send", "email": "send", "send_mail": "send", "template": "send", "forward": "notify",
    "tell": "notify", "alert": "notify", "cc": "notify", "comment": "note", "answer": "reply",
    "survey": "survey: no of the queue, in desk.yaml", "autoreply": "acknowledge",
    "auto_reply": "acknowledge", "end": "stop", "ignore": "stop",
    "drop": "status: spam", "delete": "status: spam", "set": "priority: high",
}  # fmt: skip
TRIGGERS = {
    "new ticket": "created", "incoming": "created", "received mail": "created",
    "reopened": "status_changed", "closed": "status_changed", "resolved": "status_changed",
    "updated": "replied", "changed": "status_changed", "customer_reply": "replied",
    "customer_replied": "replied", "agent_reply": "answered", "agent_replied": "answered",
    "rated": "scored", "daily": "at", "time": "at", "overdue": "breach",
}  # fmt: skip


def meant_field(key: str) -> str:
    """The field, with the operator that was written, that was probably meant; "" where no table
    knows."""
    words = key.strip().lower().split()
    for count in (3, 2, 1):
        found = FIELDS.get(" ".join(words[:count])) if len(words) >= count else None
        if found is not None:
            rest = " ".join(words[count:])
            return found if ":" in found else f"{found} {rest}".strip()
    return ""
