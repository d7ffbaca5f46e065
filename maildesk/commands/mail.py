"""`maildesk inject`, `parse` and `send-test`: mail from and to the command line."""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maildesk.commands.common import (
    EX_TEMPFAIL,
    DeskOption,
    desk_folder,
    in_words,
    one_line,
    one_of,
    settings_of,
    stop,
    write_page,
)
from maildesk.errors import BadMessage, BadPolicy, MaildeskError
from maildesk.mail.message import Envelope, Message

if TYPE_CHECKING:
    from maildesk.config.settings import Relay, Settings
    from maildesk.desk.policy import DeskAddress, Policy
    from maildesk.egress.outcome import Outcome

MESSAGE_LIMIT = 100 * 1024 * 1024

if TYPE_CHECKING:
    from maildesk.mail.message import Message


def inject(
    desk: DeskOption = None,
    sender: Annotated[
        str | None, typer.Option("--from", "-f", help="The envelope's reverse-path.")
    ] = None,
    recipient: Annotated[
        list[str] | None, typer.Option("--to", "-t", help="The envelope's recipients.")
    ] = None,
) -> None:
    """Take one message from standard input. Exit code 0 once it is committed, 75 when it should be
    tried again.

    For pipes: an alias `support: "|maildesk inject --desk /srv/desk"`. Where it fails, its sender
    hears one sentence; why, the system log has. At a terminal the reason is said.

    Without --from and --to the envelope is what the mail server put into SENDER and RECIPIENT.
    """
    from maildesk.ingress.pipe import inject as spool
    from maildesk.log import configure

    # whoever reads this wants to hear of what went wrong, and of nothing else
    configure(quiet=True)
    raw = sys.stdin.buffer.read(MESSAGE_LIMIT + 1)
    if len(raw) > MESSAGE_LIMIT:
        stop("maildesk: the message is larger than 100 MB", 69)
    if not raw.strip():
        stop("maildesk: there is no message on standard input", 65)
    if raw.startswith(b"From ") and b"\n" in raw:  # a pipe from an mbox-minded program
        raw = raw.partition(b"\n")[2]
    try:
        folder = desk_folder(desk)
        spool(folder, settings_of(folder), raw, _envelope(sender, recipient))
    except typer.Exit:  # it has said why
        raise typer.Exit(EX_TEMPFAIL) from None
    except BadPolicy as problem:
        # the desk's files are the admin's trouble; the mail must wait meanwhile
        stop(str(problem), EX_TEMPFAIL)
    except (MaildeskError, OSError) as problem:
        stop(f"maildesk: not now: {problem}", EX_TEMPFAIL)
    except Exception:  # with any other exit code the mail server would send the mail back
        traceback.print_exc()
        raise typer.Exit(EX_TEMPFAIL) from None


def _envelope(sender: str | None, recipients: list[str] | None) -> Envelope:
    """As the options say, else as Postfix's aliases, Exim's pipes and qmail set it; SENDER is empty
    for a bounce."""
    mail_from = os.environ.get("SENDER") if sender is None else sender
    rcpt_to = recipients or [os.environ.get("RECIPIENT", "")]
    return Envelope(mail_from, tuple(filter(None, rcpt_to)), "pipe", "")


def parse(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="Messages, as files, or folders of them.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", help="Write the one message into this file, safe to open in a browser."
        ),
    ] = None,
) -> None:
    """Show what maildesk understands of messages."""
    from maildesk.mail.as_json import describe

    if html is not None:
        if as_json or len(paths) != 1 or paths[0].is_dir():
            stop("maildesk: --html takes one message, and no --json", 2)
        _write_page(paths[0], html)
        return
    unread = 0
    for path in _files(paths):
        began = time.perf_counter()
        try:
            found = describe(str(path), path.read_bytes(), _told)
        except OSError as problem:
            unread += 1
            found = {
                "file": str(path),
                "ok": False,
                "defects": [f"cannot be read: {problem.strerror}"],
            }
        found["took_ms"] = round((time.perf_counter() - began) * 1000, 3)
        if as_json:
            print(json.dumps(found, ensure_ascii=True))
        else:
            _print_message(found)
    if unread:
        raise typer.Exit(1)


def _write_page(path: Path, html: Path) -> None:
    """The message as its sender laid it out, with its own pictures and none from elsewhere."""
    from maildesk.mail.parse import parse as read
    from maildesk.views.page import message_page

    try:
        raw = path.read_bytes()
        message = read(raw)
    except OSError as problem:
        stop(f"maildesk: {path} cannot be read: {problem.strerror}", 1)
    except BadMessage as problem:
        stop(f"maildesk: {path} is no message: {problem}", 1)
    write_page(html, message_page(message, raw))


def _told(message: Message) -> Message:
    """What is no text, in English and in UTC: no desk is asked."""
    from zoneinfo import ZoneInfo

    from maildesk.config.templates.words import language_named
    from maildesk.desk.mails.shown.parts_in_words import in_words

    return in_words(message, language_named("en"), ZoneInfo("UTC"))


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.iterdir() if p.is_file())
        else:
            yield path


def _print_message(found: dict[str, Any]) -> None:
    print(one_line(found["file"]))
    for name in (
        "from",
        "to",
        "subject",
        "date",
        "kind",
        "may_answer",
        "reasons",
        "defects",
        "attachments",
        "reports",
    ):
        if found.get(name) not in (None, [], ""):
            print(one_line(f"  {name.replace('_', ' ')}: {_in_words(found[name])}"))
    for line in str(found.get("reply", "")).splitlines():
        print(f"  | {one_line(line)}")


