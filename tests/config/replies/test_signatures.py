"""Signatures in the desk folder: lines of YAML or files, and each mistake with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.policy import load_policy, policy_files
from maildesk.desk.mails.views import DeskView
from maildesk.desk.replies.signing import signed
from tests.config.desks import AGENTS, DESK, mistakes_of, write_desk

LANGUAGES = DESK + "languages: [en, de]\n"
NAMED = AGENTS.replace("teams: [support]}", "teams: [support], signature: ana.md}")


def written(folder: Path, **files: str) -> Path:
    """Files of signatures, by name; `_` stands for the dot."""
    (folder / "signatures").mkdir(parents=True, exist_ok=True)
    for name, words in files.items():
        (folder / "signatures" / name.replace("_", ".")).write_text(words, encoding="utf-8")
    return folder


def shown(folder: Path, language: str = "en") -> DeskView:
    """How the desk signs for Ana."""
    policy = load_policy(folder)
    (address,) = policy.addresses
    view = DeskView(policy.desk_name, address.address, policy.signature)
    agent = policy.agents[0]
    return signed(view, policy, address, language=language, agent=agent, reference="TKT-0007")


def test_lines_in_the_yaml_are_lines_as_they_are_and_have_variables(tmp_path: Path) -> None:
    lines = "signature: |\n  {{ agent.name }}, *{{ desk.name }}*\n  About {{ ticket_id }}\n"
    view = shown(write_desk(tmp_path, DESK + lines))
    assert view.signature == "Ana, *Test Desk*\nAbout TKT-0007"
    assert (view.signature_html, view.signed) == ("", True)


def test_a_file_of_markdown_is_text_and_html_and_each_language_has_its_own(tmp_path: Path) -> None:
    folder = written(
        write_desk(tmp_path, LANGUAGES, NAMED),
        ana_md="**{{ agent_name }}**\n[Our shop](https://shop.example)",
        ana_de_md="**{{ agent_name }}**\nIhr Laden",
    )
    view = shown(folder)
    assert view.signature == "Ana\nOur shop <https://shop.example>"
    assert "<strong>Ana</strong>" in view.signature_html
    assert 'href="https://shop.example"' in view.signature_html
    assert shown(folder, "de-AT").signature == "Ana\nIhr Laden"
    assert shown(folder, "fr").signature.endswith("<https://shop.example>")


def test_a_file_of_text_is_no_markdown(tmp_path: Path) -> None:
    folder = written(write_desk(tmp_path, DESK + "signature: us.txt\n"), us_txt="**Us**\n")
    view = shown(folder)
    assert (view.signature, view.signature_html) == ("**Us**", "")


def test_the_files_belong_to_what_is_looked_at_for_changes(tmp_path: Path) -> None:
    folder = written(write_desk(tmp_path, LANGUAGES, NAMED), ana_md="One")
    before = load_policy(folder).fingerprint
    assert folder / "signatures" / "ana.md" in policy_files(folder)
    written(folder, ana_md="Two")
    assert load_policy(folder).fingerprint != before


@pytest.mark.parametrize(
    ("desk", "agents", "files", "expected"),
    (
        (
            DESK + "signature: |\n  Kind regards\n  {{ agent.nam }}\n",
            AGENTS,
            {},
            "desk.yaml:8:1: expected an attribute of PersonView, found nam (did you mean name?)",
        ),
        (
            DESK + "signature: '{{ agent_nme }}'\n",
            AGENTS,
            {},
            "desk.yaml:6:1: expected a variable that templates have, found agent_nme "
            "(did you mean agent_name?)",
        ),
        (
            LANGUAGES,
            NAMED,
            {"anna.md": "Ana"},
            'agents.yaml:2:73: expected a file in signatures/, found "ana.md" '
            "(did you mean anna.md?)",
        ),
        (
            LANGUAGES,
            NAMED,
            {"ana.md": "Ana\n{% if %}"},
            "signatures/ana.md:2:1: expected words that can be filled in, found Expected an "
            "expression, got 'end of statement block'",
        ),
        (
            LANGUAGES,
            NAMED,
            {"ana.md": "Ana", "ana.fr.md": "Ana"},
            'signatures/ana.fr.md:1:1: expected a file that a signature: names, found "ana.fr.md" '
            "(did you mean ana.md?)",
        ),
        (
            DESK,
            AGENTS + "teams: {suport: {signature: Us}}\n",
            {},
            'agents.yaml:3:9: expected a team of an agent, found "suport" (did you mean support?)',
        ),
        (
            LANGUAGES,
            NAMED,
            {"ana.md": "{{ 'x' * 999999999 }}"},
            "signatures/ana.md:1:1: expected words that can be filled in, found * is only for "
            "small numbers",
        ),
    ),
)
def test_a_mistake_is_told_with_its_place_and_the_nearest_word(
    tmp_path: Path, desk: str, agents: str, files: dict[str, str], expected: str
) -> None:
    folder = write_desk(tmp_path, desk, agents)
    if files:
        (folder / "signatures").mkdir()
    for name, words in files.items():
        (folder / "signatures" / name).write_text(words, encoding="utf-8")
    assert expected in mistakes_of(folder)
