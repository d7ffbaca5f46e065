"""What a transaction remembers of signed addresses that were about to go to somebody they were not
made for."""

from __future__ import annotations

from dataclasses import dataclass, field

from maildesk.desk.effects import NotifyAdmins
from maildesk.mail.compose.outgoing import Stretch

_SHOWN = 20


@dataclass
class Leaks:
    """What was taken out of mails in one piece of work, and which files were looked through."""

    found: list[str] = field(default_factory=list)  # in words, for the admins
    # a file's octets -> the signatures in it
    looked: dict[int | Stretch, frozenset[str]] = field(default_factory=dict)

    def take_notice(self, reference: str) -> NotifyAdmins | None:
        """What the admins hear of it, once; `reference` is the ticket's, "" where there is none."""
        found = list(dict.fromkeys(self.found))
        self.found.clear()
        if not found:
            return None
        about = f" about {reference}" if reference else ""
        lines = "\n".join(f"- {one}" for one in found[:_SHOWN])
        text = (
            f"These private addresses of the desk were about to go out in mail{about} to somebody "
            f"they were not made for; they were taken out:\n\n{lines}\n\n"
            "Whoever has an agent's address can write in that agent's name. If it was outside the "
            "desk before, kill it: `maildesk agents renew ADDRESS`, or the agent writes #renew."
        )
        return NotifyAdmins(subject="A private address was kept back", text=text, once="leak")
