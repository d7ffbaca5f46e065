"""Who asks: the author of a message, who carried it to us, and where answers go. `resolve` finds it
out."""

from __future__ import annotations

from dataclasses import dataclass

from maildesk.desk.problem import Problem
from maildesk.desk.senders.entries import Carrier
from maildesk.mail.message import Mailbox


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message, and how that is known.

    `person` is None where nobody could be written to. `held`: why it may not go on without a
    person's word, where what carried it says nothing that can be believed.
    """

    person: Mailbox | None
    through: str = ""  # the form, list or group that carried it; "": it came directly
    answers_to: str = ""  # where the author asked for answers, where that is another address
    others: tuple[Mailbox, ...] = ()  # whom Reply-To names beside that
    why: Problem | None = None  # how the author was found, where From is another
    notes: tuple[Problem, ...] = ()  # what agents should know of it
    carrier: Carrier | None = None  # the entry of desk.yaml that lets it in
    held: Problem | None = None
    is_unknown: bool = False  # who asks could not be told: nothing goes out by itself
    lists: frozenset[str] = frozenset()  # addresses that are no person's, folded
