"""`custom_fields:` of desk.yaml: names, patterns and links, and the mistakes in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.policy import load_policy
from tests.config.desks import DESK, mistakes_of, write_desk


def fields(text: str) -> str:
    return f"{DESK}custom_fields:\n  - licence_key\n  - {{name: order, {text}}}\n"


def test_a_field_is_a_name_or_has_a_pattern_and_a_link(tmp_path: Path) -> None:
    link = "https://shop.example:8443/orders?id={{value}}&from=desk"
    text = fields(f"pattern: 'order (\\d+)', link: '{link}'")
    policy = load_policy(write_desk(tmp_path / "desk", text))
    assert policy.custom_fields == ("licence_key", "order")
    assert policy.own_fields["licence_key"].pattern is None
    found = {"order": "7 8", "licence_key": "x", "gone": "y"}
    assert policy.own_fields["order"].found_in("Order 12!") == "12"
    assert policy.links_of(found) == {
        "order": "https://shop.example:8443/orders?id=7%208&from=desk"
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pattern: 'order (\\d'", "a regular expression"),
        ("pattern: '(a)\\1'", "a pattern without back-references"),
        ("pattern: '\\d*'", "a pattern that is not found in every mail"),
        ("link: 'http://shop.example/{{ value }}'", "an address such as https://shop.example/"),
        ("link: 'https://{{ value }}.example/'", "an address such as https://shop.example/"),
        ("link: 'https://a@{{ value }}/{{ value }}'", "an address such as https://shop.example/"),
        ("link: 'https://shop.example/{{ order }}'", "an address such as https://shop.example/"),
        ("link: 'https://shop.example/orders'", "an address such as https://shop.example/"),
        ("link: 'https://shop.example/{{ value|safe }}'", "an address such as"),
        ("link: 'javascript:{{ value }}'", "an address such as https://shop.example/"),
        ("patern: x", "patern"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    mistakes = mistakes_of(write_desk(tmp_path / "desk", fields(text)))
    assert len(mistakes) == 1, mistakes
    assert mistakes[0].startswith("desk.yaml:8:")
    assert said in mistakes[0]


def test_a_name_stands_there_once_and_rules_know_it_in_a_file_with_a_mistake(
    tmp_path: Path,
) -> None:
    twice = mistakes_of(write_desk(tmp_path / "a", fields("link: ''") + "  - order\n"))
    assert [one for one in twice if "order" in one]
    rules = "rules:\n  - name: Orders\n    when: created\n    if: {fields.ordr: x}\n"
    rules += "    then: [{label: vip}]\n"
    text = fields("link: 'http://x/{{ value }}'")
    told = mistakes_of(write_desk(tmp_path / "b", text, rules=rules))
    assert any("did you mean order?" in one for one in told), told
