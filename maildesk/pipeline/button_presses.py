"""An agent's taps that are not about a ticket's text: a failed mail again, an address again, a held mail that was theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from maildesk.desk.effects import NotifyAdmins
from maildesk.desk.threads.links import Purpose
from maildesk.desk.views import ActionView, Context, PersonView
from maildesk.mail.message import Mailbox
from maildesk.pipeline.decision_inputs import asked_enough
from maildesk.pipeline.letters import letters
from maildesk.pipeline.letters.letters import ticket_view
from maildesk.pipeline.letters.notices import desk_view, notice
from maildesk.pipeline.letters.post import post
from maildesk.store import outbox, quarantine, spool, tickets

if TYPE_CHECKING:
    from maildesk.desk.policy import Agent
    from maildesk.desk.problem import Problem
    from maildesk.pipeline.classification.classify import ButtonPress, Held
    from maildesk.pipeline.transaction import Work


_LEAKED = ("spoofed", "unproven_agent", "old_address", "new_network")  # if it was not theirs, and came to a good address of theirs
# Problems whose sentence names the agent, and that have another for the agent.
_SAID_TO_THEM = frozenset(("unproven", "by_another", "old_address", "renewed", "address_unproven", "new_network"))


def handle(work: Work, wish: ButtonPress) -> tuple[str, list[int]]:
    """Carry the wish out; the outcome's word, and the outbox rows to look at."""
    if wish.purpose is Purpose.RESEND:
        return _resend(work, wish)
    if wish.purpose is Purpose.LIFT:
        return _lift(work, wish), []
    return ("confirmed" if release(work, wish.number, wish.agent.name) else "nothing_to_confirm"), []


def _resend(work: Work, wish: ButtonPress) -> tuple[str, list[int]]:
    """Send this mail, which failed, once more; the ticket's history says who wanted it."""
    row = outbox.by_id(work.conn, wish.number)
    if row is None or not outbox.send_again(work.conn, wish.number, work.now):
        return "nothing_to_resend", []
    work.ticket = tickets.ticket(work.conn, row.ticket_id, work.policy, lock=True) if row.ticket_id else None
    work.record("resent", {"recipient": row.recipient, "purpose": row.purpose}, who=wish.agent.address)
    tickets.add_history(work.conn, work.history)
    return "resent", [wish.number]


def _lift(work: Work, wish: ButtonPress) -> str:
    """Write to the recipient of this mail again, though a report said that there is no such address."""
    row = outbox.by_id(work.conn, wish.number)
    if row is None or not outbox.lift(work.conn, row.recipient):
        return "nothing_to_lift"
    work.ticket = tickets.ticket(work.conn, row.ticket_id, work.policy, lock=True) if row.ticket_id else None
    work.record("lifted", {"address": row.recipient}, who=wish.agent.address)
    tickets.add_history(work.conn, work.history)
    return "lifted"


def release(work: Work, held_id: int, by: str) -> bool:
    """Let a held message through the pipeline again; False where it was decided before, or cannot be."""
    row = quarantine.by_id(work.conn, held_id)
    if row is None or row.spool_id is None or not quarantine.decide(work.conn, held_id, "released", by, work.now):
        return False
    spool.release(work.conn, row.spool_id, by, work.now)
    return True


def ask_to_confirm(work: Work, held: Held, held_id: int) -> list[int]:
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


def _tell_of_silence(work: Work, agent: Agent) -> list[int]:
    """The admins hear that mail in this agent's name is held of which the agent hears no more."""
    text = (
        f"So much mail in the name of {agent.name} ({agent.address}) was held within a short time that they are told of "
        "no more for now: nothing proves that it is theirs, and it came without a reply address of theirs. Somebody may be "
        f"writing in their name. If {agent.name} did write it, nobody else knows.\n\n"
        "`maildesk quarantine list` has it; `release` lets one through.\n"
    )
    effect = NotifyAdmins(subject=f"Mail in the name of {agent.name} is held", text=text, once=f"silent:{agent.address}")
    return post(work, letters.to_admins(work, effect))
