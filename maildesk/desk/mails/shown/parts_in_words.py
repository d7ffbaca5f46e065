"""What the parts of a message that are no text say, in a language: invitations, cards, sealed mail.

The words stand above what was written, as new words do, so that notifications, the conversation
and the page show them; the parts themselves stay files. They are kept in the desk's first language,
in which rules and searches find them, and told anew in the language of whoever reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from maildesk.desk.mails.wording import Language
from maildesk.desk.policy import Policy
from maildesk.mail.message import Message, Part, Role
from maildesk.mail.parts.items import (
    Appointment,
    Card,
    Item,
    Languages,
    Letter,
    Piece,
    Sealed,
    Voice,
    Wordless,
)

_ONE_DAY = timedelta(days=1)
# Sentences that stand within what is told of a part, and never begin it.
_WITHIN = frozenset(
    f"part_{name}"
    for name in (
        *("when", "until", "where", "from", "repeats", "more", "sealed_for"),
        *("picture", "pictures", "document", "documents", "file", "files"),
    )
)


def for_desk(message: Message, policy: Policy) -> Message:
    """The same in the desk's first language and its office's zone."""
    items = message.items
    if message.sender is not None and policy.agent(message.sender.address) is not None:
        items = tuple(one for one in items if not isinstance(one, Letter))  # that is its ticket
    if not items:
        return message
    message = replace(message, items=items)
    return in_words(message, _of_desk(policy), _zone(policy))


def _of_desk(policy: Policy) -> Language:
    return policy.wording.of(policy.default_language)


def _zone(policy: Policy) -> ZoneInfo:
    return policy.office.tz if policy.office is not None else ZoneInfo("UTC")


def retold(text: str, items: Iterable[Item], policy: Policy, language: Language) -> str:
    """A text that `for_desk` has made, what it tells of these parts in this language."""
    rest, told, zone = text, list[str](), _zone(policy)
    for item in items:
        kept = "\n".join(_lines(item, _of_desk(policy), zone))
        if kept and rest.startswith(kept):
            told.append("\n".join(_lines(item, language, zone)))
            rest = rest[len(kept) :].lstrip("\n")
    return "\n\n".join(filter(None, (*told, rest)))


def tells_of_parts(text: str, policy: Policy) -> bool:
    """Whether a text that was kept may begin with what `for_desk` tells of a part."""
    forms = _of_desk(policy).sentences.items()
    heads = (form for name, form in forms if name.startswith("part_") and name not in _WITHIN)
    return _heads(tuple(heads)).match(text) is not None


@lru_cache(maxsize=16)
def _heads(forms: tuple[str, ...]) -> re.Pattern[str]:
    """Lines that begin what is told of a part, whatever stands in them."""
    written = (re.sub(r"\\\{\w+\\\}", ".*", re.escape(form)) for form in forms)
    return re.compile(rf"(?:{'|'.join(written)})$", re.MULTILINE)


def in_words(message: Message, language: Language, zone: ZoneInfo) -> Message:
    """The message with its parts told above its text, moments in this zone; the message itself
    where there is nothing to tell, or its text tells it."""
    told = [
        "\n".join(lines)
        for item in message.items
        if not _is_told(item, message.text) and (lines := list(_lines(item, language, zone)))
    ]
    if not told:
        return message
    words = "\n\n".join(told)
    if not message.text.strip():
        return replace(message, text=words, parts=(Part(Role.NEW, words),), reply=words)
    return replace(
        message,
        text=f"{words}\n\n{message.text}",
        parts=(Part(Role.NEW, f"{words}\n\n"), *message.parts),
        reply=f"{words}\n\n{message.reply}".strip(),
    )


def _is_told(item: Item, text: str) -> bool:
    """Whether the text beside an invitation has its subject and its hour already."""
    if not isinstance(item, Appointment) or not item.summary or item.summary not in text:
        return False
    if not isinstance(item.start, datetime):
        return False
    return any(form in text for form in (f"{item.start:%H:%M}", f"{item.start:%I:%M}".lstrip("0")))


def _lines(item: Item, language: Language, zone: ZoneInfo) -> Iterator[str]:
    say = language.sentence
    if isinstance(item, Appointment):
        yield from _appointment(item, language, zone)
    elif isinstance(item, Card):
        yield say("part_card", who=item.name or item.organisation)
        if item.organisation and item.name:
            yield item.organisation
        yield from item.details
        yield from _more(item.others, language)
    elif isinstance(item, Sealed):
        yield say(f"part_sealed_{item.scheme}")
        if item.recipients:
            yield say("part_sealed_for", who=", ".join(item.recipients))
    elif isinstance(item, Piece):
        name = "part_piece" if item.total else "part_piece_of_many"
        yield say(name, number=str(item.number), total=str(item.total))
    elif isinstance(item, Voice):
        length = f"{item.seconds // 60}:{item.seconds % 60:02d}"
        yield say("part_voice_length", length=length) if item.seconds else say("part_voice")
    elif isinstance(item, Languages):
        others = [name for name in item.all_of_them if name != item.shown]
        if others:
            yield say("part_languages", others=", ".join(others))
    elif isinstance(item, Letter):
        yield say("part_letter", who=item.who, subject=item.subject or say("no_subject"))
        yield f"\n{item.text}"
    elif isinstance(item, Wordless):
        yield say("part_wordless", files=", ".join(_files(item, language)))


def _files(item: Wordless, language: Language) -> Iterator[str]:
    counts = (("picture", item.pictures), ("document", item.documents), ("file", item.others))
    for name, count in counts:
        if count:
            yield language.sentence(f"part_{name}{'s' if count > 1 else ''}", count=str(count))


def _more(others: int, language: Language) -> Iterator[str]:
    if others:
        yield language.sentence("part_more", count=str(others))


def _appointment(item: Appointment, language: Language, zone: ZoneInfo) -> Iterator[str]:
    say = language.sentence
    yield say(_head(item), subject=item.summary or say("no_subject"), who=item.answer_of)
    when = _when(item, language, zone)
    if when:
        yield say("part_when", when=when)
    if item.repeats:
        yield say("part_repeats", how=language.word(f"part_{item.repeats}"))
    if item.location:
        yield say("part_where", where=item.location)
    if item.organizer and item.method not in ("reply", "counter"):
        yield say("part_from", who=item.organizer)
    yield from _more(item.others, language)
    for words in (item.comment, item.description):
        if words:
            yield f"\n{words}"


def _head(item: Appointment) -> str:
    """The sentence that says what the calendar part asks for (RFC 5546, 1.4)."""
    if item.method == "reply":
        return f"part_{item.answer or 'answered'}"
    if item.method == "counter":
        return "part_counter"
    if item.is_cancelled:
        return "part_cancellation"
    if item.method == "request":
        return "part_change" if item.is_change else "part_invitation"
    return "part_event"


def _when(item: Appointment, language: Language, zone: ZoneInfo) -> str:
    """The time here, and in the sender's own zone where that is another one."""
    start, end = item.start, item.end
    if start is None:
        return ""
    if not isinstance(start, datetime):
        return _days(start, end, language)
    if start.tzinfo is None:  # floating, or of a zone that nobody knows
        here = language.moment(start, language.long).strip()
        return f"{here} ({item.zone})" if item.zone else here
    try:
        local = start.astimezone(zone)
        ends = end.astimezone(zone) if isinstance(end, datetime) and end.tzinfo else None
    except (OverflowError, ValueError):
        return ""
    said = language.moment(local, language.long)
    if ends is not None and ends > local:
        same = ends.date() == local.date()
        form = f"{ends:%H:%M}" if same else language.moment(ends, language.long)
        said = language.sentence("part_until", when=said, end=form)
    if start.utcoffset() != local.utcoffset():
        theirs = item.zone or start.tzname() or ""
        said += f" ({start:%H:%M} {theirs})"
    return said


def _days(start: date, end: object, language: Language) -> str:
    """A whole day, or several; the end of RFC 5545 is the day behind the last."""
    first = language.moment(datetime.combine(start, time()), language.date)
    if not isinstance(end, date) or isinstance(end, datetime) or end - start <= _ONE_DAY:
        return first
    last = end - _ONE_DAY
    return f"{first} – {language.moment(datetime.combine(last, time()), language.date)}"
