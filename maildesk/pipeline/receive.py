"""A spooled message is processed: parsed, understood, decided, applied; all in one transaction,
with the spool row finished in it.

What cannot be processed is tried again with growing delay and then held in
quarantine with the reason: nothing is lost and nothing blocks the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from maildesk.desk import effects as fx
from maildesk.desk import held_mail
from maildesk.desk.actor import DESK, Actor, agent_acts, customer_acts
from maildesk.desk.decide import decision
from maildesk.desk.facts import (
    AgentOpens,
    AutomaticMail,
    MailFact,
    MessageFromAgent,
    MessageFromRequester,
)
from maildesk.desk.mails.shown.parts_in_words import for_desk
from maildesk.desk.policy import Agent
from maildesk.desk.quarantine.reasons import UNPROVED
from maildesk.errors import BadMessage, Refused, TransientFailure
from maildesk.log import log
from maildesk.mail.parse import parse
from maildesk.pipeline import button_presses, setbacks
from maildesk.pipeline.admins import role_mail
from maildesk.pipeline.apply import apply
from maildesk.pipeline.asked import many, questions, taken_back
from maildesk.pipeline.classification import customer_mail, meanings, pieces
from maildesk.pipeline.classification.arrival import dated
from maildesk.pipeline.classification.classify import meaning_of
from maildesk.pipeline.classification.look import Look
from maildesk.pipeline.decision_inputs import situated
from maildesk.pipeline.deletion import erasing
from maildesk.pipeline.delivery import delivery_reports
from maildesk.pipeline.services import TimeSlice
from maildesk.pipeline.transaction import Inbound, New, Transaction, addressed
from maildesk.store import agents, due, provider_ids, quarantine, spool
from maildesk.store.mailbox import mailboxes
from maildesk.store.schema import outbox as outbox_table
from maildesk.store.schema import spool as spool_table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.desk.policy import Policy
    from maildesk.desk.senders.author import Author
    from maildesk.desk.ticket import Ticket
    from maildesk.mail.message import Message
    from maildesk.pipeline.services import Services
    from maildesk.store.spool import Spooled

BATCH = 4


def receive(services: Services) -> int:
    """Process what is due, for a slice of time; how many messages that were. What is
    left is kicked again."""
    count, slice_ = 0, TimeSlice()
    while not services.stopping.is_set():
        # never without having done anything: a slow look must not be the last
        if count and slice_.is_over():
            with services.db.read() as conn:
                waiting = due.due_ids(conn, spool_table, now=services.now(), limit=1)
            for row_id in waiting:
                services.kick("receive", row_id)
            return count
        with services.db.autocommit() as conn:
            jobs = spool.claim(
                conn, owner=services.owner, now=services.now(), lease=services.lease, limit=BATCH
            )
        if not jobs:
            return count
        with services.held_rows.working(spool_table.name, [job.id for job in jobs]):
            for job in jobs:
                if services.stopping.is_set():  # the rest of the batch is given back
                    break
                _guarded(services, job)
        count += len(jobs)
        if len(jobs) < BATCH:  # what came since then has kicked
            return count
    return count


def _guarded(services: Services, job: Spooled) -> None:
    """Process one message; whatever goes wrong is this message's own trouble."""
    try:
        if job.attempts > setbacks.MAX_ATTEMPTS:  # it took its worker down with it, again and again
            setbacks.hold(services, job, "poison", "processing it never came to an end")
            return
        if job.raw is not None:
            process(services, job)
        else:
            _process_large(services, job)
    except TransientFailure as problem:
        setbacks.wait(services, job, str(problem))
    except Exception as problem:  # one broken message never stops the rest
        log.exception("processing_failed", spool=job.id, problem=type(problem).__name__)
        setbacks.again(services, job, f"{type(problem).__name__}: {problem}")


def _process_large(services: Services, job: Spooled) -> None:
    """One at a time: together they would take the memory of all, and every thread. The next is
    looked at as soon as it may."""
    if not services.one_large.acquire(blocking=False):
        with services.db.autocommit() as conn:
            setbacks.look_again(conn, services, job)
        return
    try:
        process(services, job)
    finally:
        services.one_large.release()
        services.kick("receive", job.id)


