"""The mails of an act: planned where their effects come, composed when all is carried out.

So every mail of one act shows the ticket as it is after the whole act, and each has its line of
history in the place of its effect. A mail that comes to nothing leaves no line. Nothing else makes
mails: what is found out while they are composed (an address that nearly leaked) is an effect, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from maildesk.desk import effects as fx
from maildesk.desk.actor import DESK, Actor, ActorKind
from maildesk.desk.commands.families.recipients import BCC
from maildesk.desk.mails.loop_limits import told_of_waiting
from maildesk.desk.notices import notice_effects as nfx
from maildesk.desk.pages.form_effects import SendFormCode
from maildesk.desk.pages.page_effects import SendLogIn
from maildesk.desk.verbs.verb_effects import TellPerson
from maildesk.mail.owners import mailbox_of
from maildesk.pipeline.letters import (
    answers,
    confirmation,
    renewed,
    to_admins,
    to_agents,
    to_customer,
)
from maildesk.pipeline.letters.files import ticket_files, without_files
from maildesk.pipeline.letters.later import digest_letters, held_letters
from maildesk.pipeline.letters.pages import log_in, to_form
from maildesk.pipeline.letters.verbs import to_person
from maildesk.pipeline.notices import hold
from maildesk.pipeline.undo import keep
from maildesk.store import outbox
from maildesk.store.acts import RECEIPT
from maildesk.store.desk import conversation

if TYPE_CHECKING:
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft


class _Composed(NamedTuple):
    """The mails of one effect, and their line of history: what it was, to whom under which name."""

    drafts: Sequence[Draft]
    what: str
    detail: Mapping[str, Any]
    recipients: str = ""
    later: Sequence[str] = ()  # to whom it is told later


def plan(change: TicketChange, effect: fx.Effect, _before: Ticket | None) -> None:
    """This effect is a mail; its line of the history stands here, if it comes to one."""
    by: Actor | None = DESK
    if isinstance(effect, fx.SendFiles):
        by = change.tx.actor
    elif isinstance(effect, fx.SendToCustomer) and effect.author:
        by = Actor(ActorKind.AGENT, effect.author)
    elif effect.rule:
        by = None  # the rule's
    change.mails.append((effect, change.record("", {}, effect.rule, by=by)))


def compose(change: TicketChange) -> None:
    """The mails of this act, in the order of their effects; each has kept its line."""
    for effect, line in sorted(change.mails, key=lambda mail: _is_receipt(mail[0])):
        _compose(change, effect, line)
    if any(draft.automatic and draft.due_at is not None for draft in change.drafts):
        _add(change, told_of_waiting(change.policy))
    reference = change.ticket.reference if change.ticket else ""
    if (notice := change.leaks.take_notice(reference)) is not None:
        _add(change, notice)
    change.drafts = keep.waiting(change, change.drafts)
    change.history = [line for line in change.history if line["what"]]


def _is_receipt(effect: fx.Effect) -> bool:
    """Whether it tells what the act did, its mails among that: then it is composed behind them."""
    return isinstance(effect, fx.NotifyAgents) and effect.template == RECEIPT


def _add(change: TicketChange, notice: fx.NotifyAdmins) -> None:
    """What was found out while mails were composed is told, too."""
    change.tx.effects.append(notice)
    _compose(change, notice, change.record("", {}, by=DESK))


def _compose(change: TicketChange, effect: fx.Effect, line: dict[str, Any] | None) -> None:
    found = _MAILS[type(effect)](change, effect)
    keys = [one.once for one in found.drafts if one.once]
    if change.opened and isinstance(effect, fx.SendToCustomer):
        keys = []  # they name the ticket, which is new
    before = outbox.once_written(change.conn, keys)
    drafts = [draft for draft in found.drafts if draft.once not in before]
    if not (drafts or found.later):
        return
    change.drafts += drafts
    if isinstance(effect, fx.SendToCustomer) and effect.author:
        _takes_the_place(change)
        if change.message_row is not None:
            had = [mailbox_of(draft.recipient) for draft in drafts]
            conversation.went_out(change.conn, change.message_row, drafts[0].message_id, had)
    if line is not None:
        blind = found.detail.get(BCC, ())
        seen = [draft.recipient for draft in drafts if draft.recipient not in blind]
        to = {found.recipients: [*seen, *found.later]} if found.recipients else {}
        line.update(what=found.what, detail={**found.detail, **to})


def _takes_the_place(change: TicketChange) -> None:
    """An agent's answer goes in place of a greeting that still waits."""
    why = "an agent has answered meanwhile"
    for template in outbox.replace_waiting(change.conn, change.subject.id, why, change.act):
        change.record("not_sent", {"template": template, "why": why}, by=DESK)


