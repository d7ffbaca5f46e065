"""What became of an act on a ticket: a value that every door shows in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from maildesk.desk.commands.spec import Command
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Why


@dataclass(frozen=True, slots=True)
class Changed:
    """A field of the ticket, before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class MailOut:
    """A mail that goes out: to whom, and what it is (reply, agent_note …)."""

    recipient: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one ticket. Where there are problems, nothing did."""

    reference: str  # as it was asked for where there is no such ticket
    problems: tuple[Problem, ...] = ()
    changed: tuple[Changed, ...] = ()
    mails: tuple[MailOut, ...] = ()
    undo: tuple[Command, ...] = ()
    stopped: bool = False  # mails of an act that this takes back, before they went out
    left: tuple[Problem, ...] = ()  # what of it was not put back, for others have changed it since
    remarks: tuple[Problem, ...] = ()  # what the one who acted should know beside that
    version: int = 0  # of the ticket, after the act


@dataclass(frozen=True, slots=True)
class AboutAgent:
    """What became of it: what is so now and the mails that go out, or why nothing was done.

    `notices`: what they are told, where that was asked: the line that changes it, and how it is.
    """

    agent: str
    said: tuple[Why, ...] = ()
    notices: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()
    mails: tuple[MailOut, ...] = ()
