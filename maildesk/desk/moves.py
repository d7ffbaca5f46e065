"""A move of the ticket, who hears of it, and what keeps the desk from writing by itself."""

from __future__ import annotations

from collections.abc import Iterable

from maildesk.desk.effects import Effect, NotifyAdmins, NotifyAgents, SendToCustomer, SetStatus
from maildesk.desk.facts import Counters, Situation
from maildesk.desk.policy import LoopLimits, Policy
from maildesk.desk.sla.periods import show_period
from maildesk.desk.ticket import Move, Person, Ticket, after
from maildesk.mail.owners import organisation_of


def move(ticket: Ticket, how: Move, why: str, *, assigned: bool | None = None) -> list[Effect]:
    """The effects of this move, none where the ticket stays as it is. Refused where the table has no such move."""
    target = after(ticket.behaviour, how, assigned=bool(ticket.assignee) if assigned is None else assigned)
    return [] if target is ticket.behaviour else [SetStatus(status=target, why=why)]


def audience(ticket: Ticket, policy: Policy) -> tuple[str, ...]:
    """Who is told what happens on a ticket: its assignee while there is one, else the agents of its queue."""
    owner = policy.agent(ticket.assignee) if ticket.assignee else None
    return (owner.address,) if owner else tuple(a.address for a in policy.agents_of(ticket.queue))


def tell(agents: Iterable[str], template: str, event: str, policy: Policy, *, but: str = "", **more: object) -> list[Effect]:
    """A notification to those of these agents who want to hear of this event."""
    wanting = tuple(a for a in agents if a != but and (found := policy.agent(a)) is not None and event in found.notify)
    return [NotifyAgents(agents=wanting, template=template, **more)] if wanting else []  # type: ignore[arg-type]


def over_limit(counters: Counters, limits: LoopLimits, *, waits: bool = False) -> str:
    """Which loop limit forbids one more automatic mail, in words, or nothing.

    `waits`: it answers somebody's message, and where their domain has no room now it goes out later: many may write at once.
    """
    checks = (
        (counters.to_address, limits.per_address, "automatic mails to this person"),
        (counters.about_ticket, limits.per_ticket, "automatic mails about this ticket"),
        (0 if waits else counters.to_domain, limits.per_domain, "automatic mails to this domain"),
        (counters.same_subject, limits.per_subject, "automatic mails with this subject to this domain"),
        (counters.total, limits.total, "automatic mails in all"),
    )
    return next((f"{count} {what} in the last while, the limit is {limit}" for count, limit, what in checks if count >= limit), "")


def told_of_waiting(person: Person, situation: Situation, policy: Policy) -> list[Effect]:
    """Where what answers a message has to wait, the admins hear of it, once an hour for each domain."""
    if not situation.must_wait:
        return []
    domain, count = organisation_of(person.address), situation.counters.to_domain
    text = (
        f"{count} automatic mails went or go to people at {domain} within {show_period(policy.loops.period)}, and nothing proves "
        f"that these people wrote. Further ones wait for their turn, {policy.loops.per_domain} at a time. None is lost, and "
        "agents were told of every message. Many people may have written at once, or somebody uses their addresses."
    )
    return [NotifyAdmins(subject=f"Mails to {domain} wait", text=text, once=f"waits:{domain}")]


def never_answered(address: str, policy: Policy) -> bool:
    """Whether this address is never written to by itself: robots, bounces, and every address of our own."""
    local = address.lower().partition("@")[0].partition("+")[0]
    if address.lower().endswith(".invalid"):
        return True
    return policy.is_ours(address) or any(
        local == word or local.startswith((word + "-", word + ".")) for word in policy.loops.never_answer
    )


def resolution(text: str, author: str, policy: Policy, *, with_message: bool = False) -> Effect:
    """The mail that says it is resolved, with the stars; an agent's words make it an agent's reply."""
    return SendToCustomer(
        template="resolution",
        automatic=not text,
        text=text,
        author=author,
        everyone=bool(text),
        with_message=with_message,
        context={"survey": policy.survey},
    )
