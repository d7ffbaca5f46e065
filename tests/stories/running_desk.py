"""A desk that runs: the real daemon as its own process, mail in through its real port, mail out at
a real relay."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import IO, Any, NamedTuple

import typer
from typer.testing import CliRunner

from maildesk.commands import queues, tickets
from tests.keys_that_leak import foreign
from tests.servers import forked
from tests.servers.forked import Forked
from tests.servers.process import NEVER
from tests.servers.relay import Relay, Relayed

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = typer.Typer()
QUESTIONS.add_typer(tickets.app, name="ticket")
QUESTIONS.add_typer(queues.outbox, name="outbox")
QUESTIONS.add_typer(queues.quarantine, name="quarantine")
ALL_ROLES = ("smtp,imap,work,tick",)
SEPARATE = ("smtp", "imap", "work", "work", "tick")
MAILDESK = "maildesk.cli"


class Way(NamedTuple):
    """How a desk runs: what its settings say of that, and the roles of each of its processes."""

    settings: str
    roles: Sequence[str]


class RunningDesk:
    """One desk folder and the processes that serve it. `roles` are what each process does, `module`
    what is started."""

    def __init__(
        self,
        folder: Path,
        relay: Relay,
        *,
        settings: str = "",
        desk: str = "",
        way_out: str = "",
        listener: str = "port: 0",
        roles: Sequence[str] = ALL_ROLES,
        module: str = MAILDESK,
    ) -> None:
        self.folder, self.relay, self._roles, self._module = folder, relay, roles, module
        if not folder.exists():
            example_desk(folder)
        way_out = way_out or f"relay: {{host: {relay.host}, port: {relay.port}}}"
        where = f"{way_out}\nlisteners: [{{{listener}}}]\n"
        (folder / "settings.yaml").write_text(where + settings, encoding="utf-8")
        if desk:
            text = (folder / "desk.yaml").read_text(encoding="utf-8")
            (folder / "desk.yaml").write_text(text + "\n" + desk, encoding="utf-8")
        self.processes: list[subprocess.Popen[str] | Forked] = []
        self.port = 0
        self.greetings: list[str] = []
        self.start_took = 0.0

    def start(self) -> RunningDesk:
        """Start every role and wait until the listener has said where it listens."""
        self.greetings, began = [], time.monotonic()
        self._await([self._start(role) for role in self._roles])
        self.start_took = time.monotonic() - began
        return self

    def kill(self, *numbers: int) -> None:
        """SIGKILL, as by a power cut: these processes, or all."""
        killed = [self.processes[n] for n in numbers or range(len(self.processes))]
        for process in killed:
            process.kill()
        for process in killed:
            process.wait(NEVER)
            if process.stdout:
                process.stdout.close()

    def revive(self) -> None:
        """Start again whatever is not running."""
        dead = [n for n, process in enumerate(self.processes) if process.poll() is not None]
        self._await([self._start(self._roles[n], n) for n in dead])

    def _await(self, greetings: Sequence[threading.Thread]) -> None:
        for thread in greetings:
            thread.join(NEVER)
        greeting = "".join(self.greetings)
        found = re.findall(r"[SL]MTP\s+127\.0\.0\.1:(\d+)", greeting)
        assert found, f"the daemon did not come up: {greeting}\n{self.log()}"
        self.port = int(found[-1])

    def look_for_leaks(self) -> None:
        """No mail that went out holds an address that was signed for somebody else."""
        agents = tuple(
            re.findall(
                r"[\w.-]+@[\w.-]+", (self.folder / "agents.yaml").read_text(encoding="utf-8")
            )
        )
        for relayed in self.relay.messages:
            for recipient in relayed.rcpt_to:
                assert not foreign(relayed.raw, recipient, agents), f"a mail to {recipient}"

    def stop(self, number: int = signal.SIGTERM) -> list[int]:
        """End every process; their exit codes."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(number)
        codes = [process.wait(NEVER) for process in self.processes]
        for process in self.processes:
            if process.stdout:
                process.stdout.close()
        self.processes = []
        return codes

    def log(self) -> str:
        """What the processes said on standard error."""
        return "".join(
            p.read_text(encoding="utf-8")
            for p in sorted(self.folder.parent.glob(f"{self.folder.name}.log.*"))
        )

    def send(self, mail: EmailMessage | bytes, sender: str, *recipients: str) -> None:
        """Hand a mail to the desk's port, as a mail server would."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes(policy=policy.SMTP)
        with smtplib.SMTP("127.0.0.1", self.port, timeout=NEVER) as link:
            link.sendmail(sender, list(recipients), raw)

    def run(self, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """A command of maildesk on this desk."""
        return forked.run((*words, "--desk", str(self.folder)), stdin=stdin)

    def json(self, *words: str) -> Any:
        """What a command prints as JSON."""
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    def ask(self, *words: str) -> Any:
        """The same, asked within this process: for questions that are asked again and again."""
        done = CliRunner().invoke(QUESTIONS, [*words, "--json", "--desk", str(self.folder)])
        assert done.exit_code == 0, (done.exit_code, done.output, done.exc_info)
        return json.loads(done.stdout)

    def outbox(self, *words: str) -> list[Any]:
        """Outgoing mails, newest first: all but those that are sent."""
        return list(self.ask("outbox", "list", *words)["mails"])

    def quarantine(self, *words: str) -> list[Any]:
        """What is held, newest first."""
        return list(self.ask("quarantine", "list", *words)["messages"])

    def tickets(self) -> list[Any]:
        """All tickets, newest first."""
        told = self.ask("ticket", "list")
        assert told["cut"] is False
        return list(told["tickets"])

    def tickets_of(self, address: str) -> list[Any]:
        """This requester's tickets, newest first."""
        return [t for t in self.tickets() if t["requester"]["address"] == address]

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a file of the running desk, and wait until it has been read."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def write(self, name: str, text: str) -> None:
        """Put this into a file of the running desk, and wait until each of its processes has read
        it (or refused it)."""
        told = self._policies()
        draft = self.folder.with_name(f"{self.folder.name}.draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.folder / name)  # never half written: that would be refused
        wait_until(
            lambda: all(map(int.__gt__, self._policies(), told)), f"the desk has read {name}"
        )

    def _policies(self) -> list[int]:
        """How often each process that runs has read the desk's files anew."""
        logs = (self._log_of(n) for n, one in enumerate(self.processes) if one.poll() is None)
        read = (log.read_text(encoding="utf-8") for log in logs)
        return [log.count("loaded policy=") + log.count("refused policy") for log in read]

    def _log_of(self, number: int) -> Path:
        return self.folder.parent / f"{self.folder.name}.log.{number}"

    def ticket(self, reference: str) -> Any:
        """One ticket, whole."""
        return self.json("ticket", "show", reference)

    def _start(self, role: str, number: int | None = None) -> threading.Thread:
        number = len(self.processes) if number is None else number
        log = self._log_of(number).open("ab")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MAILDESK_")}
        process = self._started(role, log, environment)
        log.close()
        self.processes[number : number + 1] = [process]
        thread = threading.Thread(target=self._read_greeting, args=(process,), daemon=True)
        thread.start()
        return thread

    def _started(
        self, role: str, log: IO[bytes], environment: dict[str, str]
    ) -> subprocess.Popen[str] | Forked:
        words = [*command(self.folder, self._module), "--role", role]
        if forked.IS_HERE and self._module == MAILDESK:
            return Forked(words[3:], stderr=log, environment=environment)
        return subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT, env=environment
        )

    def _read_greeting(self, process: subprocess.Popen[str] | Forked) -> None:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("  database"):
                break
        self.greetings.append("".join(lines))


