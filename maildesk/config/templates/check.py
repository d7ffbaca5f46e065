"""Reading a template without running it: every variable and attribute it names must exist, also in
branches rarely taken."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from jinja2 import nodes

from maildesk.desk.mails.views import Context
from maildesk.errors import Mistake

_LOCAL = frozenset(
    {
        "loop",
        "super",
        "self",
        "caller",
        "varargs",
        "kwargs",
        "language",
        "namespace",
        "range",
        "true",
        "false",
    }
)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, or an empty string."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


def unknown_names(
    tree: nodes.Template, file: str, known: Mapping[str, Any] | None = None
) -> list[Mistake]:
    """A mistake for each variable and each attribute of a view that does not exist.

    `known`: the variables there are, with their views; else those that mails have.
    """
    return _Reader(tree, file, known).mistakes


@cache
def _attributes(view: type) -> dict[str, Any]:
    """Attribute name to type, properties included."""
    hints = typing.get_type_hints(view)
    known = {one.name: hints[one.name] for one in fields(view)}
    for name, value in vars(view).items():
        if isinstance(value, property) and value.fget is not None:
            known[name] = typing.get_type_hints(value.fget)["return"]
    return known


class _Reader:
    """Walks the tree once, with the types of what loops and `set` bind in passing."""

    def __init__(
        self, tree: nodes.Template, file: str, known: Mapping[str, Any] | None = None
    ) -> None:
        self.file, self.mistakes = file, list[Mistake]()
        variables = _attributes(Context) if known is None else known
        self.known: dict[str, Any] = {**dict.fromkeys(_LOCAL), **variables}
        for one in tree.find_all((nodes.Name, nodes.Macro, nodes.Import, nodes.FromImport)):
            for name in _bound(one):
                self.known.setdefault(name, None)
        self._visit(tree)

    def _visit(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
            self._type(node.iter)
            self.known[node.target.name] = _element(self._quiet_type(node.iter))
            for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
                self._visit(child)
            return
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
            self.known[node.target.name] = self._type(node.node)
            return
        if isinstance(node, (nodes.Getattr, nodes.Name)):
            self._type(node)
            return
        for child in node.iter_child_nodes():
            self._visit(child)

    def _quiet_type(self, node: nodes.Node) -> Any:
        before = len(self.mistakes)
        found = self._type(node)
        del self.mistakes[before:]
        return found

    def _type(self, node: nodes.Node) -> Any:
        """The view or type this expression is, or None where it cannot be told."""
        if isinstance(node, nodes.Name):
            if node.ctx == "load" and node.name not in self.known:
                self._mistake(node, "a variable that templates have", node.name, self.known)
            return self.known.get(node.name)
        if isinstance(node, nodes.Getattr):
            owner = _view(self._type(node.node))
            if owner is None:
                return None
            known = _attributes(owner)
            if node.attr not in known:
                self._mistake(node, f"an attribute of {owner.__name__}", node.attr, known)
            return known.get(node.attr)
        for child in node.iter_child_nodes():
            self._visit(child)
        if not isinstance(node, nodes.Filter) or node.node is None:
            return None
        if node.name in ("first", "last"):
            return _element(self._quiet_type(node.node))
        return self._quiet_type(node.node) if node.name in ("_steps", "list", "reverse") else None

    def _mistake(self, node: nodes.Node, expected: str, found: str, known: Iterable[str]) -> None:
        self.mistakes.append(
            Mistake(self.file, node.lineno, 1, expected, found, nearest(found, known))
        )


def _bound(node: nodes.Node) -> list[str]:
    """The names a node brings into the template."""
    if isinstance(node, nodes.Name):
        return [node.name] if node.ctx in ("store", "param") else []
    if isinstance(node, nodes.Macro):
        return [node.name]
    if isinstance(node, nodes.Import):
        return [node.target]
    if isinstance(node, nodes.FromImport):
        return [one if isinstance(one, str) else one[1] for one in node.names]
    return []


def _view(kind: Any) -> type | None:
    """The view a type stands for, `X | None` included."""
    options = typing.get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
    return next((one for one in options if isinstance(one, type) and is_dataclass(one)), None)


def _element(kind: Any) -> Any:
    """What a loop over this type yields."""
    arguments = typing.get_args(kind)
    return (
        arguments[0]
        if typing.get_origin(kind) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis
        else None
    )
