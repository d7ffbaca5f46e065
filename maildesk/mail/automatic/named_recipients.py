"""Whom a notice in prose is about, and which of its lines speak of whom.

Addresses at the start of lines are recipients, then those after a few words; an address in an
explanation ("if bob.fox@far.example fails, try …") is nobody's. What stands between a recipient's
line and the next one's is said of that recipient, with the answer right above in a transcript and
the heading right above in a list.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from maildesk.mail.automatic import dsn

LINE_LIMIT = 2_000
_ABOUT_LINES = 12  # lines that one recipient's reason may take

_WORD = r"[^\s<>;:,\"'()\[\]{}|：；，。、（）「」]"
ADDRESS = rf"{_WORD}+@[A-Za-z0-9]{_WORD}*[A-Za-z0-9]"
_AT_START = re.compile(
    (
        rf"^[\s>*|-]{{0,40}}(?:[245]\d\d[ "
        rf"-])?[<\"'(\[]*(?:mailto:)?(?>({ADDRESS}))[>\"')\]]*(?:$|[:;,(<\[-]|\.\.\.|\s|[^"
        rf"\x00-\x7f])"
    ),
    re.IGNORECASE,
)
_AFTER_WORD = re.compile(
    r"(?<![\w@.+-])(?:rcpt "
    r"to|to|recipients?|recipient\(s\)|user|userid|address(?:es)?|mailbox|account|errors|an|à"
    r"|für|pour)"
    rf"(?:\s*:\s*|\s+|(?=[<\"'(\[]))[<\"'(\[]*({ADDRESS})",
    re.IGNORECASE,
)
_ALIAS = re.compile(
    rf"\((?:expanded|generated|forwarded) from:?\s*[<\"']*({ADDRESS})", re.IGNORECASE
)
# "(expanded from" and the address on the next line
_BROKEN_ALIAS = re.compile(r"(?<= from)[ \t]*\n[ \t]+(?=[<\"'])")
# an Internet address within one of X.400
_X400 = re.compile(rf"\bSMTP[=:]({ADDRESS})", re.IGNORECASE)
ANY = re.compile(rf"({ADDRESS})")
_NOT_ABOUT = re.compile(
    r"sender address|sender:|contact|for further|assistance|please "
    r"send|mailto:|https?://|reply-to|mail from|envelope-from|from:"
    r"|reporting|^received|message-id|question|help",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"\be\.\s?g\.|\bfor (?:example|instance)\b|\bsuch as\b|\bz\.\s?b\.|\bzum beispiel\b"
    r"|(?<![\w.@-])(?:examples?|beispiel|exemple|ejemplo|esempio)\s?:|\bpar exemple\b|\bp\.\s?ex\."
    r"|\bpor ejemplo\b|\b(?:ad|per) esempio\b|\bpor exemplo\b|\bbijvoorbeeld\b|\binstead of\b"
    r"|\b(?:then|please|and|or|,)\s+try\b|\btry sending to\b|\blooks? like\b|\b[io][nf] the form\b",
    re.IGNORECASE,
)
_SENTENCE_ENDS = re.compile(r"[.!?:](?:\s|$)(?<!e\.g\.\s)(?<!z\.b\.\s)")
_REPLY_LINE = re.compile(r"\s{0,8}(?:<<<\s)?[245]\d\d[ -]")
_HOST = re.compile(r"(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![\w@-])", re.IGNORECASE)
_NEW_TALK = re.compile(r"[\s.>]{0,8}while talking to\b|>>> ", re.IGNORECASE)


def recipients_in(
    notice: str, returned: str, failed: str, returned_to: tuple[str, ...], own: set[str]
) -> list[str]:
    """Whom the notice is about: by its header, by the start of a line, after a word, by the message
    that came back."""
    if failed:
        return list(dict.fromkeys(ANY.findall(failed[:LINE_LIMIT])))[: dsn.RECIPIENT_LIMIT]
    first: dict[str, None] = {}
    second: dict[str, None] = {}
    third: dict[str, None] = {}
    for line in _without_examples(_BROKEN_ALIAS.sub(" ", notice)).split("\n"):
        line = line[:LINE_LIMIT]
        if "@" not in line:
            continue
        at_start = _AT_START.match(line) or _X400.search(line)
        if at_start:
            first[at_start[1]] = None
        elif not _NOT_ABOUT.search(line):
            second.update(dict.fromkeys(_AFTER_WORD.findall(line)))
            third.update(dict.fromkeys(ANY.findall(line)))
    for found in (first, second, third):
        others = [address for address in found if address.lower() not in own]
        if others:
            return _distinct(others)
    back = [
        address for address in (*returned_to, *_returned_to(returned)) if address.lower() not in own
    ]
    return _distinct(back or first or second or returned_to)


def _without_examples(notice: str) -> str:
    """The notice without the addresses that stand behind "for example" in the same sentence, over
    as many lines as it has."""
    if "@" not in notice or not _EXAMPLE.search(notice):
        return notice
    kept, at = [], 0
    for found in _EXAMPLE.finditer(notice):
        if found.start() < at:
            continue
        blank = notice.find("\n\n", found.end())
        paragraph = blank if blank >= 0 else len(notice)
        ends = _SENTENCE_ENDS.search(notice, found.end(), paragraph)
        end = ends.end() if ends else paragraph
        if notice[found.end() : end].strip() in ("", ":"):
            end = paragraph  # "Example:" over what it is
        kept += [notice[at : found.end()], ANY.sub("…", notice[found.end() : end])]
        at = end
    return "".join((*kept, notice[at:]))


def about_recipient(recipient: str, notice: str, others: Collection[str] = ()) -> str:
    """The stretch of a notice that is said of this recipient, down to the line that names another
    or another's host; the whole notice where it is not named."""
    lines = notice.split("\n")
    wanted = recipient.lower()
    known = {other.lower() for other in others} - {wanted}
    for number, line in enumerate(lines):
        if not wanted or wanted not in line.lower():
            continue
        after = number + 1
        while after < len(lines) and after - number < _ABOUT_LINES:
            if _speaks_of_another(lines[after][:LINE_LIMIT], wanted, known):
                break
            after += 1
        if after < len(lines):
            after = _before_heading(lines, number, after)
        return "\n".join(lines[_reason_above(lines, number) : after])
    return notice


