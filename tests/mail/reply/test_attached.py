"""Sentences that say that a file comes with them, and sentences that merely sound so."""

from __future__ import annotations

import pytest

from maildesk.mail.reply.attached import speaks_of_a_file

SAY_SO = (
    "Please find attached the invoice.",
    "I have attached the form.",
    "I've attached two screenshots.",
    "I attached the log for you.",
    "Attached is the new contract.",
    "The manual is attached.",
    "See attached.",
    "You will find the invoice attached.",
    "You'll find it attached.",
    "You can find the label attached.",
    "I am attaching the report.",
    "I'm attaching our offer",
    "Please see the attachment.",
    "The steps are in the attachment.",
    "It comes as an attachment.",
    "Enclosed please find our offer.",
    "Please sign the attached form.",
    "Could you sign the attached form?",
    "Hello Kim,\n\nas promised, the list is\nattached.\n\nBen",
    "The form is attached to this message.",
    "It is not broken, but I attached the manual.",
    "Anbei die Rechnung.",
    "Anbei finden Sie das Formular.",
    "Im Anhang finden Sie die Rechnung.",
    "Die Rechnung finden Sie im Anhang.",
    "Sie werden die Liste im Anhang finden.",
    "Ich habe Ihnen das Protokoll angehängt.",
    "Das Angebot ist beigefügt.",
    "In der Anlage erhalten Sie unser Angebot.",
    "Ich sende Ihnen den Vertrag in der Anlage.",
    "Siehe Anhang.",
    "Ich hänge Ihnen das Bild an.",
    "Ich füge die Anleitung bei.",
    "Bitte unterschreiben Sie das beigefügte Formular.",
    "Die Anleitung kommt als Anhang.",
    "Veuillez trouver ci-joint la facture.",
    "Vous trouverez la facture en pièce jointe.",
    "La facture est jointe à ce message.",
    "Je vous joins le formulaire.",
    "J'ai joint la capture d’écran.",
    "Ci-joint le contrat.",
    "Le devis est en PJ.",
    "Voir la pièce jointe.",
)
DO_NOT = (
    "I will attach the invoice tomorrow.",
    "I'll attach it as soon as I have it.",
    "The invoice will be attached to the next mail.",
    "I could not attach the file.",
    "I did not attach anything.",
    "There was no attachment in your mail.",
    "No file was attached.",
    "Nothing is attached.",
    "I cannot open your attachment.",
    "Thank you for the attached picture in your mail.",
    "You attached the wrong file.",
    "The file you have attached is empty.",
    "The customer attached a log.",
    "Please send us the log attached to your reply.",
    "Please reply with a screenshot attached.",
    "Could you send the file as an attachment?",
    "Is the file attached?",
    "The invoice was attached to my last mail.",
    "I had already attached the form yesterday.",
    "See the attachment of my previous mail.",
    "The printer is attached to the network.",
    "Is the cable attached to the wall?",
    "Attachments may have 10 MB.",
    "In the attachment settings you can change that.",
    "If the form is attached, we can go on.",
    "When it is attached, we will look.",
    "There are no strings attached.",
    "All is well now.",
    "Ich werde die Rechnung morgen anhängen.",
    "Die Rechnung wird morgen angehängt.",
    "Ich konnte die Datei nicht anhängen.",
    "Im Anhang war keine Datei.",
    "In Ihrem Anhang fehlt eine Seite.",
    "Ihr Anhang ist leer.",
    "Die von Ihnen angehängte Datei ist leer.",
    "Haben Sie etwas angehängt?",
    "Sie haben die falsche Datei angehängt?",
    "Bitte schicken Sie uns das Protokoll als Anhang.",
    "Können Sie das Bild im Anhang senden?",
    "Die Rechnung war im Anhang meiner letzten Mail.",
    "Wie bereits angehängt.",
    "Das Formular hatte ich gestern angehängt.",
    "Falls das Formular beigefügt ist, gehen wir weiter.",
    "Der Drucker ist an die Leitung angehängt.",
    "In der Anlage ist Strom.",
    "Ein Anhang darf 10 MB haben.",
    "Ohne Anhang geht es nicht.",
    "Je joindrai la facture demain.",
    "Je vais vous joindre la facture.",
    "La facture sera en pièce jointe du prochain message.",
    "Je n'ai pas joint le fichier.",
    "Il n'y a aucune pièce jointe.",
    "Votre pièce jointe est vide.",
    "Vous avez joint le mauvais fichier.",
    "Merci de renvoyer le formulaire en pièce jointe.",
    "Pourriez-vous envoyer la capture en PJ ?",
    "La facture était en pièce jointe de mon dernier message.",
    "Comme déjà envoyé en pièce jointe.",
    "Le joint de la porte est usé.",
)


@pytest.mark.parametrize("sentence", SAY_SO)
def test_it_says_that_a_file_comes(sentence: str) -> None:
    assert speaks_of_a_file(sentence)


@pytest.mark.parametrize("sentence", DO_NOT)
def test_it_does_not_say_so(sentence: str) -> None:
    assert speaks_of_a_file(sentence) == ""


def test_quotations_and_signatures_are_not_read() -> None:
    assert speaks_of_a_file("Yes.\n> The form is attached.\nThank you.") == ""
    assert speaks_of_a_file("Yes.\n-- \nBen\nSee attached disclaimer") == ""


def test_only_the_languages_asked_for_are_read() -> None:
    assert speaks_of_a_file("Anbei die Rechnung.", ("en", "fr")) == ""
    assert speaks_of_a_file("Anbei die Rechnung.", ("en", "de-AT")) == "Anbei die Rechnung."
    assert speaks_of_a_file("Anbei die Rechnung.", ("nl",)) == ""


def test_the_sentence_is_named_alone() -> None:
    text = "Hello Kim,\n\nthank you. The form is\nattached. See you."
    assert speaks_of_a_file(text) == "The form is attached."


def test_much_text_costs_little() -> None:
    assert speaks_of_a_file("please attach, " * 20_000) == ""
    assert speaks_of_a_file("please " * 20_000) == ""
    assert speaks_of_a_file("ich hänge und füge " * 2_000) == ""
