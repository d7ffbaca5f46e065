"""Effects of customers' verbs: a mail to one person, and whether somebody is asked for stars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from maildesk.desk.effects import Effect
from maildesk.desk.ticket import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class TellPerson(Effect):
    """A mail to this one person about the ticket, whether or not they take part in it once the act
    is done.

    `is_new`: somebody has brought them in, and they may never have heard of us. They are shown
    nothing that anybody has written, and not written to at all where `acknowledge` or `loops` of
    desk.yaml leave no room.
    """

    template: str
    person: Person
    once: str = ""  # written once a ticket under this key, ever
    is_new: bool = False
    context: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForStars(Effect):
    """Whether this customer is asked for stars from now on, by whichever address of theirs."""

    address: str  # folded
    on: bool
