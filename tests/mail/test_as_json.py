"""The JSON object of `maildesk parse --json`."""

from __future__ import annotations

import json

from maildesk.mail.as_json import describe
from tests.corpus.make import ODD
from tests.corpus.odd import plain

FIELDS = {
    "file", "ok", "took_ms", "defects", "message_id", "in_reply_to", "references", "date", "from",
    "reply_to", "to", "cc", "subject", "text", "parts", "reply", "forwarded", "attachments", "kind",
    "may_answer", "reasons", "reports", "language",
}  # fmt: skip


def test_a_message_has_every_field() -> None:
    view = describe("inbox/1.eml", plain(b"Hello"))

    assert set(view) == FIELDS
    assert (view["file"], view["ok"], view["from"]) == (
        "inbox/1.eml",
        True,
        {"name": "Ana Lind", "address": "ana@customer.example"},
    )


def test_a_report_names_the_address_that_led_to_its_recipient() -> None:
    bounce = plain(
        b"<lea@far.example> (expanded from <sales@north.example>): 550 5.1.1 User unknown",
        subject=b"Undelivered Mail Returned to Sender",
    ).replace(b"From: Ana Lind <ana@customer.example>", b"From: MAILER-DAEMON@mx.example")
    (report,) = describe("1.eml", bounce)["reports"]

    assert report["final_recipient"] == "lea@far.example"
    assert report["original_recipient"] == "sales@north.example"


def test_what_cannot_be_read_still_gets_its_object() -> None:
    assert describe("empty.eml", b"") == {
        "file": "empty.eml",
        "ok": False,
        "took_ms": 0,
        "defects": ["the message is empty"],
    }


def test_every_odd_message_can_be_written_as_json() -> None:
    for odd in ODD:
        assert json.loads(json.dumps(describe(odd.name, odd.raw)))["ok"]
