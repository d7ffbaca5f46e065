"""Calendar parts (RFC 5545, 5546), read at bounded cost.

The first event is read by the icalendar library, out of its own lines alone: a part of a hundred
thousand events costs a search. Rules of repetition are named and never worked out, and a zone is
its name, never the table that was sent along: a table can say anything, and take for ever.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from maildesk.mail.invisible import seen
from maildesk.mail.parts.items import Appointment

READ = 2_000_000  # octets of a part that are looked through
_EVENT = 60_000  # characters of an event that are read
_TEXT = 4_000  # characters of a description that are told
_LINE = 300
_BEGIN = re.compile(r"^BEGIN:V(EVENT|TODO)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_METHOD = re.compile(r"^METHOD[^:\n]{0,100}:[ \t]*([A-Za-z-]{1,30})", re.MULTILINE | re.IGNORECASE)
_DROPPED = re.compile(  # what may be long, and is not told
    r"^(?:ATTACH|X-[A-Z0-9-]+|RDATE|EXDATE|EXRULE|CATEGORIES)[;:].*\n(?:[ \t].*\n)*",
    re.MULTILINE | re.IGNORECASE,
)
_ALARM = re.compile(r"^BEGIN:VALARM.*?^END:VALARM[^\n]*\n?", re.MULTILINE | re.DOTALL)
_FREQUENCY = re.compile(r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)", re.IGNORECASE)
_TZID = re.compile(r"^DTSTART;[^:\n]*TZID=\"?([^\";:\n]{1,100})", re.MULTILINE | re.IGNORECASE)
_ATTENDEES = re.compile(r"^ATTENDEE[;:].*\n(?:[ \t].*\n)*", re.MULTILINE | re.IGNORECASE)
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}


def appointment(text: str, method: str = "") -> Appointment | None:
    """The first event of a calendar part; None where there is none that can be read. `method` is
    that of the Content-Type, which yields to the calendar's own."""
    text = text[:READ].replace("\r\n", "\n")
    begins = _BEGIN.search(text)
    if begins is None:
        return None
    said = _METHOD.search(text, 0, begins.start())
    kind = begins[1].upper()
    end = text.find(f"\nEND:V{kind}", begins.start())
    lines = text[begins.start() : end if end >= 0 else len(text)][:_EVENT] + "\n"
    event = _event(_DROPPED.sub("", _ALARM.sub("", lines)), kind)
    if event is None:
        return None
    zone = _TZID.search(lines)
    others = len(_BEGIN.findall(text)) - 1
    return _told(event, (said[1] if said else method).lower(), zone[1] if zone else "", others)


def _event(lines: str, kind: str) -> Any:
    """What icalendar makes of these lines; of attendees the first two, whom an answer names."""
    from icalendar import Calendar  # costs a tenth of a second, and few messages need it

    attendees = _ATTENDEES.findall(lines)
    lines = _ATTENDEES.sub("", lines) + "".join(attendees[:2])
    whole = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-\n{lines}END:V{kind}\nEND:VCALENDAR\n"
    try:
        found = Calendar.from_ical(whole.replace("\n", "\r\n")).walk(f"V{kind}")
    except Exception:  # a crafted part may break any parser: then it stays a file
        return None
    return found[0] if found else None


def _told(event: Any, method: str, zone: str, others: int) -> Appointment:
    attendees = event.get("attendee") or []
    attendees = attendees if isinstance(attendees, list) else [attendees]
    first = attendees[0] if attendees else None
    status = str(getattr(first, "params", {}).get("PARTSTAT", "")).upper()
    rule = event.get("rrule")
    repeats = _FREQUENCY.search(rule.to_ical().decode("utf-8", "replace") if rule else "")
    return Appointment(
        method=method or "publish",
        summary=_line(event.get("summary")),
        start=_moment(event.get("dtstart"), zone),
        end=_moment(event.get("dtend") or event.get("due"), zone),
        zone=zone,
        location=_line(event.get("location")),
        organizer=_person(event.get("organizer")),
        answer_of=_person(first) if method in ("reply", "counter") else "",
        answer=_ANSWERS.get(status, "") if method == "reply" else "",
        description=_words(event.get("description")),
        repeats=repeats[1].lower() if repeats else "",
        is_change=method == "request" and _number(event.get("sequence")) > 0,
        is_cancelled=method == "cancel" or str(event.get("status", "")).upper() == "CANCELLED",
        others=others,
        comment=_words(event.get("comment")),
    )


def _words(value: Any) -> str:
    """What is written in a property of text, or in the first of several."""
    first = value[0] if isinstance(value, list) and value else value
    return seen(str(first or "")[:_TEXT]).strip()


def _line(value: object) -> str:
    return " ".join(seen(str(value or ""))[:_LINE].split())


def _number(value: object) -> int:
    text = str(value or "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _person(value: Any) -> str:
    """ "Cal Ott <cal@customer.example>" of an organizer or attendee."""
    if value is None:
        return ""
    value = value[0] if isinstance(value, list) else value
    address = _line(value)
    if address.lower().startswith("mailto:"):
        address = address[7:]
    name = _line(getattr(value, "params", {}).get("CN", ""))
    return f"{name} <{address}>" if name and name != address else address


def _moment(value: Any, zone: str) -> datetime | date | None:
    """When, in the zone it names where that is a known one; floating otherwise."""
    try:
        when = getattr(value, "dt", None)
    except Exception:  # icalendar keeps a broken property, and raises when it is asked
        return None
    if not isinstance(when, datetime):
        return when if isinstance(when, date) else None
    try:
        if when.tzinfo is not None:
            return when.astimezone(UTC) if when.utcoffset() is None else when
        if zone and "/" in zone:
            return when.replace(tzinfo=ZoneInfo(zone.strip("/")))
    except (ValueError, OverflowError, OSError, KeyError):
        pass
    return when.replace(tzinfo=None)
