"""What needs an admin is mailed to each of them, once an hour, and not to who did it."""

from __future__ import annotations

from typing import Any

from maildesk.desk import effects as fx
from maildesk.pipeline.apply import apply
from maildesk.pipeline.transaction import New, Transaction
from tests.pipeline.place import Place

ANA = "ana@desk.example"


def tell(place: Place, **more: Any) -> list[str]:
    """Tell the admins; who has been told by now."""
    alarm = fx.NotifyAdmins(subject="The disk is full", text="Nothing is written.", **more)
    with place.services.db.write() as conn:
        policy = place.services.keeper.current.policy
        tx = Transaction(conn, place.services, policy, place.now)
        apply(tx, [(New(), alarm)])
    return [row.recipient for row in place.rows("outbox", purpose="admin_alarm")]


def test_the_same_thing_is_told_once_an_hour(place: Place) -> None:
    assert tell(place, once="disk") == [ANA]
    assert tell(place, once="disk") == [ANA]
    assert tell(place, once="net") == [ANA, ANA]
    place.later(3600)
    assert tell(place, once="disk") == [ANA] * 3
    (letter, *_) = place.letters(ANA)
    assert str(letter["Subject"]) == "The disk is full"
    assert letter["Reply-To"] is None
    assert {row.mail_from for row in place.rows("outbox")} == {""}, "the null return path"


def test_an_admin_who_is_the_agent_that_did_it_is_not_told(place: Place) -> None:
    assert tell(place, but="ben@desk.example") == [ANA]
    assert tell(place, but=ANA) == [ANA]
