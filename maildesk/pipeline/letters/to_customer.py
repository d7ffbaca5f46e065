"""The mails of one effect to the customer, one for each person it goes to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from maildesk.desk.mails.readers import may_see
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.mails.views import FileView
from maildesk.desk.threads.links import Purpose
from maildesk.desk.ticket import Person
from maildesk.mail.owners import is_same_mailbox
from maildesk.mail.parts.items import Sealed
from maildesk.pipeline.letters import addresses, buttons, discretion, proofs, template_variables
from maildesk.pipeline.letters.files import passed_on
from maildesk.pipeline.letters.letter import LetterSpec, write_letter
from maildesk.pipeline.letters.messages import message_view, previous
from maildesk.pipeline.letters.ticket_view import colleague, context_of, person_view, signed_desk
from maildesk.pipeline.letters.verbs import offered
from maildesk.pipeline.pages import leaving, suggested
from maildesk.pipeline.pages import link as tracking
from maildesk.store.desk import conversation
from maildesk.store.queries.copies import copies_of

if TYPE_CHECKING:
    from maildesk.desk.effects import SendToCustomer
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.ticket import Ticket
    from maildesk.mail.compose.outgoing import Auto
    from maildesk.mail.message import Message
    from maildesk.pipeline.letters.addresses import Addresses
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft


def letters(change: TicketChange, effect: SendToCustomer) -> list[Draft]:
    """The mail of this effect, once for each person it goes to."""
    ticket, mail = change.subject, mail_of(effect.template)
    people = tuple(one for one in _people(change, effect) if not one.has_no_address)
    if not people:
        return []
    blind = _blind(effect, people)
    threads = _threads(change, [one for one in people if _takes_part(ticket, one)])
    along = passed_on.along(change, effect)
    hidden = discretion.of(change, effect)
    template = discretion.template_of(change, effect, hidden)
    wording = change.policy.wording.of(ticket.language)
    variables = _variables(change, effect, along, mail_of(template).shows, wording)
    shown_to, *shown_cc = (hidden.mailbox(p.name, p.address) for p in people)
    auto = _auto_submitted(change, effect)
    desk = signed_desk(change, change.policy.agent(effect.author) if effect.author else None)
    due_at = discretion.room_at(change, effect)
    asks = bool(effect.context.get("survey")) and offered.are_stars_wanted(change)
    drafts = []
    for person in (*people, *blind):
        owner = ticket.part_of(person.address) or person
        is_asked = asks and owner.key == ticket.requester.key
        stars = buttons.stars(change, person) if is_asked else ()
        stars = stars if hidden.is_any else tracking.with_page(change, stars, person)
        actions = offered.offered(change, template, person)
        actions = (*actions, offered.unsubscribe(change, person)) if is_asked else actions
        quotes = effect.author and _takes_part(ticket, person)  # nobody else had any of it
        said = previous(change, wording, _known_as(ticket, person)) if quotes else None
        own = {"person": person_view(person), "stars": stars, "previous": said, "actions": actions}
        leave = buttons.unsubscribe(change, person) if "unsubscribe" in mail.shows else ""
        own["unsubscribe"] = leave
        page = "" if hidden.is_any else tracking.of(change, effect.template, person)
        own["tracking"] = page
        if "articles" in mail.shows and not hidden.is_any:
            own["articles"] = suggested.for_customer(change, page)
        own["seen_by"] = "" if hidden.is_any else tracking.seen_by(change)
        context = context_of(change, desk=desk, **own, **variables)
        spec = LetterSpec(
            mail=mail,
            template=template,
            language=ticket.language,
            context=hidden.shown(context, wording),
            addresses=_addresses(change, effect, person, asks=bool(stars)),
            to=(shown_to,),
            cc=tuple(shown_cc),
            recipient=person.address,
            counts_for=_counts_for(ticket.requester, person.address),
            references=proofs.as_arrived(change, threads.get(person.key, ())),
            auto_submitted="auto-generated" if leave else auto,
            headers=_for_bulk(change, person, leave) if leave else (),
            attached=along.files,
            author=effect.author,
            is_counted=effect.automatic,
            once=f"{ticket.id}:{effect.once}:{owner.key}" if effect.once else None,
            due_at=due_at,
            ticket_id=ticket.id,
        )
        drafts.append(write_letter(change, spec))
    return drafts


def _addresses(
    change: TicketChange, effect: SendToCustomer, person: Person, *, asks: bool
) -> Addresses:
    """The addresses of this person's letter. What goes out by itself and asks for stars says how to
    end that in its head (RFC 2369, 3.2); in an agent's answer it would look like bulk mail."""
    own = addresses.of_conversation(change, Purpose.REQUESTER, person.address)
    if not (asks and effect.automatic):
        return own
    by_mail = offered.unsubscribe(change, person).mailto
    ends = leaving.headers(change, Purpose.NO_SURVEYS, person, by_mail)
    return replace(own, headers=(*own.headers, *ends))


