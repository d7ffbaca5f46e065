"""The page of a ticket, on the running desk: who sees what, and what is sent from it comes in as
mail does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage

import pytest

from maildesk.config.keys import own_keys
from maildesk.desk.threads import links
from maildesk.desk.threads.links import KeyRing, Purpose
from tests.stories.running_desk import address_in, text_of, wait_until, write
from tests.web.pages import Pages
from tests.web.places import running
from tests.web.talk import BEN, DESK, Place, Talk, field, link_in, multipart


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    web = ", timeout: 2s, proxies: [127.0.0.1]"
    with running(tmp_path_factory.mktemp("tracking"), web=web) as found:
        yield found


def test_the_page_shows_what_the_mails_said_and_never_a_note(place: Place) -> None:
    talk = Talk(place, "Printer jams")
    talk.answer("#note\nThe customer is difficult.")
    wait_until(
        lambda: "difficult" in str(talk.desk.ticket(talk.reference)), "the note has been filed"
    )
    page = talk.page()
    assert "It jams." in page
    assert "Pull the paper out." in page
    assert "Ben Okafor" in page
    assert "We have answered, and wait for you." in page
    assert "difficult" not in page
    assert BEN not in page
    assert "k…@customer.example" in page
    assert len(page.encode()) < 60_000


def test_looking_and_the_log_tell_nobody_anything(place: Place) -> None:
    talk = Talk(place, "Looked at")
    before = talk.desk.ticket(talk.reference)
    for _ in range(3):
        talk.page()
    assert talk.desk.ticket(talk.reference) == before
    token = talk.link.rpartition("/")[2]
    wait_until(lambda: "path=/ticket/t" in talk.desk.log(), "it is told")
    assert token not in talk.desk.log()
    answer = talk.pages.ask(talk.link)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


def test_writing_asks_for_a_code_and_then_comes_in_as_mail(place: Place) -> None:
    talk = Talk(place, "Code asked")
    page = talk.page()
    assert "<textarea" not in page
    refused = talk.post("reply", {"form": field(page, "form"), "text": "Forged", "do": "send"})
    assert refused.status == 403
    talk.prove()
    page = talk.page()
    assert "<textarea" in page
    assert talk.kim in page
    done = talk.says("Still\r\nbroken <b>&", ("Übersicht.txt", b"page one"))
    assert done.status == 303
    wait_until(lambda: "Still" in talk.page(), "it is filed")
    page = talk.page()
    assert "broken &lt;b&gt;&amp;" in page
    assert "Übersicht.txt" in page
    told = talk.desk.ticket(talk.reference)
    (said,) = [m for m in told["messages"] if "Still" in m["text"]]
    assert said["from"]["address"] == talk.kim
    assert "We are working" in page or "working on it" in page
    notice = talk.inbox.take(BEN)
    while "Still" not in text_of(notice):
        notice = talk.inbox.take(BEN)


def test_a_form_that_is_sent_twice_is_one_message(place: Place) -> None:
    talk = Talk(place, "Twice sent")
    talk.prove()
    fields = {"form": field(talk.page(), "form"), "text": "Once only", "do": "send"}
    assert [talk.post("reply", fields).status for _ in range(2)] == [303, 303]
    wait_until(lambda: "Once only" in talk.page(), "it is filed")
    told = talk.desk.ticket(talk.reference)
    assert sum("Once only" in m["text"] for m in told["messages"]) == 1


def test_a_form_of_another_browser_or_site_is_none(place: Place) -> None:
    talk = Talk(place, "Another browser")
    talk.prove()
    mine = {"form": field(talk.page(), "form"), "text": "Mine", "do": "send"}
    other = Pages(talk.pages.port)
    body, kind = multipart(mine, ())
    assert other.ask(f"{talk.link}/reply", "POST", body, Content_Type=kind).status == 403
    wrong = talk.post("reply", {**mine, "form": mine["form"][:-1] + "x"})
    assert wrong.status == 422
    assert ">Mine</textarea>" in wrong.text
    assert talk.post("reply", mine, Sec_Fetch_Site="cross-site").status == 403


def test_a_code_is_for_one_browser_and_cannot_be_guessed_for_long(place: Place) -> None:
    talk = Talk(place, "Guessed")
    asked = talk.post("code", {"form": field(talk.page(), "form")})
    code = talk.code()
    thief = Talk.__new__(Talk)
    thief.__dict__ = {**talk.__dict__, "pages": Pages(talk.pages.port)}
    form = field(thief.page(), "form")
    assert thief.post("confirm", {"form": form, "code": code}).status == 422
    for _ in range(6):
        wrong = talk.post("confirm", {"form": field(asked.text, "form"), "code": "000 000x"})
        assert wrong.status == 422
        assert "This is not the code" in wrong.text
    late = talk.post("confirm", {"form": field(asked.text, "form"), "code": code})
    assert late.status == 422  # five tries it has
    for _ in range(4):
        again = talk.post("code", {"form": field(talk.page(), "form")})
        assert again.status == 200
    assert talk.post("code", {"form": field(talk.page(), "form")}).status == 429


def test_who_holds_a_link_cannot_use_up_the_codes_of_its_owner(place: Place) -> None:
    talk = Talk(place, "Forwarded link")
    thief = Talk.__new__(Talk)
    thief.__dict__ = {**talk.__dict__, "pages": Pages(talk.pages.port)}
    from_there = {"X_Forwarded_For": "198.51.100.7"}
    for wanted in (200, 200, 200, 200, 200, 429, 429):
        thief.pages.cookies.clear()  # another browser is no other network
        form = {"form": field(thief.page(), "form")}
        assert thief.post("code", form, **from_there).status == wanted
    for _ in range(5):
        talk.code()  # those that the thief asked for
    talk.prove()


def test_who_holds_a_link_cannot_end_the_code_of_its_owner(place: Place) -> None:
    talk = Talk(place, "Forwarded while it waits")
    asked = talk.post("code", {"form": field(talk.page(), "form")})
    code = talk.code()
    thief = Talk.__new__(Talk)
    thief.__dict__ = {**talk.__dict__, "pages": Pages(talk.pages.port)}
    from_there = {"X_Forwarded_For": "198.51.100.8"}
    theirs = thief.post("code", {"form": field(thief.page(), "form")}, **from_there)
    for _ in range(6):
        form = {"form": field(theirs.text, "form"), "code": "000 000x"}
        assert thief.post("confirm", form, **from_there).status == 422
    right = {"form": field(theirs.text, "form"), "code": talk.code()}
    assert thief.post("confirm", right, **from_there).status == 422  # after five tries
    done = talk.post("confirm", {"form": field(asked.text, "form"), "code": code})
    assert done.headers["location"].endswith("?done=confirmed#answer")


def test_one_address_gets_no_flood_of_codes_whoever_asks(place: Place) -> None:
    talk = Talk(place, "Flooded")
    for number in range(21):
        form = {"form": field(talk.page(), "form")}
        got = talk.post("code", form, X_Forwarded_For=f"198.51.100.{number}")
        assert got.status == (200 if number < 20 else 429)


def test_a_customer_closes_and_a_new_message_opens_again(place: Place) -> None:
    talk = Talk(place, "It works now")
    talk.prove()
    done = talk.says("", do="close")
    assert done.headers["location"].endswith("?done=closed")
    page = talk.page()
    assert "This request is closed." in page
    assert "You closed it" in page
    news = text_of(talk.inbox.take(BEN, subject="It works now"))
    assert f"{talk.reference} is closed now" in news
    assert f"Kim Novak ({talk.kim}) did that,\nwithout a word beside it." in news.replace("\r", "")
    assert "Send and open again" in page
    assert talk.desk.ticket(talk.reference)["status"] == "closed"
    assert talk.says("It is back").status == 303
    wait_until(lambda: "It is back" in talk.page(), "it is filed")
    assert "Opened again" in talk.page()
    assert talk.desk.ticket(talk.reference)["status"] == "in_progress"


def test_agents_hear_that_a_customer_closed_with_words(place: Place) -> None:
    talk = Talk(place, "Closed with words")
    talk.prove()
    assert talk.says("It was the drawer.", do="close").headers["location"].endswith("?done=closed")
    # two mails of two acts, each on a way of its own
    mails = [text_of(talk.inbox.take(BEN, subject="Closed with words")) for _ in range(2)]
    (news,) = (one for one in mails if f"{talk.reference} is closed now" in one)
    assert "without a word" not in news
    mails.remove(news)
    assert "It was the drawer." in mails[0]


@pytest.mark.parametrize(
    ("text", "files", "says"),
    [
        ("", (), "Nothing was sent"),
        ("   ", (), "Nothing was sent"),
        ("x" * 100_001, (), "longer than 100,000"),
        ("A file", (("setup.exe", b"MZ" + b"\0" * 100),), "do not pass on"),
        ("A file", (("large.bin", b"\0" * (11 * 1024 * 1024)),), "sort or size: large.bin."),
    ],
)
def test_what_cannot_be_sent_comes_back_with_its_words(
    place: Place, text: str, files: tuple[tuple[str, bytes], ...], says: str
) -> None:
    talk = proved(place)
    got = talk.says(text, *files)
    assert ("Files have to be chosen again." in got.text) is bool(files)
    assert got.status == 422
    assert says in got.text
    assert text.strip()[:50] in got.text


def test_too_much_is_refused_before_it_has_all_come(place: Place) -> None:
    talk = proved(place)
    got = talk.says("Much to <say>", ("huge.bin", b"\0" * (22 * 1024 * 1024)))
    assert got.status == 413
    assert "That was too much at once" in got.text
    assert "Much to &lt;say&gt;</textarea>" in got.text
    assert "Files have to be chosen again." in got.text
    assert "It jams." in got.text  # the page, not a word about it
    form = {"form": field(got.text, "form"), "text": ""}
    assert "Nothing was sent" in talk.post("reply", form).text  # the form is a good one
    fields = {f"field{n}": "x" for n in range(10_000)}
    assert talk.post("reply", fields).status == 400


_PROVED: list[Talk] = []


def proved(place: Place) -> Talk:
    """One that several tests may share: nothing is sent in it."""
    if not _PROVED or _PROVED[0].desk is not place[0]:
        _PROVED[:] = [Talk(place, "Shared by several")]
        _PROVED[0].prove()
    return _PROVED[0]


def test_a_stranger_to_the_ticket_and_a_token_made_up_see_nothing(place: Place) -> None:
    talk = Talk(place, "Nobody else's")
    token = talk.link.rpartition("/")[2]
    head, person, mac = token.split("-")
    for wrong in (
        f"{head}-{person}-{mac[:-1]}{'0' if mac[-1] != '0' else '1'}",
        f"{head[:2]}0-{person}-{mac}",
        head,
        "x" * 5000,
        "%00",
    ):
        got = talk.pages.ask(f"/ticket/{wrong}")
        assert got.status == 404
        assert "This page is not here" in got.text
    as_address = address_in(talk.mail["Reply-To"]).partition("+")[2].partition("@")[0]
    assert talk.pages.ask(f"/ticket/{as_address}").status == 404


def test_files_are_saved_and_never_shown(place: Place) -> None:
    mail = EmailMessage()
    mail["To"], mail["Subject"], mail["Message-ID"] = DESK, "With files", "<files@customer.example>"
    mail.set_content("See the pages.")
    mail.add_attachment(
        b"<script>alert(1)</script>", maintype="text", subtype="html", filename="../../evil.html"
    )
    mail.add_attachment(b"0123456789" * 10, maintype="text", subtype="plain", filename="ten.txt")
    talk = Talk(place, "With files", mail)
    hrefs = re.findall(r'href="(/ticket/[^"]+/file/[^"]+)"', talk.page())
    evil, ten = hrefs
    got = talk.pages.ask(evil)
    assert got.octets.strip() == b"<script>alert(1)</script>"
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith('attachment; filename="evil.html"')
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    whole = talk.pages.ask(ten)
    tag = whole.headers["etag"]
    part = talk.pages.ask(ten, Range="bytes=2-4")
    assert (part.status, part.octets) == (206, whole.octets[2:5])
    assert part.headers["content-range"] == f"bytes 2-4/{len(whole.octets)}"
    assert talk.pages.ask(ten, Range="bytes=-3").octets == whole.octets[-3:]
    assert talk.pages.ask(ten, Range="bytes=9999-").status == 416
    assert talk.pages.ask(ten, Range="bytes=0-1,3-4").status == 200
    assert talk.pages.ask(ten, Range="bytes=0-1", If_Range='"other"').status == 200
    assert talk.pages.ask(ten, If_None_Match=tag).status == 304
    other = Talk(place, "Other files")
    for path in (ten.replace("/file/", "/file/9"), re.sub(r"/\d+/", "/99/", ten, count=1)):
        assert talk.pages.ask(path).status == 404
    assert (
        other.pages.ask(
            ten.replace(talk.link.rpartition("/")[2], other.link.rpartition("/")[2])
        ).status
        == 404
    )


def test_markup_of_strangers_is_words(place: Place) -> None:
    mail = EmailMessage()
    evil = '"><script>alert(1)</script>'
    mail["To"], mail["Subject"] = DESK, f"Evil {evil}"
    mail["Message-ID"] = "<evil@customer.example>"
    mail.set_content("Hello")
    mail.add_alternative(
        "<p onclick=alert(1)>Hello</p><script>alert(1)</script><img src=x onerror=alert(1)>"
        "<img src='http://tracker.example/x.png'><style>p{display:none}</style>",
        subtype="html",
    )
    talk = Talk(place, "Evil", mail)
    page = talk.page()
    assert "<script" not in page
    assert "onclick" not in page
    assert "onerror" not in page
    assert "tracker.example" not in page
    assert "&lt;script&gt;" in page


def test_the_conversation_is_a_file_that_needs_nothing_else(place: Place) -> None:
    talk = Talk(place, "Downloaded")
    got = talk.pages.ask(f"{talk.link}/download")
    assert got.status == 200
    assert got.headers["content-disposition"].startswith(
        f'attachment; filename="{talk.reference}.html"'
    )
    assert "It jams." in got.text
    assert "Pull the paper out." in got.text
    assert "<link" not in got.text
    assert "<form" not in got.text
    assert "--accent:" in got.text


def test_after_a_merge_the_old_link_leads_on(place: Place) -> None:
    first = Talk(place, "First of two")
    second = Talk(place, "Second of two", kim=first.kim)
    done = first.desk.run("ticket", "merge", first.reference, second.reference)
    assert done.returncode == 0, done.stderr
    wait_until(lambda: second.pages.ask(second.link).text.count(first.reference), "it is merged")
    page = second.page()
    assert first.reference in page
    assert "First of two" in page or "Second of two" in page
    assert "<article" in page
    assert first.pages.ask(first.link).text.count("<article") == page.count("<article")


def signed(talk: Talk, person: str, until: date) -> str:
    """The address of a page as the desk itself would sign it."""
    ring = KeyRing(dict(own_keys(talk.desk.folder)))
    token = links.read_signature(ring, links.ON_PAGES, talk.link.rpartition("/")[2], date.min)
    assert token is not None
    made = links.signature(ring, links.ON_PAGES, Purpose.PAGE, token.number, person, until)
    return f"{talk.pages.url}/ticket/{made}"


def test_a_link_that_has_ended_offers_to_mail_a_new_one(place: Place) -> None:
    talk = Talk(place, "Long ago")
    talk.link = signed(talk, talk.kim, date(2026, 1, 1))
    ended = talk.pages.ask(talk.link)
    assert ended.status == 410
    assert "It jams." not in ended.text
    assert talk.pages.ask(f"{talk.link}/download").status == 410
    done = talk.post("renew", {"form": field(ended.text, "form")})
    assert "A new link is on its way" in done.text
    mail = talk.inbox.take(talk.kim, subject=f"Your new link to {talk.reference}: Long ago")
    assert "It jams." in talk.pages.ask(link_in(mail)).text


def test_a_key_for_somebody_who_takes_no_part_opens_nothing(place: Place) -> None:
    talk = Talk(place, "Who else")
    later = date(2099, 1, 1)
    assert talk.pages.ask(signed(talk, talk.kim, later)).status == 200
    assert talk.pages.ask(signed(talk, "eve@customer.example", later)).status == 404


def test_of_a_ticket_that_was_deleted_the_link_opens_nothing(place: Place) -> None:
    talk = Talk(place, "Deleted")
    assert talk.desk.run("ticket", "delete", talk.reference, "--yes").returncode == 0
    gone = talk.pages.ask(talk.link)
    assert gone.status == 404
    assert "It jams." not in gone.text
    assert talk.pages.ask(f"{talk.link}/download").status == 404


def test_of_the_conversation_somebody_in_copy_sees_what_they_had(place: Place) -> None:
    lee = "lee@customer.example"
    mail = EmailMessage()
    mail["To"], mail["Cc"], mail["Subject"] = DESK, lee, "With a colleague"
    mail["Message-ID"] = "<copied@customer.example>"
    mail.set_content("Lee and I both wait.")
    talk = Talk(place, "With a colleague", mail)
    mine = talk.link
    private = write(f"Kim <{talk.kim}>", address_in(talk.mail["Reply-To"]), "Re: x", "Lee is slow.")
    private["In-Reply-To"] = str(talk.mail["Message-ID"])
    talk.desk.send(private, talk.kim, address_in(talk.mail["Reply-To"]))
    wait_until(lambda: "Lee is slow." in talk.pages.ask(mine).text, "it is filed")
    page = talk.pages.ask(signed(talk, lee, date(2099, 1, 1))).text
    assert "Lee and I both wait." in page
    assert "Pull the paper out." in page
    assert "Lee is slow." not in page


def test_without_a_code_a_link_allows_what_the_policy_says(place: Place) -> None:
    talk = Talk(place, "As the policy has it")
    file = (talk.desk.folder / "desk.yaml").read_text(encoding="utf-8")
    line = next(one for one in file.splitlines() if one.startswith("# tracking:"))
    assert "<textarea" not in talk.page()
    talk.desk.edit("desk.yaml", line, "tracking: {without_code: write}")
    assert "<textarea" in talk.page()
    talk.desk.edit("desk.yaml", "{without_code: write}", "{without_code: nothing}")
    page = talk.page()
    assert "It jams." not in page
    assert talk.subject not in page
    assert talk.pages.ask(f"{talk.link}/download").status == 404
    talk.prove()
    assert "It jams." in talk.page()
    talk.desk.edit("desk.yaml", "tracking: {without_code: nothing}", line)


def test_the_page_and_its_mails_speak_the_language_of_the_ticket(place: Place) -> None:
    mail = EmailMessage()
    mail["To"], mail["Subject"] = "hilfe@desk.example", "Drucker steht"
    mail["Message-ID"] = "<drucker@customer.example>"
    mail["Content-Language"] = "de"
    mail.set_content(
        "Guten Tag, seit heute früh druckt der Drucker nicht mehr, und ich weiß nicht, was ich "
        "noch tun soll. Können Sie mir bitte helfen? Vielen Dank und viele Grüße"
    )
    talk = Talk(place, "Drucker steht", mail)
    assert "Ihre Anfrage verfolgen, oder dort antworten:" in text_of(talk.mail)
    page = talk.page()
    assert '<html lang="de">' in page
    assert "Wir haben geantwortet und warten auf Sie." in page
    asked = talk.post("code", {"form": field(page, "form")})
    assert "Code eingeben" in asked.text
    code = talk.inbox.take(talk.kim)
    while "Der Code dafür" not in text_of(code):
        code = talk.inbox.take(talk.kim)


def test_a_picture_stands_in_the_words_it_came_with(place: Place) -> None:
    dot = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6360000000020001e221bc330000000049454e44ae426082"
    )
    mail = EmailMessage()
    mail["To"], mail["Subject"], mail["Message-ID"] = DESK, "Broken lamp", "<dot@customer.example>"
    mail.set_content("See the picture.")
    mail.add_alternative('<p>See <img src="cid:dot@x" alt="the lamp">.</p>', subtype="html")
    page = mail.get_body(("html",))
    assert isinstance(page, EmailMessage)
    page.add_related(dot, "image", "png", cid="<dot@x>", filename="lamp.png")
    talk = Talk(place, "Broken lamp", mail)
    found = re.search(r'<img[^>]*src="([^"]+)"', talk.page())
    assert found is not None
    picture = talk.pages.ask(found[1])
    assert (picture.status, picture.headers["content-type"]) == (200, "image/png")
    assert picture.octets == dot
