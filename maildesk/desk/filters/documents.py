"""What of a ticket is found by words: its documents, each written once, when what
it tells came to be.

A document is never changed and never taken back: what a ticket was called, and who took part in it,
is found later too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from maildesk.desk.ticket import Person

_LONGEST_TEXT = 200_000  # letters of a message that are looked at


def about(reference: str, subject: str, people: Iterable[Person]) -> list[str]:
    """The parts of the document about the ticket itself."""
    return [reference, subject, *(f"{person.name} {person.address}" for person in people)]


def of_message(row: Mapping[str, Any], subject: str = "") -> list[str]:
    """The parts of the document of one message: who wrote, what about where that is not the
    ticket's `subject`, every word.

    The own words are part of the whole text, unless they come from another body of the message.
    """
    parts = [f"{row['from_name']} {row['from_address']}"]
    if row["subject"] and row["subject"] != subject:
        parts.append(row["subject"])
    text, reply = row["text"][:_LONGEST_TEXT], row["reply"][:_LONGEST_TEXT]
    parts.append(text)
    if reply not in text:
        parts.append(reply)
    parts += [str(file["filename"]) for file in row["attachments"] if file.get("filename")]
    return parts
