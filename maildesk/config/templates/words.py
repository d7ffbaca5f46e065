"""The words of each language: templates/mail/<language>/_words.yaml, the desk's
own over the built-in.

A desk's file may say as little as it likes: what it leaves out is as in the built-in file of that
language, and where there is none, in English. A mistake in it is named with its line.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from maildesk.config.templates.check import nearest
from maildesk.config.templates.files import builtin_root, mail_folder, words_files
from maildesk.config.yaml import Document, Steps, load
from maildesk.desk.commands.table import COMMANDS
from maildesk.desk.mails import plurals
from maildesk.desk.mails.wording import (
    SIZES,
    TYPED_MOMENTS,
    TYPED_UNITS,
    UNITS,
    CommandWords,
    Language,
    Wording,
)
from maildesk.desk.verbs.table import VERBS
from maildesk.errors import BadPolicy, Mistake

SECTIONS = (
    "dates",
    "words",
    "values",
    "problems",
    "reasons",
    "sentences",
    "buttons",
    "commands",
    "verbs",
)
_MOMENT = (
    *("weekday", "day", "month", "short", "number", "year"),
    *("time", "hour", "minute", "zone", "iso"),
)
_NAMES: Mapping[str, tuple[str, int]] = {  # of `dates`: what it is a list of, and how many
    "days": ("days, Monday first", 7),
    "months": ("months", 12),
    "short_months": ("months", 12),
}
_FORMATS: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    ("long", "brief", "date", "whole_day"), _MOMENT
)
_TEXTS = ("first", "decimal", "joint")
_DATES = (*_NAMES, *_FORMATS, *_TEXTS, "plurals", "units", "sizes", "zones")
_BETWEEN = "between"
_VALUES = ("fillers", "via", "dictated", *TYPED_UNITS, _BETWEEN, *TYPED_MOMENTS)
_COMMAND = ("words", "argument", "help")
_SPELLING = re.compile(r"[^\W\d][\w-]*")

Data = Mapping[str, Any]


def read_wording(own: Path | None = None) -> tuple[Wording, list[Mistake]]:
    """The words of all languages, and what is wrong with the desk's own (`own` is its
    templates folder)."""
    built_in = _built_in(builtin_root())
    if own is None:
        return _made(built_in), []
    mistakes: list[Mistake] = []
    found = dict(built_in)
    for language, path in words_files(mail_folder(own)):
        data, wrong = _read(path, built_in)
        mistakes += wrong
        found[language] = _over(built_in.get(language, {}), data)
    return _made(found), mistakes


@cache
def _built_in(root: Path) -> Mapping[str, Data]:
    """What the files that came with the program say, read once."""
    return {language: load(path).data or {} for language, path in words_files(root)}


def language_named(code: str) -> Language:
    """The built-in language of this tag; its first part decides (`de-AT` writes as `de`)."""
    return read_wording()[0].of(code)


def _over(below: Data, above: Data) -> Data:
    """Section by section and key by key, what is above before what is below."""
    merged = {name: {**below.get(name, {}), **above.get(name, {})} for name in SECTIONS}
    commands = {**below.get("commands", {}), **above.get("commands", {})}
    for name, command in commands.items():
        commands[name] = {**below.get("commands", {}).get(name, {}), **command}
    return {**merged, "commands": commands}


def _made(data: Mapping[str, Data]) -> Wording:
    english = data.get("en", {})
    return Wording(
        {code: _language(code, _over(english, said), said) for code, said in data.items()}
    )


def _language(code: str, whole: Data, own: Data) -> Language:
    """`whole` falls back to English key by key; dates do so only where the language has any."""
    dates = whole["dates"] if own.get("dates") else {}
    shown: dict[str, Any] = {name: dates[name] for name in (*_FORMATS, *_TEXTS) if name in dates}
    shown |= {name: tuple(dates[name]) for name in _NAMES if name in dates}
    if "units" in dates:
        shown["units"] = tuple(dates["units"][unit] for unit in UNITS)
        shown["plurals"] = dates.get("plurals", {})
    if "sizes" in dates:
        shown["sizes"] = tuple(dates["sizes"][unit] for unit in SIZES)
    return Language(
        code,
        **shown,
        zones=dates.get("zones", {}),
        words=whole["words"],
        problems=whole["problems"],
        reasons=whole["reasons"],
        fillers=tuple(own.get("values", {}).get("fillers", ())),
        via=tuple(own.get("values", {}).get("via", ())),
        dictated=tuple(own.get("values", {}).get("dictated", ())),
        typed_units=_typed_units(own.get("values", {})),
        typed_moments=_typed_moments(own.get("values", {})),
        sentences=whole["sentences"],
        buttons=whole["buttons"],
        commands={
            name: CommandWords(
                tuple(own.get("commands", {}).get(name, {}).get("words", ())),
                command.get("argument", ""),
                command.get("help", ""),
            )
            for name, command in whole["commands"].items()
        },
        verbs={name: tuple(spellings) for name, spellings in whole["verbs"].items()},
    )


def _typed_units(values: Data) -> dict[str, str]:
    """Spelling to unit; a word between two lengths to ""."""
    units = {spelling: unit for unit in TYPED_UNITS for spelling in values.get(unit, ())}
    return units | dict.fromkeys(values.get(_BETWEEN, ()), "")


def _typed_moments(values: Data) -> dict[str, str]:
    """Word to what it means: `weekday:0` is Monday."""
    days = enumerate(values.get("weekdays", ()))
    found = {word: name for name in TYPED_MOMENTS[1:] for word in values.get(name, ())}
    return found | {word: f"weekday:{number}" for number, word in days}


def _read(path: Path, built_in: Mapping[str, Data]) -> tuple[Data, list[Mistake]]:
    """What a desk's file says, without what is wrong in it."""
    try:
        document = load(path, str(path))
    except BadPolicy as bad:
        return {}, list(bad.mistakes)
    reader = _Reader(document, built_in)
    return reader.sections(), reader.mistakes


