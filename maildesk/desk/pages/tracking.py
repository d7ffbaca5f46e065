"""The page of a ticket: which mails lead to it, how long, and what a link alone allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from maildesk.desk.mails.mail import ALWAYS


@dataclass(frozen=True)
class Tracking:
    """What the policy says of it."""

    mails: frozenset[str] | None = None  # by their `link`; None: all
    valid: timedelta = timedelta(days=90)
    # what somebody may do who has a link and no code: a link may have been forwarded
    without_code: str = "read"  # nothing, read, write
    remember: timedelta = timedelta(days=7)  # how long a browser that had a code needs none

    def is_in(self, link: str) -> bool:
        """Whether a mail with this word of the registry has the link."""
        return link == ALWAYS or (bool(link) and (self.mails is None or link in self.mails))

    @property
    def may_read(self) -> bool:
        """Whether the link alone shows the conversation."""
        return self.without_code != "nothing"

    @property
    def may_write(self) -> bool:
        """Whether the link alone lets somebody write."""
        return self.without_code == "write"
