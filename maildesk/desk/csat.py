"""Satisfaction: what a customer's answer to the five stars says.

A score is believed when it comes to the survey's own address, or when the answer
to a resolution begins with it: "4, thanks". "5 servers are still down" is not one.
"""

from __future__ import annotations

import re

_STARS = re.compile(r"^[\s\"'>*]{0,6}([★⭐]{1,5})")
_FIRST = re.compile(
    r"^[\s\"'>*(]{0,6}([1-5])(?:\s?(?:/|of|out of|von|sur|de|av|z)\s?5\b|\s?(?:stars?|sterne?|points?|punkte?|étoiles?|estrellas?|stelle)\b"
    r"|\s?[★⭐]|\s?(?=$|[.,;:!–—)\n-]))",
    re.IGNORECASE,
)
_LOOSE = re.compile(r"^[\s\"'>*(]{0,6}([1-5])(?![\d.,]*\d)\b")
_SUBJECT = re.compile(r"\b([1-5])\s?(?:/|of|von)\s?5\b", re.IGNORECASE)
_THANKS = frozenset(
    ["thanks", "thank", "you", "thx", "ty", "cheers", "great", "perfect", "super", "works", "solved", "many", "very", "much", "so", "for", "your", "the", "help", "a", "lot", "again", "all", "it", "now", "is", "fine", "excellent", "wonderful", "awesome", "brilliant", "quick", "fast", "answer", "support", "ok", "okay", "danke", "dank", "vielen", "herzlichen", "schön", "prima", "wunderbar", "toll", "klasse", "top", "und", "die", "ihre", "eure", "hilfe", "schnelle", "antwort", "merci", "beaucoup", "gracias", "muchas", "grazie", "mille", "obrigado", "obrigada", "bedankt", "tack", "takk", "kiitos", "dziękuję", "děkuji", "and", "für"]
)


def read_score(reply: str, subject: str = "", *, survey: bool = False) -> tuple[int, str] | None:
    """The score and the comment beside it, or None where the words are no score; `survey` believes a bare leading digit."""
    text = reply.strip()
    if found := _STARS.match(text):
        return len(found.group(1)), _comment(text[found.end() :])
    if found := _FIRST.match(text):
        return int(found.group(1)), _comment(text[found.end() :])
    if (found := _LOOSE.match(text)) and (survey or is_only_thanks(text[found.end() :])):
        return int(found.group(1)), _comment(text[found.end() :])
    if found := _SUBJECT.search(subject):
        return int(found.group(1)), _comment(text)
    return None


def is_only_thanks(reply: str) -> bool:
    """Whether these few words merely say thank you: they reopen nothing."""
    words = re.findall(r"[^\W\d_]+", reply.lower())
    return 0 < len(words) <= 10 and "?" not in reply and all(w in _THANKS for w in words) and not _DOUBT.intersection(words)


_DOUBT = frozenset(("not", "nicht", "no", "but", "aber"))


def _comment(rest: str) -> str:
    return rest.strip().lstrip(".,;:!–—)-/★⭐ ").strip()[:4000]