def _speaks_of_another(line: str, wanted: str, known: set[str]) -> bool:
    if wanted in line.lower():
        return False
    at_start = _AT_START.match(line)
    if at_start or (
        known and "@" in line and not known.isdisjoint(map(str.lower, ANY.findall(line)))
    ):
        return True
    if _NEW_TALK.match(line):
        return True
    if not _REPLY_LINE.match(line):
        return False
    domain = wanted.rpartition("@")[2]
    hosts = [host.lower() for host in _HOST.findall(line[:200])]
    theirs = {other.rpartition("@")[2] for other in known}
    return any(host in theirs and host != domain for host in hosts)


def _before_heading(lines: list[str], number: int, after: int) -> int:
    """A line that ends with a colon right above the next recipient is that one's heading."""
    above = after - 1
    while above > number and not lines[above].strip():
        above -= 1
    is_heading = above > number and lines[above].rstrip().endswith(":")
    apart = above - 1 <= number or not lines[above - 1].strip()
    return above if is_heading and apart else after


def _reason_above(lines: list[str], number: int) -> int:
    """Where this recipient's reason begins above its line: at a server's answer in a transcript, at
    a heading without an address in a list."""
    above = number
    while above > 0 and lines[above - 1].lstrip().startswith("<<< "):
        above -= 1
    if above < number:
        return above
    while above > 0 and not lines[above - 1].strip() and number - above < 2:
        above -= 1
    heading = lines[above - 1].rstrip() if above > 0 else ""
    return above - 1 if heading.endswith(":") and "@" not in heading else number


def alias_in(about: str) -> str:
    """The address that led to this recipient, where the notice tells of it."""
    found = _ALIAS.search(about)
    return found[1] if found else ""


def _returned_to(returned: str) -> list[str]:
    found = re.search(r"^To\s*:(.*)$", returned, re.IGNORECASE | re.MULTILINE)
    return ANY.findall(found[1][:LINE_LIMIT]) if found else []


def _distinct(addresses: Iterable[str]) -> list[str]:
    clean = [dsn.address_in(address).strip(".'") for address in addresses]
    return list({address.lower(): address for address in clean}.values())[: dsn.RECIPIENT_LIMIT]
