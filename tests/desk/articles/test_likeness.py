"""Which articles a request is like: subjects as customers write them, in three languages, and as
many that have nothing to do with any article."""

from __future__ import annotations

import pytest

from maildesk.config.example import example_root
from maildesk.config.policy import load_policy
from maildesk.desk.articles.article import Article
from maildesk.desk.articles.library import Library

INVOICES = """\
Chaque facture se trouve dans votre compte, sous Facturation, au format PDF. Une facture comporte
une erreur ? Répondez au message qui l’accompagnait : nous en envoyons une autre sous deux jours.
"""
PASSWORD = """\
Ouvrez la page de connexion et choisissez « Mot de passe oublié ? », saisissez l’adresse de votre
compte, puis suivez le lien du message. Un bon mot de passe est long.
"""
DELIVERY = """\
Nous expédions sous deux jours ouvrés. Le numéro de suivi de la livraison figure dans le message
d’expédition ; une livraison prend trois jours.
"""
USERS = """\
As an administrator, open the settings of your team and choose Invite. A user gets a mail with a
link; a user without a licence may look and change nothing.
"""
FRENCH = (
    ("invoices", "Où trouver vos factures", INVOICES, ("facture", "reçu", "TVA")),
    ("reset-password", "Choisir un nouveau mot de passe", PASSWORD, ("connexion", "oublié")),
    ("delivery", "Suivre une livraison", DELIVERY, ("colis", "expédition", "retard")),
)


def _library() -> Library:
    own = tuple(
        Article(slug, f"articles/{slug}.fr.md", title, "", "fr", words, keywords)
        for slug, title, words, keywords in FRENCH
    )
    users = Article("users", "articles/users.md", "How to add a user to your team", "", "en", USERS)
    return Library((*load_policy(example_root()).articles.articles, *own, users))


