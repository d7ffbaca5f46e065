"""A YAML file changed in the places concerned, and nowhere else.

The file is not written anew from what it says: its text is cut where a value begins and ends, so
comments, quotes, order and empty lines stay as their author left them. What comes of it is read
again before anybody else may: it has to say what was there with the changes, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from maildesk.config.writing.scalars import commented, flow, lines, spelled
from maildesk.config.yaml import Steps, parse
from maildesk.errors import PermanentFailure

Comments = Mapping[str, str]


class Edited:
    """A file's text, and what it says; each change is in both."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.data: Any = parse(text.encode(), name).data or {}

    def get(self, steps: Steps) -> Any:
        """What stands there; None where nothing does."""
        found = self.data
        for step in steps:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return None
        return found

    def set(self, steps: Steps, value: Any, comment: str | Comments = "") -> None:
        """Let this value stand there; the keys on the way to it are made where they are missing.
        What says the same already stays as it is written. A mapping that is put where nothing was
        may have a comment for each key."""
        if self.get(steps) == value:
            return
        wanted = deepcopy(self.data)
        _put(wanted, steps, value)
        self._change(self._with(steps, value, comment), wanted)

    def add(self, steps: Steps, item: Mapping[str, Any], comments: Comments | None = None) -> None:
        """Put one more mapping at the end of the list there."""
        wanted = deepcopy(self.data)
        there = self.get(steps)
        if not there:
            _put(wanted, steps, [dict(item)])
        else:
            _at(wanted, steps).append(dict(item))
        self._change(self._with_item(steps, item, comments or {}), wanted)

    def into_list(self, key: str, new_key: str, name: str) -> None:
        """`relay: …` becomes `relays:` with what was there as its one entry, which gets this name
        where it has none."""
        node = _node(self.text, (key,))
        start = _key_node(self.text, key).start_mark.index
        inner = self.text[node.start_mark.index : _end(node, self.text)]
        wanted = {(new_key if k == key else k): ([v] if k == key else v)
                  for k, v in self.data.items()}  # fmt: skip
        if isinstance(node, MappingNode) and not node.flow_style:
            head = self.text[start : node.start_mark.index].partition(":")[2]
            shift = max(0, 4 - node.start_mark.column)
            moved = (" " * node.start_mark.column + inner).splitlines()
            body = [" " * shift + line if line.strip() else line for line in moved]
            body[0] = (
                body[0][: 4 - 2 if shift else node.start_mark.column - 2] + "- " + body[0].lstrip()
            )
            text = f"{new_key}:{head.rstrip(' ')}{chr(10).join(body)}"
        else:
            text = f"{new_key}:\n  - {inner}"
        whole = self.text[:start] + text + self.text[_end(node, self.text) :]
        self._change(whole, wanted)
        if not self.get((new_key, 0, "name")):
            self.set((new_key, 0, "name"), name)

    def _change(self, text: str, wanted: Any) -> None:
        """Take this text, if it says that; PermanentFailure where it does not."""
        said = parse(text.encode(), self.name).data
        if said != wanted:
            raise PermanentFailure(
                f"{self.name} is written in a way that cannot be changed without writing all of it "
                "anew"
            )
        self.text, self.data = text, said

    def _with(self, steps: Steps, value: Any, comment: str | Comments) -> str:
        there = _exists(self.data, steps)
        if there and not _is_null(self.text, steps):
            node = _node(self.text, steps)
            end = _end(node, self.text)
            if isinstance(node, ScalarNode) and node.style in ("|", ">"):
                end = len(self.text[:end].rstrip("\n"))
            in_flow = _is_in_flow(self.text, steps)
            start, written = node.start_mark.index, spelled(value, in_flow=in_flow)
            if gap := re.match(" +(?=#)", self.text[end:]):  # a comment stays in its column
                end += len(gap[0])
                written = written.ljust(end - start - 1) + " "
            return self.text[:start] + written + self.text[end:]
        return self._with_key(steps, value, comment)

    def _with_key(self, steps: Steps, value: Any, comment: str | Comments) -> str:
        """The text with a key that is not there, or says nothing."""
        parent, key = steps[:-1], str(steps[-1])
        if parent and not self.get(parent):
            return self._with(parent, {key: value}, comment)
        if _exists(self.data, steps):  # it is there, and null
            at = _key_node(self.text, key, parent).end_mark.index
            at = self.text.index(":", at) + 1
            end = _line_end(self.text, at)
            written = _behind_key(value, comment, _indent(self.text, parent))
            if isinstance(value, Mapping):  # a comment behind the key stays there
                return self.text[:end] + written + self.text[end:]
            return self.text[:at] + written + self.text[at:]
        if not parent and not self.data:
            return _appended(self.text, [*_entry(key, value, comment, 0)])
        node = _node(self.text, parent)
        if node.flow_style:
            return _before_end(self.text, node, f"{key}: {flow(value)}")
        indent = node.value[0][0].start_mark.column
        at = _line_end(self.text, _end(node, self.text))
        new = _entry(key, value, comment, indent)
        if not parent:
            return _appended(self.text, new)
        return self.text[:at] + "".join(f"\n{line}" for line in new) + self.text[at:]

    def _with_item(self, steps: Steps, item: Mapping[str, Any], comments: Comments) -> str:
        there = self.get(steps)
        if not there:
            return self._with_first_item(steps, item, comments)
        node = _node(self.text, steps)
        if node.flow_style:
            return _before_end(self.text, node, flow(item))
        at = _line_end(self.text, _end(node, self.text))
        new = _item(item, comments, node.start_mark.column)
        return self.text[:at] + "".join(f"\n{line}" for line in new) + self.text[at:]

    def _with_first_item(self, steps: Steps, item: Mapping[str, Any], comments: Comments) -> str:
        (key,) = steps
        new = _item(item, comments, 2)
        if not _exists(self.data, steps):
            return _appended(self.text, [f"{key}:", *new])
        at = self.text.index(":", _key_node(self.text, str(key)).end_mark.index) + 1
        end = at if _is_null(self.text, steps) else _end(_node(self.text, steps), self.text)
        line_end = _line_end(self.text, end)
        behind = self.text[end:line_end]
        body = "".join(f"\n{line}" for line in new)
        return self.text[:at] + behind + body + self.text[line_end:]


