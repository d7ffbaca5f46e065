"""Whom the server of another site vouches for: their address, until it ends, and nobody else."""

from __future__ import annotations

import html
import re
import time
from pathlib import Path
from typing import Any

import pytest

from maildesk.desk.pages.identity import LASTS, read, refusal, signed

KEY, KIM, NOW = b"k" * 32, "kim@customer.example", 1_800_000_000.0


def said(address: str = KIM, name: str = "Kim", expires: int = 60, key: bytes = KEY) -> str:
    return refused(signed(key, address, name, int(NOW) + expires), address, name)


def refused(mark: str, address: str = KIM, name: str = "Kim", typed: str = KIM) -> str:
    fields = {"identity": mark, "identity-address": address, "identity-name": name}
    return refusal(KEY, read(fields), typed, NOW)


def test_what_is_signed_proves_the_address_until_it_ends() -> None:
    assert said() == ""
    assert said(name="") == ""
    assert said(expires=0) == said(expires=-60) == "it has ended"
    assert said(expires=LASTS) == ""
    assert said(expires=LASTS + 1) == "it lasts for more than a day"


def test_the_example_in_the_guide_is_believed() -> None:
    guide = (Path(__file__).parents[2] / "deploy" / "guide" / "web.md").read_text("utf-8")
    example = guide.partition("```python\n")[2].partition("```")[0]
    known: dict[str, Any] = {}
    exec(example, known)
    line = known["widget"](KEY.decode(), KIM, 'Kim "K" <Novak>')
    found = dict(re.findall(r'data-(\w+)="([^"]*)"', line))
    said = {"identity": found["identity"], "identity-address": KIM}
    said["identity-name"] = html.unescape(found["name"])
    assert refusal(KEY, read(said), KIM, time.time()) == ""


def test_what_is_signed_stays_what_other_languages_compute() -> None:
    assert signed(b"0123456789abcdef0123456789abcdef", KIM, "Kim Novak", 1800000000) == (
        "1800000000.cc4dcfc8d4ae7f94756888d2a55caec209684c7ab82fa8bbf7b3159acea08f23"
    )


def test_another_name_address_or_key_is_no_proof() -> None:
    mark = signed(KEY, KIM, "Kim", int(NOW) + 60)
    assert refused(mark) == ""
    assert refused(mark, typed="KIM@customer.example ") == ""
    assert refused(mark, typed="lee@customer.example") == "another address was typed"
    for more in ({"name": "Lee"}, {"address": "lee@customer.example"}):
        assert refused(mark, **more) == "the signature is another"
    assert said(key=b"l" * 32) == "the signature is another"
    assert refusal(b"", read({"identity": mark}), KIM, NOW) == "no secret is set"


@pytest.mark.parametrize(
    "mark", ["", "x", ".", "1800000060", "١٨.x", "-1.x", "9" * 20, "1.é\ud800"]
)
def test_what_is_no_signature_is_refused(mark: str) -> None:
    assert refused(mark) in ("it names no end", "the signature is another")


def test_a_line_break_moves_nothing_from_the_name_into_the_address() -> None:
    mark = signed(KEY, KIM, "Kim\nNovak", int(NOW) + 60)
    split = f"{KIM}\nKim"
    assert refused(mark, address=split, name="Novak", typed=split) == "there is a line break in it"
