"""What a report brings back of our mail: the signed field of its head, which proves the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.threads import links
from maildesk.desk.threads.links import KeyRing, Purpose, Token
from maildesk.mail.automatic import dsn
from maildesk.mail.mime import tree

if TYPE_CHECKING:
    from datetime import date

    from maildesk.pipeline.classification.look import Look

_FIELD = b"x-maildesk-recipient"


def tokens_in(ring: KeyRing, raw: bytes, today: date, plus: str) -> list[Token]:
    """The return paths of our mails in this report: only the recipient of such a mail, or their
    server, has one."""
    _, leaves, _ = tree.read(raw)
    found = (links.read_address(ring, one, today, plus) for one in dsn.long_addresses(leaves))
    return [one for one in found if one and one.purpose is Purpose.BOUNCE and not one.expired]


def report_in(look: Look) -> Token | None:
    """What automatic mail of no ticket brings of ours: a report in words that nobody knows.

    At a return path with a signature it would have been known by where it came to.
    """
    if _FIELD not in look.raw.lower():
        return None
    found = tokens_in(look.services.ring, look.raw, look.today, look.policy.plus)
    return found[0] if found else None
