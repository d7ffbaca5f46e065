"""A message becomes a fact: whose it is, which ticket it belongs to, and how it is believed; all
else is held or waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.mail.parse import parse
from maildesk.pipeline.classification import customer_mail
from maildesk.pipeline.classification.look import Look
from maildesk.pipeline.classification.meanings import Understood
from maildesk.pipeline.receive import receive
from maildesk.store import due, spool
from maildesk.store.schema import spool as spool_table
from tests.pipeline.place import SUPPORT, Place, mail


def trust_of(place: Place) -> str:
    """How the last message was believed, in words."""
    return str(place.rows("messages")[-1].trust)


def test_the_signed_address_leads_to_its_ticket_whatever_the_headers_say(place: Place) -> None:
    place.receive(mail())
    place.answer("kim@customer.example", "More.")
    assert len(place.rows("tickets")) == 1
    assert "reply address of kim@customer.example" in trust_of(place)


def test_our_own_message_id_leads_to_its_ticket_where_the_address_was_lost(place: Place) -> None:
    place.receive(mail())
    ours = str(place.letters("kim@customer.example")[0]["Message-ID"])
    place.receive(mail("More.", References=ours))
    assert len(place.rows("tickets")) == 1
    assert "answers our mail of TKT-0001" in trust_of(place)


def test_a_message_id_of_the_customers_own_leads_to_its_ticket(place: Place) -> None:
    place.receive(mail("One.", Message_ID="<one@customer.example>"))
    place.receive(mail("Two.", From="lee@customer.example", In_Reply_To="<one@customer.example>"))
    assert len(place.rows("tickets")) == 1
    assert "is new to it" in trust_of(place)


def test_the_number_in_the_subject_lets_in_those_who_belong_and_nobody_else(place: Place) -> None:
    place.receive(mail())
    place.receive(mail("Mine.", Subject="about [TKT-0001]"))
    assert len(place.rows("tickets")) == 1
    place.receive(
        mail("Not mine.", From="sam@elsewhere.example", Subject="Re: TKT-0001"),
        "sam@elsewhere.example",
    )
    assert len(place.rows("tickets")) == 2
    assert {(row.ticket_id, row.other_id, row.kind) for row in place.rows("links")} == {
        (1, 2, "linked"),
        (2, 1, "linked"),
    }


def test_a_rule_sees_what_the_filter_says_of_mail_that_was_let_through(place: Place) -> None:
    desk, rules = place.folder / "desk.yaml", place.folder / "rules.yaml"
    text = desk.read_text(encoding="utf-8").replace("# spam_filter: rspamd", "spam_filter: rspamd")
    desk.write_text(text.replace("allow: []", "allow: ['@customer.example']"), encoding="utf-8")
    rules.write_text(
        "rules: [{name: Odd, if: {trust.spam: yes}, then: {label: bug}}]\n", encoding="utf-8"
    )
    assert place.services.keeper.reload_now()
    place.receive(mail("One.", X_Spam="Yes"))
    place.receive(mail("Two."))
    place.receive(
        mail("Three.", From="sam@elsewhere.example", X_Spam="Yes"), "sam@elsewhere.example"
    )
    assert [row.labels for row in place.rows("tickets")] == [["bug"], []]
    assert [row.reason for row in place.rows("quarantine")] == ["spam"]
    # who is on the list is answered as everybody is
    assert len(place.letters("kim@customer.example")) == 2


def test_a_number_in_the_subject_is_looked_up_once(place: Place) -> None:
    place.receive(mail())
    asked: list[str] = []
    with place.services.db.write() as conn:  # the connection on which the next mail is processed
        conn.connection.driver_connection.set_trace_callback(asked.append)  # type: ignore[union-attr]
    place.receive(
        mail("Not mine.", From="sam@elsewhere.example", Subject="Re: TKT-0001"),
        "sam@elsewhere.example",
    )
    assert len(place.rows("links")) == 2
    found = [one for one in asked if "'TKT-0001'" in one and one.startswith("SELECT")]
    assert len(found) == 2  # whose mail it is, and for the link between the two tickets


@pytest.mark.parametrize("now", ["HD-{:05d}", "TKT-{:06d}", "{:d}/desk"])
def test_a_ticket_is_found_by_its_reference_after_the_format_was_changed(
    place: Place, now: str
) -> None:
    place.receive(mail())
    desk = place.folder / "desk.yaml"
    desk.write_text(desk.read_text(encoding="utf-8").replace("TKT-{:04d}", now), encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail("Mine.", Subject="Re: broken [TKT-0001]"))
    assert len(place.rows("tickets")) == 1
    assert "names TKT-0001 and takes part in it" in trust_of(place)
    place.receive(
        mail("Not mine.", From="sam@elsewhere.example", Subject="Re: tkt-1"),
        "sam@elsewhere.example",
    )
    place.receive(
        mail("Nothing to do with it.", From="lee@elsewhere.example", Subject="Invoice 1"),
        "lee@elsewhere.example",
    )
    assert [row.reference for row in place.rows("tickets")] == [
        "TKT-0001",
        now.format(2),
        now.format(3),
    ]
    assert {(row.ticket_id, row.other_id) for row in place.rows("links")} == {(1, 2), (2, 1)}


@pytest.mark.parametrize(
    ("fields", "sender", "reason"),
    [
        ({"From": SUPPORT}, "x@elsewhere.example", "own_address"),
        ({"From": ""}, "", "no_sender"),
        ({"From": "Ben <ben@desk.example>"}, "ben@desk.example", "unproven_agent"),
    ],
)
def test_what_may_not_be_believed_is_held(
    place: Place, fields: dict[str, str], sender: str, reason: str
) -> None:
    row = place.receive(mail(**fields), sender)
    assert row.state == "held"
    assert [held.reason for held in place.rows("quarantine")] == [reason]
    assert place.rows("tickets") == []


def test_an_agents_address_used_by_another_is_spoofed_and_nothing_of_it_reaches_the_ticket(
    place: Place,
) -> None:
    place.receive(mail())
    to = str(place.letters("ben@desk.example")[0]["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(mail("Secret.", From="mallory@evil.example", To=to), "mallory@evil.example", to)
    assert [held.reason for held in place.rows("quarantine")] == ["spoofed"]
    assert len(place.rows("messages")) == 1
    assert place.rows("outbox", recipient="ben@desk.example", purpose="agent_held")
    told = place.letters("ben@desk.example")[-1].as_string()
    assert "#renew" in told
    assert "Ticket:  TKT-0001" in told


def test_where_from_alone_was_forged_nobody_is_told_to_renew_their_addresses(place: Place) -> None:
    place.receive(mail(From="Ben <ben@desk.example>"), "ben@desk.example")
    told = place.letters("ben@desk.example")[-1].as_string()
    assert "If it was not you, leave it" in told
    assert "#renew" not in told


def test_an_agents_address_is_too_old_after_its_years(place: Place) -> None:
    place.receive(mail())
    place.later(731 * 86_400)
    place.answer("ben@desk.example", "Late.")
    assert [held.reason for held in place.rows("quarantine")] == ["expired"]


def test_one_byte_changed_in_a_signed_address_is_no_signature(place: Place) -> None:
    place.receive(mail())
    to = str(place.letters("ben@desk.example")[0]["Reply-To"]).rpartition("<")[2].rstrip(">")
    local, _, domain = to.partition("@")
    forged = f"{local[:-1]}{'0' if local[-1] != '0' else '1'}@{domain}"
    place.receive(
        mail("Let me in.", From="ben@desk.example", To=forged), "ben@desk.example", forged
    )
    assert [held.reason for held in place.rows("quarantine")] == ["unproven_agent"]
    assert len(place.rows("messages")) == 1


class Interrupted(Look):
    """A look that is interrupted between looking for the ticket and looking for the question:
    another worker finishes it."""

    def overtakes(self) -> bool:
        assert receive(PLACES[self.services.owner].beside("there:2:bb")) == 1
        return super().overtakes()


PLACES: dict[str, Place] = {}


def test_a_question_that_another_worker_finishes_between_two_looks_is_found(
    tmp_path: Path, postgres_url: str
) -> None:
    place = Place(tmp_path / "desk", postgres_url)  # on SQLite nobody comes in between
    PLACES[place.services.owner] = place
    raw = mail("Two.", In_Reply_To="<q@customer.example>")
    place.spool(raw)
    with place.services.db.write() as conn:
        (row,) = due.claim(
            conn, spool_table, owner=place.services.owner, now=place.now, lease=place.services.lease
        )
    place.spool(mail("One.", Message_ID="<q@customer.example>"))
    policy = place.services.keeper.current.policy
    with place.services.db.write() as conn:
        job = spool.spooled(row)
        look = Interrupted(conn, place.services, policy, job, parse(raw), raw)
        assert look.sender is not None
        meaning = customer_mail.meaning(look, look.sender)
    assert isinstance(meaning, Understood)
    assert meaning.ticket is not None
    assert meaning.ticket.reference == "TKT-0001"
    place.services.db.close()


@pytest.mark.parametrize(
    "address",
    [
        "kim@cu$tomer.example",
        "kim@customer.example?",
        "k" * 400 + "@customer.example",
        '"=?utf-8?q?=0d=0aBcc=3a_eve?="@customer.example',
    ],
)
def test_a_sender_whose_address_nobody_can_write_to_is_the_one_the_envelope_names(
    place: Place, address: str
) -> None:
    assert (
        place.receive(mail(From=f"Kim <{address}>"), "kim@mail.customer.example").outcome
        == "opened"
    )
    assert place.rows("tickets")[0].requester_address == "kim@mail.customer.example"
    assert len(place.letters("kim@mail.customer.example")) == 1


def test_where_the_envelope_names_nobody_either_the_mail_is_held(place: Place) -> None:
    row = place.receive(mail(From="Kim <kim@cu$tomer.example>"), "kim@cu$tomer.example")
    assert (row.state, row.outcome) == ("held", "held no_sender")


def test_a_copy_to_an_address_nobody_can_write_to_brings_nobody_along(place: Place) -> None:
    place.receive(mail(Cc="Bo <bo@customer.example>, Eve <eve@cu$tomer.example>"))
    assert [row.address for row in place.rows("participants")] == ["bo@customer.example"]
