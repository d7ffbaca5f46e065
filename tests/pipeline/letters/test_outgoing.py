"""No mail leaves with an address that was signed for somebody else, wherever it stands; the admins
hear of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from email.message import EmailMessage

import pytest

from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose
from maildesk.mail.compose.outgoing import File, Outgoing, compose
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters.outgoing import finished
from maildesk.pipeline.transaction import New, Transaction
from tests.keys_that_leak import foreign
from tests.pipeline.place import FRIDAY, SUPPORT, Place, mail
from tests.stories.running_desk import text_of

AGENTS = ("ana@desk.example", "ben@desk.example", "carla@desk.example")
KIM = "kim@customer.example"
BEN = "ben@desk.example"


def key(place: Place, purpose: Purpose, person: str) -> str:
    """A signed address of this person."""
    return links.signed_address(
        place.services.ring, SUPPORT, purpose, 1, person, date(2027, 11, 20)
    )


def attached(content: str, file: bytes = b"") -> EmailMessage:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = SUPPORT, "Look"
    inner.set_content(content, cte="base64")
    if file:
        inner.add_attachment(file, "application", "octet-stream", filename="page.html")
    return inner


PLACES: dict[str, Callable[[Outgoing, str], Outgoing]] = {
    "the subject": lambda out, k: replace(out, subject=f"Re: {k}"),
    "the text": lambda out, k: replace(out, text=f"Write to <mailto:{k}?subject=x>."),
    "the text, wrapped at a hyphen": lambda out, k: replace(
        out, text="> " + k.replace("-", "-\n> ")
    ),
    "the text, in capitals": lambda out, k: replace(out, text=k.upper()),
    "the page": lambda out, k: replace(
        out, html=f'<p><a href="mailto:{k.replace("+", "%2B").replace("@", "%40")}">x</a></p>'
    ),
    "the page, wrapped": lambda out, k: replace(
        out, html="<p>&gt; " + k.replace("-", "-<br>\n&gt; ") + "</p>"
    ),
    "a name": lambda out, k: replace(out, to=(Mailbox(k, KIM),)),
    "a copied address": lambda out, k: replace(out, cc=(Mailbox("", k),)),
    "the reply address": lambda out, k: replace(out, reply_to=Mailbox("", k)),
    "a field": lambda out, k: replace(out, headers=(("X-Seen", k),)),
    "a text file": lambda out, k: replace(
        out, attachments=(File("a.txt", "text/plain", k.encode()),)
    ),
    "a file's name": lambda out, k: replace(
        out, attachments=(File(f"{k}.txt", "text/plain", b"x"),)
    ),
    "an attached mail": lambda out, k: replace(
        out, attachments=(File("a.eml", "message/rfc822", attached(k).as_bytes()),)
    ),
    "a text in two octets a letter": lambda out, k: replace(
        out,
        attachments=(
            File("a.txt", "text/plain", b"\xff\xfe" + f"Take it: {k}\n".encode("utf-16-le")),
        ),
    ),
    "a file in an attached mail": lambda out, k: replace(
        out,
        attachments=(File("a.eml", "message/rfc822", attached("Look.", k.encode()).as_bytes()),),
    ),
    "a mail of Outlook": lambda out, k: replace(
        out,
        attachments=(
            File(
                "a.msg", "application/vnd.ms-outlook", b"\xd0\xcf\x11\xe0" + k.encode("utf-16-le")
            ),
        ),
    ),
}


def sent(
    place: Place, out: Outgoing, recipient: str, *, to_agent: bool = False
) -> tuple[bytes, list[str]]:
    with place.services.db.read() as conn:
        work = Transaction(
            conn, place.services, place.services.keeper.current.policy, FRIDAY
        ).begin(New())
        return finished(work, out, recipient, to_agent=to_agent)[0], work.leaks.found


def a_mail() -> Outgoing:
    return Outgoing(
        "1@desk.example",
        Mailbox("Desk", SUPPORT),
        (Mailbox("Kim", KIM),),
        "Hello",
        FRIDAY,
        "Hello.",
    )


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize(
    "purpose",
    [Purpose.AGENT_REPLY, Purpose.AGENT_NOTE, Purpose.CONFIRM, Purpose.REQUESTER, Purpose.BOUNCE],
)
def test_nobody_elses_address_goes_to_a_customer(
    place: Place, where: str, purpose: Purpose
) -> None:
    owner = "lee@customer.example" if purpose is Purpose.REQUESTER else BEN
    stolen = PLACES[where](a_mail(), key(place, purpose, owner))
    raw, told = sent(place, stolen, KIM)
    assert foreign(raw, KIM, AGENTS) == []
    assert len(told) == 1
    assert KIM in told[0]


@pytest.mark.parametrize("where", PLACES)
def test_the_same_words_without_the_door_would_have_leaked(place: Place, where: str) -> None:
    assert foreign(
        compose(PLACES[where](a_mail(), key(place, Purpose.AGENT_REPLY, BEN))), KIM, AGENTS
    )


@pytest.mark.parametrize("where", PLACES)
def test_what_is_the_recipients_own_stays(place: Place, where: str) -> None:
    theirs = PLACES[where](a_mail(), key(place, Purpose.REQUESTER, KIM))
    raw, told = sent(place, theirs, KIM)
    assert told == []
    own = PLACES[where](a_mail(), key(place, Purpose.AGENT_REPLY, BEN))
    raw, told = sent(place, own, BEN, to_agent=True)
    assert told == []
    assert foreign(raw, "nobody@x.example", AGENTS), "it is still there"


@pytest.mark.parametrize("where", PLACES)
def test_an_agents_address_goes_to_no_other_agent(place: Place, where: str) -> None:
    raw, told = sent(
        place,
        PLACES[where](a_mail(), key(place, Purpose.AGENT_NOTE, BEN)),
        "ana@desk.example",
        to_agent=True,
    )
    assert foreign(raw, "ana@desk.example", AGENTS) == []
    assert told


def test_an_agent_who_is_a_customer_gets_no_agents_address_in_a_customers_mail(
    place: Place,
) -> None:
    raw, _ = sent(place, PLACES["the text"](a_mail(), key(place, Purpose.AGENT_REPLY, BEN)), BEN)
    assert b"-" + links.person_code(BEN).encode() not in raw


def test_a_file_of_a_customers_reaches_the_agents_with_the_customers_address_in_it(
    place: Place,
) -> None:
    file = PLACES["an attached mail"](a_mail(), key(place, Purpose.REQUESTER, KIM))
    raw, told = sent(place, file, BEN, to_agent=True)
    assert b"a.eml" in raw
    assert told == []


def test_an_address_in_pasted_words_is_taken_out_and_the_admins_are_told(place: Place) -> None:
    place.receive(mail())
    mine = str(place.letters(BEN)[-1]["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.answer(BEN, f"Write to {mine} if it breaks again.")
    assert f"Write to {SUPPORT} if it breaks again." in text_of(place.letters(KIM)[-1])
    (told,) = place.rows("outbox", purpose="admin_alarm")
    assert b"A private address was kept back" in place.raw_of(told)
    words = text_of(place.letters(told.recipient)[-1])
    assert BEN in words
    assert KIM in words
    assert mine not in words


def test_a_large_file_is_looked_through_where_it_lies(place: Place) -> None:
    place.receive(mail())
    notice = place.letters(BEN)[-1]
    mine = str(notice["Reply-To"]).rpartition("<")[2].rstrip(">")
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = BEN, mine, f"Re: {notice['Subject']}"
    answer["Message-ID"], answer["In-Reply-To"] = "<large@laptop.example>", notice["Message-ID"]
    answer.set_content("See both.")
    answer.add_attachment(
        f"{'x' * 60_000} {mine} {'y' * 60_000}".encode(), "text", "html", filename="page.html"
    )
    answer.add_attachment(b"z" * 60_000, "text", "csv", filename="table.csv")
    place.receive(answer.as_bytes(), BEN, mine)
    assert [part.get_filename() for part in place.letters(KIM)[-1].iter_attachments()] == [
        "table.csv"
    ]
    (told,) = place.rows("outbox", purpose="admin_alarm")
    assert "page.html" in text_of(place.letters(told.recipient)[-1])
