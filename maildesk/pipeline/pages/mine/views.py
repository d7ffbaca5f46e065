"""What the page of a customer's own requests shows: values, made for one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One request. `state` as on its own page: who has to do what."""

    reference: str
    subject: str
    state: str
    href: str
    opened_at: datetime
    last_at: datetime
    fields: tuple[tuple[str, str], ...] = ()
    who: str = ""  # whose it is, where it is a colleague's

    @property
    def is_open(self) -> bool:
        """Whether somebody has to do something."""
        return self.state not in ("resolved", "closed")


@dataclass(frozen=True, slots=True)
class Tab:
    """The requests of one state, and how many there are."""

    name: str
    href: str
    count: int
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Leaving:
    """The form that ends it in this browser."""

    action: str
    once: str


@dataclass(frozen=True, slots=True)
class MinePage:
    """The page: one list of requests, and where the others are."""

    address: str
    rows: tuple[Row, ...]
    tabs: tuple[Tab, ...]
    lists: tuple[Tab, ...]  # their own, where they are in copy: none where there is but one
    shown: str  # which of these lists
    state: str  # which of the tabs
    leaving: Leaving
    also: tuple[str, ...] = ()  # their other addresses
    query: str = ""
    again: str = ""  # the same list without words
    more: str = ""
    writes: bool = False  # whether there is a form for a new one


@dataclass(frozen=True, slots=True)
class AskingIn:
    """A page with the form that asks for a link. `address`: what was typed."""

    action: str
    once: str
    notice: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class ComingIn:
    """A page with the button that lets in, where the link is good."""

    action: str
    once: str
    back: str = ""
