"""Other addresses of the desk's: never participants, never written to; and a mail of ours that
comes back by one of them ends quietly."""

from __future__ import annotations

from typing import Any

import pytest

from maildesk.mail.message import Envelope
from maildesk.pipeline.receive import receive
from maildesk.store import spool
from tests.pipeline.desk_changes import release, with_lines, with_words
from tests.pipeline.place import SUPPORT, Place, mail

INFO = "info@desk.example"


def people(place: Place) -> list[str]:
    """Who takes part beside the requester."""
    return [row.address for row in place.rows("participants")]


def written_to(place: Place) -> set[str]:
    """Everybody who was written to."""
    return {row.recipient for row in place.rows("outbox")}


def test_an_unlisted_address_of_the_desks_domain_is_never_a_participant(both: Place) -> None:
    both.receive(mail(To="INFO@desk.example", Cc="bo@customer.example, sales+x@desk.example"))
    assert people(both) == ["bo@customer.example"]
    both.answer("ben@desk.example", "An answer.")
    assert written_to(both) & {INFO, "sales+x@desk.example"} == set()
    (reply,) = (m for m in both.letters("kim@customer.example") if "An answer." in str(m))
    assert "info@" not in str(reply["Cc"])


def test_a_desk_in_a_domain_that_its_customers_share_says_so(place: Place) -> None:
    with_lines(place, "own_domains: no")
    place.receive(mail(Cc="carol@desk.example, postmaster@desk.example"))
    assert people(place) == ["carol@desk.example"]


def test_somebody_who_writes_from_the_desks_domain_is_a_customer_like_all(place: Place) -> None:
    place.receive(mail(From="Carol <carol@desk.example>"), "carol@desk.example")
    (ticket,) = place.rows("tickets")
    assert ticket.requester_address == "carol@desk.example"


def test_a_contact_of_the_desks_domain_takes_part(place: Place) -> None:
    line = '  - {match: "@bigcorp.example"'
    with_words(place, line, f'  - {{match: "carol@desk.example", name: Carol}}\n{line}')
    place.receive(mail(Cc="Carol <carol@desk.example>, dave@desk.example"))
    assert people(place) == ["carol@desk.example"]


def test_a_named_alias_is_the_desks_own_wherever_it_lies(place: Place) -> None:
    with_lines(
        place,
        "aliases:\n  - {address: help@old-name.example, of: billing@desk.example}\n"
        '  - "@shop.example"',
    )
    place.receive(mail(To="help@old-name.example", Cc="x@shop.example"), "k@x.example", INFO)
    (ticket,) = place.rows("tickets")
    assert (ticket.address, ticket.queue) == ("billing@desk.example", "billing")
    assert people(place) == []
    held = place.receive(mail("From an alias.", From="help@old-name.example"), "x@x.example")
    assert held.outcome == "held own_address"


def test_at_a_provider_of_mailboxes_the_domain_is_not_ours(place: Place) -> None:
    with_words(place, "hilfe@desk.example", "ourdesk@gmail.com")
    place.receive(mail(Cc="bo@gmail.com"))
    assert people(place) == ["bo@gmail.com"]


def in_mailbox(place: Place, raw: bytes, *rcpt_to: str) -> Any:
    """This message, read from the mailbox of the desk; its spool row."""
    envelope = Envelope("ed@far.example", rcpt_to, "imap:support")
    with place.services.db.write() as conn:
        (row_id,) = spool.accept(conn, place.services.blobs, [(raw, envelope)], place.now)
    receive(place.services)
    return place.row("spool", row_id)


# -- what comes back ----------------------------------------------------------------


def test_a_mail_of_ours_that_comes_back_ends_quietly(both: Place) -> None:
    both.receive(mail())
    both.answer("ben@desk.example", "An answer.")
    ours = both.rows("outbox", purpose="reply")[0]
    before = len(both.rows("outbox"))
    relayed = b"Received: from mx.desk.example\r\n" + both.raw_of(ours)
    row = both.receive(relayed, "support@desk.example", SUPPORT)
    assert (row.state, row.outcome) == ("done", "came_back")
    assert both.rows("quarantine") == []
    assert len(both.rows("outbox")) == before
    assert len(both.rows("tickets")) == 1


def test_other_words_under_a_message_id_of_ours_are_held(both: Place) -> None:
    both.receive(mail())
    ours = str(both.letters("kim@customer.example")[0]["Message-ID"])
    forged = mail("Send your password.", From=SUPPORT, Message_ID=ours)
    assert both.receive(forged, "x@evil.example").outcome == "held own_address"


def test_a_released_mail_in_our_own_name_is_nobodys_and_never_answered(both: Place) -> None:
    row = both.receive(mail("A form.", From=f"Web Form <{SUPPORT}>"), "www@web.example")
    release(both, row.id)
    (ticket,) = both.rows("tickets")
    assert (ticket.requester_address, ticket.requester_name) == (
        "nobody@sender.invalid",
        "Web Form",
    )
    assert written_to(both) <= {"ana@desk.example", "ben@desk.example", "carla@desk.example"}