LIBRARY = _library()
LIKE = [
    ("en", "Invoice 4411", "", "invoices"),
    ("en", "Missing invoice for October", "I do not find it in my account.", "invoices"),
    ("en", "Where can I find my invoices?", "", "invoices"),
    ("en", "Wrong VAT on RE-2026-1187", "The rate is not right.", "invoices"),
    ("en", "Receipt for June", "", "invoices"),
    ("en", "Refund", "", "refunds"),
    ("en", "Refund for order 1234", "It came broken.", "refunds"),
    ("en", "Can I get a refund, please?", "", "refunds"),
    ("en", "Password expired yesterday", "", "reset-password"),
    ("en", "My password does not work any more", "", "reset-password"),
    ("en", "Cannot log in", "It says that my password is wrong.", "reset-password"),
    ("en", "Locked out", "", "reset-password"),
    ("en", "Error message when printing", "", "report-a-fault"),
    ("en", "Screenshot of the fault", "", "report-a-fault"),
    ("en", "Add a user", "How do I add her to the team?", "users"),
    ("de", "Rechnung 4411", "", "invoices"),
    ("de", "Rechnung vom Mai fehlt", "Wo finde ich sie?", "invoices"),
    ("de", "Ihre Rechnung Nr. 2026-1187 vom 3. November", "Der Betrag stimmt nicht.", "invoices"),
    ("de", "Fehler in der Rechnung", "", "invoices"),
    ("de", "Mehrwertsteuer falsch ausgewiesen", "", "invoices"),
    ("de", "Passwort vergessen", "", "reset-password"),
    ("de", "Mein Passwort wird nicht angenommen", "", "reset-password"),
    ("de", "Passwort abgelaufen, wie weiter?", "", "reset-password"),
    ("de", "Konto gesperrt", "Ich habe das Passwort dreimal falsch eingegeben.", "reset-password"),
    ("de", "Fehlermeldung beim Drucken", "", "report-a-fault"),
    ("de", "Störung", "Seit heute früh geht nichts mehr.", "report-a-fault"),
    ("fr", "Facture 4411", "", "invoices"),
    ("fr", "Ma facture d’octobre est introuvable", "", "invoices"),
    ("fr", "Erreur de TVA sur la facture", "", "invoices"),
    ("fr", "Mot de passe oublié", "", "reset-password"),
    ("fr", "Mon mot de passe ne marche plus", "", "reset-password"),
    ("fr", "Problème de connexion", "Le site refuse mon mot de passe.", "reset-password"),
    ("fr", "Livraison en retard", "", "delivery"),
    ("fr", "Colis 99812", "Il devait arriver mardi.", "delivery"),
]
UNLIKE = [
    ("en", "Meeting on Thursday", "Shall we say ten o’clock, at our office in Leeds?"),
    ("en", "Your new catalogue", "Could you send us two copies, and a list of prices?"),
    ("en", "Job application", "I attach my CV. I have worked for ten years as a book-keeper."),
    ("en", "The server is down", "Nothing works since this morning, please tell us what happens."),
    ("en", "New user cannot print", "She started on Monday, and the printer wants a driver."),
    ("en", "Something to tell you", "We know that you need to know what we need."),
    ("en", "Order 1234", "When does it come?"),
    ("en", "4411", ""),
    ("en", "Thank you!", "That was quick. All the best to the whole team."),
    ("en", "A set of keys", "One of them does not fit the door of the store-room."),
    ("de", "Termin vergessen", "Ich habe unseren Termin gestern leider vergessen."),
    ("de", "Straße gesperrt", "Die Lieferung kommt später, weil die Brücke gesperrt ist."),
    ("de", "Angebot für 20 Stühle", "Bitte schicken Sie uns ein Angebot bis Freitag."),
    ("de", "Neues Gerät bestellen", "Wir brauchen etwas Neues für die Werkstatt."),
    ("de", "Bewerbung als Buchhalter", "Meine Unterlagen finden Sie im Anhang."),
    ("de", "Wir müssen etwas wissen", "Wann öffnen Sie am Samstag?"),
    ("de", "Tagung im Mai 2027", "Sind noch Zimmer frei?"),
    ("de", "Newsletter abbestellen", "Bitte nehmen Sie mich aus dem Verteiler."),
    ("fr", "Un mot de remerciement", "Votre équipe a été formidable."),
    ("fr", "Je passe demain", "Serez-vous là à dix heures ?"),
    ("fr", "Devis pour 20 chaises", "Pouvez-vous nous l’envoyer avant vendredi ?"),
    ("fr", "Nouveau numéro de téléphone", "Veuillez noter nos nouvelles coordonnées."),
    ("fr", "Candidature", "Vous trouverez mon CV ci-joint."),
    ("fr", "Rendez-vous de mardi", "Je dois malheureusement l’annuler."),
]


def named(subject: str, text: str, language: str) -> list[str]:
    found = LIBRARY.suggested(subject, text, [language], public_only=False)
    return [one.slug for one in found]


@pytest.mark.parametrize(("language", "subject", "text", "slug"), LIKE)
def test_a_request_is_like_the_article_that_it_names(
    language: str, subject: str, text: str, slug: str
) -> None:
    assert named(subject, text, language)[:1] == [slug]


@pytest.mark.parametrize(("language", "subject", "text"), UNLIKE)
def test_what_is_about_something_else_is_like_none(language: str, subject: str, text: str) -> None:
    assert named(subject, text, language) == []


@pytest.mark.parametrize(("language", "subject", "text"), UNLIKE)
def test_nor_does_it_begin_to_name_one(language: str, subject: str, text: str) -> None:
    assert LIBRARY.begun(subject, [language], most=2) == []


@pytest.mark.parametrize(
    ("language", "subject", "slug"),
    [
        ("en", "passw", "reset-password"),
        ("en", "forgot my pasword", "reset-password"),
        ("en", "invoi 4411", "invoices"),
        ("de", "Passwrot vergesen", "reset-password"),
        ("de", "Rechn", "invoices"),
        ("fr", "ma factrue", "invoices"),
        ("fr", "livrais", "delivery"),
    ],
)
def test_a_subject_that_is_being_written_or_misspelt_names_it(
    language: str, subject: str, slug: str
) -> None:
    assert [one.slug for one in LIBRARY.begun(subject, [language], most=1)] == [slug]