def _for_bulk(change: TicketChange, person: Person, leave: str) -> tuple[tuple[str, str], ...]:
    """What a mail of a campaign has in its head."""
    ends = leaving.headers(change, Purpose.NO_CAMPAIGNS, person, leave)
    return (*ends, ("Precedence", "bulk"))


def _people(change: TicketChange, effect: SendToCustomer) -> Sequence[Person]:
    """Whom it goes to, each once, by the address where it goes; the first in To.

    Answers go where people asked for them. What goes out by itself goes to their own address until
    an agent has answered: Reply-To is anybody's to write, and a program has not read it.
    """
    ticket = change.subject
    people = ticket.participants if effect.everyone else (ticket.requester,)
    if named := cast(tuple[str, ...], effect.context.get("to", ())):
        people = tuple(ticket.part_of(one) or Person(one) for one in named)
    elif effect.everyone and effect.only:
        people = tuple(p for p in people if p.key in effect.only) or (ticket.requester,)
    if not any(person.answers_to for person in people):
        return people
    if effect.automatic and ticket.agent_wrote_at is None:
        return people
    found = [replace(person, address=person.reached_at) for person in people]
    return tuple({person.key: person for person in reversed(found)}.values())[::-1]


def _blind(effect: SendToCustomer, people: Sequence[Person]) -> list[Person]:
    """Who gets it beside them, and stands in no header."""
    theirs = {person.key for person in people}
    named = cast(tuple[str, ...], effect.context.get("bcc", ()))
    return [Person(one) for one in named if one not in theirs]


def _takes_part(ticket: Ticket, person: Person) -> bool:
    return _known_as(ticket, person) is not person or ticket.has_part(person.address)


def _known_as(ticket: Ticket, person: Person) -> Person:
    """Somebody whom a mail goes to, as they take part: answers may go to another address."""
    people = (one for one in ticket.participants if person.key in (one.key, one.answers_to))
    return next(people, person)


def _counts_for(requester: Person, recipient: str) -> str:
    """The other address of the requester's, against which this mail counts as well."""
    own = (requester.address, requester.answers_to)
    return next((one for one in own if not is_same_mailbox(one, recipient)), "")


def _variables(
    change: TicketChange,
    effect: SendToCustomer,
    along: passed_on.Along,
    shows: frozenset[str],
    language: Language,
) -> dict[str, Any]:
    """What the template is shown beside what all are shown, the same for everybody."""
    author = change.policy.agent(effect.author) if effect.author else None
    told = effect.context
    left_out = cast(Any, told.get("refused", ()))
    return {
        "author": colleague(author) if author else None,
        "text": effect.text,
        "html": along.page,
        "message": message_view(change, language=language),
        "sealed": change.message is not None and _is_sealed(change.message),
        "files": along.refused or tuple(FileView(*file) for file in left_out),
        "score": told.get("score"),
        "comment": told.get("comment", ""),
        "into": told.get("into", ""),
        "answer_by": template_variables.answer_by(change) if "answer_by" in shows else None,
        "opens_at": template_variables.local(change, told.get("opens_at")),
        "due_at": template_variables.local(change, told.get("due_at")),
    }


def _is_sealed(message: Message) -> bool:
    """Whether it is encrypted, and its writer should hear that nobody has read it."""
    return any(isinstance(item, Sealed) for item in message.items)


def _auto_submitted(change: TicketChange, effect: SendToCustomer) -> Auto:
    if not effect.automatic:
        return "no"
    return "auto-replied" if change.message is not None else "auto-generated"


def _threads(change: TicketChange, people: Sequence[Person]) -> dict[str, tuple[str, ...]]:
    """Message-IDs for References, oldest first, for each person: of the messages that they had.

    Of our own mails everybody sees the Message-ID of their own copy: who names one proves that they
    had it (see `classification.proof`).
    """
    if not people:  # nobody whom it goes to has a part in it
        return {}
    thread, ticket = _thread(change), change.subject
    if len(ticket.participants) == 1 and ticket.is_requester(people[0].address):
        return {people[0].key: tuple(thread)}  # the conversation remembers the requester's copies
    copies = copies_of(change.conn, ticket.id, list(thread)) if thread else {}
    own = {
        person.key: [
            copies[one].get(person.key, "") if one in copies else one
            for one, had in thread.items()
            if one in copies or may_see(had, _known_as(ticket, person))
        ]
        for person in people
    }
    return {key: tuple(one for one in ids if one) for key, ids in own.items()}


def _thread(change: TicketChange) -> Mapping[str, Collection[str]]:
    """The conversation's Message-IDs, oldest first, each with who had that message."""
    ticket = change.subject
    if ticket.merged_into is not None:
        return conversation.own_thread_ids(change.conn, ticket.id)
    if ticket.message_count > len(change.kept):
        return conversation.thread_ids(change.conn, ticket.id)
    # a new ticket: what was just kept is all there is
    public = (row for row in change.kept if row["kind"] == "public")
    return {row["message_id"]: row["had"] for row in public if row["message_id"]}
