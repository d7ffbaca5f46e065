"""The recipe of deploy/postfix, word for word, on a real Postfix. `make postfix` plays this; `make
test` needs no Postfix."""

from __future__ import annotations

import re
import shutil
import smtplib
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.servers.postfix import Postfix, recipe
from tests.servers.postgres import Postgres
from tests.servers.process import NEVER, free_port, give_to_nobody, new_folder
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

TEXT = (ROOT / "deploy" / "postfix" / "README.md").read_text(encoding="utf-8")
DESK, KIM = "support@desk.example", "kim@customer.example"
LMTP = "lmtp:inet:127.0.0.1:2424"


class Site:
    """A Postfix with the desk behind it. What it sends to others arrives at the relay."""

    def __init__(self, folder: Path, relay: Relay) -> None:
        self.folder, self.relay, self.port = folder, relay, free_port()
        self._running: list[Postfix | RunningDesk] = []

    def postfix(self, way: str = LMTP, *, without: str = "", **more: str) -> Postfix:
        """Start it as the recipe says. `way` is where the table leads, `without` what main.cf
        lacks, `more` what files gain."""
        files = recipe(TEXT)
        files.pop("master.cf")
        files["maildesk"] = files["maildesk"].replace(LMTP, way)
        files["main.cf"] = (
            re.sub(without, "", files["main.cf"], flags=re.MULTILINE)
            if without
            else files["main.cf"]
        )
        for name, text in more.items():
            name = name.replace("_", ".")
            files[name] = files.get(name, "") + text
        files["maildesk"] = files["maildesk"].replace("2424", str(self.port))
        self.mta = Postfix(next_hop=self.relay.port, files=files)
        self._running.append(self.mta)
        return self.mta

    def desk(self, protocol: str = "lmtp", settings: str = "") -> RunningDesk:
        """Start the desk behind it; its agents have their mailboxes elsewhere."""
        listener = f"protocol: {protocol}, port: {self.port}"
        running = elsewhere(self.folder, self.relay, self.mta.port, listener, settings)
        self._running.append(running)
        return running.start()

    def send(
        self, mail: EmailMessage, sender: str, *recipients: str
    ) -> dict[str, tuple[int, bytes]]:
        """Hand a mail to Postfix; the recipients it refused."""
        options = [] if mail.as_bytes().isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
        with smtplib.SMTP("127.0.0.1", self.mta.port, timeout=NEVER) as link:
            return link.send_message(mail, sender, recipients, mail_options=options)

    def rest(self, desk: RunningDesk) -> None:
        """Wait until nothing is on its way: all has left the desk, and Postfix has delivered it.

        What the relay is told to answer from now on it says to the next mail, not to an
        acknowledgement that comes late; and where the database goes away now, no mail is sent again
        because its "sent" was lost.
        """
        wait_until(lambda: not desk.outbox(), "the desk has sent everything")
        wait_until(lambda: "queue is empty" in self.mta.queue(), "Postfix has delivered everything")

    def retry(self) -> None:
        """Try what Postfix keeps, until it keeps nothing.

        Once is not enough: a queue run that meets a mail whose delivery is only just ending skips
        it ("still being delivered"), and where no other mail comes in it then lies there for good.
        """

        def is_empty() -> bool:
            self.mta.flush()
            return "queue is empty" in self.mta.queue()

        wait_until(is_empty, "Postfix has delivered everything")

    def close(self) -> None:
        """End both; the desk must end cleanly."""
        codes: list[int] = []
        for server in reversed(self._running):
            if isinstance(server, Postfix):
                print(server.log())
                server.remove()
            else:
                print(server.log())
                codes += server.stop()
        assert set(codes) <= {0}


@pytest.fixture
def site(tmp_path: Path, relay: Relay) -> Iterator[Site]:
    """Nothing started yet."""
    made = Site(tmp_path / "desk", relay)
    yield made
    made.close()


