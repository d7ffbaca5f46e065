"""An agent asked the desk something by mail: one mail with all the answers.

Tickets are looked up here, so a list is as it stands when the mail is written; of every question
only what the agent may see. The mail answers the agent's own, and an answer to it comes to the
desk: further questions may stand in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk import answers
from maildesk.desk.commands.help import shown, spelling
from maildesk.desk.customers.who_is import organisation_named, without_tickets
from maildesk.desk.filters.fields import UNFINISHED
from maildesk.desk.filters.values import Query
from maildesk.desk.filters.visibility import may_see, seen_by
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.mails.shown.small_views import (
    AsleepView,
    CannedView,
    CommandView,
    CountView,
    DoneView,
)
from maildesk.desk.mails.views import ActionView, AnswerView, Context, TicketView
from maildesk.desk.pages import scores
from maildesk.desk.problem import Problem
from maildesk.desk.replies.canned import shelves
from maildesk.desk.threads.links import Purpose
from maildesk.desk.threads.reference import without_reference
from maildesk.desk.undo import settings
from maildesk.mail.message import Mailbox
from maildesk.pipeline.asked import looked_up
from maildesk.pipeline.deletion.looked_up import unknown
from maildesk.pipeline.letters import addresses, buttons, proofs
from maildesk.pipeline.letters.conversation import newest
from maildesk.pipeline.letters.letter import LetterSpec, write_letter
from maildesk.pipeline.letters.template_variables import local
from maildesk.pipeline.letters.ticket_view import agent_view, desk_view, ticket_view, with_links
from maildesk.store.desk import tickets
from maildesk.store.queries import ticket_queries

if TYPE_CHECKING:
    from maildesk.desk.effects import AnswerAgent
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.policy import Agent, DeskAddress
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft

MAIL = mail_of("agent_answer")
SET = "X-Maildesk-Set"  # what it changed of the agent's settings, for `#undo`
_LONGEST = 1500  # characters of a mail that a link carries; mail programs cut longer ones off


def letters(change: TicketChange, effect: AnswerAgent) -> list[Draft]:
    """The mail with all that was asked; none where the agent is gone."""
    policy, message = change.policy, change.message
    agent = policy.agent(effect.agent)
    if agent is None:
        return []
    desk = policy.desk_address(effect.address) or policy.addresses[0]
    language = policy.wording.of(agent.language)
    about = _about(change, language)
    is_answer = about.lower().startswith("re:")
    own, proof = _addresses(change, effect, desk, agent)
    context = Context(
        desk=desk_view(policy, desk),
        subject=about if is_answer else f"Re: {about}",
        person=agent_view(agent),
        answers=tuple(_views(change, agent, effect)),
        proved=effect.is_proved,
    )
    spec = LetterSpec(
        mail=MAIL,
        language=agent.language,
        context=context.mapping(),
        addresses=own,
        to=(Mailbox(agent.name, agent.address),),
        recipient=agent.address,
        references=(*proof, *([message.message_id] if message and message.message_id else ())),
        # whom a person let through has cost a question before
        is_counted=not (change.tx.inbound and change.tx.inbound.job.released_by),
        once=effect.once or None,
        headers=tuple((SET, line) for line in _set(change, agent)),
    )
    return [write_letter(change, spec)]


def _about(change: TicketChange, language: Language) -> str:
    """What the agent's mail was about. With a number in it, words that answer this mail would go to
    that ticket's customer; and that an earlier mail was held is over."""
    message = change.message
    about = message.subject if message is not None else ""
    about = without_reference(change.policy.reference_format, about).strip()
    answered, colon, bare = about.partition(":")
    bare = bare.strip() if colon and len(answered) <= 3 else about
    held = language.sentence("held_subject", subject="").strip()
    about = bare.removeprefix(held).strip() if bare.startswith(held) else about
    return about or language.sentence("no_subject")


