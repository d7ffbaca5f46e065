"""What an effect does to a ticket, written down once.

`evolve` is total: every effect has its place in one of the two tables below, also those that leave
the ticket as it is. Rules, alarms, commands and `decide` fold with it to see the ticket as it will
stand; `pipeline.apply` folds with it too, and writes the difference between the first ticket and
the last, so that what was decided for is what is stored.

Five things are not an effect's: `id` and `reference` come with the row, `updated_at` says when an
act was written and `version` how many were, `warns_at` and `breaches_at` follow from the clocks
(see `promises`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from maildesk.desk import effects as fx
from maildesk.desk.customers import campaign_effects as cfx
from maildesk.desk.deletion.values import EraseTicket
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.merging import merge_effects as mfx
from maildesk.desk.merging.evolve_merges import MERGES
from maildesk.desk.notices import notice_effects as nfx
from maildesk.desk.pages import form_effects, page_effects
from maildesk.desk.policy import Policy
from maildesk.desk.senders.entries import BY_AGENT
from maildesk.desk.ticket import Person, Status, Ticket
from maildesk.desk.undo import undo_effects as ufx
from maildesk.desk.verbs import verb_effects as vfx
from maildesk.mail.owners import mailbox_of

FIELDS = ("priority", "type", "category", "queue", "language", "subject", "resolution")
ARCHIVED, YES = "archived", "yes"  # beside FIELDS: a flag
CUSTOM = "fields."  # what the name of a custom field begins with
LONGEST_SUBJECT = 998  # RFC 5322, 2.1.1
_ENDED = (Status.RESOLVED, Status.CLOSED)


def evolve(ticket: Ticket, effect: fx.Effect, policy: Policy, now: datetime) -> Ticket:
    """The ticket after this effect; the same value where it changes nothing.

    OpenTicket begins a new one, which has neither number nor reference before it is written.
    """
    if isinstance(effect, fx.OpenTicket):
        return opened(effect, policy, now)
    change = CHANGES.get(type(effect))
    return ticket if change is None else change(ticket, effect, policy, now)


def evolved(
    ticket: Ticket | None, effects: Iterable[fx.Effect], policy: Policy, now: datetime
) -> Ticket | None:
    """The ticket after all of these; None while there is none, and what is done concerns none."""
    for effect in effects:
        if isinstance(effect, fx.OpenTicket):
            ticket = opened(effect, policy, now)
        elif ticket is not None:
            ticket = evolve(ticket, effect, policy, now)
    return ticket


def changed_fields(before: Ticket, after: Ticket) -> tuple[str, ...]:
    """The names of the fields in which these two differ."""
    if before is after:
        return ()
    old = vars(before)
    return tuple(
        name for name, value in vars(after).items() if value is not old[name] and value != old[name]
    )


def opened(effect: fx.OpenTicket, policy: Policy, now: datetime) -> Ticket:
    """The ticket that is being opened; it has no number yet."""
    who = effect.requester
    requester = Person(who.key, who.name, who.organisation, who.tier, who.answers_to)
    return Ticket(
        id=0,
        reference="",
        subject=effect.subject[:LONGEST_SUBJECT] or "(no subject)",
        status=policy.status_for(Status.OPEN),
        behaviour=Status.OPEN,
        priority=effect.priority,
        type=effect.type,
        category=effect.category,
        queue=effect.queue,
        channel=effect.channel,
        requester=requester,
        address=effect.address,
        language=effect.language,
        created_at=now,
        updated_at=now,
        participants=_people(requester, effect.participants),
        follows=effect.follows,
    )


def _people(requester: Person, others: Iterable[Person]) -> tuple[Person, ...]:
    """Everybody who takes part, as the store has them: the requester first, the
    others by address."""
    found: dict[str, Person] = {}
    for person in others:
        if person.key != requester.key:
            found.setdefault(
                person.key, Person(person.key, person.name, answers_to=person.answers_to)
            )
    return (requester, *(found[key] for key in sorted(found)))


def _without(people: tuple[Person, ...], key: str) -> tuple[Person, ...]:
    return tuple(person for person in people if person.key != key)


def _message(ticket: Ticket, effect: fx.AddMessage, _policy: Policy, now: datetime) -> Ticket:
    columns: dict[str, Any] = {"message_count": ticket.message_count + 1}
    if effect.has_files:
        columns["has_files"] = True
    if effect.kind == "public" and effect.direction == "out":
        columns["agent_wrote_at"] = now
        columns["first_response_at"] = ticket.first_response_at or now
    elif effect.kind == "public" and not effect.automatic:
        columns["customer_wrote_at"] = now
    return ticket.but(**columns)


def _note(ticket: Ticket, _effect: fx.AddNote, _policy: Policy, _now: datetime) -> Ticket:
    return ticket.but(message_count=ticket.message_count + 1)


def _status(ticket: Ticket, effect: fx.SetStatus, policy: Policy, now: datetime) -> Ticket:
    """A resolution and an end are dated; whoever takes a ticket up again makes both void."""
    name = effect.name or policy.status_for(effect.status)
    columns: dict[str, Any] = {"status": name, "behaviour": effect.status}
    if effect.status in (*_ENDED, Status.SPAM):
        columns["snoozed_until"] = None  # there is nothing to wake for
    elif ticket.archived:
        columns["archived"] = False  # what is taken up again is in the lists again
    if effect.status is Status.RESOLVED:
        columns["resolved_at"] = now
    elif effect.status is Status.CLOSED:
        columns["closed_at"] = now
    elif ticket.behaviour in _ENDED:
        columns |= {"resolved_at": None, "closed_at": None, "surveyed": False}
    return ticket.but(**columns)


def _put_back(ticket: Ticket, effect: ufx.PutBack, _policy: Policy, _now: datetime) -> Ticket:
    return ticket.but(
        status=effect.name,
        behaviour=effect.status,
        resolved_at=effect.resolved_at,
        closed_at=effect.closed_at,
        surveyed=effect.surveyed,
    )


def _take_back(ticket: Ticket, effect: ufx.TakeBack, _policy: Policy, _now: datetime) -> Ticket:
    """Without an answer that goes to nobody after all we wrote when we had written before."""
    if effect.message is None:
        return ticket
    first, last = effect.first_response_at, effect.agent_wrote_at
    return ticket.but(first_response_at=first, agent_wrote_at=last)


def _field(ticket: Ticket, effect: fx.SetField, _policy: Policy, _now: datetime) -> Ticket:
    if field_of(ticket, effect.name) == effect.value:
        return ticket
    if effect.name.startswith(CUSTOM):
        name = effect.name.removeprefix(CUSTOM)
        return ticket.but(fields={**ticket.fields, name: effect.value})
    if effect.name == ARCHIVED:
        return ticket.but(archived=effect.value == YES)
    return ticket.but(**{effect.name: effect.value})


def field_of(ticket: Ticket, name: str) -> str:
    """The value of a field that SetField may set, by its name there."""
    if name.startswith(CUSTOM):
        return ticket.fields.get(name.removeprefix(CUSTOM), "")
    if name == ARCHIVED:
        return YES if ticket.archived else ""
    if name not in FIELDS:
        raise ValueError(f"a ticket has no field {name!r} to set")
    return str(getattr(ticket, name))


def _label(ticket: Ticket, effect: fx.Label, _policy: Policy, _now: datetime) -> Ticket:
    if (effect.name in ticket.labels) is effect.on:
        return ticket
    one = {effect.name}
    return ticket.but(labels=ticket.labels | one if effect.on else ticket.labels - one)


def _assign(ticket: Ticket, effect: fx.Assign, _policy: Policy, _now: datetime) -> Ticket:
    return ticket if ticket.assignee == effect.agent else ticket.but(assignee=effect.agent)


def _follow(ticket: Ticket, effect: fx.Follow, _policy: Policy, _now: datetime) -> Ticket:
    if (effect.agent in ticket.followers) is effect.on:
        return ticket
    others = (one for one in ticket.followers if one != effect.agent)
    return ticket.but(followers=tuple(sorted((*others, effect.agent) if effect.on else others)))


def _snooze(ticket: Ticket, effect: fx.Snooze, _policy: Policy, _now: datetime) -> Ticket:
    same = ticket.snoozed_until == effect.until
    return ticket if same else ticket.but(snoozed_until=effect.until)


def _join(ticket: Ticket, effect: fx.AddParticipant, _policy: Policy, now: datetime) -> Ticket:
    """Who joins; what they wrote while they waited is the customer's word from now on."""
    person, key = effect.person, effect.person.key
    if ticket.has_part(person.address):
        return ticket
    columns: dict[str, Any] = {
        "participants": _people(ticket.requester, (*ticket.participants, person)),
        "kept_out": ticket.kept_out - {key},
    }
    if len(waiting := _without(ticket.waiting, key)) < len(ticket.waiting):
        columns |= {"waiting": waiting, "customer_wrote_at": now}
    return ticket.but(**columns)


