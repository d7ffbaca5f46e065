"""`portal:` of desk.yaml: the web form, and the mistakes in what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.policy import load_policy
from maildesk.desk.pages.portal import Portal
from tests.config.desks import DESK, mistakes_of, write_desk

FIELDS = "custom_fields: [order, licence_key]\n"


def policy_of(tmp_path: Path, text: str) -> Portal:
    return load_policy(write_desk(tmp_path / "desk", f"{DESK}{FIELDS}{text}")).portal


def test_there_is_a_form_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    assert policy_of(tmp_path / "a", "") == Portal()
    assert not policy_of(tmp_path / "b", "portal: no\n").enabled
    assert policy_of(tmp_path / "c", "portal: yes\n").enabled


def test_what_it_asks_for_and_how_often_it_may_be_sent(tmp_path: Path) -> None:
    found = policy_of(
        tmp_path,
        "portal:\n  ask: {category: required, order: required, name: no}\n"
        "  priorities: [normal, high]\n  proof: no\n  per_network: 50\n",
    )
    assert (found.wants("category"), found.wants("order"), found.wants("name")) == (
        "required",
        "required",
        "no",
    )
    assert (found.wants("licence_key"), Portal().wants("name")) == ("no", "shown")
    assert (found.priorities, found.proof, found.per_network) == (("normal", "high"), False, 50)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("portal: maybe", "7:9", "yes, no, or what the form asks for"),
        ("portal: {addres: a@b.example}", "7:10", "address"),
        ("portal: {address: suport@desk.example}", "7:", "support@desk.example"),
        ("portal: {ask: {oder: required}}", "7:", "order"),
        ("portal: {ask: {order: requird}}", "7:", "required"),
        ("portal: {priorities: [hgh]}", "7:", "high"),
        ("portal: {per_network: many}", "7:", "a whole number"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_nearest_word(
    tmp_path: Path, text: str, place: str, said: str
) -> None:
    mistakes = mistakes_of(write_desk(tmp_path / "desk", f"{DESK}{FIELDS}{text}\n"))
    assert len(mistakes) == 1, mistakes
    assert mistakes[0].startswith(f"desk.yaml:{place}"), mistakes
    assert said in mistakes[0]