def _compose(text: str) -> Any:
    return YAML(typ="safe", pure=True).compose(text)


def _node(text: str, steps: Steps) -> Any:
    node = _compose(text)
    for step in steps:
        if isinstance(node, SequenceNode):
            node = node.value[int(step)]
        else:
            node = next(value for key, value in node.value if key.value == step)
    return node


def _key_node(text: str, key: str, parent: Steps = ()) -> Any:
    return next(one for one, _ in _node(text, parent).value if one.value == key)


def _is_null(text: str, steps: Steps) -> bool:
    node = _node(text, steps)
    return isinstance(node, ScalarNode) and not node.style and node.value == ""


def _is_in_flow(text: str, steps: Steps) -> bool:
    return any(bool(_node(text, steps[:n]).flow_style) for n in range(len(steps)))


def _end(node: Any, text: str) -> int:
    """Where what this node says ends; comments and empty lines behind it are not its own."""
    if isinstance(node, ScalarNode):
        return int(node.end_mark.index)
    if node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    if not isinstance(last, tuple):
        return _end(last, text)
    key, value = last
    if isinstance(value, ScalarNode) and not value.style and value.value == "":
        return text.index(":", key.end_mark.index) + 1
    return _end(value, text)


def _line_end(text: str, at: int) -> int:
    if at and text[at - 1] == "\n":  # a block of text ends with its line
        return at - 1
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def _indent(text: str, parent: Steps) -> int:
    node = _node(text, parent)
    return int(node.value[0][0].start_mark.column)


def _behind_key(value: Any, comment: str | Comments, indent: int) -> str:
    if isinstance(value, Mapping):
        space = " " * (indent + 2)
        return "".join(f"\n{space}{line}" for line in lines(value, _each(value, comment)))
    return f" {spelled(value)}"


def _entry(key: str, value: Any, comment: str | Comments, indent: int) -> list[str]:
    """The lines of a key that is put into a block."""
    space = " " * indent
    if isinstance(value, Mapping) and value:
        inner = lines(value, _each(value, comment))
        return [f"{space}{key}:", *(f"{space}  {line}" for line in inner)]
    said = comment if isinstance(comment, str) else ""
    return [commented(f"{space}{key}: {spelled(value)}", said)]


def _each(value: Mapping[str, Any], comment: str | Comments) -> Comments:
    return dict.fromkeys(value, comment) if isinstance(comment, str) else comment


def _item(item: Mapping[str, Any], comments: Comments, indent: int) -> list[str]:
    first, *rest = lines(item, comments)
    space = " " * indent
    return [f"{space}- {first}", *(f"{space}  {line}" for line in rest)]


def _appended(text: str, new: list[str]) -> str:
    before = text.rstrip("\n")
    return (f"{before}\n\n" if before else "") + "\n".join(new) + "\n"


def _before_end(text: str, node: Any, words: str) -> str:
    at = len(text[: int(node.end_mark.index) - 1].rstrip())
    comma = ", " if node.value else ""
    return text[:at] + comma + words + text[at:]


def _exists(data: Any, steps: Steps) -> bool:
    for step in steps:
        if isinstance(data, dict):
            if step not in data:
                return False
        elif not (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            return False
        data = data[step]
    return True


def _at(data: Any, steps: Steps) -> Any:
    for step in steps:
        data = data[step]
    return data


def _put(data: Any, steps: Steps, value: Any) -> None:
    for step in steps[:-1]:
        if isinstance(data, dict) and data.get(step) is None:
            data[step] = {}
        data = data[step]
    data[steps[-1]] = value
