"""A search among a customer's own requests: by words that they may read on their pages, and by
nothing else. The database says where to look; what counts is what that person is shown there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.filters.tokens import document, phrase
from maildesk.desk.filters.values import Words
from maildesk.pipeline.pages import conversation, letters
from maildesk.store.queries import requests, ticket_queries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.pages.visitors import Visitor
    from maildesk.pipeline.services import Services
    from maildesk.store.queries.requests import Whose

LONGEST, _MOST_WORDS = 200, 8  # characters of a search, and words of it
_CHUNK, _MOST = 40, 200  # requests that are looked into at once, and for one page
Phrase = tuple[str, ...]


def phrases(query: str) -> tuple[Phrase, ...]:
    """What is searched for: each word by how it begins."""
    found = (phrase(word) for word in query[:LONGEST].split())
    return tuple(dict.fromkeys(one for one in found if one))[:_MOST_WORDS]


def search(
    services: Services,
    conn: Connection,
    policy: Policy,
    whose: Whose,
    wanted: Sequence[Phrase],
    before: int,
    limit: int,
    as_visitor: Callable[[Ticket], Visitor | None],
) -> tuple[list[Ticket], int]:
    """The newest with all of these words, and the number before which it goes on; 0 where that was
    all."""
    found: list[Ticket] = []
    rarest = Words(max(wanted, key=lambda one: sum(map(len, one))), True)
    for _ in range(_MOST // _CHUNK):
        ids = requests.perhaps_with(conn, whose, rarest, before, _CHUNK)
        for ticket in ticket_queries.by_ids(conn, ids, policy):
            visitor = as_visitor(ticket)
            if visitor is not None and _has(services, conn, visitor, wanted):
                if len(found) == limit:
                    return found, before
                found.append(ticket)
            before = ticket.id
        if len(ids) < _CHUNK:
            return found, 0
    return found, before


def _has(services: Services, conn: Connection, visitor: Visitor, wanted: Sequence[Phrase]) -> bool:
    """Whether all of these words stand in what this person is shown of the request."""
    ticket = visitor.ticket
    parts = [ticket.reference, conversation.shown_subject(ticket)]
    for row in conversation.messages_of(services, conn, visitor):
        parts.append(letters.without_keys(row.reply or row.text))
        parts += (str(one["filename"]) for one in row.attachments)
    text = f" {' '.join(document(parts))}"
    return all(f" {' '.join(one)}" in text for one in wanted)
