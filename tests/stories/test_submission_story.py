"""On the running desk, in both modes: an agent's mail program logs in, and what it sends is
believed; whoever cannot log in, or is an agent no more, sends nothing."""

from __future__ import annotations

import base64
import re
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from maildesk.config.senders.passwords import hashed
from tests.servers.process import NEVER
from tests.servers.relay import Relay
from tests.servers.tls import Certificate, make_certificate
from tests.stories.running_desk import (
    Inbox,
    RunningDesk,
    Way,
    address_in,
    answer,
    text_of,
    wait_until,
    write,
)

DESK, KIM, BEN = "support@desk.example", "kim@customer.example", "ben@desk.example"
PASSWORD = "geheimes wört 1"


class Open(RunningDesk):
    """A desk with a door for log-ins."""

    certificate: Certificate

    def submission_port(self) -> int:
        found = re.findall(r"SUBMISSION\s+127\.0\.0\.1:(\d+)", "".join(self.greetings))
        return int(found[-1])

    def submit(self, mail: EmailMessage, *recipients: str, password: str = PASSWORD) -> None:
        """As Thunderbird does it: TLS at once, a log-in, the mail."""
        trusts = ssl.create_default_context(cafile=str(self.certificate.certificate))
        with smtplib.SMTP_SSL(
            "127.0.0.1", self.submission_port(), timeout=NEVER, context=trusts
        ) as link:
            link.ehlo("client.example")
            _log_in(link, password)
            link.send_message(mail, BEN, list(recipients))


def _log_in(link: smtplib.SMTP, password: str) -> None:
    """`smtplib` writes passwords in ASCII alone."""
    said = base64.b64encode(f"\0{BEN}\0{password}".encode()).decode()
    code, words = link.docmd("AUTH", f"PLAIN {said}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, words)


@pytest.fixture
def desk(way: Way, tmp_path: Path, relay: Relay) -> Iterator[Open]:
    """One process on SQLite; the roles apart on PostgreSQL and Redis."""
    (tmp_path / "tls").mkdir()
    made = make_certificate(tmp_path / "tls")
    tls = f"tls: {{certificate: {made.certificate}, key: {made.key}, mode: implicit}}"
    listeners = f"port: 0}}, {{protocol: submission, port: 0, {tls}"
    running = Open(
        tmp_path / "desk", relay, settings=way.settings, roles=way.roles, listener=listeners
    )
    running.certificate = made
    agents = running.folder / "agents.yaml"
    place, line = f"address: {BEN}\n", hashed(PASSWORD, b"0123456789abcdef")
    text = agents.read_text(encoding="utf-8")
    agents.write_text(text.replace(place, f'{place}    password: "{line}"\n'), encoding="utf-8")
    yield running.start()  # type: ignore[misc]
    running.stop()
    running.look_for_leaks()


def test_an_agent_who_logs_in_is_believed(desk: Open, relay: Relay) -> None:
    inbox = Inbox(relay)
    desk.send(write(f"Kim <{KIM}>", DESK, "Printer", "It smokes."), KIM, DESK)
    inbox.take(KIM)
    notice = inbox.take(BEN)
    fresh = write(f"Ben <{BEN}>", DESK, "Re: [TKT-0001] Printer", "#take\nPull the plug.")
    desk.submit(fresh, DESK)
    reply = inbox.take(KIM)
    assert "Pull the plug." in text_of(reply)
    assert reply["From"].addresses[0].addr_spec == DESK
    (said,) = [one for one in desk.ticket("TKT-0001")["history"] if one["what"] == "replied"]
    assert said["detail"]["trust"] == "Ben Okafor had logged in to send it"
    assert (said["who"], said["door"]) == (BEN, f"submission:{BEN}")
    private = answer(notice, f"Ben <{BEN}>", "#resolve")
    desk.submit(private, address_in(private["To"]))
    wait_until(lambda: desk.ask("ticket", "show", "TKT-0001")["status"] == "resolved", "resolved")
    forged = write(f"Ben <{BEN}>", DESK, "Re: [TKT-0001] Printer", "#close")
    desk.send(forged, BEN, DESK)  # without a log-in it is held, as ever
    wait_until(lambda: desk.quarantine(), "a From alone is nothing")
    with pytest.raises(smtplib.SMTPAuthenticationError):
        desk.submit(write(f"Ben <{BEN}>", DESK, "Hi", "Hi."), DESK, password="wrong password")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        desk.submit(write(f"Ben <{BEN}>", KIM, "Hi", "Hi."), KIM)
    with pytest.raises(smtplib.SMTPDataError, match="From has to be one of your own addresses"):
        desk.submit(write("Ana <ana@desk.example>", DESK, "Hi", "Hi."), DESK)
    desk.edit("agents.yaml", BEN, "dora@desk.example")
    wait_until(lambda: _is_out(desk), "whoever is taken off the list is out")
    desk.edit("agents.yaml", "dora@desk.example", BEN)  # whose mails are looked through at the end
    assert PASSWORD not in desk.log()
    assert "wrong password" not in desk.log().replace("wrong name or password", "")


def _is_out(desk: Open) -> bool:
    """Whether Ben cannot log in any more; each process reads the files by itself."""
    try:
        desk.submit(write(f"Ben <{BEN}>", DESK, "Hi", "Hi, once more."), DESK)
    except smtplib.SMTPAuthenticationError:
        return True
    except smtplib.SMTPSenderRefused:
        return False  # while they were logging in
    return False
