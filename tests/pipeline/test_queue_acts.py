"""What a person decides about failed and held mail stands in the history, with who decided and by
which door."""

from __future__ import annotations

import pytest

from maildesk.desk.actor import operator_acts
from maildesk.desk.effects import AskToConfirm, Hold
from maildesk.errors import Refused
from maildesk.mail.message import Envelope
from maildesk.pipeline import queue_acts
from maildesk.pipeline.receive import receive
from maildesk.pipeline.simulation.dry_run import foresee
from maildesk.store import outbox
from tests.pipeline.place import SUPPORT, Place, mail

KIM, BEN = "kim@customer.example", "ben@desk.example"
ADA = operator_acts("ada")


def written(place: Place, what: str) -> list[tuple[str, str, dict[str, object]]]:
    return [(line.who, line.door, line.detail) for line in place.rows("history", what=what)]


def hold_a_mail_in_bens_name(place: Place) -> int:
    """Somebody answers Kim's ticket as Ben, with nothing that proves it."""
    place.receive(mail())
    (notice,) = place.letters(BEN)
    to = str(notice["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(mail("Give it a kick.", From=KIM, To=to), KIM, to)
    (held,) = place.rows("quarantine")
    assert held.ticket_id == 1
    return int(held.id)


def test_an_operator_who_sends_a_failed_mail_again_stands_in_the_history(both: Place) -> None:
    both.receive(mail())
    (row,) = both.rows("outbox", recipient=KIM)
    with both.services.db.write() as conn:
        outbox.mark_bounced(conn, row.id, "failed", "5.1.1", "no such user")
    both.kicks.clear()
    queue_acts.act(both.services, ADA, queue_acts.resend, row.id)
    detail = {"recipient": KIM, "purpose": "acknowledgement"}
    assert written(both, "resent") == [("ada", "command line", detail)]
    assert both.kicks == [("deliver", row.id)]
    assert both.row("outbox", row.id).state == "due"


def test_a_held_mail_is_released_once_and_the_history_says_by_whom(both: Place) -> None:
    number = hold_a_mail_in_bens_name(both)
    reason = both.rows("quarantine")[0].reason
    queue_acts.act(both.services, ADA, queue_acts.release, number)
    line = ("ada", "command line", {"quarantine": number, "reason": reason})
    assert written(both, "released") == [line]
    (held,) = both.rows("quarantine")
    assert (held.state, held.decided_by) == ("released", "ada")
    assert both.kicks[-1] == ("receive", held.spool_id)
    assert both.row("spool", held.spool_id).state == "due"
    for act in (queue_acts.release, queue_acts.drop):
        with pytest.raises(Refused, match="was released before"):
            queue_acts.act(both.services, ADA, act, number)
    receive(both.services)
    assert both.row("spool", held.spool_id).state == "done"


def test_a_held_mail_that_is_dropped_stays_where_it_is(place: Place) -> None:
    number = hold_a_mail_in_bens_name(place)
    queue_acts.act(place.services, ADA, queue_acts.drop, number)
    assert [who for who, _, _ in written(place, "dropped")] == ["ada"]
    assert place.rows("quarantine")[0].state == "dropped"


def test_what_is_not_there_is_refused_in_words(place: Place) -> None:
    for act in (queue_acts.resend, queue_acts.lift, queue_acts.release, queue_acts.drop):
        with pytest.raises(Refused, match="number 9"):
            queue_acts.act(place.services, ADA, act, 9)


def test_a_dry_run_shows_that_the_agent_will_be_asked(place: Place) -> None:
    raw = mail("It is me.", From=f"Ben <{BEN}>")
    found = foresee(place.services, raw, Envelope(BEN, (SUPPORT,), "smtp", "192.0.2.1"))
    hold, ask = found.effects
    assert isinstance(hold, Hold)
    assert isinstance(ask, AskToConfirm)
    assert (ask.agent, ask.reason) == (BEN, "unproven_agent")
    assert [one.to for one in found.mails] == [BEN]


def test_a_customer_is_never_kept_as_the_agent_who_may_confirm(place: Place) -> None:
    place.receive(mail(Auto_Submitted="auto-replied"))
    (held,) = place.rows("quarantine")
    assert (held.reason, held.sender, held.agent) == ("automatic", KIM, "")
