"""Commands about people and words: who has a ticket, who takes part in it, who reads what."""

from __future__ import annotations

from tests.stories.programs.rows.row import ANSWERED, REPLIED, SET, WORDS, Row

WHO = {
    "take": Row(
        ticket={"assignee": "Ben"},
        history="assigned notified",
        says="Assignee: you (before: nobody)",
    ),
    "assign": Row(
        value="carla",
        ticket={"assignee": "Carla"},
        history="assigned notified notified",
        mails="Ben agent_transcript, Carla agent_assigned",
        says="Assignee: Carla Weiss (before: nobody)",
    ),
    "follow": Row(
        value="carla",
        ticket={"followers": ["Carla"]},
        history="followed notified notified",
        mails="Ben agent_transcript, Carla agent_mentioned",
        says="mail to Carla Weiss.",
    ),
    "unfollow": Row(
        first=(("Ben", "#follow"),),
        ticket={"followers": []},
        history="unfollowed notified",
    ),
}

OUTSIDE = {
    "cc": Row(
        value="+eva@{tag}",
        words=WORDS,
        ticket={**ANSWERED, "participants": ["kim", "eva"]},
        history=f"joined {REPLIED}",
        mails="Ben agent_transcript, eva reply, kim reply",
        says="Your answer was sent to kim@{tag}, copy to eva@{tag}.",
    ),
    "customer": Row(
        value="dora@{tag}",
        words=WORDS,
        ticket={**ANSWERED, "requester": "dora", "participants": ["dora", "kim"]},
        history="customer replied assigned sent status contact_joined notified",
        mails="Ben agent_transcript, dora reply",
        says="Customer: dora@{tag} (before: kim@{tag})",
    ),
    "also": Row(
        value="kim@home.{tag}",
        history="contact_joined notified",
        says="kim@home.{tag} and kim@{tag} are one customer's from now on",
    ),
    "letin": Row(
        value="lee@{tag}",
        first=(("lee", "May I?"),),
        ticket={"participants": ["kim", "lee"], "strangers": [], "customer_wrote_at": SET},
        history="joined received notified",
        says="Participant lee@{tag}: takes part (before: waits to be let in)",
    ),
    "keepout": Row(
        value="lee@{tag}",
        first=(("lee", "May I?"),),
        ticket={"strangers": [], "kept_out": ["lee"]},
        history="kept_out notified",
        says="Participant lee@{tag}: kept out (before: waits to be let in)",
    ),
}

READERS = {
    "note": Row(
        words=WORDS,
        ticket={"messages": ["note in"]},
        history="noted notified notified",
        mails="Ben agent_transcript, Carla agent_note",
        says="Your text is a note: only colleagues see it.",
    ),
    "reply": Row(
        words=WORDS,
        ticket=ANSWERED,
        history=REPLIED,
        mails="Ben agent_transcript, kim reply",
        says="Your answer was sent to kim@{tag}.",
    ),
    "all": Row(
        words=WORDS,
        first=(("Ben", "#cc +eva@{tag}"),),
        ticket=ANSWERED,
        history=REPLIED,
        mails="Ben agent_transcript, eva reply, kim reply",
        says="Your answer was sent to kim@{tag}, copy to eva@{tag}.",
    ),
    "to": Row(
        value="eva@{tag}",
        words=WORDS,
        ticket=ANSWERED,
        history=REPLIED,
        mails="Ben agent_transcript, eva reply",
        says="this answer went to eva@{tag} and nobody else",
    ),
    "bcc": Row(
        value="max@{tag}",
        words=WORDS,
        ticket=ANSWERED,
        history=REPLIED,
        mails="Ben agent_transcript, kim reply, max reply",
        says="a blind copy for max@{tag}",
    ),
    "canned": Row(
        value="reset-password",
        ticket=ANSWERED,
        history=REPLIED,
        mails="Ben agent_transcript, kim reply",
        says="Your answer was sent to kim@{tag}.",
    ),
}
