"""Ratings of the page as the conversation tells them: each is a message of its own, which may be
changed for a day. Of those that follow each other the last is told, with what it was before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

Message = TypeVar("Message")
_ID = re.compile(r"[0-9a-f]{16}\.[0-9]{1,9}\.[0-9a-f]{10}\.survey@")
_WORDS = re.compile(r"([1-5])/5(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rating:
    """What a message of the page gave. `before`: what the same person gave right before it, where
    that was another; 0: nothing."""

    who: str
    score: int
    comment: str
    before: int = 0


def message_id_of(unique: str, number: int, what: str, domain: str) -> str:
    """The Message-ID of a rating: its form, how many came before it, and a digest of it."""
    return f"{unique}.{number}.{what}.survey@{domain}"


def rating_of(message_id: str, who: str, text: str) -> Rating | None:
    """The rating that this message of somebody is; None where it is none of the page."""
    found = _WORDS.fullmatch(text.strip())
    if found is None or not _ID.match(message_id):
        return None
    return Rating(who.lower(), int(found[1]), (found[2] or "").strip())


def told(
    messages: Iterable[Message], read: Callable[[Message], Rating | None]
) -> list[tuple[Message, Rating | None]]:
    """These messages, oldest first, without the ratings that were changed right after."""
    found: list[tuple[Message, Rating | None]] = []
    for one in messages:
        rating, last = read(one), found[-1][1] if found else None
        if rating is not None and last is not None and rating.who == last.who:
            was = last.score if last.score != rating.score else last.before
            rating = replace(rating, before=was if was != rating.score else 0)
            found.pop()
        found.append((one, rating))
    return found
