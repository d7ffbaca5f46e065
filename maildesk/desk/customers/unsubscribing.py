"""Who answers a mail of a campaign with nothing but "unsubscribe" wants no more of them.

The tap on List-Unsubscribe (RFC 2369) makes such a mail, and so does whoever writes the word: it
needs no pages. Where there are some, one click there (RFC 8058) makes it, too.
"""

from __future__ import annotations

from maildesk.desk.customers.campaign_effects import Unsubscribe
from maildesk.desk.effects import Effect, SetStatus
from maildesk.desk.reason import Reason
from maildesk.desk.ticket import OUTREACH, Status, Ticket
from maildesk.mail.message import Message

WORD = "unsubscribe"  # what the tap writes
_WORDS = frozenset({
    WORD, *("unsubscribe me", "unsubscribe please", "please unsubscribe", "remove me", "stop"),
    *("abmelden", "bitte abmelden", "abbestellen", "bitte abbestellen", "austragen", "abmeldung"),
    *("désabonner", "se désabonner", "me désabonner", "désabonnez-moi", "désinscription"),
    *("désinscrire", "désinscrivez-moi", "desabonner", "desinscription"),
})  # fmt: skip


def wants_no_more(ticket: Ticket, message: Message) -> bool:
    """Whether this answer says so, and nothing else. A subject that is the word alone is the tap's:
    an answer has another."""
    if ticket.channel != OUTREACH:
        return False
    return _bare(message.reply) in _WORDS or _bare(message.subject) in _WORDS


def unsubscribed(ticket: Ticket) -> list[Effect]:
    """It is remembered, and the ticket is closed: nobody is reminded of it."""
    closed = SetStatus(status=Status.CLOSED, why=Reason("unsubscribed"))
    ended = ticket.behaviour in (Status.CLOSED, Status.SPAM)
    return [Unsubscribe(address=ticket.requester.address), *([] if ended else [closed])]


def _bare(text: str) -> str:
    return " ".join(text.split()).strip(" .!*_").casefold()
