"""An agent's taps that are not about a ticket's text: a failed mail again, an address again, a held mail that was theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from maildesk.desk.actor import agent_acts
from maildesk.desk.effects import NotifyAdmins, Record
from maildesk.desk.threads.links import Purpose
from maildesk.desk.views import ActionView, Context, PersonView
from maildesk.mail.message import Mailbox
from maildesk.pipeline.apply import apply
from maildesk.pipeline.decision_inputs import asked_enough
from maildesk.pipeline.letters import letters
from maildesk.pipeline.letters.letters import ticket_view
from maildesk.pipeline.letters.notices import desk_view, notice
from maildesk.pipeline.letters.post import post
from maildesk.pipeline.transaction import New
from maildesk.store import outbox, quarantine, spool, tickets

if TYPE_CHECKING:
    from maildesk.desk.policy import Agent
    from maildesk.desk.problem import Problem
    from maildesk.pipeline.classification.classify import ButtonPress, Held
    from maildesk.pipeline.transaction import Target, TicketChange, Transaction


_LEAKED = ("spoofed", "unproven_agent", "old_address", "new_network")  # if it was not theirs, and came to a good address of theirs
# Problems whose sentence names the agent, and that have another for the agent.
_SAID_TO_THEM = frozenset(("unproven", "by_another", "old_address", "renewed", "address_unproven", "new_network"))


def handle(tx: Transaction, press: ButtonPress) -> tuple[str, list[int]]:
    """Do what was tapped; the outcome's word, and the outbox rows to look at."""
    tx.actor = agent_acts(press.agent, tx.actor.door)
    if press.purpose is Purpose.RESEND:
        return _resend(tx, press)
    if press.purpose is Purpose.LIFT:
        return _lift(tx, press), []
    return ("confirmed" if release(tx, press.number, press.agent.name) else "nothing_to_confirm"), []


def _resend(tx: Transaction, press: ButtonPress) -> tuple[str, list[int]]:
    """Send this mail, which failed, once more; the ticket's history says who wanted it."""
    row = outbox.by_id(tx.conn, press.number)
    if row is None or not outbox.send_again(tx.conn, press.number, tx.now):
        return "nothing_to_resend", []
    line = Record(what="resent", detail={"recipient": row.recipient, "purpose": row.purpose})
    return "resent", [press.number, *apply(tx, [(_ticket_of(tx, row.ticket_id), line)])]


def _lift(tx: Transaction, press: ButtonPress) -> str:
    """Write to the recipient of this mail again, though a report said that there is no such address."""
    row = outbox.by_id(tx.conn, press.number)
    if row is None or not outbox.lift(tx.conn, row.recipient):
        return "nothing_to_lift"
    line = Record(what="lifted", detail={"address": row.recipient})
    apply(tx, [(_ticket_of(tx, row.ticket_id), line)])
    return "lifted"


def _ticket_of(tx: Transaction, ticket_id: int | None) -> Target:
    found = tickets.ticket(tx.conn, ticket_id, tx.policy, lock=True) if ticket_id else None
    return found or New()


def release(tx: Transaction, held_id: int, by: str) -> bool:
    """Let a held message through the pipeline again; False where it was decided before, or cannot be."""
    row = quarantine.by_id(tx.conn, held_id)
    if row is None or row.spool_id is None or not quarantine.decide(tx.conn, held_id, "released", by, tx.now):
        return False
    spool.release(tx.conn, row.spool_id, by, tx.now)
    return True


def ask_to_confirm(work: TicketChange, held: Held, held_id: int) -> list[int]:
    """Tell the agent on file that a mail in their name is held. One tap releases it, where that may be offered at all.

    One that came with an address of their own is always told: they would believe that they have answered. Of those that
    anybody can forge they hear as often as anybody may get automatic mails, and then the admins do, once an hour.
    """
    agent, policy = held.agent, work.policy
    if agent is None or work.message is None:
        return []
    if not held.own_address and asked_enough(work.conn, work.now, policy, agent.address):
        return _tell_of_silence(work, agent)
    address = (policy.desk_address(held.ticket.address) if held.ticket else None) or policy.addresses[0]
    confirm = work.signed_address(address.address, Purpose.CONFIRM, held_id, agent.address)
    subject = f"Held: {work.message.subject[:500] or '(no subject)'}"
    words = policy.wording.of(agent.language).button("confirm")
    may_confirm = held.reason in ("unproven_agent", "expired", "renewed", "old_address", "new_network")
    link = ActionView(words, f"mailto:{quote(confirm, safe='@+')}?subject={quote(subject)}&body={quote('#confirm')}", "confirm")
    sender = work.message.sender.address if work.message.sender else ""
    context = Context(
        desk=desk_view(policy, address),
        ticket=ticket_view(held.ticket, work) if held.ticket else None,
        subject=subject,
        person=PersonView(agent.name, agent.address, agent.name.split()[0]),
        recipient=sender,
        reason=(_to_themselves(held.problem),),
        leaked=held.own_address and held.reason in _LEAKED,
        text=work.message.reply[:2000],
        actions=(link,) if may_confirm else (),
    )
    draft = notice(
        work,
        "agent_held",
        agent.language,
        context,
        to=Mailbox(agent.name, agent.address),
        address=address,
        label=f"held.{held_id}",
        purpose="agent_held",
        reply_to=confirm if may_confirm else "",
        ticket_id=held.ticket.id if held.ticket else None,
        automatic=not held.own_address,
        once=f"held:{held_id}",
    )
    return post(work, [draft])


def _to_themselves(problem: Problem) -> Problem:
    """Why it is held, as one says it to the agent whose name it bears."""
    return replace(problem, code=f"yours_{problem.code}") if problem.code in _SAID_TO_THEM else problem


def _tell_of_silence(work: TicketChange, agent: Agent) -> list[int]:
    """The admins hear that mail in this agent's name is held of which the agent hears no more."""
    text = (
        f"So much mail in the name of {agent.name} ({agent.address}) was held within a short time that they are told of "
        "no more for now: nothing proves that it is theirs, and it came without a reply address of theirs. Somebody may be "
        f"writing in their name. If {agent.name} did write it, nobody else knows.\n\n"
        "`maildesk quarantine list` has it; `release` lets one through.\n"
    )
    effect = NotifyAdmins(subject=f"Mail in the name of {agent.name} is held", text=text, once=f"silent:{agent.address}")
    return post(work, letters.to_admins(work, effect))
