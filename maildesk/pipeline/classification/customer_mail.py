"""Mail of everybody who is no agent: to which ticket it belongs, and what its writer may do there.

A clue leads to the ticket, which is not yet a right to join it (`_may_join`) or to bring others
along (`_may_bring`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from maildesk.desk import survey
from maildesk.desk.facts import FOR_ONE, AutomaticMail, MessageFromRequester, TrustRecord
from maildesk.desk.mails.loop_words import says_the_same
from maildesk.desk.mails.views import BY_PROGRAM
from maildesk.desk.pages.form import WebForm
from maildesk.desk.problem import Problem
from maildesk.desk.senders import organisations, trust
from maildesk.desk.threads import links, reference, thread
from maildesk.desk.threads.below_copy import may_hold_words, with_words_below
from maildesk.desk.threads.changed_subject import new_words, with_words
from maildesk.desk.threads.links import FOR_CUSTOMERS, Purpose
from maildesk.desk.threads.pasted import with_pasted
from maildesk.desk.ticket import Person, Ticket
from maildesk.desk.verbs.table import NO_SURVEYS
from maildesk.mail.message import Mailbox, Message
from maildesk.mail.origin.addresses import is_usable
from maildesk.mail.owners import is_same_mailbox, mailbox_of
from maildesk.pipeline.classification import other_address, page_score, proof, returned, rewritten
from maildesk.pipeline.classification.look import Look
from maildesk.pipeline.classification.meanings import Held, MachineReport, Meaning, Understood, Wait
from maildesk.pipeline.classification.notified import subject_of, texts_of
from maildesk.store import automatic, outbox
from maildesk.store.desk import conversation, participants, tickets

# what `MessageFromRequester.asks` says of them
_FOR_VERBS = {Purpose.VERB: "verb", Purpose.NO_SURVEYS: NO_SURVEYS}
_LOOKED_BACK = 12  # messages in which a program may have said the same before


def meaning(look: Look, sender: Mailbox) -> Meaning:
    """What this customer's (or stranger's) message is."""
    person = Person(sender.address, sender.name)
    ticket, record = _ticket_of(look, person)
    if ticket is None and look.clues.message_ids:
        if look.overtakes():
            return Wait()
        look.look_again()
        ticket, record = _ticket_of(look, person)
    if held := _held(look, person, ticket):
        return held
    verdict = trust.spam_verdict(look.message, look.policy.trust) or look.job.envelope.suspected
    # let through by the list or by a person, and for the rules to know
    record = replace(record, spam=bool(verdict))
    if through := look.author.through:
        record = replace(record, through=through, words=f"{record.words}; through {through}")
    asks = _asks(look, record)
    if look.is_automatic and not (asks == NO_SURVEYS and ticket is not None):
        report = returned.report_in(look) if ticket is None else None
        if report is not None:
            return MachineReport(report)
        if ticket is None or not _says_something(look, ticket, person):
            return Understood(ticket, AutomaticMail(look.message, person, look.address, record))
        words = f"{record.words}; {BY_PROGRAM}"
        return _understood(look, person, ticket, replace(record, words=words), survey=False)
    token = look.clues.token
    at_survey = ticket is not None and token is not None and token.purpose is Purpose.SURVEY
    own_survey = at_survey and record.is_for_sender
    if at_survey and not own_survey and not look.job.released_by and _is_score(look):
        return Held("survey", Problem("score_of_another", {"sender": person.address}), ticket)
    return _understood(look, person, ticket, record, survey=own_survey, asks=asks)


def _asks(look: Look, record: TrustRecord) -> str:
    """What of `desk.verbs` the address is for that was made for them; "" for any other address."""
    token = look.clues.token
    if token is None or not record.is_for_sender:
        return ""
    return _FOR_VERBS.get(token.purpose, "")


def _says_something(look: Look, ticket: Ticket, person: Person) -> bool:
    """Whether a program has sent what somebody wrote, or what nobody knew before: no absence, no
    acknowledgement, and not what it has said before but for numbers."""
    message = look.message
    words = message.reply.strip()
    if message.is_response or not (words or message.attachments or message.items):
        return False
    before = conversation.last_public(look.conn, ticket.id, _LOOKED_BACK)
    return not any(
        row.automatic
        and is_same_mailbox(row.from_address, person.address)
        and says_the_same(row.reply, words)
        for row in before
    )


def _understood(
    look: Look,
    person: Person,
    ticket: Ticket | None,
    record: TrustRecord,
    *,
    survey: bool,
    asks: str = "",
) -> Understood:
    is_theirs, said = other_address.looked_at(look, person, ticket, record)
    joins = ticket is None or is_theirs or _may_join(look, person, ticket, record)
    may = joins and not look.is_automatic and _may_bring(look, person, ticket, record)
    brings = may and not _is_blind(look)
    kept_out = ticket.kept_out if ticket is not None else frozenset()
    copies = tuple(
        one for one in (_others(look, person, ticket) if brings else ()) if one.key not in kept_out
    )
    if not record.authenticated and look.has_aligned_path:
        record = replace(record, aligned_path=True)
    answers_to, notes = _answers_to(look, ticket, person, may=may)
    named = look.named_ticket if ticket is None else None
    told = _as_told(look, person, ticket)
    fact = MessageFromRequester(
        message=told if survey or asks or ticket is None else _with_subject(look, told, ticket),
        sender=person,
        address=look.address,
        trust=record,
        copies=copies,
        mentions=named.reference if named else "",
        survey=survey,
        page=page_score.given(look, person) if survey else None,
        asks=asks,
        stranger=not joins,
        also_to=look.clues.addresses[1:],
        by_program=look.is_automatic,
        answers_to=answers_to,
        notes=(*notes, *said),
        is_requester=is_theirs,
        form=look.form,
    )
    return Understood(ticket, fact, proof.seen_by_others(look), _rewritten(look, person, ticket))


def _others(look: Look, person: Person, ticket: Ticket | None) -> Iterable[Person]:
    """Who is to have the answers beside the author: the people in To and Cc, and in Reply-To.

    What a form sends has no others: whoever stands there has to do with the form. A group or list
    is nobody, also where its marks are missing: that desk.yaml names, or that brought another
    message of the ticket.
    """
    author = look.author
    named = [Person(box.address, box.name) for box in author.others]
    if author.carrier is None or look.is_direct or author.lists:
        boxes = thread.others_in(look.message, look.policy)
        named += [Person(address, name) for address, name in boxes]
    nobody = {person.key, mailbox_of(author.answers_to), mailbox_of(author.through), *author.lists}
    people = {one.key: one for one in reversed(named) if one.key not in nobody}
    if ticket is not None and people:
        nobody |= set(map(mailbox_of, conversation.carried_by(look.conn, ticket.id)))
    nobody |= {mailbox_of(entry.sender) for entry in look.policy.carriers}
    found = [one for one in reversed(people.values()) if one.key not in nobody]
    return [one for one in found if is_usable(one.address)]


def _is_blind(look: Look) -> bool:
    """Whether we were in Bcc; a list that leads here stands openly for us."""
    boxes = (*look.message.to, *look.message.cc)
    if any(box.key in look.author.lists for box in boxes):
        return False
    return thread.is_blind(look.message, look.policy)


def _answers_to(
    look: Look, ticket: Ticket | None, person: Person, *, may: bool
) -> tuple[str | None, tuple[Problem, ...]]:
    """Where the author asked for answers, and what agents should know of that.

    In a ticket that is there it takes what bringing others takes: else whoever writes a From and
    knows a number would lead the next answer, and what it quotes, to an address of their own.
    """
    to, notes = look.author.answers_to, look.author.notes
    if may or ticket is None:
        return to, notes
    own = ticket.part_of(person.address)
    if own is None or not to or mailbox_of(to) in (own.answers_to, own.key):
        return None, notes
    return None, (*notes, Problem("reply_to_unproved", {"address": to}))


def _as_told(look: Look, person: Person, ticket: Ticket | None) -> Message:
    """The message with a mail of somebody else that its writer asks about."""
    people = {person.key, *(one.key for one in (ticket.participants if ticket else ()))}
    domains = {one.key.rpartition("@")[2] for one in look.policy.addresses}

    def is_known(address: str) -> bool:
        is_ours = address.rpartition("@")[2] in domains or look.policy.agent(address) is not None
        return is_ours or address in people

    message = look.message
    if ticket is not None and may_hold_words(message):
        message = with_words_below(message, _answered(look, people))
    return with_pasted(message, is_known)


def _answered(look: Look, people: Collection[str]) -> Sequence[str]:
    """The texts of the mail of ours that this one answers, if one of these people had it."""
    for message_id in look.message.in_reply_to[:1]:
        row = outbox.by_message_id(look.conn, message_id)
        if row is not None and row.recipient in people:
            return texts_of(outbox.raw_of(look.conn, row))
    return ()


def _with_subject(look: Look, message: Message, ticket: Ticket) -> Message:
    """The message with what its subject says that no subject of the ticket ever did."""
    policy = look.policy
    ours = (policy.wording.of(code).sentence("your_message") for code in policy.languages)
    known = [ticket.subject, *ours]
    if not new_words(message.subject, known, policy.reference_format):
        return message
    for entry in tickets.entries(look.conn, ticket.id):
        if entry.what == "opened":
            known.append(str(entry.detail.get("subject", "")))
        elif entry.what == "subject":
            known += [str(entry.detail.get(name, "")) for name in ("from", "to")]
    known += _subject_answered(look)
    said = new_words(message.subject, known, policy.reference_format)
    if not said:
        return message
    language = policy.wording.of(policy.default_language)
    return with_words(message, language.sentence("changed_subject", subject=said))


def _subject_answered(look: Look) -> Sequence[str]:
    """The subject of the mail of ours that this one answers: a template's words may be in it."""
    for message_id in look.message.in_reply_to[:1]:
        row = outbox.by_message_id(look.conn, message_id)
        if row is not None:
            return (subject_of(outbox.raw_of(look.conn, row)),)
    return ()