def _send(change: TicketChange, effect: fx.SendToCustomer) -> _Composed:
    drafts = to_customer.letters(change, effect)
    detail: dict[str, Any] = {"template": effect.template}
    if blind := effect.context.get(BCC):
        detail[BCC] = list(cast("tuple[str, ...]", blind))
    if change.keeps is not None and change.keeps.waits_until is not None:
        detail |= {keep.WAITS_UNTIL: change.keeps.waits_until.isoformat(), "act": change.act}
    return _Composed(drafts, "sent", detail, "to")


def _notify(change: TicketChange, effect: fx.NotifyAgents) -> _Composed:
    now, later = hold.divided(change, effect)
    drafts = to_agents.letters(change, replace(effect, agents=now) if later else effect)
    detail: dict[str, Any] = {"template": effect.template}
    detail |= {"later": later} if later else {}
    return _Composed(drafts, "notified", detail, "agents", later)


def _held(change: TicketChange, effect: nfx.TellHeld) -> _Composed:
    detail = {"template": held_letters.mail_name(change)}
    return _Composed(held_letters.letters(change, effect), "notified", detail, "agents")


def _digest(change: TicketChange, effect: nfx.SendDigest) -> _Composed:
    detail = {"template": digest_letters.MAIL.name}
    return _Composed(digest_letters.letters(change, effect), "notified", detail, "agents")


def _admins(change: TicketChange, effect: fx.NotifyAdmins) -> _Composed:
    detail = {"template": to_admins.MAIL.name, "subject": effect.subject}
    return _Composed(to_admins.letters(change, effect), "notified", detail, "admins")


def _answers(change: TicketChange, effect: fx.AnswerAgent) -> _Composed:
    detail = {"template": answers.MAIL.name}
    return _Composed(answers.letters(change, effect), "notified", detail, "agents")


def _ask(change: TicketChange, effect: fx.AskToConfirm) -> _Composed:
    detail = {"template": confirmation.MAIL.name}
    return _Composed(confirmation.letters(change, effect), "notified", detail, "agents")


def _renewed(change: TicketChange, effect: fx.TellOfRenewal) -> _Composed:
    detail = {"template": renewed.MAIL.name}
    return _Composed(renewed.letters(change, effect), "notified", detail, "agents")


def _tell(change: TicketChange, effect: TellPerson) -> _Composed:
    detail = {"template": effect.template, "to": effect.person.key}
    return _Composed(to_person.letters(change, effect), "sent", detail)


def _form_code(change: TicketChange, effect: SendFormCode) -> _Composed:
    return _Composed(to_form.letters(change, effect), "sent", {"template": effect.template})


def _log_in(change: TicketChange, effect: SendLogIn) -> _Composed:
    return _Composed(log_in.letters(change, effect), "sent", {"template": effect.template})


def _files(change: TicketChange, effect: fx.SendFiles) -> _Composed:
    drafts, count = ticket_files.letters(change, effect)
    detail = {"to": effect.agent, "files": count, "mails": len(drafts)}
    return _Composed(drafts, "files_sent", detail)


def _smaller(change: TicketChange, effect: fx.SendWithoutFiles) -> _Composed:
    drafts, detail = without_files.letters(change, effect)
    return _Composed(drafts, "sent_without_files", detail)


_MAILS: Mapping[type[Any], Callable[[TicketChange, Any], _Composed]] = {
    fx.SendToCustomer: _send,
    fx.NotifyAgents: _notify,
    nfx.TellHeld: _held,
    nfx.SendDigest: _digest,
    fx.NotifyAdmins: _admins,
    fx.AnswerAgent: _answers,
    fx.SendFiles: _files,
    fx.AskToConfirm: _ask,
    fx.SendWithoutFiles: _smaller,
    fx.TellOfRenewal: _renewed,
    TellPerson: _tell,
    SendFormCode: _form_code,
    SendLogIn: _log_in,
}
