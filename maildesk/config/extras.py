"""`rules.yaml` and `sla.yaml` beside the desk: both may be missing, and are only imported where they are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from maildesk.config.yaml import Document
from maildesk.desk.policy import Policy
from maildesk.errors import Mistake


@dataclass(frozen=True)
class Extras:
    """What the optional files say. `calendar_names` is None where that cannot be known."""

    calendars: Mapping[str, Any] = field(default_factory=dict)
    calendar_names: tuple[str, ...] | None = ("always",)
    rules: Any = None
    service_levels: Any = None

    def against(self, policy: Policy, documents: Mapping[str, Document]) -> list[Mistake]:
        """What in the optional files does not fit the finished policy."""
        del policy, documents
        return []


def read_extras(documents: Mapping[str, Document], mistakes: list[Mistake]) -> Extras:
    """The optional files, their mistakes added to the list."""
    del documents, mistakes
    return Extras()
