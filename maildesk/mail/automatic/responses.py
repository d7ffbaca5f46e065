"""Whether an automatic message only answers: an absence, an acknowledgement, a receipt.

Other companies' ticket systems mark as automatic what their people write (Auto-Submitted:
auto-generated), and that is read like any mail. A response (RFC 3834, 1.1) is what a program made
of our mail by itself: it says nothing that we wait for. Where it is not clear, it says something:
to have read an acknowledgement costs less than a customer who waits for ever.
"""

from __future__ import annotations

from collections.abc import Iterable

from maildesk.mail.automatic import machine_phrases

_OPENING = 400  # characters of the new words in which it says what it is
# the reasons of `detect` that only a response has: these, or beginning so
_REASONS = frozenset((
    "challenge", "sent by a mail system", "answer to an invitation", "auto-replied", "x-autoreply",
    "x-autorespond", "x-autoresponder", "x-auto-reply", "x-auto-response", "x-autoreply-from",
    "x-mail-autoreply", "x-mailer-autoreply", "x-vacation", "x-post-messageclass",
    "x-zendesk-autoresponder", "x-ms-exchange-inbox-rules-loop", "x-failed-recipients",
))  # fmt: skip
_BEGINNINGS = ("auto-submitted: auto-replied", "out of office", "precedence: auto")
_OF_A_RESPONSE = (
    "reply", "response", "antwort", "réponse", "respuesta", "risposta", "resposta", "antwoord",
    "odpowied", "odpověď", "ответ", "autoreply",
)  # fmt: skip
_SAYS_RESPONSE = tuple(
    phrase
    for phrase in machine_phrases.AUTOMATIC_OPENINGS
    if any(word in phrase for word in _OF_A_RESPONSE)
)
_THINGS = (
    "request", "message", "email", "e-mail", "mail", "inquiry", "enquiry", "query", "ticket",
    "case", "support request", "support ticket", "question", "feedback",
)  # fmt: skip
_DONE = ("received", "created", "registered", "logged", "opened", "assigned the")
_RECEIVED = (
    *(f"received your {thing}" for thing in _THINGS),
    *(f"{thing} has been {done}" for thing in _THINGS for done in _DONE),
    "ticket number is", "your reference number is", "case number is", "we will get back to you",
    "we will respond to you as soon as", "will be answered as soon as",
    "anfrage erhalten", "nachricht erhalten", "e-mail erhalten", "mail erhalten",
    "schreiben erhalten", "ist bei uns eingegangen", "eingangsbestätigung", "ticket angelegt",
    "ticket wurde erstellt", "ticket wurde eröffnet", "unter der ticketnummer",
    "bien reçu votre", "bien reçu ton", "accusons réception", "accusé de réception",
    "demande a été enregistrée", "demande a bien été", "message a bien été",
    "reviendrons vers vous",
    "recibido su mensaje", "recibido su solicitud", "recibido su consulta", "recibido su correo",
    "recibido tu", "solicitud ha sido registrada", "ha sido recibida",
    "ricevuto la sua", "ricevuto la tua", "ricevuto il suo", "richiesta è stata",
    "recebemos sua", "recebemos a sua", "recebemos o seu", "solicitação foi",
    "uw bericht ontvangen", "uw e-mail ontvangen", "uw aanvraag ontvangen", "uw vraag ontvangen",
    "is in goede orde ontvangen", "otrzymaliśmy twoj", "otrzymaliśmy państwa", "zgłoszenie zostało",
    "mottagit ditt", "mottagit din", "modtaget din", "mottatt din", "vastaanottaneet viestisi",
    "obdrželi jsme", "vaši zprávu jsme", "megkaptuk", "получили ваш", "обращение зарегистрировано",
    "受け付けました", "受付いたしました", "已收到您的", "접수되었습니다",
)  # fmt: skip


def is_response(reasons: Iterable[str], new_words: str) -> bool:
    """Whether an automatic message with these signs (`detect.Verdict.reasons`) and these new words
    only answers. What asks something says something."""
    if any(one in _REASONS or one.startswith(_BEGINNINGS) for one in reasons):
        return True
    opening = " ".join(new_words[: 4 * _OPENING].lower().split())[:_OPENING]
    if any(phrase in opening for phrase in (*machine_phrases.VACATION_OPENINGS, *_SAYS_RESPONSE)):
        return True
    return not _asks(new_words) and any(phrase in opening for phrase in _RECEIVED)


def _asks(words: str) -> bool:
    return any(sign in words for sign in "?？؟")
