"""What pydantic says of a file, said again as an admin would want to hear it.

One table from pydantic's kinds of error to "expected …"; the place comes from the
document, the nearest word from what the model knows there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from maildesk.config.kinds import PARTLY
from maildesk.config.yaml import Document, Spot, Steps
from maildesk.errors import Mistake

M = TypeVar("M", bound=BaseModel)

_EXPECTED = {  # pydantic's kind of error -> what was expected there
    "string_type": "text",
    "bool_type": "yes or no",
    "bool_parsing": "yes or no",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller number",
    "float_type": "a number",
    "float_parsing": "a number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "path_type": "a path",
}
_LIMITS = {  # the same with a limit from the error's context
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number from {ge} on",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number up to {le}",
    "too_short": "at least {min_length} entry",
    "too_long": "at most {max_length} entries",
    "string_too_short": "at least {min_length} letters",
    "string_too_long": "at most {max_length} letters",
    "string_pattern_mismatch": "text of the form {pattern}",
}


def read_part(
    model: type[M], document: Document, *, is_secret: Callable[[Steps], bool] = lambda _: False
) -> tuple[M | None, list[Mistake], Document]:
    """What of the document can be read as this model, every mistake in the rest, and the document
    without that rest.

    So the good lines can still be checked against each other and against other files, and all
    mistakes be told at once. What is required and missing, or wrong, is `ABSENT` in the model: its
    neighbours count nevertheless. A value at a place that `is_secret` is not shown.
    """
    document = replace(document, data={}) if document.data is None else document
    if not isinstance(document.data, dict):
        line, column = document.at(())
        known = ", ".join(list(model.model_fields)[:4])
        return (
            None,
            [
                Mistake(
                    document.file,
                    line,
                    column,
                    f"keys with values ({known} …)",
                    shown(document.data),
                )
            ],
            document,
        )
    mistakes: dict[Mistake, None] = {}
    for _ in range(_ROUNDS):
        try:
            value = model.model_validate(document.data, context=PARTLY if mistakes else None)
        except ValidationError as error:
            errors = error.errors(include_url=False)
            if not mistakes:
                mistakes = dict.fromkeys(
                    _mistake(model, document, dict(e), is_secret) for e in errors
                )
            document = without(
                document, {_steps(dict(e)) for e in errors if e["type"] != "missing"}
            )
        else:
            return value, _sorted(mistakes), document
    return None, _sorted(mistakes), document


_MOST_WORDS = 40  # that a mistake lists
_ROUNDS = 4  # a wrong value goes in the first, a list that is empty without it in the second


def _sorted(mistakes: Iterable[Mistake]) -> list[Mistake]:
    return sorted(mistakes, key=lambda m: (m.line, m.column))


def _steps(error: Mapping[str, Any]) -> Steps:
    return tuple(step for step in error["loc"] if step != "[key]")


def without(document: Document, places: AbstractSet[Steps]) -> Document:
    """The document less these values; what stays keeps its line and column."""

    def walk(value: Any, spot: Spot, steps: Steps) -> tuple[Any, Spot]:
        if not isinstance(value, (dict, list)) or not any(
            place[: len(steps)] == steps for place in places
        ):
            return value, spot
        items = value.items() if isinstance(value, dict) else enumerate(value)
        kept = {
            k: walk(v, spot.values[k], (*steps, k)) for k, v in items if (*steps, k) not in places
        }
        if isinstance(value, dict):
            return {k: v for k, (v, _) in kept.items()}, spot._replace(
                values={k: s for k, (_, s) in kept.items()}
            )
        return [v for v, _ in kept.values()], spot._replace(
            values={i: s for i, (_, s) in enumerate(kept.values())}
        )

    data, spot = walk(document.data, document.spot, ())
    return replace(document, data=data, spot=spot)


def nearest(word: object, choices: Iterable[str]) -> str:
    """The choice that was probably meant, or an empty string."""
    written = {choice.lower(): choice for choice in choices}
    near = get_close_matches(str(word).lower(), written, n=1, cutoff=0.6)
    return written[near[0]] if near else ""


def one_of(choices: Iterable[str]) -> str:
    """`one of a, b, c`; of very many so many, and how many more there are."""
    words = [c for c in choices if c]
    return ("one of " if len(words) > 1 else "") + listed(words)


def listed(choices: Iterable[str]) -> str:
    """The words there are; of very many the first, and how many more there are."""
    words = list(choices)
    left = len(words) - _MOST_WORDS
    shown_words = words[:_MOST_WORDS] if left > 1 else words  # one more is as short as "1 more"
    return ", ".join(shown_words) + (f" and {left} more" if left > 1 else "")


def shown(value: object) -> str:
    """A value as a mistake shows it."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list" if value else "an empty list"
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value).replace("\n", " ")
    text = text[:60] + "…" if len(text) > 60 else text
    return f'"{text}"' if isinstance(value, str) else text