def _requester(ticket: Ticket, effect: fx.SetRequester, _policy: Policy, _now: datetime) -> Ticket:
    """Another address of the requester's; by the former they take part as before."""
    person, key, former = effect.person, effect.person.key, ticket.requester
    if key == former.key:
        return ticket
    others = _without(_without(ticket.participants, former.key), key)
    if not former.has_no_address:
        others += (replace(former, answers_to="" if effect.had_part else key),)
    return ticket.but(
        requester=person,
        participants=_people(person, others),
        waiting=_without(ticket.waiting, key),
        kept_out=ticket.kept_out - {key},
    )


def _join_address(
    ticket: Ticket, effect: fx.JoinAddress, _policy: Policy, _now: datetime
) -> Ticket:
    """The requester as both are known; by an agent's word the other one has no answers of its
    own."""
    known = replace(ticket.requester, organisation=effect.organisation, tier=effect.tier)
    others = {effect.address, effect.to} - {known.key} if effect.how == BY_AGENT else ()
    people = tuple(
        replace(one, answers_to=known.key) if one.key in others else one
        for one in ticket.participants
    )
    return ticket.but(requester=known, participants=_people(known, people))


def _part_address(
    ticket: Ticket, effect: fx.PartAddress, _policy: Policy, _now: datetime
) -> Ticket:
    """The requester as they are known by themselves; both have answers of their own again."""
    key, gone = ticket.requester.key, effect.address
    to = ticket.requester.answers_to
    known = replace(effect.requester, answers_to="" if to == gone else to)
    people = tuple(
        replace(one, answers_to="") if one.answers_to == key and gone in (one.key, key) else one
        for one in ticket.participants
    )
    return ticket.but(requester=known, participants=_people(known, people))


