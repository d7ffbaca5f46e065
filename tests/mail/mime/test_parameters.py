"""Fields such as Content-Type as programs write them: with and without what the RFC asks for."""

from __future__ import annotations

import pytest

from maildesk.mail.mime.parameters import parse_parameters
from maildesk.mail.parse import parse
from tests.corpus.odd import mixed, part

UTF8 = ("text/plain", {"charset": "utf-8"})


@pytest.mark.parametrize(
    "written",
    [
        "text/plain; charset=utf-8",
        "text/plain charset=utf-8",
        'text/plain\n charset="utf-8"',
        "text/plain, charset=utf-8",
        '"text/plain"; charset=utf-8',
        '"text/plain; charset=utf-8"',
        "<text/plain>; charset=utf-8",
        "text/plain; charset='utf-8'",
        "text/plain; charset=utf-8,",
        'text/plain; charset=utf-8"',
        "text/plain; charset=utf-8, and so on",
        "text/plain; charset: utf-8",
        "text/plain: charset=utf-8",
        "text / plain ; charset = utf-8",
        "text/plain;; charset=utf-8;;",
        "text/plain (what it is); charset=utf-8",
        "Content-Type: text/plain; charset=utf-8",
        "TEXT/PLAIN CHARSET=utf-8",
    ],
)
def test_a_text_is_a_text_however_its_type_is_written(written: str) -> None:
    assert parse_parameters(written) == UTF8


@pytest.mark.parametrize(
    ("written", "kind", "parameters"),
    [
        ("text/plain; charset=utf-8 format=flowed", "text/plain", {"format": "flowed"}),
        ('text/plain; charset="utf-8" format=flowed; delsp=yes', "text/plain", {"delsp": "yes"}),
        ('multipart/mixed boundary="a b"', "multipart/mixed", {"boundary": "a b"}),
        ('multipart/related; type="text/html" boundary="x"', "multipart/related",
            {"boundary": "x"}),
        ('attachment filename="a b.pdf"', "attachment", {"filename": "a b.pdf"}),
        ("attachment, filename=a.pdf", "attachment", {"filename": "a.pdf"}),
    ],
)  # fmt: skip
def test_a_semicolon_that_is_missing_costs_no_parameter(
    written: str, kind: str, parameters: dict[str, str]
) -> None:
    found, all_of_them = parse_parameters(written)
    assert found == kind
    assert parameters.items() <= all_of_them.items()


@pytest.mark.parametrize("name", ["Offer, v=2.pdf", "a, b and c.pdf", "name of x.pdf"])
def test_words_of_a_file_name_are_no_parameters(name: str) -> None:
    assert parse_parameters(f"attachment; filename={name}")[1] == {"filename": name}


def test_a_part_whose_type_lacks_its_semicolon_is_the_body_and_no_file() -> None:
    letter = parse(mixed(part(b"text/plain charset=iso-8859-1", b"Die T\xfcr klemmt.")))
    assert letter.reply == "Die Tür klemmt."
    assert letter.attachments == ()
