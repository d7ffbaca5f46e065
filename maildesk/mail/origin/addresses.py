"""Addresses as servers on the way wrote them over, read back; and which can be written to at all.

A forwarder puts the sender of the envelope into an address of its own (SRS), a sender's server
puts a tag before it (BATV), and some lists put a member's address into one of theirs. Nothing here
proves anything: whoever can write such an address can write the plain one.
"""

from __future__ import annotations

import re

from maildesk.mail.compose.encode import addr_spec
from maildesk.mail.message import Mailbox
from maildesk.mail.owners import mailbox_of

_LONGEST = 320  # characters: 64 before the @ and 255 behind it (RFC 5321, 4.5.3.1)
_TAG = r"[^=@\s]{1,64}"
_DOMAIN = r"([^=@\s]+\.[^=@\s]+)"
_REWRITTEN = (
    # SRS0=hash=day=domain=local, behind a second forwarder SRS1=hash=first==hash=day=domain=local
    re.compile(rf"srs0[=+-]{_TAG}={_TAG}={_DOMAIN}=(.+)", re.IGNORECASE),
    re.compile(rf"srs1[=+-]{_TAG}={_TAG}=[=+-]{_TAG}={_TAG}={_DOMAIN}=(.+)", re.IGNORECASE),
    # Exchange Online: bounces+SRS=hash=day=domain=local
    re.compile(rf"[^=@\s]+\+srs={_TAG}={_TAG}={_DOMAIN}=(.+)", re.IGNORECASE),
)
# draft-levine-smtp-batv: prvs=tag=local; some write prvs=local=tag, Barracuda btv1==tag==local
_TAGGED = (
    re.compile(r"prvs=[0-9a-f]{10}=(.+)", re.IGNORECASE),
    re.compile(r"prvs=(.+)=[0-9a-f]{10}", re.IGNORECASE),
    re.compile(r"btv1==[0-9a-z]{1,40}==(.+)", re.IGNORECASE),
)
# a member of a list, as the list's own address: uma=40customer.example@, uma=customer.example@
_MEMBER = re.compile(r"([^=@\s]+)=(?:40)?([^=@\s]+\.[^=@\s]{2,})")
_OTHER = r"\s<>\"'()\[\]|,;:="
# tried from its first character only
_ADDRESS = re.compile(rf"(?<![^{_OTHER}])[^{_OTHER}]+@[^{_OTHER}@]+")
_CODE = re.compile(r"<\s*script|javascript:|=\?|[\x00-\x08\x0b-\x1f\x7f]", re.IGNORECASE)


def original(address: str) -> str:
    """The address as its owner has it; one that nobody wrote over is returned as it is."""
    found = address.strip()
    if len(found) > _LONGEST:
        return found
    for _ in range(3):  # a tagged address that was forwarded, twice at most
        local, _, domain = found.rpartition("@")
        rewritten = next((m for p in _REWRITTEN if (m := p.fullmatch(local))), None)
        tagged = next((m for p in _TAGGED if (m := p.fullmatch(local))), None)
        if rewritten is not None:
            found = f"{rewritten[2]}@{rewritten[1]}"
        elif tagged is not None:
            found = f"{tagged[1]}@{domain}"
        else:
            break
    return found


def member(address: str) -> str:
    """The member's address in one that a list made of it; "" where it holds none."""
    if len(address) > _LONGEST:
        return ""
    found = _MEMBER.fullmatch(address.rpartition("@")[0])
    return f"{found[1]}@{found[2]}" if found else ""


def is_usable(address: str) -> bool:
    """Whether a mail could be written to this address: who is no address for us is nobody's
    requester."""
    # An encoded word is none inside an address (RFC 2047, 5); programs that decode it there all the
    # same would see other lines.
    return (
        "@" in address
        and len(address) <= _LONGEST
        and "=?" not in address
        and bool(addr_spec(address))
    )


def named_in(words: str) -> tuple[Mailbox, ...]:
    """The addresses in a piece of text, each once, with the name before it where it stands in angle
    brackets."""
    found: dict[str, Mailbox] = {}
    for match in _ADDRESS.finditer(words[:2000]):
        address = match[0].strip(".*_")
        before = words[: match.start()].rstrip()
        name = before[:-1].strip(" \t\"'") if before.endswith("<") and not found else ""
        if "@" in address and ("<" not in name and "@" not in name):
            found.setdefault(mailbox_of(address), Mailbox(name, address))
    return tuple(found.values())


def holds_code(words: str) -> bool:
    """Whether this is more than words: a script, an encoded word, control characters."""
    return bool(_CODE.search(words))
