"""The Message-ID that a relay gave a mail in place of ours, where its answer says so.

Amazon SES puts an id of its own into every mail and names it in its answer, without the domain:
`250 Ok 0102018f…-000000` (docs.aws.amazon.com/ses, "header fields": "overrides the header with
its own value"). Exchange Online and Outlook.com name the whole of it: `250 2.0.0 OK
<AM0PR…@….prod.outlook.com> [Hostname=…]`. What customers and agents answer is that id.
"""

from __future__ import annotations

import re

_SES_HOST = re.compile(r"email-smtp(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com", re.IGNORECASE)
_SES_ID = re.compile(r"(?:\w+ ){0,2}?([0-9a-f]{16}-[0-9a-f]{8}-[0-9a-f-]{20,40})\b", re.IGNORECASE)
# Long, and with a digit: who knows such an id has seen it. An answer may name an address as well.
_WHOLE = re.compile(r"<((?=[^\s<>@]*\d)[^\s<>@]{20,200}@[A-Za-z0-9][A-Za-z0-9.-]{2,200})>")
_LONGEST = 250
_SES = ".amazonses.com"


def assigned(reply: str, message_id: str, recipient: str, host: str) -> str:
    """The id (no angle brackets) that this answer to the final dot names, in lower case; else "".

    `message_id` is the mail's own, `recipient` whom it went to: neither is news. SES's, whose
    answer leaves the domain out, gets that of the region in `host` where one stands there.
    """
    known = {message_id.lower(), recipient.lower()}
    for found in _WHOLE.finditer(reply):
        if found[1].lower() not in known:
            return found[1].lower()[:_LONGEST]
    ses = _SES_ID.match(reply)
    if ses is None:
        return ""
    region = _SES_HOST.fullmatch(host.strip())
    if region is None:
        return ses[1].lower()
    domain = "email" if region[1].lower() == "us-east-1" else region[1].lower()
    return f"{ses[1].lower()}@{domain}{_SES}"


def spellings(message_id: str) -> tuple[str, ...]:
    """How this id of an answer may be kept here: as it stands and, of SES, without its domain."""
    bare = message_id.strip().strip("<>").lower()
    local, at, domain = bare.rpartition("@")
    if at and f".{domain}".endswith(_SES):
        return bare, local, f"{local}@email{_SES}"
    return (bare,)
