"""What the web form has the desk send that is about no ticket yet."""

from __future__ import annotations

from dataclasses import dataclass

from maildesk.desk.effects import Effect
from maildesk.desk.pages.mails import FORM_CODE


@dataclass(frozen=True, slots=True, kw_only=True)
class SendFormCode(Effect):
    """The code that proves the address which was typed. `of` is the address of the desk that the
    request goes to."""

    address: str
    code: str
    language: str
    of: str
    template: str = FORM_CODE
