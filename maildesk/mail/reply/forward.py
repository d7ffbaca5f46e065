"""What an inline forward says about the message inside it: who wrote it, to whom, when, about what,
and its words."""

from __future__ import annotations

from collections.abc import Sequence

from maildesk.mail.message import Forwarded, Mailbox
from maildesk.mail.reply.header_block import HeaderBlock, header_block
from maildesk.mail.reply.phrases import DATE, FROM, OTHER, SENT, SUBJECT, TO, folded
from maildesk.mail.reply.phrases_quote import FORWARD_PREFIX, LEAD, WROTE
from maildesk.mail.reply.quote import Attribution

_ADDRESS = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-"
)
_WORDS = frozenset(word for phrase in (*LEAD, *WROTE) for word in phrase.split()) | {
    "from",
    "от",
    "heeft",
    "používateľ",
}
_SAME_LINE = (("to", TO), ("other", OTHER), ("date", (*SENT, *DATE)), ("subject", SUBJECT))


def from_block(block: HeaderBlock, below: str) -> Forwarded:
    """The forward that a header block introduces; `below` is the text under it."""
    values = block.values
    return Forwarded(
        sender=mailbox(values.get("from", "")),
        to=mailboxes(values.get("to", "")),
        date=values.get("sent", "") or values.get("date", ""),
        subject=values.get("subject", ""),
        text=below.strip("\r\n"),
    )


def from_attribution(line: Attribution, below: str, subject: str) -> Forwarded:
    """The forward that a line "On … wrote:" introduces; its subject is ours without the prefix."""
    sender = _named_in(line.text)
    return Forwarded(
        sender=sender,
        to=(),
        date=_date_in(line.text),
        subject=bare_subject(subject),
        text=below.strip("\r\n"),
    )


def bare_subject(subject: str) -> str:
    """A subject without its forward prefixes."""
    rest = subject.strip()
    for _ in range(4):
        head, colon, tail = rest.partition(":" if ":" in rest else "：")
        if not colon or folded(head.strip()) not in FORWARD_PREFIX:
            break
        rest = tail.strip()
    return rest


def block_below(lines: Sequence[str], at: int) -> HeaderBlock | None:
    """The header block under a divider: on the next lines, or, as Yahoo has it, on
    the divider's own."""
    same = _same_line(lines[at])
    if same:
        return HeaderBlock(at + 1, same)
    for here in range(at + 1, min(len(lines), at + 6)):
        if lines[here]:
            found = header_block(lines, here)
            if found:
                return found
            return (
                HeaderBlock(here + 1, same)
                if (same := _same_line(lines[here]))
                else unknown_block(lines, here)
            )
    return None


def unknown_block(lines: Sequence[str], at: int) -> HeaderBlock | None:
    """Three or more lines "word: value" where a header block has to be, in words of no table: told
    apart by their values."""
    values: dict[str, str] = {}
    here = at
    while here < min(len(lines), at + 8):
        label, colon, value = lines[here].replace("：", ":", 1).partition(":")
        value = value.strip(" *\t")
        if not colon or len(label) > 40 or not value:
            break
        if "@" in value:
            values.setdefault(
                "other" if "to" in values else "to" if "from" in values else "from", value
            )
        elif "date" not in values and sum(map(str.isdigit, value)) > 5 and ":" in value:
            values["date"] = value
        else:
            values.setdefault("subject", value)
        here += 1
    return HeaderBlock(here, values) if here > at + 2 and "from" in values else None


