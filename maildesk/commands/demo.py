"""`maildesk demo`: the desk's story played through its real ports, with every mail shown as it goes
in and comes out."""

from __future__ import annotations

import os
import re
import secrets
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from http.client import HTTPConnection, HTTPException
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from maildesk.commands.common import DeskOption, desk_folder, in_words, opened, program, stop

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from maildesk.config.settings import Settings
    from maildesk.desk.policy import Policy

PATIENCE = 15.0
_LOOK = 0.05  # seconds between looks into a Maildir that another process fills
KIM = "Kim Novak <kim@customer.example>"
_PAGE = re.compile(r"http://(?:127\.0\.0\.1|localhost):\d+/ticket/[0-9a-z-]+")
SAM = "Sam Berg <sam@elsewhere.example>"


def demo(desk: DeskOption = None) -> None:
    """Play the whole story through a running desk (one is started where none runs) and leave the
    tickets to look at."""
    from rich.console import Console

    from maildesk.config.environment import load_settings
    from maildesk.config.example import copy_example
    from maildesk.config.policy import load_policy

    with in_words():
        folder = desk_folder(desk)
        if not folder.exists():
            copy_example(folder)
        settings, rules = load_settings(folder), load_policy(folder)
        from maildesk.config.connections.relays import relays_of

        if not relays_of(settings)[0].is_maildir:
            stop(
                "maildesk: this desk sends its mail to a relay, and the demo writes to nobody. To "
                "play it beside this desk, on a copy of the example and a port of its own:\n"
                f"  MAILDESK_SMTP_PORT=0 {program()} demo --desk demo",
                2,
            )
        console = Console(highlight=False)
        with _running(folder, settings, console) as port:
            Play(folder, settings, rules, port, console).play()


@contextmanager
def _running(folder: Path, settings: Settings, console: Console) -> Iterator[int]:
    """The port of the desk that runs, or of one that is started for the length of the demo. There
    are never two desks on one database: where one runs that cannot be reached, it is said."""
    port = _port_of_the_running(folder, settings)
    if port:
        console.print(f"[dim]playing through the desk on port {port}[/]")
        yield port
        return
    console.print("[dim]no desk is running here: starting one for the demo[/]")
    command = [sys.executable, "-m", "maildesk.cli", "run", "--desk", str(folder)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=with_pages(os.environ),
    )
    try:
        yield _port_said_by(process)
    finally:
        stopped(process)


def _port_of_the_running(folder: Path, settings: Settings) -> int:
    """Where the desk of this folder takes mail without TLS; 0 where none runs. Processes of this
    machine say so in var/run; one in a container or elsewhere is looked for at the port of the
    settings."""
    from maildesk.heartbeat import pulses

    running = pulses(folder)
    ports = [port for pulse in running for _, port in pulse.listening]
    named = int(os.environ.get("MAILDESK_SMTP_PORT") or settings.listeners[0].port)
    for port in dict.fromkeys([*ports, named]):
        if port and _answers(port):
            return port
    if running:
        numbers = ", ".join(str(pulse.pid) for pulse in running)
        stop(
            f"maildesk: this desk runs (process {numbers}), and no port of it takes the demo's "
            "mail. Stop it first, or try another --desk.",
            1,
        )
    return 0


