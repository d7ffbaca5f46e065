"""What an agent hears of what their mail did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from maildesk.desk.commands.families.recipients import named_in, remark_on
from maildesk.desk.commands.joining import remarks_on
from maildesk.desk.commands.outcomes import outcome
from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.commands.table import tells_itself
from maildesk.desk.effects import AddMessage, Effect, NotifyAgents, SendToCustomer
from maildesk.desk.evolve import evolved
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.ticket import Status
from maildesk.desk.undo.undo_effects import TakeBack

_OF_CUSTOMERS = ("customer", "also")  # of whom it then says what is known of them elsewhere


def transcript(
    request: Request,
    commands: Sequence[Command],
    effects: Sequence[Effect],
    told: Mapping[str, object],
) -> list[Effect]:
    """The agent hears what was done, but for what they see in a mail of its own.

    Whoever answers in a closed ticket may not know that it is closed: they hear so, too. An answer
    to this leads where their mail led.
    """
    shown = [one for one in commands if not tells_itself(one)]
    lines = tuple(one.line for one in shown)
    went, to = _went(effects), (request.by.address,)
    after = evolved(request.ticket, effects, request.policy, request.now) or request.ticket
    is_closed = request.ticket.behaviour is Status.CLOSED is after.behaviour
    outcomes = tuple(
        remarks_on(one, effects, request)
        or remark_on(one, effects)
        or outcome(one, effects, request, after)
        for one in shown
    )
    context: dict[str, object] = {"lines": lines, "went": went, "outcomes": outcomes}
    context["named"] = named_in(effects)
    context["shows_known"] = any(one.name in _OF_CUSTOMERS for one in shown)
    context["stays_closed"] = is_closed and went == "customer"
    context |= {**told, "told_resolved": _told_resolved(effects)}
    context |= _taken_back(request, effects)
    worth_it = (lines, told.get("waits"), told["missed"], told["copied"], told["remarks"])
    if not (any(worth_it) or context["stays_closed"]):
        return []
    return [NotifyAgents(agents=to, template="agent_transcript", context=context)]


def _taken_back(request: Request, effects: Sequence[Effect]) -> dict[str, object]:
    """Of an act that this takes back: what stays as it is, and the words that go to nobody."""
    found = next((one for one in effects if isinstance(one, TakeBack)), None)
    if found is None or request.undoes is None:
        return {}
    said = {"text": request.undoes.text} if found.message is not None else {}
    return {"left": found.left, "stopped": found.withdraws, **said}


def _went(effects: Sequence[Effect]) -> str:
    """Where the text went that stood beside the commands, as the transcript says it."""
    kinds = {effect.kind for effect in effects if isinstance(effect, AddMessage)}
    if kinds:
        return "note" if "note" in kinds else "customer"
    return ""


def _told_resolved(effects: Sequence[Effect]) -> bool:
    """Whether the customer hears in the desk's own words that it is resolved."""
    sent = [one for one in effects if isinstance(one, SendToCustomer) and not one.text]
    return any(mail_of(one.template).asks == "score" for one in sent)
