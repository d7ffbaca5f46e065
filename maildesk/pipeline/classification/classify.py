"""What a message is to the desk: a fact about a ticket, or the reason why it may not be one.

`meaning_of` returns exactly one `Meaning`. Nothing is decided here, and nothing is written but the
line that says the message was seen (`duplicates`).

Theory of operation. There are two questions, and the answer to one is never taken for the other:
to which ticket does it belong (the clues of `desk.threads.thread`), and did the one write it whom
it names (`desk.senders.resolve`, `trust`, `proof`). The first line that applies has the message:

    a test mail of our own to ourselves       Probe: whoever sent it looks for it
    seen before                               Duplicate
    a report, or to a return path of ours     MachineReport
    no usable sender, blocked                 Held
    From is ours                              CameBack, else Held
    to postmaster or abuse alone, or from     ForAdmins
    ours, by no program
    shows what was made for one agent         `agent_mail.proved`: theirs only if From is too, for
                                              notifications are forwarded and addresses leak
    From is an agent's                        `agent_mail.fresh`: a From is only written; held
                                              unless a server vouches for it, or a person has
                                              released it
    anybody else                              `customer_mail.meaning`: a clue leads to the ticket,
                                              which is not yet a right to join it

A release (`job.released_by`) is a person's word: it outweighs what only a person can judge.

Why Wait: a reply may overtake the message that it answers, on another worker or server. Taken as
new it would open a second ticket. Between our look at the tickets and the one at the spool that
message may have been finished, so the tickets are looked at once more. They are locked as they
are found: whatever is decided next is decided about a ticket that stands still.
"""

from __future__ import annotations

from maildesk.desk.problem import Problem
from maildesk.desk.senders import trust
from maildesk.desk.threads.links import Purpose
from maildesk.mail.message import Kind, Mailbox
from maildesk.pipeline.classification import (
    agent_mail,
    came_back,
    customer_mail,
    duplicates,
    probes,
)
from maildesk.pipeline.classification.look import Look
from maildesk.pipeline.classification.meanings import (
    CameBack,
    Duplicate,
    ForAdmins,
    Held,
    MachineReport,
    Meaning,
    Probe,
)

_REPORTS = (Kind.DELIVERY_REPORT, Kind.FEEDBACK_REPORT, Kind.DISPOSITION_REPORT)


def meaning_of(look: Look) -> Meaning:
    """What this message is to the desk."""
    if probes.is_probe(look):
        return Probe()
    released = bool(look.job.released_by)
    if not released and not duplicates.is_first(look.conn, look.job, look.message, look.raw):
        return Duplicate()
    token = look.clues.token
    if look.message.kind in _REPORTS or (token is not None and token.purpose is Purpose.BOUNCE):
        return MachineReport(token)
    sender = look.sender
    if sender is None:
        return Held("no_sender", Problem("no_sender"))
    if look.policy.is_ours(sender.address) and not released:
        came = came_back.is_ours(look)
        why = look.author.held or Problem("own_address")
        return CameBack() if came else Held("own_address", why)
    if any(trust.is_listed(a, look.policy.trust.block) for a in look.senders) and not released:
        return Held("blocked", Problem("blocked"))
    if (look.is_for_admins and look.clues.address is None) or _is_of_our_postmaster(look, sender):
        return customer_mail.spam(look, sender.address) or ForAdmins(sender)
    found = agent_mail.shown(look, sender) if look.form is None else None
    if found is not None:
        return agent_mail.proved(look, *found, sender)
    agent = look.policy.agent(sender.address)
    if agent is not None:
        return agent_mail.fresh(look, agent)
    return customer_mail.meaning(look, sender)


def _is_of_our_postmaster(look: Look, sender: Mailbox) -> bool:
    """Whether postmaster or abuse of a domain of ours has written it: they are nobody's customer.
    What a program writes in their name is automatic mail as any."""
    if look.job.released_by or look.is_automatic:
        return False
    policy = look.policy
    return policy.is_for_admins(sender.address) and policy.agent(sender.address) is None
