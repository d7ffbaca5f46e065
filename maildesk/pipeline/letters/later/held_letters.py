"""What waited for an agent, in one mail: about one ticket, or about several.

Of one ticket it is a mail of its conversation like any other: it is answered, and threads, as the
notification would be that it stands for. Of several it belongs to none; each has its buttons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from maildesk.desk.mails.mail import To
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.mails.views import Context, GatheredView, HappenedView, MessageView
from maildesk.desk.permissions import Permission, may
from maildesk.desk.reason import restored
from maildesk.desk.threads.links import Purpose
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters import addresses, answers, buttons, conversation, to_agents
from maildesk.pipeline.letters.letter import LetterSpec, write_letter
from maildesk.pipeline.letters.template_variables import local
from maildesk.pipeline.letters.ticket_view import agent_view, desk_view
from maildesk.store.desk import conversation as messages
from maildesk.store.desk import tickets
from maildesk.store.notices import held

if TYPE_CHECKING:
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.notices.notice_effects import TellHeld
    from maildesk.desk.policy import Agent
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft

BUNDLE, GATHERED = mail_of("agent_bundle"), mail_of("agent_gathered")
MOST_TICKETS, MOST_OF_ONE = 40, 4  # of several tickets; of each of them
MOST = 30  # of one ticket
_EXCERPT = 400  # characters of a message, of several tickets


def letters(change: TicketChange, effect: TellHeld) -> list[Draft]:
    """The mail of this effect; none where the agent is gone."""
    agent = change.policy.agent(effect.agent)
    rows = held.by_ids(change.conn, effect.held)
    if agent is None or not rows:
        return []
    return [_of_one(change, agent, rows) if change.ticket else _of_several(change, agent, rows)]


def mail_name(change: TicketChange) -> str:
    """Which of the two mails it is."""
    return (BUNDLE if change.ticket else GATHERED).name


def _of_one(change: TicketChange, agent: Agent, rows: Sequence[Any]) -> Draft:
    notes = all(mail_of(row.template, To.AGENTS).plain_reply == "note" for row in rows)
    is_note = notes or not may(agent, Permission.ANSWER, change.policy)
    purpose = Purpose.AGENT_NOTE if is_note else Purpose.AGENT_REPLY
    language = change.policy.wording.of(agent.language)
    own = addresses.of_conversation(change, purpose, agent.address)
    variables = {
        "happened": tuple(_happened(change, rows[-MOST:], language)),
        "happened_more": max(0, len(rows) - MOST),
        "actions": buttons.offered(change, agent, BUNDLE, purpose, {}),
        "purpose": "note" if is_note else "reply",
        "message": None,
    }
    return write_letter(change, to_agents.spec_to(change, agent, BUNDLE, own, variables))


def _of_several(change: TicketChange, agent: Agent, rows: Sequence[Any]) -> Draft:
    policy = change.policy
    desk, language = policy.addresses[0], policy.wording.of(agent.language)
    by_ticket: dict[int, list[Any]] = {}
    for row in rows:
        ticket = tickets.ticket(change.conn, row.ticket_id, policy)
        if ticket is not None:
            by_ticket.setdefault(ticket.id, []).append(row)
    shown = list(by_ticket.items())[:MOST_TICKETS]
    context = Context(
        desk=desk_view(policy, desk),
        subject=language.sentence("gathered_subject", count=str(len(by_ticket))),
        person=agent_view(agent),
        gathered=tuple(_gathered(change, agent, shown, language)),
        gathered_count=len(by_ticket),
        gathered_more=len(by_ticket) - len(shown),
    )
    spec = LetterSpec(
        mail=GATHERED,
        language=agent.language,
        context=context.mapping(),
        addresses=addresses.of_notice(desk, "gathered", desk.address),
        to=(Mailbox(agent.name, agent.address),),
        recipient=agent.address,
    )
    return write_letter(change, spec)


def _gathered(
    change: TicketChange,
    agent: Agent,
    shown: Iterable[tuple[int, list[Any]]],
    language: Language,
) -> Iterator[GatheredView]:
    for ticket_id, rows in shown:
        ticket = tickets.ticket(change.conn, ticket_id, change.policy)
        if ticket is None:
            continue
        names = ("show", "reply") if ticket.assignee else ("show", "take", "reply")
        view = replace(
            answers.line(change, agent, ticket),
            actions=buttons.beside(change, ticket, agent, names),
        )
        happened = tuple(_happened(change, rows[-MOST_OF_ONE:], language, longest=_EXCERPT))
        yield GatheredView(view, happened, max(0, len(rows) - MOST_OF_ONE))


def _happened(
    change: TicketChange, rows: Iterable[Any], language: Language, *, longest: int = 0
) -> Iterator[HappenedView]:
    """What each notice tells, oldest first; a message that two of them tell of stands with the
    first."""
    shown: set[int] = set()
    for row in rows:
        message = None
        if row.message_row is not None and row.message_row not in shown:
            message = _message(change, row.message_row, language, longest)
            shown.add(row.message_row)
        who = message.sender.display if message else str(row.detail.get("who", ""))
        yield HappenedView(local(change, row.at), _said(row, who, language), message)


def _message(
    change: TicketChange, number: int, language: Language, longest: int
) -> MessageView | None:
    row = messages.message_row(change.conn, number)
    if row.kind == messages.WITHDRAWN:
        return None
    view = conversation.view(change, row, language)
    if longest and len(view.text) > longest:
        view = replace(view, text=f"{view.text[:longest].rsplit(None, 1)[0]} …")
    return view


def _said(row: Any, who: str, language: Language) -> str:
    """What happened, as a line; a mail that has no words of its own is told by its reason."""
    detail = row.detail
    named = {name: str(detail.get(name, "")) for name in ("status", "priority", "queue")}
    why = language.because(restored(detail.get("why", "")))
    code = f"told_{row.template}"
    if code not in language.sentences:
        return why or language.sentence("told_by_rule")
    if not who and f"{code}_by_nobody" in language.sentences:
        code += "_by_nobody"
    return language.sentence(code, who=who, why=why, **named).rstrip("\N{NO-BREAK SPACE}: ")
