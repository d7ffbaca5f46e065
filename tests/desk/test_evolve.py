"""What each effect does to a ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.customers import campaign_effects as cfx
from maildesk.desk.deletion import values as dfx
from maildesk.desk.evolve import (
    CHANGE_NOTHING,
    CHANGES,
    changed_fields,
    evolve,
    evolved,
    field_of,
    opened,
)
from maildesk.desk.merging import merge_effects as mfx
from maildesk.desk.notices import notice_effects as nfx
from maildesk.desk.pages import form_effects
from maildesk.desk.pages import page_effects as pfx
from maildesk.desk.ticket import Person, Status, Ticket
from maildesk.desk.undo import undo_effects as ufx
from maildesk.desk.verbs import verb_effects as vfx
from tests.desk.rule_desk import NOW, POLICY, TICKET

LEE, MAX = Person("lee@customer.example", "Lee"), Person("max@customer.example", "Max")
LATER = NOW + timedelta(hours=1)
OPENS = fx.OpenTicket(
    subject="",
    queue="support",
    priority="normal",
    category="",
    requester=Person("Kim@Customer.example", "Kim"),
    address="support@desk.example",
    language="en",
    participants=(MAX, Person("Lee@Customer.example", "Lee"), Person("kim@customer.example")),
)


def after(*effects: fx.Effect, ticket: Ticket = TICKET) -> Ticket:
    found = evolved(ticket, effects, POLICY, NOW)
    assert found is not None
    return found


def message(kind: str, direction: str = "in", **more: Any) -> fx.AddMessage:
    return fx.AddMessage(kind=kind, direction=direction, sender=LEE, text="", reply="", **more)


def test_every_effect_has_its_place() -> None:
    """An effect that is added and forgotten here would be decided for and never stored."""
    every = [
        one
        for module in (fx, mfx, nfx, ufx, vfx, cfx, dfx, pfx, form_effects)
        for one in vars(module).values()
    ]
    kinds = {one for one in every if isinstance(one, type) and issubclass(one, fx.Effect)}
    assert {*CHANGES, *CHANGE_NOTHING, fx.OpenTicket} == kinds - {fx.Effect}
    assert not CHANGES.keys() & CHANGE_NOTHING


def test_what_is_so_already_leaves_the_very_same_ticket() -> None:
    same = [
        fx.SetField(name="priority", value=TICKET.priority),
        fx.Label(name="nothing", on=False),
        fx.Assign(agent=TICKET.assignee),
        fx.AddParticipant(person=TICKET.requester),
        fx.KeepOut(address=TICKET.requester.address),
        fx.RemoveParticipant(address=TICKET.requester.address),
        fx.Record(what="rule"),
    ]
    assert all(evolve(TICKET, effect, POLICY, NOW) is TICKET for effect in same)


def test_a_new_ticket_has_its_people_as_they_are_stored() -> None:
    found = opened(OPENS, POLICY, NOW)
    assert [person.address for person in found.participants] == [
        "kim@customer.example",
        "lee@customer.example",
        "max@customer.example",
    ]
    assert (found.subject, found.status, found.id) == ("(no subject)", "open", 0)
    assert evolved(
        None, [fx.Record(what="rule"), OPENS, fx.SpendTime(seconds=60)], POLICY, NOW
    ) == (found.but(spent=60))


def test_reopening_makes_the_dates_of_the_end_void() -> None:
    """A ticket is closed again from its own end, and asks for stars anew."""
    ended = after(
        fx.SetStatus(status=Status.RESOLVED),
        fx.SendToCustomer(template="resolution", context={"survey": True}),
        fx.SetStatus(status=Status.CLOSED),
    )
    assert (ended.resolved_at, ended.closed_at, ended.surveyed) == (NOW, NOW, True)
    again = evolve(ended, fx.SetStatus(status=Status.OPEN), POLICY, LATER)
    assert (again.resolved_at, again.closed_at, again.surveyed) == (None, None, False)


def test_only_a_public_word_counts_as_one() -> None:
    quiet = after(message("note"), message("stranger"), message("public", automatic=True))
    assert quiet.message_count == TICKET.message_count + 3
    assert changed_fields(TICKET, quiet) == ("message_count",)
    heard = after(message("public", has_files=True), message("public", "out"))
    assert (heard.customer_wrote_at, heard.first_response_at, heard.has_files) == (NOW, NOW, True)
    assert evolve(heard, message("public", "out"), POLICY, LATER).first_response_at == NOW


def test_who_is_let_in_was_heard_now() -> None:
    waits = after(message("stranger"), fx.AskToJoin(person=LEE), fx.AskToJoin(person=LEE))
    assert waits.waiting == (LEE,)
    joined = evolve(waits, fx.AddParticipant(person=LEE), POLICY, LATER)
    assert (joined.waiting, joined.customer_wrote_at) == ((), LATER)
    assert joined.has_part(LEE.address)
    out = after(fx.KeepOut(address="LEE@customer.example"), ticket=joined)
    assert (out.has_part(LEE.address), out.kept_out) == (False, frozenset({LEE.key}))
    assert after(fx.RemoveParticipant(address=LEE.address), ticket=out).kept_out == frozenset()


def test_a_field_that_there_is_not_is_a_mistake() -> None:
    assert field_of(replace(TICKET, fields={"serial": "7"}), "fields.serial") == "7"
    with pytest.raises(ValueError, match="no field 'behaviour'"):
        evolve(TICKET, fx.SetField(name="behaviour", value="open"), POLICY, NOW)
