"""The template set: the built-in one, overridden file by file from the desk folder.

    mail/_layout.html, _style.css          shared by all languages
    mail/de/acknowledgement.txt            a message: header lines, a blank line, the text
    mail/de/acknowledgement.html           the same for clients that show HTML, beside it
    mail/de/_words.yaml                    dates, words, refusals, buttons (see `words`)
    mail/de/@billing@desk.example/…        for one address of the desk

A desk that replaces a text and not its HTML gets HTML made from its text: the
built-in page would say something else than the text beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import FunctionLoader, Template
from jinja2.exceptions import TemplateSyntaxError

from maildesk.config.inlining import Uninlinable, inlined
from maildesk.config.templates.alike import Alike
from maildesk.config.templates.check import nearest, unknown_names
from maildesk.config.templates.failures import DEFAULTS, failure, syntax, unbalanced
from maildesk.config.templates.files import (
    Key,
    Source,
    built_in_sources,
    builtin_root,
    mail_folder,
    read_message,
    read_sources,
    split_message,
)
from maildesk.config.templates.filters import filters_for
from maildesk.config.templates.sandbox import MAX_OUTPUT, Sandbox
from maildesk.config.templates.words import read_wording
from maildesk.desk.mails.sample import samples_for
from maildesk.desk.mails.wording import Wording
from maildesk.errors import BadPolicy, Mistake
from maildesk.mail.wrapping import reflowed

_BLANKS = re.compile(r"\n(?:[ \t]*\n){2,}")
_FROM_TEXT = "_text.html"
_REMEMBERED = 2  # sets: the one in force, and the one before, whose change may be taken back


@dataclass(frozen=True)
class Rendered:
    """A finished template: what `compose` needs of it. `html` is empty where the set has none."""

    subject: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str


@dataclass(frozen=True)
class _Compiled:
    """One template of one language and address, ready to run."""

    headers: tuple[tuple[str, Template | None], ...]  # None: the ready-made subject as it is
    text: Template
    html: Template | None
    html_from_text: bool


class Templates:
    """A loaded set. Rendering touches no file; a changed file needs a new set, and an unchanged
    one is the same: when other files of the desk change, no template is compiled again."""

    _last: ClassVar[list[Templates]] = []

    def __init__(
        self, sources: Mapping[Key, Source], default_language: str, wording: Wording
    ) -> None:
        self._sources = sources
        self.wording = wording
        self._default = default_language.lower()
        self._addresses = frozenset(address for _, address, _ in sources)
        self._languages = frozenset(language for language, _, _ in sources if language)
        self._compiled: dict[tuple[str, str, str], _Compiled] = {}
        self._environments: dict[tuple[str, str, bool], Sandbox] = {}
        self._checked: list[Mistake] | None = None

    @classmethod
    def load(cls, desk_templates: Path | None, default_language: str = "en") -> Templates:
        """The built-in set with the desk's files over it. BadPolicy with every mistake in those
        that shows without rendering."""
        found, mistakes = cls._read(desk_templates, default_language)
        if mistakes:
            raise BadPolicy(mistakes)
        return found

    @classmethod
    def mistakes_in(
        cls, desk_templates: Path | None, default_language: str = "en"
    ) -> list[Mistake]:
        """Every mistake in the built-in set with the desk's files over it, each template read
        closely and rendered."""
        found, mistakes = cls._read(desk_templates, default_language)
        # what is wrong there fails in rendering, too, in other words
        known = {(m.file, m.line) for m in mistakes}
        return mistakes + [m for m in found.check() if (m.file, m.line) not in known]

    @classmethod
    def _read(
        cls, desk_templates: Path | None, default_language: str
    ) -> tuple[Templates, list[Mistake]]:
        wording, mistakes = read_wording(desk_templates)
        built_in, unreadable = built_in_sources(builtin_root())
        own, own_unreadable = read_sources(desk_templates and mail_folder(desk_templates), 1)
        mistakes += [*unreadable, *own_unreadable]
        sources = {**built_in, **own}
        found = cls(sources, default_language, wording)._as_before()
        mistakes += [
            m
            for key, source in sources.items()
            if source.rank != 0
            for m in found._mistakes(key, source)
        ]
        return found, mistakes

    def _as_before(self) -> Templates:
        """The set of the same files that was loaded before, with all that is compiled of it; else
        this one."""
        last = Templates._last
        same = next((one for one in last if one._is_like(self)), self)
        Templates._last = [same, *(one for one in last if one is not same)][:_REMEMBERED]
        return same

    def _is_like(self, other: Templates) -> bool:
        return (self._default, self._sources, self.wording) == (
            other._default,
            other._sources,
            other.wording,
        )

    def is_own(self, name: str, language: str, address: str = "") -> bool:
        """Whether the template that would be taken is the desk's own, not one that came
        with the program."""
        return (
            self._find(
                name, language, address.lower() if address.lower() in self._addresses else ""
            )[1].rank
            > 0
        )

    def names(self) -> tuple[str, ...]:
        """Every template there is, in any language."""
        files = {file for _, _, file in self._sources}
        return tuple(
            sorted(
                f.removesuffix(".txt")
                for f in files
                if f.endswith(".txt") and not f.startswith("_")
            )
        )

    def languages(self) -> tuple[str, ...]:
        """The languages that have templates of their own."""
        return tuple(sorted(self._languages))

    def source(self, name: str, language: str, address: str = "") -> dict[str, tuple[Path, str]]:
        """File name to where it lies and what stands in it, for the files that would be used.
        BadPolicy for an unknown name."""
        _, text, html = self._find(name, language, address)
        return {one.path.name: (one.path, one.text) for one in (text, html) if one is not None}

    def render(
        self,
        name: str,
        language: str,
        context: Mapping[str, object],
        address: str = "",
        alike: Alike | None = None,
    ) -> Rendered:
        """The template with these values, `alike` the other mails of the act. BadPolicy, with file
        and line, where it cannot be rendered."""
        address = address.lower() if address.lower() in self._addresses else ""
        compiled = self._compiled.get((name, language, address)) or self._compile(
            name, language, address
        )
        values = {**DEFAULTS, **context}
        headers = tuple((header, _header_value(one, values)) for header, one in compiled.headers)
        alike = Alike() if alike is None else alike
        words = alike.rendered(compiled.text, values, _run)
        text = reflowed(_BLANKS.sub("\n\n", words).strip("\n")) + "\n"
        html = ""
        if compiled.html is not None:
            more = {**values, "text": text} if compiled.html_from_text else values
            html = alike.rendered(compiled.html, more, _run)
        return Rendered(headers[0][1], headers[1:], text, html)

    def check(self) -> list[Mistake]:
        """Every template read closely and rendered in every language and for every address, with
        much known and with little."""
        if self._checked is not None:
            return list(self._checked)
        found = {m for key, source in self._sources.items() for m in self._mistakes(key, source)}
        for name in self.names():
            for language in self._languages:
                for address in self._addresses:
                    for context in samples_for(name):
                        try:
                            self.render(name, language, context, address)
                        except BadPolicy as problem:
                            found.update(problem.mistakes)
        self._checked = sorted(found, key=lambda m: (m.file, m.line, m.found))
        return list(self._checked)

    def _chain(self, language: str) -> list[str]:
        tag = language.lower().replace("_", "-")
        return list(
            dict.fromkeys(
                [tag, tag.partition("-")[0], self._default, self._default.partition("-")[0], "en"]
            )
        )

    def _find(self, name: str, language: str, address: str) -> tuple[str, Source, Source | None]:
        """The language that has the template, its text, and the HTML that goes with it."""
        for code in self._chain(language):
            for place in dict.fromkeys((address, "")):
                text = self._sources.get((code, place, name + ".txt"))
                if text is not None:
                    return code, text, self._html_beside(code, address, name, text.rank)
        raise BadPolicy(
            [Mistake(f"{name}.txt", 1, 1, "a template", name, nearest(name, self.names()))]
        )

    def _html_beside(self, code: str, address: str, name: str, rank: int) -> Source | None:
        for place in dict.fromkeys((address, "")):
            html = self._sources.get((code, place, name + ".html"))
            if html is not None and html.rank >= rank:
                return html
        return self._shared(_FROM_TEXT, code, address)

    def _shared(self, file: str, code: str, address: str) -> Source | None:
        keys = ((code, address, file), (code, "", file), ("", "", file))
        return next((self._sources[key] for key in keys if key in self._sources), None)

    def _environment(self, code: str, address: str, *, html: bool) -> Sandbox:
        found = self._environments.get((code, address, html))
        if found is None:

            def load(file: str) -> tuple[str, str, None] | None:
                source = self._shared(file, code, address)
                return (
                    None
                    if source is None
                    else (self._prepared(source, code, address), str(source.path), None)
                )

            language = self.wording.of(code)
            found = Sandbox(
                filters=filters_for(language, html=html),
                autoescape=html,
                loader=FunctionLoader(load),
            )
            found.globals["language"] = code
            self._environments[code, address, html] = found
        return found

    def _prepared(self, source: Source, code: str, address: str) -> str:
        """The source as it is compiled: HTML with its styles inlined."""
        style = self._shared("_style.css", code, address)
        if source.path.suffix != ".html" or style is None:
            return source.text
        try:
            return inlined(source.text, style.text)
        except Uninlinable as problem:
            raise BadPolicy([unbalanced(source, problem)]) from problem

    def _compile(self, name: str, language: str, address: str) -> _Compiled:
        code, text, html = self._find(name, language, address)
        plain = self._environment(code, address, html=False)
        heads, body = split_message(text)
        page: Template | None = None
        if html is not None:
            rich = self._environment(code, address, html=True)
            page = _build(rich, self._prepared(html, code, address), html)
        made = _Compiled(
            headers=tuple(
                (h, None if v.endswith("#}{{ subject }}") else _build(plain, v, text))
                for h, v in heads
            ),
            text=_build(plain, body, text),
            html=page,
            html_from_text=html is not None and html.path.name == _FROM_TEXT,
        )
        self._compiled[name, language, address] = made
        return made

    def _mistakes(self, key: Key, source: Source) -> list[Mistake]:
        """What can be found wrong without rendering."""
        code, address, file = key
        if file.endswith(".css"):
            return []
        html = file.endswith(".html")
        if (
            html
            and not file.startswith("_")
            and not any(k[2] == file[:-5] + ".txt" for k in self._sources)
        ):
            return [
                Mistake(
                    str(source.path), 1, 1, "a text beside the HTML", "none", file[:-5] + ".txt"
                )
            ]
        environment = self._environment(code or self._default, address, html=html)
        pieces, mistakes = [source.text], list[Mistake]()
        if not (html or file.startswith("_")):
            heads, body, mistakes = read_message(source)
            pieces = [*(value for _, value in heads), body]
        for piece in pieces:
            try:
                tree = environment._parse(piece, file, str(source.path))
                made = environment.compile(tree, file, str(source.path))
                environment.compiled[piece, str(source.path)] = made
            except BadPolicy as problem:
                mistakes += problem.mistakes
            except TemplateSyntaxError as problem:
                mistakes.append(syntax(problem, source.path, environment))
            else:
                mistakes += unknown_names(tree, str(source.path))
        if html:
            try:
                self._prepared(source, code, address)
            except BadPolicy as problem:
                mistakes += problem.mistakes
        return mistakes


def _build(environment: Sandbox, text: str, source: Source) -> Template:
    try:
        code = environment.compiled.get((text, str(source.path))) or environment.compile(
            text, source.path.name, str(source.path)
        )
    except TemplateSyntaxError as problem:
        raise BadPolicy([syntax(problem, source.path, environment)]) from problem
    return environment.template_class.from_code(environment, code, environment.make_globals(None))


def _header_value(template: Template | None, values: dict[str, object]) -> str:
    """One line, whatever the values hold: a line break in a subject must not begin a header."""
    return " ".join(
        (str(values["subject"]) if template is None else _run(template, values)).split()
    )


def _run(template: Template, values: dict[str, object]) -> str:
    """The template's output, within its budget; whatever goes wrong in it is a mistake with file
    and line."""
    environment: Any = template.environment
    environment.meter.start()
    try:
        made = "".join(template.root_render_func(template.new_context(values)))
        if len(made) > MAX_OUTPUT:
            raise OverflowError("more than 512 KB of text")
    except BadPolicy:
        raise
    except TemplateSyntaxError as problem:
        raise BadPolicy([syntax(problem, Path(template.filename or "?"), environment)]) from problem
    except Exception as problem:
        raise BadPolicy([failure(template, problem)]) from problem
    return made
