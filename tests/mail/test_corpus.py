"""Every odd message is read as its note says, and is on disk as its maker writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.mail.message import Message
from maildesk.mail.parse import parse
from tests.corpus.make import HERE, ODD
from tests.corpus.odd import Odd


@pytest.mark.parametrize("odd", ODD, ids=[odd.name for odd in ODD])
def test_an_odd_message_is_read_as_its_note_says(odd: Odd) -> None:
    message = parse(odd.raw)

    assert "".join(part.text for part in message.parts) == message.text
    assert not any(defect.startswith("read by the net") for defect in message.defects)
    _check_head(odd, message)
    _check_body(odd, message)
    _check_kind(odd, message)
    _check_more(odd, message)


def _check_head(odd: Odd, message: Message) -> None:
    address = message.sender.address if message.sender else ""
    assert odd.subject is None or message.subject == odd.subject
    assert odd.sender is None or address == odd.sender
    assert odd.sender_name is None or (
        message.sender is not None and message.sender.name == odd.sender_name
    )
    assert odd.defect is None or any(odd.defect in defect for defect in message.defects), (
        message.defects
    )


def _check_body(odd: Odd, message: Message) -> None:
    assert odd.text is None or odd.text in message.text
    assert odd.lacks is None or odd.lacks not in message.text
    assert odd.reply is None or message.reply == odd.reply
    assert odd.files is None or tuple(file.filename for file in message.attachments) == odd.files
    assert (
        odd.types is None or tuple(file.content_type for file in message.attachments) == odd.types
    )
    assert odd.forwarded is None or (
        message.forwarded is not None and message.forwarded.subject == odd.forwarded
    )


def _check_kind(odd: Odd, message: Message) -> None:
    assert odd.kind is None or message.kind.value == odd.kind, message.reasons
    assert odd.may_answer is None or message.may_answer is odd.may_answer, message.reasons
    found = tuple(
        (report.final_recipient, report.action, report.status) for report in message.reports
    )
    assert odd.reports is None or found == odd.reports
    assert odd.original is None or {report.original_message_id for report in message.reports} == {
        odd.original
    }


def _check_more(odd: Odd, message: Message) -> None:
    seen: dict[str, object] = {
        "message_id": message.message_id,
        "references": message.references,
        "in_reply_to": message.in_reply_to,
        "to_addresses": tuple(box.address for box in message.to),
        "inline": tuple(file.inline for file in message.attachments),
        "not_failed": all(report.action != "failed" for report in message.reports),
    }
    assert odd.more.items() <= seen.items()


def test_the_corpus_has_a_hundred_oddities_with_names_of_their_own() -> None:
    assert len({odd.name for odd in ODD}) == len(ODD) >= 100


def test_the_files_beside_the_maker_are_what_it_makes() -> None:
    on_disk = {path.stem: path.read_bytes() for path in Path(HERE).glob("*.eml")}

    assert on_disk == {odd.name: odd.raw for odd in ODD}
