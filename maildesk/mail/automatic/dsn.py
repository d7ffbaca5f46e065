"""Delivery reports as machines write them: message/delivery-status (RFC 3464), and the
message that came back.

Programs put blank lines, MIME fields and comments where the RFC has none;
what matters is which recipient, what happened, and the status.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from maildesk.mail.message import Report
from maildesk.mail.mime import headers, tree

STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
REFUSAL_TYPES = frozenset(
    {"message/disposition-notification", "message/global-disposition-notification"}
)
RETURNED_TYPES = frozenset(
    {
        "message/rfc822",
        "text/rfc822-headers",
        "message/global",
        "message/global-headers",
        "message/rfc822-headers",
    }
)
RECIPIENT_LIMIT = 1_000
ACTIONS = {
    "failed": "failed", "failure": "failed", "fail": "failed", "error": "failed",
    "expired": "failed", "hard": "failed", "bounced": "failed", "undeliverable": "failed",
    "rejected": "failed", "permanent": "failed", "delayed": "delayed", "deferred": "delayed",
    "delay": "delayed", "transient": "delayed", "warning": "delayed", "delivered": "delivered",
    "deliverable": "delivered", "success": "delivered", "sent": "delivered",
    "delivery": "delivered", "relayed": "relayed", "relay": "relayed", "expanded": "expanded",
}  # fmt: skip
BY_CLASS = {"5": "failed", "4": "delayed", "2": "delivered"}

_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:(.*(?:\n[ \t]+\S.*)*)", re.MULTILINE)
_INDENTED = re.compile(
    r"^[ \t]+(?=(?:Final-Recipient|Original-Recipient|Action|Status|Diagnostic-Code)[ \t]*:)",
    re.IGNORECASE | re.MULTILINE,
)
_REPLY = re.compile(r"(?:\w+;)?\s*([245])\d\d\b")
_STATUS = re.compile(r"(?<![\d.])([245])\s*\.\s*(\d{1,2})\s*\.\s*(\d{1,3})(?![\d]|\.\d)")
_ADDRESS = re.compile(r"<?\s*([^\s<>;,\"()]+@[^\s<>;,\"()]+|\"[^\"\n]{1,64}\"@[^\s<>;,]+)\s*>?")
# a character of an address in ASCII surroundings (RFC 6533, 3)
_ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_XTEXT = re.compile(r"\+(2B|3D)")  # + and = as SMTP encodes them, left so by some (RFC 3461, 4)
# has room for a signature
_SIGNED = re.compile(rb"(?<![\w.+=~-])[\w.+=~-]{33,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,254}", re.ASCII)
_LOOKED_THROUGH = 20  # parts of a report, and the octets of each
_LOOKED_AT = 65_536
_RETURNED_ID = re.compile(
    r"^[\s>]{0,20}(?:X-)?(?:Original-)?Message-Id[ \t]*:\s*<([^<>\s]{3,250})>",
    re.IGNORECASE | re.MULTILINE,
)


def machine_reports(leaves: list[tree.Entity]) -> list[Report]:
    """One Report for each recipient named in a delivery-status part, in order."""
    found: list[Report] = []
    for leaf in leaves:
        if leaf.content_type in STATUS_TYPES or leaf.content_type in REFUSAL_TYPES:
            found.extend(recipients_of(leaf.text()[0]))
    return list(dict.fromkeys(found))[:RECIPIENT_LIMIT]


def report_leaves(leaves: list[tree.Entity]) -> list[tree.Entity]:
    """The parts of the report itself: those of an attached message where a filter on the way put
    the whole report into one."""
    if any(leaf.content_type in STATUS_TYPES for leaf in leaves):
        return leaves
    for leaf in leaves:
        if leaf.content_type == "message/rfc822":
            _, inner, _ = tree.read(leaf.content())
            if any(part.content_type in STATUS_TYPES for part in inner):
                return inner
    return leaves


def recipients_of(text: str) -> list[Report]:
    """Reports from the fields of a delivery-status text; a new recipient begins a new group."""
    found = []
    for group in _groups(text):
        report = _report(group)
        if report is not None:
            found.append(report)
    return found


def _groups(text: str) -> Iterator[dict[str, str]]:
    """Fields gathered recipient by recipient.

    Blank lines cannot be trusted (some write one between any two fields), so a
    group ends where a field that it has already comes again.
    """
    group: dict[str, str] = {}
    for found in _FIELD.finditer(_INDENTED.sub("", text[:1_000_000])):
        name, value = found[1].lower(), " ".join(found[2].split())
        starts = name in ("final-recipient", "original-recipient", "action", "status")
        whole = "final-recipient" in group and "action" in group
        again = name in group and (starts or whole)
        if again or (
            name == "original-recipient" and "final-recipient" in group and "action" in group
        ):
            yield group
            group = {}
        group.setdefault(name, value)
    yield group


# "smtp; 550 …" (RFC 3464, 2.3.6)
_TYPE = re.compile(r"^\s*(?:x-)?[a-z][a-z0-9-]{1,20}\s*;\s*", re.IGNORECASE)


def _report(group: dict[str, str]) -> Report | None:
    named = _XTEXT.sub(
        lambda found: chr(int(found[1], 16)), address_in(group.get("original-recipient", ""))
    )
    recipient = (
        address_in(group.get("final-recipient", ""))
        or named
        or address_in(group.get("x-actual-recipient", ""))
    )
    if recipient[:1] in ("|", "/"):  # sendmail names the program or file behind an alias
        recipient = named or recipient
    if not recipient and "action" not in group and "status" not in group:
        return None
    status = status_in(group.get("status", ""))
    action = ACTIONS.get(_word(group.get("action", "")), "")
    diagnostic = group.get("diagnostic-code", "") or _beside(group.get("status", ""))
    diagnostic = _TYPE.sub("", diagnostic)
    if not action:
        reply = _REPLY.match(diagnostic)
        action = BY_CLASS.get(
            (status or status_in(diagnostic) or (reply[1] if reply else "5"))[0], "failed"
        )
    original = group.get("original-message-id", "") or group.get("x-original-message-id", "")
    return Report(recipient, action, status, diagnostic[:2000], original.strip("<> "), named)


def _beside(status: str) -> str:
    """What a Status field says beside or instead of its three numbers."""
    return " ".join(_STATUS.sub("", status).strip(" ()").split())


def _word(value: str) -> str:
    found = re.match(r"[a-z]+", value.strip().lower())
    return found[0] if found else ""


def address_in(value: str) -> str:
    """The mailbox in "rfc822; <ana@example.org>" and its many misspellings."""
    value = headers.words(value) if "=?" in value else value
    value = _ESCAPED.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), value)
    found = _ADDRESS.search(value)
    if found:
        return found[1].strip("'.:;").removeprefix("mailto:")
    bare = value.rpartition(";")[2].strip().strip("<>")
    return bare if bare and " " not in bare else ""


def status_in(text: str) -> str:
    """The first RFC 3463 status in a text."""
    found = _STATUS.search(text)
    return f"{found[1]}.{int(found[2])}.{int(found[3])}" if found else ""


def statuses_in(text: str) -> list[str]:
    """Every RFC 3463 status in a text, in order, each once."""
    return list(
        dict.fromkeys(
            f"{found[1]}.{int(found[2])}.{int(found[3])}" for found in _STATUS.finditer(text)
        )
    )


def long_addresses(leaves: list[tree.Entity]) -> list[str]:
    """The addresses in a report that may be signed, in order: of the envelope it speaks of, of the
    head it brings back."""
    found: dict[str, None] = {}
    for leaf in leaves[:_LOOKED_THROUGH]:
        for address in _SIGNED.findall(leaf.content(_LOOKED_AT)[: 2 * _LOOKED_AT]):
            found[address.decode("ascii").rstrip(".")] = None
    return list(found)[:RECIPIENT_LIMIT]


def returned_id(leaves: list[tree.Entity], text: str) -> str:
    """The Message-ID of the message that came back: from the part that returns it, else from the
    text below the notice."""
    for leaf in leaves:
        if leaf.content_type in RETURNED_TYPES:
            content = leaf.content(65536)
            found, _ = headers.quick_ids(content)
            if found:
                return found
    in_text = _RETURNED_ID.search(text)
    if in_text:
        return in_text[1]
    for leaf in leaves:  # a boundary lost on the way, or the head as a text file
        if leaf.content_type == "text/plain" or leaf.content_type in STATUS_TYPES:
            stray = _RETURNED_ID.search(leaf.text(65536)[0])
            if stray:
                return stray[1]
    return ""