def _addresses(
    change: TicketChange, effect: AnswerAgent, desk: DeskAddress, agent: Agent
) -> tuple[addresses.Addresses, tuple[str, ...]]:
    """Those of the answer, and what else proves whoever answers it. Where it was not proved who
    asked, nothing of it proves anybody."""
    own = addresses.of_notice(desk, "answer", desk.address)
    if not effect.is_proved:
        return own, ()
    whose = (desk.address, Purpose.DESK, _asked_in(change), agent.address)
    box = Mailbox(desk.name, proofs.reply_to(change, *whose))
    own = replace(own, reply_to=box, message_id=proofs.private_id(change, *whose))
    return own, (proofs.standing_id(change, *whose),)


def _way(change: TicketChange, effect: AnswerAgent, agent: Agent) -> proofs.Way:
    """The way of a tap that sends lines about no ticket."""
    policy = change.policy
    desk = policy.desk_address(effect.address) or policy.addresses[0]
    if not effect.is_proved:
        return proofs.Way(desk.address)
    whose = (desk.address, Purpose.DESK, _asked_in(change), agent.address)
    return proofs.way_back(change, *whose)


def _set(change: TicketChange, agent: Agent) -> Iterator[str]:
    found = settings.changes(agent, change.policy, change.tx.effects)
    yield from map(settings.written, found)


def _asked_in(change: TicketChange) -> int:
    """The number of the mail that asked."""
    return change.tx.inbound.job.id if change.tx.inbound is not None else 0


def _views(change: TicketChange, agent: Agent, effect: AnswerAgent) -> Iterator[AnswerView]:
    """All that was asked, as much of each as a mail can take; of very many questions the rest is
    not answered."""
    told, way = effect.told, _way(change, effect, agent)
    long = (answers.Listed, answers.ShownTicket, answers.AskedBack)
    share = max(2, sum(isinstance(one, long) for one in told[: answers.MOST_ANSWERS])) // 2
    for number, one in enumerate(told):
        if number < answers.MOST_ANSWERS:
            yield _view(change, agent, one, share, way)
        else:
            why = Problem("too_many_questions", {"most": str(answers.MOST_ANSWERS)})
            line = "" if isinstance(one, answers.OwnWords) else one.asked
            yield AnswerView(line, why=(why,))


def _view(
    change: TicketChange, agent: Agent, told: answers.Told, share: int, way: proofs.Way
) -> AnswerView:
    match told:
        case answers.Listed(asked, query, in_vain):
            found = _tickets(change, agent, asked, query, share)
            if not found.tickets and in_vain is not None:
                return AnswerView(asked, why=(in_vain,))
            return replace(found, asleep=_asleep(change, agent, told))
        case answers.ShownTicket(asked, reference):
            return _ticket(change, agent, asked, reference, share)
        case answers.ShownHistory(asked, reference):
            return _history(change, agent, asked, reference)
        case answers.ShownCustomer(asked, who, query):
            return _customer(change, agent, asked, who, query)
        case answers.Counted(asked, views):
            return AnswerView(asked, counts=tuple(_counts(change, agent, views)))
        case answers.ShownCommands(asked, names, said):
            listed = shown(agent.language, change.policy, names)
            lines = (CommandView(one.word, one.argument, one.does, one.also) for one in listed)
            return AnswerView(asked, why=said, commands=tuple(lines))
        case answers.ShownNotices(asked, rows):
            return AnswerView(asked, settings=tuple(CommandView(*row) for row in rows))
        case answers.ShownCanned(asked, category):
            return AnswerView(asked, is_canned=True, canned=_canned(change, agent, category))
        case answers.DoneFor():
            return _done_for(change, agent, told, way)
        case answers.AskedBack():
            return _asked_back(change, agent, told, share, way)
        case answers.OwnWords(text):
            return AnswerView("", own=text)
        case answers.NotAnswered(asked, problem):
            return AnswerView(asked, why=(problem,))
        case answers.Done(asked, said, back):
            language = change.policy.wording.of(agent.language)
            words = " ".join(map(language.because, said))
            return AnswerView(asked, said=words, actions=_undo(change, language, back, way))