def _held(look: Look, person: Person, ticket: Ticket | None) -> Held | None:
    """Why it may not go on, where only a person could let it."""
    if look.job.released_by:
        return None
    if ticket is not None:
        values = {"sender": person.address, "reference": ticket.reference}
        if person.key in ticket.kept_out:
            return Held("kept_out", Problem("kept_out", values), ticket)
        if _was_agent(look, person, ticket):
            return Held("revoked", Problem("revoked_agent", values), ticket)
    return spam(look, person.address, ticket)


def spam(look: Look, sender: str, ticket: Ticket | None = None) -> Held | None:
    """Why it is held, where it was taken for spam before it came to us, and nobody has let it
    through."""
    verdict = trust.spam_verdict(look.message, look.policy.trust) or look.job.envelope.suspected
    allowed = any(trust.is_listed(a, look.policy.trust.allow) for a in (sender, *look.senders))
    if not verdict or allowed or look.job.released_by:
        return None
    return Held("spam", Problem("spam", {"verdict": verdict}), ticket)


def _rewritten(look: Look, person: Person, ticket: Ticket | None) -> tuple[int, str] | None:
    """What a relay made of our Message-ID, as this answer shows it."""
    if ticket is None or not ticket.has_part(person.address):
        return None
    if not reference.stands_in(ticket.reference, ticket.id, look.message.subject):
        return None
    return rewritten.shown(look.conn, look.services.ring, look.message, ticket, person.address)


