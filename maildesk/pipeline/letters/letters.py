"""Effects that are mails become finished RFC 5322 bytes, one for each recipient,
the Message-ID fixed.

Theory of operation. Which address appears where:

    field         to a customer                          to an agent
    return path   signed for this ticket and recipient: where a delivery report comes back to
    From          the desk's own address                 the same, with the name of who wrote
    To, Cc        the people of the ticket, but for      the agent alone
                  what `discretion` hides
    Reply-To      signed for this person and ticket      signed for this agent, this ticket, and for
                                                         answering it or for noting on it
    Message-ID    signed, names the ticket               signed, names the ticket and the agent
    References    the recipient's own copies of it       one anchor for this agent and ticket

A signed address (`desk.threads.links`) is a key: who writes to an agent's, with that agent's From,
speaks for the desk. So each is made for one person, no two recipients get the same bytes, and an
agent's private address is in no mail to a customer. What a program or a person quotes of another
mail may hold such a key all the same; `outgoing.finished`, the one way out of here, removes it.
The return path is repeated in a field of its own, for reports that come back elsewhere.

Mails of no conversation (`notices`) have the null return path, and an address to answer to only
where they have a button.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from maildesk.desk import effects as fx
from maildesk.desk.commands.help import shown
from maildesk.desk.mails.views import CommandView, Context, FileView, PersonView, TicketView
from maildesk.desk.permissions import Permission, may
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.rules.actions import GREETINGS
from maildesk.desk.senders.imitation import imitated
from maildesk.desk.threads import links, reference
from maildesk.desk.threads.links import Purpose
from maildesk.desk.ticket import Person, Ticket
from maildesk.mail.compose.outgoing import File, Outgoing
from maildesk.mail.message import Mailbox, Message
from maildesk.pipeline.decision_inputs import subject_key
from maildesk.pipeline.letters import buttons, discretion, passed_on, template_variables
from maildesk.pipeline.letters.messages import message_view, previous
from maildesk.pipeline.letters.notices import desk_view, notice
from maildesk.pipeline.letters.outgoing import finished
from maildesk.pipeline.transaction import NOTHING, TicketChange
from maildesk.store import outbox, tickets
from maildesk.store.outbox import Draft

# a report that does not come back to the return path brings it along (see `reports`)
_BROUGHT = "X-Maildesk-Recipient"

# Where no message is the reason, these show what the customer said last.
_WITHOUT_A_MESSAGE = ("agent_assigned", "escalated")


def to_customer(work: TicketChange, effect: fx.SendToCustomer) -> list[Draft]:
    """The mail of this effect, once for each person it goes to."""
    ticket = work.subject
    people = ticket.participants if effect.everyone else (ticket.requester,)
    auto = (
        "no"
        if not effect.automatic
        else "auto-replied"
        if work.message is not None
        else "auto-generated"
    )
    author = work.policy.agent(effect.author) if effect.author else None
    threads = _threads(work, people)
    passed, refused = passed_on.files_of(work) if effect.with_message else ((), ())
    hidden = discretion.of(work, effect)
    template = discretion.template_of(work, effect, hidden)
    base = {
        "author": PersonView(author.name, "", author.name.split()[0]) if author else None,
        "text": effect.text,
        "previous": previous(work) if effect.author else None,
        "message": message_view(work),
        "files": refused
        or tuple(FileView(*file) for file in cast(Any, effect.context.get("refused", ()))),
        "score": effect.context.get("score"),
        "comment": effect.context.get("comment", ""),
        "answer_by": template_variables.answer_by(work) if effect.template in GREETINGS else None,
        "opens_at": template_variables.local(work, effect.context.get("opens_at")),
        "due_at": template_variables.local(work, effect.context.get("due_at")),
    }
    shown_to, *shown_cc = (hidden.mailbox(p.name, p.address) for p in people)
    room = discretion.room_at(work, effect)
    drafts = []
    for person in people:
        stars = (
            buttons.stars(work, person)
            if effect.context.get("survey") and person.key == ticket.requester.key
            else ()
        )
        context = _context(work, person=_person(person), stars=stars, **base)
        drafts.append(
            _draft(
                work,
                template=template,
                language=ticket.language,
                context=hidden.shown(context, work.policy.wording.of(ticket.language)),
                recipient=person.address,
                purpose=Purpose.REQUESTER,
                sender=Mailbox(_desk_name(work), ticket.address),
                to=(shown_to,),
                cc=tuple(shown_cc),
                auto=auto,
                author=effect.author,
                once=f"{ticket.id}:{effect.once}:{person.key}" if effect.once else None,
                thread=threads[person.key],
                attached=passed,
                kind=effect.template,
                room=room,
            )
        )
    return drafts


def to_agents(work: TicketChange, effect: fx.NotifyAgents) -> list[Draft]:
    """A notification for each agent, threaded by the ticket in their own mailbox."""
    ticket = work.ticket
    if ticket is None:
        return []
    brought = passed_on.of(work) if effect.with_message else NOTHING
    view = message_view(work, brought)
    if view is None and effect.template in _WITHOUT_A_MESSAGE:
        view = previous(work)
    rows = (
        tickets.previous_of(work.conn, ticket.requester.address, ticket.id)
        if effect.template in ("agent_new", "agent_assigned")
        else ()
    )
    earlier = tuple(_earlier(row, ticket) for row in rows)
    name = (view.sender.address if view.sender.imitates else view.sender.display) if view else ""
    sender = Mailbox(f"{name} · {_desk_name(work)}" if name else _desk_name(work), ticket.address)
    drafts = []
    for address in effect.agents:
        agent = work.policy.agent(address)
        if agent is None:
            continue
        is_note = effect.purpose == "note" or not may(agent, Permission.ANSWER, work.policy)
        purpose = Purpose.AGENT_NOTE if is_note else Purpose.AGENT_REPLY
        told = {
            "message": view,
            "earlier": earlier,
            "earlier_count": len(earlier),
            "purpose": "note" if is_note else effect.purpose,
            "files": brought.refused,
            **template_variables.told(work, effect.context),
        }
        reply_to = work.signed_address(ticket.address, purpose, ticket.id, agent.address)
        told["actions"] = buttons.actions(work, agent, reply_to, effect)
        if "commands" in effect.context:
            found = shown(agent.language, work.policy, cast(Any, effect.context["commands"]))
            told["commands"] = tuple(CommandView(c.word, c.argument, c.does, c.also) for c in found)
        drafts.append(
            to_agent(
                work,
                agent,
                effect.template,
                told,
                sender,
                brought.files,
                brought.logos,
                purpose=purpose,
            )
        )
    return drafts


def to_agent(
    work: TicketChange,
    agent: Agent,
    template: str,
    told: Mapping[str, Any],
    sender: Mailbox | None = None,
    attached: tuple[File, ...] = (),
    logos: tuple[File, ...] = (),
    *,
    purpose: Purpose = Purpose.AGENT_REPLY,
) -> Draft:
    """A mail about the ticket to this agent; `told` are the template's variables beside those that
    all have."""
    ticket = work.subject
    anchor = links.signed_message_id(
        work.services.ring, ticket.id, links.agents_nonce(agent.address), _domain(ticket.address)
    )
    return _draft(
        work,
        template=template,
        language=agent.language,
        context=_context(work, person=_agent_view(agent), **told),
        recipient=agent.address,
        purpose=purpose,
        sender=sender or Mailbox(_desk_name(work), ticket.address),
        to=(Mailbox(agent.name, agent.address),),
        cc=(),
        auto="auto-generated",
        author="",
        once=None,
        thread=(anchor,),
        attached=attached,
        logos=logos,
        kind=template,
        reply_to=work.signed_address(ticket.address, purpose, ticket.id, agent.address),
    )


def to_admins(work: TicketChange, effect: fx.NotifyAdmins) -> list[Draft]:
    """A plain mail to each admin of the desk, once an hour for the same thing."""
    address = work.policy.addresses[0]
    once = f"admin:{effect.once}:{work.now:%Y%m%d%H}" if effect.once else None
    language = work.policy.default_language
    context = Context(
        desk=desk_view(work.policy, address),
        subject=effect.subject,
        text=effect.text,
        reason=effect.text,
    )
    return [
        notice(
            work,
            "admin_alarm",
            language,
            context,
            to=Mailbox("", admin),
            address=address,
            label="alarm",
            purpose="admin",
            once=f"{once}:{admin}" if once else None,
        )
        for admin in work.policy.admins
    ]


def _draft(
    work: TicketChange,
    *,
    template: str,
    language: str,
    context: Mapping[str, object],
    recipient: str,
    purpose: Purpose,
    sender: Mailbox,
    to: tuple[Mailbox, ...],
    cc: tuple[Mailbox, ...],
    auto: Any,
    author: str,
    once: str | None,
    thread: Sequence[str],
    attached: tuple[File, ...],
    kind: str,
    reply_to: str = "",
    logos: tuple[File, ...] = (),
    room: datetime | None = None,
) -> Draft:
    ticket = work.subject
    rendered = work.services.keeper.current.templates.render(
        template, language, context, ticket.address
    )
    message_id = _message_id(work, purpose, recipient)
    return_path = work.signed_address(ticket.address, Purpose.BOUNCE, ticket.id, recipient)
    outgoing = Outgoing(
        message_id=message_id,
        sender=sender,
        to=to,
        cc=cc,
        reply_to=Mailbox(
            _desk_name(work),
            reply_to or work.signed_address(ticket.address, purpose, ticket.id, recipient),
        ),
        subject=rendered.subject,
        date=work.now,
        text=rendered.text,
        html=rendered.html,
        in_reply_to=thread[-1] if thread else "",
        references=tuple(thread),
        auto_submitted=auto,
        headers=(*rendered.headers, *_own_fields(ticket, return_path)),
        attachments=(*attached, *(logo for logo in logos if f"cid:{logo[3]}" in rendered.html)),
        thread_key=f"{ticket.address}:{ticket.id}",
        language=language,
    )
    raw, shared = finished(work, outgoing, recipient, to_agent=purpose is not Purpose.REQUESTER)
    return Draft(
        ticket_id=ticket.id,
        message_row=work.message_row if author else None,
        message_id=message_id,
        mail_from=return_path,
        recipient=recipient,
        subject_key=subject_key(ticket.subject, work.policy),
        purpose=kind,
        author=author,
        automatic=auto != "no" and purpose is Purpose.REQUESTER,
        once=once,
        raw=raw,
        due_at=room,
        counted=purpose is Purpose.REQUESTER and not work.situation.acquaintance.is_proved,
        shared=shared,
    )


def _own_fields(ticket: Ticket, return_path: str) -> tuple[tuple[str, str], ...]:
    """A report that does not come back to the return path brings it along in the head (see
    `reports`)."""
    return ("X-Maildesk-Ticket", ticket.reference), (_BROUGHT, return_path)


def _message_id(work: TicketChange, purpose: Purpose, recipient: str) -> str:
    """One that names the ticket and, to an agent, the agent."""
    unique = secrets.token_hex(6)
    nonce = unique if purpose is Purpose.REQUESTER else links.agents_nonce(recipient, unique)
    return links.signed_message_id(
        work.services.ring, work.subject.id, nonce, _domain(work.subject.address)
    )


def _context(work: TicketChange, **more: Any) -> dict[str, object]:
    ticket = work.subject
    subject = reference.with_reference(ticket.subject, ticket.reference)
    address = work.policy.desk_address(ticket.address) or work.policy.addresses[0]
    desk = desk_view(work.policy, address)
    return Context(
        desk=desk, ticket=ticket_view(ticket, work), subject=f"Re: {subject}", **more
    ).mapping()


def ticket_view(ticket: Ticket, work: TicketChange) -> TicketView:
    """The ticket as a template may see it."""
    owner = work.policy.agent(ticket.assignee) if ticket.assignee else None
    return TicketView(
        reference=ticket.reference,
        subject=ticket.subject,
        status=ticket.status,
        priority=ticket.priority,
        category=ticket.category,
        queue=ticket.queue,
        requester=_known(ticket.requester, work.policy),
        created_at=template_variables.local(work, ticket.created_at),
        assignee=PersonView(owner.name, "", owner.name.split()[0]) if owner else None,
        labels=tuple(sorted(ticket.labels)),
        type=ticket.type,
        channel=ticket.channel,
        updated_at=template_variables.local(work, ticket.updated_at),
        participants=tuple(_person(p) for p in ticket.participants),
        waiting=tuple(_person(p) for p in ticket.waiting),
        fields=tuple(ticket.fields.items()),
        follows=ticket.follows,
    )


def _threads(work: TicketChange, people: Sequence[Person]) -> dict[str, tuple[str, ...]]:
    """Message-IDs for References, oldest first, for each person; the last is what the mail answers
    (RFC 5322, 3.6.4).

    Of our own mails everybody sees the Message-ID of their own copy: who names one proves that they
    had it (see `situation`).
    """
    thread = _thread(work)
    if len(people) == 1 and people[0].key == work.subject.requester.key:
        return {people[0].key: thread}  # the conversation remembers the requester's copies
    copies = outbox.copies_of(work.conn, work.subject.id, thread) if thread else {}
    own = {
        person.key: [copies[one].get(person.key, "") if one in copies else one for one in thread]
        for person in people
    }
    return {key: tuple(one for one in ids if one) for key, ids in own.items()}


def _thread(work: TicketChange) -> tuple[str, ...]:
    ticket = work.subject
    if ticket.message_count <= len(work.kept):  # a new ticket: what was just kept is all there is
        return tuple(
            row["message_id"] for row in work.kept if row["message_id"] and row["kind"] == "public"
        )
    return tuple(tickets.thread_ids(work.conn, ticket.id))


def listed(message: Message) -> list[dict[str, Any]]:
    """The message's files as its row remembers them; the bytes stay in the raw message."""
    return [
        {
            "index": a.index,
            "filename": a.filename,
            "content_type": a.content_type,
            "size": a.size,
            "inline": a.inline,
        }
        for a in message.attachments
    ]


def _earlier(row: Any, ticket: Ticket) -> TicketView:
    return TicketView(
        row.reference,
        row.subject,
        row.status,
        "",
        "",
        "",
        _person(ticket.requester),
        row.created_at,
    )


def _desk_name(work: TicketChange) -> str:
    address = work.policy.desk_address(work.subject.address)
    return (address.name if address else "") or work.policy.desk_name


def _person(person: Person) -> PersonView:
    words = person.name.split()
    first = words[0] if len(words) > 1 and "," not in person.name else ""
    return PersonView(person.name, person.address, first, person.tier, person.organisation)


def _known(person: Person, policy: Policy) -> PersonView:
    """The same with what agents should know of the name."""
    return replace(_person(person), imitates=imitated(person.name, person.address, policy))


def _agent_view(agent: Agent) -> PersonView:
    return PersonView(agent.name, agent.address, agent.name.split()[0])


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