def with_pages(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of the demo's own desk: its pages listen at a port that is free, and its
    mails lead there. What is set already stands."""
    port = environment.get("MAILDESK_WEB_PORT", "")
    if not port.isdigit() or not int(port):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
    own = {"MAILDESK_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    return {**own, **environment, "MAILDESK_WEB_PORT": port}


def page_in(mail: EmailMessage) -> str:
    """The address of the ticket's page in this mail, where this machine serves it; else ""."""
    found = _PAGE.search(_text(mail))
    return found[0] if found else ""


def seen_there(link: str) -> str:
    """What stands at the top of that page, above the conversation; "" where nobody answers."""
    from maildesk.mail.html.sanitize import text_of

    place, _, path = link.removeprefix("http://").partition("/")
    host, _, port = place.partition(":")
    try:
        with closing(HTTPConnection(host, int(port), timeout=10)) as web:
            web.request("GET", f"/{path}")
            page = web.getresponse().read().decode("utf-8")
    except (OSError, HTTPException):
        return ""
    top = page.partition("<h1")[2].partition("<article")[0]
    return re.sub(r"\n{3,}", "\n\n", text_of(f"<h1{top}")).strip() if top else ""


def stopped(process: subprocess.Popen[str], patience: float = 20) -> int:
    """The desk's exit code, once it has stopped. One that takes too long is cut off: what is left
    waits for the next start."""
    process.send_signal(signal.SIGINT)
    try:
        return process.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _answers(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=3) as link:
            return link.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _port_said_by(process: subprocess.Popen[str]) -> int:
    for line in process.stdout or ():
        words = line.split()
        if words[:1] == ["SMTP"]:
            return int(words[1].rpartition(":")[2])
    stop("maildesk: the desk did not start; `maildesk run` says why", 1)


class Play:
    """The story, scene by scene."""

    def __init__(
        self, folder: Path, settings: Settings, rules: Policy, port: int, console: Console
    ) -> None:
        from maildesk.pipeline.services import utc_now

        self._folder, self._port, self._console = folder, port, console
        from maildesk.config.connections.relays import relays_of

        self._maildir = folder / relays_of(settings)[0].maildir / "new"
        self._address = rules.addresses[0].address
        self._vouches = rules.trust.authserv_id
        self._agents = [a.address for a in rules.agents_of(rules.addresses[0].queue)]
        self._agent_name = rules.agents_of(rules.addresses[0].queue)[0].name
        self._is_open = rules.is_open(utc_now())
        self._seen = set(self._maildir.glob("*")) if self._maildir.is_dir() else set()

    def play(self) -> None:
        """All six scenes."""
        self.scene(1, "A customer writes to the desk")
        question = self._mail(
            KIM,
            self._address,
            "The label printer prints nothing",
            "Hello,\n\nsince this morning it only blinks.\n\nKim",
        )
        self._send(question, KIM)
        self.scene(2, "A ticket opens; the customer hears so, and so do the agents")
        acknowledgement = self.wait_for("kim@customer.example")
        notice = self.wait_for(self._agents[0])
        reference = str(acknowledgement["X-Maildesk-Ticket"])
        late = "" if self._is_open else ", although the office is closed now,"
        self.scene(3, f"{self._agent_name}{late} answers from an ordinary mail client")
        agent = f"{self._agent_name} <{self._agents[0]}>"
        self._send(
            self._answer(
                notice, agent, "Hello Kim,\n\nplease hold the feed button for five seconds."
            ),
            agent,
        )
        reply = self.wait_for("kim@customer.example")
        self._page(reply)
        self.scene(4, "The customer replies; a stranger with the number gets a new ticket")
        self._send(self._answer(reply, KIM, "It blinks twice now. What next?"), KIM)
        again = self.wait_for(self._agents[0])
        self._send(
            self._mail(SAM, self._address, f"Re: {reference}", "What did Kim write to you?"), SAM
        )
        other = self.wait_for("sam@elsewhere.example")
        self._console.print(
            f"[dim]   Sam's mail became {other['X-Maildesk-Ticket']}, linked; {reference} was "
            f"not touched[/]"
        )
        self.scene(5, "The agent resolves it; the customer gives stars")
        self._send(
            self._answer(again, agent, "#resolve\nThat was the calibration: it prints again."),
            agent,
        )
        resolution = self.wait_for("kim@customer.example")
        self._send(self._answer(resolution, KIM, "4, thanks"), KIM)
        self.wait_for("kim@customer.example")
        self.scene(6, "Seven days later the ticket closes by its timer")
        self._console.print(
            "   (a period of desk.yaml; its timer is in the database)\n\n   Look at it:"
        )
        desk = "" if self._folder == desk_folder(None) else f" --desk {self._folder}"
        for line in (
            f"{program()} ticket show {reference}{desk}",
            f"{program()} ticket list{desk}",
            f"{program()} ticket show {reference}{desk} --html ticket.html",
        ):
            self._console.print(f"     [bold]{line}[/]", soft_wrap=True)

        self._others()

    def _page(self, mail: EmailMessage) -> None:
        """What Kim sees behind the link of this mail, where it has one that this machine serves."""
        from rich.text import Text

        link = page_in(mail)
        if not link:
            return
        self._console.print(f"[dim]   … and in a browser, behind the link of that mail:[/] {link}")
        if shown := seen_there(link):
            self._panel(Text(f"{shown}\n\n…"), "page", "magenta")

    def _others(self) -> None:
        """The mails of a scene that nobody waited for, a line each: nothing that goes out is kept
        from who watches."""
        from rich.text import Text

        from maildesk.store import outbox

        until = time.monotonic() + PATIENCE
        with opened(self._folder) as (db, _, _, _), db.read() as conn:
            while outbox.depth(conn) and time.monotonic() < until:
                time.sleep(_LOOK)
        for path, mail in self._unseen():
            self._seen.add(path)
            self._console.print(
                Text(f"   … and to {mail['Delivered-To']}: {mail['Subject']}", style="dim")
            )

    def _unseen(self) -> Iterator[tuple[Path, EmailMessage]]:
        """The mails that went out since, oldest first."""
        for path in (
            sorted(self._maildir.glob("*"), key=lambda p: p.stat().st_mtime_ns)
            if self._maildir.is_dir()
            else ()
        ):
            mail = (
                None
                if path in self._seen
                else message_from_bytes(path.read_bytes(), policy=policy.default)
            )
            if isinstance(mail, EmailMessage):
                yield path, mail

    def scene(self, number: int, title: str) -> None:
        """A scene begins, below what went out in the one before and nobody waited for."""
        if number > 2:  # the mails of the first scene are those that the second waits for
            self._others()
        self._console.rule(f"[bold]{number}. {title}", align="left")

    def _mail(self, sender: str, to: str, subject: str, text: str) -> EmailMessage:
        from maildesk.pipeline.services import utc_now

        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Date"] = format_datetime(utc_now())
        mail["Message-ID"] = (
            f"<demo.{secrets.token_hex(8)}@{parseaddr(sender)[1].rpartition('@')[2]}>"
        )
        if self._vouches:  # as the mail server before this desk does
            domain = parseaddr(sender)[1].rpartition("@")[2]
            mail["Authentication-Results"] = f"{self._vouches}; dkim=pass header.d={domain}"
        mail.set_content(text + "\n")
        return mail

    def _answer(self, to: EmailMessage, sender: str, text: str) -> EmailMessage:
        quoted = "".join(f"> {line}\n" for line in _text(to).splitlines())
        words = f"{text}\n\nOn {to['Date']}, {parseaddr(str(to['From']))[0]} wrote:\n{quoted}"
        mail = self._mail(sender, str(to["Reply-To"]), str(to["Subject"]), words)
        mail["In-Reply-To"] = str(to["Message-ID"])
        mail["References"] = f"{to['References'] or ''} {to['Message-ID']}".strip()
        return mail

    def _send(self, mail: EmailMessage, sender: str) -> None:
        recipient = parseaddr(str(mail["To"]))[1]
        self._show(mail, "→ in", "cyan", recipient)
        with smtplib.SMTP("127.0.0.1", self._port, timeout=20) as link:
            link.sendmail(parseaddr(sender)[1], [recipient], mail.as_bytes(policy=policy.SMTP))

    def wait_for(self, address: str) -> EmailMessage:
        """The next mail the desk sends to this address."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for path, mail in self._unseen():
                if mail["Delivered-To"] == address:
                    self._seen.add(path)
                    self._show(mail, "← out", "green", address)
                    return mail
            time.sleep(_LOOK)
        stop(
            (
                f"maildesk: no mail for {address} came in {PATIENCE:.0f} s; `maildesk outbox list` "
                f"may say why"
            ),
            1,
        )

    def _show(self, mail: EmailMessage, way: str, colour: str, recipient: str) -> None:
        from rich.text import Text

        lines = _text(mail).strip().splitlines()
        if colour != "green":  # what a person writes, without the mail they quote below it
            lines = [
                *takewhile(lambda line: not line.startswith("On "), lines),
                *("…" for line in lines[-1:] if line.startswith(">")),
            ]
        words = "\n".join(lines[:14] + (["…"] if len(lines) > 14 else []))
        head = f"From: {mail['From']}\nTo: {recipient}\nSubject: {mail['Subject']}\n"
        if mail["Reply-To"]:
            head += f"Reply-To: {parseaddr(str(mail['Reply-To']))[1]}\n"
        body = Text(head, style="dim")
        body.append("\n" + words, style="not dim")
        self._panel(body, way, colour)

    def _panel(self, body: Text, title: str, colour: str) -> None:
        from rich.panel import Panel

        self._console.print(
            Panel(
                body,
                title=title,
                title_align="left",
                border_style=colour,
                width=min(96, self._console.width),
            )
        )


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""
