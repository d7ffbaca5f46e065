"""Who is a stranger to the desk, and what a mail that goes to them by itself leaves out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.config.templates.words import language_named
from maildesk.desk.decide import decide
from maildesk.desk.facts import (
    Acquaintance,
    Entry,
    MessageFromRequester,
    Situation,
    TrustRecord,
)
from maildesk.desk.mails.sample import SAMPLE
from maildesk.desk.senders import strangers
from maildesk.desk.senders.entries import Trust
from maildesk.desk.senders.trust import has_aligned_path
from maildesk.desk.ticket import Person, Ticket
from tests.desk.stories import (
    ANA,
    NOW,
    POLICY,
    from_agent,
    from_customer,
    message,
    sent,
    ticket,
)

LEE = Person("lee@harbour.example", "Lee")
SIGNED, PATH = TrustRecord("dkim", authenticated=True), TrustRecord("spf", aligned_path=True)


def known(
    fact: MessageFromRequester,
    before: Ticket | None = None,
    *past: Entry,
    is_correspondent: bool = False,
    answers: bool = False,
) -> Acquaintance:
    return strangers.acquaintance(
        fact, before, past, is_correspondent=is_correspondent, answers=answers
    )


@pytest.mark.parametrize(
    ("trust", "more", "found"),
    [
        (TrustRecord(""), {}, (True, True, False, False)),
        (SIGNED, {}, (False, False, True, False)),
        (PATH, {}, (False, False, True, False)),
        (TrustRecord(""), {"is_correspondent": True}, (False, False, False, False)),
        (TrustRecord(""), {"answers": True}, (False, False, True, True)),
        (TrustRecord(""), {"answers": True, "is_correspondent": True}, (False, False, True, False)),
    ],
)
def test_who_is_known(trust: TrustRecord, more: dict[str, bool], found: tuple[bool, ...]) -> None:
    is_so = known(replace(from_customer(), trust=trust), None, **more)
    assert (is_so.is_stranger, is_so.is_unproved, is_so.is_proved, is_so.is_new) == found


def test_what_a_participant_proves_says_nothing_of_the_requester() -> None:
    lees = replace(from_customer(sender=LEE), trust=SIGNED)
    assert known(lees, ticket()) == Acquaintance(is_stranger=True, is_proved=True)
    assert known(from_customer(sender=LEE), ticket(), is_correspondent=True) == Acquaintance(
        is_unproved=True
    )


def test_a_ticket_that_its_requester_proved_or_an_agent_answered_may_be_named_to_them() -> None:
    proof = Entry(NOW, "received", detail={"from": ANA.address.upper(), "proved": True})  # type: ignore[dict-item]
    others = Entry(NOW, "received", detail={"from": LEE.address, "proved": True})  # type: ignore[dict-item]
    assert not known(from_customer(), ticket(), proof).is_stranger
    assert not known(from_customer(), ticket(agent_wrote_at=NOW)).is_stranger
    assert known(from_customer(), ticket(), others).is_stranger
    assert strangers.acquaintance(
        from_agent("Hi"), ticket(), (), is_correspondent=False, answers=False
    ).is_stranger


def test_a_stranger_is_shown_the_reference_and_nothing_else() -> None:
    shown = strangers.without_words(SAMPLE, language_named("de-AT"))
    assert shown["subject"] == "[TKT-0042] Ihre Nachricht"
    words = str(shown["ticket"]) + str(shown["person"]) + str(shown["files"])
    assert not [
        word
        for word in ("Ana", "harbour", "setup.exe", "Label", "HB-2231", "counter")
        if word in words
    ]
    assert (shown["message"], shown["previous"], shown["comment"], shown["earlier"]) == (
        None,
        None,
        "",
        (),
    )


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("Claim at http://evil.example now", "Claim at […] now"),
        ("www.evil.example", "[…]"),
        ("go to evil.example/prize?a=1", "go to […]"),
        ("write me@evil.example", "write […]"),
        ("see evil.com", "see […]"),
        ("pay at evil.de or evil.co.uk", "pay at […] or […]"),
        ("ask evil.bank, пример.рф, xn--e1afmkfd.xn--p1ai", "ask […], […], […]"),
        ("Rechnung.pdf, z.B. um 9.30, e.g. v1.2b", "Rechnung.pdf, z.B. um 9.30, e.g. v1.2b"),
        ("sftp://evil", "[…]"),
        ("http://localhost", "[…]"),
        ("a." * 100_000, "[…]"),
        ("a" * 1000, "a" * 1000),
        ("The printer, v2.1, fails. Again.", "The printer, v2.1, fails. Again."),
    ],
)
def test_a_line_leads_nowhere(line: str, left: str) -> None:
    assert strangers.unlinked(line) == left


@pytest.mark.parametrize(
    ("result", "aligned"),
    [
        ("spf=pass smtp.mailfrom=x@harbour.example", True),
        ("spf=pass (ok) smtp.mailfrom=harbour.example", True),
        ("spf=pass smtp.mailfrom=evil.example", False),
        ("spf=pass smtp.mailfrom=example", False),
        ("spf=softfail smtp.mailfrom=harbour.example", False),
        ("spf=pass", False),
    ],
)
def test_a_path_is_proof_where_it_is_of_the_domain_in_from(result: str, aligned: bool) -> None:
    read = message(headers={"authentication-results": (f"mx.desk.example; {result}",)})
    assert has_aligned_path(read, Trust(authserv_id="mx.desk.example")) is aligned
    assert not has_aligned_path(read, Trust(authserv_id="other.example"))
    assert not has_aligned_path(read, Trust())


def test_a_desk_that_acknowledges_no_strangers_says_nothing_to_them() -> None:
    quiet, stranger = (
        replace(POLICY, strangers="no"),
        Situation(acquaintance=Acquaintance(is_stranger=True)),
    )
    assert sent(decide(None, replace(from_customer(), situation=stranger), quiet, NOW)) == []
    assert sent(decide(None, from_customer(), quiet, NOW)) == ["acknowledgement"]
