"""Automatic or not, and may we answer: layers of evidence, the strongest first (RFC 3834; MAIL loops).

Storing and answering are separate decisions: nothing here drops a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maildesk.mail import mime
from maildesk.mail.message import Kind, Mailbox, Report


@dataclass(frozen=True, slots=True)
class Verdict:
    """What sort of message it is, whether an automatic answer is allowed, and why not."""

    kind: Kind
    may_answer: bool
    reasons: tuple[str, ...]
    reports: tuple[Report, ...] = ()


def judge(
    named: Mapping[str, tuple[str, ...]], sender: Mailbox | None, text: str, root: mime.Entity, leaves: list[mime.Entity]
) -> Verdict:
    """The verdict over a message from its decoded fields, its sender, its text and its parts."""
    return Verdict(Kind.ORDINARY, sender is not None, ())