def example_desk(folder: Path) -> None:
    """A copy of the example desk, whose office is always open: what a customer is told must not
    depend on the hour and the day on which the tests run."""
    shutil.copytree(ROOT / "deploy" / "desk", folder)
    sla = folder / "sla.yaml"
    hours = re.compile(r"    hours:\n(?:      .*\n)+    holidays:\n      country: DE\n")
    text, found = hours.subn("    hours: always\n\n\n\n\n", sla.read_text(encoding="utf-8"))
    assert found == 1
    sla.write_text(text, encoding="utf-8")
    for file in (folder / "tests").glob("question-at-night.*"):
        file.unlink()


def command(folder: Path, module: str = MAILDESK) -> list[str]:
    """How the daemon of this desk folder is started."""
    return [sys.executable, "-m", module, "run", "--desk", str(folder)]


def wait_until(
    is_so: Callable[[], object],
    words: str,
    timeout: float = NEVER,
    moves: Callable[[], object] = lambda: None,
) -> None:
    """Look until it is so; AssertionError with the words when it never is.

    Where a lot has to happen before, `moves` tells how far it is: as long as that
    changes, there is hope.
    """
    until, seen = time.monotonic() + timeout, moves()
    began = time.monotonic()
    while not is_so():
        now = moves()
        if now != seen:
            until, seen = time.monotonic() + timeout, now
        assert time.monotonic() < until, f"not within {timeout:.0f} s: {words}"
        took = time.monotonic() - began
        time.sleep(max(0.02, min(took, 0.5)))  # a costly look slows down what it waits for
        began = time.monotonic()


