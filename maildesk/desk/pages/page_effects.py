"""What the customers' pages have the desk send that is about no ticket."""

from __future__ import annotations

from dataclasses import dataclass

from maildesk.desk.effects import Effect
from maildesk.desk.pages.mails import LOG_IN


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLogIn(Effect):
    """The link that lets a browser in, to the address whose requests it opens."""

    address: str
    link: str
    language: str
    template: str = LOG_IN
