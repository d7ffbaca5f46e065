"""The link that ends mails of campaigns, or questions for stars, by one click (RFC 8058).

Only where the pages are reached by https: receivers press nothing else. The link ends never, as far
as whoever made it is concerned: what somebody does not want any more, they may say at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose

if TYPE_CHECKING:
    from maildesk.desk.ticket import Person
    from maildesk.pipeline.transaction import TicketChange

UNSUBSCRIBE = "/unsubscribe/"
PURPOSES = (Purpose.NO_CAMPAIGNS, Purpose.NO_SURVEYS)
FIELD, ONE_CLICK = "List-Unsubscribe", "One-Click"


def headers(
    change: TicketChange, purpose: Purpose, person: Person, by_mail: str
) -> tuple[tuple[str, str], ...]:
    """The header fields of a mail that can be ended: by mail (RFC 2369), and by a click."""
    web = change.services.settings.web
    if not web.is_secure or change.subject.part_of(person.address) is None:
        return ((FIELD, f"<{by_mail}>"),)
    signed = change.tx.signature(links.ON_PAGES, purpose, change.subject.id, person.address)
    ways = f"<{web.public_url}{UNSUBSCRIBE}{signed}>, <{by_mail}>"
    return ((FIELD, ways), (f"{FIELD}-Post", f"{FIELD}={ONE_CLICK}"))