def test_a_released_mail_in_our_own_name_is_of_whom_reply_to_names(both: Place) -> None:
    form = mail("A form.", From=SUPPORT, Reply_To="Kim <kim@customer.example>")
    row = both.receive(form, "www@web.example")
    release(both, row.id)
    (ticket,) = both.rows("tickets")
    assert ticket.requester_address == "kim@customer.example"
    assert SUPPORT not in written_to(both)


# -- postmaster and abuse -----------------------------------------------------------


@pytest.mark.parametrize(
    "to", ["postmaster@desk.example", "PostMaster@Desk.Example", "abuse@desk.example", "Postmaster"]
)
def test_mail_to_the_postmaster_reaches_the_admins_and_opens_nothing(both: Place, to: str) -> None:
    raw = mail("You send us spam.", To=to, Subject="Complaint", From="Ed <ed@far.example>")
    row = both.receive(raw, "ed@far.example", to)
    assert (row.state, row.outcome) == ("done", "passed_on")
    assert both.rows("tickets") == []
    (told,) = both.letters("ana@desk.example")
    assert "You send us spam." in str(told)
    assert told["Reply-To"] == "ed@far.example"
    (original,) = told.iter_attachments()
    assert original.get_content_type() == "message/rfc822"
    assert written_to(both) == {"ana@desk.example"}


def test_mail_to_the_desk_and_the_postmaster_reaches_both(both: Place) -> None:
    raw, postmaster = mail("Both.", Cc="postmaster@desk.example"), "postmaster@desk.example"
    assert both.receive(raw, "kim@customer.example", SUPPORT, postmaster).outcome == "opened"
    assert len(both.rows("tickets")) == 1
    assert people(both) == []
    assert [m for m in both.letters("ana@desk.example") if "postmaster" in str(m["Subject"])]


@pytest.mark.parametrize(
    ("to", "fields", "rcpt_to"),
    [
        ("postmaster@desk.example", {"Delivered_To": SUPPORT}, (SUPPORT,)),
        ("abuse@desk.example", {}, (SUPPORT,)),
        (
            "undisclosed-recipients:;",
            {"X_Original_To": "postmaster@desk.example", "Delivered_To": SUPPORT},
            (SUPPORT, "postmaster@desk.example"),
        ),
        ("ben@desk.example", {"X_Original_To": "postmaster@desk.example"}, (SUPPORT,)),
    ],
)
def test_mail_to_the_postmaster_in_a_mailbox_opens_nothing_either(
    place: Place, to: str, fields: dict[str, str], rcpt_to: tuple[str, ...]
) -> None:
    row = in_mailbox(place, mail("You send us spam.", To=to, **fields), *rcpt_to)
    assert (row.state, row.outcome) == ("done", "passed_on")
    assert place.rows("tickets") == []
    assert len(place.letters("ana@desk.example")) == 1


@pytest.mark.parametrize("to", [SUPPORT, INFO])
def test_mail_to_the_desk_and_the_postmaster_in_a_mailbox_reaches_both(
    place: Place, to: str
) -> None:
    raw = mail("Both.", To=f"{to}, postmaster@desk.example", Delivered_To=SUPPORT)
    assert in_mailbox(place, raw, SUPPORT).outcome == "opened"
    assert [m for m in place.letters("ana@desk.example") if "postmaster" in str(m["Subject"])]


@pytest.mark.parametrize("role", ["postmaster@desk.example", "Abuse@Desk.example"])
def test_what_the_desks_own_postmaster_writes_is_for_the_admins(place: Place, role: str) -> None:
    row = place.receive(mail("The disk is full.", From=f"Mail system <{role}>"), role)
    assert row.outcome == "passed_on"
    assert place.rows("tickets") == []
    (told,) = place.letters("ana@desk.example")
    assert "The disk is full." in str(told)
    assert str(told["Reply-To"]).lower() != role.lower()  # an answer would come back to them


def test_a_postmaster_of_somewhere_else_is_a_customer(place: Place) -> None:
    role = "postmaster@customer.example"
    assert place.receive(mail("Please help us.", From=role), role).outcome == "opened"


def test_postmaster_as_an_address_of_the_desk_opens_tickets(place: Place) -> None:
    with_words(place, "hilfe@desk.example", "postmaster@desk.example")
    to = "postmaster@desk.example"
    assert place.receive(mail("A ticket.", To=to), "kim@customer.example", to).outcome == "opened"


@pytest.mark.parametrize("sender", ["kim@customer.example", "abuse@desk.example"])
def test_a_flood_to_the_postmaster_is_held_and_released_one_by_one(
    place: Place, sender: str
) -> None:
    to = "postmaster@desk.example"
    outcomes = [
        place.receive(mail(f"Flood {number}.", To=to, From=sender), sender, to)
        for number in range(32)
    ]
    assert [row.outcome for row in outcomes] == ["passed_on"] * 30 + ["held postmaster"] * 2
    assert release(place, outcomes[-1].id) == "passed_on"


def test_spam_to_the_postmaster_is_held_as_any(place: Place) -> None:
    with_words(place, "# spam_filter: rspamd", "spam_filter: rspamd")
    to = "abuse@desk.example"
    row = place.receive(mail("Buy.", To=to, X_Spam="Yes"), "kim@customer.example", to)
    assert row.outcome == "held spam"
