"""What the page of a ticket shows: values, made for one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from maildesk.mail.html.sanitize import NOTHING, SafeHtml

if TYPE_CHECKING:
    from maildesk.pipeline.pages.articles import Entry


@dataclass(frozen=True, slots=True)
class FileOnPage:
    """A file of a message; without an address it cannot be had here."""

    name: str
    size: int
    href: str = ""
    is_blocked: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One message, or one step of the ticket (`event`)."""

    at: datetime
    event: str = ""
    number: int = 0
    who: str = ""
    is_mine: bool = False
    is_ours: bool = False
    text: str = ""
    score: int = 0  # a rating, its words in `text`; and what it was before it was changed
    score_before: int = 0
    html: SafeHtml = NOTHING
    is_dressed: bool = False  # it has colours of its own, and stands on white
    is_cut: bool = False
    held: int = 0
    files: tuple[FileOnPage, ...] = ()
    more_files: tuple[FileOnPage, ...] = ()  # behind them, folded


@dataclass(frozen=True, slots=True)
class Form:
    """What can be done on the page. `kind`: code, reply, reopen, follow."""

    action: str
    once: str
    kind: str
    closes: bool = False
    text: str = ""
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class TicketPage:
    """The page of one ticket for one person."""

    reference: str
    subject: str
    state: str
    opened_at: datetime
    address: str
    items: tuple[Item, ...]
    last_at: datetime | None = None
    earlier: str = ""
    earlier_count: int = 0
    later: str = ""
    form: Form | None = None
    download: str = ""
    notice: str = ""
    is_refusal: bool = False
    has_lost_files: bool = False  # some were chosen, and have to be chosen again
    most: int = 0  # octets of the files of an answer, and of one of them
    most_of_one: int = 0
    refused: str = ""  # those that are not passed on, by their names
    wrong: Mapping[str, str] = field(default_factory=dict)  # by the name of a field, what it is
    all_requests: str = ""  # where all of theirs are listed
    looks_on: str = ""  # whose it is, for somebody who sees it for their organisation


@dataclass(frozen=True, slots=True)
class Asking:
    """A page with one form: a code to be typed, a link to be asked for."""

    action: str
    once: str
    address: str
    reference: str = ""
    back: str = ""
    notice: str = ""
    again: str = ""  # where another code is asked for, and that form's token
    once_again: str = ""
    number: str = ""  # of a request, as it was typed
    told: str = ""  # what was done, where that is not the usual
    minutes: int = 0  # for which the code still holds, and how often one may be typed
    tries: int = 0
    articles: tuple[Entry, ...] = ()  # what may help meanwhile
