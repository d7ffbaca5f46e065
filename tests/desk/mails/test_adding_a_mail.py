"""A mail is three things: its entry, its templates, and the place that asks for it.

The example of CONTRIBUTING is added to a copy of the sources. There the desk sends it, and every
test that goes through all mails passes with it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from filecmp import dircmp
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
GUIDE = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAME = "agent_rated"
ABOVE = '    _agents(\n        "agent_rule",\n'
LEADS = {
    "de": "Der Kunde war nicht zufrieden",
    "fr": "Le client n'était pas satisfait",
}
CHECKS = (
    "tests/desk/mails/test_registry.py",
    "tests/desk/mails/test_sample.py",
    "tests/config/test_language_folders.py",
    "tests/config/test_template_branches.py",
)
RUN = """
import sys
import maildesk, pytest
assert maildesk.__file__.startswith(sys.argv[1]), maildesk.__file__
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[2:]]))
"""
STORY = """
import re, sys
from pathlib import Path
from urllib.parse import unquote
import maildesk
assert maildesk.__file__.startswith(sys.argv[1]), maildesk.__file__
from tests.pipeline.place import Place, mail

place = Place(Path(sys.argv[1]) / "desk")
place.receive(mail())
place.answer("ben@desk.example", "#resolve\\nDone.")
resolution = place.letters("kim@customer.example")[-1].get_body(("html",)).get_content()
to = unquote(re.search(r'"mailto:([^?"]+)[?]', resolution)[1])
place.receive(mail("1", To=to, Subject="1/5"), "kim@customer.example", to)
told = [row for row in place.rows("outbox", purpose="agent_rated")]
print([row.recipient for row in told])
print(place.letters(told[0].recipient)[-1].get_body(("plain",)).get_content().split(chr(10))[2])
place.services.db.close()
"""


def example() -> list[str]:
    """The blocks of the guide's example, in their order, without their indent."""
    chapter = GUIDE[GUIDE.index("## Adding a mail") : GUIDE.index("## Adding a language")]
    blocks = re.findall(r"^   ```\w*\n(.*?)^   ```", chapter, re.MULTILINE | re.DOTALL)
    return [re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in blocks]


def indented(block: str, by: str) -> str:
    return re.sub(r"^(?=.)", by, block, flags=re.MULTILINE)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources and templates with one mail more."""
    left_out = shutil.ignore_patterns("__pycache__")
    for folder in ("maildesk", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=left_out)
    entry, text, html, rule = example()
    registry = tmp_path / "maildesk" / "desk" / "mails" / "registry.py"
    source = registry.read_text(encoding="utf-8")
    assert source.count(ABOVE) == 1
    registry.write_text(source.replace(ABOVE, indented(entry, "    ") + ABOVE), encoding="utf-8")
    for language in ("en", *LEADS):
        place = tmp_path / "templates" / "mail" / language
        lead = LEADS.get(language, "The customer was not content")
        for ending, words in (("txt", text), ("html", html)):
            said = words.replace("The customer was not content", lead)
            (place / f"{NAME}.{ending}").write_text(said, encoding="utf-8")
    with (tmp_path / "maildesk" / "config" / "default_rules.yaml").open("a") as rules:
        rules.write("\n" + indented(rule, "  "))
    return tmp_path


def run(copy: Path, script: str, *arguments: str) -> str:
    """What this prints, with the copy in place of the sources."""
    path = os.pathsep.join((str(copy), str(ROOT)))
    done = subprocess.run(
        [sys.executable, "-c", script, str(copy), *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def changed(copy: Path, folder: str) -> set[str]:
    """The files of the copy that are new there or other than ours."""

    def of(found: dircmp[str]) -> list[Path]:
        here = [Path(found.right) / name for name in (*found.right_only, *found.diff_files)]
        return [*here, *(path for inner in found.subdirs.values() for path in of(inner))]

    ours = dircmp(ROOT / folder, copy / folder, ignore=["__pycache__"])
    return {str(path.relative_to(copy)) for path in of(ours)}


def test_a_mail_is_three_things_and_the_desk_sends_it(copy: Path) -> None:
    touched = changed(copy, "maildesk") | changed(copy, "templates")
    templates = {path for path in touched if path.startswith("templates/")}
    assert touched - templates == {
        "maildesk/desk/mails/registry.py",
        "maildesk/config/default_rules.yaml",
    }
    assert len(templates) == 6, "text and page in three languages"
    *_, told, lead = run(copy, STORY).splitlines()  # below the log
    assert told == "['ana@desk.example']"
    assert lead == "The customer was not content: Printer"


def test_whatever_goes_through_all_mails_goes_through_it_too(copy: Path) -> None:
    run(copy, RUN, *(str(ROOT / check) for check in CHECKS), "-k", "not guides_table")
