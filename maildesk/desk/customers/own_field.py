"""A field of the desk's own: its name, where its value stands in a customer's words, and where it
leads to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from maildesk.desk.rules.patterns import Pattern

VALUE = re.compile(r"\{\{ *value *\}\}")
LONGEST_LINK = 2000  # of a value that is longer there is no link: clients cut them


@dataclass(frozen=True)
class OwnField:
    """`pattern` finds the value; `link` is an https: address with `{{ value }}` in it, or ""."""

    name: str
    pattern: Pattern | None = None
    link: str = ""

    def found_in(self, *texts: str) -> str:
        """The value that these texts have, on one line; "" where none has it."""
        if self.pattern is None:
            return ""
        values = (" ".join(self.pattern.value_in(text).split()) for text in texts)
        return next((value for value in values if value), "")

    def url(self, value: str) -> str:
        """Where this value leads, whatever it is: no letter of it is more than a letter of a path
        or query."""
        if not (self.link and value):
            return ""
        # a dot alone would be a step of the path (RFC 3986, 5.2.4)
        encoded = quote(value, safe="") if set(value) != {"."} else value.replace(".", "%252E")
        found = VALUE.sub(lambda _: encoded, self.link)
        return found if len(found) <= LONGEST_LINK else ""
