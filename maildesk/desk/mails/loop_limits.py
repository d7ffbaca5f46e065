"""What keeps the desk from writing by itself: limits on automatic mail, and who is never
answered."""

from __future__ import annotations

from maildesk.desk.effects import Effect, NotifyAdmins
from maildesk.desk.facts import Counters, Situation
from maildesk.desk.policy import LoopLimits, Policy
from maildesk.desk.sla.periods import show_period
from maildesk.desk.ticket import Person
from maildesk.mail.owners import organisation_of


def over_limit(counters: Counters, limits: LoopLimits, *, waits: bool = False) -> str:
    """Which loop limit forbids one more automatic mail, in words, or nothing.

    `waits`: it answers somebody's message, and where their domain has no room now it goes out
    later: many may write at once.
    """
    checks = (
        (counters.to_address, limits.per_address, "automatic mails to this person"),
        (counters.about_ticket, limits.per_ticket, "automatic mails about this ticket"),
        (0 if waits else counters.to_domain, limits.per_domain, "automatic mails to this domain"),
        (
            counters.same_subject,
            limits.per_subject,
            "automatic mails with this subject to this domain",
        ),
        (counters.total, limits.total, "automatic mails in all"),
    )
    return next(
        (
            f"{count} {what} in the last while, the limit is {limit}"
            for count, limit, what in checks
            if count >= limit
        ),
        "",
    )


def told_of_waiting(person: Person, situation: Situation, policy: Policy) -> list[Effect]:
    """Where what answers a message has to wait, the admins hear of it, once an
    hour for each domain."""
    if not situation.must_wait:
        return []
    domain, count = organisation_of(person.address), situation.counters.to_domain
    text = (
        f"{count} automatic mails went or go to people at {domain} within "
        f"{show_period(policy.loops.period)}, and nothing proves that these people wrote. Further "
        f"ones wait for their turn, {policy.loops.per_domain} at a time. None is lost, and agents "
        "were told of every message. Many people may have written at once, or somebody uses their "
        "addresses."
    )
    return [NotifyAdmins(subject=f"Mails to {domain} wait", text=text, once=f"waits:{domain}")]


def never_answered(address: str, policy: Policy) -> bool:
    """Whether this address is never written to by itself: robots, bounces, and every
    address of our own."""
    local = address.lower().partition("@")[0].partition("+")[0]
    if address.lower().endswith(".invalid"):
        return True
    return policy.is_ours(address) or any(
        local == word or local.startswith((word + "-", word + "."))
        for word in policy.loops.never_answer
    )
