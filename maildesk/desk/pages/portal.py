"""The web form, as the policy has it: what it asks for, where it leads, how often it may be
sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NAME, CATEGORY = "name", "category"  # what it may ask for beside the desk's own fields
SHOWN, REQUIRED, NO = "shown", "required", "no"


@dataclass(frozen=True)
class Portal:
    """What the policy says of it."""

    enabled: bool = True
    address: str = ""  # of the desk, to which it writes; "": the first
    # name, category, own fields: shown, required, no; what is not named is as by default
    ask: Mapping[str, str] = field(default_factory=dict)
    priorities: tuple[str, ...] = ()  # that may be chosen; none: nothing is asked
    proof: bool = True  # a browser calculates a while, or a code is mailed
    per_network: int = 10  # requests within an hour
    per_address: int = 3

    def wants(self, name: str) -> str:
        """Whether this is asked for: shown, required, no. Own fields are not, unless named."""
        return self.ask.get(name, SHOWN if name in (NAME, CATEGORY) else NO)
