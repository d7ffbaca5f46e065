"""The conversation as one person may see it: what they had, and nothing else.

A message is theirs to see where they wrote it or had it, as the mails went; of one of which nobody
knows who had it, where it stands in the ticket that their link is for. Never a note, never what is
withdrawn or still waits to go out, never another ticket's words.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from maildesk.desk.mails import attachment_policy
from maildesk.desk.mails.readers import may_see
from maildesk.desk.pages import told_scores
from maildesk.desk.pages.told_scores import rating_by_mail, rating_of
from maildesk.desk.senders.imitation import imitated
from maildesk.desk.threads import links
from maildesk.desk.ticket import NO_ADDRESS, Person, Status
from maildesk.mail.html.sanitize import NOTHING, SafeHtml
from maildesk.mail.invisible import isolated
from maildesk.mail.owners import mailbox_of
from maildesk.pipeline.pages.letters import Letter, letter_of, without_keys
from maildesk.pipeline.pages.views import FileOnPage, Item
from maildesk.store.desk.conversation import says_something
from maildesk.store.queries import page as rows_of_page

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from maildesk.desk.facts import Entry
    from maildesk.desk.pages.told_scores import Rating
    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.pages.visitors import Visitor
    from maildesk.pipeline.services import Services

MOST, ROOM = 30, 36_000  # messages of one page, and characters of them: a page is below 60 KB
LONGEST = 12_000  # characters of one message
FILES_SHOWN, MOST_FILES = 8, 60  # of a message at once, and in all
_OPEN = (Status.OPEN, Status.IN_PROGRESS, Status.WAITING, Status.ON_HOLD)
_OVER = (Status.RESOLVED, Status.CLOSED)
_SLUG = re.compile(r"[^A-Za-z0-9._-]+")  # of a name in an address; the answer has the whole of it
_COLOURED = re.compile(r"colou?r|background|<font|<img", re.IGNORECASE)


def messages_of(services: Services, conn: Connection, visitor: Visitor) -> Sequence[Row[Any]]:
    """The rows of what this person may see, oldest first."""
    ticket, person = visitor.ticket, visitor.person
    hidden = rows_of_page.waiting(conn, ticket.id, services.now())
    return [
        row
        for row in rows_of_page.public(conn, ticket.id)
        if row.id not in hidden and says_something(row) and _is_theirs(row, visitor, person)
    ]


def told(
    rows: Iterable[Row[Any]], history: Iterable[Entry]
) -> tuple[list[Row[Any]], dict[int, Rating]]:
    """These rows without ratings that were changed, and those that are ratings by their numbers."""
    found = told_scores.told(rows, partial(rating_of_row, told_scores.counted(history)))
    return [row for row, _ in found], {row.id: one for row, one in found if one is not None}


def rating_of_row(counted: Collection[int], row: Row[Any]) -> Rating | None:
    """The rating that this message is, if it is one; `counted`: those that the history names."""
    if row.direction != "in" or row.agent:
        return None
    found = rating_of(row.message_id, row.from_address, row.text)
    if found is None and row.id in counted:
        return rating_by_mail(row.reply or row.text, row.subject, row.from_address)
    return found


def _is_theirs(row: Row[Any], visitor: Visitor, person: Person) -> bool:
    if _is_of(row, person):
        return True
    if row.had:
        return may_see(row.had, person)
    return bool((row.written_in or row.ticket_id) == visitor.number)


def _is_of(row: Row[Any], person: Person) -> bool:
    """Whether this person wrote it."""
    key = mailbox_of(row.from_address)
    return row.direction == "in" and not row.agent and key in (person.key, person.answers_to)


def items_of(
    services: Services,
    conn: Connection,
    policy: Policy,
    visitor: Visitor,
    rows: Iterable[Row[Any]],
    ratings: Mapping[int, Rating],
    *,
    whole: bool = False,
) -> list[Item]:
    """These messages as they are shown; `whole`: for a file, with pictures written into them."""
    items = (_item(services, conn, policy, visitor, row, whole=whole) for row in rows)
    return [_rated(item, ratings.get(item.number)) for item in items]


def _rated(item: Item, rating: Rating | None) -> Item:
    if rating is None:
        return item
    score, before = rating.score, rating.before
    return replace(item, score=score, score_before=before, text=rating.comment, html=NOTHING)


def _item(
    services: Services,
    conn: Connection,
    policy: Policy,
    visitor: Visitor,
    row: Row[Any],
    *,
    whole: bool,
) -> Item:
    base = "" if whole else f"{visitor.base}/file/{row.id}"
    letter = letter_of(services, conn, row, base)
    html = letter.html
    text = without_keys(row.reply or row.text)
    is_cut = False
    if not whole and (len(html) > LONGEST or (not html and len(text) > LONGEST)):
        html, is_cut = SafeHtml(), len(text) > LONGEST
        text = text[:LONGEST].rsplit(None, 1)[0] if is_cut else text
    is_mine = _is_of(row, visitor.person) and not visitor.is_looking_on
    files = _files(row, policy, base, letter)
    return Item(
        at=row.at.astimezone(policy.tz),
        number=row.id,
        who=_who(row, policy),
        is_mine=is_mine,
        is_ours=row.direction == "out",
        text=text,
        html=html,
        is_dressed=bool(html) and bool(_COLOURED.search(html)),
        is_cut=is_cut,
        held=letter.held if html else 0,
        files=files if len(files) <= FILES_SHOWN + 1 else files[:FILES_SHOWN],
        more_files=() if len(files) <= FILES_SHOWN + 1 else files[FILES_SHOWN:],
    )


def _who(row: Row[Any], policy: Policy) -> str:
    """Who wrote, as others see them: an agent by the name on file, and never a name of ours for
    somebody outside."""
    agent = policy.agent(row.agent) if row.agent else None
    if agent is not None:
        return agent.name
    if row.direction == "out":
        return policy.desk_name
    address = "" if row.from_address == NO_ADDRESS else row.from_address
    name = "" if imitated(row.from_name, row.from_address, policy) else row.from_name
    return isolated(name) if name else address


def _files(row: Row[Any], policy: Policy, base: str, letter: Letter) -> tuple[FileOnPage, ...]:
    """The files that were sent, pictures of the page and logos apart; ours that went out, too."""
    found = []
    for one in row.attachments[:MOST_FILES]:
        name, size, index = str(one["filename"]), int(one["size"]), int(one["index"])
        if index in letter.shown or (one.get("inline") and (row.agent or size < 10_000)):
            continue
        is_blocked = is_refused(one, policy)
        href = f"{base}/{index}/{_SLUG.sub('-', name)[:40]}" if base and row.digest else ""
        found.append(FileOnPage(isolated(name), size, "" if is_blocked else href, is_blocked))
    return tuple(found)


def is_refused(one: Any, policy: Policy) -> bool:
    """Whether nobody gets this file: a program, or called as one."""
    named = (str(one["filename"]), str(one["content_type"]), int(one["size"]))
    return attachment_policy.is_program(ProposedFile(*named), policy.attachments)


class ProposedFile(NamedTuple):
    """A file, as far as it is asked whether anybody gets it."""

    filename: str
    content_type: str
    size: int


def newest(rows: Sequence[Row[Any]], before: int) -> tuple[Sequence[Row[Any]], int, bool]:
    """The last messages that a page has room for, before this number where there is one; how many
    come before them, and whether others come behind."""
    until = [row for row in rows if not before or row.id < before]
    room, taken = ROOM, 0
    for row in reversed(until):
        room -= min(LONGEST, 3 * len(row.reply or row.text) + 600)
        if taken and (room < 0 or taken >= MOST):
            break
        taken += 1
    return until[len(until) - taken :], len(until) - taken, len(until) < len(rows)


def fitting(items: Sequence[Item]) -> int:
    """How many of these, from the first, have to stay away: the last ones find room, one always."""
    room = ROOM
    for left in range(len(items), 0, -1):
        room -= _size(items[left - 1])
        if room < 0 and left < len(items):
            return left
    return 0


def _size(item: Item) -> int:
    """Octets of it on a page, about."""
    files = (*item.files, *item.more_files)
    words = len((item.html or item.text).encode("utf-8", "replace"))
    return 800 + words + sum(300 + 2 * len(one.name.encode("utf-8", "replace")) for one in files)


def steps_of(history: Iterable[Entry], policy: Policy, visitor: Visitor) -> list[Item]:
    """The steps of the ticket that concern a customer: resolved, closed, opened again."""
    found, was_over = [], False
    for entry in history:
        at = entry.at.astimezone(policy.tz)
        if entry.what == "took_in":
            if _took_in_theirs(entry.detail, visitor.person):
                found.append(Item(at=at, event="merged"))
            continue
        if entry.what != "status":
            continue
        to = policy.behaves(str(entry.detail.get("to", "")))
        if to in _OVER:
            by_you = to is Status.CLOSED and entry.who == visitor.person.key
            by_you = by_you and not visitor.is_looking_on
            found.append(Item(at=at, event="closed_by_you" if by_you else to.value))
        elif was_over and to in _OPEN:
            found.append(Item(at=at, event="reopened"))
        was_over = to in _OVER
    return found


def _took_in_theirs(detail: Any, person: Person) -> bool:
    people = detail.get("people", ()) if hasattr(detail, "get") else ()
    return person.key in people


def state_of(ticket: Ticket) -> str:
    """How it stands, as a customer is told: who has to do what."""
    behaviour = ticket.behaviour
    if behaviour in _OVER:
        return str(behaviour.value)
    if behaviour is Status.SPAM:
        return "new"
    if behaviour is Status.WAITING or (ticket.turn == "answered" and ticket.agent_wrote_at):
        return "waiting"
    if behaviour is Status.ON_HOLD:
        return "on_hold"
    return "ours" if ticket.agent_wrote_at else "new"


def in_order(messages: Iterable[Item], steps: Iterable[Item]) -> tuple[Item, ...]:
    """Messages and steps by their moments."""
    return tuple(sorted((*messages, *steps), key=lambda one: (one.at, bool(one.event))))


def shown_name(person: Person) -> str:
    """What somebody is called to others who see their request."""
    return isolated(person.name) or person.address


def shown_subject(ticket: Ticket) -> str:
    """The subject, with nothing in it that turns what stands beside it around."""
    return isolated(links.SIGNATURE.sub("…", ticket.subject)) or ticket.reference
