"""Which proof an agent's mail needs for what it wants: `trust: levels` of desk.yaml."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.desk.actor import agent_acts
from maildesk.desk.commands.carry_out import Content, carry_out
from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.facts import TrustRecord
from maildesk.desk.permissions import Deed, Levels, Proof, unproved
from tests.desk.stories import BEN, NOW, POLICY, ticket

SIGNED = TrustRecord("", "signed_address", True)
VOUCHED = replace(SIGNED, authenticated=True)
LOGGED_IN = replace(VOUCHED, logged_in=True)
RECORDS = (SIGNED, VOUCHED, LOGGED_IN)


def test_what_is_known_of_a_mail_is_its_proof() -> None:
    assert [one.proof for one in RECORDS] == list(Proof)
    let_out = TrustRecord("", from_matches=True, authenticated=True, let_through=True)
    assert let_out.proof == "signed", "a person's word is no server's"


@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize("needs", Proof)
def test_as_much_is_enough_and_less_is_not(deed: Deed, needs: Proof) -> None:
    levels = replace(Levels(), **{deed.value: needs})
    for record in RECORDS:
        found = unproved(agent_acts(BEN, believed=record), deed, levels)
        enough = list(Proof).index(Proof(record.proof)) >= list(Proof).index(needs)
        assert (found is None) is enough
        if found is not None:
            assert found.code == f"needs_{needs.value}"
    assert unproved(agent_acts(BEN), deed, levels) is None, "by no mail"


def test_who_was_let_through_may_all_but_delete() -> None:
    levels = Levels(*[Proof.LOGGED_IN] * 5)
    by = agent_acts(BEN, believed=replace(SIGNED, let_through=True))
    assert [deed for deed in Deed if unproved(by, deed, levels)] == [Deed.DELETE]


@pytest.mark.parametrize(
    ("level", "command", "text", "note"),
    [
        ("reply", "", "Hello.", False),
        ("note", "", "Look.", True),
        ("commands", "close", "", False),
        ("read", "list", "", False),
    ],
)
def test_each_deed_asks_for_its_own(level: str, command: str, text: str, note: bool) -> None:
    levels = replace(Levels(), **{level: Proof.AUTHENTICATED})
    policy = replace(POLICY, trust=replace(POLICY.trust, levels=levels))
    asked = [Command(command, "mine" if command == "list" else "")] if command else []
    for record, codes in ((SIGNED, ["needs_authenticated"]), (VOUCHED, [])):
        request = Request(ticket(), agent_acts(BEN, believed=record), policy, NOW)
        done = carry_out(request, asked, Content(text, is_note=note))
        assert [one.code for one in done.problems] == codes
        calm = replace(request, policy=POLICY)
        assert carry_out(calm, asked, Content(text, is_note=note)).problems == ()
