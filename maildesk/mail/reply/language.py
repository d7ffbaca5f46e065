"""Which language a text is written in, from its letters and its smallest words:
a guess, or nothing.

Good enough to choose the language of an acknowledgement; a language the table
does not know, and a text too short to tell, give an empty string.
"""

from __future__ import annotations

import re

TEXT_LIMIT = 2_000  # characters looked at
ENOUGH = 3  # small words that have to be there
SMALL_WORDS = {
    "en": "the and is you for with this not have please my from thanks hello are was",
    "de": "und der die das nicht ich ist sie wir mit für bitte ein eine auf danke hallo habe"
    " guten im zu von nur seit können meine",
    "fr": "le la les des et est vous nous je pas pour une dans merci bonjour avec sur mon",
    "es": "el los las y es por para una con no gracias hola mi pero que está del",
    "it": "il gli e è per una con non grazie buongiorno mi che del sono della ho",
    "pt": "o os e é para uma com não obrigado obrigada olá meu mas que por estou",
    "nl": "de het een en is niet ik u voor met van dank hallo mijn maar graag wij",
    "pl": "i w nie na się jest z do proszę dzień dobry dziękuję mam to czy jak",
    "cs": "a je se na že v prosím dobrý den děkuji mám jsem pro ale nebo jak",
    "sv": "och är jag det inte en ett för med på hej tack har vi kan som",
    "da": "og er jeg det ikke en et for med på hej tak har vi kan som til af",
    "nb": "og er jeg det ikke en et for med på hei takk har vi kan som til av",
    "fi": "ja on ei se en hei kiitos olen mutta että voi tämä ole minun",
    "tr": "ve bir bu için ile merhaba teşekkürler değil çok ama var lütfen benim",
}
SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("uk", re.compile("[іїєґІЇЄҐ]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_LANGUAGES_OF: dict[str, list[str]] = {}
for _language, _words in SMALL_WORDS.items():
    for _word in _words.split():
        _LANGUAGES_OF.setdefault(_word, []).append(_language)
_WORD = re.compile(r"[^\W\d_]+")


def guess(text: str) -> str:
    """A two-letter code, or an empty string; two languages that fit alike give none."""
    text = text[:TEXT_LIMIT].lower()
    if not text.isascii():
        letters = len(_WORD.findall(text)) or 1
        for language, script in SCRIPTS:
            if len(script.findall(text)) * 2 > letters:
                return language
    found: dict[str, int] = {}
    for word in _WORD.findall(text):
        if word in _LANGUAGES_OF:
            for language in _LANGUAGES_OF[word]:
                found[language] = found.get(language, 0) + 1
    ranked = sorted(found.items(), key=lambda item: -item[1])
    if (
        not ranked
        or ranked[0][1] < ENOUGH
        or (len(ranked) > 1 and ranked[1][1] * 4 > ranked[0][1] * 3)
    ):
        return ""
    return ranked[0][0]
