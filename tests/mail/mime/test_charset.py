"""Octets become text: as declared, else detected, else replaced, and never an exception."""

from __future__ import annotations

import pytest

from maildesk.mail.mime.charset import codec_of, decode


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UTF-8", "utf-8"), ("utf8", "utf-8"), ("iso-8859-1", "cp1252"), ("gb2312", "gb18030"),
        ("x-sjis", "cp932"),
        ("no-such-charset", ""), ("idna", ""), ("base64", ""), ("\x00", ""), ("unknown-8bit", ""),
    ],
)  # fmt: skip
def test_a_declared_name_is_read_as_senders_mean_it(declared: str, codec: str) -> None:
    assert codec_of(declared) == codec


def test_what_is_declared_wins_where_it_fits() -> None:
    assert decode("Grüße".encode("cp1252"), "windows-1252") == ("Grüße", "")


def test_utf_8_is_seen_behind_a_wrong_name() -> None:
    text, wrong = decode("Grüße".encode(), "us-ascii")

    assert (text, wrong) == ("Grüße", "charset detected")


def test_latin_letters_without_a_charset_are_windows_1252() -> None:
    assert decode(b"Gr\xfc\xdfe")[0] == "Grüße"


def test_cyrillic_without_a_charset_is_detected() -> None:
    text = "Здравствуйте, со вчерашнего дня не открывается страница входа в систему"

    assert decode(text.encode("cp1251"))[0] == text


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Вопрос по заказу 123", "koi8_r"), ("тест", "koi8_r"), ("тест", "cp1251"),
        ("ЗАКАЗ НЕ ПРИШЕЛ", "cp1251"),
        ("Re: Счёт на оплату", "cp1251"), ("Ελληνική γλώσσα", "cp1253"), ("שלום לכולם", "cp1255"),
        ("مرحبا بالجميع", "cp1256"),
        ("Größe", "cp1252"), (("Rendez-vous à 9h à Lyon à la "
            "gare"), "cp1252"), ("été à Évian", "cp1252"), ("ÄÖ", "cp1252"),
    ],
)  # fmt: skip
def test_a_few_words_without_a_charset_are_told_by_their_letters(text: str, codec: str) -> None:
    assert decode(text.encode(codec))[0] == text


def test_a_text_of_two_charsets_is_read_as_both() -> None:
    assert (
        decode("Atención ".encode() + "coração".encode("cp1252") + b" \x81", "utf-8")[0]
        == "Atención coração \x81"
    )


def test_lone_surrogates_never_come_out() -> None:
    text, _ = decode(b"+2D0-", "utf-7")

    assert text.encode("utf-8")
