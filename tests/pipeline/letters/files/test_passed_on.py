"""What a notification brings along: the customer's page with its own pictures, made safe, once for
all agents."""

# ruff: noqa: E501 (HTML as mail programs write it)

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from tests.pipeline.place import SUPPORT, Place, mail

AGENTS = ("ana@desk.example", "ben@desk.example", "carla@desk.example")
PAGE = '<p>The <b>second</b> label is blank.</p><img src="cid:shot@1"><p>Kim</p><img src="cid:logo@1" alt="Harbour Books">'
TRACKER = '<img src="https://track.example/open.gif" width="1" height="1">'


def png(width: int, size: int = 0) -> bytes:
    """A grey picture, `size` octets longer than it need be."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + kind
            + content
            + struct.pack(">I", zlib.crc32(kind + content))
        )

    rows = zlib.compress((b"\0" + b"\x80" * width) * 20)
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, 20, 8, 0, 0, 0, 0))
    return head + chunk(b"IDAT", rows) + chunk(b"teXt", b"." * size) + chunk(b"IEND", b"")


def letter(html: str = PAGE, text: str = "", *, pictures: bool = True, **fields: str) -> bytes:
    """A customer's HTML mail with a logo and a screenshot in it."""
    found = EmailMessage(policy=SMTP)
    head = {
        "From": "Kim <kim@customer.example>",
        "To": SUPPORT,
        "Subject": "Labels",
        "Message-ID": f"<{abs(hash(html))}@c.example>",
    }
    for name, value in (
        head | {name.replace("_", "-"): value for name, value in fields.items()}
    ).items():
        found[name] = value
    if text:
        found.set_content(text)
        found.add_alternative(html, subtype="html")
        page = found.get_payload(1)
    else:
        found.set_content(html, subtype="html")
        page = found
    assert isinstance(page, EmailMessage)
    if pictures:
        page.add_related(
            png(160), "image", "png", cid="<logo@1>", filename="image001.png", disposition="inline"
        )
        page.add_related(
            png(900, 30_000),
            "image",
            "png",
            cid="<shot@1>",
            filename="screen.png",
            disposition="inline",
        )
    return bytes(found)


def page_of(notice: EmailMessage) -> str:
    body = notice.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def parts_of(notice: EmailMessage) -> list[tuple[str, str, str]]:
    """Every file in it: name, disposition, Content-ID."""
    found = [part for part in notice.walk() if part.get_filename()]
    return [
        (str(p.get_filename()), str(p.get_content_disposition()), str(p["Content-ID"] or ""))
        for p in found
    ]


def test_agents_see_the_page_with_its_pictures_in_it(place: Place) -> None:
    place.receive(letter(PAGE + TRACKER))
    for agent in AGENTS:
        (notice,) = place.letters(agent)
        page = page_of(notice)
        assert "<b>second</b>" in page and "track.example" not in str(notice)
        assert (
            "1 picture from elsewhere held back" in page
            or "1 Bild von anderswo zurückgehalten" in page
        )
        parts = parts_of(notice)
        assert [(name, how) for name, how, _ in sorted(parts)] == [
            ("image001.png", "inline"),
            ("screen.png", "inline"),
        ]
        assert all(f'src="cid:{name.strip("<>")}"' in page for *_, name in parts)
        assert "The second label is blank." in str(notice.get_body(("plain",)))


def test_the_page_is_made_once_for_all_agents(place: Place) -> None:
    place.receive(letter())
    shown = {
        page_of(place.letters(agent)[0]).partition('class="inside"')[2].partition("</table>")[0]
        for agent in AGENTS
    }
    assert len(shown) == 1


def test_a_customer_never_gets_a_page_or_a_picture_back(place: Place) -> None:
    place.receive(letter(PAGE + TRACKER))
    (acknowledgement,) = place.letters("kim@customer.example")
    assert parts_of(acknowledgement) == []
    assert "<b>second</b>" not in page_of(acknowledgement) and "track.example" not in str(
        acknowledgement
    )


