"""An agent's taps that are not about a ticket's text: a failed mail again, an address again, a held
mail that was theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from maildesk.desk.actor import agent_acts
from maildesk.desk.effects import NotifyAgents
from maildesk.desk.problem import Problem
from maildesk.errors import Refused
from maildesk.pipeline import queue_acts

if TYPE_CHECKING:
    from maildesk.pipeline.classification.meanings import ButtonPress
    from maildesk.pipeline.transaction import Transaction

# What each word does; the outcome's word, and the word where there is nothing to do.
_ACTS: Mapping[str, tuple[Callable[..., list[int]], str, str]] = {
    "resend": (queue_acts.resend, "resent", "nothing_to_resend"),
    "lift": (queue_acts.lift, "lifted", "nothing_to_lift"),
    "confirm": (queue_acts.release, "confirmed", "nothing_to_confirm"),
    "note": (queue_acts.release_as_note, "confirmed", "nothing_to_confirm"),
    "discard": (queue_acts.drop, "discarded", "nothing_to_discard"),
}
_SEEN_ANYWAY = ("confirm", "note")  # that a mail is let through the agent sees by itself


def handle(tx: Transaction, press: ButtonPress) -> tuple[str, list[int]]:
    """Do what was tapped; the outcome's word, and the outbox rows to look at."""
    act, done, nothing = _ACTS[press.word]
    tx.actor = agent_acts(press.agent, tx.actor.door)
    line: dict[str, object] = {"lines": (f"#{press.word}",)}
    if press.word == "discard":  # a word that stands in no guide
        line["outcomes"] = ((Problem("thrown_away"),),)
    told = NotifyAgents(agents=(press.agent.address,), template="agent_transcript", context=line)
    beside = () if press.word in _SEEN_ANYWAY else (told,)
    try:
        return done, act(tx, press.number, *beside)
    except Refused:
        return nothing, []
