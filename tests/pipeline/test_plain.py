"""Without sub-addresses: threading and proof by Message-IDs and tokens; what keeps those secret."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from maildesk.config.settings import Relay as RelaySettings
from maildesk.desk.threads import links
from maildesk.pipeline.receive import receive
from maildesk.store import agents
from tests.pipeline.place import SUPPORT, Place, mail
from tests.servers.relay import Relay
from tests.stories.clients import CLIENTS, Tap, apple, gmail, tapped, taps
from tests.stories.running_desk import address_in, text_of, write

BEN, CARLA, KIM = "ben@desk.example", "carla@desk.example", "kim@customer.example"


def set_desk(place: Place, words: str) -> None:
    """These lines at the end of desk.yaml."""
    file = place.folder / "desk.yaml"
    file.write_text(file.read_text(encoding="utf-8") + f"\n{words}\n", encoding="utf-8")
    assert place.services.keeper.reload_now()


@pytest.fixture
def plain(place: Place) -> Place:
    """A desk whose mailboxes deliver no sub-addresses."""
    set_desk(place, "sub_addresses: no")
    return place


@pytest.fixture(params=["yes", "no"])
def either(request: pytest.FixtureRequest, place: Place) -> Place:
    """A desk with sub-addresses, and one without."""
    set_desk(place, f"sub_addresses: {request.param}")
    return place


def post(place: Place, sent: EmailMessage, sender: str, to: str = "") -> Any:
    """A mail arrives; its spool row."""
    where = to or address_in(sent["To"])
    return place.receive(sent.as_bytes(policy=policy.SMTP), sender, where)


def asked(place: Place) -> EmailMessage:
    """Kim's ticket; Ben's notification."""
    place.receive(mail())
    return place.letters(BEN)[-1]


def plainly(sent: EmailMessage) -> EmailMessage:
    """The same mail, written to the plain address: its program knows no Reply-To."""
    sent.replace_header("To", SUPPORT)
    return sent


def held(place: Place) -> list[str]:
    """Why mail is held."""
    return [row.reason for row in place.rows("quarantine") if row.state == "held"]


def words(place: Place) -> list[str]:
    """What was said in the ticket."""
    return [row.reply.strip() for row in place.rows("messages")]


# -- what is believed ----------------------------------------------------------


def test_nothing_goes_out_with_a_sub_address(plain: Place) -> None:
    notice = asked(plain)
    gives = [plain.letters(KIM)[-1], notice]
    assert {address_in(one["Reply-To"]) for one in gives} == {SUPPORT}
    assert {row.mail_from for row in plain.rows("outbox")} == {SUPPORT}
    assert all("+" not in tap.to for tap in taps(notice, "#"))


def test_one_address_may_have_them_and_another_not(place: Place) -> None:
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    billing = "    queue: billing\n    category: billing\n"
    file.write_text(text.replace(billing, f"{billing}    sub_addresses: no\n"), encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail("One."))
    to = "billing@desk.example"
    place.receive(mail("Two.", From="lee@customer.example", To=to), "lee@customer.example", to)
    assert "+" in str(place.letters(KIM)[-1]["Reply-To"])
    assert "+" not in str(place.letters("lee@customer.example")[-1]["Reply-To"])


@pytest.mark.parametrize("client", CLIENTS)
def test_an_agents_answer_is_believed_from_any_program(either: Place, client: str) -> None:
    notice = asked(either)
    row = post(either, plainly(CLIENTS[client](notice, BEN, "Turn it on.")), BEN)
    assert row.outcome == "threaded", row.outcome
    assert "Turn it on." in text_of(either.letters(KIM)[-1])
    assert "only Ben Okafor was sent" in either.rows("messages")[-1].trust


@pytest.mark.parametrize("client", CLIENTS)
def test_a_customers_answer_finds_its_ticket_from_any_program(plain: Place, client: str) -> None:
    post(plain, gmail(asked(plain), BEN, "Turn it on."), BEN)
    post(plain, CLIENTS[client](plain.letters(KIM)[-1], KIM, "It is on."), KIM)
    assert len(plain.rows("tickets")) == 1
    assert words(plain)[-1].startswith("It is on.")


def test_a_note_stays_a_note(plain: Place) -> None:
    notice = asked(plain)
    post(plain, gmail(notice, BEN, "#assign carla\n#note\nDo you know?"), BEN)
    asks = plain.letters(CARLA)[-1]
    post(plain, gmail(asks, CARLA, "#note\nI do."), CARLA)
    post(plain, gmail(notice, BEN, "#note\nWell?"), BEN)
    post(plain, gmail(plain.letters(CARLA)[-1], CARLA, "It is the fuse."), CARLA)
    assert [row.kind for row in plain.rows("messages")][1:] == ["note"] * 4
    assert len(plain.letters(KIM)) == 1


def test_whoever_may_only_note_writes_a_note(plain: Place) -> None:
    file = plain.folder / "agents.yaml"
    text = file.read_text(encoding="utf-8")
    carla = "address: carla@desk.example"
    file.write_text(text.replace(carla, f"{carla}\n    role: reader"), encoding="utf-8")
    set_desk(plain, "roles:\n  reader: [note, see_all]")
    asked(plain)
    post(plain, gmail(plain.letters(CARLA)[-1], CARLA, "For colleagues."), CARLA)
    assert [row.kind for row in plain.rows("messages")] == ["public", "note"]


@pytest.mark.parametrize("prefix", ["", "Re: ", "AW: ", "SV: Re: ", "[EXTERN] "])
def test_a_button_is_believed_by_its_subject(plain: Place, prefix: str) -> None:
    tap = taps(asked(plain), "#resolve")[0]
    row = post(plain, tapped(tap._replace(subject=f"{prefix}{tap.subject} please"), BEN), BEN)
    assert row.outcome == "threaded"
    assert plain.row("tickets", 1).status == "resolved"
    assert "token" not in plain.rows("messages")[-1].subject
    assert links.SIGNATURE.search(str(plain.rows("messages")[-1].subject)) is None


def test_stars_count_for_the_requester_alone(plain: Place) -> None:
    asked(plain)
    post(plain, gmail(plain.letters(BEN)[-1], BEN, "#resolve\nDone."), BEN)
    star = next(one for one in taps(plain.letters(KIM)[-1], "4") if one.body == "4")
    other = tapped(star, "lee@customer.example")
    assert post(plain, other, "lee@customer.example").outcome == "held survey"
    assert plain.row("tickets", 1).score is None
    assert post(plain, tapped(star, KIM, " thanks"), KIM).outcome == "threaded"
    assert plain.row("tickets", 1).score == 4


def confirm_of(place: Place) -> Tap:
    """The button of the last question about a held mail."""
    return taps(place.letters(BEN)[-1], "#confirm")[0]


@pytest.mark.parametrize("by", ["button", "answer"])
def test_a_held_mail_is_confirmed_by_a_tap_and_by_an_answer(plain: Place, by: str) -> None:
    asked(plain)
    post(plain, write(BEN, SUPPORT, "Re: [TKT-0001]", "From scratch."), BEN)
    assert held(plain) == ["unproven_agent"]
    question = plain.letters(BEN)[-1]
    said = tapped(confirm_of(plain), BEN) if by == "button" else gmail(question, BEN, "#confirm")
    assert post(plain, said, BEN).outcome == "confirmed"
    receive(plain.services)
    assert "From scratch." in text_of(plain.letters(KIM)[-1])


def test_nobody_else_confirms_it(plain: Place) -> None:
    asked(plain)
    post(plain, write(BEN, SUPPORT, "Re: [TKT-0001]", "From scratch."), BEN)
    row = post(plain, tapped(confirm_of(plain), "m@evil.example"), "m@evil.example")
    assert row.outcome == "held spoofed"
    assert len(plain.letters(KIM)) == 1


# -- what is not ---------------------------------------------------------------


def test_what_a_customer_has_proves_no_agent(plain: Place) -> None:
    notice = asked(plain)
    post(plain, gmail(notice, BEN, "Turn it on."), BEN)
    theirs = plain.letters(KIM)
    ids = " ".join(str(one[name] or "") for one in theirs for name in ("Message-ID", "References"))
    root = str(notice["References"]).split()[0]
    for known in (ids, root, f"{ids} {root}"):
        forged = write(BEN, SUPPORT, "Re: [TKT-0001]", f"Pay {len(known)}.", References=known)
        assert post(plain, forged, "m@evil.example").outcome == "held unproven_agent"


def test_an_old_one_is_asked_about_once_and_one_too_old_is_held(plain: Place) -> None:
    notice = asked(plain)
    plain.later(91 * 86400)
    assert post(plain, gmail(notice, BEN, "Late."), BEN).outcome == "held old_address"
    post(plain, tapped(confirm_of(plain), BEN), BEN)
    receive(plain.services)
    assert post(plain, gmail(notice, BEN, "Later."), BEN).outcome == "threaded"
    plain.later(731 * 86400)
    assert post(plain, gmail(notice, BEN, "Too late."), BEN).outcome == "held expired"


def test_renewing_kills_message_ids_and_buttons_as_well(plain: Place) -> None:
    notice = asked(plain)
    post(plain, gmail(notice, BEN, "#renew"), BEN)
    assert post(plain, gmail(notice, BEN, "Old."), BEN).outcome == "held renewed"
    row = post(plain, tapped(taps(notice, "#take")[0], BEN), BEN)
    assert row.outcome == "held renewed"
    plain.receive(mail("Well?", Subject="Re: [TKT-0001]"))
    assert post(plain, gmail(plain.letters(BEN)[-1], BEN, "New."), BEN).outcome == "threaded"


def test_whoever_is_no_agent_any_more_is_held(plain: Place) -> None:
    asked(plain)
    notice = plain.letters(CARLA)[-1]
    file = plain.folder / "agents.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("  - name: Carla")], encoding="utf-8")
    assert plain.services.keeper.reload_now()
    assert post(plain, gmail(notice, CARLA, "Still here."), CARLA).outcome == "held revoked"
    tap = taps(notice, "#übernehmen")[0]
    assert post(plain, tapped(tap, CARLA), CARLA).outcome == "held revoked"


def test_with_a_server_that_looks_an_agent_has_to_be_vouched_for(plain: Place) -> None:
    file = plain.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\ntrust:\n", "\ntrust:\n  authserv_id: mx.desk.example\n"))
    assert plain.services.keeper.reload_now()
    notice = asked(plain)
    assert post(plain, gmail(notice, BEN, "Who knows?"), BEN).outcome == "held unproven_agent"
    assert "answers a notification of yours" in text_of(plain.letters(BEN)[-1])
    vouched = gmail(notice, BEN, "Me.")
    vouched["Authentication-Results"] = "mx.desk.example; dkim=pass header.d=desk.example"
    assert post(plain, vouched, BEN).outcome == "threaded"


def test_an_absence_of_an_agent_reaches_no_customer(plain: Place) -> None:
    notice = asked(plain)
    away = gmail(notice, BEN, "I am on holiday.")
    away["Auto-Submitted"] = "auto-replied"
    post(plain, away, "")
    assert (words(plain), len(plain.letters(KIM))) == (["Hello."], 1)


# -- what keeps it secret --------------------------------------------------------


def secrets_of(notice: EmailMessage) -> set[str]:
    """What proves that somebody has had this notification."""
    text = " ".join(str(notice[name]) for name in ("Message-ID", "References", "In-Reply-To"))
    return set(links.SIGNATURE.findall(text))


@pytest.mark.parametrize("client", CLIENTS)
def test_no_mail_to_anybody_else_holds_it(either: Place, client: str) -> None:
    notice = asked(either)
    secret = secrets_of(notice)
    assert secret
    whole = f"Message-ID: {notice['Message-ID']}\nReferences: {notice['References']}\n\n"
    post(either, CLIENTS[client](notice, BEN, f"#cc lee@customer.example\nSee:\n{whole}Ben"), BEN)
    post(either, CLIENTS[client](notice, BEN, f"#note\n{whole}"), BEN)
    for row in either.rows("outbox"):
        raw = either.raw_of(row).decode("latin-1")
        assert row.recipient == BEN or not any(one in raw for one in secret), row.recipient


def test_an_attached_notification_does_not_go_on(plain: Place) -> None:
    notice = asked(plain)
    answer = gmail(notice, BEN, "See the file.")
    answer.add_attachment(notice)
    post(plain, answer, BEN)
    sent = plain.letters(KIM)[-1]
    assert [part.get_filename() for part in sent.iter_attachments()] == []
    assert not any(one in sent.as_string() for one in secrets_of(notice))


def test_it_stands_in_no_list_and_no_log(
    plain: Place, relay: Relay, capfd: pytest.CaptureFixture[str]
) -> None:
    from maildesk.store.records import outbox_list
    from maildesk.views.queues import outbox_mail

    notice = asked(plain)
    plain.deliver()
    post(plain, gmail(notice, BEN, "Turn it on."), BEN)
    plain.deliver()
    with plain.services.db.read() as conn:
        shown = str([outbox_mail(one) for one in outbox_list(conn, ("sent",), limit=100).values])
    said = capfd.readouterr()
    assert "message_id" in shown
    for text in (shown, said.out, said.err):
        assert links.SIGNATURE.search(text) is None


# -- when it leaks ---------------------------------------------------------------


def copied(place: Place, notice: EmailMessage) -> EmailMessage:
    """Ben answers, and copies Kim by mistake; what Kim got."""
    answer = gmail(notice, BEN, "Turn it on.")
    answer["Cc"] = KIM
    assert post(place, answer, BEN).outcome == "threaded"
    return answer


def test_who_was_copied_by_mistake_cannot_speak_for_the_agent(either: Place) -> None:
    notice = asked(either)
    leaked = copied(either, notice)
    known = f"{leaked['References']} {leaked['In-Reply-To']}"
    forged = write(BEN, address_in(leaked["To"]), "Re: [TKT-0001]", "Pay.", References=known)
    assert post(either, forged, "m@evil.example").outcome == "held known_to_others"
    asks = either.letters(BEN)[-1]
    assert "went to others as well" in text_of(asks)
    assert "Pay." not in "".join(text_of(one) for one in either.letters(KIM))


def test_the_next_notification_proves_again_and_the_old_one_by_a_tap(either: Place) -> None:
    notice = asked(either)
    copied(either, notice)
    assert post(either, gmail(notice, BEN, "Once more."), BEN).outcome == "held known_to_others"
    post(either, tapped(confirm_of(either), BEN), BEN)
    receive(either.services)
    assert "Once more." in text_of(either.letters(KIM)[-1])
    assert post(either, gmail(notice, BEN, "And again."), BEN).outcome == "held known_to_others"
    either.receive(mail("Well?", Subject="Re: [TKT-0001]"))
    fresh = either.letters(BEN)[-1]
    assert post(either, gmail(fresh, BEN, "A new one."), BEN).outcome == "threaded"


def test_a_customer_who_answers_all_is_a_customer(plain: Place) -> None:
    leaked = copied(plain, asked(plain))
    row = post(plain, apple(leaked, KIM, "It is on."), KIM, SUPPORT)
    assert row.outcome == "threaded"
    assert plain.rows("messages")[-1].agent == ""
    ids = str(leaked["References"])
    whole = write(KIM, SUPPORT, "Re: Printer [TKT-0001]", "All.", References=ids)
    assert post(plain, whole, KIM).outcome == "threaded"
    assert plain.rows("messages")[-1].from_address == KIM


def test_a_customer_who_quotes_a_buttons_subject_is_a_customer(plain: Place) -> None:
    tap = taps(asked(plain), "#note")[0]
    row = post(plain, tapped(tap, KIM, "What is this?"), KIM)
    assert row.outcome == "threaded"
    assert [m.kind for m in plain.rows("messages")] == ["public", "public"]
    with plain.services.db.read() as conn:
        assert agents.signing(conn).leaked[BEN]
    assert post(plain, tapped(tap, BEN, "Mine."), BEN).outcome == "held known_to_others"


def test_a_stranger_who_was_sent_a_notification_on_is_shown_first(plain: Place) -> None:
    notice = asked(plain)
    supplier = "sue@supplier.example"
    assert post(plain, gmail(notice, supplier, "It is the fuse."), supplier).outcome == "threaded"
    assert plain.rows("messages")[-1].kind == "stranger"
    assert post(plain, gmail(notice, BEN, "Thanks."), BEN).outcome == "held known_to_others"


def test_a_token_is_bound_to_its_ticket(plain: Place) -> None:
    tap = taps(asked(plain), "#resolve")[0]
    plain.receive(mail("Another.", Subject="Scanner", From="lee@customer.example"), "lee@x.example")
    moved = tap._replace(subject=tap.subject.replace("TKT-0001", "TKT-0002"))
    post(plain, tapped(moved, BEN), BEN)
    assert [row.status for row in plain.rows("tickets")] == ["resolved", "open"]


# -- relays that write Message-IDs of their own -------------------------------------


class Rewriting(Relay):
    """A relay that puts ids of its own into every mail, and says so or not."""

    says = True

    def reply_to(self, recipients: tuple[str, ...], stage: Any) -> str:
        reply = super().reply_to(recipients, stage)
        if stage == "data" and not reply:
            first = f"0102018f3c7d1e{len(self.messages):02x}"
            self.given = f"{first}-5b6c7d8e-1a2b-4c3d-9e8f-0a1b2c3d4e5f-000000"
            return f"250 Ok {self.given}" if self.says else "250 2.0.0 kept"
        return reply

    def keep(self, message: Any) -> None:
        import re
        from dataclasses import replace

        new = f"Message-ID: <{self.given}@eu-west-1.amazonses.com>\r\n".encode()
        raw = re.sub(rb"Message-ID: [^\r]*\r\n(?:[ \t][^\r]*\r\n)*", new, message.raw, count=1)
        super().keep(replace(message, raw=raw))


@pytest.fixture(params=[True, False], ids=["says so", "says nothing"])
def rewriting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Place, Rewriting]]:
    """A desk without sub-addresses behind such a relay."""
    relay = Rewriting()
    relay.says = request.param
    made = Place(tmp_path / "desk", relay=RelaySettings(host=relay.host, port=relay.port))
    set_desk(made, "sub_addresses: no")
    yield made, relay
    made.look_for_leaks()
    made.services.db.close()
    relay.remove()


def got(place: Place, relay: Rewriting, recipient: str) -> EmailMessage:
    """The last mail as it arrived."""
    from tests.stories.running_desk import as_mail

    place.deliver()
    return as_mail([one for one in relay.messages if recipient in one.rcpt_to][-1])


def test_threading_goes_on_behind_a_relay_that_rewrites(rewriting: tuple[Place, Rewriting]) -> None:
    place, relay = rewriting
    asked(place)
    notice = got(place, relay, BEN)
    assert "amazonses" in notice["Message-ID"]
    assert post(place, gmail(notice, BEN, "Turn it on."), BEN).outcome == "threaded"
    answer = apple(got(place, relay, KIM), KIM, "It is on.")
    post(place, answer, KIM)
    assert len(place.rows("tickets")) == 1
    lost = apple(got(place, relay, KIM), KIM, "And it hums.")
    lost.replace_header("Subject", "Something else")
    post(place, lost, KIM)
    assert len(place.rows("tickets")) == 1
    assert "And it hums." in words(place)[-1]


def test_an_iphone_of_an_agent_is_believed_where_the_relay_says_its_id(
    rewriting: tuple[Place, Rewriting],
) -> None:
    place, relay = rewriting
    asked(place)
    row = post(place, apple(got(place, relay, BEN), BEN, "Turn it on."), BEN)
    assert row.outcome == ("threaded" if relay.says else "held unproven_agent")


def test_an_id_that_only_an_answer_named_proves_nothing(rewriting: tuple[Place, Rewriting]) -> None:
    place, _ = rewriting
    asked(place)
    place.deliver()
    made_up = "<made-up@evil.example>"
    forged = write(KIM, SUPPORT, "Re: [TKT-0001]", "Hello?", In_Reply_To=made_up)
    post(place, forged, "m@evil.example")
    again = write(KIM, SUPPORT, "Hi", "Bring them.", In_Reply_To=made_up, Cc="m@evil.example")
    post(place, again, "m@evil.example")
    assert place.rows("participants", ticket_id=1) == []


def test_the_relays_id_of_an_agents_mail_is_shown_to_nobody(
    rewriting: tuple[Place, Rewriting], capfd: pytest.CaptureFixture[str]
) -> None:
    place, relay = rewriting
    asked(place)
    notice = got(place, relay, BEN)
    local = str(notice["Message-ID"]).strip("<>").partition("@")[0]
    (row,) = place.rows("outbox", recipient=BEN)
    assert local not in f"{row.reply}"
    said = capfd.readouterr()
    assert local not in said.out + said.err


# -- delivery reports ------------------------------------------------------------


def report(place: Place, row: Any, *, head: str, original: str = "") -> Any:
    """A report about this mail comes to the plain address; its spool row."""
    status = (
        f"Reporting-MTA: dns; mx.example\r\n{original}\r\n"
        f"Final-Recipient: rfc822; {row.recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    )
    parts = (
        "--b\r\nContent-Type: text/plain\r\n\r\nNo.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n--b\r\nContent-Type: "
        f"text/rfc822-headers\r\n\r\n{head}\r\n--b--\r\n"
    )
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    fields = {"From": "MAILER-DAEMON@mx.example", "Subject": "Undelivered", "MIME_Version": "1.0"}
    return place.receive(mail(parts, Content_Type=kind, **fields), "", SUPPORT)


def lost(place: Place) -> Any:
    """Ben's answer to Kim: its outbox row, sent."""
    post(place, gmail(asked(place), BEN, "Turn it on."), BEN)
    place.deliver()
    (row,) = place.rows("outbox", purpose="reply")
    return row


