"""What is said in a language and stands in no template: dates, words, refusals, buttons, commands.

A language is what its folder says (templates/mail/<language>/_words.yaml); nothing here knows one.
A language without that file is written with numbers (ISO 8601) and the desk's own words, its
refusals and buttons in English, so that templates in any language work.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from maildesk.desk.mails import plurals
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason, Why, moment_of
from maildesk.desk.sla.coming import plain

UNITS = ("day", "hour", "minute")
TYPED_UNITS = ("second", "minute", "hour", "day", "week")
# lists of words in which a moment to come is written (see `sla.coming`); seven of `weekdays`
TYPED_MOMENTS = ("weekdays", "today", "tomorrow", "overmorrow", "business", "clock", "until")
MOST_KNOWN = 12  # names that a refusal lists
SIZES = ("B", "KB", "MB")


@dataclass(frozen=True, slots=True)
class CommandWords:
    """How agents of one language write a command: its spellings, and what `#help` says of it."""

    words: tuple[str, ...] = ()
    argument: str = ""
    help: str = ""


@dataclass(frozen=True)
class Language:
    """How one language says things. The formats of moments may use what `moment` fills in."""

    code: str
    days: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    short_months: tuple[str, ...] = ()
    first: str = "1"  # the first day of a month (French: 1er)
    long: str = "{iso} {time} {zone}"
    brief: str = "{iso} {time}"
    whole_day: str = "{weekday}, {iso}"
    date: str = "{iso}"
    decimal: str = "."
    plurals: Mapping[str, str] = field(default_factory=dict)  # the rules of CLDR
    units: tuple[Mapping[str, str], ...] = ({"other": "d"}, {"other": "h"}, {"other": "min"})
    joint: str = " "
    sizes: tuple[str, ...] = tuple(f"{{number}} {unit}" for unit in SIZES)
    zones: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)
    fillers: tuple[str, ...] = ()  # words before a value that mean nothing
    via: tuple[str, ...] = ()  # words before the way by which somebody came to the desk
    dictated: tuple[str, ...] = ()  # how the sign of a command is called, where one dictates
    typed_units: Mapping[str, str] = field(default_factory=dict)  # spelling -> unit
    typed_moments: Mapping[str, str] = field(default_factory=dict)  # word -> what it means
    buttons: Mapping[str, str] = field(default_factory=dict)
    commands: Mapping[str, CommandWords] = field(default_factory=dict)
    verbs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # customers' -> spellings

    def moment(self, at: datetime, form: str) -> str:
        """The moment in the zone it carries."""
        return form.format(
            weekday=self.days[at.weekday()] if self.days else "",
            month=self.months[at.month - 1] if self.months else "",
            day=self.first if at.day == 1 else at.day,
            short=self.short_months[at.month - 1] if self.short_months else "",
            year=at.year,
            time=f"{at.hour:02d}:{at.minute:02d}",
            hour=at.hour,
            minute=f"{at.minute:02d}",
            zone=self.zones.get(at.tzname() or "", at.tzname() or ""),
            iso=f"{at.year:04d}-{at.month:02d}-{at.day:02d}",
            number=f"{at.month:02d}",
        ).strip()

    @property
    def month_first(self) -> bool:
        """Whether dates are written with the month before the day, as in the United States."""
        month = max(self.date.find(name) for name in ("{month}", "{short}", "{number}"))
        return -1 < month < self.date.find("{day}")

    def period(self, length: timedelta) -> str:
        """The two largest units of a period, in words."""
        minutes = max(0, round(length.total_seconds() / 60))
        counts = (minutes // 1440, minutes // 60 % 24, minutes % 60)
        units = zip(counts, self.units, strict=True)
        named = [f"{n} {self.plural(n, forms)}" for n, forms in units if n]
        return self.joint.join(named[:2]) or f"0 {self.plural(0, self.units[-1])}"

    def plural(self, count: int, forms: Mapping[str, str]) -> str:
        """The form that this number takes, by category (CLDR): one, few, other …"""
        found = forms.get(plurals.category(self.plurals, count))
        return found if found is not None else forms.get("other", "")

    def size(self, octets: int) -> str:
        """A file's size, to two digits or so, counted as the limits of `desk.yaml` are."""
        for form, step in ((self.sizes[2], 1024 * 1024), (self.sizes[1], 1024)):
            if octets >= step:
                number = octets / step
                digits = (f"{number:.1f}" if number < 10 else f"{number:.0f}").removesuffix(".0")
                return form.format(number=digits.replace(".", self.decimal))
        return self.sizes[0].format(number=octets)

    def word(self, name: str) -> str:
        """The word for a state, a priority, a clock; unknown ones are shown as they are."""
        return self.words.get(name, name.replace("_", " "))

    def button(self, name: str) -> str:
        """What the button of this name says."""
        return self.buttons.get(name, name.replace("_", " "))

    def say(self, problem: Problem) -> str:
        """The refusal as a sentence, with what there is instead and the nearest right word."""
        values = {**problem.values, "words": self.why(problem.parts)} if problem.parts else None
        said = [self._filled(self.problems, problem.code, values or problem.values)]
        if problem.known:
            said.append(self._known(problem.known))
        if problem.nearest:
            said.append(
                self._filled(self.problems, "nearest", {"nearest": self._typed(problem.nearest)})
            )
        return self.sentence("between").join(said)

    def _known(self, names: tuple[str, ...]) -> str:
        """All of them as this language calls them, or the first and how many more there are."""
        shown = names if len(names) <= MOST_KNOWN else names[: MOST_KNOWN - 1]
        known = ", ".join(map(self._typed, shown))
        code = "known" if len(shown) == len(names) else "known_cut"
        values = {"known": known, "count": str(len(names) - len(shown))}
        return self._filled(self.problems, code, values)

    def _typed(self, name: str) -> str:
        """The name as somebody may write it: in this language's word, where it is a single one."""
        word = self.words.get(name, name)
        return name if " " in word else word

    def because(self, why: Why | Iterable[Why]) -> str:
        """The reason as a sentence, or several; a text is somebody's own words."""
        if isinstance(why, str):
            return why
        if isinstance(why, Reason):
            return self._filled(self.reasons, why.code, why.values)
        return self.sentence("between").join(map(self.because, why))

    def sentence(self, name: str, **values: str) -> str:
        """A sentence that is no refusal: a subject, a line put into a mail."""
        return self._filled(self.sentences, name, values)

    def say_all(self, problems: Iterable[Problem]) -> str:
        """The refusals one after the other, each with the line it is about."""
        return "; ".join(
            f"{one.line}: {self.say(one)}" if one.line else self.say(one) for one in problems
        )

    def why(self, reason: str | Problem | Iterable[Problem]) -> str:
        """Why something was refused; a text is shown as it is."""
        if isinstance(reason, str):
            return reason
        problems = (reason,) if isinstance(reason, Problem) else reason
        return self.sentence("between").join(map(self.say, problems))

    def _filled(self, forms: Mapping[str, str], name: str, values: Mapping[str, Why]) -> str:
        form = forms.get(name)
        if form is None:
            said = map(self.because, values.values())
            return " ".join((name.replace("_", " "), *said))
        return _Sentence(self).vformat(form, (), values)


