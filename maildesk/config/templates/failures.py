"""What went wrong in a template, as a mistake with file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from types import TracebackType

from jinja2 import Template
from jinja2.exceptions import TemplateError, TemplateNotFound, TemplateSyntaxError, UndefinedError

from maildesk.config.inlining import Uninlinable
from maildesk.config.templates.check import nearest
from maildesk.config.templates.files import Source
from maildesk.config.templates.sandbox import Sandbox
from maildesk.desk.mails.views import Context
from maildesk.errors import Mistake

DEFAULTS: Mapping[str, object] = {
    one.name: one.default for one in fields(Context) if one.name != "desk"
}


_TAGS = ("if", "for", "set", "include", "elif", "else", "endif", "endfor")
_PLAIN_WORDS = (  # what Jinja says -> expected, found
    (r"end of template, expected 'end of print", "}} behind {{", "the end of the template"),
    (r"end of template, expected 'end of statement", "%} behind {%", "the end of the template"),
    (
        r"was looking for the following tags: '(\w+)'[^.]*\. The innermost block.*'(\w+)'",
        r"{% end… %} for each {% if %} and {% for %}",
        r"{% \2 %} that is never ended",
    ),
    (r"Expected an expression, got 'end of print", "a value between {{ and }}", "none"),
    (r"Expected an expression, got 'end of statement", "a value or condition before %}", "none"),
    (r"unknown tag '(?:end\w+|else|elif)'", "{% if %} or {% for %} before it", "none"),
    (r"unknown tag '(\w+)'", f"a tag such as {', '.join(_TAGS[:4])}", r"\1"),
    (r"expected token 'in'", "{% for word in list %}", "no in"),
    (r"expected token 'end of \w+ \w+', got '='", "== where two values are compared", "="),
    (r"expected token 'end of \w+ \w+', got '(.+)'", "the end of the tag", r"\1"),
    (r"unexpected char '(\\?\")'|unexpected char \"(')\"", "a closing quotation mark", "none"),
    (r"unexpected '(.)', expected '(.)'", "a closing bracket", r"\1"),
    (r"expected name or number", "a name behind the dot", "none"),
)


def syntax(problem: TemplateSyntaxError, path: Path, environment: Sandbox) -> Mistake:
    """What cannot be read, with the nearest right word for a filter that there is not."""
    found = problem.message or "a mistake"
    unknown = re.match(r"No (?:filter|test) named '(\w+)'", found)
    for pattern, expected, instead in _PLAIN_WORDS:
        if said := re.search(pattern, found):
            word = said.expand(instead)
            meant = nearest(word, _TAGS) if expected.startswith("a tag") else ""
            file = str(problem.filename or path)
            return Mistake(file, problem.lineno, 1, expected, word, meant)
    return Mistake(
        str(problem.filename or path), problem.lineno, 1, "a template that can be read", found,
        nearest(unknown[1], environment.filters) if unknown else "",
    )  # fmt: skip


def unbalanced(source: Source, problem: Uninlinable) -> Mistake:
    """HTML into which the styles cannot be written."""
    return Mistake(
        str(source.path),
        problem.line,
        1,
        "Jinja tags around whole elements, or inside quoted attributes",
        problem.tag[:60],
    )


def failure(template: Template, problem: Exception) -> Mistake:
    """The innermost line of a template that the error passed through."""
    file, line = template.filename or "?", 1
    step: TracebackType | None = problem.__traceback__
    while step is not None:
        inner = step.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(inner, Template):
            file, line = inner.filename or file, inner.get_corresponding_lineno(step.tb_lineno)
        step = step.tb_next
    if isinstance(problem, TemplateNotFound):
        return Mistake(file, line, 1, "a shared part that exists", problem.message or str(problem))
    if isinstance(problem, UndefinedError):
        return Mistake(
            file,
            line,
            1,
            "a variable that templates have",
            problem.message or "an undefined one",
            _meant(problem),
        )
    words = (
        str(problem)
        if isinstance(problem, (TemplateError, TypeError, ValueError, OverflowError))
        else type(problem).__name__
    )
    return Mistake(file, line, 1, "a template that renders", words[:200])


def _meant(problem: UndefinedError) -> str:
    words = re.findall(r"'(\w+)'", problem.message or "")
    return nearest(words[-1], DEFAULTS) if words else ""