def _mistake(
    model: type[BaseModel],
    document: Document,
    error: dict[str, Any],
    is_secret: Callable[[Steps], bool],
) -> Mistake:
    kind, given = error["type"], error["input"]
    steps = _steps(error)
    hidden = is_secret(steps)
    is_key = len(steps) < len(error["loc"]) or kind == "extra_forbidden"
    line, column = document.at_key(steps) if is_key else document.at(steps)
    found = shown(given) if not hidden else _hidden(given)
    if kind == "extra_forbidden":
        known = keys_at(model, steps[:-1])
        key = str(steps[-1])
        return Mistake(
            document.file,
            line,
            column,
            f"a known key: {one_of(known)}",
            shown(key),
            nearest(key, known),
        )
    if kind == "missing":
        line, column = document.at(steps[:-1])
        return Mistake(document.file, line, column, f"the key {steps[-1]}", "none")
    context = error.get("ctx") or {}
    if kind in ("literal_error", "enum"):
        choices = _choices(str(context.get("expected", "")))
        return Mistake(document.file, line, column, one_of(choices), found, nearest(given, choices))
    return Mistake(
        document.file,
        line,
        column,
        _expected(kind, context, error),
        found,
        _quoted(kind, given, hidden),
    )


def _expected(kind: str, context: Mapping[str, Any], error: Mapping[str, Any]) -> str:
    if kind == "value_error":
        return str(context["error"])
    if kind in _LIMITS:
        return _LIMITS[kind].format_map(context)
    if kind == "string_type" and error["input"] is None:
        return "text (in quotes, if it begins with #: a comment begins so)"
    return _EXPECTED.get(kind) or str(error["msg"]).lower()


def _quoted(kind: str, given: object, hidden: bool) -> str:
    """A bare number or true/false where text is wanted was probably meant as text."""
    if kind != "string_type" or hidden or not isinstance(given, (bool, int, float)):
        return ""
    return f'"{str(given).lower()}", in quotes'


def _hidden(given: object) -> str:
    """A value's kind and nothing of its content."""
    if isinstance(given, (Mapping, list, tuple)) or given is None or given == "":
        return shown(given)
    return (
        "a number (not shown)" if isinstance(given, (int, float)) else "another value (not shown)"
    )


def _choices(expected: str) -> list[str]:
    """The words in pydantic's "'a', 'b' or 'c'"."""
    return [word for word in expected.split("'")[1::2] if word]


def keys_at(model: type[BaseModel], steps: Steps) -> list[str]:
    """The keys that may stand at this place of the file."""
    current = _model_in(annotation_at(model, steps))
    return [one.alias or name for name, one in current.model_fields.items()] if current else []


def annotation_at(model: type[BaseModel], steps: Steps) -> Any:
    """What the model says of this place of the file; None where it knows no such place."""
    current: Any = model
    for step in steps:
        current = _inner(current, step)
    return current


def _inner(annotation: Any, step: str | int) -> Any:
    """The annotation of what lies at `step` within this one."""
    found = _model_in(annotation)
    fields = found.model_fields.items() if found is not None else ()
    for name, one in fields:
        if step == (one.alias or name):
            return one.annotation
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) in (list, dict, tuple):
            return get_args(part)[-1]
    return None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that this annotation is, or is optional of; lists and mappings of models are not
    looked into."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (list, dict, tuple, Literal):
        return None
    return next((m for m in (_model_in(part) for part in get_args(annotation)) if m), None)
