"""Somebody else's mail below a customer's words: what they ask about, and no quote to fold.

A mail program puts it there just as it puts what is answered. Who wrote it says which of the two it
is: what we, the customer or others of this conversation wrote is known to whoever reads the ticket;
what a third party wrote is what the customer asks about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from maildesk.mail.message import Forwarded, Message, Part, Role
from maildesk.mail.reply.forward import block_below, from_attribution, from_block
from maildesk.mail.reply.header_block import field_of, header_block
from maildesk.mail.reply.quote import attribution, divider, is_marker, is_rule, may_attribute

_LOOKED_AT = 2000  # lines of a quote
_MARKS = " \t\xa0>＞|"

IsKnown = Callable[[str], bool]  # whether somebody with this address wrote in the conversation


def with_pasted(message: Message, is_known: IsKnown) -> Message:
    """The message with a third party's mail in it told as forwarded; as it is, where there is none.

    It ends where a mail of the conversation begins below it.
    """
    for at, part in enumerate(message.parts):
        if part.role is not Role.QUOTE or part.cited:
            continue
        lines = part.text.splitlines(keepends=True)
        found = _foreign([line.strip(_MARKS + "\r\n") for line in lines[:_LOOKED_AT]], is_known)
        if found is None:
            return message
        start, end, forwarded = found
        pasted, rest = "".join(lines[:end]), "".join(lines[end:])
        cut = [Part(Role.FORWARD, pasted), *([Part(Role.QUOTE, rest)] if rest else [])]
        parts = (*message.parts[:at], *cut, *message.parts[at + 1 :])
        below = replace(forwarded, text="".join(lines[start:end]).strip("\r\n"))
        return replace(message, parts=parts, forwarded=message.forwarded or below)
    return message


def _foreign(lines: Sequence[str], is_known: IsKnown) -> tuple[int, int, Forwarded] | None:
    """Where the letter of a third party begins that this quote is, where it ends, and who wrote it
    to whom."""
    head = next((at for at, line in enumerate(lines) if line and not is_rule(line)), None)
    if head is None:
        return None
    found = _begins(lines, head)
    if found is None:
        return None
    start, forwarded = found
    sender = forwarded.sender
    if sender is None or "@" not in sender.address or is_known(sender.key):
        return None
    return start, _end(lines, start, is_known), forwarded


def _begins(lines: Sequence[str], at: int) -> tuple[int, Forwarded] | None:
    """The mail whose head stands here, and where its words begin."""
    line = lines[at]
    block = block_below(lines, at) if divider(line) else None
    if block is None and field_of(line)[0]:
        block = header_block(lines, at)
    if block is not None:
        return block.end, from_block(block, "")
    if may_attribute(line, True) and (told := attribution(lines, at, True)) is not None:
        return told.end, from_attribution(told, "", "")
    return None


def _end(lines: Sequence[str], start: int, is_known: IsKnown) -> int:
    """Where a mail of the conversation begins below: its head, with the rule above it."""
    for at in range(start, len(lines)):
        line = lines[at]
        if not line:
            continue
        if is_marker(line):
            return at
        found = _begins(lines, at)
        sender = found[1].sender if found is not None else None
        if sender is not None and "@" in sender.address and is_known(sender.key):
            return at - 1 if at > start and is_rule(lines[at - 1]) else at
    return len(lines)
