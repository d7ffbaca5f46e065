"""The language of a text, guessed from its smallest words, or not at all."""

from __future__ import annotations

import pytest

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
