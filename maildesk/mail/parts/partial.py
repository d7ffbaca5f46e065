"""Messages that were sent in several (RFC 2046, 5.2.2): which piece one is, and the whole again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from maildesk.mail.mime import headers, tree

MOST = 50  # pieces of one message
LARGEST = 50_000_000  # octets of them together
_OF_THE_WHOLE = (b"subject", b"message-id", b"encrypted", b"mime-version")
# What was found out about one piece proves nothing of the whole.
_OF_A_PIECE = (b"authentication-results", b"arc-", b"dkim-signature", b"received-spf")


@dataclass(frozen=True, slots=True)
class Fragment:
    """One piece; `total` is 0 where only the last one says it."""

    id: str
    number: int
    total: int


def fragment(raw: bytes) -> Fragment | None:
    """Which piece of which message this is; None where it is none, or says so in no way that can
    be followed."""
    if b"message/partial" not in raw[:20_000].lower():
        return None
    root = _root(raw)
    if root.content_type != "message/partial":
        return None
    said = root.parameters
    number, total = _number(said.get("number", "")), _number(said.get("total", ""))
    if not said.get("id") or not 1 <= number <= (total or MOST) or total > MOST or total == 1:
        return None
    return Fragment(said["id"], number, total)


def joined(pieces: Mapping[int, bytes]) -> bytes | None:
    """The whole message of these pieces, by number; None where one is missing, or none says how
    many there are.

    It has the fields of the first piece, and of the message within: its Content-…, Subject,
    Message-ID, Encrypted and MIME-Version (RFC 2046, 5.2.2.1). Proofs of the first piece are left
    out: somebody else may have sent another one.
    """
    read = {number: _root(raw) for number, raw in pieces.items()}
    totals = {_number(root.parameters.get("total", "")) for root in read.values()} - {0}
    if len(totals) != 1 or set(pieces) != set(range(1, max(totals) + 1)):
        return None
    if sum(map(len, pieces.values())) > LARGEST:
        return None
    bodies = [_body_of(read[number]) for number in sorted(read)]
    outer = read[1].octets[: read[1].start]
    whole = b"".join(bodies)
    _, begins, _ = headers.split(whole)
    kept = [line for name, line in _fields(outer) if not _is_of_the_whole(name)]
    kept = [line for line in kept if not line.lower().startswith(_OF_A_PIECE)]
    inner = [line for name, line in _fields(whole[:begins]) if _is_of_the_whole(name)]
    return b"".join((*kept, *inner, b"\r\n", whole[begins:]))


def body(raw: bytes) -> bytes:
    """What this piece holds of the whole, without what servers on the way have put above it."""
    return _body_of(_root(raw))


def _body_of(root: tree.Entity) -> bytes:
    return root.octets[root.start : root.end]


def _root(raw: bytes) -> tree.Entity:
    """The head of this message, and where its body lies."""
    raw = headers.straightened(raw)
    fields, body, _ = headers.split(raw)
    return tree.entity_of(raw, body, len(raw), fields)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _is_of_the_whole(name: bytes) -> bool:
    return name.startswith(b"content-") or name in _OF_THE_WHOLE


def _fields(head: bytes) -> Iterable[tuple[bytes, bytes]]:
    """The fields of a head: their names in small letters, and as they stand, folded lines and
    all."""
    found: list[bytes] = []
    for line in head.splitlines():
        if line[:1] in (b" ", b"\t") and found:
            found[-1] += line + b"\r\n"
        elif b":" in line:
            found.append(line + b"\r\n")
    return [(field.partition(b":")[0].strip().lower(), field) for field in found]
