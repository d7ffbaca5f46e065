"""What a customer said is seen by agents: in a changed subject, in somebody else's mail that they
pasted, in a small picture."""

from __future__ import annotations

from email.message import EmailMessage

from tests.pipeline.place import Place, mail

ANA = "ana@desk.example"
KIM = "kim@customer.example"
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def told(place: Place) -> tuple[EmailMessage, str, str]:
    """The last notification to Ana, its words and its page."""
    letter = place.letters(ANA)[-1]
    text, page = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None and page is not None
    words = " ".join(str(text.get_content()).split())
    return letter, words, " ".join(str(page.get_content()).split())


def answers(place: Place, text: str, **fields: str) -> None:
    last = place.letters(KIM)[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(mail(text, To=to, In_Reply_To=str(last["Message-ID"]), **fields), KIM, to)


def test_words_in_the_subject_alone_are_seen(place: Place) -> None:
    place.receive(mail())
    answers(place, "", Subject="Re: STOP - paper came, cancel the order [TKT-0001]")
    _, words, page = told(place)
    assert "Subject: STOP - paper came, cancel the order" in words
    assert "STOP - paper came, cancel the order" in page
    (row,) = place.rows("messages", id=2)
    assert row.reply == "Subject: STOP - paper came, cancel the order"


def test_a_subject_that_the_ticket_had_before_says_nothing_new(place: Place) -> None:
    place.receive(mail())
    place.answer(ANA, "#subject Paper jam in the hall")
    answers(place, "And now?", Subject="Re: Printer [TKT-0001]")
    assert "Subject: Printer" not in told(place)[1]
    assert place.row("messages", 2).reply == "And now?"


def test_a_pasted_mail_of_somebody_else_is_seen_in_text_and_page(place: Place) -> None:
    place.receive(mail())
    pasted = (
        "What shall I answer?\r\n\r\nFrom: Provider Care <care@provider.example>\r\n"
        "Sent: Thursday, 26 November 2026 09:00\r\nTo: Kim <kim@customer.example>\r\n"
        "Subject: Your line\r\n\r\nYour line will be cut."
    )
    answers(place, pasted)
    assert "care@provider.example" in told(place)[1] and "will be cut." in told(place)[1]
    html = pasted.replace("<", "&lt;").replace("\r\n", "<br>\r\n")
    answers(place, f"<div>{html}</div>", **{"Content-Type": "text/html"})
    _, words, page = told(place)
    assert "will be cut." in words and "will be cut." in page


def picture(source: str, named: str) -> bytes:
    return (
        "From: Kim <kim@customer.example>\r\nTo: support@desk.example\r\nSubject: shot\r\n"
        f"Message-ID: <{abs(hash((source, named)))}@customer.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
        f"Content-Type: text/html\r\n\r\n<p>The error: {source}</p>\r\n--b\r\n"
        f"Content-Type: image/png; name=shot.png\r\n{named}Content-Disposition: inline\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{PNG}\r\n--b--\r\n"
    ).encode()


def test_a_picture_that_the_page_names_in_whatever_way_is_shown(place: Place) -> None:
    for source, named in (
        ('<img src="cid:one@x">', "Content-ID: <one@x>\r\n"),
        ('<img src="image001.png">', "Content-ID: <image001.png>\r\n"),
        ("<img src=shot.png>", ""),
        ('<img src="http://x.example/a.png">', "Content-Location: http://x.example/a.png\r\n"),
    ):
        place.receive(picture(source, named))
        letter, _, page = told(place)
        shown = [part for part in letter.walk() if part.get_content_type() == "image/png"]
        assert len(shown) == 1, source
        assert f'src="cid:{str(shown[0]["Content-ID"]).strip("<>")}"' in page, source


def test_a_picture_that_no_page_shows_is_a_file_however_small(place: Place) -> None:
    place.receive(picture("see below", "Content-ID: <one@x>\r\n"))
    letter, words, _ = told(place)
    assert "[shot.png," in words
    assert [part.get_filename() for part in letter.iter_attachments()] == ["shot.png"]


def test_words_below_an_unmarked_copy_of_ours_are_seen(place: Place) -> None:
    place.receive(mail())
    place.answer(ANA, "Please pull the paper out at the back.\nThen close the flap again.")
    body = place.letters(KIM)[-1].get_body(("plain",))
    assert body is not None
    copy = str(body.get_content()).replace("\n", "\r\n")
    head = (
        "From: Example Support <support@desk.example>\r\nSent: Friday, 20 November 2026 11:00\r\n"
    )
    head += "To: Kim <kim@customer.example>\r\nSubject: Re: Printer\r\n\r\n"
    answers(place, f"See below.\r\n\r\n{head}{copy}\r\nThe flap is broken.")
    assert "See below. The flap is broken." in told(place)[1]


def test_who_sends_encrypted_mail_hears_that_nobody_can_read_it(place: Place) -> None:
    sealed = (
        "From: Kim <kim@customer.example>\r\nTo: support@desk.example\r\nSubject: Scanner\r\n"
        "Message-ID: <sm@customer.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nMIIC9QYJKoZIhvcNAQcDoIIC5jCCAuICAQAxggFS\r\n"
    )
    place.receive(sealed.encode())
    assert "This message is encrypted (S/MIME). The desk cannot open it." in told(place)[1]
    body = place.letters(KIM)[-1].get_body(("plain",))
    assert body is not None
    words = " ".join(str(body.get_content()).split())
    assert "Your message is encrypted, and we cannot open it. Please send it again" in words


def test_an_answer_under_the_subject_of_our_own_mail_says_nothing_by_it(place: Place) -> None:
    place.receive(mail("One."))
    acknowledgement = place.letters(KIM)[-1]
    place.receive(
        mail(
            "Two.",
            Subject=f"Re: {acknowledgement['Subject']}",
            In_Reply_To=str(acknowledgement["Message-ID"]),
        )
    )
    assert [row.reply.strip() for row in place.rows("messages")] == ["One.", "Two."]
