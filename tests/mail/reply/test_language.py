"""The language of a text, guessed from its smallest words, or not at all."""

from __future__ import annotations

import pytest

from maildesk.mail.parse import parse
from maildesk.mail.reply.language import guess


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello, my printer is on fire. Please help, this is not the first time. Thanks", "en"),
        ("Hallo, ich habe ein Problem mit der Rechnung. Bitte melden Sie sich, danke", "de"),
        ("Guten Tag, seit heute druckt der Drucker nur halb. Können Sie helfen?", "de"),
        (
            (
                "Bonjour, je ne peux pas ouvrir la page, pouvez-vous nous aider? Merci pour une "
                "réponse"
            ),
            "fr",
        ),
        ("Hola, no puedo entrar en el sistema, por favor ayuda para los usuarios. Gracias", "es"),
        ("Buongiorno, non riesco ad aprire il portale della ditta, grazie per una risposta", "it"),
        ("Dzień dobry, nie mogę się zalogować, proszę o pomoc. Dziękuję", "pl"),
        ("Hej, jag kan inte logga in och det är inte första gången. Tack", "sv"),
        ("Здравствуйте, у меня не открывается страница", "ru"),
        ("Доброго дня, не відкривається сторінка, її немає, і вхід не працює", "uk"),
        ("プリンターが動きません。よろしくお願いします。", "ja"),
        ("您好，打印机无法工作", "zh"),
        ("안녕하세요. 프린터가 작동하지 않습니다", "ko"),
        ("Printer kaputt", ""),
        ("", ""),
        ("1234 5678", ""),
    ],
)
def test_a_language_is_known_by_its_small_words(text: str, language: str) -> None:
    assert guess(text) == language


# How people write: short, with names of products and what a program says, in English, among it.
SHORT = {
    "fr": (
        "Imprimante en panne\nBonjour, l'imprimante ne marche plus : paper jam affiché à l'écran. "
        "Cordialement, Marie",
        "Bonjour, l'imprimante ne marche plus : paper jam affiché à l'écran.",
        "Le toner est vide.",
        "Mon Outlook plante au démarrage",
        "Mot de passe oublié, merci de faire un reset",
        "Je n'arrive plus à me connecter à Microsoft Teams",
        "Facture 4711 reçue deux fois. Cdlt",
        "Toujours pas de réponse ?",
        "Merci, ça marche !",
        "C'est réglé, vous pouvez fermer le ticket.",
        "Bonsoir, quand est-ce que ma commande arrive ?",
        "Le VPN affiche « The remote server did not respond to the request » depuis ce matin.",
        'Bonjour, le login affiche "Your password has expired, please contact the administrator".'
        " Que faire ?",
        "Impossible d'ouvrir la pièce jointe.",
        "Pouvez-vous installer Adobe Acrobat Reader sur mon laptop ?",
        "Où est mon colis ?",
        "Je souhaite annuler mon abonnement Premium.",
        "L’écran reste noir après l’update de Windows.",
        "Veuillez me rappeler au 06 12 34 56 78.",
        "Problème avec le scanner du service Marketing",
        "Bonjour,\n\nSuite à notre échange téléphonique, voici les logs du server.\n\nCordialement",
    ),
    "de": (
        "Der Toner ist leer, bitte liefern.",
        "Drucker läuft nicht mehr",
        "Passwort vergessen, bitte Reset",
        "Mein Outlook stürzt beim Start ab",
        "Outlook zeigt: „The server you are connected to is using a security certificate that "
        "cannot be verified“. Was soll ich tun?",
        "Rechnung 4711 ist falsch. MfG",
        "Wann kommt meine Bestellung?",
        "Danke, läuft wieder!",
        "Hat sich erledigt.",
        "Noch keine Antwort?",
        "Teams Meeting startet nicht, kein Ton im Headset",
        "Ich kann mich nicht einloggen.",
        "Können Sie mir den Link zum Download schicken?",
        "Bitte um Rückruf unter 030 123456",
        "Guten Morgen, das WLAN im Office ist seit gestern down.",
        "Der Support Agent sagte, ich soll das Update neu installieren.",
        "Bitte Account von Max Muster löschen",
        "Moin, Monitor flackert, Cable schon getauscht",
        "Ich möchte mein Premium Abo kündigen.",
        "Wo bleibt mein Paket?",
        "Anbei die Logfiles vom Server",
        "Der Drucker im 2. Stock meldet paper jam, obwohl kein Papier klemmt",
        "Grüezi, ich ha es Problem mit em Login",
    ),
    "en": (
        "The toner is empty, please deliver.",
        "My Outlook crashes on startup",
        "Forgot my password, please reset it",
        "Printer not working",
        "Can't log in since this morning",
        "Invoice 4711 is wrong",
        "When will my order arrive?",
        "Thanks, works now!",
        "Any news on this?",
        "Please call me back on 0161 496 0000",
        "I'd like to cancel my subscription.",
        "Where is my parcel?",
        "How do I change my email address?",
        "Our VPN shows “Die Verbindung wurde vom Server getrennt, bitte versuchen Sie es erneut”. "
        "What does it mean?",
        "Hi, we need two more licences for the Paris office. Best regards, Sam",
        "The screen stays black after the update.",
        "It's fixed, you can close the ticket.",
        "Could you send us the invoice for Café Zürich GmbH?",
        "The déjà vu bug is back",
        "Hello, attached you will find the logs.",
    ),
}
# Such that no customer is to be written to in one of those three for.
OTHERS = (
    "Hola, la impresora no funciona desde esta mañana, me pueden ayudar?",
    "¿Dónde está mi pedido?",
    "Ho dimenticato la password, come posso fare?",
    "La stampante non funziona più",
    "Buongiorno, la fattura è sbagliata",
    "De printer doet het niet meer",
    "Goedemorgen, ik kan niet inloggen. Kunt u mij helpen?",
    "Não consigo entrar na minha conta",
    "Skrivaren fungerar inte längre",
    "Printeren virker ikke mere",
    "Drukarka nie działa",
    "Tulostin ei toimi",
    "La factura está mal, por favor corregir",
    "Le stampanti non funzionano da ieri, per favore",
)
TOO_SHORT = ("Windows 11 Update KB5031354", "ERROR 0x80070005", "Merci", "Toner?")


@pytest.mark.parametrize(("language", "text"), [(one, t) for one in SHORT for t in SHORT[one]])
def test_a_short_text_is_known_with_words_of_another_language_in_it(
    language: str, text: str
) -> None:
    assert guess(text) == language


@pytest.mark.parametrize("text", [*OTHERS, *TOO_SHORT])
def test_what_is_none_of_these_languages_is_taken_for_none_of_them(text: str) -> None:
    assert guess(text) not in SHORT


def test_the_subject_helps_where_the_words_alone_do_not_say_it() -> None:
    mail = (
        b"From: a@example.org\r\nSubject: Mon imprimante est en panne\r\n"
        b"Content-Type: text/plain\r\n\r\nTicket 4711, HP LaserJet\r\n"
    )
    assert parse(mail).language == "fr"
