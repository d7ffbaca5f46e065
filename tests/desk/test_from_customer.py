"""What a customer's mail means: a ticket, the next message, stars, or a thank-you."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.decide import decide
from maildesk.desk.facts import Acquaintance, Counters, MessageFromRequester
from maildesk.desk.from_customer import wrote
from maildesk.desk.policy import DeskAddress
from maildesk.desk.reason import Reason
from maildesk.desk.senders.entries import Contact
from maildesk.desk.ticket import Person, Status
from tests.desk.stories import (
    ANA,
    NOW,
    POLICY,
    SUPPORT,
    from_customer,
    names,
    of,
    sent,
    status_after,
    ticket,
    told,
)

BOSS = Person("boss@harbour.example", "Boss")


def test_a_new_question_opens_a_ticket_with_the_addresss_and_the_queues_defaults() -> None:
    (opened,) = of(wrote(None, from_customer(copies=(BOSS,)), POLICY, NOW), fx.OpenTicket)
    assert (opened.subject, opened.queue, opened.priority, opened.category) == (
        "Printer",
        "support",
        "normal",
        "",
    )
    assert (opened.requester, opened.participants, opened.address, opened.language) == (
        ANA,
        (BOSS,),
        SUPPORT.address,
        "en",
    )
    urgent = DeskAddress(
        "vip@desk.example", "support", "VIP", language="de", priority="urgent", category="billing"
    )
    (opened,) = of(
        wrote(None, replace(from_customer(), address=urgent), POLICY, NOW), fx.OpenTicket
    )
    assert (opened.priority, opened.category, opened.language) == ("urgent", "billing", "de")


@pytest.mark.parametrize(
    ("spoken", "language"), [("de", "de"), ("de-AT", "de"), ("fr", "en"), ("", "en")]
)
def test_the_language_is_the_customers_where_the_desk_speaks_it(spoken: str, language: str) -> None:
    (opened,) = of(wrote(None, from_customer(language=spoken), POLICY, NOW), fx.OpenTicket)
    assert opened.language == language


def test_without_a_subject_the_first_line_is_one() -> None:
    (opened,) = of(
        wrote(None, from_customer("My printer smokes\nsince noon", subject="Re: "), POLICY, NOW),
        fx.OpenTicket,
    )
    assert opened.subject == "My printer smokes"


def test_what_the_files_know_of_a_customer_is_in_the_ticket() -> None:
    known = replace(
        POLICY, contacts=(Contact("@harbour.example", organisation="Harbour Books", tier="vip"),)
    )
    (opened,) = of(
        wrote(None, from_customer(sender=Person("Ana@Harbour.example")), known, NOW), fx.OpenTicket
    )
    assert (opened.requester.organisation, opened.requester.tier) == ("Harbour Books", "vip")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"may_answer": False, "reasons": ("mailing list",)}, "mailing list"),
        ({"may_answer": False}, "the message is automatic"),
        ({"sender": Person("no-reply@shop.example")}, "this address is never answered by itself"),
        ({"sender": Person("bounces-42@shop.example")}, "this address is never answered by itself"),
        (
            {"suppressed": frozenset({"ana@harbour.example"})},
            "mail to this address could not be delivered lately",
        ),
        (
            {"counters": Counters(to_address=5)},
            "5 automatic mails to this person in the last while, the limit is 5",
        ),
        (
            {"counters": Counters(references=12)},
            (
                "12 messages from this domain with a reference of ours, each right after a mail of "
                "ours, in the last while, the limit is 12"
            ),
        ),
    ],
)
def test_where_no_acknowledgement_goes_the_history_says_why(
    changes: dict[str, object], why: str
) -> None:
    effects = decide(None, from_customer(**changes), POLICY, NOW)  # type: ignore[arg-type]
    assert sent(effects) == []
    assert [e.detail["why"] for e in of(effects, fx.Record) if e.what == "not_sent"] == [why]
    assert "agent_new" in told(effects)
    assert bool(of(effects, fx.NotifyAdmins)) == ("limit" in why)


def test_what_may_be_a_crowd_hears_a_little_later() -> None:
    """The next message of theirs shows whether it comes without our mail, too."""
    alike = from_customer(counters=Counters(same_words=12))
    effects = decide(None, alike, POLICY, NOW)
    assert sent(effects) == []
    (clock,) = of(effects, fx.StartClock)
    assert clock.kind.startswith("held:harbour.example:")
    assert [e.what for e in of(effects, fx.Record) if e.what == "held_back"] == ["held_back"]
    (alarm,) = of(effects, fx.NotifyAdmins)
    assert alarm.subject == "A possible mail loop"
    assert "The acknowledgement is held back" in alarm.text


def test_a_desk_that_does_not_acknowledge_says_nothing() -> None:
    effects = decide(None, from_customer(), replace(POLICY, acknowledge=False), NOW)
    assert names(effects) == ["OpenTicket", "AddMessage", "Record", "NotifyAgents"]


def test_a_stranger_who_names_a_ticket_gets_their_own_linked_to_it() -> None:
    effects = wrote(None, from_customer(mentions="TKT-0001", subject="Re: TKT-0001"), POLICY, NOW)
    assert [(e.reference, e.kind) for e in of(effects, fx.LinkTicket)] == [("TKT-0001", "linked")]
    assert of(effects, fx.LinkTicket)[0].why == Reason("named_in_subject")


@pytest.mark.parametrize(
    ("before", "assignee", "expected"),
    [
        (Status.OPEN, "", None),
        (Status.IN_PROGRESS, "", None),
        (Status.WAITING, "", Status.OPEN),
        (Status.WAITING, "ben@desk.example", Status.IN_PROGRESS),
        (Status.ON_HOLD, "ben@desk.example", None),
        (Status.RESOLVED, "", Status.OPEN),
        (Status.RESOLVED, "ben@desk.example", Status.IN_PROGRESS),
        (Status.CLOSED, "ben@desk.example", Status.IN_PROGRESS),
    ],
)
def test_a_reply_moves_the_ticket_as_the_table_says(
    before: Status, assignee: str, expected: Status | None
) -> None:
    effects = wrote(
        ticket(before, assignee=assignee), from_customer("It is broken again."), POLICY, NOW
    )
    assert status_after(effects) is expected
    assert sent(effects) == []
    assert told(effects)["agent_reply"] == (
        (assignee,) if assignee else ("ben@desk.example", "carla@desk.example")
    )


def test_in_time_a_closed_ticket_is_reopened_and_too_late_a_new_one_follows_it() -> None:
    closed = ticket(Status.CLOSED, assignee="ben@desk.example")
    in_time = wrote(closed, from_customer("Again!"), POLICY, NOW + POLICY.periods.reopen_within)
    assert (status_after(in_time), of(in_time, fx.OpenTicket)) == (Status.IN_PROGRESS, [])
    too_late = decide(
        closed,
        from_customer("Again!"),
        POLICY,
        NOW + POLICY.periods.reopen_within + timedelta(seconds=1),
    )
    (opened,) = of(too_late, fx.OpenTicket)
    assert opened.follows == "TKT-0007"
    assert [(e.reference, e.kind) for e in of(too_late, fx.LinkTicket)] == [("TKT-0007", "follows")]
    assert sent(too_late) == ["acknowledgement"]


def test_a_thank_you_reopens_nothing_and_a_question_does() -> None:
    resolved = ticket(Status.RESOLVED)
    assert status_after(wrote(resolved, from_customer("Thanks a lot!"), POLICY, NOW)) is None
    assert status_after(wrote(resolved, from_customer("Help!"), POLICY, NOW)) is Status.OPEN
    assert (
        status_after(wrote(resolved, from_customer("Thanks, but why?"), POLICY, NOW)) is Status.OPEN
    )
    assert (
        status_after(wrote(ticket(Status.WAITING), from_customer("Thanks"), POLICY, NOW))
        is Status.OPEN
    )


def proved(fact: MessageFromRequester) -> MessageFromRequester:
    """The same, of somebody who answered their own copy of a mail, or was vouched for."""
    return replace(
        fact, situation=replace(fact.situation, acquaintance=Acquaintance(is_proved=True))
    )


def test_stars_are_a_score_where_they_were_asked_for() -> None:
    resolved = ticket(Status.RESOLVED, surveyed=True)
    effects = wrote(resolved, proved(from_customer("4, thanks")), POLICY, NOW)
    assert [(e.score, e.comment) for e in of(effects, fx.RecordScore)] == [(4, "thanks")]
    assert sent(effects) == ["survey_thanks"]
    assert status_after(effects) is None
    unasked = wrote(ticket(Status.IN_PROGRESS), proved(from_customer("4, thanks")), POLICY, NOW)
    assert of(unasked, fx.RecordScore) == []
    assert of(wrote(resolved, from_customer("4, thanks"), POLICY, NOW), fx.RecordScore) == [], (
        "anybody could have written that"
    )


def test_a_comment_beside_the_stars_is_shown_to_somebody() -> None:
    resolved = ticket(Status.RESOLVED, surveyed=True)
    assert told(wrote(resolved, proved(from_customer("4, thanks")), POLICY, NOW)) == {}
    assert "agent_reply" in told(
        wrote(resolved, from_customer("1 star, it broke again", survey=True), POLICY, NOW)
    )


def test_a_list_of_troubles_is_no_score() -> None:
    effects = wrote(
        ticket(Status.RESOLVED, surveyed=True),
        from_customer("1. It fails\n2. It smokes"),
        POLICY,
        NOW,
    )
    assert of(effects, fx.RecordScore) == []
    assert status_after(effects) is Status.OPEN


def test_stars_long_after_closing_open_no_follow_up() -> None:
    late = NOW + timedelta(days=90)
    effects = wrote(
        ticket(Status.CLOSED, surveyed=True), from_customer("5", survey=True), POLICY, late
    )
    assert [e.score for e in of(effects, fx.RecordScore)] == [5]
    assert of(effects, fx.OpenTicket) == []


def test_stars_from_a_robot_are_thanked_for_by_nobody() -> None:
    resolved = ticket(Status.RESOLVED, surveyed=True)
    assert (
        sent(wrote(resolved, from_customer("5", survey=True, may_answer=False), POLICY, NOW)) == []
    )
    assert (
        sent(
            wrote(
                resolved,
                from_customer("5", survey=True, counters=Counters(to_address=5)),
                POLICY,
                NOW,
            )
        )
        == []
    )


def test_a_colleague_who_was_copied_takes_part_once() -> None:
    effects = wrote(
        ticket(),
        from_customer("Me too", sender=BOSS, copies=(ANA, Person("cleo@harbour.example"))),
        POLICY,
        NOW,
    )
    assert [e.person.key for e in of(effects, fx.AddParticipant)] == [
        "boss@harbour.example",
        "cleo@harbour.example",
    ]


def test_a_ticket_that_has_fifty_people_in_it_takes_no_more() -> None:
    crowd = tuple(Person(f"bot{n}@robot.example") for n in range(49))
    more = (Person("one@robot.example"), Person("two@robot.example"))
    effects = wrote(
        replace(ticket(), participants=crowd),
        from_customer(sender=more[0], copies=more),
        POLICY,
        NOW,
    )
    assert [e.person.key for e in of(effects, fx.AddParticipant)] == ["one@robot.example"]
    assert len(of(effects, fx.AddMessage)) == 1


def test_a_spammers_next_mail_is_kept_and_bothers_nobody() -> None:
    effects = wrote(ticket(Status.SPAM), from_customer("Buy!", sender=BOSS), POLICY, NOW)
    assert names(effects) == ["AddMessage"]


def test_contacts_are_put_in_order_once_however_many_mails_come() -> None:
    class Counted(tuple[Contact, ...]):
        read = 0

        def __iter__(self) -> Iterator[Contact]:
            self.read += 1
            return super().__iter__()

    contacts = Counted(
        (Contact("@harbour.example", tier="vip"), Contact("Kim@Harbour.example", tier="gold"))
    )
    policy = replace(POLICY, contacts=contacts)
    found = [
        policy.contact(address)
        for address in ("kim@harbour.example", "LEE@HARBOUR.EXAMPLE", "sam@elsewhere.example")
    ]
    assert [one.tier if one else "" for one in found] == ["gold", "vip", ""]
    assert contacts.read == 1
