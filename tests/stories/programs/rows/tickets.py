"""Commands that move a ticket, change its fields, or are about two tickets."""

from __future__ import annotations

from tests.stories.programs.rows.row import ANSWERED, DUE, REPLIED, SET, UNDUE, WORDS, Row

MOVES = {
    "resolve": Row(
        words=WORDS,
        ticket={**ANSWERED, "status": "resolved", "resolved_at": SET},
        history=REPLIED,
        mails="Ben agent_transcript, kim resolution",
        says="Status: resolved (before: open)",
    ),
    "close": Row(
        words=WORDS,
        ticket={**ANSWERED, "status": "closed", "closed_at": SET},
        history=REPLIED,
        mails="Ben agent_transcript, kim reply",
        says="Status: closed (before: open)",
    ),
    "reopen": Row(
        first=(("Ben", "#close"),),
        ticket={**DUE, "status": "open", "closed_at": None},
        history="status notified",
        says="Status: open (before: closed)",
    ),
    "start": Row(
        ticket={"status": "in_progress"},
        history="status notified",
        says="Status: in progress (before: open)",
    ),
    "wait": Row(
        ticket={**UNDUE, "status": "waiting"},
        history="status notified",
        says="Status: waiting for the customer (before: open)",
    ),
    "hold": Row(
        ticket={**UNDUE, "status": "on_hold"},
        history="status notified",
        says="Status: on hold (before: open)",
    ),
    "spam": Row(
        ticket={**UNDUE, "status": "spam"},
        history="status notified",
        says="Status: spam (before: open)",
    ),
    "notspam": Row(
        first=(("Ben", "#spam"),),
        ticket={**DUE, "status": "open"},
        history="status notified",
        says="Status: open (before: spam)",
    ),
    "status": Row(
        value="with supplier",
        ticket={**UNDUE, "status": "with_supplier"},
        history="status notified",
        says="Status: with supplier (before: open)",
    ),
    "archive": Row(
        first=(("Ben", "#close"),),
        ticket={"archived": True},
        history="archived notified",
        says="Archived: archived (before: not archived)",
    ),
    "unarchive": Row(
        first=(("Ben", "#close\n#archive"),),
        ticket={"archived": False},
        history="archived notified",
        says="Archived: not archived (before: archived)",
    ),
    "snooze": Row(
        value="until monday 9:00",
        de="bis Montag 9:00",
        fr="jusqu'à lundi 9:00",
        ticket={"snoozed_until": SET},
        history="snoozed notified",
        says="at 09:00 CET, or until the customer writes",
    ),
    "wake": Row(
        first=(("Ben", "#snooze 2d"),),
        ticket={"snoozed_until": None},
        history="woke notified",
        says="Put off until: not put off (before:",
    ),
    "escalate": Row(
        value="he can't wait",
        ticket={**DUE, "priority": "urgent"},
        history="priority escalated notified notified",
        mails="Ana escalated, Ben agent_transcript",
        says="Priority: urgent (before: normal)",
    ),
    "undo": Row(
        first=(("Ben", "#priority high"),),
        ticket={**DUE, "priority": "normal"},
        history="undone priority notified",
        says="Priority: normal (before: high)",
    ),
}

FIELDS = {
    "priority": Row(
        value="high",
        de="hoch",
        fr="haute",
        ticket={**DUE, "priority": "high"},
        history="priority notified",
        says="Priority: high (before: normal)",
    ),
    "category": Row(
        value="technical",
        ticket={"category": "technical"},
        history="category notified",
        says="Category: technical (before: empty)",
    ),
    "type": Row(
        value="problem",
        ticket={"type": "problem"},
        history="type notified",
        says="Type: problem (before: empty)",
    ),
    "queue": Row(
        value="billing",
        ticket={"queue": "billing"},
        history="queue notified notified",
        mails="Ben agent_transcript, Carla agent_free",
        says="Queue: billing (before: support)",
    ),
    "tag": Row(
        value="+vip -bug",
        first=(("Ben", "#tag +bug"),),
        ticket={"labels": ["vip"]},
        history="label label notified",
        says="Label bug: not set (before: set) Label vip: set (before: not set)",
    ),
    "subject": Row(
        value='A jam, "again"',
        ticket={"subject": 'A jam, "again"'},
        history="subject notified",
        says='Subject: A jam, "again" (before: About {tag})',
    ),
    "set": Row(
        value="licence_key=HB-2231",
        ticket={"fields": {"licence_key": "HB-2231"}},
        history="fields.licence_key notified",
        says="licence key: HB-2231 (before: empty)",
    ),
    "spent": Row(
        value="1h 15m",
        history="spent notified",
        says="Time worked: 1h 15m (before: 0h 00m)",
    ),
}

TWO = {
    "merge": Row(
        value="{other}",
        other="kim",
        ticket={"links": ["duplicate other"], "customer_wrote_at": SET, "messages": ["public in"]},
        history="took_in notified",
        mails="Ben agent_transcript, kim ticket_merged",
    ),
    "unmerge": Row(
        value="{other}",
        other="kim",
        first=(("Ben", "#merge {other}"),),
        ticket={"links": [], "customer_wrote_at": SET, "messages": ["gone"]},
        history="gave_back notified",
    ),
    "link": Row(
        value="{other}",
        other="kim",
        ticket={"links": ["linked other"]},
        history="linked notified",
    ),
    "unlink": Row(
        value="{other}",
        other="kim",
        first=(("Ben", "#link {other}"),),
        ticket={"links": []},
        history="unlinked notified",
    ),
    "split": Row(
        first=(("kim", "And my screen is dark."),),
        ticket={"links": ["linked new"], "customer_wrote_at": SET, "messages": ["gone"]},
        history="split notified",
        mails="Ben agent_new, Ben agent_transcript, Carla agent_new, kim acknowledgement",
    ),
    "delete": Row(
        history="held notified",
        mails="Ben agent_delete",
        says="NOTHING HAS BEEN DELETED YET.",
    ),
}
