"""An agent's taps that are not about a ticket's text: a failed mail again, an address again, a held
mail that was theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.actor import agent_acts
from maildesk.desk.effects import NotifyAgents
from maildesk.desk.threads.links import Purpose
from maildesk.errors import Refused
from maildesk.pipeline import queue_acts

if TYPE_CHECKING:
    from maildesk.pipeline.classification.meanings import ButtonPress
    from maildesk.pipeline.transaction import Transaction

# What each does; the outcome's word, and the word where there is nothing to do.
# Only of a mail that is let through the agent sees by itself that it was done.
_ACTS = {
    Purpose.RESEND: (queue_acts.resend, "resent", "nothing_to_resend"),
    Purpose.LIFT: (queue_acts.lift, "lifted", "nothing_to_lift"),
    Purpose.CONFIRM: (queue_acts.release, "confirmed", "nothing_to_confirm"),
}


def handle(tx: Transaction, press: ButtonPress) -> tuple[str, list[int]]:
    """Do what was tapped; the outcome's word, and the outbox rows to look at."""
    act, done, nothing = _ACTS[press.purpose]
    tx.actor = agent_acts(press.agent, tx.actor.door)
    line = {"lines": (f"#{press.purpose.name.lower()}",)}
    told = NotifyAgents(agents=(press.agent.address,), template="agent_transcript", context=line)
    beside = () if press.purpose is Purpose.CONFIRM else (told,)
    try:
        return done, act(tx, press.number, *beside)
    except Refused:
        return nothing, []
