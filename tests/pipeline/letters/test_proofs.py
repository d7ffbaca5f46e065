"""What proves who answers: where a tap goes, which ids a thread has, where reports come back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from maildesk.desk.threads import links, subject_tokens
from maildesk.desk.threads.links import Purpose
from maildesk.pipeline.letters import proofs
from maildesk.pipeline.transaction import TicketChange, Transaction
from maildesk.store import agents, provider_ids
from maildesk.store.desk import tickets
from tests.pipeline.place import SUPPORT, Place, mail

BEN, KIM = "ben@desk.example", "kim@customer.example"


@pytest.fixture
def change(place: Place) -> Iterator[TicketChange]:
    """Work on Kim's ticket, which is not written down."""
    place.receive(mail())
    policy = place.services.keeper.current.policy
    with place.services.db.write() as conn:
        ticket = tickets.ticket(conn, 1, policy)
        assert ticket is not None
        yield Transaction(conn, place.services, policy, place.now).begin(ticket)


def test_with_sub_addresses_the_address_says_it_all(change: TicketChange) -> None:
    way = proofs.way_back(change, SUPPORT, Purpose.AGENT_REPLY, 1, BEN)
    tap = way.button("take", "Take it", "Re: Printer [TKT-0001]", "#take", "TKT-0001", said="x")
    assert way.to.startswith("support+a") and not way.token
    assert tap.mailto.startswith(f"mailto:{way.to}?subject=Re%3A%20Printer%20%5BTKT-0001%5D&")


def test_a_token_in_a_subject_says_the_same(change: TicketChange) -> None:
    ring, place = change.services.ring, links.IN_SUBJECT
    until, _ = change.tx.terms(Purpose.AGENT_NOTE, 1, BEN)
    token = links.signature(ring, place, Purpose.AGENT_NOTE, 1, BEN, until)
    way = proofs.Way(SUPPORT, token)
    tap = way.button("note", "Note", "Re: Printer [TKT-0001]", "#note", "TKT-0001", said="Note")
    assert f"%20{token}%5D" in tap.mailto
    assert tap.mailto.count("TKT-0001") == 1
    read = subject_tokens.read(ring, f"Re: Printer [TKT-0001 · Note · {token}]", change.now.date())
    assert read is not None and read.purpose is Purpose.AGENT_NOTE


def test_what_others_have_had_is_not_signed_again(change: TicketChange) -> None:
    first, _ = change.tx.terms(Purpose.AGENT_REPLY, 1, BEN)
    agents.prove(change.conn, BEN, agents.LEAKED, links.about(1, first), change.now)
    change.tx.forget_generations()
    second, _ = change.tx.terms(Purpose.AGENT_REPLY, 1, BEN)
    other, _ = change.tx.terms(Purpose.AGENT_REPLY, 2, BEN)
    assert (second < first, other) == (True, first)


def test_a_report_comes_back_to_whom_it_was_made_for(change: TicketChange) -> None:
    path = proofs.return_path(change, SUPPORT, KIM)
    token = links.read_address(change.services.ring, path, change.now.date())
    assert token is not None and links.whose(token, [KIM]) == KIM


def test_the_id_that_a_relay_gave_stands_behind_ours(change: TicketChange, place: Place) -> None:
    (row,) = place.rows("outbox", recipient=KIM)
    provider_ids.keep(change.conn, row.id, "0102@relay.example", by="relay")
    ours, theirs = row.message_id, "one@customer.example"
    assert proofs.as_arrived(change, (theirs, ours)) == (theirs, ours, "0102@relay.example")
    assert proofs.as_arrived(change, (ours, theirs)) == (ours, theirs), "theirs holds it together"
    assert proofs.as_arrived(change, ()) == ()