def _done_for(
    change: TicketChange, agent: Agent, told: answers.DoneFor, way: proofs.Way
) -> AnswerView:
    """What became of each, and the tap that takes all of it back. What stands in the way of all of
    them is said once."""
    reasons = [one.problems for one in told.tickets]
    is_same = len(reasons) > 1 and all(one == reasons[0] for one in reasons)
    why_all = reasons[0] if is_same else ()
    each = (
        DoneView(
            *(one.reference, one.subject, () if why_all else one.problems, one.went),
            changed=one.changed,
            remarks=one.remarks,
            mail=one.mail,
        )
        for one in told.tickets
    )
    until = max((one.undo_until for one in told.tickets if one.undo_until), default=None)
    language = change.policy.wording.of(agent.language)
    line = f"#{spelling('undo', language)}"
    return AnswerView(
        told.asked,
        done_for=tuple(each),
        why_all=why_all,
        asked_of_each=told.lines,
        total=sum(not one.problems for one in told.tickets),
        undo_until=until,
        actions=_undo(change, language, (line,) if until else (), way),
    )


def _undo(
    change: TicketChange, language: Language, back: Sequence[str], way: proofs.Way
) -> tuple[ActionView, ...]:
    """The mail that takes it back, ready to send."""
    if not back:
        return ()
    subject, label = change.message.subject if change.message else "", language.button("undo")
    return (way.button("undo", label, subject, "\n".join(back), said=label),)


def _canned(change: TicketChange, agent: Agent, category: str) -> tuple[CannedView, ...]:
    policy = change.policy
    return tuple(
        CannedView(
            one.shortcut, one.shown.subject, one.shown.category, one.languages, one.shown.beginning
        )
        for one in shelves(policy.canned, (agent.language, *policy.languages), category)
    )


