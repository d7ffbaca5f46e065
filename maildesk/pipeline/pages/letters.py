"""A customer's message as it was laid out, made safe, with its own pictures.

It is read from the message as it came; where that is gone, or says something else than what was
kept of it, its text stands alone. Agents' words are text: of what they wrote, commands were taken
out. What was read once is remembered: a message never changes.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maildesk.desk.threads.links import SIGNATURE
from maildesk.errors import BadMessage, PermanentFailure
from maildesk.mail.html.reply import shown
from maildesk.mail.html.sanitize import NOTHING, SafeHtml, embedded
from maildesk.mail.mime import attachments
from maildesk.mail.parse import parse

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from maildesk.pipeline.services import Services

PICTURES = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp"))
_REMEMBERED, _LARGEST = 400, 40_000  # letters, and characters of one that is worth it
_OWN = re.compile(r'"cid:(\d{1,9})"')


@dataclass(frozen=True, slots=True)
class Letter:
    """The page of a message, and the files that are pictures in it."""

    html: SafeHtml = NOTHING
    held: int = 0
    shown: frozenset[int] = frozenset()


class _Remembered:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._letters: OrderedDict[tuple[int, bytes], Letter] = OrderedDict()

    def get(self, key: tuple[int, bytes]) -> Letter | None:
        with self._lock:
            found = self._letters.get(key)
            if found is not None:
                self._letters.move_to_end(key)
            return found

    def put(self, key: tuple[int, bytes], letter: Letter) -> None:
        if len(letter.html) > _LARGEST:
            return
        with self._lock:
            self._letters[key] = letter
            while len(self._letters) > _REMEMBERED:
                self._letters.popitem(last=False)


_known = _Remembered()


def letter_of(services: Services, conn: Connection, row: Row[Any], base: str) -> Letter:
    """The letter of this message; `base` is where its pictures are had, "": within it."""
    if row.digest is None or row.agent or row.direction != "in":
        return Letter()
    key = (row.id, row.digest)
    letter = _known.get(key)
    if letter is None:
        letter = _read(services, conn, row)
        _known.put(key, letter)
    if not letter.shown:
        return letter
    html = _led_to(letter, base) if base else _written_in(services, conn, row, letter)
    return Letter(html, letter.held, letter.shown)


def _read(services: Services, conn: Connection, row: Row[Any]) -> Letter:
    try:
        message = parse(services.blobs.get(conn, row.digest))
    except (PermanentFailure, BadMessage):
        return Letter()
    said = (message.text.replace("\x00", "\ufffd"), message.shown.replace("\x00", "\ufffd"))
    if not message.html or (row.text, row.reply) != said:
        return Letter()
    names = {
        file.content_id: f"cid:{file.index}"
        for file in message.attachments
        if file.content_id and file.content_type in PICTURES
    }
    page = shown(message, names)
    numbers = frozenset(int(number) for number in _OWN.findall(page.html))
    return Letter(SafeHtml(without_keys(page.html)), page.held, numbers)


def without_keys(text: str) -> str:
    """The words without any signed address or link in them: whoever quoted one has made a key to
    something public."""
    return SIGNATURE.sub("…", text)


def _led_to(letter: Letter, base: str) -> SafeHtml:
    return SafeHtml(_OWN.sub(lambda found: f'"{base}/{found[1]}/picture"', letter.html))


def _written_in(services: Services, conn: Connection, row: Row[Any], letter: Letter) -> SafeHtml:
    raw = services.blobs.get(conn, row.digest)
    found = attachments.contents_of(raw, letter.shown)
    pictures = {str(file.index): (file.content_type, octets) for file, octets in found}
    return embedded(letter.html, pictures)
