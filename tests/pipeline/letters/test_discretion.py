"""The desk is nobody's megaphone: what a stranger writes is neither repeated to whomever they name,
nor believed for its look."""

from __future__ import annotations

import threading

import pytest

from maildesk.pipeline.receive import receive
from maildesk.pipeline.services import Services
from tests.pipeline.place import Place, mail
from tests.stories.running_desk import text_of


def test_an_agent_is_told_of_a_name_that_is_theirs_or_a_colleagues(place: Place) -> None:
    place.receive(
        mail("Send me the list.", From="Ben 0kafor <kim@evil.example>"), "kim@evil.example"
    )

    (notice,) = place.letters("ana@desk.example")
    assert "This sender looks like Ben Okafor and is not." in text_of(notice)
    assert "The mail is from kim@evil.example" in text_of(notice)
    assert "kafor" not in str(notice["From"]), "the list of mails shows the address, too"
    (german,) = place.letters("carla@desk.example")
    assert "Dieser Absender sieht aus wie Ben Okafor, ist es aber nicht." in text_of(german)
    html = notice.get_body(("html",))
    assert html is not None and "looks like" in html.get_content()


def test_a_name_from_the_right_turns_nothing_beside_it(place: Place) -> None:
    place.receive(
        mail(
            "Hello",
            From="=?utf-8?B?16nXnNeV150=?= <kim@customer.example>",
            Subject="pay=?utf-8?Q?=E2=80=AE?=fdp.exe",
        )
    )

    (notice,) = place.letters("ana@desk.example")
    assert "\u2068שלום\u2069 <kim@customer.example>" in text_of(notice)
    assert "\u2068" not in str(notice["From"]) and "\u202e" not in str(notice["Subject"]) + text_of(
        notice
    )


PRIZE = "Claim your prize at http://evil.example now"
VICTIM = "victim@elsewhere.example"


def prize(text: str = f"Dear winner, {PRIZE}", **fields: str) -> bytes:
    return mail(text, **({"From": f'"{PRIZE}" <{VICTIM}>', "Subject": PRIZE} | fields))


def heard(place: Place, person: str = VICTIM) -> str:
    """All that a person would see of the last mail to them."""
    last = place.letters(person)[-1]
    bodies = [body.get_content() for kind in ("plain", "html") if (body := last.get_body((kind,)))]
    return "\n".join(
        [*(f"{name}: {value}" for name, value in last.items() if name != "References"), *bodies]
    )


def test_a_stranger_hears_that_a_mail_has_arrived_and_nothing_that_it_says(place: Place) -> None:
    place.receive(prize(Message_ID="<their-own@elsewhere.example>"), VICTIM)

    (letter,) = place.letters(VICTIM)
    assert letter["Subject"] == "[TKT-0001] We have your message"
    assert (letter["To"], letter["In-Reply-To"]) == (VICTIM, "<their-own@elsewhere.example>")
    said = heard(place)
    assert not [word for word in ("prize", "winner", "evil") if word in said.lower()]
    assert "TKT-0001" in said
    assert PRIZE in text_of(place.letters("ana@desk.example")[0]), "agents read what was written"


def test_no_other_mail_that_goes_out_by_itself_tells_them_more(place: Place) -> None:
    setup(
        place,
        rules=(
            "rules: [{name: Words, when: created, then: [{reply: We look at it.}, {send: "
            "reopened}]}]\n"
        ),
    )
    head = (
        prize("", Content_Type="multipart/mixed; boundary=b", MIME_Version="1.0").rstrip(b"\r\n")
        + b"\r\n\r\n"
    )
    file = (
        b"Content-Type: text/plain\r\nContent-Disposition: attachment; "
        b"filename=prize-at-evil.exe\r\n\r\nx\r\n--b--\r\n"
    )
    place.receive(head + b"--b\r\nContent-Type: text/plain\r\n\r\nwinner\r\n--b\r\n" + file, VICTIM)

    purposes = [row.purpose for row in place.rows("outbox", recipient=VICTIM)]
    assert sorted(purposes) == ["acknowledgement", "attachment_refused", "reopened", "reply"]
    for row in place.rows("outbox", recipient=VICTIM):
        said = place.raw_of(row).decode().lower().replace("=\r\n", "")
        assert not [word for word in ("prize", "winner", "evil") if word in said], row.purpose


