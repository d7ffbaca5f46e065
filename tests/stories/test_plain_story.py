"""The whole story with and without sub-addresses, as mail programs write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from maildesk.config.settings import Relay as RelaySettings
from maildesk.config.settings import Settings
from tests.keys_that_leak import foreign
from tests.servers.relay import Relay
from tests.stories import clients
from tests.stories.clients import tapped, taps
from tests.stories.running_desk import (
    Inbox,
    RunningDesk,
    address_in,
    as_mail,
    text_of,
    wait_until,
    write,
)

DESK = "support@desk.example"
KIM = "Kim Novak <kim@customer.example>"
ANA, BEN, CARLA = "ana@desk.example", "ben@desk.example", "carla@desk.example"
TICK = "pipeline: {tick: 0.2}\n"


class Hosted:
    """A desk behind a hoster that delivers sub-addresses, and takes them in envelopes, or not."""

    def __init__(self, desk: RunningDesk, *, sub_addresses: bool, signed_envelope: bool) -> None:
        self.desk, self.inbox = desk, Inbox(desk.relay)
        self.sub_addresses, self.signed_envelope = sub_addresses, signed_envelope

    def post(self, mail: EmailMessage, sender: str) -> EmailMessage:
        """A mail to the desk; a mailbox without sub-addresses would send it back."""
        to = address_in(mail["To"])
        assert self.sub_addresses or "+" not in to, f"550 5.1.1 no such mailbox: {to}"
        self.desk.send(mail, sender, to)
        return mail

    def ticket(self) -> Any:
        return self.desk.ask("ticket", "show", "TKT-0001")

    def report(self, lost: Any) -> None:
        """The server of the recipient says that this mail did not arrive, to its return path."""
        head = lost.raw.partition(b"\r\n\r\n")[0].decode()
        body = (
            "--b\r\nContent-Type: text/plain\r\n\r\nThe mailbox does not exist.\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            "Reporting-MTA: dns; mx.customer.example\r\n\r\n"
            f"Final-Recipient: rfc822; {lost.rcpt_to[0]}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
            f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{head}\r\n\r\n--b--\r\n"
        )
        fields = (
            "From: MAILER-DAEMON@mx.customer.example\r\n"
            f"To: {lost.mail_from}\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
            "Message-ID: <report@mx.customer.example>\r\nAuto-Submitted: auto-replied\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        )
        assert self.signed_envelope or "+" not in lost.mail_from
        self.desk.send((fields + body).encode(), "", lost.mail_from)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The settings of a database."""
    if request.param == "sqlite":
        return ""
    return f"database: {request.getfixturevalue('postgres_url')}\n"


@pytest.fixture
def hosted(
    request: pytest.FixtureRequest, tmp_path: Path, relay: Relay, database: str
) -> Iterator[Hosted]:
    """The desk in one of the combinations; it ends cleanly, and no mail held a foreign secret."""
    sub_addresses, envelope, relays = request.param
    other = Relay()
    if envelope == "plain":
        relay.answer(r"\+", "553 5.7.1 Sender address rejected: not owned by user", stage="mail")
    way_out = f"{{{OWN_ADDRESS[envelope]}host: {relay.host}, port: {relay.port}}}"
    if relays == 2:
        own = way_out.replace("}", f", name: own, for: [{DESK}]}}")
        rest = f"{{name: rest, host: {other.host}, port: {other.port}}}"
        way_out = f"relays: [{rest}, {own}]"
    else:
        way_out = f"relay: {way_out}"
    running = RunningDesk(
        tmp_path / "desk",
        relay,
        settings=TICK + database,
        desk=f"sub_addresses: {sub_addresses}\n",
        way_out=way_out,
    )
    has_them = sub_addresses == "yes"
    try:
        yield Hosted(
            running.start(),
            sub_addresses=has_them,
            signed_envelope=has_them and envelope == "signed",
        )
    finally:
        codes = running.stop()
        running.look_for_leaks()
        other.remove()
    assert other.messages == []
    assert codes == [0], running.log()[-3000:]
    assert not re.search(r"\b[a-z]1[0-9a-z]{1,13}-[0-9a-z]{11}-[0-9a-z]{16}\b", running.log())


OWN_ADDRESS = {"signed": "", "plain": "envelope: plain, "}
ENVELOPES = ["signed", "plain"] if "envelope" in RelaySettings.model_fields else ["signed"]
RELAYS = [1, 2] if "relays" in Settings.model_fields else [1]
EIGHT = pytest.mark.parametrize(
    "hosted",
    list(product(("yes", "no"), ENVELOPES, RELAYS)),
    indirect=True,
    ids=lambda one: f"sub-addresses {one[0]}, envelope {one[1]}, relays {one[2]}",
)


