"""The recipe of deploy/exim, word for word, on a real Exim. `make exim` plays this; `make test`
needs no Exim."""

from __future__ import annotations

import shutil
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.live.play_postfix import DESK, KIM, elsewhere, open_folder, program_for_nobody, question  # noqa: F401 - open_folder is a fixture
from tests.servers.exim import Exim, recipe
from tests.servers.postgres import Postgres
from tests.servers.process import NEVER, free_port
from tests.servers.relay import Relay
from tests.servers.wire import Wire
from tests.stories.running_desk import (
    ROOT,
    Inbox,
    RunningDesk,
    address_in,
    answer,
    text_of,
    wait_until,
    write,
)

ROUTER, TRANSPORT, PIPE = recipe(
    (ROOT / "deploy" / "exim" / "README.md").read_text(encoding="utf-8")
)


class Site:
    """An Exim with the desk behind it. What it sends to others arrives at the relay."""

    def __init__(self, folder: Path, relay: Relay) -> None:
        self.folder, self.relay, self.port = folder, relay, free_port()
        self.mta: Exim | None = None
        self.running: RunningDesk | None = None

    def exim(self, transport: str = TRANSPORT) -> Exim:
        """Start it as the recipe says."""
        self.mta = Exim(
            next_hop=self.relay.port,
            router=ROUTER,
            transport=transport.replace("2424", str(self.port)),
        )
        return self.mta

    def desk(self, settings: str = "") -> RunningDesk:
        """Start the desk behind it."""
        assert self.mta is not None
        self.running = elsewhere(
            self.folder, self.relay, self.mta.port, (f"protocol: lmtp, port: {self.port}"), settings
        )
        return self.running.start()

    def send(
        self, mail: EmailMessage, sender: str, *recipients: str
    ) -> dict[str, tuple[int, bytes]]:
        """Hand a mail to Exim; the recipients it refused."""
        options = [] if mail.as_bytes().isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
        assert self.mta is not None
        with smtplib.SMTP("127.0.0.1", self.mta.port, timeout=NEVER) as link:
            return link.send_message(mail, sender, recipients, mail_options=options)

    def rest(self, desk: RunningDesk) -> None:
        """Wait until nothing is on its way: all has left the desk, and Exim has delivered it."""
        wait_until(lambda: not desk.outbox(), "the desk has sent everything")
        wait_until(
            lambda: self.mta is not None and not self.mta.queue(), ("Exim has delivered everything")
        )

    def close(self) -> None:
        """End both; the desk must end cleanly."""
        codes = []
        if self.running is not None:
            print(self.running.log())
            codes = self.running.stop()
        if self.mta is not None:
            print(self.mta.log())
            self.mta.remove()
        assert set(codes) <= {0}


@pytest.fixture
def site(tmp_path: Path, relay: Relay) -> Iterator[Site]:
    """Nothing started yet."""
    made = Site(tmp_path / "desk", relay)
    yield made
    made.close()


def test_a_conversation_and_a_bounce_go_through_exim(site: Site, relay: Relay) -> None:
    site.exim()
    desk, inbox = site.desk(), Inbox(relay)
    assert site.send(question(), KIM, DESK) == {}
    assert "TKT-0001" in str(inbox.take(KIM)["Subject"])
    notice = inbox.take("ben@staff.example", subject="TKT-0001")
    site.send(
        answer(notice, "Ben <ben@staff.example>", "Did you turn it on?"),
        "ben@staff.example",
        address_in(notice["Reply-To"]),
    )
    reply = inbox.take(KIM, subject="TKT-0001")
    assert "Did you turn it on?" in text_of(reply)
    site.send(answer(reply, f"Kim <{KIM}>", "I had not."), KIM, address_in(reply["Reply-To"]))
    wait_until(
        lambda: desk.ticket("TKT-0001")["messages"][-1]["reply"].strip() == "I had not.",
        "the reply is in the ticket",
    )
    notice = inbox.take("ben@staff.example", subject="TKT-0001")
    site.rest(desk)
    inbox.forget()
    relay.answer(KIM, "550 5.1.1 no such user here")
    site.send(
        answer(notice, "Ben <ben@staff.example>", "Try again."),
        "ben@staff.example",
        address_in(notice["Reply-To"]),
    )
    assert "no such user here" in text_of(inbox.take("ben@staff.example"))
    assert [entry["what"] for entry in desk.ticket("TKT-0001")["history"]].count("bounced") == 1
    assert len(desk.tickets()) == 1