@pytest.mark.parametrize(
    ("verdict", "whole"),
    [
        ("dkim=pass header.d=elsewhere.example", True),
        ("dmarc=pass header.from=elsewhere.example", True),
        ("spf=pass smtp.mailfrom=victim@elsewhere.example", True),
        ("spf=pass smtp.mailfrom=elsewhere.example", True),
        ("spf=pass smtp.mailfrom=eve@evil.example", False),
        ("spf=fail smtp.mailfrom=victim@elsewhere.example", False),
        ("dkim=pass header.d=evil.example", False),
    ],
)
def test_who_proves_to_have_written_gets_the_whole(place: Place, verdict: str, whole: bool) -> None:
    setup(place, "trust: {authserv_id: mx.desk.example}\n")
    place.receive(prize(Authentication_Results=f"mx.desk.example; {verdict}"), VICTIM)

    assert ("winner" in heard(place), PRIZE in str(place.letters(VICTIM)[0]["Subject"])) == (
        whole,
        whole,
    )


def test_who_has_answered_us_is_no_stranger_any_more_but_for_variants_of_their_address(
    place: Place,
) -> None:
    place.receive(mail("First", From="Kim <kim@customer.example>"))
    place.answer("kim@customer.example", "Thank you.")
    place.receive(mail("Second"))
    assert place.letters("kim@customer.example")[-1]["Subject"] == "Re: Printer [TKT-0002]"
    place.receive(mail("Third", From="Kim <kim+1@customer.example>"), "kim+1@customer.example")
    assert (
        place.letters("kim+1@customer.example")[-1]["Subject"] == "[TKT-0003] We have your message"
    )


def test_nobody_answers_in_anothers_name_with_a_mail_of_their_own(place: Place) -> None:
    """Eve names the victim in Cc and then writes in their name, into the thread
    of her own ticket."""
    place.receive(mail("I", From="eve@evil.example", Cc=VICTIM), "eve@evil.example")
    seen = str(place.letters("eve@evil.example")[0]["Message-ID"])
    place.receive(mail("Yes.", From=VICTIM, In_Reply_To=seen, Subject="Re: I"), "eve@evil.example")
    assert place.rows("correspondents") == []
    place.receive(prize(), VICTIM)
    assert "winner" not in heard(place)


def test_what_an_agent_answers_is_an_agents_mail_and_the_ticket_is_the_desks_from_then_on(
    place: Place,
) -> None:
    place.receive(prize(), VICTIM)
    place.answer("ben@desk.example", "Hello, was this you?")
    assert "Hello, was this you?" in heard(place)
    assert PRIZE in str(place.letters(VICTIM)[-1]["Subject"])
    place.answer("ben@desk.example", "#resolve")
    assert PRIZE in str(place.letters(VICTIM)[-1]["Subject"]), (
        "they have the subject in their mailbox already"
    )


def test_what_is_resolved_unanswered_is_told_without_its_words(place: Place) -> None:
    place.receive(prize(), VICTIM)
    place.answer("ben@desk.example", "#resolve")
    said = heard(place)
    assert "Your request TKT-0001 is resolved." in said
    assert not [word for word in ("prize", "winner", "evil") if word in said.lower()]


def test_a_follow_up_to_anothers_closed_ticket_is_its_writers(place: Place) -> None:
    place.receive(mail("First", From="eve@evil.example"), "eve@evil.example")
    place.answer("ben@desk.example", "#close\nDone.")
    reply = str(place.letters("eve@evil.example")[-1]["Message-ID"])
    place.later(30 * 86_400)
    place.receive(prize(In_Reply_To=reply), VICTIM)
    assert place.letters(VICTIM)[-1]["Subject"] == "[TKT-0002] We have your message"
    assert "winner" not in heard(place)


def test_a_desk_may_tell_strangers_the_whole_but_leads_them_nowhere(place: Place) -> None:
    setup(place, "acknowledge: {strangers: full}\n")
    place.receive(prize(), VICTIM)
    said = heard(place)
    assert "Claim your prize" in said and "winner" in said
    assert "evil.example" not in said


def test_a_desk_may_tell_strangers_nothing(place: Place) -> None:
    setup(place, "acknowledge: {strangers: no}\n")
    place.receive(prize(), VICTIM)
    assert place.letters(VICTIM) == []
    whys = [row.detail["why"] for row in place.rows("history", what="not_sent")]
    assert whys == ["nothing proves that they wrote, and desk.yaml acknowledges no strangers"]


