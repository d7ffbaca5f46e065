"""What templates are shown beside the ticket: what an effect tells, in the desk's own time zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from maildesk.desk.commands.outcomes import SPLIT_OFF
from maildesk.desk.mails.shown.small_views import LineView
from maildesk.desk.mails.views import MessageView, PersonView
from maildesk.desk.problem import Problem
from maildesk.desk.senders.contacts import asked_at, once_each
from maildesk.desk.sla.clocks import latest
from maildesk.desk.ticket import Person
from maildesk.mail.owners import mailbox_of

if TYPE_CHECKING:
    from maildesk.desk.facts import Missed
    from maildesk.desk.mails.wording import Language
    from maildesk.pipeline.transaction import TicketChange

# Shown as the effect tells them.
_AS_TOLD = (
    *("reason", "recipient", "command", "nearest", "text", "went", "what", "stays_closed"),
    *("told_resolved", "moved", "copied", "goes"),
    *("clock", "level", "target", "used", "late_by", "due_at", "opens_at", "waits_since"),
    *("proved", "refused_us", "silent_until", "score", "score_before", "doubtful"),
    *("left", "stopped"),
)


def variables_of(
    change: TicketChange, context: Mapping[str, Any], language: Language
) -> dict[str, Any]:
    """The template's variables that come from what the effect tells; reasons in this language."""
    found: dict[str, Any] = {
        name: local(change, context[name]) for name in _AS_TOLD if name in context
    }
    if "reason" in found:
        found["reason"] = language.because(found["reason"])
    if "went" in context:
        found["sent_to"] = tuple(_sent_to(change, context.get("named", ())))
    found["missed"] = tuple(_missed(change, one) for one in context.get("missed", ()))
    if "remarks" in context:
        opened = (_opened(change, "forwarded"),) if context.get("forwarded") else ()
        found["remarks"] = tuple(map(language.say, (*opened, *context["remarks"])))
    if "words" in context:
        found["reason"] = context["words"]
    if "opens" in context:
        outcomes = tuple(
            (_opened(change),) if line == context["opens"] else outcome
            for line, outcome in zip(context["lines"], context["outcomes"], strict=True)
        )
        context = {**context, "outcomes": outcomes}
    if "outcomes" in context:
        told = (tuple(_split_off(change, one) for one in line) for line in context["outcomes"])
        context = {**context, "outcomes": tuple(told)}
    return found | (_lines(context) if "lines" in context else {})


def _split_off(change: TicketChange, why: Problem) -> Problem:
    """The same; of a message that has become a ticket of its own, with that ticket's reference."""
    news = (one.ticket for one in change.tx.changes if one.opened and one is not change)
    ticket = next(news, None) if why.code == SPLIT_OFF else None
    if ticket is None:
        return why
    return Problem("split_off_as", {**why.values, "reference": ticket.reference})


def _opened(change: TicketChange, how: str = "opened") -> Problem:
    """Whose ticket it is that #new or a forward has opened, and whether they have a mail of it."""
    ticket = change.subject
    told = ticket.requester.key in {mailbox_of(draft.recipient) for draft in change.drafts}
    values = {"reference": ticket.reference, "name": _called(ticket.requester)}
    code = f"{how}_and_told" if told else f"{how}_quietly"
    return Problem(code, {**values, "channel": ticket.channel})


def _sent_to(change: TicketChange, named: Iterable[str]) -> Iterator[PersonView]:
    """Whom the words of this act have reached: their mails are composed before what tells of
    them."""
    sent = dict.fromkeys(mailbox_of(draft.recipient) for draft in change.drafts if draft.author)
    ticket = change.subject
    for person in once_each(ticket.participants, ticket, change.past):
        if person.key in sent or person.answers_to in sent:
            sent.pop(person.key, None)
            sent.pop(person.answers_to, None)
            to = asked_at(person, change.policy, change.situation.joined)
            yield PersonView("", to) if to else PersonView(person.name, person.address)
    yield from (PersonView("", one) for one in named if one in sent)


def _missed(change: TicketChange, one: Missed) -> MessageView:
    return MessageView(PersonView(one.name, one.address), local(change, one.at), one.text)


def _lines(context: Mapping[str, Any]) -> dict[str, Any]:
    """The lines of a transcript, each with what stood in its way."""
    asked = tuple(context["lines"])
    problems = tuple(map(_as_tuple, context.get("problems", ())))
    done = tuple(context.get("outcomes", ())) or ((),) * len(asked)
    whys = problems or done
    pairs = zip(asked, whys, strict=True)
    lines = tuple(LineView(line, why, not problems or not why) for line, why in pairs)
    found: dict[str, Any] = {"lines": lines}
    if "reason" not in context and "words" not in context:
        reasons = (one for why in problems for one in why)
        found["reason"] = tuple(one for one in reasons if isinstance(one, Problem))
    first = problems[0][0] if problems and problems[0] else None
    if isinstance(first, Problem) and first.code == "no_command":
        found["command"], found["nearest"] = f"#{first.values['word']}", first.nearest
    return found


def _called(person: Person) -> str:
    is_name_alone = person.has_no_address
    address = "" if is_name_alone else person.address
    return f"{person.name} <{address}>" if person.name and address else person.name or address


def _as_tuple(why: str | Problem | tuple[Problem, ...]) -> str | tuple[Problem, ...]:
    return (why,) if isinstance(why, Problem) else why


def local(change: TicketChange, value: Any) -> Any:
    """A moment in the desk's zone, that of its first calendar; anything else as it is."""
    office = change.policy.office
    return value.astimezone(office.tz) if isinstance(value, datetime) and office else value


def answer_by(change: TicketChange) -> datetime | None:
    """When the customer may expect an answer: where sla.yaml promises a first response, by then."""
    found = latest(change.clocks).get("first_response")
    if found is None or not found.level.place or not found.is_running or found.due_at is None:
        return None
    due: datetime = local(change, found.due_at)
    return due
