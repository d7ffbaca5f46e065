"""Values as YAML spells them, in a block or within brackets.

What is plain stays plain; everything else stands in double quotes, where YAML and JSON agree, so a
password with `$`, quotes, backslashes or umlauts comes back as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_PLAIN = re.compile(r"[A-Za-z\\][A-Za-z0-9_@./+\\-]*")
_NAMED = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")  # within brackets a { begins something
_WORDS = frozenset({"true", "false", "null"})  # YAML 1.2: yes and no are words like any other
_COMMENTS_AT = 42  # the column of comments behind values


def scalar(value: object, *, in_flow: bool = False) -> str:
    """One value: a word, a number, or text in quotes."""
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    if is_plain or (not in_flow and (_NAMED.fullmatch(text) or _is_sentence(text))):
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """The text in double quotes, without a character that could not be seen."""
    return "".join(c if c.isprintable() else _escaped(c) for c in _json(text))


def flow(value: Any) -> str:
    """The value on one line, lists and mappings in brackets."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{scalar(k, in_flow=True)}: {flow(v)}" for k, v in value.items())
        return f"{{{inner}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(flow, value))}]"
    return scalar(value, in_flow=True)


def spelled(value: Any, *, in_flow: bool = False) -> str:
    """The value as it stands behind a key."""
    is_scalar = isinstance(value, (str, int, type(None)))
    return scalar(value, in_flow=in_flow) if is_scalar else flow(value)


def lines(values: Mapping[str, Any], comments: Mapping[str, str]) -> list[str]:
    """The mapping in a block, a line for each key, with what is said of it behind."""
    return [commented(f"{key}: {spelled(v)}", comments.get(key, "")) for key, v in values.items()]


def commented(line: str, comment: str) -> str:
    """The line, and behind it the comment."""
    return f"{line:<{_COMMENTS_AT}} # {comment}" if comment else line


def _is_sentence(text: str) -> bool:
    """Words that YAML reads as they stand: nothing in them means something else there."""
    return (
        re.fullmatch(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9_@./+-]*(?: [A-Za-zÀ-ɏ0-9_@./+-]+)+", text)
        is not None
    )


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _escaped(c: str) -> str:
    number = ord(c)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
