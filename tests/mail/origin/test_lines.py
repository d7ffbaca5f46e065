"""Labelled lines, as forms write them."""

from __future__ import annotations

import pytest

from maildesk.mail.origin.lines import value_of


@pytest.mark.parametrize(
    "text",
    [
        "E-Mail: lea@post.example",
        "e-mail : lea@post.example",
        "* E-MAIL:  lea@post.example *",
        "**E-Mail:** lea@post.example",
        "E-Mail = lea@post.example",
        "E-Mail | lea@post.example",
        "| E-Mail | lea@post.example |",
        "E-Mail\tlea@post.example",
        "E-Mail      lea@post.example",
        "E-Mail -> lea@post.example",
        "E-Mail* : lea@post.example",
        "E-Mail：lea@post.example",
        "> E-Mail: lea@post.example",
        "E-Mail:\nlea@post.example",
        "E-Mail\n------\n\nlea@post.example",
        "Name: Lea\nE-Mail: lea@post.example\nE-Mail: other@post.example",
    ],
)
def test_a_value_stands_behind_its_label_or_below_it(text: str) -> None:
    assert value_of(text, ["E-Mail"]) == "lea@post.example"


@pytest.mark.parametrize(
    "text", ["", "E-Mails: a@x.example", "My E-Mail: a@x.example", "E-Mail is broken", "Mail: a@x"]
)
def test_what_is_no_such_label(text: str) -> None:
    assert value_of(text, ["E-Mail"]) is None


def test_labels_are_looked_for_in_their_order() -> None:
    assert value_of("Mail: a@x.example\nEmail: b@x.example", ["Email", "Mail"]) == "b@x.example"


def test_a_label_of_several_words() -> None:
    assert value_of("Your  e-mail   address: a@x.example", ["your e-mail address"]) == "a@x.example"


def test_a_label_alone_at_the_end_has_nothing_behind_it() -> None:
    assert value_of("E-Mail:\n", ["E-Mail"]) == ""


@pytest.mark.parametrize(
    "below",
    [
        "Telefon: 030 123",
        "Telefon:",
        "Telefon:030 123",
        "\n* Your phone : 030 123",
        "Telefon = 030 123",
        "| Telefon | 030 123 |",
        "Telefon\t030 123",
        "Telefon      030 123",
        "Telefon -> 030 123",
        "**Telefon:** 030 123",
        "Other E-Mail: b@post.example",
    ],
)
def test_the_next_label_is_no_value(below: str) -> None:
    assert value_of(f"Name: Lea\nE-Mail:\n{below}\nEnd", ["E-Mail"]) == ""


@pytest.mark.parametrize(
    "below",
    [
        "mailto:lea@post.example",
        "Lea Lind <mailto:lea@post.example> (work)",
        "https://lea.example:8080/",
        "lea@post.example | 030 123",
        "Lea Lind",
    ],
)
def test_a_value_below_its_label_may_have_signs(below: str) -> None:
    assert value_of(f"E-Mail:\n{below}", ["E-Mail"]) == below