class Inbox:
    """The relay's mails as people would see them in their mailboxes, each taken once."""

    def __init__(self, relay: Relay, *, new_only: bool = False) -> None:
        self._relay = relay
        self._taken: set[int] = set()
        if new_only:
            self.forget()

    def take(
        self, address: str, *, subject: str = "", ticket: str = "", timeout: float = NEVER
    ) -> EmailMessage:
        """The next mail for this address whose subject contains these words, about this ticket;
        AssertionError when none comes. Who has mails of several tickets says which is meant: one
        of a test before may come late."""
        while True:
            arrived = list(self._relay.messages)
            for number, mail in enumerate(arrived):
                if number not in self._taken and address in mail.rcpt_to:
                    read = as_mail(mail)
                    about = str(read["X-Maildesk-Ticket"] or "")
                    if subject in str(read["Subject"]) and ticket in ("", about):
                        self._taken.add(number)
                        return read
            self._relay.wait_for(len(arrived) + 1, timeout=timeout)

    def forget(self) -> None:
        """Take everything that is there."""
        self._taken |= set(range(len(self._relay.messages)))

    def to(self, address: str) -> list[EmailMessage]:
        """What lies there for this address and was not taken."""
        return [as_mail(mail) for mail in self.left() if address in mail.rcpt_to]

    def left(self) -> list[Relayed]:
        """Mails that nobody took."""
        return [m for number, m in enumerate(self._relay.messages) if number not in self._taken]


def as_mail(relayed: Relayed) -> EmailMessage:
    """The mail as the standard library reads it."""
    mail = message_from_bytes(relayed.raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(mail: EmailMessage) -> str:
    """Its plain text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def write(sender: str, to: str, subject: str, text: str, **headers: str) -> EmailMessage:
    """A new mail from a customer's client."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = "Fri, 20 Nov 2026 10:00:00 +0100"
    if "Message_ID" not in headers:
        mail["Message-ID"] = (
            f"<{abs(hash((sender, subject, text)))}@{sender.rpartition('@')[2].strip('>')}>"
        )
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def answer(
    to: EmailMessage, sender: str, text: str, *, quote: bool = True, **headers: str
) -> EmailMessage:
    """A reply as a mail client makes it: to Reply-To, threaded, with the mail quoted below."""
    quoted = "".join(f"> {line}\n" for line in text_of(to).splitlines()) if quote else ""
    words = (
        f"{text}\n\nOn Fri, 20 Nov 2026 at 10:00, {to['From']} wrote:\n\n{quoted}"
        if quote
        else text
    )
    subject = str(to["Subject"])
    subject = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    references = f"{to['References'] or ''} {to['Message-ID']}".strip()
    more = {
        "In_Reply_To": str(to["Message-ID"]),
        "References": " ".join(references.split()),
    } | headers
    return write(sender, str(to["Reply-To"] or to["From"]), subject, words, **more)


def address_in(value: object) -> str:
    """The bare address of a header value."""
    return str(value).rpartition("<")[2].rstrip("> ")


def references_of(mails: Iterable[Relayed]) -> set[str]:
    """The tickets these mails are about."""
    return {str(as_mail(m)["X-Maildesk-Ticket"]) for m in mails}
