"""The code that templates are compiled into: Jinja's own, but for what it does most often.

Nearly all that a template does is to print an attribute of a view. Jinja asks the sandbox for the
attribute, and three functions in turn what may be printed; here a view's own attributes are read
straight away, and plain text is printed in one step. Everything else goes Jinja's careful way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import LoopContext

from maildesk.desk.mails import views

VIEWS = frozenset(
    one
    for one in vars(views).values()
    if isinstance(one, type) and one.__module__ == views.__name__
)
_OURS = __name__.partition(".")[0]
_KNOWN: dict[type, bool] = {}  # what was asked of `is_view`
_OF_LOOPS = ("index", "index0", "revindex", "revindex0", "first", "last", "length")


def _attributes() -> Mapping[str, frozenset[type]]:
    """Name to the classes that have such an attribute, which a template may see."""
    found: dict[str, set[type]] = {name: {LoopContext} for name in _OF_LOOPS}
    for view in VIEWS:
        for name in vars(view):
            if name[:1] != "_":
                found.setdefault(name, set()).add(view)
    return {name: frozenset(classes) for name, classes in found.items()}


ATTRIBUTES = _attributes()


def is_view(kind: type) -> bool:
    """Whether this is a value of ours, a page's as well: all of it may be seen but what begins with
    an underscore, as by the sandbox's own way, which takes ten times as long to find that out."""
    known = _KNOWN.get(kind)
    if known is None:
        is_ours = kind.__module__.partition(".")[0] == _OURS
        known = _KNOWN[kind] = kind in VIEWS or (is_ours and is_dataclass(kind))
    return known


class Code(CodeGenerator):
    """Writes the code of a template for a `Sandbox`."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """An attribute: of what has it for everybody to see at once, of anything else by the
        sandbox."""
        if node.attr not in ATTRIBUTES:
            super().visit_Getattr(node, frame)
            return
        found = self.temporary_identifier()
        self.write(f"({found}.{node.attr} if ({found} := ")
        self.visit(node.node, frame)
        self.write(f").__class__ in environment.attributes[{node.attr!r}]")
        self.write(f" else environment.getattr({found}, {node.attr!r}))")

    def _output_child_pre(self, *_: object) -> None:
        self.write("environment.printed(")

    def _output_child_post(self, *_: object) -> None:
        self.write(")")
