"""The way from an address to a desk that runs: what is there, where the servers are, who logs in,
what was measured, and the files.

Nothing is written before the last question is answered and what was answered has been tried; with
OAuth, before somebody signs in, for which the files have to be there.
"""

from __future__ import annotations

import time
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from maildesk.commands.common import EX_TEMPFAIL, program, stop
from maildesk.commands.setup.options import Options
from maildesk.commands.setup.questions import Questions
from maildesk.commands.setup.terminal import Terminal
from maildesk.config.keys import make_own
from maildesk.errors import MaildeskError, TransientFailure
from maildesk.setup import files
from maildesk.setup.plan import Plan
from maildesk.setup.there import There, look
from maildesk.setup.trials import (
    Trial,
    learned,
    measure,
    not_known,
    outcome_of,
    plainly,
    try_mailbox,
    try_relay,
)
from maildesk.setup.world import World

if TYPE_CHECKING:
    from maildesk.measuring.replies import Replies
    from maildesk.setup.first_ticket import Opened

PATIENCE = 120.0  # seconds for the first ticket; what is slower is found by --wait


@dataclass
class Result:
    """What was done, for programs."""

    plan: Plan
    messages: int = 0
    replies: Replies | None = None
    written: files.Written | None = None
    ticket: Opened | None = None
    seconds: float = 0.0


def lead(address: str, options: Options, there: There, world: World, terminal: Terminal) -> Result:
    """The whole way; leaves, saying why, where it cannot be gone."""
    began = time.monotonic()
    say = terminal.say
    say(f"A desk for {address}, in {there.folder}")
    is_new = there.settings is None
    if there.policy is not None:
        say("What is there stays, and is proposed.")
    asks = Questions(address, options, there, world, terminal)
    asks.servers()
    asks.log_in()
    result = Result(asks.plan())
    if asks.auth == "password":
        result.messages = _tried(asks, world, terminal)
    asks.desk(result.messages)
    plan = asks.plan()
    if plan.auth == "oauth":
        result.written = _write(plan, there, terminal)
        there = look(there.folder)
        _authorize(there.folder, plan, options, terminal)
    if options.measures:
        if is_new:  # a mail that comes late is known by the key that the desk will have
            make_own(there.folder)
        plan = _measured(plan, there, options, terminal, result)
    result.plan = plan
    written = _write(plan, there, terminal)
    result.written = result.written or written
    if options.first_ticket:
        result.ticket = _first_ticket(plan, there.folder, options, terminal)
    result.seconds = time.monotonic() - began
    _farewell(result, there.folder, terminal)
    return result


def _tried(asks: Questions, world: World, terminal: Terminal) -> int:
    """Log in at both, asking again for what is refused; how many messages lie in the mailbox."""
    while True:
        trial = try_mailbox(asks.plan(), world, terminal.say)
        if trial.is_well:
            break
        _say_why(trial, terminal)
        if trial.is_log_in:
            asks.ask_username()
            asks.ask_password(again=True)
        else:
            asks.ask_again("imap")
    while True:
        way_out = try_relay(asks.plan(), world, terminal.say)
        if way_out.is_well:
            return trial.messages
        _say_why(way_out, terminal)
        if way_out.is_log_in:
            asks.ask_relay_password()
        else:
            asks.ask_again("smtp")


def _say_why(trial: Trial, terminal: Terminal) -> None:
    """What hinders; without anybody to ask, leave with it."""
    helps = f"\n  What helps: {trial.helps}" if trial.helps else ""
    if not terminal.asks:
        words = f"maildesk: {trial.outcome.replace('_', ' ')}: {trial.words}{helps}"
        stop(f"{words}\nNothing was written.", EX_TEMPFAIL if trial.passes else 1)
    terminal.say(f"  That does not work: {trial.words}")
    for line in helps.splitlines()[1:]:
        terminal.say(line)


def _measured(
    plan: Plan, there: There, options: Options, terminal: Terminal, result: Result
) -> Plan:
    """The plan with what measuring has shown; what options say beforehand stays."""
    wait = timedelta(seconds=options.wait)
    settings = plan.settings()
    if plan.auth == "oauth":  # its tokens lie in the desk's database
        from maildesk.config.environment import load_settings

        settings = load_settings(there.folder)
    elif there.settings is not None:
        kept = ("secret_keys", "database", "blobs")
        settings = settings.model_copy(update={k: getattr(there.settings, k) for k in kept})
    terminal.say(
        "Do answers come back? Two mails of the desk to itself, which are taken away again"
    )
    plus = there.policy.plus if there.policy is not None else "+"
    said = terminal.say
    desk = there.folder if there.folder.exists() else None
    found = measure(
        settings, plan.address, lambda w: said(f"  {plainly(w)}"), wait=wait, desk=desk, plus=plus
    )
    result.replies = found
    measured = learned(found, plan.measured, plan.address)
    if options.sub_addresses:
        measured = replace(measured, sub_addresses=plan.measured.sub_addresses)
    if options.envelope:
        measured = replace(measured, envelope=plan.measured.envelope)
    if unknown := not_known(found, measured, plan.address):
        said(f"  {unknown}")
    for words in outcome_of(measured, plan.address):
        said(f"  {words}")
    return replace(plan, measured=measured)


def _write(plan: Plan, there: There, terminal: Terminal) -> files.Written:
    """The files, and what was done to them."""
    written = files.write(plan, there)
    terminal.has_written = True
    if written.aside is not None:
        terminal.say(f"The example that was here is in {written.aside} now.")
    for words, names in (("Written", written.new), ("Changed", written.changed)):
        if names:
            terminal.say(f"{words} in {there.folder}: {', '.join(names)}")
    return written


def _authorize(folder: Path, plan: Plan, options: Options, terminal: Terminal) -> None:
    """Lead whoever sits here through signing in."""
    from maildesk.commands.oauth.authorize import authorize

    with redirect_stdout(terminal.stream):
        authorize(plan.address, desk=folder, no_browser=options.no_browser)


def _first_ticket(plan: Plan, folder: Path, options: Options, terminal: Terminal) -> Opened | None:
    """Open it, and say how it went."""
    from maildesk.config.environment import load_settings
    from maildesk.setup.first_ticket import LOG, open_first

    say = terminal.say
    say("The first ticket: the desk is started for a mail to itself")
    try:
        opened = open_first(
            folder,
            load_settings(folder),
            plan.address,
            plan.person,
            patience=max(PATIENCE, options.wait),
            say=lambda words: say(f"  {words}"),
        )
    except MaildeskError as problem:
        code = EX_TEMPFAIL if isinstance(problem, TransientFailure) else 1
        words = f"maildesk: the desk is set up, and there is no first ticket: {problem}"
        stop(f"{words}\nThe desk's log of it is in {folder / LOG}.", code)
    mails = "1 mail" if opened.written == 1 else f"{opened.written} mails"
    say(f"  {opened.reference} after {opened.seconds:.1f} s; the desk wrote {mails} about it")
    if opened.waiting:
        say(f"  {opened.waiting} of them did not go out yet: `{program()} outbox list` says why")
    return opened


def _farewell(result: Result, folder: Path, terminal: Terminal) -> None:
    """What to do next."""
    from maildesk.commands.common import desk_folder

    desk = "" if folder == desk_folder(None) else f" --desk {folder}"
    terminal.say(f"The desk is set up, in {result.seconds:.0f} s.")
    if result.ticket is not None:
        terminal.say(f"  {program()} ticket show {result.ticket.reference}{desk}")
    terminal.say(f"  {program()} run{desk}    starts it, for good")
