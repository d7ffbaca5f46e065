"""The author of a message is found out: who asks, who carried it to us, where answers go.

Resolved once, right after a message is read; whatever is decided later goes by this value and not
by From. The first line that applies has the message:

    From is an agent's                    the agent
    desk.yaml names the sender a carrier  who stands where the entry says, if its proof holds
    a list or group has rewritten From    its author, as the list has written them down
    anybody else                          From

Answers of agents go where the author asked for them (Reply-To, RFC 5322, 3.6.2); what goes out by
itself goes to the author. For Reply-To is as easily written as From is: whoever puts a victim there
makes an agent write to them, whom agents are shown, and no program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from maildesk.desk.mails.loop_limits import never_answered
from maildesk.desk.policy import Policy
from maildesk.desk.problem import Problem
from maildesk.desk.senders import carriers
from maildesk.desk.senders.author import Author
from maildesk.desk.senders.carriers import Evidence
from maildesk.desk.senders.entries import Carrier
from maildesk.desk.ticket import NO_ADDRESS
from maildesk.mail.message import Kind, Mailbox, Message
from maildesk.mail.origin import lists
from maildesk.mail.origin.addresses import is_usable, original

# who wrote a message that names nobody (RFC 2606); never written to
NOBODY = NO_ADDRESS
MOST_ASKED_FOR = 5  # addresses in Reply-To that are followed
# what a form's program says of itself, and not of who has filled it in
_OF_CARRIERS = (
    "auto-submitted: auto-generated", "precedence:", "x-auto-response-suppress", "mailing list",
    "null return path", "calls itself automatic", "sender takes no answers", "no sender",
    "sent by a postmaster", "asked for no automatic answer",
)  # fmt: skip
# what a list says of itself, and not of the member who has written
_OF_LISTS = ("precedence:", "mailing list")


def resolve(
    message: Message,
    mail_from: str,
    policy: Policy,
    evidence: Callable[[], Evidence],
    released_by: str = "",
) -> Author:
    """The author of this message; `evidence` is asked where an entry of desk.yaml wants a proof.

    `released_by`: the person who let it through although it comes in our own name.
    """
    sender = _from(message, mail_from)
    if sender is None:
        return Author(None)
    passed, own = lists.passed(message), lists.addresses(message)
    if policy.agent(sender.address) is not None:
        return Author(sender, lists=own)
    through = passed.through if passed is not None else ""
    entry = carriers.carrier_of(policy, (one for one in (sender.address, through) if one))
    notes: tuple[Problem, ...] = ()
    if entry is not None:
        if carriers.is_proved(entry.proof, evidence()):
            passed = lists.passed(message, is_known=True)
            return _carried(message, sender, entry, passed, own, policy)
        values = {"sender": sender.address, "line": str(entry.line), "peer": _peer(evidence())}
        notes = (Problem("carrier_unproved", values),)
    if passed is not None and (found := _through_list(passed, sender, own, message, policy)):
        return replace(found, notes=(*notes, *found.notes))
    if policy.is_ours(sender.address):
        if released_by:
            return _let_through(message, sender, own, policy, released_by)
        held = _not_let_in(message, sender, notes, evidence(), policy)
        return Author(sender, held=held, is_unknown=True)
    return _asked(Author(sender, notes=notes, lists=own), message, policy)


def _from(message: Message, mail_from: str) -> Mailbox | None:
    """Who wrote it as From has it, else the envelope, in which a forwarder may have rewritten
    them."""
    if message.sender is not None and is_usable(message.sender.address):
        return message.sender
    path = original(mail_from)
    return Mailbox("", path) if is_usable(path) else None


def _carried(
    message: Message,
    sender: Mailbox,
    entry: Carrier,
    passed: lists.Passed | None,
    own: frozenset[str],
    policy: Policy,
) -> Author:
    """A message that a carrier of desk.yaml has brought."""
    values = {"sender": sender.address, "line": str(entry.line), "place": entry.person.words}
    known = passed.author if passed is not None and entry.person == carriers.REPLY_TO else None
    if passed is not None and known is not None and not policy.is_ours(known.address):
        why = Problem("through_list_entry", values | {"sender": passed.through})
        author = Author(known, passed.through, why=why, carrier=entry, lists=own)
        return _asked(author, message, policy)
    found = carriers.person_of(entry, message)
    if isinstance(found, Mailbox) and policy.is_ours(found.address):
        found = Problem("carrier_ours", values | {"address": found.address})
    if isinstance(found, Mailbox):
        why = Problem("through_entry", values)
        return Author(found, sender.address, why=why, carrier=entry, lists=own)
    said = Problem(found.code, {**found.values, "sender": sender.address})
    if policy.is_ours(sender.address):
        return Author(sender, held=said, carrier=entry, is_unknown=True)
    return Author(sender, notes=(said,), carrier=entry, is_unknown=True, lists=own)


def _through_list(
    passed: lists.Passed,
    sender: Mailbox,
    own: frozenset[str],
    message: Message,
    policy: Policy,
) -> Author | None:
    """A message that a list has brought; None where it is our own, or our own group's with nobody
    named."""
    own = own | {passed.through}
    values = {"list": passed.through}
    if passed.author is None:
        if policy.is_ours(sender.address):
            return None
        note = Problem("through_list_unknown", values)
        person = Mailbox(sender.name, NOBODY)
        return Author(person, passed.through, notes=(note,), is_unknown=True, lists=own)
    if policy.is_ours(passed.author.address):
        return None
    is_rewritten = passed.author.key != sender.key
    why = Problem("through_list", values) if is_rewritten else None
    return _asked(Author(passed.author, passed.through, why=why, lists=own), message, policy)


def _asked(author: Author, message: Message, policy: Policy) -> Author:
    """The same with where answers are to go, as far as Reply-To may say so."""
    if author.person is None:
        return author
    boxes = tuple({box.key: box for box in message.reply_to}.values())
    agents = [box for box in boxes if policy.agent(box.address) is not None]
    notes = [Problem("reply_to_agent", {"address": box.address}) for box in agents[:1]]
    asked = [
        box
        for box in boxes
        if is_usable(box.address)
        and box.key not in author.lists
        and (policy.may_take_part(box.address) or box.domain == author.person.domain)
        and policy.agent(box.address) is None
        and not never_answered(box.address, policy)
    ]
    if not boxes and message.sender is not None and author.person.key == message.sender.key:
        return replace(author, others=_beside(message, policy), notes=(*author.notes, *notes))
    if len(asked) > MOST_ASKED_FOR:
        first = ", ".join(box.address for box in asked[:3])
        notes.append(Problem("reply_to_many", {"count": str(len(asked)), "addresses": first}))
        return replace(author, notes=(*author.notes, *notes))
    if any(box.key == author.person.key for box in asked) or not asked:
        others, answers_to = asked, ""
    else:
        others, answers_to = asked[1:], asked[0].address
    return replace(
        author,
        answers_to=answers_to,
        others=tuple(box for box in others if box.key != author.person.key),
        notes=(*author.notes, *notes),
    )


def _beside(message: Message, policy: Policy) -> tuple[Mailbox, ...]:
    """Who else stands in From: without Reply-To answers go to them, too (RFC 5322, 3.6.2)."""
    named = message.senders[1 : MOST_ASKED_FOR + 1]
    return tuple(
        box for box in named if _is_outside(box, policy) and policy.agent(box.address) is None
    )


def _not_let_in(
    message: Message,
    sender: Mailbox,
    notes: Iterable[Problem],
    evidence: Evidence,
    policy: Policy,
) -> Problem:
    """Why a message in our own name is held, and which line of desk.yaml would let it in."""
    if unproved := next(iter(notes), None):
        return unproved
    names = any(_is_outside(box, policy) for box in message.reply_to)
    entry = carriers.suggested(message, evidence, sender, names_person=names)
    if not entry:
        return Problem("own_address")
    return Problem("own_address_form", {"sender": sender.address, "entry": entry})


def _let_through(
    message: Message, sender: Mailbox, own: frozenset[str], policy: Policy, by: str
) -> Author:
    """What a person has let through although it came in our own name is of whoever Reply-To names:
    the desk must not answer itself."""
    named = next((box for box in message.reply_to if _is_outside(box, policy)), None)
    if named is None:
        return Author(Mailbox(sender.name, NOBODY), is_unknown=True, lists=own)
    why = Problem("through_release", {"sender": sender.address, "by": by})
    return Author(named, sender.address, why=why, lists=own)


def _is_outside(box: Mailbox, policy: Policy) -> bool:
    return is_usable(box.address) and policy.may_take_part(box.address)


def _peer(evidence: Evidence) -> str:
    return evidence.peer or "?"


def as_written(message: Message, author: Author, policy: Policy) -> Message:
    """The message with the verdict over it that is its author's: what a form's program says of
    itself is nothing that the person said who filled it in, and a list's marks do not make a
    program of the member whom it names."""
    if author.is_unknown:
        return replace(message, may_answer=False)
    if author.why is not None and author.why.code == "through_list":
        is_lists_own = all(one.startswith(_OF_LISTS) for one in message.reasons)
        if message.kind is Kind.AUTOMATIC and is_lists_own:
            return replace(message, kind=Kind.ORDINARY, may_answer=False)
    if author.person is None:
        return message
    if author.answers_to and not policy.may_take_part(author.person.address):
        return replace(message, may_answer=False)  # a program of ours: nobody reads there
    if author.carrier is None:
        return message
    if message.kind not in (Kind.ORDINARY, Kind.AUTOMATIC):
        return message
    left = tuple(one for one in message.reasons if not one.startswith(_OF_CARRIERS))
    if left:
        return message
    answered = not never_answered(author.person.address, policy)
    return replace(message, kind=Kind.ORDINARY, may_answer=answered, reasons=())
