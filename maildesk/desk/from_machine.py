"""When no person wrote: automatic mail, or a delivery that failed."""

from __future__ import annotations

from datetime import datetime

from maildesk.desk.effects import (
    AddMessage,
    Effect,
    Hold,
    NotifyAdmins,
    NotifyAgents,
    OpenTicket,
    Record,
    Suppress,
)
from maildesk.desk.facts import AutomaticMail, DeliveryFailed
from maildesk.desk.mails.mail import To
from maildesk.desk.mails.recipients import audience
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.policy import Policy
from maildesk.desk.threads import reference
from maildesk.desk.ticket import Ticket
from maildesk.mail.owners import mailbox_of

# How the reasons of `mail.auto` begin where a machine answered somebody's mail.
_WITH_WORDS = "answer to an invitation"  # may say something beside yes or no
_REPLIED = (
    "auto-submitted: auto-replied",
    "out of office",
    "challenge",
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    _WITH_WORDS,
)
# RFC 3463, 3.2: this mailbox, domain or syntax is no good. 5.1.7 and 5.1.8 blame the sender's
# address, not the recipient's.
_NO_SUCH_ADDRESS = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
_UNDELIVERED = "agent_undelivered"
# RFC 3463, 3.6 and 3.8, and 5.1.7 and 5.1.8: our protocol, our standing, our address were refused.
# 5.7.2, 5.7.13 and 5.7.17 are about the recipient's own mailbox (a list of members, an account).
_OURS = ("5.5.", "5.7.", "5.1.7", "5.1.8")
_THEIRS_ALL_THE_SAME = frozenset({"5.5.3", "5.7.2", "5.7.13", "5.7.17", "5.7.18", "5.7.19"})


def wrote(
    ticket: Ticket | None, fact: AutomaticMail, policy: Policy, _now: datetime
) -> list[Effect]:
    """Automatic mail is kept where it belongs; it is never answered, moves nothing, and counts as
    no answer."""
    if fact.from_agent is not None:
        if ticket is None:
            return [
                Hold(
                    reason="automatic",
                    words=(
                        f"an automatic mail from {fact.from_agent.name} that belongs to no ticket"
                    ),
                )
            ]
        return [
            Record(
                what="automatic",
                detail={"from": fact.from_agent.address, "subject": fact.message.subject[:200]},
            )
        ]
    kept = AddMessage(
        kind="public",
        direction="in",
        sender=fact.sender,
        text=fact.message.text,
        reply=fact.message.reply,
        automatic=True,
        has_files=bool(fact.message.attachments),
    )
    if ticket is not None:
        return [kept]
    reasons = fact.message.reasons
    says = _WITH_WORDS in reasons and not fact.message.is_response
    if not says and any(reason.startswith(_REPLIED) for reason in reasons):
        return [Hold(reason="automatic", words="an automatic reply that belongs to no ticket")]
    queue = policy.queues[fact.address.queue]
    opened = OpenTicket(
        subject=reference.without_reference(policy.reference_format, fact.message.subject),
        queue=queue.name,
        priority=fact.address.priority or queue.priority,
        category=fact.address.category or queue.category,
        requester=fact.sender,
        address=fact.address.address,
        language=fact.address.language or policy.default_language,
    )
    why = ", ".join(fact.message.reasons) or "automatic"
    return [opened, kept, Record(what="not_acknowledged", detail={"why": why})]