def _in_words(value: Any) -> str:
    """Addresses as people write them, files by name and size, anything else as
    plainly as can be."""
    if isinstance(value, list):
        return ", ".join(map(_in_words, value))
    if isinstance(value, dict):
        if set(value) == {"name", "address"}:
            return (
                f"{value['name']} <{value['address']}>" if value["name"] else str(value["address"])
            )
        if "filename" in value:
            return (
                f"{value['filename'] or 'without a name'} ({value['content_type']}, "
                f"{value['size']} bytes)"
            )
        return " ".join(
            f"{name}={_in_words(word)}"
            for name, word in value.items()
            if word not in (None, "", [], {})
        )
    return (
        {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


def send_test(
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="Whom to send it to; none with --replies.")
    ] = "",
    desk: DeskOption = None,
    sender: Annotated[
        str, typer.Option("--from", help="From this desk address; else from one for each relay.")
    ] = "",
    replies: Annotated[
        bool,
        typer.Option(
            "--replies", help="Instead: see whether answers arrive, at each desk address."
        ),
    ] = False,
    wait: Annotated[
        int, typer.Option("--wait", min=0, help="Seconds to wait for mail, with --replies.")
    ] = 60,
) -> None:
    """Send test mails, as to a customer, to an agent and to the admins, and say what came of each.

    They have the envelope and the fields of real ones, and go by the relay that real ones take;
    they count against its limit.

    With --replies the desk writes to itself, looks into its mailbox, and says what has to be set;
    exit code 1 where that is not what desk.yaml says.
    """
    from maildesk.config.policy import load_policy
    from maildesk.log import unheard
    from maildesk.mail.compose.encode import addr_spec

    if replies and address:
        stop("maildesk: --replies takes no ADDRESS: the desk writes to itself", 2)
    if not replies and not addr_spec(address):
        stop(f"maildesk: {address or 'nothing'} is no address to write to", 2)
    with in_words(), unheard():
        folder = desk_folder(desk)
        settings, policy = settings_of(folder), load_policy(folder)
        ours = policy.addresses
        if sender:
            known = [one.address for one in ours]
            sender = one_of(sender, known, "desk address")
            ours = tuple(one for one in ours if one.address == sender)
        if replies:
            _measure(folder, settings, replace(policy, addresses=ours), wait)
        else:
            _send(folder, settings, ours, address)


def _send(folder: Path, settings: Settings, ours: tuple[DeskAddress, ...], address: str) -> None:
    """Send one of each kind by each relay that one of these addresses has."""
    from maildesk.config.connections.relays import place_of, relay_for, relays_of

    first: dict[str, DeskAddress] = {}
    for one in ours:
        first.setdefault(relay_for(settings, one.address).name, one)
    results = []
    for relay in relays_of(settings):
        if relay.name in first:
            named = "" if relay.name == relay.host else f"{relay.name}: "
            print(one_line(f"{named}{place_of(relay)}, from {first[relay.name].address}"))
            results += _try(folder, settings, relay, first[relay.name], address)
    refused = [one for one in results if one.kind != "sent"]
    if refused:
        is_final = any(one.kind == "failed" or one.code >= 500 for one in refused)
        raise typer.Exit(1 if is_final else EX_TEMPFAIL)


def _try(
    folder: Path, settings: Settings, relay: Relay, sender: DeskAddress, address: str
) -> list[Outcome]:
    """Send one of each kind by this relay, printing what came of it and what helps."""
    from maildesk.measuring.sending import tokens_for, way_out
    from maildesk.oauth import sign_in
    from maildesk.pipeline.relays.advice import what_helps
    from maildesk.pipeline.simulation.trial_mails import trial_mails

    outcomes = []
    with tokens_for(folder, settings, [relay]) as tokens:
        token = sign_in.for_relay(settings, tokens, relay) if tokens else None
        with way_out(folder, settings, relay, token) as way:
            if way.uncounted:
                print(one_line(f"  {way.uncounted}"))
            for mail in trial_mails(folder, settings, sender, address):
                outcome = way.send(mail.mail_from, address, mail.raw)
                outcomes.append(outcome)
                said = f"{outcome.kind} {outcome.code or ''} {outcome.enhanced} {outcome.text}"
                envelope = f"(envelope sender {mail.mail_from or '<>'})"
                print(one_line(f"  {mail.kind:<17} {' '.join(said.split())} {envelope}"))
                if mends := what_helps(outcome.about_us, relay, sender.address):
                    print(one_line(f"  {'':<17} what helps: {mends}"))
    return outcomes


def _measure(folder: Path, settings: Settings, policy: Policy, wait: int) -> None:
    """See for each of these addresses whether answers arrive, and say what that means."""
    import asyncio

    from maildesk.measuring.advice import Configured, findings
    from maildesk.measuring.replies import measure_replies

    def say(words: str) -> None:
        print(one_line(f"  {words}"), flush=True)

    folders = tuple(name for box in settings.imap for name in box.watched)
    found = []
    for one in policy.addresses:
        print(one_line(one.address))
        configured = Configured(one.sub_addresses, policy.trust.authserv_id, folders)
        measuring = measure_replies(
            settings, one.address, wait=timedelta(seconds=wait), say=say, desk=folder,
            plus=policy.plus,
        )  # fmt: skip
        for finding in findings(asyncio.run(measuring), configured, wait=wait):
            found.append(finding)
            print(one_line(f"  => {finding.words}"))
            if finding.setting:
                print(one_line(f"     set in {finding.file}: {finding.setting}"))
    if any(finding.setting or not finding.is_known for finding in found):
        raise typer.Exit(1)