def _may_join(look: Look, person: Person, ticket: Ticket, record: TrustRecord) -> bool:
    """Whether the sender takes part, or joins without an agent being asked."""
    joining = look.policy.joining
    if ticket.has_part(person.address) or joining.strangers == "open":
        return True
    if look.is_requester(person, ticket):
        return True
    is_colleague = organisations.are_colleagues(person.address, ticket.requester.address)
    return joining.colleagues and record.authenticated and is_colleague


def _may_bring(look: Look, person: Person, ticket: Ticket | None, record: TrustRecord) -> bool:
    """Whether the people in To and Cc join: who writes a From and knows a number, or the Message-ID
    of somebody else's copy, lets nobody in."""
    if ticket is None or record.authenticated:
        return True
    if record.is_for_sender:
        return True
    if record.clue == "signed_message_id" and record.from_matches:
        # where no address could be made for them it is all that their copy has to show
        has_another = look.policy.has_sub_addresses(ticket.address)
        ids = look.clues.message_ids
        return not has_another and automatic.was_sent_to(look.conn, ids, person.address)
    is_open = look.policy.joining.strangers == "open"
    return is_open and record.clue in (*FOR_ONE, "signed_message_id")


def _was_agent(look: Look, person: Person, ticket: Ticket) -> bool:
    """Whether this stranger to the ticket answers a notification of somebody who is no agent
    any more, or was one here."""
    if ticket.has_part(person.address):
        return False
    ring, ids = look.services.ring, look.clues.message_ids[:60]
    told = [code for one in ids if (code := links.agents_code(ring, one)) is not None]
    known = _codes(look) if told else frozenset()
    if any(code not in known for code in told):
        return True
    return participants.was_agent(look.conn, ticket.id, person.key)


