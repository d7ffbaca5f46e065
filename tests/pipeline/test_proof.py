"""A signed address and a From are not all: what is asked where better proof can be had, and how a
leaked address is killed."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from maildesk.mail.message import Envelope
from maildesk.pipeline.classification.proof import network_of
from maildesk.pipeline.receive import receive
from maildesk.store import spool
from tests.pipeline.place import Place, mail
from tests.stories.running_desk import address_in, text_of

BEN = "ben@desk.example"
KIM = "kim@customer.example"
GENUINE = "mx.desk.example; dkim=pass header.d=desk.example"


def trusting(place: Place, words: str) -> None:
    """These lines in the section `trust` of desk.yaml."""
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8").replace("  ask_after: 90d", "  # ask_after: 90d")
    file.write_text(text.replace("\ntrust:\n", f"\ntrust:\n  {words}\n"), encoding="utf-8")
    assert place.services.keeper.reload_now()


def answered(place: Place, text: str, notice: EmailMessage | None = None, **fields: str) -> Any:
    """Ben answers a notification, the last if none is named; the spool row."""
    notice = notice or place.letters(BEN)[-1]
    to = address_in(notice["Reply-To"])
    return place.receive(
        mail(text, From=BEN, To=to, In_Reply_To=str(notice["Message-ID"]), **fields), BEN, to
    )


def replies(place: Place) -> list[str]:
    return [text_of(one) for one in place.letters(KIM)]


def confirm(place: Place) -> None:
    """Ben taps the button of what was held last."""
    asked = place.letters(BEN)[-1]
    assert asked["Subject"].startswith("Held")
    to = address_in(asked["Reply-To"])
    place.receive(mail("#confirm", From=BEN, To=to, Message_ID=f"<{to}>"), BEN, to)
    receive(place.services)


def held(place: Place) -> list[str]:
    return [row.reason for row in place.rows("quarantine", state="held")]


def test_where_a_server_looks_a_mail_it_does_not_vouch_for_is_held_and_one_tap_lets_it_through(
    place: Place,
) -> None:
    trusting(place, "authserv_id: mx.desk.example")
    place.receive(mail())
    answered(place, "We have moved. Pay at ...")
    assert held(place) == ["unproven_agent"]
    assert not [text for text in replies(place) if "Pay at" in text]
    confirm(place)
    assert [text for text in replies(place) if "Pay at" in text]


def test_whoever_did_not_write_what_came_with_their_address_is_told_to_renew_it(
    place: Place,
) -> None:
    trusting(place, "authserv_id: mx.desk.example")
    place.receive(mail())
    answered(place, "We have moved. Pay at ...")
    assert "#renew" in text_of(place.letters(BEN)[-1])


@pytest.mark.parametrize(
    "verdict",
    ["mx.desk.example; dkim=fail header.d=desk.example", "mx.evil.example; dmarc=pass", ""],
)
def test_a_failing_or_missing_verdict_is_none(place: Place, verdict: str) -> None:
    trusting(place, "authserv_id: mx.desk.example")
    place.receive(mail())
    answered(place, "Hello Kim.", Authentication_Results=verdict)
    assert held(place) == ["unproven_agent"]


def test_a_mail_that_is_vouched_for_is_asked_about_never(place: Place) -> None:
    trusting(place, "authserv_id: mx.desk.example\n  confirm_outside: yes\n  ask_after: 1d")
    place.receive(mail())
    notice = place.letters(BEN)[-1]
    place.later(86400 * 30)
    answered(place, "#cc +lee@customer.example\nHello.", notice, Authentication_Results=GENUINE)
    assert held(place) == []


def test_the_desks_own_look_at_signatures_counts_too(place: Place) -> None:
    trusting(place, "check_dkim: yes")
    place.receive(mail())
    answered(place, "Hello Kim.")
    assert held(place) == ["unproven_agent"]


@pytest.mark.parametrize(
    ("words", "is_asked"),
    [
        ("#cc +lee@evil.example\nHello.", True),
        ("#close All is well.", True),
        ("#resolve All is well.", True),
        ("#cc -lee@customer.example", False),
        ("#close", False),
        ("Hello Kim.", False),
    ],
)
def test_commands_that_reach_outside_may_be_asked_about_where_nothing_proves_anything(
    place: Place, words: str, is_asked: bool
) -> None:
    trusting(place, "confirm_outside: yes\n  ask_after: never")
    place.receive(mail())
    answered(place, words)
    assert held(place) == (["unproven_agent"] if is_asked else [])


def test_an_old_address_is_asked_about_once(place: Place) -> None:
    trusting(place, "ask_after: 30d")
    place.receive(mail())
    notice = place.letters(BEN)[-1]
    place.later(86400 * 31)
    answered(place, "The first answer.", notice)
    assert held(place) == ["old_address"]
    confirm(place)
    answered(place, "The second answer.", notice)
    assert held(place) == []
    assert "The first answer." in replies(place)[-2]
    assert "The second answer." in replies(place)[-1]


def test_a_young_one_is_not(place: Place) -> None:
    trusting(place, "ask_after: 30d")
    place.receive(mail())
    place.later(86400 * 30)
    answered(place, "Hello Kim.")
    assert held(place) == []


def from_network(place: Place, peer: str, text: str) -> None:
    notice = place.letters(BEN)[0]
    to = address_in(notice["Reply-To"])
    raw = mail(text, From=BEN, To=to, In_Reply_To=str(notice["Message-ID"]))
    with place.services.db.write() as conn:
        spool.accept(
            conn, place.services.blobs, [(raw, Envelope(BEN, (to,), "smtp", peer))], place.now
        )
    receive(place.services)


def test_a_network_that_an_agent_never_wrote_from_is_asked_about_once(place: Place) -> None:
    trusting(place, "ask_new_network: yes\n  ask_after: never")
    place.receive(mail())
    from_network(place, "8.8.8.8", "From the office.")
    assert held(place) == [], "the first is believed: there is nothing to compare it with"
    from_network(place, "8.8.8.99", "From the office, another machine.")
    assert held(place) == []
    from_network(place, "9.9.9.9", "From the train.")
    assert held(place) == ["new_network"]
    confirm(place)
    from_network(place, "9.9.9.77", "Still in the train.")
    assert held(place) == []


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("8.8.4.4", "8.8.4.0/24"),
        ("2a00:1450:4001:82a::200e", "2a00:1450:4001::/48"),
        *((own, "") for own in ("127.0.0.1", "10.1.2.3", "::1", "fe80::1%eth0", "", "here")),
    ],
)
def test_a_server_of_our_own_is_no_network_of_an_agent(peer: str, network: str) -> None:
    assert network_of(peer) == network


def test_renewing_kills_every_address_that_was_sent_before_and_the_answer_brings_a_new_one(
    place: Place,
) -> None:
    place.receive(mail())
    leaked = place.letters(BEN)[-1]
    answered(place, "#renew")
    fresh = place.letters(BEN)[-1]
    assert "#renew" in text_of(fresh)
    answered(place, "Send me your password.", leaked)
    assert held(place) == ["renewed"]
    answered(place, "Hello Kim.", fresh)
    assert "Hello Kim." in replies(place)[-1]
    assert not [text for text in replies(place) if "password" in text]
    confirmable = [one for one in place.letters(BEN) if one["Subject"].startswith("Held")]
    assert confirmable[0]["Reply-To"], "the agent's own late answer needs one tap"
    assert place.rows("history", what="renewed")[0].who == BEN


def test_renewing_one_agents_addresses_leaves_the_others(place: Place) -> None:
    place.receive(mail())
    answered(place, "#renew")
    place.answer("ana@desk.example", "Hello from Ana.")
    assert "Hello from Ana." in replies(place)[-1]


def test_an_agent_renews_in_german_too(place: Place) -> None:
    place.receive(mail())
    leaked = place.letters(BEN)[-1]
    answered(place, "#erneuern")
    answered(place, "Hallo.", leaked)
    assert held(place) == ["renewed"]
