"""The verbs of customers: what may be asked for in a mail, and who of a ticket's people may.

Their words stand in `_words.yaml` of each language, below `verbs`; buttons send the first of them.
What `desk.yaml` says of them (`customers`) is read by `permissions` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from maildesk.desk.permissions import CustomerMay


@dataclass(frozen=True, slots=True)
class Verb:
    """One of them. `needs`: what has to be allowed; None: it is about nobody but who asks."""

    name: str
    needs: CustomerMay | None = None
    takes_people: bool = False  # addresses stand behind it


STATUS, CLOSE, REOPEN = "status", "close", "reopen"
ADD, REMOVE, LEAVE = "add", "remove", "leave"
NO_SURVEYS, SURVEYS = "no_surveys", "surveys"
VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        verb.name: verb
        for verb in (
            Verb(STATUS, CustomerMay.STATUS),
            Verb(CLOSE, CustomerMay.CLOSE),
            Verb(REOPEN, CustomerMay.REOPEN),
            Verb(ADD, CustomerMay.ADD, takes_people=True),
            Verb(REMOVE, CustomerMay.REMOVE, takes_people=True),
            Verb(LEAVE),
            Verb(NO_SURVEYS),
            Verb(SURVEYS),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A verb as somebody wrote it: the addresses behind it, folded, and the line it stood in."""

    verb: Verb
    people: tuple[str, ...] = ()
    line: str = ""