class _Reader:
    """Takes from a document what has the right form, and notes the rest."""

    def __init__(self, document: Document, built_in: Mapping[str, Data]) -> None:
        self.document, self.english = document, built_in.get("en", {})
        self.taken = _made(built_in).commands
        self.mistakes: list[Mistake] = []

    def sections(self) -> Data:
        found = self.mapping((), self.document.data, SECTIONS)
        read: Mapping[str, Callable[[Any], Data]] = {
            "dates": self._dates,
            "words": lambda data: self._texts(("words",), data, None),
            "values": self._values,
            "problems": lambda data: self._sentences("problems", data),
            "reasons": lambda data: self._sentences("reasons", data),
            "sentences": lambda data: self._sentences("sentences", data),
            "buttons": lambda data: self._texts(
                ("buttons",), data, self.english.get("buttons", {})
            ),
            "commands": self._commands,
            "verbs": self._verbs,
        }
        return {name: read[name](value) for name, value in found.items()}

    def mapping(self, place: Steps, data: Any, known: Iterable[str] | None) -> dict[str, Any]:
        """The mapping without the keys that mean nothing."""
        if data is None:
            return {}
        if not isinstance(data, dict):
            self._wrong(place, "a mapping", _shown(data))
            return {}
        names = None if known is None else list(known)
        for name in data:
            if names is not None and name not in names:
                close = nearest(name, names)
                expected = f"a key of {place[-1]}" if place else f"one of {', '.join(names)}"
                line, column = self.document.at_key((*place, name))
                self.mistakes.append(
                    Mistake(self.document.file, line, column, expected, name, close)
                )
        return {k: v for k, v in data.items() if names is None or k in names}

    def _texts(self, place: Steps, data: Any, known: Iterable[str] | None) -> dict[str, str]:
        found = self.mapping(place, data, known)
        return {name: text for name, text in found.items() if self._is_text((*place, name), text)}

    def _sentences(self, section: str, data: Any) -> dict[str, str]:
        known = self.english.get(section, {})
        found = self._texts((section,), data, known)
        return {
            code: said
            for code, said in found.items()
            if self._is_format((section, code), said, _names(known[code]))
        }

    def _dates(self, data: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in self.mapping(("dates",), data, _DATES).items():
            place: Steps = ("dates", name)
            if name in _NAMES:
                of, count = _NAMES[name]
                right = self._is_list(place, value, f"{count} {of}", count)
            elif name in _FORMATS:
                right = self._is_text(place, value) and self._is_format(place, value, _MOMENT)
            elif name in _TEXTS:
                right = self._is_text(place, value)
            elif name == "zones":
                value, right = self._texts(place, value, None), True
            elif name == "plurals":
                value, right = self._plurals(place, value), True
            else:
                value, right = self._units(place, value), True
            if right:
                found[name] = value
        return found

    def _units(self, place: Steps, data: Any) -> dict[str, Any]:
        """`units` (the forms of each) or `sizes` (a format for each), what is missing as in
        English."""
        found: dict[str, Any] = dict(self.english.get("dates", {}).get(place[-1], {}))
        is_size = place[-1] == "sizes"
        for unit, value in self.mapping(place, data, SIZES if is_size else UNITS).items():
            spot = (*place, unit)
            if not is_size:
                found[unit] = self._forms(spot, value) or found[unit]
            elif self._is_text(spot, value) and self._is_format(spot, value, ("number",)):
                found[unit] = value
        return found

    def _forms(self, place: Steps, value: Any) -> dict[str, str]:
        """The forms of a word by CLDR's categories; a list has the one for one and for several."""
        if not isinstance(value, dict):
            expected = f"the words for one and for several {place[-1]}s"
            both = self._is_list(place, value, expected, 2)
            return dict(zip(("one", plurals.OTHER), value, strict=True)) if both else {}
        known = (*plurals.CATEGORIES, plurals.OTHER)
        found = self._texts(place, value, known)
        if found and plurals.OTHER not in found:
            self._wrong(place, "a form that is named other", ", ".join(found))
            return {}
        return found

    def _plurals(self, place: Steps, value: Any) -> dict[str, str]:
        """When which form is taken, as CLDR says it."""
        found = {}
        for name, text in self._texts(place, value, plurals.CATEGORIES).items():
            try:
                plurals.rule(text)
            except ValueError as expected:
                self._wrong((*place, name), str(expected), text)
            else:
                found[name] = text
        return found

    def _values(self, data: Any) -> dict[str, Any]:
        """Spellings of what stands behind a command."""
        return {
            name: words
            for name, words in self.mapping(("values",), data, _VALUES).items()
            if self._is_list(("values", name), words, "words", None)
        }

    def _commands(self, data: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in self.mapping(("commands",), data, COMMANDS).items():
            place: Steps = ("commands", name)
            command = self.mapping(place, value, _COMMAND)
            words = command.pop("words", [])
            found[name] = {k: v for k, v in command.items() if self._is_text((*place, k), v)}
            if self._is_list((*place, "words"), words, "spellings of the command", None):
                found[name]["words"] = [
                    word
                    for n, word in enumerate(words)
                    if self._is_spelling((*place, "words", n), word, name)
                ]
        return found

    def _verbs(self, data: Any) -> dict[str, Any]:
        """Spellings of what customers may have done; the first is what a button sends."""
        found = self.mapping(("verbs",), data, VERBS)
        return {
            name: words
            for name, words in found.items()
            if self._is_list(("verbs", name), words, "spellings of the verb", None) and words
        }

    def _is_spelling(self, place: Steps, word: str, command: str) -> bool:
        if _SPELLING.fullmatch(word):
            other = self.taken.get(word.lower(), command)
            return other == command or self._wrong(
                place, f"a word that is not #{other} already", word
            )
        return self._wrong(place, "one word of letters, digits, - and _, without the #", word)

    def _is_list(self, place: Steps, value: Any, expected: str, count: int | None) -> bool:
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            if count in (None, len(value)):
                return True
            return self._wrong(place, expected, f"{len(value)}")
        return self._wrong(place, f"a list: {expected}", _shown(value))

    def _is_text(self, place: Steps, value: Any) -> bool:
        return isinstance(value, str) or self._wrong(place, "a text (in quotes)", _shown(value))

    def _is_format(self, place: Steps, value: str, names: Iterable[str]) -> bool:
        known = list(names)
        try:
            used = _names(value)
        except ValueError as problem:
            return self._wrong(place, "a text in which { and } enclose a name", str(problem))
        for name in used:
            if name not in known:
                expected = " ".join(f"{{{one}}}" for one in known) or "a sentence without values"
                return self._wrong(place, expected, f"{{{name}}}", nearest(name, known))
        return True

    def _wrong(self, place: Steps, expected: str, found: str, close: str = "") -> bool:
        line, column = self.document.at(place)
        self.mistakes.append(Mistake(self.document.file, line, column, expected, found[:60], close))
        return False


def _names(text: str) -> list[str]:
    """The names that stand in braces. ValueError for what `format` would do beyond that: a width
    may be a gigabyte."""
    found = []
    for _, name, form, conversion in string.Formatter().parse(text):
        if form not in (None, "", "word", "moment") or conversion:
            raise ValueError(f"{{{name}:{form}}}")
        found += [name] if name is not None else []
    return found


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    return (
        "a mapping"
        if isinstance(value, dict)
        else "a list"
        if isinstance(value, list)
        else str(value)
    )
