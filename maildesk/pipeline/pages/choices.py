"""What was chosen on the web form beside the words, in a field of the message's header; it is
believed only of a message that came in by that door."""

from __future__ import annotations

import base64
import contextlib
import json
from typing import Any

from maildesk.desk.pages.form import PROVED_DOOR, WebForm

HEADER = "X-Maildesk-Form"
LONGEST_VALUE = 200  # characters of an own field
_LINE = 64
_JOINERS = "\u200c\u200d"  # Persian words and many emoji are spelt with them


def written(form: WebForm) -> str:
    """The header field's value: letters that no mail program and no server changes."""
    said = {"category": form.category, "priority": form.priority, "fields": dict(form.fields)}
    octets = base64.b64encode(json.dumps(said, sort_keys=True).encode()).decode()
    return " ".join(octets[at : at + _LINE] for at in range(0, len(octets), _LINE))


def read(value: str, via: str) -> WebForm:
    """The same, read; what is no such value says nothing."""
    said: Any = None
    with contextlib.suppress(ValueError):
        said = json.loads(base64.b64decode("".join(value.split()), validate=True))
    given = said if isinstance(said, dict) else {}
    own = given.get("fields")
    fields = own if isinstance(own, dict) else {}
    return WebForm(
        category=str(given.get("category", "")),
        priority=str(given.get("priority", "")),
        fields={str(name): one_line(str(text), LONGEST_VALUE) for name, text in fields.items()},
        is_proved=via == PROVED_DOOR,
    )


def one_line(text: str, longest: int) -> str:
    """The text on one line, without what cannot be seen or turns a line around, and no longer than
    that."""
    seen = (c if c.isprintable() or c in _JOINERS else " " for c in text)
    return " ".join("".join(seen).split())[:longest]
