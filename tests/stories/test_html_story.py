"""HTML mail through the running desk: the agent sees it as it was laid out, with its picture, and
nothing of it does harm."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from tests.pipeline.letters.files.test_passed_on import letter, page_of, parts_of, png
from tests.stories.running_desk import Inbox, RunningDesk, address_in, answer, text_of

DESK = "support@desk.example"
BEN = "Ben <ben@desk.example>"
OUTLOOK = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal '
    "{margin:0cm}</style></head><body><div class=WordSection1><p class=MsoNormal>The "
    "<b>second</b> label is blank.<o:p></o:p></p>"
    '<p class=MsoNormal><img src="cid:shot@1"></p><p class=MsoNormal>Kim<br><img '
    'src="cid:logo@1" alt="Harbour Books"></p>'
    '<img src="https://track.example/open.gif" width=1 height=1><script>alert(1)</script>'
    '<div style="position:fixed;top:0;left:0;width:100%%;height:9%%">over</div><p '
    'onclick="alert(1)">end</p>%s</div></body></html>'
)
QUOTE = (
    "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p "
    "class=MsoNormal><b>From:</b> Support<br><b>Sent:</b> Friday, 20 November 2026 "
    "10:00<br><b>To:</b> Kim<br><b>Subject:</b> Re: Labels</p></div><p>Which roll is it?</p>"
)


def test_an_agent_gets_the_customers_page_with_its_picture_and_answers_it(
    desk: RunningDesk, inbox: Inbox
) -> None:
    question = letter(OUTLOOK % "")
    desk.send(question, "kim@customer.example", DESK)
    acknowledgement = inbox.take("kim@customer.example")
    assert parts_of(acknowledgement) == [] and "track.example" not in str(acknowledgement)

    notice = inbox.take("ben@desk.example")
    page = page_of(notice)
    assert "<b>second</b>" in page and "Kim<br>" in page
    assert not [
        bad
        for bad in ("track.example", "alert(1)", "onclick", "position", "cid:shot@1")
        if bad in page.partition("</head>")[2]
    ]
    assert "1 picture from elsewhere held back" in page
    assert picture(notice, "screen.png") == png(900, 30_000)
    assert "The second label is blank." in text_of(notice)

    desk.send(
        answer(notice, BEN, "Which roll is it?"), "ben@desk.example", address_in(notice["Reply-To"])
    )
    reply = inbox.take("kim@customer.example")
    assert "Which roll is it?" in text_of(reply)

    again = letter(
        OUTLOOK.replace("second", "third") % QUOTE,
        To=address_in(reply["Reply-To"]),
        Subject="Re: Labels",
    )
    desk.send(again, "kim@customer.example", address_in(reply["Reply-To"]))
    second = inbox.take("ben@desk.example")
    assert "<b>third</b>" in page_of(second) and "Which roll is it?" not in page_of(second)
    assert picture(second, "screen.png") == png(900, 30_000)


def test_the_conversation_can_be_looked_at_in_a_browser(desk: RunningDesk, inbox: Inbox) -> None:
    desk.send(
        letter(OUTLOOK.replace("second", "fourth") % "", From="Lee <lee@page.example>"),
        "lee@page.example",
        DESK,
    )
    reference = str(inbox.take("ben@desk.example", subject="Labels")["X-Maildesk-Ticket"])
    file = desk.folder.parent / "page.html"
    done = desk.run("ticket", "show", reference, "--html", str(file))
    assert done.returncode == 0, done.stderr.decode()
    page = file.read_text(encoding="utf-8")
    assert "<b>fourth</b>" in page and page.count("data:image/png;base64,") == 2
    assert "http-equiv" in page and "track.example" not in page and "<script" not in page


def picture(notice: EmailMessage, name: str) -> bytes:
    """The octets of the inline part of this name, which its page shows."""
    (part,) = [
        part
        for part in message_from_bytes(notice.as_bytes(), policy=SMTP).walk()
        if part.get_filename() == name
    ]
    assert f'src="cid:{str(part["Content-ID"]).strip("<>")}"' in page_of(notice)
    assert part.get_content_disposition() == "inline"
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content
