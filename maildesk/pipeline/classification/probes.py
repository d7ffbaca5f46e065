"""The desk's own test mails (`maildesk send-test --replies`), and what comes back of them.

Whoever sent one waits for it in the mailbox and takes it away. Where the desk is quicker it opens
no ticket, holds nothing and answers nothing: it knows them by a signature that only its keys make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose
from maildesk.mail.automatic import dsn
from maildesk.mail.message import Kind
from maildesk.mail.mime import tree

if TYPE_CHECKING:
    from maildesk.pipeline.classification.look import Look

FIELD = "X-Maildesk-Probe"  # in the head of such a mail: the sub-address that was made for it
_FIELD = FIELD.lower()
_IN_OCTETS = _FIELD.encode()


def is_probe(look: Look) -> bool:
    """Whether this is such a mail, or an automatic one about it: a delivery report, an absence."""
    message, token = look.message, look.clues.token
    came_to_one = token is not None and token.purpose is Purpose.PROBE and not token.expired
    if message.sender is not None and look.policy.is_ours(message.sender.address):
        return came_to_one or _is_one(look, message.header(_FIELD))
    if message.kind is Kind.ORDINARY:
        return False  # a person's mail is theirs, wherever it was written to
    return came_to_one or (_IN_OCTETS in look.raw.lower() and _brings_one(look))


def _brings_one(look: Look) -> bool:
    _, leaves, _ = tree.read(look.raw)
    return any(_is_one(look, address) for address in dsn.long_addresses(leaves))


def _is_one(look: Look, address: str) -> bool:
    token = links.read_address(look.services.ring, address, look.today, look.policy.plus)
    return (
        token is not None
        and token.purpose is Purpose.PROBE
        and not token.expired
        and look.policy.is_ours(token.mailbox)
    )
