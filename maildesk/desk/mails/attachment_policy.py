"""Files in mail: which may be passed on, which fit into one mail, and why not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from maildesk.desk.mails.limits import AttachmentLimits
from maildesk.desk.mails.room import ROOM
from maildesk.desk.problem import Problem
from maildesk.mail.message import Attachment, Message
from maildesk.mail.mime.attachments import is_logo

Why = tuple[Problem, ...]  # one after the other

ASK = Problem("files_by_command")

_PROGRAMS = frozenset(
    (
        "application/vnd.microsoft.portable-executable",
        "application/x-executable",
        "application/x-ms-shortcut",
    )
)
_LINE, _ENCODED = 57, 78  # octets of a file on a line of base64, and of that line (RFC 2045, 6.8)
_HEAD = 1_000  # octets of the lines before a file: its name, percent-encoded, and its type
_WORDS = 100_000  # octets of a mail beside its files, as our templates write it


class Judged(Protocol):
    """A file, as far as it is asked whether anybody gets it."""

    @property
    def filename(self) -> str: ...

    @property
    def content_type(self) -> str: ...

    @property
    def size(self) -> int: ...


def refusal(found: Judged, limits: AttachmentLimits) -> Problem | None:
    """Why this file is not passed on, or nothing. What it is counts, whatever it is called."""
    if is_program(found, limits):
        return Problem("file_is_program")
    return (
        None if found.size <= limits.max_size else Problem("file_too_large", _size(limits.max_size))
    )


def is_program(found: Judged, limits: AttachmentLimits) -> bool:
    """Whether it is a program, or called as one: nobody gets it by mail."""
    return (
        found.filename.rpartition(".")[2].lower() in limits.blocked
        or found.content_type in _PROGRAMS
    )


def by_command_line(reference: str) -> Problem:
    """How somebody at the desk's machine gets a file that no mail can carry."""
    return Problem("files_by_command_line", {"reference": reference})


def _size(octets: int) -> dict[str, str]:
    if octets >= 1048576:
        return {"number": f"{octets // 1048576}", "unit": "MB"}
    return {"number": f"{octets // 1024}", "unit": "KB"}


def refused(
    files: Iterable[Attachment], limits: AttachmentLimits
) -> tuple[tuple[Attachment, Why], ...]:
    """The files that are not passed on, each with the reason; logos of signatures apart."""
    return tuple(
        (file, (why,)) for file in files if not is_logo(file) and (why := refusal(file, limits))
    )


class Room:
    """What still has room in one mail: so many octets of files as the policy says, and so many on
    the line as the relay takes.

    A file grows by more than a third on the line, where base64 has 57 octets in a line of 78.
    """

    def __init__(
        self, limits: AttachmentLimits, largest: int | None, message: Message | None = None
    ) -> None:
        """`largest`: the mail that the relay takes, where that is known. `message` is
        what the mail shows."""
        self._files = limits.max_total
        self._line = None if largest is None else max(0, largest - _words(largest, message))
        within = None if self._line is None else max(0, self._line - _HEAD) // _ENCODED * _LINE
        self._is_relays = within is not None and within < limits.max_total
        # octets of files, taken together
        self.limit = within if within is not None and self._is_relays else limits.max_total

    @property
    def reason(self) -> Why:
        """Why a file did not fit."""
        return (
            Problem("files_too_large", _size(self.limit)),
            *([Problem("mail_full")] * self._is_relays),
        )

    def takes(self, file: Attachment) -> bool:
        """Whether it fits; if so, its room is taken."""
        line = _on_the_line(file)
        if file.size > self._files or (self._line is not None and line > self._line):
            return False
        self._files -= file.size
        self._line = None if self._line is None else self._line - line
        return True


def _on_the_line(file: Attachment) -> int:
    """Octets of a file in a mail, at most: what lies in another mail already goes out in the lines
    that it has there."""
    encoded = -(-file.size // _LINE) * _ENCODED
    return _HEAD + max(encoded, file.place[1] if file.place else 0)


def _words(largest: int, message: Message | None) -> int:
    """Octets that the mail may need beside its files: its head, and the words and the page of the
    message that it shows."""
    shown = (
        0
        if message is None
        else 8 * min(len(message.text), ROOM) + 2 * min(len(message.html), ROOM)
    )
    return min(_WORDS, largest // 2) + shown


def beyond(
    files: Iterable[Attachment], limits: AttachmentLimits, room: Room
) -> tuple[tuple[Attachment, Why], ...]:
    """The files that might be passed on, but not all in one mail, each with the reason: what no
    longer fits, in their order."""
    wanted = [file for file in files if not is_logo(file) and not refusal(file, limits)]
    why = room.reason
    return tuple((file, why) for file in wanted if not room.takes(file))
