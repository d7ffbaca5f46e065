"""A template that cannot be read: what it lacks, in plain words, and not in those of Jinja."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.check import check
from tests.config.desks import DESK, mistakes_of, write_desk


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{{ ticket.subject", "expected }} behind {{, found the end of the template"),
        ("{% if ticket.subject", "expected %} behind {%, found the end of the template"),
        ("{{ }}", "expected a value between {{ and }}, found none"),
        ("{% if %}", "expected a value or condition before %}, found none"),
        ("{% for x %}", "expected {% for word in list %}, found no in"),
        ("{% endfor %}", "expected {% if %} or {% for %} before it, found none"),
        (
            "{% if ticket.subject %}x",
            "expected {% end… %} for each {% if %} and {% for %}, found {% if %} that is never "
            "ended",
        ),
        (
            "{% iff x %}",
            "expected a tag such as if, for, set, include, found iff (did you mean if?)",
        ),
        ("{{ 'x }}", "expected a closing quotation mark, found none"),
        ('{{ "x }}', "expected a closing quotation mark, found none"),
        ("{% if a = b %}", "expected == where two values are compared, found ="),
        ("{{ a b }}", "expected the end of the tag, found b"),
        ("{{ (a }}", "expected a closing bracket, found }"),
        ("{{ ticket..subject }}", "expected a name behind the dot, found none"),
    ],
)
def test_what_a_template_lacks_is_named(tmp_path: Path, line: str, told: str) -> None:
    desk = write_desk(tmp_path)
    file = desk / "templates" / "mail" / "en" / "reply.txt"
    file.parent.mkdir(parents=True)
    file.write_text(f"Subject: x\n\n{line}\n", encoding="utf-8")
    found = [str(one) for one in check(desk)]
    assert found[0] == f"templates/mail/en/reply.txt:3:1: {told}"


def test_a_quotation_mark_that_is_not_closed_is_told_where_it_opens(tmp_path: Path) -> None:
    first, _, rest = DESK.partition("\n")
    below = "website: https://desk.example\nadmins: [ana@desk.example]\n" + "# words\n" * 30
    desk = first.replace("Test", '"Test') + "\n" + below + 'colour: "#2f5d8a"\n' + rest
    (told, *_) = mistakes_of(write_desk(tmp_path, desk=desk))
    assert told.startswith(
        "desk.yaml:1:7: expected a closing quotation mark, or one line of at most 200 letters"
    )


def test_a_line_that_is_merely_too_long_is_told_as_that(tmp_path: Path) -> None:
    (told,) = mistakes_of(write_desk(tmp_path, desk=DESK.replace("Test Desk", "x" * 201)))
    assert told.startswith("desk.yaml:1:7: expected one line of at most 200 letters")
