"""`signature:` of desk.yaml and agents.yaml: its lines, or a file of signatures/.

    agents.yaml   agents: [{name: Ben, …, signature: ben.md}]      an agent's
                  teams: {network: {signature: network.md}}        a team's
    desk.yaml     addresses: [{address: …, signature: …}]          an address's
                  signature: |                                     the desk's
                    Harbour Books, Quay 3
                    +44 20 5550 1000

A file that ends in .md is Markdown, and shown as such where HTML is shown; what ends in .txt, or
stands in the YAML itself, is lines as they are. `ben.de.md` beside `ben.md` is the same in German.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from maildesk.config.mistakes import nearest, shown
from maildesk.config.models import AgentsFile, DeskFile
from maildesk.config.replies.snippets import Snippet, Unfilled
from maildesk.config.templates.files import read_source
from maildesk.config.yaml import Document, Steps
from maildesk.desk.mails.views import DeskView, PersonView
from maildesk.desk.mails.wording import Wording
from maildesk.desk.replies.signatures import (
    OF_DESK,
    VARIABLES,
    Signature,
    Values,
    of_address,
    of_agent,
    of_team,
)
from maildesk.errors import Mistake
from maildesk.mail.html.markdown import Written, escaped, markdown
from maildesk.mail.owners import mailbox_of

FOLDER = "signatures"
_FILE = re.compile(r"[\w][\w.-]{0,80}\.(?:md|txt)")
_SAMPLE_DESK = DeskView("Helpdesk", "desk@desk.example", website="https://desk.example")
SAMPLE: Mapping[str, object] = {
    **dict.fromkeys(VARIABLES, "sample"),
    "agent": PersonView("Ben Okafor", "", "Ben"),
    "desk": _SAMPLE_DESK,
}


@dataclass(frozen=True)
class _Named:
    """One `signature:` of a file: whose it is, what stands there, and where."""

    whose: str
    value: str
    document: Document
    steps: Steps


def read_signatures(
    folder: Path,
    desk: DeskFile | None,
    agents: AgentsFile | None,
    documents: Mapping[str, Document],
    wording: Wording,
) -> tuple[dict[str, Signature], list[Mistake]]:
    """Every signature by whose it is, and every mistake in them."""
    found: dict[str, Signature] = {}
    mistakes: list[Mistake] = []
    languages = desk.languages if desk is not None else []
    for one in _named(desk, agents, documents):
        written, wrong = _written(one, folder / FOLDER, languages, wording)
        mistakes += wrong
        if written and not wrong:
            found[one.whose] = Signature(partial(_write, written, tuple(languages)))
    if desk is not None and agents is not None:
        used = [one.value for one in _named(desk, agents, documents)]
        mistakes += _strays(folder / FOLDER, languages, used)
    if agents is not None:
        mistakes += _unknown_teams(agents, documents["agents.yaml"])
    return found, mistakes


def signature_files(folder: Path) -> list[Path]:
    """Every file of signatures."""
    return [
        path
        for path in (sorted((folder / FOLDER).iterdir()) if (folder / FOLDER).is_dir() else ())
        if path.is_file() and not path.name.startswith((".", "#")) and path.name[-1] != "~"
    ]


def _named(
    desk: DeskFile | None, agents: AgentsFile | None, documents: Mapping[str, Document]
) -> Iterator[_Named]:
    if desk is not None:
        file = documents["desk.yaml"]
        yield _Named(OF_DESK, desk.signature, file, ("signature",))
        for at, one in enumerate(desk.addresses):
            steps: Steps = ("addresses", at, "signature")
            yield _Named(of_address(mailbox_of(str(one.address))), one.signature, file, steps)
    if agents is not None:
        file = documents["agents.yaml"]
        for at, person in enumerate(agents.agents):
            steps = ("agents", at, "signature")
            yield _Named(of_agent(str(person.address)), person.signature, file, steps)
        for name, team in agents.teams.items():
            yield _Named(of_team(name), team.signature, file, ("teams", name, "signature"))


def _written(
    one: _Named, folder: Path, languages: list[str], wording: Wording
) -> tuple[dict[str, Snippet], list[Mistake]]:
    """The signature in each language that it is written in; "" stands for every other."""
    words = one.value.strip("\n")
    if not words.strip():
        return {}, []
    line, column = one.document.at(one.steps)
    default = wording.of(languages[0] if languages else "en")
    if not _FILE.fullmatch(words.strip()):
        # the lines of a block begin below its |
        starts = line + ("\n" in one.value.strip("\n") or one.value.endswith("\n"))
        snippet = Snippet(words, one.document.file, default, VARIABLES, starts)
        return {"": snippet}, snippet.mistakes(SAMPLE)
    name, mistakes = words.strip(), list[Mistake]()
    found: dict[str, Snippet] = {}
    for language in ("", *languages):
        path = folder / _in(name, language)
        if not path.is_file():
            continue
        source = read_source(path, mistakes)
        file, where = f"{FOLDER}/{path.name}", wording.of(language) if language else default
        if any(wrong.file == str(path) for wrong in mistakes):
            continue
        found[language.lower()] = snippet = Snippet(source.strip("\n"), file, where, VARIABLES)
        mistakes += snippet.mistakes(SAMPLE)
    mistakes = [replace(wrong, file=_placed(wrong.file, folder)) for wrong in mistakes]
    if not (found or mistakes):
        there = [path.name for path in signature_files(folder.parent)]
        expected = f"a file in {FOLDER}/"
        near = nearest(name, there)
        mistakes = [Mistake(one.document.file, line, column, expected, shown(name), near)]
    return found, mistakes


def _placed(file: str, folder: Path) -> str:
    return file.removeprefix(f"{folder.parent}/")


def _in(name: str, language: str) -> str:
    """`ben.md` in German is `ben.de.md`."""
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{language}.{ending}" if language else name


def _write(
    written: Mapping[str, Snippet], languages: tuple[str, ...], language: str, values: Values
) -> Written:
    """The signature in this language, else as it is for all, else in the first that it has."""
    tag = language.lower().replace("_", "-")
    codes = (tag, tag.partition("-")[0], "", *(one.lower() for one in languages))
    snippet = next(written[code] for code in codes if code in written)
    try:
        if not snippet.file.endswith(".md"):
            return Written(snippet.fill(values).strip("\n"))
        return markdown(snippet.fill(_for_markdown(values)))
    except Unfilled:  # every variable has a value, and the check has filled it in: a limit, at most
        return Written("")


def _for_markdown(values: Values) -> dict[str, Any]:
    """The same, with nothing in them that Markdown reads as a sign."""
    agent, desk = values["agent"], values["desk"]
    plain = {name: escaped(one) for name, one in values.items() if isinstance(one, str)}
    person = PersonView(escaped(agent.name), "", escaped(agent.first_name))
    ours = DeskView(escaped(desk.name), escaped(desk.address), website=escaped(desk.website))
    return {**plain, "agent": person, "desk": ours}


def _strays(folder: Path, languages: list[str], used: list[str]) -> Iterator[Mistake]:
    """Files that no `signature:` names."""
    names = {_in(one.strip(), code) for one in used for code in ("", *languages)}
    for path in signature_files(folder.parent):
        if path.name not in names:
            file = f"{FOLDER}/{path.name}"
            known = [one.strip() for one in used if _FILE.fullmatch(one.strip())]
            near = nearest(path.name, known)
            yield Mistake(file, 1, 1, "a file that a signature: names", shown(path.name), near)


def _unknown_teams(agents: AgentsFile, document: Document) -> Iterator[Mistake]:
    """A signature of a team that nobody is in."""
    known = list(dict.fromkeys(team for one in agents.agents for team in one.teams))
    for name in agents.teams:
        if name not in known:
            line, column = document.at_key(("teams", name))
            near = nearest(name, known)
            yield Mistake(document.file, line, column, "a team of an agent", shown(name), near)