def _tickets(
    change: TicketChange, agent: Agent, asked: str, query: Query, share: int
) -> AnswerView:
    """As many as a mail takes, and how many more there are."""
    policy, seen = change.policy, seen_by(agent, change.policy)
    page = ticket_queries.find(change.conn, query, seen, policy, limit=answers.MOST_LINES // share)
    total, at_least = len(page.tickets), False
    if page.is_cut:
        counts = ticket_queries.counts(change.conn, query.filter, seen, policy)
        total, at_least = sum(counts.by_status.values()), counts.is_cut
    listed = tuple(line(change, agent, one) for one in page.tickets)
    return AnswerView(
        asked,
        is_list=True,
        tickets=listed,
        total=total,
        more=total - len(listed),
        at_least=at_least,
    )


def _asleep(change: TicketChange, agent: Agent, told: answers.Listed) -> AsleepView | None:
    """How many a view leaves out because they are put off, and until when the first of them."""
    if told.asleep is None:
        return None
    policy, seen = change.policy, seen_by(agent, change.policy)
    most = ticket_queries.LARGEST_PAGE
    page = ticket_queries.find(change.conn, told.asleep, seen, policy, limit=most)
    until = min((one.snoozed_until for one in page.tickets if one.snoozed_until), default=None)
    if until is None:
        return None
    list_ = spelling("list", policy.wording.of(agent.language))
    again = f"#{list_} {told.again}"
    return AsleepView(len(page.tickets), local(change, until), again, at_least=page.is_cut)


def _asked_back(
    change: TicketChange, agent: Agent, told: answers.AskedBack, share: int, way: proofs.Way
) -> AnswerView:
    """The tickets, and the line that says how many they are; where there are none, that nothing
    was done."""
    listed = _tickets(change, agent, told.asked, told.query, share)
    if not listed.tickets:
        return AnswerView(told.asked, why=(Problem("for_nobody"),))
    again = f"#{told.again}"
    subject = change.message.subject if change.message else ""
    label = change.policy.wording.of(agent.language).button("for_all")
    button = way.button("for_all", label, subject, f"{again}\n{told.below}", said=label)
    can_tap = len(told.below) <= _LONGEST and not told.has_files
    actions = (button,) if can_tap else ()
    return replace(listed, again=again, actions=actions)


def line(change: TicketChange, agent: Agent, ticket: Ticket) -> TicketView:
    """A ticket in a list: who must write next, since when, what was promised, and what one tap
    does."""
    wrote = [at for at in (ticket.customer_wrote_at, ticket.agent_wrote_at) if at is not None]
    is_over = ticket.behaviour not in UNFINISHED
    return replace(
        ticket_view(ticket, change),
        unanswered=ticket.turn != "answered",
        age=None if is_over else change.now - max(wrote, default=ticket.created_at),
        actions=buttons.of_line(change, ticket, agent),
    )


def _ticket(
    change: TicketChange, agent: Agent, asked: str, reference: str, share: int
) -> AnswerView:
    """The ticket and the newest of its messages, as its agents see them."""
    policy = change.policy
    found = tickets.named(change.conn, policy, reference)
    if found is None or not may_see(agent, found, policy):
        return AnswerView(asked, why=(_unknown(change, found, reference),))
    language = policy.wording.of(agent.language)
    said = newest(change, found.id, answers.MOST_SAID // share, language)
    names = [name for name in MAIL.buttons if name not in ("show", "for_all", "undo")]
    actions = buttons.beside(change, found, agent, names)
    view = replace(line(change, agent, found), messages=said, actions=actions)
    view = _with_scores(with_links(view, found, change), found, change)
    known = change.services.contexts.of(change.conn, policy, found.requester.address, change.now)
    more = max(0, found.message_count - len(said))
    return AnswerView(asked, ticket=view, more=more, known=known)


def _with_scores(view: TicketView, found: Ticket, change: TicketChange) -> TicketView:
    """The same with the customer's stars, and with those that may be a program's."""
    doubtful = scores.doubtful(tickets.entries(change.conn, found.id))
    numbers = tuple(int(one.detail["score"]) for one in doubtful)
    return replace(view, score=found.score, doubtful_scores=numbers)


def _unknown(change: TicketChange, found: Ticket | None, reference: str) -> Problem:
    """That there is no such ticket, or was one; of one that they may not see the first is said."""
    if found is None:
        return unknown(change.conn, change.policy, reference)
    return Problem("unknown_ticket", {"word": reference})


def _history(change: TicketChange, agent: Agent, asked: str, reference: str) -> AnswerView:
    policy = change.policy
    found = tickets.named(change.conn, policy, reference)
    if found is None or not may_see(agent, found, policy):
        return AnswerView(asked, why=(_unknown(change, found, reference),))
    told = looked_up.history(change, found, policy.wording.of(agent.language))
    view = replace(ticket_view(found, change), age=None)
    return AnswerView(asked, history=told, tickets=(view,))


def _customer(change: TicketChange, agent: Agent, asked: str, who: str, query: Query) -> AnswerView:
    """Their tickets, the newest word first; of somebody without any that this agent may see nothing
    is told but that."""
    policy, seen = change.policy, seen_by(agent, change.policy)
    listed = _tickets(change, agent, asked, query, share=1)
    if not listed.tickets:
        return AnswerView(asked, why=(without_tickets(who, policy),))
    page = ticket_queries.find(change.conn, query, seen, policy, limit=answers.MOST_LINES)
    person, last_at = looked_up.customer(who, page.tickets, policy)
    told = replace(listed, customer=person, last_at=local(change, last_at))
    if organisation_named(who, policy):
        return told
    known = change.services.contexts.of(change.conn, policy, person.address, change.now)
    return replace(told, known=known)


def _counts(
    change: TicketChange, agent: Agent, views: Iterable[tuple[str, Query]]
) -> Iterator[CountView]:
    seen = seen_by(agent, change.policy)
    for name, query in views:
        found = ticket_queries.counts(change.conn, query.filter, seen, change.policy)
        yield CountView(name, sum(found.by_status.values()), found.is_cut)