def _codes(look: Look) -> frozenset[str]:
    """How today's agents are named in what was signed for them, however often they renewed that."""
    renewed = look.generations
    return frozenset(
        links.person_code(agent.address, generation)
        for agent in look.policy.agents
        for generation in range(renewed.get(agent.address.lower(), 0) + 1)
    )


def _is_score(look: Look) -> bool:
    return survey.read_score(look.message.reply, look.message.subject, survey=True) is not None


def _ticket_of(look: Look, person: Person) -> tuple[Ticket | None, TrustRecord]:
    """The ticket a customer's message belongs to, by the best clue, and how it was believed."""
    authenticated = look.is_authenticated
    if look.form is not None:  # a matter of its own: whoever types an address takes part in nothing
        return None, _of_form(look.form)
    if found := _by_token(look, person):
        return found
    if look.clues.is_forward:
        return None, TrustRecord("a forwarded mail", "none", authenticated=authenticated)
    ticket = look.ticket_by_headers()
    if ticket is not None:
        signed = look.clues.signed_ticket is not None
        known = ticket.has_part(person.address)
        words = (
            f"answers {'our mail' if signed else 'a mail'} of {ticket.reference}; "
            f"{'takes part' if known else 'is new to it'}"
        )
        clue = "signed_message_id" if signed else "stored_message_id"
        return ticket, TrustRecord(words, clue, known, authenticated)
    ticket = look.ticket_by_reference(person)
    if ticket is not None:
        words = f"names {ticket.reference} and takes part in it"
        return ticket, TrustRecord(words, "reference", True, authenticated)
    return None, TrustRecord("a new conversation", "none", authenticated=authenticated)


def _of_form(form: WebForm) -> TrustRecord:
    if not form.is_proved:
        return TrustRecord("written on the web form; nothing proves the address", "none")
    return TrustRecord("written on the web form; the address was proved", "none", aligned_path=True)


def _by_token(look: Look, person: Person) -> tuple[Ticket, TrustRecord] | None:
    """By an address, or a token in the subject, that was made for a customer who takes part."""
    token = look.clues.token
    if token is None or token.expired or token.purpose not in FOR_CUSTOMERS:
        return None
    ticket = look.ticket(token.number)
    owner = links.whose(token, _addresses(ticket)) if ticket else None
    if ticket is None or owner is None:
        return None
    matches = ticket.part_of(person.address) == ticket.part_of(owner)
    how = "by a button" if look.clues.in_subject else "with the reply address"
    words = (
        f"came {how} of {owner} for {ticket.reference}; From "
        f"{'matches' if matches else 'is another'}"
    )
    clue = "subject_token" if look.clues.in_subject else "signed_address"
    is_own = mailbox_of(owner) == person.key
    return ticket, TrustRecord(words, clue, matches, look.is_authenticated, is_own=is_own)


def _addresses(ticket: Ticket) -> list[str]:
    """Where mails of this ticket went: to people's own addresses, and where they want answers."""
    people = ticket.participants
    return [*(p.address for p in people), *(p.answers_to for p in people if p.answers_to)]
