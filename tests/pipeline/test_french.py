"""A French customer and a French agent: a whole conversation, each word that the
desk says in French."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from tests.pipeline.place import Place, mail

ANA, INES = "ana@desk.example", "ines@client.example"
UTF8 = {
    "Content_Type": "text/plain; charset=utf-8",
    "Content_Transfer_Encoding": "8bit",
    "MIME_Version": "1.0",
}
QUESTION = (
    "Bonjour, l'imprimante de la caisse n'imprime plus depuis ce matin. Pouvez-vous nous aider ? "
    "Je vous remercie pour votre réponse. Bien cordialement, Inès"
)


def french(place: Place) -> None:
    """The example desk, which speaks French as well; Ana works in French."""
    for name, old, new in (
        ("desk", "languages: [en, de]", "languages: [en, de, fr]"),
        ("agents", "language: en", "language: fr"),
    ):
        file = place.folder / f"{name}.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert place.services.keeper.reload_now()


def answers(place: Place, person: str, text: str) -> Any:
    last = place.letters(person)[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    return place.receive(
        mail(text, From=person, To=to, In_Reply_To=str(last["Message-ID"]), **UTF8), person, to
    )


def words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split(" "))


def status(place: Place) -> str:
    return str(place.rows("tickets")[0].status)


def test_a_conversation_in_french_from_the_question_to_the_stars(place: Place) -> None:
    french(place)
    place.receive(
        mail(
            QUESTION,
            From=f"=?utf-8?q?In=C3=A8s_Morel?= <{INES}>",
            Subject="Imprimante en panne",
            **UTF8,
        ),
        INES,
    )
    (acknowledgement,) = place.letters(INES)
    assert "Un message envoyé depuis cette adresse nous est parvenu" in words(acknowledgement)
    assert acknowledgement["Content-Language"] in (None, "fr")
    told = place.letters(ANA)[-1]
    assert "Nouveau ticket\u00a0: Imprimante en panne" in words(told)
    assert ">Prendre<" in str(told.get_body(("html",)))

    answers(place, ANA, "#prioritée haute\n#prendre\n\nBonjour Inès, je regarde.")
    held = words(place.letters(ANA)[-1])
    assert "VOTRE MESSAGE A ÉTÉ RETENU." in held
    assert "#prioritée n'est pas une commande\u00a0; vouliez-vous dire #priorité\u00a0?" in held
    assert len(place.letters(INES)) == 1, "nothing went out"

    answers(
        place,
        ANA,
        "#attribuer moi\n#priorité high\n#attente\n\nBonjour Inès, quel voyant clignote ?",
    )
    assert "Votre réponse a été envoyée à" in words(place.letters(ANA)[-1])
    reply = words(place.letters(INES)[-1])
    assert reply.startswith("Bonjour Inès, quel voyant clignote ?")
    assert "Inès Morel a écrit le 20 nov. 2026 à 11\u00a0h\u00a000\u00a0:" in reply
    row = place.rows("tickets")[0]
    assert (row.status, row.priority, row.assignee) == ("waiting", "high", ANA)

    answers(place, INES, "Le voyant rouge, deux fois.\n\nInès")
    assert "ines a répondu\u00a0: Imprimante en panne" in words(place.letters(ANA)[-1])

    answers(place, ANA, "#note\n\nCapteur d'écart, on le change.")
    assert len(place.letters(INES)) == 2
    answers(
        place, ANA, "#résolu\n\nMaintenez le bouton cinq secondes, et tout rentre dans l'ordre."
    )
    assert status(place) == "resolved"
    solved = words(place.letters(INES)[-1])
    asked = " ".join(solved.split())
    assert "Comment évaluez-vous notre aide ? Répondez à ce message par un chiffre" in asked
    assert "de 1 (décevante) à 5 (excellente)" in asked
    assert "Le problème persiste\u00a0?" in solved


def test_a_move_that_cannot_be_is_refused_in_french_with_the_state_in_french(place: Place) -> None:
    french(place)
    place.receive(
        mail(QUESTION, From=f"Ines <{INES}>", Subject="Imprimante en panne", **UTF8), INES
    )
    answers(place, ANA, "#fermer\n\nC'est fait.")
    answers(place, ANA, "#resolu")
    assert "#resolu\u00a0: un ticket clos ne peut pas être résolu" in words(place.letters(ANA)[-1])


def test_a_mail_that_is_held_is_asked_about_in_french_from_its_subject_on(place: Place) -> None:
    french(place)
    place.receive(
        mail(QUESTION, From=f"Ines <{INES}>", Subject="Imprimante en panne", **UTF8), INES
    )
    place.receive(mail("Sans bouton.", From=ANA, Subject="Re: [TKT-0001] Imprimante", **UTF8), ANA)
    assert place.letters(ANA)[-1]["Subject"] == "Retenu : Re: [TKT-0001] Imprimante"
