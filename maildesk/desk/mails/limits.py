"""How much may go out: automatic mail, and files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class LoopLimits:
    """How much automatic mail may go out per `period` before the desk falls silent
    and tells a person."""

    period: timedelta = timedelta(hours=1)
    per_address: int = 5  # to one person, whatever variants of the address
    per_ticket: int = 4
    questions: int = 60  # of one agent to the desk that are answered
    # messages from one domain and those below it, each right after an automatic mail of ours:
    per_domain: int = 200  # in a row, whatever they say
    per_subject: int = 12  # in the same words, or with a reference of ours
    total: int = 2000  # automatic mails in all; what exceeds it waits
    never_answer: tuple[str, ...] = (
        "mailer-daemon",
        "postmaster",
        "noreply",
        "no-reply",
        "donotreply",
        "do-not-reply",
        "bounce",
        "bounces",
    )


@dataclass(frozen=True)
class AttachmentLimits:
    """What of the customers' files is passed on to agents, and the other way."""

    max_size: int = 10 * 1024 * 1024
    max_total: int = 20 * 1024 * 1024  # of all files in one mail
    blocked: tuple[str, ...] = (
        "exe",
        "scr",
        "bat",
        "cmd",
        "com",
        "pif",
        "js",
        "vbs",
        "jar",
        "msi",
        "lnk",
        "ps1",
        "hta",
        "iso",
        "img",
    )
