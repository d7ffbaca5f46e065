"""A relay as web hosters have it, on a real Postfix with log-ins; `make postfix` plays this.

What its words are is Postfix's to say, here: "not owned by user", "authentication failed", "too
much mail". What the desk makes of them is shown with a clock that is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from maildesk.config.settings import Settings
from maildesk.pipeline.delivery.deliver import Deliverer
from tests.pipeline.place import Place, mail
from tests.servers.dovecot import Dovecot
from tests.servers.hoster import Hoster
from tests.servers.relay import Relay
from tests.stories.running_desk import Inbox, RunningDesk, as_mail, wait_until, write

SUPPORT, BILLING, KIM = "support@desk.example", "billing@desk.example", "kim@customer.example"
Hosters = Callable[..., Hoster]
Places = Callable[..., Place]


@pytest.fixture
def hoster(dovecot: Dovecot, relay: Relay) -> Iterator[Hosters]:
    """Makes one; what it sends on arrives at the relay."""
    made: list[Hoster] = []

    def make(**more: Any) -> Hoster:
        made.append(Hoster(dovecot, relay.port, SUPPORT, BILLING, **more))
        return made[-1]

    yield make
    for one in made:
        print(one.log())
        one.remove()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Places]:
    """A desk that sends by these relays; once more it is the same one after a restart."""
    made: list[Place] = []

    def make(*relays: dict[str, object]) -> Place:
        for one in made:
            one.services.db.close()
        settings = Settings.model_validate({"relays": list(relays)})
        found = Place(tmp_path / "desk", relays=settings.relays)
        if made:
            found.now = made[-1].now
            Deliverer(found.services).begin()
        made.append(found)
        return found

    yield make
    for one in made:
        one.services.db.close()


@pytest.fixture
def ended() -> Iterator[list[RunningDesk]]:
    """Desks that end with the test, however it ends."""
    running: list[RunningDesk] = []
    yield running
    for one in running:
        one.stop()


def lines(place: Place) -> list[Any]:
    """What takes no mail, and why."""
    return [
        (row.sender, row.kind, row.code, row.enhanced_status) for row in place.rows("relay_lines")
    ]


def states(place: Place) -> set[str]:
    """Of all mails."""
    return {row.state for row in place.rows("outbox")}


def test_a_log_in_that_sends_as_itself_alone(hoster: Hosters, place: Places, relay: Relay) -> None:
    box = hoster()
    desk = place(box.relay(SUPPORT))
    desk.receive(mail())
    desk.deliver()
    assert lines(desk) == [(SUPPORT, "sender", 553, "5.7.1")]
    assert "not owned by user" in desk.rows("relay_lines")[0].words
    found = [(row.purpose, row.state) for row in desk.rows("outbox")]
    assert {state for purpose, state in found if purpose != "admin_alarm"} == {"due"}
    assert ("admin_alarm", "sent") in found  # from nobody, which the hoster lets everybody be
    (alarm,) = relay.wait_for(1)
    assert alarm.mail_from == ""
    desk = place(box.relay(SUPPORT, envelope="plain"))
    desk.deliver()
    assert (lines(desk), states(desk)) == ([], {"sent"})
    senders = [m.mail_from for m in relay.wait_for(6)]  # the last tells that it goes again
    assert senders == ["", *[SUPPORT] * 5]


def test_where_sub_addresses_are_allowed_they_are_used(
    hoster: Hosters, place: Places, relay: Relay
) -> None:
    desk = place(hoster(delimiter="+").relay(SUPPORT))
    desk.receive(mail())
    desk.deliver()
    assert states(desk) == {"sent"}
    arrived = relay.wait_for(4)
    assert all(m.mail_from.startswith("support+") for m in arrived)


def test_a_right_that_is_granted_is_found_out_without_a_restart(
    hoster: Hosters, place: Places, relay: Relay
) -> None:
    box = hoster()
    desk = place(box.relay(SUPPORT, envelope="plain"))
    desk.receive(mail(To=BILLING), KIM, BILLING)
    desk.deliver()
    assert lines(desk) == [(BILLING, "sender", 553, "5.7.1")]
    box.allow(BILLING, SUPPORT)

    def goes() -> bool:
        if found := desk.rows("relay_lines"):
            desk.now = found[0].due_at
        desk.deliver()
        return states(desk) == {"sent"}

    wait_until(goes, "the hoster knows of it")


def test_two_addresses_with_a_log_in_each(hoster: Hosters, place: Places, relay: Relay) -> None:
    box = hoster()
    desk = place(
        box.relay(SUPPORT, name="support", envelope="plain"),
        box.relay(BILLING, name="billing", envelope="plain", **{"for": [BILLING]}),
    )
    for to in (SUPPORT, BILLING):
        desk.receive(mail(f"To {to}.", To=to), KIM, to)
    desk.deliver()
    assert (lines(desk), states(desk)) == ([], {"sent"})
    ways = {(row.address, row.relay) for row in desk.rows("outbox")}
    assert ways == {(SUPPORT, "support"), (BILLING, "billing")}
    assert f"sasl_username={BILLING}" in box.log() and f"sasl_username={SUPPORT}" in box.log()


def test_a_wrong_password_stops_one_relay_and_not_the_other(
    hoster: Hosters, place: Places, relay: Relay
) -> None:
    box = hoster()
    main = box.relay(SUPPORT, name="support", envelope="plain")
    wrong = {"name": "billing", "envelope": "plain", "for": [BILLING], "password": "wörng$"}
    desk = place(main, box.relay(BILLING, **wrong))
    for to in (SUPPORT, BILLING):
        desk.receive(mail(f"To {to}.", To=to), KIM, to)
    desk.deliver()
    assert lines(desk) == [("", "log_in", 535, "5.7.8")]
    alarms = [str(one["Subject"]) for one in desk.letters("ana@desk.example")]
    assert any("No mail goes out by the relay billing" in one for one in alarms)
    desk = place(main, box.relay(BILLING, **(wrong | {"password": box.password})))
    desk.deliver()
    assert (lines(desk), states(desk)) == ([], {"sent"})


def test_a_hoster_that_takes_little_is_slowed_down_for(
    hoster: Hosters, place: Places, relay: Relay
) -> None:
    box = hoster(rate=3)
    desk = place(box.relay(SUPPORT, envelope="plain"))
    for number in range(3):
        desk.receive(mail(f"No {number}.", From=f"kim@customer{number}.example"))
    desk.deliver()
    assert lines(desk) == [("", "rate", 450, "4.7.1")]

    def goes() -> bool:
        desk.later(30)
        desk.deliver()
        return states(desk) == {"sent"}

    wait_until(goes, "all of it is taken")
    ids = [str(as_mail(m)["Message-ID"]) for m in relay.wait_for(12)]
    assert len(ids) == len(set(ids)), "each once"
    assert "rate limit exceeded" in box.log()


def test_the_story_from_a_refusal_to_the_setting_that_helps(
    hoster: Hosters, relay: Relay, tmp_path: Path, ended: list[RunningDesk]
) -> None:
    box, inbox = hoster(), Inbox(relay)

    def settings(**more: object) -> str:
        return f"relay: {json.dumps(box.relay(SUPPORT, **more))}\n"

    desk = RunningDesk(tmp_path / "desk", relay, settings="pipeline: {tick: 0.2}\n")
    ended.append(desk)
    file = desk.folder / "settings.yaml"
    others = [one for one in file.read_text().splitlines() if not one.startswith("relay:")]
    file.write_text("\n".join([*others, settings()]))
    desk.start()
    desk.send(write(f"Kim <{KIM}>", SUPPORT, "Printer", "It prints nothing.\n"), KIM, SUPPORT)
    wait_until(lambda: desk.run("health").returncode == 1, "monitors hear of it")
    assert b"not owned by user" in desk.run("health").stderr
    assert desk.run("health", "--role", "work").returncode == 0
    listed = desk.run("list")
    assert b"what helps: `envelope: plain`" in listed.stderr
    assert desk.run("send-test", KIM).returncode == 1
    assert {m.mail_from for m in relay.messages} <= {""}, "it takes notices, whose sender is none"
    told = inbox.take("ana@desk.example", subject="does not go out")
    assert f"Mail from {SUPPORT}" in str(told["Subject"])
    desk.stop()
    file.write_text("\n".join([*others, settings(envelope="plain")]))
    desk.start()
    inbox.take(KIM, subject="TKT-0001")
    inbox.take("ben@desk.example", subject="TKT-0001")
    wait_until(lambda: not desk.outbox(), "all has gone")
    wait_until(lambda: desk.run("health").returncode == 0, "all is well")
    assert desk.run("list").stderr == b""
    assert desk.run("send-test", KIM).returncode == 0
    assert desk.stop() == [0]