def test_a_reply_shows_its_new_words_only(place: Place) -> None:
    place.receive(mail())
    place.answer("ben@desk.example", "Which roll?")
    last = place.letters("kim@customer.example")[-1]
    html = "<p>The <i>long</i> one.</p><div class='gmail_quote'>On Fri, 20 Nov 2026 at 10:00, Support wrote:<blockquote>Which roll?</blockquote></div>"
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(
        letter(html, pictures=False, In_Reply_To=str(last["Message-ID"]), To=to),
        "kim@customer.example",
        to,
    )
    page = page_of(place.letters("ben@desk.example")[-1])
    assert "<i>long</i>" in page and "Which roll?" not in page


def test_pictures_beyond_the_limit_stay_behind_with_their_words(place: Place) -> None:
    file = place.folder / "desk.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("max_size: 10 MB", "max_size: 8 KB"),
        encoding="utf-8",
    )
    other = Place(place.folder)
    other.receive(letter(PAGE.replace('cid:shot@1"', 'cid:shot@1" alt="The screen"')))
    notice = other.letters("ana@desk.example")[0]
    assert [name for name, *_ in parts_of(notice)] == ["image001.png"]
    page = page_of(notice)
    assert "[The screen]" in page
    assert "Not passed on: screen.png" in page


def test_a_page_that_is_not_shown_leaves_its_logo_behind(place: Place) -> None:
    place.receive(
        letter(
            "<p>Something else that nobody wrote in the text of it.</p><img src='cid:logo@1'>",
            "The printer prints nothing today.",
        )
    )
    notice = place.letters("ana@desk.example")[0]
    assert "Something else" not in page_of(notice)
    assert parts_of(notice) == [("screen.png", "attachment", "")]


def test_what_a_stranger_writes_cannot_leave_its_frame(place: Place) -> None:
    place.receive(
        letter(
            "</div></td></tr></table></body><p>out</p></td><script>x</script><b onclick=x>in",
            pictures=False,
        )
    )
    page = page_of(place.letters("ana@desk.example")[0])
    inside = page.partition('class="inside"')[2].partition(">")[2].partition("</div></td></tr>")[0]
    assert "".join(inside.split()) == "<p>out</p><b>in</b>"