def elsewhere(folder: Path, relay: Relay, mta: int, listener: str, settings: str) -> RunningDesk:
    """A desk that sends by the mail server at this port. Its agents have their
    mailboxes in another domain."""
    shutil.copytree(ROOT / "deploy" / "desk", folder)
    for name in ("agents.yaml", "desk.yaml"):
        file = folder / name
        text = file.read_text(encoding="utf-8").replace("@desk.example", "@staff.example")
        file.write_text(
            re.sub(r"(support|billing|hilfe)@staff", r"\1@desk", text), encoding="utf-8"
        )
    running = RunningDesk(
        folder, relay, listener=listener, settings=f"pipeline: {{tick: 0.2}}\n{settings}"
    )
    file = folder / "settings.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace(f"port: {relay.port}}}", f"port: {mta}}}"),
        encoding="utf-8",
    )
    return running


def question(subject: str = "Printer broken", sender: str = KIM) -> EmailMessage:
    """A customer's mail."""
    return write(f"Kim Novak <{sender}>", DESK, subject, "It prints nothing.\n")


# -- by LMTP, the domain is the desk's alone -----------------------------------


def test_a_conversation_goes_through_postfix_both_ways(site: Site, relay: Relay) -> None:
    site.postfix()
    desk, inbox = site.desk(), Inbox(relay)
    assert site.send(question(), KIM, DESK) == {}
    acknowledgement = inbox.take(KIM)
    assert "TKT-0001" in str(acknowledgement["Subject"])
    notice = inbox.take("ben@staff.example", subject="TKT-0001")
    site.send(
        answer(notice, "Ben <ben@staff.example>", "Did you turn it on?"),
        "ben@staff.example",
        address_in(notice["Reply-To"]),
    )
    reply = inbox.take(KIM, subject="TKT-0001")
    assert "Did you turn it on?" in text_of(reply)
    assert "staff.example" not in reply.as_string()
    site.send(answer(reply, f"Kim <{KIM}>", "I had not."), KIM, address_in(reply["Reply-To"]))
    wait_until(
        lambda: desk.ticket("TKT-0001")["messages"][-1]["reply"].strip() == "I had not.",
        "the reply is in the ticket",
    )
    assert len(desk.tickets()) == 1
    return_paths = {
        mail.mail_from.partition("+")[0] for mail in relay.messages if KIM in mail.rcpt_to
    }
    assert return_paths <= {"support", ""}
    assert "status=bounced" not in site.mta.log()


def test_a_bounce_that_postfix_makes_finds_the_answer_it_is_about(site: Site, relay: Relay) -> None:
    site.postfix()
    desk, inbox = site.desk(), Inbox(relay)
    site.send(question(), KIM, DESK)
    notice = inbox.take("ben@staff.example", subject="TKT-0001")
    site.rest(desk)
    inbox.forget()
    relay.answer(KIM, "550 5.1.1 no such user here")
    site.send(
        answer(notice, "Ben <ben@staff.example>", "Try again."),
        "ben@staff.example",
        address_in(notice["Reply-To"]),
    )
    told = inbox.take("ben@staff.example")
    assert KIM in text_of(told) and "no such user here" in text_of(told), text_of(told)
    assert re.search(r"from=<>, size=\d+", site.mta.log()), "Postfix sent a bounce"
    assert [t["reference"] for t in desk.tickets()] == ["TKT-0001"]
    assert [entry["what"] for entry in desk.ticket("TKT-0001")["history"]].count("bounced") == 1


def test_postfix_refuses_who_is_not_in_the_table_and_knows_what_follows_the_plus(
    site: Site,
) -> None:
    site.postfix()
    desk = site.desk()
    refused = site.send(
        question(),
        KIM,
        DESK,
        "nobody@desk.example",
        "support+whatever@desk.example",
        "nobody+x@desk.example",
    )
    assert {address: code for address, (code, _) in refused.items()} == {
        "nobody@desk.example": 550,
        "nobody+x@desk.example": 550,
    }
    wait_until(lambda: desk.tickets(), "the others are a ticket")