def test_exim_refuses_who_is_in_no_router_and_knows_what_follows_the_plus(site: Site) -> None:
    site.exim()
    desk = site.desk()
    refused = site.send(
        question(),
        KIM,
        DESK,
        "nosuch@desk.example",
        "support+whatever@desk.example",
        "eva@desk.example",
    )
    assert {address: code for address, (code, _) in refused.items()} == {"nosuch@desk.example": 550}
    wait_until(lambda: desk.tickets(), "a ticket")


def test_mail_waits_in_exim_while_the_desk_is_away(site: Site, relay: Relay) -> None:
    exim = site.exim()
    for number in range(10):
        sender = f"kim@customer{number}.example"
        site.send(question(f"Matter {number}", sender), sender, DESK)
    wait_until(lambda: exim.log().count("Connection refused") >= 10, "Exim keeps them")
    desk = site.desk()
    exim.flush()
    wait_until(lambda: len(desk.tickets()) == 10, "every mail is a ticket")
    wait_until(
        lambda: len({r for m in relay.messages for r in m.rcpt_to if r.startswith("kim@")}) == 10,
        "everybody is answered",
    )


def test_mail_in_any_script_comes_through(site: Site) -> None:
    site.exim()
    desk = site.desk()
    mail = write("Jörg <jörg@kunde.example>", DESK, "Drucker größer", "Er druckt nichts: äöü.\n")
    assert site.send(mail, "jörg@kunde.example", DESK) == {}
    wait_until(lambda: desk.tickets(), "a ticket")


def test_mail_through_a_pipe_waits_while_the_database_is_away(
    open_folder: Path,  # noqa: F811
    relay: Relay,
    postgres: Postgres,
    postgres_url: str,
) -> None:
    gate, url = gated(postgres, postgres_url)
    site = Site(open_folder / "desk", relay)
    program = str(program_for_nobody(open_folder))
    transport = PIPE.replace("/opt/maildesk/bin/maildesk", program).replace(
        "/srv/maildesk", f"{open_folder}/desk"
    )
    # with -C it may become nobody else
    exim = site.exim(transport.replace("user = maildesk", "user = Debian-exim"))
    desk = site.desk(f"database: {url}\n")
    for file in (site.folder, *site.folder.rglob("*")):
        shutil.chown(file, "Debian-exim")
    try:
        inbox = Inbox(relay)
        assert site.send(question(), KIM, DESK, "billing@desk.example") == {}
        notice = inbox.take("ben@staff.example", subject="TKT-0001")
        site.rest(desk)
        inbox.forget()
        gate.cut()
        relay.answer(KIM, "550 5.1.1 no such user here")
        site.send(
            answer(notice, "Ben <ben@staff.example>", "Try again."),
            "ben@staff.example",
            address_in(notice["Reply-To"]),
        )
        wait_until(lambda: "returned 75" in exim.log(), "Exim keeps it")
        gate.mend()
        assert "no such user here" in text_of(inbox.take("ben@staff.example"))
        assert [entry["what"] for entry in desk.ticket("TKT-0001")["history"]].count("bounced") == 1
    finally:
        site.close()
        gate.cut()


def gated(postgres: Postgres, url: str) -> tuple[Wire, str]:
    """The database behind a wire that can be cut."""
    from sqlalchemy.engine import make_url

    gate = Wire(str(postgres.url.host), postgres.url.port or 5432)
    return gate, make_url(url).set(host="127.0.0.1", port=gate.port).render_as_string(
        hide_password=False
    )