def could_not_deliver(
    ticket: Ticket | None, fact: DeliveryFailed, policy: Policy, now: datetime
) -> list[Effect]:
    """Note it on the ticket and tell the one who wrote it; an address that does not exist is left
    alone for a while.

    That it is left alone is told with it, and may be undone. What proves nothing is told once, and
    changes nothing.
    """
    if not fact.proved:
        return _claimed(ticket, fact, policy, now)
    effects: list[Effect] = []
    until = (
        now + policy.periods.suppress
        if fact.permanent and fact.status in _NO_SUCH_ADDRESS
        else None
    )
    if until is not None:
        effects.append(Suppress(address=fact.recipient, until=until))
    to_admins = mail_of(fact.purpose).to is To.ADMINS
    if fact.permanent and not to_admins and _is_ours(fact.status):
        effects.append(_refused_us(fact))
    if ticket is None:
        return effects
    effects.append(Record(what="bounced" if fact.permanent else "delayed", detail=_detail(fact)))
    if not mail_of(fact.purpose).failure_told:
        return effects  # it would be the next one that is not delivered; the outbox lists it
    told = _told(ticket, fact, policy, now)
    if fact.permanent and not told:
        text = (
            f"{fact.purpose} mail about {ticket.reference} to {fact.recipient} did not "
            f"arrive: {fact.words[:500]}"
        )
        return [
            *effects,
            NotifyAdmins(
                subject="A notification did not arrive",
                text=text,
                once=f"undelivered:{fact.recipient}",
            ),
        ]
    if fact.permanent:
        context = _context(fact) | ({"silent_until": until} if until is not None else {})
        context |= {"refused_us": True} if _is_ours(fact.status) and not to_admins else {}
        effects.append(NotifyAgents(agents=told, template=_UNDELIVERED, context=context))
    if fact.permanent and fact.unheard and policy.agent(fact.recipient) is not None:
        what = policy.wording.english.word(_what(fact))
        text = (
            f"{what} about {ticket.reference} reached nobody: {fact.recipient}: {fact.words[:500]}"
        )
        effects.append(
            NotifyAdmins(
                subject="A notification reached nobody",
                text=text,
                once=f"unheard:{ticket.id}:{fact.purpose}",
            )
        )
    return effects


def _is_ours(status: str) -> bool:
    return status.startswith(_OURS) and status not in _THEIRS_ALL_THE_SAME


def _refused_us(fact: DeliveryFailed) -> NotifyAdmins:
    """What the admins hear of a refusal of us: once for each domain that says it."""
    domain = fact.recipient.rpartition("@")[2].lower()
    return NotifyAdmins(
        subject="A mail server refuses what this desk sends",
        text=(
            f"The server of {domain} refused a mail to {fact.recipient} ({fact.status}): "
            f"{fact.words[:500]}\n\nThat is not the recipient's fault, and the address stays in "
            "use: look at how this desk sends (host name and PTR record, SPF, DKIM and DMARC of "
            "its domain, block lists, the relay's sending limits)."
        ),
        once=f"refused:{domain}:{fact.status}",
    )


def _claimed(
    ticket: Ticket | None, fact: DeliveryFailed, policy: Policy, now: datetime
) -> list[Effect]:
    """A report that anybody in the conversation could have written: noted, and told the first time
    it is about this mail."""
    outbox = str(fact.outbox_id)
    if ticket is None or any(
        e.what == "unproved_report" and e.detail.get("outbox") == outbox
        for e in fact.situation.history
    ):
        return []
    effects: list[Effect] = [
        Record(what="unproved_report", detail=_detail(fact) | {"outbox": outbox})
    ]
    told = _told(ticket, fact, policy, now)
    if fact.permanent and told and mail_of(fact.purpose).failure_told:
        context = _context(fact) | {"proved": False}
        effects.append(NotifyAgents(agents=told, template=_UNDELIVERED, context=context))
    return effects


def _what(fact: DeliveryFailed) -> str:
    """The word for what the mail was; empty where it was the answer of the agent who is told."""
    mail = mail_of(fact.purpose)
    return "" if fact.author and mail.answers else mail.called


def _detail(fact: DeliveryFailed) -> dict[str, str]:
    detail = {
        "recipient": fact.recipient,
        "status": fact.status,
        "words": fact.words[:500],
        "purpose": fact.purpose,
    }
    return detail if fact.message_row is None else detail | {"message": str(fact.message_row)}


def _context(fact: DeliveryFailed) -> dict[str, object]:
    return {
        "recipient": fact.recipient,
        "status": fact.status,
        "words": fact.words,
        "outbox_id": fact.outbox_id,
        "what": _what(fact),
    }


def _told(ticket: Ticket, fact: DeliveryFailed, policy: Policy, now: datetime) -> tuple[str, ...]:
    """The agent who wrote the mail, else the assignee, else who watches; never whom it could not be
    delivered to."""
    is_theirs = bool(fact.author) and policy.agent(fact.author) is not None
    told = (fact.author,) if is_theirs else audience(ticket, policy, now)
    return tuple(
        a
        for a in told
        if (found := policy.agent(a)) is not None and mailbox_of(fact.recipient) not in found.keys
    )