def test_mail_waits_in_postfix_while_the_desk_is_away(site: Site, relay: Relay) -> None:
    site.postfix()
    for number in range(20):
        sender = f"kim@customer{number}.example"
        site.send(question(f"Matter {number}", sender), sender, DESK)
    wait_until(lambda: site.mta.log().count("status=deferred") >= 20, "Postfix keeps them")
    desk = site.desk()
    site.retry()
    wait_until(lambda: len(desk.tickets()) == 20, "every mail is a ticket")
    wait_until(
        lambda: len({r for m in relay.messages for r in m.rcpt_to if r.startswith("kim@")}) == 20,
        "everybody is answered",
    )
    wait_until(lambda: "queue is empty" in site.mta.queue(), "nothing waits in Postfix")


def test_a_flood_through_postfix_is_not_slowed_by_limits_for_strangers(site: Site) -> None:
    site.postfix()
    desk = site.desk()
    with smtplib.SMTP("127.0.0.1", site.mta.port, timeout=NEVER) as link:
        for number in range(300):
            sender = f"kim{number}@flood.example"
            link.send_message(question(f"Matter {number}", sender), sender, [DESK])
    wait_until(lambda: len(desk.tickets()) == 300, "every mail is a ticket")
    assert "status=deferred" not in site.mta.log()


def test_mail_in_any_script_and_of_any_lawful_size_comes_through(site: Site) -> None:
    site.postfix(main_cf="smtputf8_enable = yes\n")
    desk = site.desk()
    mail = write("Jörg <jörg@kunde.example>", DESK, "Drucker größer", "Er druckt nichts: äöü.\n")
    assert site.send(mail, "jörg@kunde.example", DESK) == {}
    large = question("Large")
    large.add_attachment(
        b"x" * 24_000_000, maintype="application", subtype="octet-stream", filename="large.bin"
    )
    assert site.send(large, KIM, DESK) == {}
    wait_until(lambda: len(desk.tickets()) == 2, "both are tickets", timeout=90)
    senders = {ticket["requester"]["address"] for ticket in desk.tickets()}
    assert senders == {KIM, "jörg@kunde.example"}
    assert "status=bounced" not in site.mta.log()


def test_addresses_can_be_asked_of_the_desk_instead_of_a_list(site: Site) -> None:
    (ask,) = re.findall(r"```\n(smtpd_recipient_restrictions.*?)```", TEXT, re.DOTALL)
    site.postfix(
        without="^relay_recipient_maps.*$",
        maildesk="desk.example lmtp:inet:127.0.0.1:2424\n",
        main_cf=ask,
    )
    desk = site.desk()
    refused = site.send(question(), KIM, DESK, "nobody@desk.example")
    assert {address: code for address, (code, _) in refused.items()} == {"nobody@desk.example": 550}
    wait_until(lambda: desk.tickets(), "a ticket")


# -- a domain with other mailboxes ---------------------------------------------


def test_the_desk_shares_a_domain_with_mailboxes_of_the_machine(site: Site) -> None:
    (line,) = re.findall(r"^local_recipient_maps = .*$", TEXT, re.MULTILINE)
    own = f"mydestination = desk.example\nalias_maps = hash:/etc/postfix/aliases\n{line}\n"
    site.postfix(without="^relay_.*$", main_cf=own, aliases="eva: /dev/null\n")
    desk = site.desk()
    refused = site.send(
        question(), KIM, "support+r01-x@desk.example", "eva@desk.example", "nosuch@desk.example"
    )
    assert list(refused) == ["nosuch@desk.example"]
    wait_until(lambda: desk.tickets(), "the desk has its mail")
    wait_until(
        lambda: re.search(r"to=<eva@desk.example>.*status=sent", site.mta.log()), "Eva has hers"
    )


def test_the_desk_shares_a_domain_with_virtual_mailboxes(site: Site) -> None:
    (line,) = re.findall(r"^virtual_mailbox_maps = .*$", TEXT, re.MULTILINE)
    own = f"virtual_mailbox_domains = desk.example\n{line}\nvirtual_transport = discard:\n"
    site.postfix(without="^relay_.*$", main_cf=own, vmailbox="eva@desk.example eva/\n")
    desk = site.desk()
    refused = site.send(
        question(), KIM, "support+r01-x@desk.example", "eva@desk.example", "nosuch@desk.example"
    )
    assert list(refused) == ["nosuch@desk.example"]
    wait_until(lambda: desk.tickets(), "the desk has its mail")
    wait_until(
        lambda: re.search(r"to=<eva@desk.example>.*status=sent", site.mta.log()), "Eva has hers"
    )


