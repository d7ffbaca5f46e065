"""A ticket for programs: as lists have it, and whole with its conversation and its history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from maildesk.desk.pages.page_score import BY_PAGE
from maildesk.desk.pages.scores import DOUBTFUL
from maildesk.desk.senders.entries import FIRST
from maildesk.desk.ticket import Ticket
from maildesk.views.plain import Json, listed, moment, people, person, plain

if TYPE_CHECKING:
    from datetime import datetime

    from maildesk.desk.mails.views import PersonView
    from maildesk.store.desk.contacts import LearntAddress
    from maildesk.store.queries.ticket_queries import Counts, Page
    from maildesk.store.records import HistoryEntry, StoredMessage

_INSIDE = frozenset({"message"})  # of a history's detail: a number that means nothing elsewhere


def ticket_summary(ticket: Ticket) -> Json:
    """A ticket as lists have it."""
    return {
        "reference": ticket.reference,
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "type": ticket.type or None,
        "category": ticket.category or None,
        "queue": ticket.queue,
        "channel": ticket.channel,
        "labels": sorted(ticket.labels),
        "assignee": ticket.assignee or None,
        "requester": person(ticket.requester),
        "created_at": moment(ticket.created_at),
        "updated_at": moment(ticket.updated_at),
        "breaches_at": moment(ticket.breaches_at),
        "unanswered": ticket.turn != "answered",
        "has_files": ticket.has_files,
        "message_count": ticket.message_count,
    }


def ticket_list(
    tickets: Iterable[Ticket],
    counts: Mapping[str, int],
    following: str = "",
    *,
    counts_cut: bool = False,
) -> Json:
    """A page of a list: its tickets, and how many there are in all, by status; or at least."""
    page = listed("tickets", [ticket_summary(one) for one in tickets], following)
    return page | {"counts": dict(counts), "counts_cut": counts_cut}


def customer_view(
    person: PersonView,
    also: Sequence[str],
    known: Sequence[tuple[str, str]],
    last_at: datetime | None,
    page: Page,
    counts: Counts,
) -> Json:
    """Who somebody is, and their tickets, as a page of a list."""
    listed_tickets = ticket_list(
        page.tickets, counts.by_status, page.next, counts_cut=counts.is_cut
    )
    return {
        "name": person.name,
        "address": person.address,
        "organisation": person.organisation or None,
        "tier": person.tier or None,
        "also": list(also),
        "known": dict(known),
        "last_at": moment(last_at),
    } | listed_tickets


def ticket(
    found: Ticket,
    messages: Iterable[StoredMessage],
    entries: Sequence[HistoryEntry],
    links: Sequence[tuple[str, str]],
    also: Sequence[str] = (),
    field_links: Mapping[str, str] = MappingProxyType({}),
) -> Json:
    """All of a ticket. `links`: the kind and the reference of each ticket that belongs with it;
    `also`: the requester's other addresses; `field_links`: where values of fields lead."""
    return ticket_summary(found) | {
        "address": found.address,
        "language": found.language or None,
        "organisation": found.requester.organisation or None,
        "tier": found.requester.tier or None,
        "answers_to": found.requester.answers_to or None,
        "also": list(also),
        "participants": people(found.participants),
        "strangers": people(found.waiting),
        "kept_out": sorted(found.kept_out),
        "snoozed_until": moment(found.snoozed_until),
        "followers": list(found.followers),
        "fields": dict(found.fields),
        "field_links": dict(field_links),
        "links": [{"kind": kind, "reference": other} for kind, other in links],
        "follows": found.follows or None,
        "warns_at": moment(found.warns_at),
        "first_response_at": moment(found.first_response_at),
        "customer_wrote_at": moment(found.customer_wrote_at),
        "agent_wrote_at": moment(found.agent_wrote_at),
        "resolved_at": moment(found.resolved_at),
        "closed_at": moment(found.closed_at),
        "resolution": found.resolution or None,
        "satisfaction": satisfaction(found),
        "doubtful_scores": [doubtful_score(one) for one in entries if one.what == DOUBTFUL],
        "archived": found.archived,
        "messages": [message(one) for one in messages],
        "history": [history_entry(one) for one in entries],
    }


def satisfaction(found: Ticket) -> Json | None:
    """The requester's stars and words; null before they gave any."""
    return None if found.score is None else {"score": found.score, "comment": found.comment}


def doubtful_score(one: HistoryEntry) -> Json:
    """Stars that may be a program's, and are not counted."""
    return {
        "at": moment(one.at),
        "score": int(one.detail["score"]),
        "comment": one.detail.get("comment", ""),
        "network": one.detail.get(BY_PAGE) or None,
    }


def message(one: StoredMessage) -> Json:
    """One message of the conversation."""
    return {
        "kind": one.kind,
        "direction": one.direction,
        "automatic": one.automatic,
        "from": {"name": one.from_name, "address": one.from_address},
        "agent": one.agent or None,
        "subject": one.subject,
        "text": one.text,
        "reply": one.reply,
        "at": moment(one.at),
        "message_id": one.message_id or None,
        "trust": one.trust or None,
        "through": one.through or None,
        "attachments": [attachment(file) for file in one.attachments],
    }


def attachment(file: Mapping[str, Any]) -> Json:
    """A file of a message."""
    return {
        "index": file["index"],
        "filename": file["filename"],
        "content_type": file.get("content_type") or "application/octet-stream",
        "size": file["size"],
        "inline": bool(file.get("inline")),
    }


def history_entry(one: HistoryEntry) -> Json:
    """One thing that happened to the ticket."""
    return {
        "at": moment(one.at),
        "who": one.who,
        "door": one.door or None,
        "what": one.what,
        "detail": {name: plain(value) for name, value in one.detail.items() if name not in _INSIDE},
        "rule": one.rule or None,
        "policy": one.policy or None,
    }


def contact_list(rows: Iterable[LearntAddress]) -> Json:
    """The addresses of one customer that were learnt, customer by customer, the first first."""
    return listed(
        "addresses",
        [
            {
                "contact": row.contact,
                "address": row.address,
                "how": row.how,
                "by": row.by if row.how != FIRST else None,
                "ticket": row.reference,
                "at": moment(row.at),
            }
            for row in rows
        ],
    )
