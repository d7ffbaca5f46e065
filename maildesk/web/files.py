"""A file of the conversation, handed out: always to be saved, never to be shown as a page of ours.

Whatever it is called and says that it is, a browser gets it as octets (only pictures that prove to
be some keep their type), is told to guess nothing, and may run nothing in it. Parts of it (RFC
9110, 14) and questions whether it has changed (13) are answered; it never changes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response

if TYPE_CHECKING:
    from maildesk.pipeline.pages.files import Found

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})\Z")
_PLAIN = re.compile(r"[^A-Za-z0-9._-]")


def handed_out(found: Found, range_: str, if_range: str, if_none_match: str) -> Response:
    """The whole of it, the part that was asked for, or word that it is the same."""
    headers = {
        "Content-Disposition": disposition(found.name),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Accept-Ranges": "bytes",
        "ETag": found.tag,
    }
    if if_none_match and (found.tag in if_none_match or if_none_match.strip() == "*"):
        return Response(status_code=304, headers=headers)
    size = len(found.octets)
    part = _part(range_, size) if range_ and if_range in ("", found.tag) else None
    if part == (0, 0) and size:
        headers["Content-Range"] = f"bytes */{size}"
        return Response(status_code=416, headers=headers)
    if part is None or not size:
        return Response(found.octets, media_type=found.content_type, headers=headers)
    begin, end = part
    headers["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
    return Response(found.octets[begin:end], 206, headers, found.content_type)


def disposition(name: str) -> str:
    """The field that says: save it, under this name (RFC 6266, RFC 8187)."""
    plain = _PLAIN.sub("_", name)[:100] or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """From where to where; (0, 0): there is no such part, None: what was asked is no one part."""
    read = _RANGE.fullmatch(asked.strip())
    if read is None or not (read[1] or read[2]):
        return None
    if not read[1]:
        begin, end = max(0, size - int(read[2])), size
    else:
        begin, end = int(read[1]), min(size, int(read[2]) + 1 if read[2] else size)
    return (begin, end) if begin < end else (0, 0)
