"""The page of the stars: whether mails lead to it, and how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class SurveyPage:
    """What the policy says of it. It takes a public address; without one stars are mails."""

    by: str = "both"  # mail: a star opens a mail, page: a page, both: a page, and mails beside it
    valid: timedelta = timedelta(days=30)

    @property
    def is_wanted(self) -> bool:
        """Whether a star leads to the page."""
        return self.by != "mail"

    @property
    def has_mails(self) -> bool:
        """Whether mails that are ready to send stand beside the page's stars."""
        return self.by != "page"
