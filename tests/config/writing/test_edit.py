"""Files are changed in the places concerned: comments, quotes and order stay."""

from __future__ import annotations

import difflib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.config.example import example_root
from maildesk.config.writing.edit import Edited
from maildesk.config.writing.scalars import quoted, scalar
from maildesk.config.yaml import parse
from maildesk.errors import BadPolicy, PermanentFailure


def changed(before: str, after: str) -> list[str]:
    """The lines that went and came."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_one_value_changes_one_line_and_its_comment_keeps_its_column() -> None:
    text = (example_root() / "desk.yaml").read_text(encoding="utf-8")
    edited = Edited(text, "desk.yaml")
    edited.set(("name",), "Company")
    edited.set(("trust", "authserv_id"), "mx.company.example", "measured")
    edited.set(("addresses", 0, "sub_addresses"), "no")
    assert changed(text, edited.text) == [
        "- name: Example Desk                # stands in every mail",
        "+ name: Company                     # stands in every mail",
        "+     sub_addresses: no",
        "+   authserv_id: mx.company.example          # measured",
    ]


def test_what_says_the_same_already_stays_as_it_is_written() -> None:
    text = "name:   'Company'\n\n\nsurvey : yes\n"
    edited = Edited(text, "desk.yaml")
    edited.set(("name",), "Company")
    edited.set(("survey",), "yes")
    assert edited.text == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "imap:\n  - name: a\n    host: h # c\n"),
        ("# only this\n", "# only this\n\nimap:\n  - name: a\n    host: h # c\n"),
        ("imap:   # boxes\nx: 1\n",
         "imap:   # boxes\n  - name: a\n    host: h # c\nx: 1\n"),
        ("imap: []   # boxes\n", "imap:   # boxes\n  - name: a\n    host: h # c\n"),
        ("imap: [{name: b}]\n", "imap: [{name: b}, {name: a, host: h}]\n"),
        ("imap:\n- name: b\n  # its own\n\n# of the next\nx: 1\n",
         "imap:\n- name: b\n- name: a\n  host: h # c\n  # its own\n\n# of the next"
         "\nx: 1\n"),
    ],
)  # fmt: skip
def test_one_more_comes_at_the_end_of_a_list(before: str, after: str) -> None:
    edited = Edited(before, "settings.yaml")
    edited.add(("imap",), {"name": "a", "host": "h"}, {"host": "c"})
    assert re.sub(r" +# c", " # c", edited.text) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("relay: {host: a}\n", 'relay: {host: a, password: "${X}"}\n'),
        ("relay: {}\n", 'relay: {password: "${X}"}\n'),
        ("relay:\n", "relay:\n  password: ${X}\n"),
        ("relay:\n    host: a # c\n\n    # d\nx: 1\n",
         "relay:\n    host: a # c\n    password: ${X}\n\n    # d\nx: 1\n"),
        ("relay: {host: a,\n  port: 1}\n", 'relay: {host: a,\n  port: 1, password: "${X}"}\n'),
        ("a: |\n  text\n  more\n", "a: |\n  text\n  more\n\nrelay:\n  password: ${X}\n"),
        ("relay:\n  a: |\n    text\nx: 1\n",
         "relay:\n  a: |\n    text\n  password: ${X}\nx: 1\n"),
        ("relay:\n  password:   # none yet\n", "relay:\n  password: ${X}   # none yet\n"),
        ("relay:\n  password: 'old' # c\n", "relay:\n  password: ${X}  # c\n"),
    ],
)  # fmt: skip
def test_a_key_is_put_where_it_belongs(before: str, after: str) -> None:
    edited = Edited(before, "settings.yaml")
    edited.set(("relay", "password"), "${X}")
    assert edited.text == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("relay:\n  host: a   # c\n  # d\n  port: 1\nx: 1\n",
         "relays:\n  - host: a   # c\n    # d\n    port: 1\n    name: main\nx: 1\n"),
        ("relay: {host: a}\n", "relays:\n  - {host: a, name: main}\n"),
        ("relay: # way out\n    name: own\n    host: a\n",
         "relays: # way out\n  - name: own\n    host: a\n"),
    ],
)  # fmt: skip
def test_one_relay_becomes_the_first_of_several(before: str, after: str) -> None:
    edited = Edited(before, "settings.yaml")
    edited.into_list("relay", "relays", "main")
    assert edited.text == after


def test_a_file_with_a_mistake_is_not_touched() -> None:
    with pytest.raises(BadPolicy):
        Edited("a: [1\n", "settings.yaml")


def test_what_cannot_be_changed_in_its_place_is_refused() -> None:
    edited = Edited("imap: text\n", "settings.yaml")
    with pytest.raises((PermanentFailure, AttributeError, TypeError)):
        edited.add(("imap",), {"name": "a"})


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    for written in (f"a: {quoted(text)}\n", f"a: [{scalar(text, in_flow=True)}]\n",
                    f"a: {scalar(text)}\n"):  # fmt: skip
        said = parse(written.encode(), "x.yaml").data["a"]
        assert said in (text, [text])
