"""Finished mails are signed and written down, in the transaction of their act."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.pipeline.place import Place, mail


def test_every_mail_is_signed_before_it_is_written_down(place: Place) -> None:
    def sign(found: Any, address: str) -> bytes:
        assert address == "support@desk.example"
        return b"X-Signed: yes\r\n" + (found if isinstance(found, bytes) else b"".join(found))

    place.services = replace(place.services, sign=sign)
    place.receive(mail())
    rows = place.rows("outbox")
    assert len(rows) == 4
    assert all(place.raw_of(row).startswith(b"X-Signed: yes\r\n") for row in rows)


def test_the_worker_that_wrote_them_has_claimed_them(place: Place) -> None:
    place.receive(mail())
    assert {(row.state, row.owner) for row in place.rows("outbox")} == {("claimed", "here:1:aa")}
