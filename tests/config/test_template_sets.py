"""What of a template set is made anew when a desk's files change."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.templates.engine import Templates
from maildesk.config.templates.sandbox import Sandbox
from maildesk.desk.mails.sample import SAMPLE

FILE = Path("mail", "en", "mine.txt")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text("Subject: x\n\nGood morning.\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The names of the templates that are compiled from now on."""
    names: list[str | None] = []
    compile_it = Sandbox.compile

    def remember(self: Sandbox, source: str, name: str | None, file: str | None) -> object:
        names.append(name)
        return compile_it(self, source, name, file)

    monkeypatch.setattr(Sandbox, "compile", remember)
    return names


def said(own: Path, default_language: str = "en") -> str:
    return Templates.load(own, default_language).render("mine", "en", SAMPLE).text


def test_a_set_whose_files_are_as_before_is_not_compiled_again(
    own: Path, compiled: list[str | None]
) -> None:
    first = Templates.load(own)
    before = first.render("agent_new", "de", SAMPLE)
    compiled.clear()
    assert Templates.load(own).render("agent_new", "de", SAMPLE) == before
    # what lies in the desk's folder is read closely each time, since its mistakes are told
    assert set(compiled) == {"mine.txt"}


def test_a_changed_file_is_seen_and_so_is_one_that_is_changed_back(own: Path) -> None:
    assert said(own) == "Good morning.\n"
    (own / FILE).write_text("Subject: x\n\nGood evening.\n", encoding="utf-8")
    assert said(own) == "Good evening.\n"
    (own / FILE).write_text("Subject: x\n\nGood morning.\n", encoding="utf-8")
    assert said(own) == "Good morning.\n"


def test_changed_words_are_another_set(own: Path) -> None:
    (own / FILE).write_text("Subject: x\n\n{{ 'open'|word }}\n", encoding="utf-8")
    before = said(own)
    (own / "mail" / "en" / "_words.yaml").write_text("words:\n  open: ajar\n", encoding="utf-8")
    assert (before, said(own)) == ("open\n", "ajar\n")


def test_so_is_another_first_language(own: Path) -> None:
    english, german = (Templates.load(own, language) for language in ("en", "de"))
    assert english.render("closed", "fi", SAMPLE) == english.render("closed", "en", SAMPLE)
    assert german.render("closed", "fi", SAMPLE) == german.render("closed", "de", SAMPLE)
    assert english.render("closed", "fi", SAMPLE) != german.render("closed", "fi", SAMPLE)


def test_checking_twice_tells_the_same_mistakes(own: Path) -> None:
    (own / FILE).write_text("Subject: x\n\n{{ tickt.subject }}\n", encoding="utf-8")
    once, twice = Templates.mistakes_in(own), Templates.mistakes_in(own)
    assert once == twice
    assert [mistake.line for mistake in once] == [3]