@EIGHT
def test_the_whole_story(hosted: Hosted) -> None:
    asked_and_answered(hosted)
    noted(hosted)
    handed_over(hosted)
    undelivered(hosted)
    confirmed(hosted)
    resolved_and_rated(hosted)
    senders = {one.mail_from for one in hosted.desk.relay.messages}
    if hosted.signed_envelope:
        assert all("+" in sender for sender in senders if sender)
    else:
        assert senders <= {DESK, ""}, "notices have the null reverse-path, unless the relay forbids"


def asked_and_answered(hosted: Hosted) -> None:
    """A question, its acknowledgement, notices, answers there and back from several programs."""
    inbox = hosted.inbox
    question = write(KIM, DESK, "Printer broken", "It prints nothing.\n\nKim")
    hosted.post(question, "kim@customer.example")
    acknowledgement = inbox.take("kim@customer.example")
    assert acknowledgement["In-Reply-To"] == question["Message-ID"]
    notices = {agent: inbox.take(agent) for agent in (ANA, BEN, CARLA)}
    assert all(("+" in str(one["Reply-To"])) == hosted.sub_addresses for one in notices.values())

    hosted.post(clients.outlook(notices[BEN], f"Ben <{BEN}>", "Did you turn it on?"), BEN)
    reply = inbox.take("kim@customer.example")
    assert "Did you turn it on?" in text_of(reply)
    assert BEN not in str(reply)
    assert hosted.ticket()["assignee"] == BEN

    hosted.post(clients.apple(reply, KIM, "Yes, it is on."), "kim@customer.example")
    second = inbox.take(BEN, subject="TKT-0001")
    assert "Yes, it is on." in text_of(second)
    hosted.post(clients.gmail(second, f"Ben <{BEN}>", "Is there paper in it?"), BEN)
    assert "Is there paper in it?" in text_of(inbox.take("kim@customer.example"))
    by_number = write(KIM, DESK, "about [TKT-0001]", "There is paper.")
    hosted.post(by_number, "kim@customer.example")
    assert "There is paper." in text_of(inbox.take(BEN, subject="TKT-0001"))
    assert hosted.ticket()["message_count"] == 5


def noted(hosted: Hosted) -> None:
    """A tap on "note", words for colleagues; a plain answer to a note is a note again."""
    hosted.inbox.forget()
    notice = last_to(hosted, BEN)
    hosted.post(clients.gmail(notice, f"Ben <{BEN}>", "#assign ana\n#note\nAna, do you know?"), BEN)
    told = hosted.inbox.take(ANA, subject="TKT-0001")
    (tap, *_) = taps(told, "#note")
    hosted.post(tapped(tap, f"Ana <{ANA}>", "It is the fuse."), ANA)
    wait_until(lambda: said(hosted)[-1] == "It is the fuse.", "the note is kept")
    hosted.inbox.forget()
    hosted.post(clients.apple(notice, f"Ben <{BEN}>", "#note\nWhich one?"), BEN)
    asked = hosted.inbox.take(ANA, subject="TKT-0001")
    hosted.post(clients.outlook_mobile(asked, f"Ana <{ANA}>", "The second from the left."), ANA)
    wait_until(lambda: len(said(hosted)) == 9, "her answer is kept")
    assert "The second from the left." in said(hosted)[-1]
    assert [m["kind"] for m in hosted.ticket()["messages"]][-4:] == ["note"] * 4
    assert hosted.inbox.to("kim@customer.example") == []


def handed_over(hosted: Hosted) -> None:
    """Somebody else, who reads German, takes the ticket with one tap and answers from another
    program."""
    notice = last_to(hosted, CARLA)
    hosted.inbox.forget()
    hosted.post(tapped(taps(notice, "#übernehmen")[0], f"Carla <{CARLA}>"), CARLA)
    wait_until(lambda: hosted.ticket()["assignee"] == CARLA, "Carla has it")
    receipt = hosted.inbox.take(CARLA, subject="TKT-0001")  # Ben has answered since her notice
    hosted.post(clients.exchange(receipt, f"Carla <{CARLA}>", "A fuse is on its way."), CARLA)
    assert "A fuse is on its way." in text_of(hosted.inbox.take("kim@customer.example"))