def test_a_desks_own_words_go_on_and_can_repeat_nothing(place: Place) -> None:
    own = place.folder / "templates" / "mail" / "en" / "acknowledgement.txt"
    own.parent.mkdir(parents=True)
    own.write_text(
        "Subject: {{ subject }} {{ ticket.subject }}\n\n"
        "Dear {{ person.name or 'customer' }}, ACME has it.\n"
        "{{ ticket.requester.display }}{{ message.text if message }}{{ previous.text if previous "
        "}}{{ ticket.participants|length }}"
    )
    setup(place)
    place.receive(prize(), VICTIM)
    said = heard(place)
    assert "Dear customer, ACME has it." in said and "[TKT-0001] Your message TKT-0001" in said
    assert not [word for word in ("prize", "winner", "evil") if word in said.lower()]
    (own.parent / "acknowledgement_neutral.txt").write_text("Subject: Here\n\nHere it is.\n")
    setup(place)
    place.receive(prize("again"), VICTIM)
    assert "Here it is." in heard(place)


def setup(place: Place, more: str = "", rules: str = "") -> None:
    """The desk's files say this, too."""
    file = place.folder / "desk.yaml"
    keys = {line.partition(":")[0] for line in more.splitlines()}
    kept, skipping = [], False
    for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
        skipping = line.partition(":")[0] in keys or (skipping and line.startswith((" ", "#")))
        kept += [] if skipping else [line]
    file.write_text("".join(kept) + more, encoding="utf-8")
    if rules:
        (place.folder / "rules.yaml").write_text(rules, encoding="utf-8")
    assert place.services.keeper.reload_now()


def flood(place: Place, senders: list[str]) -> None:
    """A mail of each of them at one moment."""
    for number, sender in enumerate(senders):
        place.spool(
            mail(
                f"{number}",
                From=sender,
                Subject=f"Words {chr(97 + number % 26)}{chr(97 + number // 26)}",
            ),
            sender,
        )
    while receive(place.services):
        pass


def test_the_variants_of_an_address_are_one_person(place: Place) -> None:
    flood(
        place, [f"vic.tim+{n}@elsewhere.example" for n in range(12)] + ["victim@elsewhere.example"]
    )
    assert len(place.rows("automatic", person="victim@elsewhere.example")) == 5
    assert len(place.rows("tickets")) == 13, "agents read every one"


def test_what_the_limit_of_all_has_no_room_for_waits_its_turn_and_is_told_once(
    both: Place,
) -> None:
    setup(both, "loops: {total: 10}\n")
    flood(both, [f"v@s{n}.example" for n in range(25)])
    assert len(both.rows("automatic")) == 25
    assert customers_letters(both) == 10
    both.later(3601)
    assert customers_letters(both) == 20
    both.later(3600)
    assert customers_letters(both) == 25, "none is lost"
    (notice,) = [one for one in both.letters("ana@desk.example") if "wait" in str(one["Subject"])]
    assert notice["Subject"] == "Automatic mails wait"


def test_an_agents_answer_goes_in_place_of_an_acknowledgement_that_waits(place: Place) -> None:
    setup(place, "loops: {total: 1}\n")
    flood(place, ["ana@one.example", "lee@two.example"])
    assert customers_letters(place) == 1
    place.answer("ben@desk.example", "Dear Lee, it is on its way.")
    place.later(7200)
    assert customers_letters(place) == 2
    assert [row.purpose for row in place.rows("outbox", recipient="lee@two.example")] == [
        "acknowledgement",
        "reply",
    ]
    (waited,) = place.rows("outbox", state="replaced")
    assert (waited.recipient, waited.due_at) == ("lee@two.example", None)
    (line,) = place.rows("history", what="not_sent")
    assert line.detail == {
        "template": "acknowledgement",
        "why": "an agent has answered meanwhile",
    }


def test_two_workers_overrun_no_limit(both: Place) -> None:
    setup(both, "loops: {total: 7}\n")
    senders = [*(f"v@s{n}.example" for n in range(12)), *["kim@one.example"] * 9]
    for number, sender in enumerate(senders):
        both.spool(mail(f"{number}", From=sender, Subject=f"Words {chr(97 + number)}"), sender)
    workers = [threading.Thread(target=work, args=(both.beside(f"w:{n}"),)) for n in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(both.rows("spool", state="done")) == len(senders)
    written = both.rows("automatic")
    assert sum(row.at <= both.now for row in written) == 7
    assert sum(row.person == "kim@one.example" for row in written) == 5


def work(services: Services) -> None:
    """A worker, until nothing is due."""
    while receive(services):
        pass


def test_many_people_of_one_domain_all_hear_at_once(place: Place) -> None:
    flood(place, [f"person{n}@bigcorp.example" for n in range(75)])
    assert customers_letters(place) == 75


def customers_letters(place: Place) -> int:
    """How many mails to people outside the desk are out when all that is due has been sent."""
    place.deliver()
    return sum(
        row.state == "sent" and not row.recipient.endswith("@desk.example")
        for row in place.rows("outbox")
    )