class _Sentence(string.Formatter):
    """`{name}` is a value; `{name:word}` the language's own word for it, `{name:moment}` the day
    and the time that it is."""

    def __init__(self, language: Language) -> None:
        self.language = language

    # as `string.Formatter` calls it
    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:  # noqa: ARG002
        return self.language.because(kwargs.get(str(key), ""))

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "moment":  # in the desk's zone; midnight is a day without a time
            at, language = moment_of(value), self.language
            is_day = (at.hour, at.minute) == (0, 0)
            return language.moment(at, language.whole_day if is_day else language.long)
        return self.language.word(str(value)) if format_spec == "word" else str(value)


@dataclass(frozen=True)
class Wording(Mapping[str, Language]):
    """Every language that has words of its own, by code."""

    languages: Mapping[str, Language] = field(default_factory=dict)

    def __getitem__(self, code: str) -> Language:
        return self.languages[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.languages)

    def __len__(self) -> int:
        return len(self.languages)

    def of(self, code: str) -> Language:
        """The language of this tag (`de-AT` writes as `de`); of one without words,
        numbers and English."""
        tag = code.lower().replace("_", "-")
        found = self.languages.get(tag) or self.languages.get(tag.partition("-")[0])
        return found or self._without_words(tag.partition("-")[0])

    def _without_words(self, code: str) -> Language:
        english = self.english
        return Language(
            code,
            problems=english.problems,
            reasons=english.reasons,
            sentences=english.sentences,
            buttons=english.buttons,
            commands=english.commands,
            verbs=english.verbs,
        )

    @property
    def english(self) -> Language:
        """The language in which the database and the log are written."""
        return self.languages.get("en") or Language("en")

    def called(self, name: str) -> frozenset[str]:
        """Every word for this in any language, in small letters: `me` is also `ich`."""
        words = (language.word(name).lower() for language in self.languages.values())
        return frozenset((name, *words))

    @cached_property
    def fillers(self) -> frozenset[str]:
        """Every word that may stand before a value and means nothing, in small letters."""
        words = (word for language in self.languages.values() for word in language.fillers)
        return frozenset(word.lower() for word in words)

    @cached_property
    def dictated(self) -> tuple[str, ...]:
        """What the sign of a command is called in any language, in small letters, the longest
        first."""
        words = {w.lower() for language in self.languages.values() for w in language.dictated}
        return tuple(sorted(words, key=lambda word: (-len(word), word)))

    @cached_property
    def via(self) -> frozenset[str]:
        """Every word that stands before the way by which somebody came, in small letters."""
        words = (word for language in self.languages.values() for word in language.via)
        return frozenset(word.lower() for word in words)

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Every spelling of a unit of time, to the unit; "" for words between two lengths."""
        return {
            spelling.lower(): unit
            for language in self.languages.values()
            for spelling, unit in language.typed_units.items()
        }

    @cached_property
    def moments(self) -> Mapping[str, str]:
        """Every word of a moment to come, in any language, to what it means."""
        found: dict[str, str] = {}
        for language in self.languages.values():
            found |= {plain(name): f"month:{n}" for n, name in enumerate(language.months, 1)}
            found |= {plain(name): f"weekday:{n}" for n, name in enumerate(language.days)}
            found |= {plain(word): meaning for word, meaning in language.typed_moments.items()}
        return found

    @cached_property
    def commands(self) -> Mapping[str, str]:
        """Every spelling of a command in any language, in small letters, to the command's name."""
        return {
            spelling.lower(): name
            for language in self.languages.values()
            for name, command in language.commands.items()
            for spelling in (name, *command.words)
        }

    @cached_property
    def verbs(self) -> Mapping[str, str]:
        """Every spelling of a customers' verb in any language, in small letters, to its name."""
        return {
            spelling.lower(): name
            for language in self.languages.values()
            for name, spellings in language.verbs.items()
            for spelling in spellings
        }
