"""Satisfaction: what a customer's answer to the five stars says.

A score is believed when it comes to the survey's own address, or when the answer
to a resolution begins with it: "4, thanks". "5 servers are still down" is not one.
It is the requester's alone to give, once, and to correct once within a day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from maildesk.desk.facts import Entry

CORRECTED_WITHIN = timedelta(days=1)

_STARS = re.compile(r"^[\s\"'>*]{0,6}((?:[★⭐🌟]\ufe0f?){1,5})")
_OPENING = r"^[\s\"'>*(]{0,6}([1-5])"
_PLAIN = re.compile(  # says by itself that it is a score
    _OPENING + r"(?:\s?(?:/|of|out of|von|sur|de|av|z)\s?5\b"
    r"|\s?(?:stars?|sterne?|points?|punkte?|étoiles?|estrellas?|stelle)\b|\s?[★⭐🌟])",
    re.IGNORECASE,
)
_BARE = re.compile(_OPENING + r"(?!\s?/)(?![\d.,:–-]*\d)(?!\w)")
_SUBJECT = re.compile(r"\b([1-5])\s?(?:/|of|von)\s?5\b", re.IGNORECASE)
# One of these has to be among the words of a thank-you; the others may stand beside it.
_GRATEFUL = frozenset((
    "thanks", "thank", "thx", "ty", "cheers", "great", "perfect", "super", "works", "solved",
    "excellent", "wonderful", "awesome", "brilliant", "ok", "okay", "danke", "dank", "prima",
    "wunderbar", "toll", "klasse", "top", "merci", "gracias", "grazie", "obrigado", "obrigada",
    "bedankt", "tack", "takk", "kiitos", "dziękuję", "děkuji",
))  # fmt: skip
_THANKS = _GRATEFUL | frozenset((
    "you", "many", "very", "much", "so", "for", "your", "the", "help", "a", "lot", "again", "all",
    "it", "now", "is", "fine", "quick", "fast", "answer", "support", "and", "vielen", "herzlichen",
    "schön", "und", "die", "ihre", "eure", "hilfe", "für", "schnelle", "antwort", "beaucoup",
    "muchas", "mille",
))  # fmt: skip


def read_score(reply: str, subject: str = "", *, survey: bool = False) -> tuple[int, str] | None:
    """The score and the comment beside it, or None where the words are no score.

    `survey` believes any leading digit; elsewhere "4" has to stand alone or with thanks, or say
    that it is one of five: "1. It still fails" is a list, and a list is never mistaken for a score.
    """
    text = reply.strip()
    if found := _STARS.match(text):
        return len(found.group(1).replace("\ufe0f", "")), _comment(text[found.end() :])
    if found := _PLAIN.match(text):
        return int(found.group(1)), _comment(text[found.end() :])
    if found := _BARE.match(text):
        comment = _comment(text[found.end() :])
        if survey or not comment or is_only_thanks(comment):
            return int(found.group(1)), comment
    if found := _SUBJECT.search(subject):
        return int(found.group(1)), _comment(text)
    return None


def may_score(history: Sequence[Entry], now: datetime, resolved: Sequence[str]) -> bool:
    """Whether one more score counts: the first since the ticket was last resolved, and within a day
    of it a second.

    `resolved` are the desk's words for that state.
    """
    since = takewhile(
        lambda entry: not (entry.what == "status" and entry.detail.get("to") in resolved),
        reversed(history),
    )
    given = [entry.at for entry in since if entry.what == "scored"]
    return not given or (len(given) == 1 and now - given[0] <= CORRECTED_WITHIN)


def is_only_thanks(reply: str) -> bool:
    """Whether these few words merely say thank you: they reopen nothing."""
    words = re.findall(r"[^\W\d_]+", reply.lower())
    return (
        len(words) <= 10
        and "?" not in reply
        and all(w in _THANKS for w in words)
        and not _GRATEFUL.isdisjoint(words)
    )


def _comment(rest: str) -> str:
    return rest.strip().lstrip(".,;:!–—)-/★⭐🌟☆ ").strip()[:4000]
