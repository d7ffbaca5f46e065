"""Words as articles are looked for: without case, accents and endings, so that who writes "Drucker
ueberhitzt" finds "Überhitzte Drucker".

The same is done to what is looked for and to what is looked through, so it need not be right, only
the same: one short list of endings serves English, German and French.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile(r"[\u0300-\u036f]")
_JOINED = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
_SPELLED = re.compile(r"(?<=[aou])e")  # an umlaut where there is no key for it
_ENDINGS = ("ungen", "ing", "ung", "ern", "ed", "en", "er", "es", "em", "e", "n", "s", "x")
_SHORTEST = 4  # what stays of a word when its ending is taken off
_LONGEST = 40
_DESTINATION = re.compile(r"\]\([^)\s]*\)|<?https?://\S+")
# what says nothing of what a request is about; greetings, months and days among them
COMMON = frozenset(
    """
    a about after all also an and any are as at be been but by can could did do does for from
    get had has have hello help her hi him his how i if in into is it its just like me more my
    no not now of on or our out please problem question regards she since so some thank thanks
    that the their them then there these they this to up us was we were what when where which
    who why will with work working works would you your
    aber alle als am an auch auf aus bei bin bitte bitten da danke das dass dem den denn der des
    die dies diese doch durch ein eine einem einen einer eines er es freundlich frage
    funktioniert fur gehen geht gruss grusse guten habe haben hallo hat hatte hilfe ich ihr ihre
    im in ist ja kann kein keine mehr mein meine mich mir mit mochte nach nicht noch nur oder
    ohne schon sehr sein seit sich sie sind so tag uber um und uns unser vom von vor war warum
    was weil wenn wer werden wie wieder wir wird wo zu zum zur
    ai aide au aucun aussi aux avec avoir bonjour ce ces cet cette comme comment cordialement
    dans de des deja depuis du elle en encore est et etait ete etre fait fonctionne il ils je la
    le les leur lui ma mais marche meme mes moi mon ne nos notre nous on ont ou par pas plus
    pour pourquoi pouvez probleme quand que quel quelle qui sa salutations sans se ses si son
    sont sur suis tout tres tu un une votre vous merci
    anything everything find found fwd know missing need new nothing re something tell told
    want wrong
    alles ans aw beim brauche brauchen etwas falsch fehlt finde finden ins muss mussen neu neue
    neuen neuer neues nichts wg wissen
    besoin chose faut manque nouveau nouveaux nouvelle nouvelles rien savoir tr trouve trouver
    january february march april may june july august september october november december
    januar februar marz mai juni juli oktober dezember
    janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
    monday tuesday wednesday thursday friday saturday sunday
    montag dienstag mittwoch donnerstag freitag samstag sonntag
    lundi mardi mercredi jeudi vendredi samedi dimanche
    """.split()  # noqa: SIM905 - a list of words is read as words
)


def bare(text: str) -> str:
    """The text without case and accents."""
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold().translate(_JOINED)))


def folded(text: str) -> str:
    """The same, and an umlaut as it is written without one."""
    return _SPELLED.sub("", bare(text))


def dashed(text: str) -> str:
    """The words of the text as an address has them; "" where it has none."""
    return "-".join(_WORD.findall(bare(text)))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A folded word without its ending."""
    for ending in _ENDINGS:
        rest = len(word) - len(ending)
        if rest >= _SHORTEST and word.endswith(ending) and not word.endswith("ss"):
            return word[:rest]
    return word


_COMMON = frozenset(folded(word) for word in COMMON)


def words_of(text: str) -> Iterator[str]:
    """Every word of the text, folded; single letters and where links lead are none."""
    for found in _WORD.findall(folded(_DESTINATION.sub("]", text))):
        if len(found) > 1 or found.isdigit():
            yield found[:_LONGEST]


def telling(text: str, *, at_least: bool = True) -> list[str]:
    """Those of them that say what it is about, each once; where none does, all of them, or none
    (`at_least`)."""
    every = list(dict.fromkeys(words_of(text)))
    found = [word for word in every if word not in _COMMON]
    return found or (every if at_least else [])
