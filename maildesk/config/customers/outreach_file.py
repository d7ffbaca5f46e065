"""`outreach/NAME.md`: what a campaign writes, Markdown below a front matter of YAML.

---
subject: Your licence ends on {{ ends }}
language: de                  # else the desk's first
address: sales@desk.example   # the desk address it comes from; else the desk's first
---
Dear {{ name }}, …

Its variables are the columns of the contact list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from maildesk.config.kinds import Line, Section
from maildesk.config.mistakes import nearest, one_of, read_part, shown
from maildesk.config.replies.front_matter import parts_of
from maildesk.config.replies.snippets import Snippet, Unfilled
from maildesk.config.yaml import Document
from maildesk.desk.policy import Policy
from maildesk.errors import BadPolicy, Mistake
from maildesk.mail.html.markdown import Written, escaped, markdown

FOLDER = "outreach"


class FrontMatter(Section):
    """What stands between the two lines of dashes."""

    subject: Line
    language: Line = ""
    address: Line = ""


@dataclass(frozen=True)
class OutreachMail:
    """What a campaign writes: its name, where it comes from, its words."""

    name: str
    address: str
    language: str
    _subject: Snippet
    _body: Snippet

    def written_for(self, values: Mapping[str, str]) -> tuple[str, Written]:
        """Subject and words for one row; Unfilled where it lacks a variable."""
        subject = " ".join(self._subject.fill(values).split())[:200]
        if not subject:
            raise Unfilled("subject", "an empty subject")
        body = self._body.fill({name: escaped(value) for name, value in values.items()})
        return subject, markdown(body)


def templates(desk: Path) -> list[str]:
    """The names of what there is."""
    return sorted(path.stem for path in (desk / FOLDER).glob("*.md"))


def mistakes_in(desk: Path, policy: Policy) -> Iterator[Mistake]:
    """What is wrong with the templates, whatever columns a list will have."""
    for name in templates(desk):
        try:
            read_outreach(desk, name, policy, None)
        except BadPolicy as bad:
            yield from bad.mistakes


def read_outreach(
    desk: Path, name: str, policy: Policy, variables: Sequence[str] | None
) -> OutreachMail:
    """The template of this name; BadPolicy with every mistake in it. `variables`: the columns of
    the list, None where there is none yet."""
    file = f"{FOLDER}/{name}.md"
    path = desk / FOLDER / f"{name}.md"
    if path.parent != desk / FOLDER or not path.is_file():
        there = templates(desk)
        expected = f"a file of the folder {FOLDER} ({one_of(there)})" if there else f"a file {file}"
        raise BadPolicy([Mistake(file, 1, 1, expected, "none", nearest(name, there))])
    parts, mistakes = parts_of(path, file)
    if parts is None:
        raise BadPolicy(mistakes)
    document = parts.head
    if document is None:
        lines = "two lines of --- with a subject between them"
        raise BadPolicy([Mistake(file, 1, 1, lines, "none")])
    head: FrontMatter | None = None
    if document.data is not None:
        head, mistakes, _ = read_part(FrontMatter, document)
    if head is None or mistakes:
        raise BadPolicy(mistakes or [Mistake(file, 1, 1, "a subject", "none")])
    mistakes = _unknown(head, document, policy)
    if not parts.words.strip():
        mistakes.append(Mistake(file, parts.last_line, 1, "the words of the mail", "none"))
    language = head.language or policy.default_language
    known = None if variables is None else dict.fromkeys(variables)
    tongue = policy.wording.of(language)
    subject = Snippet(head.subject, file, tongue, known, document.at(("subject",))[0], True)
    words = Snippet(parts.words, file, tongue, known, parts.line)
    sample = dict.fromkeys(variables or (), "sample")
    mistakes += [*subject.mistakes(sample), *words.mistakes(sample)]
    if mistakes:
        raise BadPolicy(mistakes)
    return OutreachMail(name, head.address or policy.addresses[0].address, language, subject, words)


def _unknown(head: FrontMatter, document: Document, policy: Policy) -> list[Mistake]:
    """What it names and the desk does not have."""
    named = (
        ("language", head.language, policy.languages, "one of the desk's languages"),
        ("address", head.address, [one.address for one in policy.addresses], "a desk address"),
    )
    return [
        Mistake(
            document.file,
            *document.at((key,)),
            f"{what} ({one_of(choices)})",
            shown(word),
            nearest(word, choices),
        )
        for key, word, choices, what in named
        if word and word not in choices
    ]
