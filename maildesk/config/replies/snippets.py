"""A few lines with variables, from a file or a line of YAML: read closely when the desk folder is
loaded, filled in in the sandbox of the templates.

A variable that has no value is none: what prints it is refused by its name, what only asks for it
(`{% if %}`, `or`, the filter `default`) goes on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.exceptions import TemplateSyntaxError, UndefinedError
from jinja2.meta import find_undeclared_variables

from maildesk.config.templates.check import nearest, unknown_names
from maildesk.config.templates.filters import filters_for
from maildesk.config.templates.sandbox import MAX_OUTPUT, Sandbox
from maildesk.desk.mails.wording import Language
from maildesk.errors import Mistake

_NAME = re.compile(r"'(\w+)'")


class Unfilled(Exception):
    """It cannot be filled in: this variable has no value; an empty one: it fails otherwise."""

    def __init__(self, variable: str, words: str = "") -> None:
        self.variable = variable
        super().__init__(words or variable)


class _Missing(StrictUndefined):
    """A variable without a value: not printed, and false."""

    __slots__ = ()

    # that of StrictUndefined never returns: it raises
    def __bool__(self) -> bool:  # type: ignore[override]
        return False


@dataclass(frozen=True)
class Snippet:
    """The source, where it stands, and the variables it may have with their views; None: any."""

    source: str
    file: str
    language: Language
    known: Mapping[str, Any] | None
    line: int = 1  # on which the source begins
    is_one_place: bool = False  # its lines cannot be told apart in the file

    @cached_property
    def _sandbox(self) -> Sandbox:
        made = Sandbox(filters=filters_for(self.language, html=False), autoescape=False)
        made.undefined = _Missing
        made.globals["language"] = self.language.code
        return made

    @cached_property
    def _template(self) -> Template:
        sandbox = self._sandbox
        code = sandbox.compile(self.source, self.file, self.file)
        return sandbox.template_class.from_code(sandbox, code, sandbox.make_globals(None))

    def mistakes(self, sample: Mapping[str, object]) -> list[Mistake]:
        """Everything that is wrong with it; `sample` has a value for each known variable."""
        try:
            tree = self._sandbox._parse(self.source, self.file, self.file)
            # compiled here, and kept
            self._template  # noqa: B018
        except TemplateSyntaxError as problem:
            words = problem.message or "a mistake"
            unknown = re.match(r"No (?:filter|test) named '(\w+)'", words)
            near = nearest(unknown[1], self._sandbox.filters) if unknown else ""
            line = self._at(problem.lineno)
            return [Mistake(self.file, line, 1, "words that can be filled in", words, near)]
        known = self.known
        if known is None:
            asked = find_undeclared_variables(tree) - self._sandbox.globals.keys()
            known, sample = dict.fromkeys(asked), dict.fromkeys(asked, "sample")
        found = unknown_names(tree, self.file, known)
        placed = [
            Mistake(one.file, self._at(one.line), 1, one.expected, one.found, one.suggestion)
            for one in found
        ]
        if placed:
            return placed
        try:
            self.fill(sample)
        except Unfilled as problem:
            return [Mistake(self.file, self.line, 1, "words that can be filled in", str(problem))]
        return []

    def _at(self, line: int) -> int:
        return self.line if self.is_one_place else self.line + line - 1

    def fill(self, values: Mapping[str, object]) -> str:
        """The words with these values; those that are empty are none."""
        given = {name: value for name, value in values.items() if value not in ("", None)}
        self._sandbox.meter.start()
        try:
            made = "".join(self._template.root_render_func(self._template.new_context(given)))
        except UndefinedError as problem:
            found = _NAME.search(problem.message or "")
            raise Unfilled(found[1] if found else "", problem.message or "") from problem
        except Exception as problem:
            raise Unfilled("", str(problem)[:200] or type(problem).__name__) from problem
        if len(made) > MAX_OUTPUT:
            raise Unfilled("", "more than 512 KB of text")
        return made
