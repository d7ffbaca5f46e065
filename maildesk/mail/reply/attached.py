"""Whether a text says that a file comes with it: "please find attached", "anbei", "ci-joint".

Better silent than wrong: each question that is asked for nothing costs trust in all of them. So a
clause counts that says it of this mail and now. One that denies it, that promises it for later,
that asks for a file, or that speaks of another's file or an earlier mail does not, nor does what is
attached to a wall. Quotations and what stands below the delimiter of a signature are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_LONGEST, _SENTENCE_ENDS = 20_000, 600  # characters that are looked at, of all and of a sentence
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=\S)|\n\s*\n|\n(?=\s*[-*•]\s)")
_THIS_MAIL = r"(?:this|the present) (?:e-?mail|mail|message|reply|answer)"
_KINDS = (
    r"(?:file|form|document|invoice|pdf|picture|photo|screenshot|image|report|list|log|letter|"
    r"offer|quote|receipt|manual|guide|label|contract|copy|copies|sheet|spreadsheet|table|zip|"
    r"instructions|description|certificate|statement|order|patch|drawing|plan|video)"
)


@dataclass(frozen=True, slots=True)
class _Tongue:
    """What says so in a language, where clauses end, and what takes it back."""

    says: re.Pattern[str]
    clause: re.Pattern[str]
    unsaid: re.Pattern[str]  # in the same clause
    asked: re.Pattern[str]  # in the same sentence


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{one})" for one in patterns), re.IGNORECASE)


_TONGUES = {
    "en": _Tongue(
        says=_words(
            rf"(?:attached|enclosed)\b(?! to (?!{_THIS_MAIL})| by\b| with\b)",
            r"(?:am|'m|are|'re) (?:also |now |here ?by )?(?:attaching|enclosing)\b",
            r"(?:see|find|in|check|open|use|read|consult)"
            r" (?:it |them )?(?:in )?(?:the |this |our |my )?(?:attachments?|enclosures?)\b"
            r"(?! (?:settings?|size|limit|list|folder|view|menu|section|field|option|tab)s?\b)",
            r"as an? (?:attachment|enclosure)\b",
        ),
        clause=re.compile(r"[,;:()]|\s[-–—]\s|\b(?:but|so|because|although|though)\b"),
        unsaid=_words(
            r"(?:not|never|no|without|cannot|unable|nothing|neither|nor|hardly)\b",
            r"\w+n't\b",
            r"(?:will|shall|going to|would|should|must|might|may|need to|has to|have to)\b"
            r"(?! (?:also )?(?:find|see|notice|recognise|recognize)\b)",
            r"\w+'ll\b(?! (?:also )?(?:find|see|notice)\b)",
            r"(?:tomorrow|later|soon|next week|as soon as|once|when|if|unless|until)\b",
            r"(?:earlier|previous|previously|last|already|yesterday|before|ago|original|former)\b",
            r"your (?:\w+ )?(?:attach|enclos)\w*",
            r"(?:you|he|she|they|customer|colleague)(?:'ve| have| had|'d| has)?"
            r" (?:\w+ )?(?:attached|enclosed)\b",
            r"(?:was|were|had been) (?:\w+ )?(?:attached|enclosed)\b",
            r"in your (?:e-?mail|mail|message|reply|answer)\b",
            r"(?:wall|printer|device|cable|network|router|account|computer|desk|holder) (?:is|are)"
            r" (?:\w+ )?attached\b",
        ),
        asked=_words(
            r"(?:please|kindly|could you|can you|would you|you can|you could)\b[^.?!]*"
            r"\b(?:send|reply|answer|return|forward|upload|mail|provide)\b",
            rf"(?:attached|enclosed)(?! {_KINDS})\s*\?",
        ),
    ),
    "de": _Tongue(
        says=_words(
            r"(?:anbei|beigefügt\w*|beiliegend\w*|angehängt\w*|angefügt\w*|angeheftet\w*)\b",
            r"(?:im|als|siehe|s\.) (?:e-?mail-?)?(?:anhang|attachment|anlage)\b",
            r"(?:siehe|in den) (?:anhänge|anlagen)\b",
            r"(?:die|das|den|der) (?:\w+ )?(?:in|als) (?:der )?anlage\b",
            r"in der anlage (?:finden|erhalten|sende|schicke|übersende|liegt|senden|schicken)\b",
            r"(?:finden|erhalten|sende|schicke|übersende|senden|schicken)\b[^.!?,]*"
            r"\bin der (?:anlage|beilage)\b",
            r"(?:hänge|hängen|füge|fügen|lege|legen)\b[^.!?,]*\b(?:an|bei)\s*(?:$|[.!,;:])",
            r"(?:liegt|liegen) (?:dieser (?:e-?mail|mail|nachricht) )?bei\b",
        ),
        clause=re.compile(r"[,;:()]|\s[-–—]\s|\b(?:aber|sondern|denn|weil|obwohl|doch)\b"),
        unsaid=_words(
            r"(?:nicht|kein\w*|nie|niemals|ohne|weder|nichts|kaum)\b",
            r"(?:werde|wird|würde\w*|wollte\w*|sollte\w*|könnte\w*|müsste\w*|soll|muss|müssen)\b",
            r"werden\b(?! (?:sie )?(?:\w+ )*(?:finden|sehen)\b)",
            r"(?:morgen|später|bald|nachher|sobald|wenn|falls|sofern)\b",
            r"(?:letzte\w*|vorige\w*|frühere\w*|vorherige\w*|bereits|schon|gestern|vorhin|damals|"
            r"neulich|ursprünglich\w*|erste[nr]?)\b",
            r"ihr(?:e[mnrs]?)? (?:\w+ )?(?:anhang|anhänge\w*|anlagen?|angehängt\w*|beigefügt\w*)\b",
            r"(?:haben sie|hatten sie|hast du|von ihnen|er hat|sie hat|der kunde hat)\b",
            r"sie (?:\w+ )*(?:angehängt|beigefügt) (?:haben|hatten)\b",
            r"(?:war|waren)\b",
            r"an (?:den|die|das|dem|der)\b(?! (?:e-?mail|mail|nachricht))[^.!?,]*angehängt",
        ),
        asked=_words(
            r"(?:bitte|könnten sie|können sie|würden sie)\b[^.?!]*"
            r"\b(?:senden|schicken|schicke|sende|antworten|hochladen|zurück\w*|übermitteln)\b",
            r"(?:angehängt|beigefügt)\s*\?",
        ),
    ),
    "fr": _Tongue(
        says=_words(
            r"ci-?\s?jointe?s?\b",
            r"ci-inclus\w*",
            r"en (?:pièces? jointes?|pj|annexe|attachement)\b",
            r"(?:voir|voyez|consultez|dans) (?:les? |la |l')?(?:pièces? jointes?|pj|annexe)\b",
            r"jointe?s? (?:à|au) (?:ce|cette|présent|présente) (?:message|mail|courriel|e-mail|"
            r"réponse)\b",
            r"je (?:vous |te )?joins\b",
            r"nous (?:vous )?joignons\b",
            r"(?:j'ai|nous avons) joint\b",
        ),
        clause=re.compile(r"[,;:()]|\s[-–—]\s|\b(?:mais|car|donc)\b"),
        unsaid=_words(
            r"(?:ne|pas|sans|aucune?|jamais|ni|rien)\b",
            r"n'",
            r"(?:sera|seront|serait|devrait|joindrai|joindrons|enverrai|enverrons)\b",
            r"(?:vais|allons|va|pourrai|pourrais) (?:vous )?(?:\w+ )?(?:joindre|envoyer)\b",
            r"(?:demain|plus tard|bientôt|dès que|lorsque|quand|si)\b",
            r"(?:précédente?s?|dernier|dernière|déjà|hier|auparavant|initiale?|premier|première)\b",
            r"(?:votre|vos|ta|tes) (?:\w+ )?(?:pièces? jointes?|pj|annexes?|documents? joints?)\b",
            r"(?:vous avez|vous aviez|tu as|il a|elle a|le client a) (?:\w+ )?joint",
            r"(?:était|étaient)\b",
        ),
        asked=_words(
            r"(?:merci de|veuillez|pourriez-vous|pouvez-vous|prière de)\b[^.?!]*"
            r"\b(?:joindre|envoyer|renvoyer|retourner|transmettre|répondre|fournir)\b",
            r"ci-?jointe?s?\s*\?",
        ),
    ),
}
LANGUAGES = tuple(_TONGUES)


def speaks_of_a_file(text: str, languages: Iterable[str] = LANGUAGES) -> str:
    """The sentence that says, in one of these languages, that a file comes along; else nothing."""
    codes = dict.fromkeys(one.lower().replace("_", "-").partition("-")[0] for one in languages)
    tongues = [_TONGUES[code] for code in codes if code in _TONGUES]
    for sentence in _sentences(text[:_LONGEST].replace("’", "'").replace("\u00a0", " ")):
        if any(_says_so(sentence, tongue) for tongue in tongues):
            return sentence
    return ""


def _says_so(sentence: str, tongue: _Tongue) -> bool:
    if not tongue.says.search(sentence) or tongue.asked.search(sentence):
        return False
    clauses = tongue.clause.split(sentence)
    return any(tongue.says.search(one) and not tongue.unsaid.search(one) for one in clauses)


def _sentences(text: str) -> Iterator[str]:
    own = []
    for line in text.splitlines():
        if line.rstrip() == "--":
            break
        if not line.lstrip().startswith((">", "|")):
            own.append(line)
    for one in _SENTENCE.split("\n".join(own)):
        if words := " ".join(one.split()):
            yield words[:_SENTENCE_ENDS]