# -- by SMTP, and by a pipe ----------------------------------------------------


def test_the_desk_takes_mail_by_smtp_as_well(site: Site, relay: Relay) -> None:
    (way,) = re.findall(r"`(relay:\[127\.0\.0\.1\]:2525)`", TEXT)
    site.postfix(way.replace("2525", "2424"))
    site.desk("smtp")
    site.send(question(), KIM, DESK, "billing@desk.example")
    assert "TKT-0001" in str(Inbox(relay).take(KIM)["Subject"])


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that nobody, in whose name Postfix runs the pipe, may write to."""
    folder = new_folder("pipe")
    give_to_nobody(folder)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_mail_through_a_pipe_waits_while_the_database_is_away(
    open_folder: Path, relay: Relay, postgres: Postgres, postgres_url: str
) -> None:
    gate = Wire(str(postgres.url.host), postgres.url.port or 5432)
    url = (
        make_url(postgres_url)
        .set(host="127.0.0.1", port=gate.port)
        .render_as_string(hide_password=False)
    )
    site = Site(open_folder / "desk", relay)
    site.postfix("maildesk:", master_cf=pipe(open_folder))
    desk = site.desk(settings=f"database: {url}\n")
    for file in (site.folder, *site.folder.rglob("*")):
        give_to_nobody(file)
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
        wait_until(
            lambda: "status=deferred (temporary failure" in site.mta.log(),
            "exit code 75 keeps it in Postfix",
        )
        gate.mend()
        site.retry()
        told = inbox.take("ben@staff.example")
        # the answer came in, and the bounce of what it became, with no sender
        assert "no such user here" in text_of(told)
        assert [entry["what"] for entry in desk.ticket("TKT-0001")["history"]].count("bounced") == 1
        assert not re.search("relay=maildesk.*status=bounced", site.mta.log())
        assert "Command output: maildesk: not now; please try again later" in site.mta.log()
        assert "cannot be reached" not in site.mta.log(), (
            "what is wrong here is no matter of the sender"
        )
    finally:
        site.close()
        gate.cut()


def test_an_alias_may_lead_to_the_pipe(open_folder: Path, relay: Relay) -> None:
    site = Site(open_folder / "desk", relay)
    program = pipe(open_folder).split("argv=")[1].split()[0]
    own = "mydestination = desk.example\nalias_maps = hash:/etc/postfix/aliases\ntransport_maps =\n"
    alias = f'support: "|{program} inject --desk {site.folder}"\n'
    site.postfix(without="^relay_.*$", main_cf=own, aliases=alias)
    desk = site.desk()
    for file in (site.folder, *site.folder.rglob("*")):
        give_to_nobody(file)
    try:
        inbox = Inbox(relay)
        site.send(question(), KIM, DESK)
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
    finally:
        site.close()


def pipe(folder: Path) -> str:
    """The recipe's line of master.cf, for a maildesk that nobody may run."""
    program = str(program_for_nobody(folder))
    line = recipe(TEXT)["master.cf"].replace("user=maildesk", "user=nobody")
    return line.replace("/opt/maildesk/bin/maildesk", program).replace(
        "/srv/maildesk", f"{folder}/desk"
    )


def program_for_nobody(folder: Path) -> Path:
    """A maildesk that nobody may run, too."""
    program = folder / "maildesk"
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT}:{packages} exec {python()} -m maildesk.cli "$@"\n'
    )
    program.chmod(0o755)
    return program


def python() -> str:
    """A Python of our version that nobody may run, too."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}")
    usable = [
        p
        for p in found
        if Path(p).exists()
        and all(folder.stat().st_mode & 1 for folder in Path(p).resolve().parents)
    ]
    assert usable, f"no {version} that the user nobody may run"
    return usable[0]
