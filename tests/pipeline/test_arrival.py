"""Old mail: agents see how old it is, clocks start when it arrived, and nothing answers it by
itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from maildesk.mail.message import Envelope
from maildesk.pipeline.receive import receive
from maildesk.store import spool
from maildesk.store.mailbox import mailboxes
from maildesk.store.mailbox.mailboxes import Cursor, Seen
from tests.pipeline.place import FRIDAY, SUPPORT, Place, mail
from tests.stories.running_desk import text_of

BEN = "ben@desk.example"
KIM = "kim@customer.example"
TUESDAY = FRIDAY - timedelta(days=3)


def received(*moments: datetime) -> bytes:
    """Lines of servers, topmost first."""
    lines = (f"Received: from a by b with ESMTP id 7; {format_datetime(at)}\r\n" for at in moments)
    return "".join(lines).encode()


def come(
    place: Place,
    raw: bytes,
    *,
    via: str = "smtp",
    peer: str = "192.0.2.1",
    arrived_at: datetime | None = None,
    suspected: str = "",
) -> Any:
    envelope = Envelope(KIM, (SUPPORT,), via, peer, arrived_at, suspected)
    with place.services.db.write() as conn:
        (row_id,) = spool.accept(conn, place.services.blobs, [(raw, envelope)], place.now)
    receive(place.services)
    return place.row("spool", row_id)


def acknowledged(place: Place) -> bool:
    return bool(place.letters(KIM))


def started(place: Place) -> set[datetime]:
    """When the clocks of the only ticket began, as its history tells."""
    return {
        datetime.fromisoformat(row.detail["arrived"])
        for row in place.rows("history")
        if "arrived" in row.detail
    }


@pytest.mark.parametrize(
    ("via", "peer"), [("lmtp", ""), ("smtp", "127.0.0.1"), ("smtp", "::1"), ("pipe", "")]
)
def test_a_servers_line_tells_the_age_of_what_it_hands_over(
    place: Place, via: str, peer: str
) -> None:
    own = () if via == "pipe" else (FRIDAY,)
    come(place, received(*own, TUESDAY) + mail(), via=via, peer=peer)
    assert not acknowledged(place)
    assert started(place) == {TUESDAY}
    (notice, *_) = place.letters(BEN)
    assert "17 Nov 2026" in text_of(notice)
    assert ", 3 days old" in text_of(notice)


def test_a_line_that_anybody_may_have_written_moves_no_clock(place: Place) -> None:
    come(place, received(FRIDAY, TUESDAY) + mail(), peer="198.51.100.7")
    assert not acknowledged(place)
    assert started(place) == set()
    assert ", 3 days old" in text_of(place.letters(BEN)[0])


@pytest.mark.parametrize(
    "raw",
    [
        received(FRIDAY, FRIDAY - timedelta(hours=47), TUESDAY) + mail("One."),
        received(FRIDAY) + mail("Two.", Date=format_datetime(TUESDAY - timedelta(days=400))),
        received(FRIDAY, FRIDAY + timedelta(days=30)) + mail("Three."),
        b"Received: by b; rubbish\r\nReceived: by b; rubbish\r\n" + mail("Four."),
    ],
    ids=["fresh", "the sender's clock", "a clock ahead", "no clock"],
)
def test_what_is_fresh_is_acknowledged(place: Place, raw: bytes) -> None:
    come(place, raw, peer="127.0.0.1")
    assert acknowledged(place)
    assert " old" not in text_of(place.letters(BEN)[0]).partition("-----")[0]


def test_the_mailbox_says_when_it_came(place: Place) -> None:
    come(place, received(FRIDAY) + mail("Old."), via="imap:support", arrived_at=TUESDAY)
    assert not acknowledged(place)
    assert started(place) == {TUESDAY}


def test_old_mail_that_was_moved_into_the_mailbox_today_is_old(place: Place) -> None:
    # the door hands on the earlier of INTERNALDATE and Received
    come(place, received(TUESDAY) + mail("Old."), via="imap:support", arrived_at=TUESDAY)
    assert not acknowledged(place)


def test_a_desk_may_answer_whatever_its_age(place: Place) -> None:
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("stale_after: 2d", "stale_after: never"), "utf-8")
    place.services.keeper.reload_now()
    come(place, received(TUESDAY) + mail("Old."), via="imap:support", arrived_at=TUESDAY)
    assert acknowledged(place)
    assert started(place) == set()


def test_a_promise_that_was_broken_before_we_knew_alarms_nobody(place: Place) -> None:
    old = FRIDAY - timedelta(days=30)
    come(place, received(old) + mail("Old."), via="imap:support", arrived_at=old)
    (ticket,) = place.rows("tickets")
    assert ticket.breaches_at is not None
    assert ticket.breaches_at < FRIDAY
    kinds = {row.kind for row in place.rows("timers")}
    assert not {kind for kind in kinds if kind.startswith("sla:first_response")}


def test_what_lay_in_the_spam_folder_is_held_as_spam(place: Place) -> None:
    row = come(place, mail(), via="imap:support", suspected="it lay in the folder Junk")
    assert (row.state, row.outcome) == ("held", "held spam")
    (held,) = place.rows("quarantine")
    assert held.reason == "spam"
    assert "it lay in the folder Junk" in held.words
    assert not acknowledged(place)


def test_nor_is_it_acknowledged_when_a_person_releases_it(place: Place) -> None:
    row = come(place, mail(), via="imap:support", suspected="it lay in the folder Junk")
    with place.services.db.write() as conn:
        spool.release(conn, row.id, "ben", place.now)
    receive(place.services)
    assert len(place.rows("tickets")) == 1
    assert not acknowledged(place)
    assert place.letters(BEN)


def test_what_became_of_it_is_known_for_its_mailbox(place: Place) -> None:
    at = Cursor("support", 7, 3, folder="INBOX")
    envelope = Envelope(KIM, (SUPPORT,), "imap:support")
    with place.services.db.write() as conn:
        (row_id,) = spool.accept(conn, place.services.blobs, [(mail(), envelope)], place.now)
        seen = Seen(3, b"f" * 16, place.now + timedelta(days=9))
        mailboxes.remember(conn, at, seen, place.now, taken=True, spool_id=row_id)
    receive(place.services)
    (known,) = place.rows("mailbox_messages")
    (message,) = place.rows("messages")
    assert (known.ticket_id, known.message_row) == (message.ticket_id, message.id)
