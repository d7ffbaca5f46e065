"""The Message-ID that a relay says a mail goes out under: kept beside ours, shown to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.threads.links import SIGNATURE
from maildesk.egress.provider_id import assigned
from maildesk.store import provider_ids

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.pipeline.delivery.outcomes import Told


def keep(conn: Connection, one: Told, host: str) -> None:
    """Where the relay on `host` has sent this mail under an id of its own: that."""
    if one.outcome.kind == "sent" and (named := _named(one, host)):
        provider_ids.keep(conn, one.letter.id, named, by="relay")


def words(one: Told) -> str:
    """What the relay said, as people may see it: such an id proves an agent as ours does."""
    text = one.outcome.text
    if not SIGNATURE.search(one.letter.message_id) or not (named := _named(one, "")):
        return text
    at = text.lower().find(named)
    return f"{text[:at]}…{text[at + len(named) :]}" if at >= 0 else text


def _named(one: Told, host: str) -> str:
    return assigned(one.outcome.text, one.letter.message_id, one.letter.recipient, host)
