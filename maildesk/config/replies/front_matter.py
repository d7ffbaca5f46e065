"""A file of Markdown below a front matter: YAML between two lines of dashes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from maildesk.config.kinds import Section
from maildesk.config.mistakes import read_part
from maildesk.config.templates.files import read_source
from maildesk.config.yaml import Document, read_document
from maildesk.errors import Mistake

S = TypeVar("S", bound=Section)
_FENCE = "---"


@dataclass(frozen=True)
class Parts:
    """The front matter, None where there is none; the words, and the line on which they begin."""

    head: Document | None
    words: str
    line: int

    @property
    def last_line(self) -> int:
        """That on which the words end."""
        return self.line + self.words.count("\n")


def parts_of(path: Path, file: str) -> tuple[Parts | None, list[Mistake]]:
    """What the file has; None, and every mistake, where that cannot be told. `file`: its name in
    mistakes."""
    mistakes: list[Mistake] = []
    source = read_source(path, mistakes)
    if mistakes:
        return None, [replace(one, file=file) for one in mistakes]
    rows = source.split("\n")
    if rows[0].rstrip() != _FENCE:
        return Parts(None, source, 1), []
    end = next((at for at, row in enumerate(rows[1:], 1) if row.rstrip() == _FENCE), None)
    if end is None:
        return None, [Mistake(file, 1, 1, "a second line of --- below the front matter", "none")]
    # the first line is made a comment, so that lines keep their numbers
    head, mistakes = read_document("\n".join(("#", *rows[1:end])).encode(), file)
    if head is None or mistakes:
        return None, mistakes
    return Parts(head, "\n".join(rows[end + 1 :]), end + 2), []


def header_of(kind: type[S], parts: Parts) -> tuple[S | None, list[Mistake]]:
    """What the front matter says, or its defaults where there is none; None, and every mistake,
    where nothing of it can be understood."""
    if parts.head is None or parts.head.data is None:
        return kind(), []
    made, mistakes, _ = read_part(kind, parts.head)
    return made, mistakes
