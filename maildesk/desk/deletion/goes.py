"""What would go with a ticket that is deleted."""

from __future__ import annotations

from dataclasses import dataclass

from maildesk.mail.invisible import isolated


@dataclass(frozen=True, slots=True)
class Goes:
    """What goes with a ticket, as whoever asks is shown it.

    `waiting`: mails that will not go out any more; `being_sent`: those that nobody can stop.
    `parts`: the numbers of what was merged into it. `came_since`: somebody outside has written
    since the one who asks was shown all this.
    """

    messages: int = 0
    files: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    waiting: int = 0
    being_sent: int = 0
    parts: tuple[str, ...] = ()
    came_since: bool = False

    def __post_init__(self) -> None:
        for name in ("files", "people"):
            object.__setattr__(self, name, tuple(map(isolated, getattr(self, name))))
