"""Canned replies in the desk folder: what a file may say, and each mistake with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.policy import load_policy, policy_files
from maildesk.desk.replies.canned import CannedReply, Lacks, chosen, shelves
from maildesk.mail.html.markdown import Written
from tests.config.desks import AGENTS, DESK, mistakes_of, write_desk

MORE = DESK + "languages: [en, de]\ncategories: [licences, billing]\ncustom_fields: [licence key]\n"
VALUES = {"customer_name": "Ana Lopez", "ticket_id": "TKT-0007", "agent_name": "Ben"}
HELP = """\
---
shortcut: activation-help
category: licences
language: en
subject: Activating
defaults: {licence_key: the key in your invoice}
---
Dear {{ customer_name }},

use **{{ licence_key }}**.
"""


def canned(folder: Path, **files: str) -> Path:
    """Files of canned/, by name; `_` is a dash, `__` a dot."""
    write_desk(folder, MORE, AGENTS)
    (folder / "canned").mkdir()
    for name, words in files.items():
        path = folder / "canned" / name.replace("__", ".").replace("_", "-")
        path.write_text(words, encoding="utf-8")
    return folder


def only(folder: Path) -> CannedReply:
    (one,) = load_policy(folder).canned
    return one


def test_a_file_says_what_it_is_and_is_filled_in(tmp_path: Path) -> None:
    one = only(canned(tmp_path, any__md=HELP))
    assert (one.shortcut, one.category, one.language) == ("activation-help", "licences", "en")
    assert (one.subject, one.file) == ("Activating", "canned/any.md")
    made = one.write({**VALUES, "licence_key": "HB_2231_*"})
    assert isinstance(made, Written)
    assert made.text == "Dear Ana Lopez,\n\nuse HB_2231_*."
    assert "<strong>HB_2231_*</strong>" in made.html


def test_a_default_stands_in_for_a_value_and_else_the_reply_is_not_written(tmp_path: Path) -> None:
    one = only(canned(tmp_path, any__md=HELP))
    made = one.write(VALUES)
    assert isinstance(made, Written) and "use the key in your invoice." in made.text
    assert one.write({**VALUES, "customer_name": " "}) == Lacks("customer_name")


def test_a_reply_may_ask_for_a_value_that_is_not_there(tmp_path: Path) -> None:
    words = 'Hello{% if customer_name %} {{ customer_name }}{% endif %}, {{ licence_key or "x" }}'
    words += " {{ customer_name | default('dear') }}"
    one = only(canned(tmp_path, hello__md=words))
    assert one.write({}) == Written("Hello, x dear", one.write({}).html)  # type: ignore[union-attr]


def test_without_a_front_matter_the_name_of_the_file_says_it(tmp_path: Path) -> None:
    one = only(canned(tmp_path, thank_you__de__md="Danke."))
    assert (one.shortcut, one.language, one.beginning) == ("thank-you", "de", "Danke.")


def test_the_language_decides_among_those_of_one_shortcut(tmp_path: Path) -> None:
    policy = load_policy(canned(tmp_path, hi__md="Any", hi__en__md="Hello", hi__de__md="Hallo"))

    def words(*languages: str) -> str:
        one = chosen(policy.canned, "HI", languages)
        assert one is not None
        return one.beginning

    assert words("de-AT", "en") == "Hallo"
    assert words("fr", "en") == "Any"
    (shelf,) = shelves(policy.canned, ("de", "en"))
    assert (shelf.shortcut, shelf.shown.beginning) == ("hi", "Hallo")
    assert sorted(shelf.languages) == ["de", "en"]


def test_without_one_for_everybody_the_desks_first_language_is_taken(tmp_path: Path) -> None:
    policy = load_policy(canned(tmp_path, hi__en__md="Hello", hi__de__md="Hallo"))
    one = chosen(policy.canned, "hi", ("fr", "de", "en"))
    assert one is not None and one.beginning == "Hallo"


def test_lists_begin_with_the_category(tmp_path: Path) -> None:
    head = "---\ncategory: {}\n---\nWords."
    policy = load_policy(
        canned(tmp_path, a__md=head.format("billing"), b__md=head.format("licences"), c__md="No.")
    )
    assert [one.shortcut for one in shelves(policy.canned, ("en",))] == ["c", "a", "b"]
    assert shelves(policy.canned, ("en",), "licences")[0].shortcut == "b"


def test_the_files_belong_to_what_is_looked_at_for_changes(tmp_path: Path) -> None:
    folder = canned(tmp_path, hi__md="Hello")
    before = load_policy(folder).fingerprint
    assert folder / "canned" / "hi.md" in policy_files(folder)
    (folder / "canned" / "hi.md").write_text("Good day", encoding="utf-8")
    assert load_policy(folder).fingerprint != before


VARIABLE = "a variable that templates have"
ALL = (
    "customer_name, customer_first_name, ticket_id, ticket_subject, agent_name, agent_first_name, "
    "desk_name, licence_key"
)


@pytest.mark.parametrize(
    ("files", "expected"),
    (
        (
            {"hi.md": "Dear\n{{ custmer_name }}"},
            f"hi.md:2:1: expected {VARIABLE}, found custmer_name (did you mean customer_name?)",
        ),
        (
            {"hi.md": "---\ncategory: licences\n---\n\nDear {{ licence_kye }}"},
            f"hi.md:5:1: expected {VARIABLE}, found licence_kye (did you mean licence_key?)",
        ),
        (
            {"hi.md": "---\ncategory: licenses\n---\nDear."},
            "hi.md:2:11: expected a category (one of licences, billing), found "
            '"licenses" (did you mean licences?)',
        ),
        (
            {"hi.md": "---\n\nlanguage: fr\n---\nDear."},
            'hi.md:3:11: expected one of the desk\'s languages (one of en, de), found "fr"',
        ),
        (
            {"hi.md": "---\nshortcat: x\n---\nDear."},
            "hi.md:2:1: expected a known key: one of shortcut, category, language, subject, "
            'defaults, found "shortcat" (did you mean shortcut?)',
        ),
        (
            {"hi.md": "---\nshortcut: two words\n---\nDear."},
            "hi.md:2:11: expected a word such as activation-help: letters, digits, - and _, found "
            '"two words"',
        ),
        (
            {"hi.md": "---\nsubject: x\nDear."},
            "hi.md:1:1: expected a second line of --- below the front matter, found none",
        ),
        (
            {"hi.md": "---\ndefaults: {customer: x}\n---\nDear."},
            f'hi.md:2:12: expected a variable (one of {ALL}), found "customer" '
            "(did you mean customer_name?)",
        ),
        (
            {"hi.md": "---\nsubject: x\n---\n\n"},
            "hi.md:5:1: expected the words of the reply, found none",
        ),
        (
            {"hi.de.md": "Eins", "other.md": "---\nshortcut: HI\nlanguage: de\n---\nZwei"},
            'other.md:1:1: expected each shortcut once in a language, found "HI" in de again '
            "(first in canned/hi.de.md)",
        ),
        (
            {"hi.txt": "Dear."},
            'hi.txt:1:1: expected a name such as canned/hi.md, found "canned/hi.txt" '
            "(did you mean canned/hi.md?)",
        ),
        (
            {"hi.md": "Dear {{ customer_name.upper.__globals__ }}"},
            "hi.md:1:1: expected words that can be filled in",
        ),
        (
            {"hi.md": "Dear {% include '_agent.txt' %}"},
            "hi.md:1:1: expected words that can be filled in",
        ),
    ),
)
def test_a_mistake_is_told_with_its_place_and_the_nearest_word(
    tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    folder = canned(tmp_path)
    for name, words in files.items():
        (folder / "canned" / name).write_text(words, encoding="utf-8")
    (found,) = mistakes_of(folder)
    assert found.startswith(f"canned/{expected}"), found
