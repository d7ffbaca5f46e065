"""The file of a campaign as programs write it, odd as it may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.errors import BadPolicy
from maildesk.pipeline.outreach.contact_list import read


def file_of(folder: Path, text: str) -> Path:
    path = folder / "list.csv"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize("odd", ["\u2028", "\x0b", "\x0c", "\x1c", "\x85"])
def test_a_row_with_a_separator_in_a_cell_is_one_row(tmp_path: Path, odd: str) -> None:
    found = read(file_of(tmp_path, f"email,firm,plan\nana@a.example,Acme{odd}Ltd,Gold\n"))
    assert found.bad == ()
    assert [(row.line, row.values["plan"]) for row in found.rows] == [(2, "Gold")]


def test_lines_may_end_as_on_old_macs(tmp_path: Path) -> None:
    found = read(file_of(tmp_path, "email,name\rana@a.example,Ana\r"))
    assert [(row.line, row.name) for row in found.rows] == [(2, "Ana")]


@pytest.mark.parametrize("lines", ["email,{}\nana@a.example,A\n", "email,n\nana@a.example,{}\n"])
def test_a_cell_of_a_megabyte_is_told(tmp_path: Path, lines: str) -> None:
    with pytest.raises(BadPolicy, match="field larger than field limit"):
        read(file_of(tmp_path, lines.format("x" * 1_000_000)))
