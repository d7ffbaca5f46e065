"""What parts say that are no text: read as values, at bounded cost."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from maildesk.mail.message import Kind
from maildesk.mail.parse import parse
from maildesk.mail.parts.calendar import appointment
from maildesk.mail.parts.cards import card
from maildesk.mail.parts.items import (
    Appointment,
    Card,
    Item,
    Languages,
    Piece,
    Sealed,
    Voice,
    Wordless,
)
from maildesk.mail.parts.sealed import by_key
from tests.corpus.odd import HEAD, HELLO, ID, attached, mixed, part

FLOATING = datetime(2026, 12, 15, 14, 30, tzinfo=UTC).replace(tzinfo=None)
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
METHOD:{method}
BEGIN:VTIMEZONE
TZID:Europe/Vienna
BEGIN:STANDARD
DTSTART:19700101T000000
RRULE:FREQ=SECONDLY
TZOFFSETFROM:+1300
TZOFFSETTO:+1300
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:7@north.example
SUMMARY:Look at the
  roof
LOCATION:Hall 2\\, gate B
ORGANIZER;CN="Lea Berg":mailto:lea@north.example
ATTENDEE;CN=Odo;PARTSTAT={answer}:mailto:odo@north.example
DTSTART;TZID=Europe/Vienna:20261215T143000
DTEND;TZID=Europe/Vienna:20261215T150000
{more}DESCRIPTION:Bring\\na ladder.
BEGIN:VALARM
TRIGGER:-PT5M
DESCRIPTION:Alarm
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def event(method: str = "REQUEST", answer: str = "NEEDS-ACTION", more: str = "") -> str:
    return EVENT.format(method=method, answer=answer, more=more)


def found(text: str) -> Appointment:
    read = appointment(text)
    assert read is not None
    return read


def items(raw: bytes) -> tuple[Item, ...]:
    return parse(raw).items


def alone(kind: bytes, body: bytes, *fields: bytes) -> bytes:
    more = b"".join(field + b"\n" for field in fields)
    return (
        HEAD
        + ID
        + b"Subject: x\nMIME-Version: 1.0\nContent-Type: "
        + kind
        + b"\n"
        + more
        + b"\n"
        + body
    )


def test_an_invitation_is_read() -> None:
    read = found(event())
    vienna = ZoneInfo("Europe/Vienna")
    assert (read.method, read.summary, read.location) == (
        "request",
        "Look at the roof",
        "Hall 2, gate B",
    )
    assert read.start == datetime(2026, 12, 15, 14, 30, tzinfo=vienna)
    assert read.end == datetime(2026, 12, 15, 15, 0, tzinfo=vienna)
    assert (read.organizer, read.zone) == ("Lea Berg <lea@north.example>", "Europe/Vienna")
    assert read.description == "Bring\na ladder."
    assert not read.is_change


def test_changes_cancellations_and_answers_are_told_apart() -> None:
    assert found(event(more="SEQUENCE:2\n")).is_change
    assert found(event("CANCEL")).is_cancelled
    answer = found(event("REPLY", "DECLINED"))
    assert (answer.answer, answer.answer_of) == ("declined", "Odo <odo@north.example>")


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ("DTSTART:20261215T143000Z", datetime(2026, 12, 15, 14, 30, tzinfo=UTC)),
        ("DTSTART;VALUE=DATE:20261215", date(2026, 12, 15)),
        ("DTSTART;TZID=Somewhere:20261215T143000", FLOATING),
        ("DTSTART:20261215T143000", FLOATING),
        ("DTSTART:sometime", None),
    ],
)
def test_moments_are_read_as_far_as_they_are_known(written: str, start: object) -> None:
    lines = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\n{written}\nEND:VEVENT\nEND:VCALENDAR\n"
    assert found(lines).start == start


def test_a_rule_is_named_and_never_worked_out() -> None:
    assert found(event(more="RRULE:FREQ=DAILY;COUNT=999999999\n")).repeats == "daily"
    assert found(event(more="RRULE:FREQ=SECONDLY\n")).repeats == ""


def test_of_a_hundred_thousand_events_one_is_read() -> None:
    one = "BEGIN:VEVENT\nSUMMARY:x\nDTSTART:20261215T143000Z\nEND:VEVENT\n"
    read = found("BEGIN:VCALENDAR\n" + one * 20_000 + "END:VCALENDAR\n")
    assert (read.summary, read.others) == ("x", 19_999)


@pytest.mark.parametrize("text", ["", "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "BEGIN:VEVENT", "\x00"])
def test_what_is_no_event_is_none(text: str) -> None:
    read = appointment(text)
    assert read is None or read.start is None


def test_an_answer_to_an_invitation_is_automatic_and_a_request_is_not() -> None:
    answer = parse(alone(b"text/calendar; method=REPLY", event("REPLY", "ACCEPTED").encode()))
    request = parse(alone(b"text/calendar; method=REQUEST", event().encode()))
    assert (answer.kind, answer.may_answer) == (Kind.AUTOMATIC, False)
    assert (request.kind, request.may_answer) == (Kind.ORDINARY, True)
    assert request.attachments[0].filename.endswith(".ics")


def test_the_words_of_an_answer_are_read_and_no_response() -> None:
    """COMMENT (RFC 5546, 3.2.3) is all that its writer says: "can we do Friday?"."""
    words = "COMMENT:Can we do\n  Friday?\n"
    assert found(event("COUNTER", more=words)).comment == "Can we do Friday?"
    assert found(event(more="COMMENT:" + "x" * 90_000 + "\n")).comment == "x" * 4_000
    plain = parse(alone(b"text/calendar; method=REPLY", event("REPLY", "DECLINED").encode()))
    says = event("REPLY", "DECLINED", more=words).encode()
    said = parse(alone(b"text/calendar; method=REPLY", says))
    assert (plain.is_response, said.is_response) == (True, False)
    assert (said.kind, said.may_answer) == (Kind.AUTOMATIC, False)


@pytest.mark.parametrize(
    ("text", "is_response"),
    [
        (b"Sorry, I am away. Can we do Friday?", False),
        (b"Odo has declined this invitation.\n\nLook at the roof\nTuesday 2:30pm", True),
        (b"Not before you look at the roof yourself!", False),
        (b"", True),
    ],
)
def test_words_beside_an_answer_are_its_writer_s_where_no_program_tells_of_it(
    text: bytes, is_response: bool
) -> None:
    calendar = part(b"text/calendar; method=REPLY", event("REPLY", "DECLINED").encode())
    raw = mixed(part(b"text/plain", text), calendar, subtype=b"alternative")
    assert parse(raw).is_response is is_response


CARD = b"""BEGIN:VCARD
VERSION:3.0
N:Berg;Lea;;;
FN:Lea Berg
ORG:North;Roofs
PHOTO;ENCODING=b:%s
item1.EMAIL;TYPE=work:lea@north.example
TEL:+43 1 234
END:VCARD
"""


def test_a_card_is_read_and_its_photo_passed_by() -> None:
    photo = b"\n ".join([b"A" * 75] * 40_000)
    assert card(CARD % photo + CARD % b"") == Card(
        "Lea Berg", "North, Roofs", ("lea@north.example", "+43 1 234"), 1
    )


def test_an_old_card_in_quoted_printable_is_read() -> None:
    name = b"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg"
    old = b"BEGIN:VCARD\nVERSION:2.1\n" + name + b"\nEND:VCARD\n"
    assert card(old) == Card("Jörg")


def test_a_message_in_pieces_says_which_one_it_is() -> None:
    raw = alone(b'message/partial; id="a@b"; number=2; total=3', b"half")
    assert items(raw) == (Piece(2, 3),)


@pytest.mark.parametrize(
    ("field", "name", "seconds"),
    [
        (b"Content-Duration: 95", b"a.wav", 95),
        (b"X-A: b", b"Voice 1m 5s.mp3", 65),
        (b"X-A: b", b"call 0:42.mp3", 42),
        (b"X-A: b", b"message.mp3", 0),
    ],
)
def test_a_voice_message_has_the_length_that_is_said(
    field: bytes, name: bytes, seconds: int
) -> None:
    raw = alone(b'audio/mpeg; name="' + name + b'"', b"ID3", field)
    assert items(raw) == (Voice(seconds),)


def test_a_letter_in_several_languages_shows_its_original() -> None:
    def translation(code: bytes, words: bytes, kind: bytes) -> bytes:
        inner = b"Subject: x\nContent-Type: text/plain\n\n" + words
        fields = (b"Content-Language: " + code, b"Content-Translation-Type: " + kind)
        return part(b"message/rfc822", inner, *fields)

    raw = mixed(
        part(b"text/plain", b"This is in two languages."),
        translation(b"en", b"The roof leaks.", b"human"),
        translation(b"de", b"Das Dach leckt.", b"original"),
        subtype=b"multilingual",
    )
    read = parse(raw)
    assert read.reply == "Das Dach leckt."
    assert read.items == (Languages("de", ("en", "de")),)
    assert read.forwarded is None


def test_pgp_names_the_keys_that_open_it() -> None:
    session = b"\xc1\x0d\x03" + bytes.fromhex("0123456789ABCDEF") + b"\x01\x00\x00\x00"
    armour = (
        b"-----BEGIN PGP MESSAGE-----\n\n"
        + base64.b64encode(session)
        + b"\n=abcd\n-----END PGP MESSAGE-----\n"
    )
    assert by_key(armour) == Sealed("pgp", ("0123456789ABCDEF",))
    raw = mixed(
        part(b"application/pgp-encrypted", b"Version: 1"),
        part(b"application/octet-stream", armour),
        subtype=b"encrypted",
    )
    assert items(raw) == (Sealed("pgp", ("0123456789ABCDEF",)),)


def test_smime_names_whose_certificate_opens_it() -> None:
    name = bytes.fromhex("06092a864886f70d010901") + b"\x16\x10" + b"it@north.example"
    seal = (
        bytes.fromhex("3080060b2a864886f70d010703")[:0]
        + b"\x30\x80\x06\x09"
        + bytes.fromhex("2a864886f70d010703")
        + name
    )
    raw = alone(
        b"application/pkcs7-mime; smime-type=enveloped-data",
        base64.encodebytes(seal), b"Content-Transfer-Encoding: base64",
    )  # fmt: skip
    assert items(raw) == (Sealed("smime", ("it@north.example",)),)


def test_where_nothing_is_written_the_files_are_counted() -> None:
    raw = mixed(attached(b"a.pdf", b"%PDF-1.4"), attached(b"b.png", b"\x89PNG\r\n\x1a\n"))
    assert items(raw) == (Wordless(pictures=1, documents=1),)
    assert items(mixed(HELLO, attached(b"a.pdf", b"%PDF-1.4"))) == ()
