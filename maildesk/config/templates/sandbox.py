"""Templates are other people's programs: this room lets them print, choose and
repeat, and nothing else.

A template sees frozen views, calls nothing but a few harmless methods of text,
and has a budget: so many characters, so many milliseconds. Whatever it prints,
repeats or calls is charged, so that a small source cannot become a large mail.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Set
from types import BuiltinMethodType, CodeType, MethodType
from typing import Any

from jinja2 import StrictUndefined, Template, nodes
from jinja2.exceptions import (
    SecurityError,
    TemplateAssertionError,
    TemplateNotFound,
    TemplateRuntimeError,
)
from jinja2.filters import FILTERS
from jinja2.runtime import BlockReference, Context, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from maildesk.config.templates.code import ATTRIBUTES, Code, is_view
from maildesk.desk.problem import Problem

MAX_SOURCE = 64 * 1024
MAX_OUTPUT = 512 * 1024
MAX_SECONDS = 2.0
_MAX_CHARGE = 4 * MAX_OUTPUT  # what is printed, also into a variable or by a macro
_SHORT = 64
_TURNS = 16
_MAX_NUMBER = 10**15
_METHODS = frozenset(
    {
        "upper",
        "lower",
        "title",
        "capitalize",
        "strip",
        "lstrip",
        "rstrip",
        "startswith",
        "endswith",
        "split",
    }
)
_FILTERS = (
    *(
        "default",
        "d",
        "length",
        "count",
        "lower",
        "upper",
        "capitalize",
        "title",
        "trim",
        "first",
        "last",
        "escape",
        "e",
    ),
    *("truncate", "round", "int", "abs", "list", "striptags", "urlencode", "reverse"),
)
_DRAWS_IN = re.compile(r"\{%[-+]?\s*(?:extends|include|import|from)\b")
_PRINTABLE = (str, int, float, Undefined)
_NOTHING: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
_DRAWS = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
_ESCAPED = re.compile("[&<>'\"]")


class Meter(threading.local):
    """What the render now running in this thread may still spend."""

    left = 0
    turns = 0
    deadline = 0.0

    def start(self) -> None:
        self.left, self.turns = _MAX_CHARGE, 0

    def spend(self, characters: int) -> None:
        self.left -= characters
        if self.left < 0:
            raise SecurityError("the template makes more text than a mail may have")

    def take_time(self) -> None:
        """One more turn of a loop, or a call. The clock is looked at every few of them: that takes
        longer than the turn, and most mails have no more."""
        self.turns += 1
        if self.turns % _TURNS:
            return
        # its own work: a busy machine is no fault of the template's
        now = time.thread_time()
        if self.turns == _TURNS:
            self.deadline = now + MAX_SECONDS
        elif now > self.deadline:
            raise SecurityError("the template takes too long")


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment in which a template can do no harm, not even to the clock or the memory."""

    code_generator_class = Code
    attributes = ATTRIBUTES  # for the code that it writes
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, *, filters: dict[str, Callable[..., Any]], **options: Any) -> None:
        super().__init__(
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            **options,
        )
        self.meter = Meter()
        self._parts: dict[Any, Template] = {}
        # of each template that was read: the names in it, and the parts
        self._known: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        # by text and file: what was read closely is not compiled once more to be rendered
        self.compiled: dict[tuple[str, str], CodeType] = {}
        self.finalize = self._finalize
        self.printed = self._as_html if self.autoescape else self._as_text
        self.globals = {"namespace": Namespace, "range": _short_range}
        kept = {name: FILTERS[name] for name in _FILTERS}
        self.filters = {
            **kept,
            **filters,
            "join": _join,
            "replace": _replace,
            "_steps": self._steps,
            "_concat": _concat,
        }

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > MAX_SOURCE:
            raise TemplateAssertionError(
                "a template may not be longer than 64 KB", 1, name, filename
            )
        tree = super()._parse(source, name, filename)
        self._note(name or "", tree)
        fenced: nodes.Template = _Fences(name, filename, self._draws_in).visit(tree)
        return fenced

    def _note(self, name: str, tree: nodes.Template) -> None:
        names = {one.name for one in tree.find_all(nodes.Name)}
        drawn = (getattr(one, "template", None) for one in tree.find_all(_DRAWS))
        parts = {str(one.value) for one in drawn if isinstance(one, nodes.Const)}
        before = self._known.get(name, _NOTHING)
        self._known[name] = (before[0] | names, before[1] | parts)

    def uses(self, name: str) -> Set[str]:
        """The names that the template of this name and the parts it has drawn in ask for."""
        names, parts = self._known[name]
        return names.union(*(self.uses(part) for part in parts if part in self._known))

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:
        """The shared part of this name, which is looked for once: a set never changes."""
        found = self._parts.get(name)
        if found is None:
            found = self._parts[name] = super().get_template(name, parent, globals)
        return found

    def _draws_in(self, part: str) -> bool:
        """Whether this shared part draws in others; one that is not there is told when it is
        rendered."""
        if self.loader is None:
            return False
        try:
            source, _, _ = self.loader.get_source(self, part)
        except TemplateNotFound:
            return False
        return _DRAWS_IN.search(source) is not None

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A view's attribute straight away; anything else by the sandbox's own careful way."""
        if not is_view(type(obj)):
            return super().getattr(obj, attribute)
        if attribute[:1] == "_":
            return self.unsafe_undefined(obj, attribute)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return self.undefined(obj=obj, name=attribute)

    def is_safe_callable(self, obj: Any) -> bool:
        """Macros, `super()`, `namespace()`, a short `range()` and the harmless methods of text."""
        if isinstance(obj, (Macro, BlockReference)) or obj is Namespace or obj is _short_range:
            return True
        if not isinstance(obj, (BuiltinMethodType, MethodType)):
            return False
        return isinstance(obj.__self__, str) and obj.__name__ in _METHODS

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """The call, charged."""
        __self.meter.take_time()
        __self.meter.spend(64)
        result = super().call(__context, __obj, *args, **kwargs)
        if isinstance(result, str):
            __self.meter.spend(len(result))
        return result

    # the context is the sandbox's, which hands it over
    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        """Arithmetic on small numbers, and `+` on short texts."""
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return _concat([left, right])
        if operator == "**" or not all(
            isinstance(one, (int, float)) and abs(one) < _MAX_NUMBER for one in (left, right)
        ):
            raise SecurityError(f"{operator} is only for small numbers")
        return self.binop_table[operator](left, right)

    def _finalize(self, value: Any) -> Any:
        if isinstance(value, str):
            # what is short is charged by the loop around it: this runs for every {{ }}
            if len(value) > _SHORT:
                self.meter.spend(len(value))
            return value
        if value is None:
            return ""
        if isinstance(value, _PRINTABLE):
            return value
        if isinstance(value, Problem) or (
            isinstance(value, tuple) and all(isinstance(one, Problem) for one in value)
        ):
            return self.filters["why"](value)
        raise TemplateRuntimeError(f"a {type(value).__name__} cannot be printed as it is")

    def _as_html(self, value: Any) -> str:
        """What is printed of a value, in HTML."""
        if type(value) is not str:
            return escape(self._finalize(value))
        if len(value) > _SHORT:
            self.meter.spend(len(value))
        return escape(value) if _ESCAPED.search(value) else value

    def _as_text(self, value: Any) -> str:
        """What is printed of a value, in plain text."""
        return str(self._finalize(value))

    def _steps(self, items: Iterable[Any], weight: int) -> Iterator[Any]:
        """The same items, each charged with what one turn of the loop prints by itself."""
        meter = self.meter
        for item in items:
            meter.take_time()
            meter.spend(weight)
            yield item


class _Fences(NodeTransformer):
    """Builds the fences into a parsed template: charged loops, joined text with a length, literals
    of constants only."""

    def __init__(
        self, name: str | None, filename: str | None, draws_in: Callable[[str], bool]
    ) -> None:
        self.name, self.filename, self._draws_in = name, filename, draws_in

    def _refuse(self, words: str, node: nodes.Node) -> None:
        raise TemplateAssertionError(words, node.lineno, self.name, self.filename)

    def visit_For(self, node: nodes.For) -> nodes.For:
        if node.recursive:
            self._refuse("a loop may not be recursive", node)
        self.generic_visit(node)
        weight = 32 + sum(len(one.data) for one in node.find_all(nodes.TemplateData))
        weight += _SHORT * sum(len(one.nodes) for one in node.find_all(nodes.Output))
        weight += MAX_SOURCE * sum(1 for _ in node.find_all((nodes.Include, nodes.Block)))
        node.iter = nodes.Filter(
            node.iter, "_steps", [nodes.Const(weight)], [], None, None, lineno=node.lineno
        )
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Expr:
        self.generic_visit(node)
        return nodes.Filter(
            nodes.List(node.nodes, lineno=node.lineno),
            "_concat",
            [],
            [],
            None,
            None,
            lineno=node.lineno,
        )

    def visit_List(self, node: nodes.List) -> nodes.List:
        self._constants(node, node.items)
        return node

    def visit_Dict(self, node: nodes.Dict) -> nodes.Dict:
        self._constants(node, [pair.value for pair in node.items])
        return node

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Tuple:
        if node.ctx == "load":
            self._constants(node, node.items)
        return node

    def _constants(self, node: nodes.Node, items: list[nodes.Expr]) -> None:
        if not all(isinstance(one, nodes.Const) for one in items):
            self._refuse("a list may only hold plain texts and numbers", node)

    def visit_Extends(self, node: nodes.Extends) -> nodes.Extends:
        self._shared(node, node.template)
        return node

    def visit_Include(self, node: nodes.Include) -> nodes.Include:
        self._shared(node, node.template)
        return node

    def visit_Import(self, node: nodes.Import) -> nodes.Import:
        self._shared(node, node.template)
        return node

    def visit_FromImport(self, node: nodes.FromImport) -> nodes.FromImport:
        self._shared(node, node.template)
        return node

    def _shared(self, node: nodes.Node, template: nodes.Expr) -> None:
        """Only shared parts (`_layout.html`) may be drawn in, and these extend, or include what
        draws in nothing itself: so nothing multiplies."""
        part = str(template.value) if isinstance(template, nodes.Const) else ""
        if not part.startswith("_"):
            self._refuse(
                "only a shared part, named with a leading _, may be extended, included or imported",
                node,
            )
        if not (self.name or "").startswith("_") or isinstance(node, nodes.Extends):
            return
        if not isinstance(node, nodes.Include) or self._draws_in(part):
            self._refuse(
                "a shared part may extend another, and include one that draws in none", node
            )


def _short_range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > 1000:
        raise SecurityError("a range may have 1000 steps")
    return found


def _concat(items: Iterable[Any]) -> str:
    """Text of the items, escaped where one of them is Markup; refused where it grows too long."""
    pieces: list[str] = []
    total, markup = 0, False
    for item in items:
        if not isinstance(item, _PRINTABLE):
            raise TemplateRuntimeError(f"a {type(item).__name__} cannot be joined to text")
        piece = item if isinstance(item, str) else str(item)
        total += len(piece)
        markup = markup or isinstance(piece, Markup)
        if total > MAX_OUTPUT:
            raise SecurityError("the template makes more text than a mail may have")
        pieces.append(piece)
    return Markup("").join(pieces) if markup else "".join(pieces)


def _join(items: Iterable[Any], between: str = "") -> str:
    """The items with `between` between them, within the size of a mail."""
    pieces: list[Any] = []
    for item in items:
        if pieces:
            pieces.append(between)
        pieces.append(item)
    return _concat(pieces)


def _replace(text: str, old: str, new: str) -> str:
    """Text with `old` replaced, within the size of a mail."""
    if len(text) + text.count(old) * max(0, len(new) - len(old)) > MAX_OUTPUT:
        raise SecurityError("the template makes more text than a mail may have")
    return text.replace(old, new)
