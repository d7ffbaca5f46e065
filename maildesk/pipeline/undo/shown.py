"""What a receipt says of its act: what is other than before, and what taking it back would do."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from maildesk.desk.evolve import ARCHIVED, CUSTOM
from maildesk.desk.mails.mail import To
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.mails.shown.small_views import ChangeView
from maildesk.desk.undo.facets import LABEL, PERSON, changed
from maildesk.desk.undo.past_act import PastAct
from maildesk.desk.undo.take_back import obstacle, put_back
from maildesk.mail.invisible import isolated
from maildesk.mail.owners import mailbox_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maildesk.desk.mails.wording import Language
    from maildesk.desk.policy import Agent
    from maildesk.pipeline.transaction import TicketChange

_LONGEST = 200  # characters of a value
_WORDS = ("status", "priority", "type")  # the desk's words, which languages have their own for


def can_be_undone(change: TicketChange) -> bool:
    """Whether taking this act back would do something."""
    act = _act(change)
    return act is not None and obstacle(act, change.policy, change.now) is None


def variables(change: TicketChange, agent: Agent, language: Language) -> dict[str, Any]:
    """What the receipt of this agent shows of it; nothing where no act is kept."""
    act = _act(change)
    if act is None or change.keeps is None:
        return {}
    zone = change.policy.tz
    told = {
        name: _change(change, agent, language, name, pair) for name, pair in act.changed.items()
    }
    found: dict[str, Any] = {"changed": tuple(told.values())}
    if (until := change.keeps.waits_until) is not None:
        found["waits_until"] = f"{until.astimezone(zone):%H:%M:%S}"
    if obstacle(act, change.policy, change.now) is None:
        found["undo_until"] = (act.at + change.policy.periods.undo).astimezone(zone)
        found["put_back"] = tuple(told[name] for name in put_back(act))
    if until is None:
        found["out"] = tuple(dict.fromkeys(_out(change)))
    return found


def _act(change: TicketChange) -> PastAct | None:
    """This act, as whoever takes it back would find it."""
    effect, before, after = change.keeps, change.before, change.ticket
    if change.act is None or effect is None or before is None or after is None:
        return None
    outside = any(mail_of(draft.purpose).to is To.CUSTOMER for draft in change.drafts)
    mails = "waiting" if effect.waits_until else "out" if outside or effect.is_answer else "none"
    return PastAct(
        id=change.act,
        at=change.now,
        who=change.tx.actor.who,
        changed=changed(before, after),
        sets=frozenset(effect.sets),
        undo=effect.undo,
        message=change.message_row if effect.is_answer else None,
        mails=mails,
    )


def _out(change: TicketChange) -> Iterator[str]:
    """Whom mails of this act go to, beside who acts and the admins."""
    actor = mailbox_of(change.tx.actor.agent or "")
    for draft in change.drafts:
        if mailbox_of(draft.recipient) != actor and mail_of(draft.purpose).to is not To.ADMINS:
            agent = change.policy.agent(draft.recipient)
            yield agent.name if agent else draft.recipient


def _change(
    change: TicketChange, agent: Agent, language: Language, name: str, pair: tuple[str, str]
) -> ChangeView:
    before, after = (_said(change, agent, language, name, value) for value in pair)
    if name.startswith(CUSTOM):
        return ChangeView(name.removeprefix(CUSTOM).replace("_", " "), before, after)
    kind, _, rest = name.partition(":")
    what = language.word(f"field_{kind}")
    rest = (pair[0] or pair[1]) if name.startswith(LABEL) else rest
    return ChangeView(f"{what} {rest}".strip(), before, after)


def _said(change: TicketChange, agent: Agent, language: Language, name: str, value: str) -> str:
    """The value in words."""
    if name == "assignee":
        owner = change.policy.agent(value) if value else None
        if owner is not None and owner.address == agent.address:
            return language.word("you")
        return (owner.name if owner else value) or language.word("nobody")
    if name.startswith(LABEL):
        return language.word("label_on" if value else "label_off")
    if name.startswith(PERSON):
        return language.word(f"person_{value.partition(' ')[0] or 'none'}")
    if name == "asleep" and value:
        at = datetime.fromisoformat(value).astimezone(change.policy.tz)
        return language.moment(at, language.long)
    if name == "asleep":
        return language.word("asleep_no")
    if name == ARCHIVED:
        return language.word("archived_yes" if value else "archived_no")
    if name == "spent":
        minutes = int(value) // 60
        return f"{minutes // 60}h {minutes % 60:02d}m"
    if name in _WORDS:
        return language.word(value) if value else language.word("empty")
    line = " ".join(value.split())
    line = line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
    return isolated(line) or language.word("empty")
