"""The desk's languages: those for which there are words, that came with the program or stand in a
folder of the desk's own.

Where a language is misspelt, each of its uses would be a mistake of its own: that of an address, of
an agent, of every file that bears it in its name. So the one mistake is told, and for the rest of
the reading every language that there is counts as one of the desk's.
"""

from __future__ import annotations

from pathlib import Path

from maildesk.config.mistakes import nearest, one_of, shown
from maildesk.config.models import DeskFile
from maildesk.config.templates.files import builtin_root, mail_folder
from maildesk.config.yaml import Document
from maildesk.errors import Mistake

_KEY = "languages"


def read_languages(
    desk: DeskFile, document: Document, templates: Path
) -> tuple[DeskFile, list[Mistake]]:
    """The file with the languages that may be used in it and in others, and a mistake for each of
    which nothing is written; `templates` is the desk's folder of its own."""
    known = _folders(builtin_root()) | _folders(mail_folder(templates))
    listed = document.data.get(_KEY) if isinstance(document.data, dict) else None
    places = listed if isinstance(listed, list) else []
    mistakes = [
        _without_words(document, places.index(code), code, known)
        for code in desk.languages
        if code in places and not _has_words(code, known)
    ]
    if not mistakes and _is_read(desk, document):
        return desk, []
    languages = list(dict.fromkeys((*desk.languages, *sorted(known))))
    return desk.model_copy(update={_KEY: languages}), mistakes


def _has_words(code: str, known: set[str]) -> bool:
    """`de-AT` is written as `de`."""
    tag = code.lower().replace("_", "-")
    return tag in known or tag.partition("-")[0] in known


def _without_words(document: Document, index: int, code: str, known: set[str]) -> Mistake:
    names = sorted(known)
    expected = f"a language with words ({one_of(names)}; a folder templates/mail/{code} brings it)"
    return Mistake(
        document.file, *document.at((_KEY, index)), expected, shown(code), nearest(code, names)
    )


def _is_read(desk: DeskFile, document: Document) -> bool:
    """Whether the desk has the languages that it says; not where the key, or one of them, is
    misspelt, which has been told."""
    written = document.data if isinstance(document.data, dict) else {}
    if _KEY in written:
        return bool(written[_KEY] == desk.languages)
    strange = (key for key in written if key not in DeskFile.model_fields)
    return not any(nearest(key, DeskFile.model_fields) == _KEY for key in strange)


def _folders(root: Path) -> set[str]:
    """The languages that have a folder with anything in it."""
    if not root.is_dir():
        return set()
    return {
        path.name.lower().replace("_", "-")
        for path in root.iterdir()
        if path.is_dir() and path.name[:1].isalpha() and any(path.iterdir())
    }
