"""What the page with the web form shows: values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the desk's own."""

    name: str  # in the form
    label: str
    value: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class PortalPage:
    """The form: what was typed, what is wrong with it, what may be chosen."""

    once: str
    bits: int  # what the browser calculates; 0: nothing
    subject: str = ""
    name: str = ""
    address: str = ""
    text: str = ""
    category: str = ""
    priority: str = ""
    asks: Mapping[str, str] = field(default_factory=dict)  # name, category: shown, required, no
    categories: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    most: int = 0  # octets of all files
    most_of_one: int = 0
    notice: str = ""
    has_lost_files: bool = False  # some were chosen, and have to be chosen again
    refused: str = ""  # those that are not passed on, by their names
    wrong: Mapping[str, str] = field(default_factory=dict)
    is_greeted: bool = True  # whether a confirmation goes out
    is_known: bool = False  # to whoever was let in to their own requests
    own: tuple[str, ...] = ()  # their addresses, for which nothing has to be calculated
    number: str = ""  # of the request that they have opened, and its page
    request: str = ""
    is_proved: bool = False  # by the code that was typed: the address is right
    copies: str = ""  # who else is to have it
    suggests: str = ""  # where articles that may help are asked for, if there are any
    action: str = "/"  # where it is sent to
    frame: str = ""  # the script of a page in another site's
    identity: Mapping[str, str] = field(default_factory=dict)  # what that site's server signed
