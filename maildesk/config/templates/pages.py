"""The pages' templates: the built-in set, overridden file by file from the desk folder.

    web/ticket.html, _page.html, style.css     a page; what they share; how they look
    web/script.js                              what makes the form a little better; nothing needs it
    web/widget.js, frame.js                    the form in another site's page: there, and inside
    web/de/_words.yaml                         what they say in a language

A page says nothing itself: `{{ "send"|say }}` are words of the reader's language, and
`{{ "opened"|say(at=…) }}` words with something in them; `{{ name|called }}` is what a category, a
priority or an own field is called in that language, by `words` of the mails' files; and
`{{ at|day }}` is a moment (see `days`), in a sentence `{{ at|on_day }}`. A desk's file
of words may say as little as it likes; what it leaves out is as in the built-in file, and where
there is none, in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FunctionLoader, meta
from jinja2.exceptions import TemplateSyntaxError
from markupsafe import Markup, escape

from maildesk.config.templates.check import nearest
from maildesk.config.templates.days import filters_of
from maildesk.config.templates.failures import failure, syntax
from maildesk.config.templates.files import WORDS, builtin_root, read_source
from maildesk.config.templates.filters import filters_for
from maildesk.config.templates.sandbox import Sandbox
from maildesk.config.yaml import Document, read_bytes, read_document
from maildesk.desk.mails.wording import Wording
from maildesk.errors import BadPolicy, Mistake

FOLDER, STYLE, SCRIPT = "web", "style.css", "script.js"
WIDGET, FRAME = "widget.js", "frame.js"
_PLAIN = (STYLE, SCRIPT, WIDGET, FRAME)  # no templates
_LANGUAGE = "language_"  # and its code: what a language is called
_QUOTED = re.compile(r"""["'](\w{1,100})["']""")
_PLACE = re.compile(r"\{(\w+)\}")
# what a page may be shown; one that asks for another is a mistake
VARIABLES = frozenset(
    ("desk", "language", "style", "script", "page", "told", "title", "range", "namespace")
) | {"downloaded", "now"}

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class _Set:
    """The files of one folder: sources by name, words by language."""

    sources: Mapping[str, tuple[Path, str]]
    words: Words


class Pages:
    """A loaded set. Rendering touches no file."""

    def __init__(self, found: _Set, wording: Wording) -> None:
        self._found, self._wording = found, wording
        self._ready: dict[str, Sandbox] = {}
        self.style, self.script = found.sources[STYLE][1], found.sources[SCRIPT][1]

    @classmethod
    def load(cls, desk_templates: Path | None, wording: Wording) -> tuple[Pages, list[Mistake]]:
        """The built-in set with the desk's files over it, and what is wrong with those; a file with
        a mistake is left out."""
        built_in, own = _built_in(builtin_root().parent / FOLDER), _Set({}, {})
        mistakes: list[Mistake] = []
        if desk_templates is not None:
            own, mistakes = _read(desk_templates / FOLDER, built_in.words["en"])
        words = {
            language: {**built_in.words.get(language, {}), **own.words.get(language, {})}
            for language in {*built_in.words, *own.words}
        }
        whole = cls(_Set({**built_in.sources, **own.sources}, words), wording)
        wrong = [m for name in own.sources if name not in _PLAIN for m in whole._mistakes(name)]
        if not wrong:
            return whole, mistakes
        bad = {mistake.file for mistake in wrong}
        good = {name: one for name, one in own.sources.items() if str(one[0]) not in bad}
        return cls(_Set({**built_in.sources, **good}, words), wording), mistakes + wrong

    def plain(self, name: str) -> str:
        """A file that is no template, as it is."""
        return self._found.sources[name][1]

    def render(self, name: str, language: str, **variables: Any) -> str:
        """The page in this language. BadPolicy, with file and line, where it cannot be rendered."""
        environment = self._environment(language)
        template = environment.get_template(f"{name}.html")
        environment.meter.start()
        try:
            return template.render(language=self._code(language), **variables)
        except BadPolicy:
            raise
        except Exception as problem:
            raise BadPolicy([failure(template, problem)]) from problem

    def say(self, language: str, name: str, **values: object) -> str:
        """Words of this language, with these values in them."""
        return _filled(self._words(language), name, values)

    def plain_words(self, language: str, name: str) -> str:
        """Words of this language, as they are: for what is no HTML."""
        return self._words(language).get(name, name)

    def languages(self) -> tuple[str, ...]:
        """Those that pages have words in."""
        return tuple(self._found.words)

    def _code(self, language: str) -> str:
        tag = language.lower().replace("_", "-")
        names = (tag, tag.partition("-")[0])
        return next((one for one in names if one in self._found.words), "en")

    def _words(self, language: str) -> Mapping[str, str]:
        return {**self._found.words["en"], **self._found.words[self._code(language)]}

    def _environment(self, language: str) -> Sandbox:
        found = self._ready.get(language)
        if found is None:
            words, spoken = self._words(language), self._wording.of(language)

            def say(name: str, **values: object) -> Markup:
                return Markup(_filled(words, name, values))  # noqa: S704 - escaped there

            def called(name: str) -> str:
                word = spoken.word(name)
                return word[:1].upper() + word[1:]

            filters = filters_for(spoken, html=True) | filters_of(words, spoken)
            filters |= {"say": say, "called": called}
            found = Sandbox(filters=filters, autoescape=True, loader=FunctionLoader(self._load))
            self._ready[language] = found
        return found

    def _load(self, name: str) -> tuple[str, str, None] | None:
        path, text = self._found.sources.get(name, (Path(), ""))
        return (text, str(path), None) if text else None

    def _mistakes(self, name: str) -> list[Mistake]:
        """What can be found wrong with a page without rendering it."""
        path, text = self._found.sources[name]
        environment = self._environment("en")
        try:
            tree = environment._parse(text, name, str(path))
            environment.compile(tree, name, str(path))
        except TemplateSyntaxError as problem:
            return [syntax(problem, path, environment)]
        except BadPolicy as problem:
            return list(problem.mistakes)
        unknown = sorted(meta.find_undeclared_variables(tree) - VARIABLES)
        return [Mistake(str(path), 1, 1, "a variable of pages", one) for one in unknown]


def page_files() -> tuple[str, ...]:
    """The files that came with the program, and that a desk may have of its own."""
    return tuple(_built_in(builtin_root().parent / FOLDER).sources)


def _filled(words: Mapping[str, str], name: str, values: Mapping[str, object]) -> str:
    """The words as HTML, each value escaped; a name that there is not, as it is."""
    form = words.get(name)
    if form is None:
        return str(escape(name.replace("_", " ")))
    return _PLACE.sub(lambda found: str(escape(values.get(found[1], found[0]))), str(escape(form)))


@cache
def _built_in(root: Path) -> _Set:
    return _read(root)[0]


def _read(root: Path, known: Mapping[str, str] | None = None) -> tuple[_Set, list[Mistake]]:
    """`known`: the names that words may have; one of another is left out, and a mistake."""
    mistakes: list[Mistake] = []
    if not root.is_dir():
        return _Set({}, {}), mistakes
    files = (path for path in sorted(root.iterdir()) if path.suffix in (".html", ".css", ".js"))
    sources = {path.name: (path, read_source(path, mistakes)) for path in files}
    words: dict[str, Mapping[str, str]] = {}
    for path in sorted(root.glob(f"*/{WORDS}")):
        try:
            document, wrong = read_document(read_bytes(path, str(path)), str(path))
        except BadPolicy as problem:
            mistakes += problem.mistakes
            continue
        mistakes += wrong
        data = document.data if document is not None else None
        if isinstance(data, dict):
            language = path.parent.name.lower().replace("_", "-")
            told = (
                _unknown(document, known, sources)
                if document is not None and known is not None
                else {}
            )
            mistakes += told.values()
            said = {str(key): str(value) for key, value in data.items()}
            words[language] = {key: value for key, value in said.items() if key not in told}
    return _Set(sources, words), mistakes


def _unknown(
    document: Document, known: Mapping[str, str], sources: Mapping[str, tuple[Path, str]]
) -> dict[str, Mistake]:
    """The names in a file of words that no page says, built-in or of the desk's own (`sources`),
    each as a mistake."""
    quoted = {one for _, text in sources.values() for one in _QUOTED.findall(text)}
    begun = (_LANGUAGE, *(one for one in quoted if one.endswith("_")))
    found = {}
    for name in map(str, document.data):
        if name not in known and name not in quoted and not name.startswith(begun):
            line, column = document.at_key((name,))
            expected = "a name of words that pages say"
            close = nearest(name, known)
            found[name] = Mistake(document.file, line, column, expected, name, close)
    return found