def process(services: Services, job: Spooled) -> None:
    """One message, one transaction."""
    raw = job.raw or _raw_of(services, job)
    try:
        message = parse(raw)
    except BadMessage as problem:
        setbacks.hold(services, job, "unreadable", str(problem))
        return
    whole = pieces.whole_of(services, job, message, raw)
    if whole is None:
        return
    if whole.others:
        job, raw = whole.job, whole.raw
        message = parse(raw)
    policy = services.keeper.current.policy
    message = for_desk(message, policy)
    signed_by = signer(policy, message, raw)
    writer = message.sender.address if message.sender else ""
    services.contexts.look_up(services.db, policy, writer, services.now)
    with services.db.write() as conn:
        policy = agents.as_said(policy, conn)
        settled = settle(conn, services, policy, job, message, raw, signed_by=signed_by, sends=True)
        tx, outcome = settled.tx, settled.outcome
        if job.envelope.is_of_a_mailbox and settled.ticket is not None and tx.last is not None:
            mailboxes.belongs(conn, job.id, settled.ticket.id, tx.last.message_row)
        # who slept past the lease has done nothing: another has the message now
        if outcome == "waiting":
            setbacks.look_again(conn, services, job)
        else:
            due.finish(
                conn,
                spool_table,
                job.id,
                "held" if tx.held else "done",
                holder=(services.owner, job.attempts),
                outcome=outcome,
                ticket_id=settled.ticket.id if settled.ticket is not None else None,
            )
            spool.belongs_also(conn, job.id, settled.others)
            pieces.finish(conn, whole)
    log.info(
        outcome.partition(" ")[0],
        spool=job.id,
        ticket=settled.reference,
        kind=message.kind.value,
        message_id=message.message_id[:120],
    )
    if tx.letters:
        services.held_rows.take_up(outbox_table.name, [letter.id for letter in tx.letters])
        services.claimed_letters.add(tx.letters)
    for row_id in settled.kicks:
        services.kick("deliver", row_id)
    for row_id in tx.released:
        services.kick("receive", row_id)
    if any(change.erases for change in tx.changes):
        erasing.look(services)
    services.contexts.ask_missed(services.db, policy, services.now)


def _raw_of(services: Services, job: Spooled) -> bytes:
    """A large message lies in a file, or somewhere else, one day."""
    with services.db.read() as conn:
        return services.blobs.get(conn, job.digest)


def signer(policy: Policy, message: Message, raw: bytes) -> str:
    """The domain that signed it, where desk.yaml wants us to look ourselves; the DNS is asked
    outside every transaction."""
    if not (policy.trust.check_dkim and message.header("dkim-signature")):
        return ""
    # with all of the DNS behind it, for the desks that want this
    from maildesk.ingress.dkim_check import signing_domain

    return signing_domain(raw, sender=message.sender.domain if message.sender else "")


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a message: its meaning, the outcome's word, the act, the new mails, and who
    wrote it."""

    meaning: meanings.Meaning
    outcome: str
    tx: Transaction
    kicks: list[int]
    author: Author

    @property
    def ticket(self) -> Ticket | None:
        """The ticket that it came to, as it stands now; None where it came to none."""
        return self.tx.last.ticket if self.tx.last else None

    @property
    def reference(self) -> str:
        """The number of that ticket, or of the one that is gone by it; "" where there is none."""
        gone = (one.subject.reference for one in self.tx.changes if one.erases)
        return self.ticket.reference if self.ticket else next(gone, "")

    @property
    def others(self) -> list[int]:
        """The further tickets that it did something to."""
        own = self.ticket.id if self.ticket is not None else None
        done = (one.ticket.id for one in self.tx.changes if one.ticket and not one.erases)
        return sorted({*done} - {own})


def settle(
    conn: Connection,
    services: Services,
    policy: Policy,
    job: Spooled,
    message: Message,
    raw: bytes,
    *,
    signed_by: str = "",
    sends: bool = False,
    explain: bool = False,
) -> Settled:
    """Understand, decide and write within the caller's transaction: the one way of every message,
    in a dry run too.

    `sends`: the letters are claimed, for the caller sends them after its commit.
    """
    look = Look(conn, services, policy, job, message, raw, signed_by)
    meaning = meaning_of(look)
    inbound = Inbound(look.message, raw, job)
    actor = DESK.by(job.envelope.via)
    tx = Transaction(conn, services, policy, services.now(), actor, inbound, inbound.content)
    tx.explain, tx.sends = explain, sends
    outcome, kicks = _act(tx, meaning, look)
    if isinstance(meaning, meanings.Understood) and look.is_for_admins and look.sender is not None:
        kicks += role_mail.handle(tx, look.sender)[1]  # it went to the postmaster as well
    return Settled(meaning, outcome, tx, kicks, look.author)


def _reported(
    tx: Transaction, meaning: meanings.MachineReport, look: Look
) -> tuple[str, list[int]]:
    """A report changes the mail it is about; what is about none, and was let through by a person,
    is a message to them."""
    found = delivery_reports.handle(tx, meaning.token)
    if found[0] != "unmatched_report" or not look.job.released_by or look.sender is None:
        return found
    return _act(tx, customer_mail.meaning(look, look.sender), look)


def _act(tx: Transaction, meaning: meanings.Meaning, look: Look) -> tuple[str, list[int]]:
    """Do what this message means; the outcome's word, and the outbox rows to look at."""
    for agent_address, kind, value in getattr(meaning, "proofs", ()):
        agents.prove(tx.conn, agent_address, kind, value, tx.now)
    match meaning:
        case meanings.Understood():
            return _decided(tx, meaning)
        case meanings.Held():
            return _hold(tx, meaning)
        case meanings.CameBack():
            return "came_back", []
        case meanings.ForAdmins():
            return role_mail.handle(tx, meaning.sender)
        case meanings.Duplicate():
            erasing.came_again(tx)
            return "duplicate", []
        case meanings.Probe():
            return "probe", []
        case meanings.Wait():
            return "waiting", []
        case meanings.MachineReport():
            return _reported(tx, meaning, look)
        case meanings.Asks():
            return questions.handle(tx, meaning)
        case meanings.ForMany():
            return many.handle(tx, meaning)
        case meanings.TakesBack():
            return taken_back.handle(tx, meaning)
        case meanings.ButtonPress():
            return button_presses.handle(tx, meaning)


