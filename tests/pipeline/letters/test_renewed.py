"""An agent whose addresses an admin renewed hears of it, with no address to answer to."""

from __future__ import annotations

from maildesk.pipeline.renewal import renew
from tests.pipeline.place import Place

BEN = "ben@desk.example"


def test_the_agent_is_told_and_nobody_else(place: Place) -> None:
    ben = place.services.keeper.current.policy.agent(BEN)
    assert ben is not None
    renew(place.services, ben, "ada")
    assert [(row.recipient, row.purpose) for row in place.rows("outbox")] == [
        (BEN, "agent_renewed")
    ]
    (letter,) = place.letters(BEN)
    assert letter["Reply-To"] is None
    assert str(letter["Subject"]) == "Your reply addresses were renewed"
    assert [row.mail_from for row in place.rows("outbox")] == [""]