def test_a_colleagues_note_and_a_forwarded_question_stay_text(place: Place) -> None:
    place.receive(mail())
    last = place.letters("ben@desk.example")[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    note = letter(
        "<p>#note</p><p>He <b>never</b> pays.</p>", pictures=False, From="ben@desk.example", To=to
    )
    place.receive(note, "ben@desk.example", to)
    page = page_of(place.letters("ana@desk.example")[-1])
    assert "never" in page and "<b>never</b>" not in page and "#note</p>" not in page


def test_two_messages_with_the_same_content_id_are_told_apart(place: Place) -> None:
    place.receive(letter())
    place.receive(letter(PAGE + "<p>again</p>", Subject="Other"))
    first, second = place.letters("ana@desk.example")
    assert not {name for *_, name in parts_of(first)} & {name for *_, name in parts_of(second)}


def test_the_customers_own_picture_does_not_come_back_with_the_answer(place: Place) -> None:
    place.receive(letter())
    notice = place.letters("ben@desk.example")[0]
    to = str(notice["Reply-To"]).rpartition("<")[2].rstrip(">")
    quote = '<div class="gmail_quote">On Fri, 20 Nov 2026 at 10:00, Support wrote:<blockquote>Blank.<img src="cid:shot@1"><img src="cid:logo@1"></blockquote></div>'
    for words, files in (
        ("<p>See the manual.</p>", ["manual.pdf"]),
        ('<p>Look: <img src="cid:shot@1"></p>', ["manual.pdf", "screen.png"]),
    ):
        raw = letter(
            words + quote, From="ben@desk.example", To=to, Message_ID=f"<{len(words)}@desk.example>"
        )
        answer = message_from_bytes(raw, policy=SMTP)
        assert isinstance(answer, EmailMessage)
        answer.add_attachment(b"%PDF-1.7 manual", "application", "pdf", filename="manual.pdf")
        place.receive(bytes(answer), "ben@desk.example", to)
        reply = place.letters("kim@customer.example")[-1]
        assert sorted(name for name, *_ in parts_of(reply)) == files


def test_of_a_text_longer_than_a_mail_may_have_agents_see_the_beginning_and_get_all_of_it_as_a_file(
    place: Place,
) -> None:
    log = "2026-11-20 10:00:00 printer: out of paper\r\n" * 20_000
    assert place.receive(mail(log)).outcome == "opened"
    (notice,) = place.letters("ana@desk.example")
    (file,) = notice.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("message.txt", "text/plain")
    assert str(file.get_content()).rstrip().splitlines() == log.splitlines()
    text = notice.get_body(("plain",))
    assert text is not None
    assert "[…]" in str(text.get_content()).splitlines()
    assert place.rows("messages")[0].text.rstrip().splitlines() == log.splitlines()


def written(picture: bytes) -> str:
    """A picture as some programs write it into the page itself (RFC 2397)."""
    return f'<img src="data:image/png;base64,{b64encode(picture).decode()}" alt="The screen">'


def test_a_picture_written_into_the_page_comes_as_a_part_of_the_mail(place: Place) -> None:
    shot = png(900, 90_000)
    place.receive(
        letter(f"<p>The <b>second</b> label is blank.</p>{written(shot)}<p>Kim</p>", pictures=False)
    )
    for agent in AGENTS:
        (notice,) = place.letters(agent)
        page = page_of(notice)
        assert "<b>second</b>" in page and "Kim" in page and "data:" not in page
        ((name, how, content_id),) = parts_of(notice)
        assert (name, how) == (
            "picture-1.png",
            "inline",
        ) and f'src="cid:{content_id.strip("<>")}"' in page
        assert [part.get_content() for part in notice.walk() if part.get_filename()] == [shot]


def test_a_small_picture_written_into_the_page_goes_only_where_the_page_is_shown(
    place: Place,
) -> None:
    place.receive(
        letter(f"<p>The second label is blank.</p>{written(png(90, 500))}", pictures=False)
    )
    assert [how for _, how, _ in parts_of(place.letters("ana@desk.example")[0])] == ["inline"]
    other = f"<p>Something else that nobody wrote in the text of it.</p>{written(png(91, 500))}"
    place.receive(
        letter(other, "The printer prints nothing today.", pictures=False, Subject="Printer")
    )
    assert parts_of(place.letters("ana@desk.example")[-1]) == []


def test_a_picture_written_into_the_page_keeps_to_the_limit(place: Place) -> None:
    file = place.folder / "desk.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("max_size: 10 MB", "max_size: 8 KB"),
        encoding="utf-8",
    )
    other = Place(place.folder)
    other.receive(
        letter(f"<p>The second label is blank.</p>{written(png(900, 30_000))}", pictures=False)
    )
    notice = other.letters("ana@desk.example")[0]
    page = page_of(notice)
    assert parts_of(notice) == []
    assert "[The screen]" in page and "Not passed on: picture-1.png" in page


FORWARD = """---------- Forwarded message ---------
From: Supplier <info@supplier.example>
Date: Tue, Nov 10, 2026 at 9:30 AM
Subject: Pump
To: Kim <kim@customer.example>

The pump shows error E17.
"""


def test_what_a_customer_forwards_is_seen_by_agents(place: Place) -> None:
    head = f"From: Kim <kim@customer.example>\nTo: {SUPPORT}\nSubject: Fwd: Pump\nMessage-ID: <f{{}}@c.example>\n\n"
    for number, note in enumerate(("Please have a look.\n\n", "")):
        place.receive((head.format(number) + note + FORWARD).encode())
        notice = place.letters("ana@desk.example")[-1]
        body = notice.get_body(("plain",))
        assert body is not None
        assert note.strip() in body.get_content() and "error E17" in body.get_content()
        assert "error E17" in page_of(notice)