def _decided(tx: Transaction, meaning: meanings.Understood) -> tuple[str, list[int]]:
    ticket = meaning.ticket
    received_at = tx.inbound.job.received_at if tx.inbound is not None else None
    fact = situated(meaning.fact, ticket, tx.conn, tx.services, tx.policy, received_at)
    if tx.inbound is not None and not tx.explain:  # what is tried out has come just now
        job, listeners = tx.inbound.job, tx.services.settings.listeners
        fact = dated(fact, job, tx.inbound.message, tx.policy, listeners, tx.now)
    if meaning.rewritten is not None:
        provider_ids.keep(tx.conn, *meaning.rewritten, by="reply")
    tx.actor, tx.trust = _actor_of(fact, tx.actor.door), fact.trust.words
    tx.through = fact.trust.through
    if isinstance(fact, MessageFromRequester):
        tx.notes = fact.notes
    if isinstance(fact, (MessageFromAgent, MessageFromRequester)) and tx.content is not None:
        tx.content = replace(tx.content, message=fact.message)
    try:
        found = decision(ticket, fact, tx.policy, tx.now, explain=tx.explain)
        effects, tx.outcome = list(found.effects), found.outcome
    except Refused as refusal:
        effects = [fx.Hold(reason="refused", words=str(refusal))]
    decided = addressed(ticket or New(), effects)
    for target in [target for target, _ in decided] or [ticket or New()]:
        tx.begin(target, fact.situation)
    kicks = apply(tx, decided)
    if tx.held:
        return "held", kicks
    if any(change.erases for change in tx.changes):
        return "deleted", kicks
    is_here = ticket is not None and all(target is ticket for target, _ in decided)
    return "threaded" if is_here else "opened", kicks


def _actor_of(fact: MailFact, door: str) -> Actor:
    """Who wrote, as far as they were believed."""
    match fact:
        case MessageFromAgent(agent=agent):
            return agent_acts(agent, door)
        case AgentOpens():
            return fact.operator if fact.agent is None else agent_acts(fact.agent, door)
        case AutomaticMail(from_agent=Agent() as agent):
            return agent_acts(agent, door)
        case MessageFromRequester(sender=sender) | AutomaticMail(sender=sender):
            return customer_acts(sender, door)


def _hold(tx: Transaction, held: meanings.Held) -> tuple[str, list[int]]:
    """Into quarantine; the agent whose name or address was used is told, at the address on file."""
    enough = None
    if held.agent is not None:
        tx.actor = agent_acts(held.agent, tx.actor.door)
        enough = _enough(tx, held.agent)
    effects = held_mail.held(
        held.reason,
        held.problem,
        tx.policy,
        agent=held.agent,
        own_address=held.own_address,
        enough=enough,
    )
    if (writer := held.writer) is not None:
        enough = _enough(tx, writer)
        effects += held_mail.told_to_writer(
            held.problem, writer, is_genuine=held.is_genuine, enough=enough
        )
    kicks = apply(tx, addressed(held.ticket or New(), effects))
    return f"held {held.reason}", kicks


def _enough(tx: Transaction, agent: Agent) -> held_mail.Enough | None:
    """Whether this agent was asked often enough: how much is held in their name of late that
    nothing proves, what is handled now counted. What they let through was theirs, and does not
    count; nor does what came with an address of theirs, and is held for another reason."""
    loops = tx.policy.loops
    since, names = tx.now - loops.period, sorted(agent.keys)
    number = quarantine.number_in_name_of(tx.conn, names, UNPROVED, since) + 1
    if number <= loops.per_address:
        return None
    subject = tx.inbound.message.subject if tx.inbound is not None else ""
    return held_mail.Enough(number, subject[:200], f"{tx.now:%Y%m%d%H}")
