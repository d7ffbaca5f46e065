"""YAML as the desk's files may use it: plain data, and the line and column of every value.

YAML 1.2 (so `no` and `on` are words), read event by event straight into plain data
beside a tree of positions: neither objects from tags nor anchors, aliases or merge
keys, through which a few lines can grow to gigabytes. Every mistake of a file is
collected; only broken syntax ends the reading at the place where it breaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from maildesk.errors import BadPolicy, Mistake

Steps = tuple[str | int, ...]  # a way into the data: keys and indices, from the top
At = Callable[[Steps], tuple[int, int]]

MAX_SIZE = 1024 * 1024
MAX_DEPTH = 32
MAX_MISTAKES = 100  # nobody reads more, and a hostile file could have a million


class Spot(NamedTuple):  # a rules file makes ten thousand of these: a tuple is the quickest
    """Where a value begins, and where what is in it begins. Lines and columns count from 1."""

    line: int
    column: int
    keys: dict[str, tuple[int, int]]
    values: dict[str | int, Spot]


_NOTHING: dict[Any, Any] = {}  # what is in a scalar


@dataclass(frozen=True, slots=True)
class Document:
    """A file as plain data. `at` and `at_key` find the place of a value and of its key."""

    file: str
    data: Any
    spot: Spot

    def at(self, path: Steps) -> tuple[int, int]:
        """Where the value at `path` begins; of what is missing, where the nearest thing
        around it begins."""
        spot = self.spot
        for step in path:
            inner = spot.values.get(step)
            if inner is None:
                break
            spot = inner
        return spot.line, spot.column

    def at_key(self, path: Steps) -> tuple[int, int]:
        """Where the key that `path` ends with stands; for an item of a list,
        where the item begins."""
        spot = self.spot
        for step in path[:-1]:
            inner = spot.values.get(step)
            if inner is None:
                return spot.line, spot.column
            spot = inner
        key = spot.keys.get(str(path[-1])) if path and isinstance(path[-1], str) else None
        return key or self.at(path)


def load(path: Path, name: str = "") -> Document:
    """The document in the file, called `name` in mistakes (else the file's own name); BadPolicy
    with every mistake in it."""
    name = name or path.name
    return parse(read_bytes(path, name), name)


def read_bytes(path: Path, name: str) -> bytes:
    """The file's bytes, at most one more than is allowed; BadPolicy where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_SIZE + 1)
    except FileNotFoundError:
        raise BadPolicy(
            [Mistake(name, 1, 1, "a file of this name in the desk folder", "none")]
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BadPolicy(
            [Mistake(name, 1, 1, "a file that can be read", reason[:1].lower() + reason[1:])]
        ) from None


def parse(raw: bytes, name: str) -> Document:
    """The document in these bytes; BadPolicy with every mistake in it."""
    document, mistakes = read_document(raw, name)
    if mistakes or document is None:
        raise BadPolicy(mistakes)
    return document


def read_document(raw: bytes, name: str) -> tuple[Document | None, list[Mistake]]:
    """The document and the mistakes in it as YAML; None where these leave too little of
    it to look further."""
    try:
        text = _text(raw, name)
    except BadPolicy as bad:
        return None, list(bad.mistakes)
    document, mistakes = _read_fast(text, name) or _read_surely(text, name)
    return document, sorted(mistakes[:MAX_MISTAKES], key=lambda m: (m.line, m.column))


def _text(raw: bytes, name: str) -> str:
    if len(raw) > MAX_SIZE:
        raise BadPolicy([Mistake(name, 1, 1, "at most 1 MB", "a larger file")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        raise BadPolicy(
            [Mistake(name, line, column, "text in UTF-8", f"the byte 0x{raw[error.start]:02x}")]
        ) from None
    _refuse_controls(text, name)
    return text


_Outcome = tuple["Document | None", list[Mistake]]


def _read_fast(text: str, name: str) -> _Outcome | None:
    """What the parser in C makes of it, some eight times as fast; None where it is not installed or
    does not accept the text.

    It reads YAML 1.1 and refuses some of 1.2, such as `[9:00]` without quotes: the other one has
    the last word. They also disagree on tabs.
    """
    if "\t" in text:
        return None
    try:
        # compiled, of ruamel.yaml[oldlibyaml]: not everywhere, and nowhere with types
        from _ruamel_yaml import CParser  # type: ignore[import-not-found]
    except ImportError:
        return None
    reader = _Reader(CParser(text), name)
    try:
        return reader.whole_document(), reader.mistakes
    except _Enough:
        return None, reader.mistakes
    except YAMLError:
        return None


def _read_surely(text: str, name: str) -> _Outcome:
    """What the parser that is always there makes of it; broken syntax is a
    mistake where it breaks."""
    reader = _Reader(YAML(typ="safe", pure=True).get_constructor_parser(text)[1], name)
    try:
        return reader.whole_document(), reader.mistakes
    except _Enough:
        return None, reader.mistakes
    except (YAMLError, IndexError, AttributeError, ValueError, TypeError, AssertionError) as error:
        # it fails with all of these on some broken directives
        return None, [*reader.mistakes, _syntax(error, name)]


class _Enough(Exception):
    """Ends the reading; its mistake is on the list already."""


class _Reader:
    """Turns events into data and spots, and collects what may not be there."""

    def __init__(self, parser: Any, name: str) -> None:
        self.name = name
        self.mistakes: list[Mistake] = []
        # where an alias was to bring something, what is there cannot be judged
        self.has_gaps = False
        self.next = parser.get_event

    def whole_document(self) -> Document | None:
        """The document, unless it has gaps."""
        document = self.document()
        return None if self.has_gaps else document

    def document(self) -> Document:
        """The only document of the stream; an empty stream holds None."""
        self.next()  # stream start
        event = self.next()
        if isinstance(event, StreamEndEvent):
            return Document(self.name, None, Spot(1, 1, _NOTHING, _NOTHING))
        data, spot = self.value(self.next(), 1)
        self.next()  # document end
        event = self.next()
        if isinstance(event, DocumentStartEvent):
            self.mistake(event, "one document in a file", "a second one, after ---")
        return Document(self.name, data, spot)

    def value(self, event: Any, depth: int) -> tuple[Any, Spot]:
        """The value that begins with `event`, to its end."""
        mark = event.start_mark
        if isinstance(event, AliasEvent):
            self.has_gaps = True
            self.mistake(event, "a value written out", f"the alias *{event.anchor}")
            return None, Spot(mark.line + 1, mark.column + 1, _NOTHING, _NOTHING)
        if event.anchor is not None:
            self.mistake(
                event,
                "no anchors (write the value out where it is needed)",
                f"the anchor &{event.anchor}",
            )
        if event.tag is not None:
            self.mistake(event, "a plain value", f"the tag {_shown_tag(event.tag)}")
        if isinstance(event, ScalarEvent):
            plain = event.implicit[0] and not event.style
            return (_plain(event.value) if plain else event.value), Spot(
                mark.line + 1, mark.column + 1, _NOTHING, _NOTHING
            )
        spot = Spot(mark.line + 1, mark.column + 1, {}, {})
        if depth > MAX_DEPTH:
            self.mistake(event, f"at most {MAX_DEPTH} levels, one inside the other", "one more")
            raise _Enough
        if isinstance(event, MappingStartEvent):
            return self.mapping(spot, depth), spot
        assert isinstance(event, SequenceStartEvent)
        return self.sequence(spot, depth), spot

    def mapping(self, spot: Spot, depth: int) -> dict[str, Any]:
        """The mapping that has just begun."""
        found: dict[str, Any] = {}
        while not isinstance(event := self.next(), MappingEndEvent):
            key = self.key(event, depth)
            mark = event.start_mark
            value, inner = self.value(self.next(), depth + 1)
            if key is None:
                continue
            if key == "<<":
                self.has_gaps = True
                self.mistake(event, "no merge keys (write the keys out)", "<<")
            elif key in found:
                self.mistake(
                    event, "each key once", f"{key} again (first on line {spot.keys[key][0]})"
                )
            else:
                place = (mark.line + 1, mark.column + 1)
                found[key] = value
                spot.keys[key] = place
                spot.values[key] = (
                    inner if value is not None else inner._replace(line=place[0], column=place[1])
                )
        return found

    def key(self, event: Any, depth: int) -> str | None:
        """The key as it is written; None (and a mistake) for a list or a mapping as a key."""
        if isinstance(event, ScalarEvent):
            self.value(event, depth)
            return str(event.value)
        self.mistake(event, "a word as a key", "a list, a mapping or an alias")
        self.value(event, depth + 1)
        return None

    def sequence(self, spot: Spot, depth: int) -> list[Any]:
        """The list that has just begun."""
        found: list[Any] = []
        while not isinstance(event := self.next(), SequenceEndEvent):
            value, inner = self.value(event, depth + 1)
            spot.values[len(found)] = inner
            found.append(value)
        return found

    def mistake(self, event: Any, expected: str, found: str) -> None:
        """Notes what may not stand here; beyond the hundredth, silently ends the reading."""
        if self.mistakes and len(self.mistakes) >= MAX_MISTAKES:
            raise _Enough
        mark = event.start_mark
        self.mistakes.append(
            Mistake(self.name, mark.line + 1, mark.column + 1, expected, found[:120])
        )


_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def _plain(text: str) -> Any:
    """What an unquoted value means (YAML 1.2.2, 10.3.2), less octal, hexadecimal and exponents:
    `007`, `0x1F`, `1e3` are names."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "-+0123456789":
        if _INT.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def _refuse_controls(text: str, name: str) -> None:
    """Control characters (YAML 1.2.2, 5.1), and the separators U+0085, U+2028, U+2029 on which the
    two parsers differ."""
    found = _CONTROL.search(text)
    if found is None:
        return
    before = text[: found.start()]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    raise BadPolicy(
        [
            Mistake(
                name, line, column, "printable text", f"the control character U+{ord(found[0]):04X}"
            )
        ]
    )


def _shown_tag(tag: Any) -> str:
    """A tag as it is written in the file."""
    return str(tag).replace("tag:yaml.org,2002:", "!!")


_NOT_CLOSED = "end of stream"
_PLAIN_WORDS = (  # what either parser says -> expected, found
    ("\\t", "spaces for indentation", "a tab"),
    (
        "cannot start any token",
        "a value (in quotes, if it begins with @ ` or %)",
        "a character that no value begins with",
    ),
    (
        "mapping values are not",
        "one key: value (a value with a colon goes in quotes)",
        "a second colon, or a wrong indentation",
    ),
    (
        "could not find expected ':'",
        "key: value",
        "a line without a colon, or a quote that is not closed",
    ),
    (_NOT_CLOSED, "a closing quote or bracket", "the end of the file"),
    ("expected <block end>", "the same indentation as the lines around it", "another"),
    ("did not find expected key", "the same indentation as the lines around it", "another"),
    ("did not find expected '-'", "the same indentation as the lines around it", "another"),
    ("expected ',' or", "a comma or a closing bracket", "something else"),
    ("escape", "a known escape after \\ (or single quotes)", "another"),
    ("undefined alias", "a value (in quotes, if it begins with *)", "an alias"),
)


def _syntax(error: Exception, name: str) -> Mistake:
    """What the parser stumbled over, in plain words."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem, context = (
        str(getattr(error, "problem", "") or ""),
        str(getattr(error, "context", "") or ""),
    )
    for sign, expected, found in _PLAIN_WORDS:
        if sign in problem or sign in context:
            opens = getattr(error, "context_mark", None) if sign == _NOT_CLOSED else None
            found += f" (it opens on line {opens.line + 1})" if opens else ""
            return Mistake(name, line, column, expected, found)
    return Mistake(name, line, column, "YAML", problem.strip() or "something that cannot be read")
