"""Satisfaction: what a customer's answer to the five stars says.

A score is believed when it comes to the survey's own address, or when the answer
to a resolution begins with it and it stands apart: on a line of its own, or with a comma
or a dash behind it ("4 - quick, thanks"). "5 servers are still down" is none, nor are
"3 of 5 servers", "1. It still fails", "5,- Euro" and "2-3 times".
It is the requester's alone to give; what becomes of a further one says `pages.scores`.
"""

from __future__ import annotations

import re

_STARS = re.compile(r"^[\s\"'>*]{0,6}((?:[★⭐🌟]\ufe0f?){1,5})")
_OPENING = r"^[\s\"'>*(]{0,6}([1-5])"
_PLAIN = re.compile(  # says by itself that it is a score
    _OPENING + r"(?:\s?(?:/|of|out of|von|sur|de|av|z)\s?5\b"
    r"|\s?(?:stars?|sterne?|points?|punkte?|étoiles?|estrellas?|stelle)\b|\s?[★⭐🌟])",
    re.IGNORECASE,
)
_BARE = re.compile(_OPENING + r"(?!\s?/)(?![\d.,:–-]*\d)(?!\w)")
# A comma, colon or dash between a score and its comment; with a number behind it is no score.
_APART = re.compile(r"\s*(?:[,;:!–—](?!-)|-(?=\s))(?!\s*\d)")
_ALONE = " \t.!,;:–—-)\"'*"  # what may stand behind a score on its line
_COUNTED = re.compile(r"\s+(?!(?:stars?|sterne?|points?|punkte?|étoiles?)\b)[^\W\d]", re.IGNORECASE)
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

    `survey` believes any leading digit; elsewhere "4" has to stand apart or with thanks, or say
    that it is one of five: "1. It still fails" is a list, and a list is never mistaken for a score.
    """
    text = reply.strip()
    if found := _STARS.match(text):
        return len(found.group(1).replace("\ufe0f", "")), _comment(text[found.end() :])
    found = _PLAIN.match(text)
    if found and (survey or not _counts_things(found[0], text[found.end() :])):
        return int(found.group(1)), _comment(text[found.end() :])
    if found := _BARE.match(text):
        score, rest = int(found.group(1)), text[found.end() :]
        comment = _comment(rest)
        if survey or is_only_thanks(comment) or _stands_apart(score, rest):
            return score, comment
    if found := _SUBJECT.search(subject):
        return int(found.group(1)), _comment(text)
    return None


def _counts_things(said: str, rest: str) -> bool:
    """Whether it is "3 of 5 devices": a part of something, and no score."""
    return said[-1] == "5" and "/" not in said and bool(_COUNTED.match(rest))


def _stands_apart(score: int, rest: str) -> bool:
    """Whether nothing else is on the score's line, or a comment that is set off from it; where the
    next number begins a line below, it is a list."""
    first, _, below = rest.partition("\n")
    is_apart = not first.strip(_ALONE) or _APART.match(first)
    following = re.compile(rf"\s*{score + 1}\s?[.,:;)–—-]")
    return bool(is_apart) and not any(following.match(line) for line in below.splitlines())


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
