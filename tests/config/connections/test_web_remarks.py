"""What `web:` says and cannot work: `maildesk check` says it; what works says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.check import check, remarks
from tests.config.desks import DESK, write_desk

PUBLIC = "public_url: https://help.example.org"
SHOP = "widget: {sites: ['https://shop.example.org']}"
SECRET = "0123456789abcdef0123456789abcdef"
LINE = "settings.yaml:"


def said(folder: Path, web: str, desk: str = "") -> list[str]:
    write_desk(folder, DESK + desk, settings=f"web: {{{web}}}\n")
    assert check(folder) == []
    return [one for one in remarks(folder) if one.startswith(LINE)]


@pytest.mark.parametrize(
    ("web", "desk", "words"),
    [
        (f"listen: no, {PUBLIC}", "", "`public_url` still puts links to them into mails"),
        (f"listen: no, {SHOP}", "", "`listen: no` switches all pages off"),
        (f"{PUBLIC}, {SHOP}", "portal: no\n", "desk.yaml says `portal: no`"),
        (SHOP, "", "https://shop.example.org is reached by nobody but this machine"),
        (f"public_url: 'http://localhost:8080', {SHOP}", "", "reached by nobody but this machine"),
        (f"public_url: 'http://help.example.org', {SHOP}", "", "browsers load nothing from http:"),
        (f"{PUBLIC}, widget: {{secret: {SECRET}}}", "", "a `secret` and no `sites`"),
        (f"{PUBLIC}, listen: '0.0.0.0:8080'", "", "all customers count as one network"),
        (f"{PUBLIC}, listen: '[::]:8080', proxies: []", "", "`proxies` names this machine alone"),
        (f"{PUBLIC}, hosts: ['https://b.example/']", "", "write b.example"),
        (f"{PUBLIC}, hosts: ['b.example:8080']", "", "write b.example"),
        (f"{PUBLIC}, hosts: ['*.b.example']", "", 'under "*.b.example"'),
    ],
)
def test_what_cannot_work_is_said(tmp_path: Path, web: str, desk: str, words: str) -> None:
    (found,) = said(tmp_path, web, desk)
    assert words in found
    assert found.startswith(f"{LINE}1: ")


@pytest.mark.parametrize(
    "web",
    [
        "",
        "listen: no",
        PUBLIC,
        f"{PUBLIC}, {SHOP}",
        f"{PUBLIC}, widget: {{sites: [apps, 'http://localhost:3000'], secret: {SECRET}}}",
        "widget: {sites: ['http://localhost:3000']}",
        f"hosts: [help.example.org], {SHOP}",
        f"{PUBLIC}, hosts: [help.example.com, '[2001:db8::1]', 192.0.2.1]",
        f"{PUBLIC}, listen: '0.0.0.0:8080', proxies: [10.0.0.0/8]",
        f"public_url: 'http://localhost:8080', {SHOP}, hosts: [help.example.org]",
    ],
)
def test_what_works_says_nothing(tmp_path: Path, web: str) -> None:
    assert said(tmp_path, web) == []
