"""What agents are shown of a conversation.

What this act said, what the customer said last, and, for whoever comes to it anew, what was said
before, newest first.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from maildesk.desk.mails.views import FileView, MessageView
from maildesk.desk.pages import told_scores
from maildesk.pipeline.letters.messages import message_view, previous, sender_of, words_of
from maildesk.pipeline.letters.template_variables import local
from maildesk.pipeline.letters.ticket_view import colleague
from maildesk.pipeline.pages.conversation import rating_of_row
from maildesk.store.desk import conversation, tickets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from maildesk.desk.mails.mail import Mail
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.pages.told_scores import Rating
    from maildesk.pipeline.transaction import PassedOn, TicketChange

MOST = 12  # messages that are shown of what was said before
LONGEST = 2_000  # characters of each
_CUT = "\n[…]"


def shown(change: TicketChange, mail: Mail, passed: PassedOn, language: Language) -> dict[str, Any]:
    """The variables of this mail that are words of the conversation, in this language."""
    message, last = message_view(change, passed, language), None
    if message is None and mail.last_words:
        message = last = previous(change, language)
    if "conversation" not in mail.shows:
        return {"message": message}
    if message is not None and not message.sender.address:  # a colleague's: they have none here
        last = previous(change, language)
    before, more = _before(change, (message, last), language)
    found = {"message": message, "conversation": before, "conversation_more": more}
    return found | {"previous": None if last is message else last}


def newest(
    change: TicketChange, ticket: int, limit: int, language: Language
) -> tuple[MessageView, ...]:
    """What was said last about this ticket, which need not be the act's: newest first."""
    rows = _without_changed(change, ticket, _rows(change, ticket, limit)[:limit])
    return tuple(_cut(_as_told(view(change, row, language), one, language)) for row, one in rows)


def _rows(change: TicketChange, ticket: int, limit: int) -> list[Row[Any]]:
    rows = [
        *conversation.last_public(change.conn, ticket, limit),
        *conversation.last_inside(change.conn, ticket, limit),
    ]
    return sorted(rows, key=lambda row: int(row.id), reverse=True)


def _without_changed(
    change: TicketChange, ticket: int, rows: Sequence[Row[Any]]
) -> list[tuple[Row[Any], Rating | None]]:
    """These rows, newest first, without ratings that were changed."""
    may_be = (rating_of_row((row.id,), row) is not None for row in rows)
    counted = told_scores.counted(tickets.entries(change.conn, ticket)) if any(may_be) else ()
    return told_scores.told(reversed(rows), partial(rating_of_row, counted))[::-1]


def _as_told(shown: MessageView, rating: Rating | None, language: Language) -> MessageView:
    """A rating with what it was before."""
    if rating is None or not rating.before:
        return shown
    said = language.sentence("score_changed", score=str(rating.score), before=str(rating.before))
    return replace(shown, text=f"{said}\n\n{rating.comment}".rstrip())


def _before(
    change: TicketChange, apart: tuple[MessageView | None, ...], language: Language
) -> tuple[tuple[MessageView, ...], int]:
    """What was said but for these messages and this act's, and how much more there is."""
    limit = MOST + 3
    rows = _rows(change, change.subject.id, limit)
    shown_already = {(one.at, one.text) for one in apart if one is not None}
    ours = {change.message_row} if change.kept else set()
    by_people = [row for row in rows if not row.automatic]
    folded = _without_changed(change, change.subject.id, by_people)
    found = [(view(change, row, language), one) for row, one in folded if row.id not in ours]
    others = [one for one in found if (one[0].at, one[0].text) not in shown_already]
    kept = tuple(_cut(_as_told(*one, language)) for one in others[:MOST])
    gone = sum(not row.automatic for row in rows) - len(folded)
    left = change.subject.message_count - len(change.kept) - len(found) + len(others) - len(kept)
    left -= gone
    return kept, max(0, left if len(found) + gone >= limit else len(others) - len(kept))


def view(change: TicketChange, row: Row[Any], language: Language) -> MessageView:
    """A message that was kept, as agents see it."""
    agent = change.policy.agent(row.agent) if row.agent else None
    sender = colleague(agent) if agent else sender_of(change, row.from_name, row.from_address)
    files = tuple(FileView(one["filename"], one["size"]) for one in row.attachments)
    words = words_of(change, row, language)
    is_note = row.kind == "note"
    return MessageView(sender, local(change, row.at), words, attachments=files, note=is_note)


def _cut(message: MessageView) -> MessageView:
    if len(message.text) <= LONGEST:
        return message
    return replace(message, text=message.text[:LONGEST].rsplit(None, 1)[0] + _CUT)