def _ask(ticket: Ticket, effect: fx.AskToJoin, _policy: Policy, _now: datetime) -> Ticket:
    key = effect.person.key
    if ticket.has_part(key) or any(person.key == key for person in ticket.waiting):
        return ticket
    waiting = (*ticket.waiting, Person(key, effect.person.name))
    return ticket.but(
        waiting=tuple(sorted(waiting, key=lambda person: person.address)),
        kept_out=ticket.kept_out - {key},
    )


def _keep_out(ticket: Ticket, effect: fx.KeepOut, _policy: Policy, _now: datetime) -> Ticket:
    key = mailbox_of(effect.address)
    if key == ticket.requester.key:
        return ticket
    return _gone(_not_asked(ticket, key), key).but(kept_out=ticket.kept_out | {key})


def _leave(ticket: Ticket, effect: fx.RemoveParticipant, _policy: Policy, _now: datetime) -> Ticket:
    key = mailbox_of(effect.address)
    return ticket if key == ticket.requester.key else _gone(_not_asked(ticket, key), key)


def _gone(ticket: Ticket, key: str) -> Ticket:
    """Without this person, who is not the requester."""
    return ticket.but(
        participants=_without(ticket.participants, key),
        waiting=_without(ticket.waiting, key),
        kept_out=ticket.kept_out - {key},
    )


