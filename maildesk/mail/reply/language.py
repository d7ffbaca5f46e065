"""Which language a text is written in, from its letters, its smallest words and the signs of its
spelling: a guess, or nothing.

Good enough to choose the language of an acknowledgement; a language the table does not know, and a
text too short to tell, give an empty string. A word counts for each language that has it, and the
less the more there are. What stands in quotation marks is often a program's, in English: it counts
only where there is nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

TEXT_LIMIT = 2_000  # characters looked at
ENOUGH = 1.3  # what the words have to come to; one that a single language has is 1
AHEAD = 1.5  # so many times as much as any other language has
SMALL_WORDS = {
    "en": "the and is you for with this not have please my from thanks hello are was a an i it we"
    " us our your to of on in at be been do does did don can can't cannot could would when"
    " where what how why any there after before since works working back need no yes or if"
    " all just has had me will still they their which that thank dear regards sincerely i'd"
    " i'm it's doesn't won't i've didn't isn't as by but about into more than so up out get"
    " find send open help like change screen wrong invoice order password forgot printer"
    " every some here now",
    "de": "und der die das nicht ich ist sie wir mit für bitte ein eine auf danke hallo habe"
    " guten im zu von nur seit können meine mein meiner meinen ihre ihr ihnen uns unser"
    " unsere den dem des einen einem einer es er in an am um bei beim vom zum zur aus nach"
    " vor über unter auch noch schon wieder mehr kein keine keinen sich mich mir hat haben"
    " wird werden wurde war sind kann soll muss möchte wie was wann wo warum wer wenn dass"
    " oder aber als ob jetzt heute gestern morgen leider immer sehr anbei obwohl moin gruß"
    " grüße mfg freundlichen vielen rechnung passwort vergessen drucker bestellung antwort"
    " funktioniert geht kommt läuft tag abend dank diese dieser dieses alle nichts hier",
    "fr": "le la les des et est vous nous je pas pour une dans merci bonjour avec sur mon un de"
    " du au aux en à a que qui ne ce cette ces ma mes notre nos votre vos il elle on ou où"
    " mais plus quand comment pourquoi sont suis ai avons avez ont été être fait faire peux"
    " peut pouvez puis voici toujours depuis par sans ça bonsoir cordialement cdlt"
    " salutations veuillez souhaite hier aujourd matin impossible problème facture commande"
    " réponse mot passe oublié imprimante suite si me se son sa ses y urgent rien encore"
    " très bien beaucoup chez leur lui tout tous vide",
    "es": "el los las y es por para una con no gracias hola mi pero que está del la un de en a lo"
    " me se su al más desde como cómo dónde cuando qué yo le les nos son o si ya favor"
    " buenos días puedo puede pueden sin tengo hay factura pedido contraseña mal esta este"
    " funciona",
    "it": "il gli e è per una con non grazie buongiorno mi che del sono della ho la le lo un di"
    " in a al da si ma i più come dove quando nel alla ci vi o se su io posso può questo"
    " questa fattura favore salve cordiali saluti ieri dopo stampante funziona",
    "pt": "o os e é para uma com não obrigado obrigada olá meu mas que por estou a as um de do da"
    " no na em ao se me eu como quando onde mais minha já bom dia ou foi tem são esta este"
    " fatura senha",
    "nl": "de het een en is niet ik u voor met van dank hallo mijn maar graag wij in op te aan er"
    " dat die kan kunt bij naar meer nog wel geen om uit over onze ons was wat waar wanneer"
    " hoe als goedemorgen goedemiddag beste heeft hebben wordt doet factuur",
    "pl": "i w nie na się jest z do proszę dzień dobry dziękuję mam to czy jak o po za od ale co",
    "cs": "a je se na že v prosím dobrý den děkuji mám jsem pro ale nebo jak do s z to o ne",
    "sv": "och är jag det inte en ett för med på hej tack har vi kan som i av till om den att min"
    " mer längre fungerar hur när",
    "da": "og er jeg det ikke en et for med på hej tak har vi kan som til af i om den at min mere"
    " virker hvor hvordan",
    "nb": "og er jeg det ikke en et for med på hei takk har vi kan som til av i om den at min mer"
    " virker hvor hvordan",
    "fi": "ja on ei se en hei kiitos olen mutta että voi tämä ole minun",
    "tr": "ve bir bu için ile merhaba teşekkürler değil çok ama var lütfen benim",
}  # fmt: skip
# how words are spelled in few languages, or in one
SPELLINGS = (
    (re.compile("ß"), ("de",)),
    (re.compile("[äöü]"), ("de", "sv", "fi", "tr")),
    (re.compile("(?:ung|ungen|keit|heit|lich|ieren|iert)$"), ("de",)),
    (re.compile("^(?:qu|j|s|n|c|m|t)'[a-zàâéèêëîïôûùœ]+$"), ("fr",)),
    (re.compile("^[ld]'[a-zàâéèêëîïôûùœ]+$"), ("fr", "it")),
    (re.compile("œ|eux$|[êî]|ée?s?$|è[^\\W\\d]"), ("fr",)),
    (re.compile("[ãõ]|ções?$|ção$"), ("pt",)),
    (re.compile("[ñ¿¡]|ción$"), ("es",)),
    (re.compile("[ąęłśźż]"), ("pl",)),
    (re.compile("[ěřů]"), ("cs",)),
    (re.compile("[øæ]"), ("da", "nb")),
    (re.compile("å"), ("sv", "da", "nb")),
    (re.compile("[ığş]"), ("tr",)),
)
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
    for _word in dict.fromkeys(_words.split()):
        _LANGUAGES_OF.setdefault(_word, []).append(_language)
_SHORTEST = 3  # letters of a word whose spelling says something
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_LETTERS = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile('"[^"]{2,300}"|„[^“”]{2,300}[“”]|“[^”]{2,300}”|«[^»]{2,300}»|»[^«]{2,300}«')
_NO_WORDS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+")  # pages and addresses


def guess(text: str) -> str:
    """A two-letter code, or an empty string; two languages that fit alike give none."""
    text = _NO_WORDS.sub(" ", text[:TEXT_LIMIT]).lower().replace("’", "'")
    if not text.isascii():
        letters = len(_LETTERS.findall(text)) or 1
        for language, script in SCRIPTS:
            if len(script.findall(text)) * 2 > letters:
                return language
    own = _QUOTED.sub(" ", text)
    return _fits(own) or (_fits(text) if own != text else "")


def _fits(text: str) -> str:
    """The language that most of these words are of, and clearly."""
    found: dict[str, float] = {}
    for word in _WORD.findall(text):
        languages = _LANGUAGES_OF.get(word) or list(_spelled_as(word))
        for language in languages:
            found[language] = found.get(language, 0) + 1 / len(languages)
    (first, most), (_, second) = sorted(
        (*found.items(), ("", 0.0), ("", 0.0)), key=lambda item: -item[1]
    )[:2]
    return first if most >= ENOUGH and most >= second * AHEAD else ""


def _spelled_as(word: str) -> Iterator[str]:
    """The languages that this word may be of by its spelling; two letters are no word by it."""
    if len(word) < _SHORTEST:
        return
    yield from next((found for sign, found in SPELLINGS if sign.search(word)), ())