def _same_line(line: str) -> dict[str, str]:
    """The fields of "---- Forwarded Message ---- From: A <a@b>To: … Sent: … Subject: …", run
    together in one line."""
    if len(line) > 4000 or "@" not in line:
        return {}
    rest = line
    if line.startswith("--"):
        _, _, rest = line.lstrip("-").partition("--")
        rest = rest.lstrip("- ")
    label = next(
        (
            label
            for label in FROM
            if folded(rest[: len(label) + 2]).startswith((label + ":", label + " :"))
        ),
        "",
    )
    if not label:
        return {}
    marks = [(0, len(label), "from")]
    low = "".join(folded(char) or char for char in rest)
    if len(low) != len(rest):
        low = rest
    for name, labels in _SAME_LINE:
        after = marks[-1][1] if name == "subject" else marks[0][1]
        found = _first_label(rest, low, labels, after)
        if found:
            marks.append((*found, name))
    marks.sort()
    values: dict[str, str] = {}
    for (_, end, name), following in zip(marks, [*marks[1:], (len(rest), 0, "")], strict=True):
        values.setdefault(name, rest[end : following[0]].strip(" :：\t"))
    return values if len(values) > 2 else {}


def _first_label(rest: str, low: str, labels: Sequence[str], after: int) -> tuple[int, int] | None:
    """Where the first of these labels stands: capitalised, and with its colon if
    any of them has one."""
    best: tuple[int, int] | None = None
    for ends in ((":", " :", "：", " ："), (" ",)):
        for label in labels:
            for end in ends:
                at = low.find(label + end, after)
                while at >= 0 and rest[at].islower():
                    at = low.find(label + end, at + 1)
                alone = ends[0] == " " and rest[at - 1] not in ">0123456789" and len(label) < 5
                if at >= 0 and (best is None or at < best[0]) and not alone:
                    best = (at, at + len(label) + len(end))
        if best:
            return best
    return None


def mailbox(value: str) -> Mailbox | None:
    """The first mailbox of a printed value: with angle brackets, Outlook's square ones, mailto:
    links, or bare."""
    value = value.split(" on behalf of ")[0]
    at = value.find("@")
    if at < 0:
        name = value.strip(" \"'<>*")
        return Mailbox(name, "") if name else None
    start, end = at, at + 1
    while start > 0 and value[start - 1] in _ADDRESS:
        start -= 1
    while end < len(value) and (value[end] in _ADDRESS or value[end].isalpha()):
        end += 1
    address = value[start:end].strip(".'*")
    name = value[:start].removesuffix("mailto:").rstrip(" <[(").strip(" \"'“”„«»*\t")
    if not name and (closing := value.find(")", end)) > 0 and "(" in value[end:closing]:
        name = value[end:closing].partition("(")[2].strip()
    return Mailbox("" if "@" in name else name, address)


def mailboxes(value: str) -> tuple[Mailbox, ...]:
    """Every mailbox of a printed list; at most a hundred."""
    pieces = value.replace(";", ",").split(",")
    found: list[Mailbox] = []
    held = ""
    for piece in pieces[:200]:
        held = f"{held},{piece}" if held else piece
        if "@" in held or piece is pieces[-1]:
            one = mailbox(held)
            if one:
                found.append(one)
            held = ""
    return tuple(found[:100])


def _named_in(text: str) -> Mailbox | None:
    """The writer named in "On … wrote:"."""
    found = mailbox(text)
    if found is None or not found.address:
        return None
    head = text[: text.find(found.address)].rstrip(" <([").removesuffix("mailto:").rstrip(" <([")
    if head[-1:] in "\"'”»“":
        quoted = head[:-1].rstrip()
        begin = max(quoted.rfind(mark) for mark in "\"'„«“")
        return Mailbox(quoted[begin + 1 :].strip(), found.address)
    words: list[str] = []
    for word in reversed(head.split()):
        if (
            any(map(str.isdigit, word))
            or word.lower().strip(",.:") in _WORDS
            or word.endswith((",", "、", "，"))
            or len(words) > 4
        ):
            break
        words.insert(0, word)
    return Mailbox(" ".join(words).strip("\"'"), found.address)


def _date_in(text: str) -> str:
    """The stretch of words around the digits of such a line; a person reads it, nothing
    computes with it."""
    digits = [at for at, char in enumerate(text[:200]) if char.isdigit()]
    if not digits:
        return ""
    at = text.find("@")
    while at > 0 and digits and digits[-1] > at and digits[0] < at:
        digits.pop()
    return text[digits[0] : digits[-1] + 1].strip()
