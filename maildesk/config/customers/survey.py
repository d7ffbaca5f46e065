"""`survey:` of desk.yaml: whether a resolution asks for stars, and where they lead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema

from maildesk.config.kinds import Days, Section, YesNo

_WORDS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


class SurveySection(Section):
    """Whether customers are asked, by which way they answer, and how long the page is open."""

    ask: YesNo = True
    by: Literal["mail", "page", "both"] = "both"
    valid: Days = timedelta(days=30)


def _survey(value: object) -> object:
    """`yes` or `no`, or more of it."""
    if isinstance(value, (Mapping, SurveySection)):
        return value
    wanted = _WORDS.get(str(value).strip().lower())
    if wanted is None:
        raise ValueError("yes or no")
    return {"ask": wanted}


_YES_OR_NO = {"enum": [True, False, "yes", "no"]}
_MORE = {
    "ask": _YES_OR_NO,
    "by": {"enum": ["mail", "page", "both"]},
    "valid": {"type": "string"},
}
_SCHEMA = {
    "anyOf": [
        _YES_OR_NO,
        {"type": "object", "properties": _MORE, "additionalProperties": False},
    ]
}
Survey = Annotated[SurveySection, BeforeValidator(_survey), WithJsonSchema(_SCHEMA)]
