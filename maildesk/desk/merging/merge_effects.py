"""What shall be done to tickets beside the one of an act: effects as those of `desk.effects`."""

from __future__ import annotations

from dataclasses import dataclass

from maildesk.desk.effects import Effect
from maildesk.desk.merging.others import Said
from maildesk.desk.merging.taken import Taken
from maildesk.desk.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class On(Effect):
    """This effect, on another ticket of the same act."""

    ticket: Ticket
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowRequester(Effect):
    """The requester is known otherwise than when this ticket was opened: in another ticket an
    address was joined with theirs, or taken apart."""

    organisation: str
    tier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkTicket(Effect):
    """This ticket and that one do not belong together after all."""

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeIn(Effect):
    """The other ticket is part of this one from now on: its conversation, its people, and what this
    one gets of it. The other is told so by `MergeInto`."""

    other: Ticket
    taken: Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeInto(Effect):
    """This ticket ends, and is part of that one: whatever comes to it goes there."""

    into: Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBack(Effect):
    """The other ticket is no part of this one any more, and has back what it brought; what was
    written since stays. The other is told so by `StandApart`."""

    other: Ticket
    taken: Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class StandApart(Effect):
    """This ticket is one of its own again, as it was before it was merged into that one."""

    was_in: Ticket
    taken: Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitOff(Effect):
    """This message of the ticket is a ticket of its own from now on, of whoever wrote it, as if it
    had just come; the two are linked."""

    said: Said
