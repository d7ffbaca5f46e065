"""What keeps the desk from writing by itself: limits on automatic mail, and who is never
answered.

What is counted is loops, not people: what went to one person, and messages that mail of ours has
caused (see `store.loops.causes`). A crowd that writes at once is answered at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from maildesk.desk.effects import Effect, NotifyAdmins, Record, StartClock
from maildesk.desk.facts import Counters
from maildesk.desk.mails.limits import LoopLimits
from maildesk.desk.policy import Policy
from maildesk.desk.sla.periods import show_period
from maildesk.mail.owners import organisation_of

SHORTLY = timedelta(minutes=5)  # within which a message may be an answer to a mail of ours
QUIET = SHORTLY + timedelta(minutes=1)  # how long it is waited for their next message
# How many mails that were held back have to be answered to prove a loop: where the words are the
# same, and whatever they say. They count to the limits, so that a loop has no more than those.
WORDS_PROVE, ROW_PROVES = 2, 3
HELD = "held:"  # of the kinds of timers of greetings that are held back
HELD_BACK = "held_back"  # the history's word


def over_limit(counters: Counters, limits: LoopLimits) -> str:
    """Which loop limit forbids one more automatic mail, in words, or nothing."""
    if counters.is_loop:
        return "their mail answers each of ours, what was held back for a while as well"
    after = "each right after a mail of ours"
    checks = (
        (counters.to_address, limits.per_address, "automatic mails to this person"),
        (counters.about_ticket, limits.per_ticket, "automatic mails about this ticket"),
        (
            counters.references,
            limits.per_subject,
            f"messages from this domain with a reference of ours, {after},",
        ),
        (
            counters.same_words,
            _same_words(counters, limits),
            f"messages from this domain in the same words, {after},",
        ),
        (
            counters.in_a_row,
            suspicious_row(limits),
            f"messages from this domain in a row, {after},",
        ),
    )
    return next(
        (
            f"{count} {what} in the last while, the limit is {limit}"
            for count, limit, what in checks
            if count >= limit
        ),
        "",
    )


def _same_words(counters: Counters, limits: LoopLimits) -> int:
    """Where it has turned out that such messages come without ours, too, it takes twice as many
    for the next suspicion."""
    return max(suspicious_words(limits), 2 * counters.spared)


def suspicious_words(limits: LoopLimits) -> int:
    """How many messages in the same words look like a loop."""
    return max(1, limits.per_subject - WORDS_PROVE)


def suspicious_row(limits: LoopLimits) -> int:
    """How many in a row."""
    return max(1, limits.per_domain - ROW_PROVES)


def may_be_a_crowd(counters: Counters, limits: LoopLimits) -> bool:
    """Whether nothing that is over a limit proves a loop: people who write about one thing, one
    after the other, look the same until the desk is silent."""
    certain = (
        (counters.to_address, limits.per_address),
        (counters.about_ticket, limits.per_ticket),
        (counters.references, limits.per_subject),
    )
    return not counters.is_loop and all(count < limit for count, limit in certain)


def held_back(template: str, why: str, address: str, words: str, now: datetime) -> list[Effect]:
    """This greeting waits until it is known whether their mail comes without it, too (see
    `desk.rules.held_greetings`)."""
    organisation = organisation_of(address)
    kind = f"{HELD}{organisation}:{words}"
    detail = {"template": template, "why": why}
    return [Record(what=HELD_BACK, detail=detail), StartClock(kind=kind, due_at=now + QUIET)]


def group_of(kind: str) -> tuple[str, str]:
    """The organisation and the words for which a timer of this kind holds a greeting back."""
    organisation, _, words = kind.removeprefix(HELD).rpartition(":")
    return organisation, words


def is_told(counters: Counters, limits: LoopLimits) -> bool:
    """Whether the admins hear of it: not of a mere row, which a busy domain makes, too."""
    return says_the_same(counters, limits) or not may_be_a_crowd(counters, limits)


def says_the_same(counters: Counters, limits: LoopLimits) -> bool:
    """Whether it is the same words, again and again, that look like a loop."""
    return counters.same_words >= _same_words(counters, limits)


def told_of_waiting(policy: Policy) -> NotifyAdmins:
    """What the admins hear, once an hour, where automatic mails wait for the limit of all."""
    loops = policy.loops
    period = show_period(loops.period)
    text = (
        f"{loops.total} automatic mails went out within {period}, as many as `total` in desk.yaml "
        "(`loops`) allows. Further ones wait for their turn and go out later, unless an agent has "
        "answered until then. None is lost, and agents are told of every message at once. Many "
        "people may have written, a rule may mail too many, or somebody uses others' addresses."
    )
    return NotifyAdmins(subject="Automatic mails wait", text=text, once="waits")


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
