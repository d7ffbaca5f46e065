"""Files in mail: which may be passed on, and why not."""

from __future__ import annotations

from collections.abc import Iterable

from maildesk.desk.policy import AttachmentLimits
from maildesk.mail.attachments import is_logo
from maildesk.mail.message import Attachment

_PROGRAMS = frozenset(("application/vnd.microsoft.portable-executable", "application/x-executable", "application/x-ms-shortcut"))


def refusal(found: Attachment, limits: AttachmentLimits) -> str:
    """Why this file is not passed on, or nothing. What it is counts, whatever it is called."""
    ending = found.filename.rpartition(".")[2].lower()
    if ending in limits.blocked or found.content_type in _PROGRAMS:
        return "programs are not passed on"
    return "" if found.size <= limits.max_size else f"larger than {_size(limits.max_size)}"


def _size(octets: int) -> str:
    return f"{octets // 1048576} MB" if octets >= 1048576 else f"{octets // 1024} KB"


def refused(files: Iterable[Attachment], limits: AttachmentLimits) -> tuple[tuple[Attachment, str], ...]:
    """The files that are not passed on, each with the reason; logos of signatures apart."""
    return tuple((file, why) for file in files if not is_logo(file) and (why := refusal(file, limits)))


def beyond(files: Iterable[Attachment], limits: AttachmentLimits) -> tuple[tuple[Attachment, str], ...]:
    """The files that might be passed on, but not all in one mail, each with the reason: what no longer fits, in their order."""
    found, room = [], limits.max_total
    for file in files:
        if is_logo(file) or refusal(file, limits):
            continue
        if file.size > room:
            found.append((file, f"more than {_size(limits.max_total)} in all"))
        else:
            room -= file.size
    return tuple(found)
