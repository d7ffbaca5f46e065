"""What a transaction remembers of signed addresses that were about to go to somebody they were not
made for."""

from __future__ import annotations

from dataclasses import dataclass, field

from maildesk.mail.compose.outgoing import Stretch


@dataclass
class Leaks:
    """What was taken out of mails in one piece of work, and which files were looked through."""

    found: list[str] = field(default_factory=list)  # in words, for the admins
    # a file's octets -> the signatures in it
    looked: dict[int | Stretch, frozenset[str]] = field(default_factory=dict)
