"""Commands that open tickets, ask the desk, or are about the agent who writes them."""

from __future__ import annotations

from tests.stories.programs.rows.row import ANSWERED, SET, WORDS, Row

OPENING = {
    "new": Row(
        is_new=True,
        value="for dora@{tag} via phone",
        de="für dora@{tag} per Telefon",
        fr="pour dora@{tag} par téléphone",
        words=WORDS,
        mails="Ben agent_transcript, Carla agent_new, dora acknowledgement",
    ),
    "quiet": Row(
        is_new=True,
        above="#new for dora@{tag} via visit",
        words=WORDS,
        mails="Ben agent_transcript, Carla agent_new",
    ),
    "for": Row(
        is_new=True,
        value="{own} {other}",
        other="tom",
        words=f"#resolve\n{WORDS}",
        ticket={**ANSWERED, "status": "resolved", "resolved_at": SET},
        history="replied assigned sent status",
        mails="Ben agent_answer, kim resolution, tom resolution",
        says="Done for 2 tickets: #",
    ),
}

ASKED = {
    "files": Row(
        value="files",
        de="dateien",
        fr="fichiers",
        history="files_sent",
        mails="Ben agent_files",
        says="[a.pdf, 8 B]",
    ),
    "list": Row(
        value="mine",
        de="meine",
        fr="miens",
        first=(("Ben", "#take"),),
        history="notified",
        mails="Ben agent_answer",
        says="TKT-",
    ),
    "search": Row(
        value='"It jams" from:kim@{tag}',
        history="notified",
        mails="Ben agent_answer",
        says="1 ticket: {own} open",
    ),
    "show": Row(
        value="{own}",
        history="notified",
        mails="Ben agent_answer",
        says="{own}: About {tag}",
    ),
    "history": Row(
        history="notified",
        mails="Ben agent_answer",
        says="opened: About {tag}",
    ),
    "who": Row(
        value="kim@{tag}",
        history="notified",
        mails="Ben agent_answer",
        says="1 ticket: {own} open",
    ),
    "stats": Row(history="notified", mails="Ben agent_answer", says="unassigned"),
    "help": Row(
        value="snooze",
        history="notified",
        mails="Ben agent_commands",
        says="#snooze 2d",
    ),
}

ONESELF = {
    "digest": Row(
        value="8:00",
        history="notified",
        mails="Ben agent_answer",
        says="at 08:00 CET. #digest off ends it.",
    ),
    "bundle": Row(
        value="off",
        de="aus",
        fr="non",
        history="notified",
        mails="Ben agent_answer",
        says="Each notice is a mail of its own.",
    ),
    "remind": Row(
        value="4h",
        history="notified",
        mails="Ben agent_answer",
        says="your response for 4 hours of your working time reminds you",
    ),
    "quiet_hours": Row(
        value="off",
        de="aus",
        fr="non",
        history="notified",
        mails="Ben agent_answer",
        says="You have no quiet hours.",
    ),
    "notify": Row(
        value="status off",
        de="status aus",
        fr="statut non",
        history="notified",
        mails="Ben agent_answer",
        says="You are not told of: status.",
    ),
    "away": Row(
        alone=True,
        value="until friday",
        de="bis Freitag",
        fr="jusqu'à vendredi",
        history="notified",
        mails="Ben agent_answer",
        says="You are away until",
    ),
    "back": Row(
        alone=True,
        first=(("Ben", "#away 2 days"),),
        history="notified",
        mails="Ben agent_answer",
        says="You are here again.",
    ),
    "renew": Row(alone=True, history="renewed notified"),
}