def head_of(place: Place, row: Any) -> str:
    """The head of this mail, as a server returns it."""
    return place.raw_of(row).partition(b"\r\n\r\n")[0].decode()


def test_a_report_is_proved_by_the_signed_field_it_brings(plain: Place) -> None:
    row = lost(plain)
    assert report(plain, row, head=head_of(plain, row)).outcome == "failed"
    assert plain.row("outbox", row.id).state == "failed"
    assert [one.address for one in plain.rows("suppressed")] == [KIM]
    assert taps(plain.letters(BEN)[-1], "#resend")
    resend = taps(plain.letters(BEN)[-1], "#resend")[0]
    assert post(plain, tapped(resend, BEN), BEN).outcome == "resent"


def test_a_report_with_the_message_id_alone_is_told_and_changes_nothing(plain: Place) -> None:
    row = lost(plain)
    only = f"Original-Message-ID: <{row.message_id}>\r\n"
    assert report(plain, row, head="Subject: x\r\n", original=only).outcome == "unproved_report"
    assert plain.row("outbox", row.id).state == "sent"
    assert plain.rows("suppressed") == []


def test_a_report_with_neither_is_kept(plain: Place) -> None:
    row = lost(plain)
    assert report(plain, row, head="Subject: x\r\n").outcome == "unmatched_report"
    assert held(plain) == ["unmatched_report"]
    assert len(plain.rows("tickets")) == 1


def test_a_report_in_words_that_nobody_knows_opens_no_ticket(plain: Place) -> None:
    row = lost(plain)
    head = head_of(plain, row)
    strange = mail(
        f"Hmm, that did not work out.\r\n\r\n{head}",
        From="postmaster@mx.example", Subject="Ohje", Auto_Submitted="auto-replied",
    )  # fmt: skip
    plain.receive(strange, "", SUPPORT)
    assert len(plain.rows("tickets")) == 1


def test_what_a_customer_brings_along_joins_as_with_an_address_of_their_own(plain: Place) -> None:
    post(plain, gmail(asked(plain), BEN, "Turn it on."), BEN)
    answer = gmail(plain.letters(KIM)[-1], KIM, "Lee knows more.")
    answer["Cc"] = "lee@customer.example"
    post(plain, answer, KIM)
    assert [row.address for row in plain.rows("participants")] == ["lee@customer.example"]