def _answers(ticket: Ticket, effect: fx.AnswersGoTo, _policy: Policy, _now: datetime) -> Ticket:
    """Where this participant's answers go; nothing where that is their own address, or so
    already."""
    person = ticket.part_of(effect.address)
    to = mailbox_of(effect.to) if effect.to else ""
    if person is None or person.answers_to == ("" if to == person.key else to):
        return ticket
    return _reached(ticket, person, "" if to == person.key else to)


def _not_asked(ticket: Ticket, key: str) -> Ticket:
    """Nobody's answers go to this address any more."""
    for person in ticket.participants:
        if person.answers_to == key:
            ticket = _reached(ticket, person, "")
    return ticket


def _reached(ticket: Ticket, person: Person, to: str) -> Ticket:
    changed = replace(person, answers_to=to)
    people = tuple(changed if one.key == person.key else one for one in ticket.participants)
    if person.key != ticket.requester.key:
        return ticket.but(participants=people)
    return ticket.but(requester=replace(ticket.requester, answers_to=to), participants=people)


def _sent(ticket: Ticket, effect: fx.SendToCustomer, _policy: Policy, _now: datetime) -> Ticket:
    """The stars have gone out; until it is reopened a number in an answer may be a score."""
    asks = mail_of(effect.template).asks == "score" and bool(effect.context.get("survey"))
    return ticket.but(surveyed=True) if asks and not ticket.surveyed else ticket


def _score(ticket: Ticket, effect: fx.RecordScore, _policy: Policy, _now: datetime) -> Ticket:
    return ticket.but(score=effect.score, comment=effect.comment)


def _spend(ticket: Ticket, effect: fx.SpendTime, _policy: Policy, _now: datetime) -> Ticket:
    return ticket.but(spent=ticket.spent + effect.seconds)


CHANGES: Mapping[type[fx.Effect], Callable[[Ticket, Any, Policy, datetime], Ticket]] = {
    fx.AddMessage: _message,
    fx.AddNote: _note,
    fx.SetStatus: _status,
    fx.SetField: _field,
    fx.Label: _label,
    fx.Assign: _assign,
    fx.Follow: _follow,
    fx.Snooze: _snooze,
    fx.AddParticipant: _join,
    fx.SetRequester: _requester,
    fx.JoinAddress: _join_address,
    fx.PartAddress: _part_address,
    fx.AskToJoin: _ask,
    fx.KeepOut: _keep_out,
    fx.RemoveParticipant: _leave,
    fx.AnswersGoTo: _answers,
    fx.SendToCustomer: _sent,
    fx.RecordScore: _score,
    fx.SpendTime: _spend,
    **MERGES,
    ufx.PutBack: _put_back,
    ufx.TakeBack: _take_back,
}  # and OpenTicket
CHANGE_NOTHING: frozenset[type[fx.Effect]] = frozenset(
    (
        EraseTicket,
        fx.LinkTicket,
        cfx.Unsubscribe,
        mfx.UnlinkTicket,
        mfx.On,
        fx.NotifyAgents,
        *nfx.OF_AGENTS,
        fx.AnswerAgent,
        fx.NotifyAdmins,
        fx.StartClock,
        fx.CancelClock,
        fx.Suppress,
        fx.Hold,
        fx.AskToConfirm,
        fx.Release,
        fx.Drop,
        fx.Resend,
        fx.Lift,
        fx.RenewAddresses,
        fx.SetAbsences,
        fx.TellOfRenewal,
        fx.SendFiles,
        fx.SendWithoutFiles,
        ufx.KeepAct,
        vfx.TellPerson,
        vfx.AskForStars,
        form_effects.SendFormCode,
        page_effects.SendLogIn,
        fx.Record,
    )
)
