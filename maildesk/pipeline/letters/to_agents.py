"""Notifications: one for each agent, threaded by the ticket in their own mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from maildesk.desk.commands.help import shown
from maildesk.desk.mails.mail import Mail, To
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.mails.shown.small_views import CommandView
from maildesk.desk.mails.views import MessageView, PersonView
from maildesk.desk.permissions import Permission, may
from maildesk.desk.senders.contacts import addresses_of, former_addresses
from maildesk.desk.threads.links import Purpose
from maildesk.desk.ticket import Person
from maildesk.mail.html.sanitize import NOTHING as NO_HTML
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters import addresses, buttons, conversation, template_variables
from maildesk.pipeline.letters.files import passed_on
from maildesk.pipeline.letters.letter import LetterSpec, write_letter
from maildesk.pipeline.letters.messages import note_beside
from maildesk.pipeline.letters.ticket_view import (
    agent_view,
    colleague,
    context_of,
    earlier_view,
    person_view,
)
from maildesk.pipeline.pages import suggested
from maildesk.pipeline.transaction import NOTHING, PassedOn
from maildesk.pipeline.undo import shown as undo_shown
from maildesk.store.desk import tickets

if TYPE_CHECKING:
    from maildesk.desk.customers.context import Known
    from maildesk.desk.effects import NotifyAgents
    from maildesk.desk.policy import Agent
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.letters.addresses import Addresses
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft

_EARLIER = 5  # tickets that are listed


def letters(change: TicketChange, effect: NotifyAgents) -> list[Draft]:
    """The notification of this effect, for each of its agents who is still one."""
    if change.ticket is None:
        return []
    mail = mail_of(effect.template, To.AGENTS)
    passed = passed_on.of(change) if effect.with_message else NOTHING
    shows_known = effect.context.get("shows_known", True)  # not where commands ask something else
    variables = {
        "files": passed.refused,
        "note": note_beside(change),
        "author": _author(change, effect.context.get("by")),
        "known": known_of(change, change.ticket) if shows_known else (),
        **_earlier(change, mail),
    }
    said: dict[str, dict[str, Any]] = {}
    found = []
    for agent in filter(None, map(change.policy.agent, effect.agents)):
        if agent.language not in said:
            language = change.policy.wording.of(agent.language)
            said[agent.language] = conversation.shown(change, mail, passed, language)
        whole = {**variables, **said[agent.language]}
        if whole["message"] is not None and "comment" in effect.context:
            # the score is told apart from it
            words = str(effect.context["comment"])
            whole["message"] = replace(whole["message"], text=words, html=NO_HTML)
        found.append(_notification(change, effect, agent, mail, whole, passed))
    return found


def _notification(
    change: TicketChange,
    effect: NotifyAgents,
    agent: Agent,
    mail: Mail,
    variables: Mapping[str, Any],
    passed: PassedOn,
) -> Draft:
    is_note = "note" in (mail.plain_reply, effect.context.get("purpose")) or not may(
        agent, Permission.ANSWER, change.policy
    )
    purpose = Purpose.AGENT_NOTE if is_note else Purpose.AGENT_REPLY
    own = addresses.of_conversation(
        change, purpose, agent.address, sender=_sender(variables["message"], mail)
    )
    language = change.policy.wording.of(agent.language)
    more = template_variables.variables_of(change, effect.context, language)
    more["purpose"] = "note" if is_note else "reply"
    if "changed" in mail.shows:
        more |= undo_shown.variables(change, agent, language)
    more["actions"] = buttons.offered(
        change, agent, mail, purpose, {**effect.context, "earlier": variables.get("earlier", ())}
    )
    if "articles" in mail.shows:
        more["articles"] = suggested.for_agents(change, agent.language)
    if "commands" in effect.context:
        listed = shown(agent.language, change.policy, cast(Any, effect.context["commands"]))
        more["commands"] = tuple(CommandView(c.word, c.argument, c.does, c.also) for c in listed)
    spec = spec_to(change, agent, mail, own, {**variables, **more})
    return write_letter(change, replace(spec, attached=passed.files, logos=passed.logos))


def spec_to(
    change: TicketChange,
    agent: Agent,
    mail: Mail,
    own: Addresses,
    variables: Mapping[str, Any],
) -> LetterSpec:
    """A letter about the ticket to this agent, with these variables beside those that all have."""
    purpose = Purpose.AGENT_NOTE if variables.get("purpose") == "note" else Purpose.AGENT_REPLY
    hints = buttons.hints(change, agent, purpose)
    return LetterSpec(
        mail=mail,
        language=agent.language,
        context=context_of(
            change,
            person=agent_view(agent),
            yours=change.subject.assignee.lower() == agent.address.lower(),
            hints=hints,
            **variables,
        ),
        addresses=own,
        to=(Mailbox(agent.name, agent.address),),
        recipient=agent.address,
        references=own.references,
        ticket_id=change.subject.id,
    )


def known_of(change: TicketChange, ticket: Ticket) -> Known:
    """What is known of the ticket's customer elsewhere."""
    contexts = change.services.contexts
    return contexts.of(change.conn, change.policy, ticket.requester.address, change.now)


def _sender(message: MessageView | None, mail: Mail) -> str:
    """Who wrote, as From shows them, of a name that is not theirs the address; what shows nobody's
    words is the desk's own."""
    if message is None or "message" not in mail.shows:
        return ""
    return message.sender.address if message.sender.imitates else message.sender.display


def _author(change: TicketChange, customer: object) -> PersonView | None:
    """The agent whose act it is, or this customer."""
    if isinstance(customer, Person):
        return person_view(customer)
    by = change.tx.actor.agent
    agent = change.policy.agent(by) if by else None
    return colleague(agent) if agent else None


def _earlier(change: TicketChange, mail: Mail) -> dict[str, Any]:
    """The requester's other tickets, where this mail shows them."""
    if "earlier" not in mail.shows:
        return {}
    ticket = change.subject
    if ticket.requester.has_no_address:
        return {}  # of whom nothing is known nothing else is known
    own = (ticket.requester.address, *former_addresses(ticket, change.past))
    policy, joined = change.policy, change.situation.joined
    addresses = dict.fromkeys(key for one in own for key in addresses_of(one, policy, joined))
    found = (row for one in addresses for row in tickets.previous_of(change.conn, one, ticket.id))
    rows = sorted(found, key=lambda row: row.id, reverse=True)[:_EARLIER]
    change.tx.shown.update(row.id for row in rows)
    earlier = tuple(earlier_view(row, ticket) for row in rows)
    return {"earlier": earlier, "earlier_count": len(earlier)}
