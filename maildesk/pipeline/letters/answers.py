"""An agent asked the desk something by mail: one mail with all the answers.

Tickets are looked up here, so a list is as it stands when the mail is written; of every question
only what the agent may see. The mail answers the agent's own, and an answer to it comes to the
desk: further questions may stand in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk import answers
from maildesk.desk.commands.help import shown
from maildesk.desk.filters.values import Query
from maildesk.desk.filters.visibility import seen_by
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.mails.views import AnswerView, CommandView, Context
from maildesk.desk.threads.reference import without_reference
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters import addresses
from maildesk.pipeline.letters.letter import LetterSpec, write_letter
from maildesk.pipeline.letters.ticket_view import agent_view, desk_view, ticket_view
from maildesk.store.queries import ticket_queries

if TYPE_CHECKING:
    from maildesk.desk.effects import AnswerAgent
    from maildesk.desk.policy import Agent
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft

MAIL = mail_of("agent_answer")


def letters(change: TicketChange, effect: AnswerAgent) -> list[Draft]:
    """The mail with all that was asked; none where the agent is gone."""
    policy, message = change.policy, change.message
    agent = policy.agent(effect.agent)
    if agent is None:
        return []
    desk = policy.desk_address(effect.address) or policy.addresses[0]
    language = policy.wording.of(agent.language)
    # with a number in it, words that answer this mail would go to that ticket's customer
    asked = without_reference(policy.reference_format, message.subject) if message else ""
    about = asked.strip() or language.sentence("no_subject")
    is_answer = about.lower().startswith("re:")
    context = Context(
        desk=desk_view(policy, desk),
        subject=about if is_answer else f"Re: {about}",
        person=agent_view(agent),
        answers=tuple(_view(change, agent, told) for told in effect.told),
    )
    spec = LetterSpec(
        mail=MAIL,
        language=agent.language,
        context=context.mapping(),
        addresses=addresses.of_notice(desk, "answer", desk.address),
        to=(Mailbox(agent.name, agent.address),),
        recipient=agent.address,
        references=(message.message_id,) if message and message.message_id else (),
        # whom a person let through has cost a question before
        is_counted=not (change.tx.inbound and change.tx.inbound.job.released_by),
        once=effect.once or None,
    )
    return [write_letter(change, spec)]


def _view(change: TicketChange, agent: Agent, told: answers.Told) -> AnswerView:
    match told:
        case answers.Listed(asked, query):
            return _tickets(change, agent, asked, query)
        case answers.ShownCommands(asked, names):
            found = shown(agent.language, change.policy, names)
            lines = (CommandView(one.word, one.argument, one.does, one.also) for one in found)
            return AnswerView(asked, commands=tuple(lines))
        case answers.NotAnswered(asked, problem):
            return AnswerView(asked, why=(problem,))
        case answers.Done(asked):
            return AnswerView(asked)


def _tickets(change: TicketChange, agent: Agent, asked: str, query: Query) -> AnswerView:
    """As many as a mail takes, and how many more there are."""
    policy, seen = change.policy, seen_by(agent, change.policy)
    page = ticket_queries.find(change.conn, query, seen, policy, limit=answers.MOST_LINES)
    total, at_least = len(page.tickets), False
    if page.is_cut:
        counts = ticket_queries.counts(change.conn, query.filter, seen, policy)
        total, at_least = sum(counts.by_status.values()), counts.is_cut
    tickets = tuple(ticket_view(one, change) for one in page.tickets)
    return AnswerView(
        asked,
        is_list=True,
        tickets=tickets,
        total=total,
        more=total - len(tickets),
        at_least=at_least,
    )
