"""The lines From, Date, To and Subject that a mail program puts above the message it quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maildesk.mail.reply.phrases import FIELDS, LONGEST_LABEL, folded
from maildesk.mail.reply.quote import _DATE

_MAX_BLOCK = 60


_NOTES_LABELS = {
    **dict.fromkeys(("to", "an", "a", "à", "para", "aan", "do", "till", "til", "宛先", "收件人"),
        "to"),
    **dict.fromkeys(("cc", "kopie", "copie", "copia", "cópia", "kopia", "kopi", "bcc", "抄送"),
        "other"),
    **dict.fromkeys(("subject", "thema", "betreff", "objet", "asunto", "oggetto", "assunto",
        "onderwerp", "temat"), "subject"),
    **dict.fromkeys(("件名", "主题"), "subject"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """From, Sent, To, Subject as printed above an earlier message; `end` is the
    first line below them."""

    end: int
    values: dict[str, str]

    @property
    def complete(self) -> bool:
        """Whether it names who wrote to whom about what: what a forward without a
        divider looks like."""
        addressed = (
            self.of_outlook
            or "@" in self.values.get("from", "")
            or "@" in self.values.get("to", "")
        )
        return (
            addressed
            and {"from", "to"} <= self.values.keys()
            and not self.values.keys().isdisjoint({"subject", "date", "sent"})
        )

    @property
    def of_outlook(self) -> bool:
        """Whether it has Outlook's four fields in Outlook's order."""
        return [name for name in self.values if name != "other"] == [
            "from",
            "sent",
            "to",
            "subject",
        ]


def may_be_notes(line: str) -> bool:
    """A cheap look: could this be the "To" of Lotus Notes' block?"""
    return (len(line) < 6 or "\t" in line[:8]) and _NOTES_LABELS.get(
        folded(line.partition("\t")[0].strip())
    ) == "to"


def field_of(line: str) -> tuple[str, str]:
    """The header field a line names, and its value; ("", "") for any other line."""
    head = line[:LONGEST_LABEL]
    colon, wide = head.find(":"), head.find("：")
    if 0 <= wide < colon or colon < 0:
        colon = wide  # "发件人： Ana [mailto:ana@…]"
    if colon < 0:
        return "", ""
    found = FIELDS.get(head[:colon].strip(" *_\t\xa0").lower().replace("\u0307", ""), "")
    return (found, line[colon + 1 :].strip(" *_\t\xa0")) if found else ("", "")


def header_block(lines: Sequence[str], at: int) -> HeaderBlock | None:
    """The header block that begins here, if two or more fields of one stand together and say so
    beyond doubt."""
    values: dict[str, str] = {}
    last, end, here, stacked = "", at, at, False
    stop = min(len(lines), at + _MAX_BLOCK)
    while here < stop:
        line = lines[here]
        found, value = field_of(line) if line else ("", "")
        if not last and (
            found == "other" or (found and line[0].islower() and line[line.find(":") - 1] != " ")
        ):
            # people and programs write "from:" into settings; above a letter stands "From:", or
            # Orange's "de :"
            return None
        if found:
            if found in values and found != "other":
                break
            values.setdefault(found, value)
            last, end = found, here + 1
        elif not last or not (
            _continues(lines, here, stop, values) or (stacked and line and not values[last])
        ):
            break
        elif line:
            # each value stands below its label: a table that was made a text
            stacked = stacked or not values[last]
            values[last] = f"{values[last]} {line.strip(' *')}".strip()
            end = here + 1
        here += 1
    return HeaderBlock(end, values) if _is_block(values) else None


def notes_block(lines: Sequence[str], at: int) -> tuple[int, HeaderBlock] | None:
    """Lotus Notes' block, whose "To" stands at `at`: the name and the date above it, labels without
    a colon below.

    Where it begins, and the block; None where these are ordinary words.
    """
    above = [here for here in range(at - 1, max(-1, at - 9), -1) if lines[here]][:4]
    dated = next(
        (here for here in above if len(lines[here]) < 40 and _DATE.search(lines[here])), None
    )
    named = next(
        (
            here
            for here in above
            if dated is not None and here < dated and not field_of(lines[here])[0]
        ),
        None,
    )
    if dated is None or named is None or len(lines[named]) > 100 or lines[named][-1] in ".:?!":
        return None
    values = {"from": lines[named], "date": lines[dated]}
    last = ""
    for here in range(at, min(len(lines), at + 16)):
        label, _, value = lines[here].partition("\t")
        found = _NOTES_LABELS.get(folded(label.strip()), "")
        if found:
            last = found
        value = value.strip() if found else lines[here]
        if last and value:
            values.setdefault(last, value)
        if "subject" in values:
            return named, HeaderBlock(here + 1, values)
    return None


def _continues(lines: Sequence[str], here: int, stop: int, values: dict[str, str]) -> bool:
    """Whether a line without a label still belongs to the block: a folded value, a list of
    addresses, one blank line."""
    line = lines[here]
    follows = ""
    for below in range(here + 1, min(here + 3, stop)):
        if lines[below]:
            follows = field_of(lines[below])[0]
            if follows or not line:
                break
    if follows and follows not in values:
        return True
    if (
        line
        and "@" in line
        and ">" in line
        and (last := list(values.values())[-1]).count("<") > last.count(">")
    ):
        return True  # wrapped within an address
    return bool(line) and "subject" not in values and line[0] in "<\"'" and "@" in line


def _is_block(values: dict[str, str]) -> bool:
    known = values.keys() - {"other"}
    dated = "date" in known or "sent" in known
    if len(known) < 2 or not (dated or "from" in known):
        return False
    if "@" in values.get("from", "") or "@" in values.get("to", ""):
        return True
    if "sent" in known and "from" in known:
        return True
    return len(known) > 2 and dated and "subject" in known and not known.isdisjoint({"from", "to"})