def undelivered(hosted: Hosted) -> None:
    """The answer comes back; whoever wrote it is told, and sends it again with one tap."""
    lost = [m for m in hosted.desk.relay.messages if "kim@customer.example" in m.rcpt_to][-1]
    wait_until(lambda: not hosted.desk.outbox(), "what the relay has is written down as sent")
    hosted.report(lost)
    told = hosted.inbox.take(CARLA, subject="TKT-0001")
    while not taps(told, "#resend"):
        told = hosted.inbox.take(CARLA, subject="TKT-0001")
    hosted.post(tapped(taps(told, "#lift")[0], f"Carla <{CARLA}>"), CARLA)
    hosted.post(tapped(taps(told, "#resend")[0], f"Carla <{CARLA}>"), CARLA)
    again = hosted.inbox.take("kim@customer.example")
    assert "A fuse is on its way." in text_of(again)


def confirmed(hosted: Hosted) -> None:
    """A new mail proves nothing: it is held and asked about, and one tap lets it through."""
    fresh = write(f"Ben <{BEN}>", DESK, "Re: [TKT-0001]", "Written from scratch.")
    hosted.post(fresh, BEN)
    told = hosted.inbox.take(BEN, subject="Held")
    assert hosted.inbox.to("kim@customer.example") == []
    hosted.post(tapped(taps(told, "#confirm")[0], f"Ben <{BEN}>"), BEN)
    assert "Written from scratch." in text_of(hosted.inbox.take("kim@customer.example"))


def resolved_and_rated(hosted: Hosted) -> None:
    """A tap on "resolve", five stars, the end."""
    notice = last_to(hosted, CARLA)
    tap = taps(notice, "#erledigt")[0]
    hosted.post(tapped(tap, f"Carla <{CARLA}>", "\nThe fuse is new now."), CARLA)
    resolution = hosted.inbox.take("kim@customer.example")
    assert "The fuse is new now." in text_of(resolution)
    five = next(one for one in taps(resolution, "5") if one.body == "5")
    hosted.post(tapped(five, KIM, ", thanks"), "kim@customer.example")
    hosted.inbox.take("kim@customer.example")
    ticket = hosted.ticket()
    assert ticket["status"] == "resolved"
    assert ticket["satisfaction"] == {"score": 5, "comment": "thanks"}
    assert [one["reference"] for one in hosted.desk.tickets()] == ["TKT-0001"]
    assert not [held for held in hosted.desk.quarantine() if held["state"] == "held"]
    assert "·" not in "".join(m["subject"] for m in ticket["messages"])


def last_to(hosted: Hosted, agent: str) -> EmailMessage:
    """The last notification that this agent may answer the customer by."""
    mails = [as_mail(m) for m in hosted.desk.relay.messages if agent in m.rcpt_to]
    return [one for one in mails if re.search(r"\.a[0-9a-z]+-", str(one["Message-ID"]))][-1]


def said(hosted: Hosted) -> list[str]:
    """What was said, oldest first."""
    return [str(m["reply"]).strip() for m in hosted.ticket()["messages"]]


@pytest.mark.parametrize("hosted", [("no", "signed", 1)], indirect=True)
def test_nobody_elses_mail_speaks_for_an_agent(hosted: Hosted) -> None:
    inbox = hosted.inbox
    hosted.post(write(KIM, DESK, "Printer", "Hello."), "kim@customer.example")
    acknowledgement, notice = inbox.take("kim@customer.example"), inbox.take(BEN)
    root = str(notice["References"]).split()[0]  # of the thread: the same for ever, and no proof
    for forged in (
        clients.gmail(acknowledgement, f"Ben <{BEN}>", "Send me your password."),
        write(f"Ben <{BEN}>", DESK, str(notice["Subject"]), "And your card."),
        write(f"Ben <{BEN}>", DESK, str(notice["Subject"]), "Now.", References=root),
    ):
        hosted.post(forged, "mallory@evil.example")
    wait_until(lambda: len(hosted.desk.quarantine()) == 3, "all three are held")
    assert {one["reason"] for one in hosted.desk.quarantine()} == {"unproven_agent"}
    assert said(hosted) == ["Hello."]
    assert inbox.to("kim@customer.example") == []


def test_the_finder_of_leaks_knows_a_message_id() -> None:
    secret = b"0a1b2c3d4e5f.a11-k3v9x2m70k4-4k7f3q8w2x9c1v5t@desk.example"
    mail = b"From: support@desk.example\r\nReferences: <" + secret + b">\r\n\r\nHello.\r\n"
    assert foreign(mail, "kim@customer.example", (BEN,))
    token = b"Subject: Re: [TKT-0001 - take - a11-k3v9x2m70k4-4k7f3q8w2x9c1v5t]\r\n\r\nHello.\r\n"
    assert foreign(token, "kim@customer.example", (BEN,))
