"""`maildesk health`: whether the processes of the desk on this machine, or in this container, do
their rounds and listen."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.commands.common import DeskOption, JsonOption, desk_folder, print_json, stop
from maildesk.roles import ROLES

if TYPE_CHECKING:
    from maildesk.heartbeat import Pulse

# where it listens, and how to get there: nothing is bound to these
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104
_WAIT = 5.0  # seconds for a greeting
_GREETINGS = (b"220", b"421")  # who is too busy for us lives


def health(
    desk: DeskOption = None,
    role: Annotated[
        str, typer.Option(help="A role that has to be among them: smtp, imap, work, tick or web.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Look whether the desk's processes here are well: exit code 0, or 1 and what is wrong. For
    Docker's HEALTHCHECK and monitors.

    A process is well when its last round ended without trouble half a minute ago at most, no worker
    of it hangs, where it listens somebody answers, and the key that it signs with still lies in the
    desk's folder. One whose log cannot be written or whose broker is away works and is
    well, and it is said. One that was killed or crashed is missed until another with its roles is
    started, or for a day. A relay that takes no mail of ours is wrong, too, and so is a mailbox or
    relay that the desk cannot sign in at; where one --role is asked for it is merely said, for to
    restart that would mend nothing.
    """
    from maildesk.heartbeat import pulses
    from maildesk.views import desk as views

    if role and role not in ROLES:
        stop(f"maildesk: there is no role {role}; there are {', '.join(ROLES)}", 2)
    folder = desk_folder(desk)
    every = [pulse for pulse in pulses(folder) if not role or role in pulse.roles]
    found = [pulse for pulse in every if pulse.is_alive]
    wrong = _wrong(folder, found)
    if not role:
        wrong += _stopped_relays(found)
        wrong += dict.fromkeys(pulse.sign_ins for pulse in found if pulse.sign_ins)
    if not found:
        wrong = [f"no process{f' with the role {role}' if role else ''} of this desk runs here"]
    wrong += [_gone(pulse) for pulse in every if not pulse.is_alive]
    if as_json:
        print_json(views.health(found, wrong))
        raise typer.Exit(1 if wrong else 0)
    if wrong:
        stop("\n".join(f"maildesk: {words}" for words in wrong), 1)
    for pulse in found:
        places = "".join(f" {host}:{port}" for host, port in (*pulse.listening, *pulse.silent))
        log = f"; its log {pulse.log}" if pulse.log else ""
        broker = f"; its broker {pulse.broker}" if pulse.broker else ""
        ways = "".join(
            f"; {one.trouble}" if one.trouble else f"; mail goes by {one.name} ({one.place})"
            for one in pulse.relays
        )
        ways += f"; {pulse.sign_ins}" if pulse.sign_ins else ""
        ways += f"; its mailboxes: {pulse.mailboxes}" if pulse.mailboxes else ""
        print(f"{','.join(pulse.roles)} is well (process {pulse.pid}){places}{log}{broker}{ways}")


def _stopped_relays(found: Sequence[Pulse]) -> list[str]:
    """Relays that take no mail of ours, and do not by themselves: once, whoever says so."""
    alarms = [one.trouble for pulse in found for one in pulse.relays if one.is_alarm]
    return list(dict.fromkeys(alarms))


def _gone(pulse: Pulse) -> str:
    """Of a process that died without a word."""
    from maildesk.desk.sla.periods import show_period

    ago = show_period(timedelta(seconds=round(pulse.age)))
    return (
        f"{','.join(pulse.roles)} (process {pulse.pid}) died without a word {ago} ago and was not "
        f"started again"
    )


def _wrong(folder: Path, found: Sequence[Pulse]) -> list[str]:
    """What is wrong with these processes, a sentence each."""
    from maildesk.heartbeat import PATIENCE

    wrong = [
        (
            f"{','.join(p.roles)} (process {p.pid}) has done no round for {p.age:.0f} s: it hangs, "
            f"or its database is away"
        )
        for p in found
        if p.age > PATIENCE
    ]
    for pulse in found:
        for host, port in (*pulse.listening, *pulse.silent):
            if why := _why_not(host, port, greets=(host, port) in pulse.listening):
                wrong.append(f"{host}:{port} does not answer: {why}")
        if words := _lost_key(folder, pulse.keys):
            wrong.append(words)
    return list(dict.fromkeys(wrong))  # a lost key is every process's


def _lost_key(folder: Path, keys: Sequence[tuple[str, str]]) -> str:
    """What is wrong where a key that this process began with is gone: it would not start again."""
    from maildesk.config.keys import OWN_KEY, own_keys
    from maildesk.desk.threads.links import fingerprint
    from maildesk.errors import PermanentFailure

    try:
        there = {(kid, fingerprint(secret)) for kid, secret in own_keys(folder)}
    except PermanentFailure as problem:
        return str(problem)
    lost = ", ".join(kid for kid, sign in keys if (kid, sign) not in there)
    gone = (
        f"the key {lost} that this desk signs with is no longer in {folder / OWN_KEY}; put "
        f"it back: without it nothing starts again"
    )
    return gone if lost else ""


def _why_not(host: str, port: int, *, greets: bool) -> str:
    """Why nobody can talk to this listener, or nothing."""
    try:
        with socket.create_connection((_ANYWHERE.get(host, host), port), timeout=_WAIT) as link:
            if not greets:  # TLS comes first there
                return ""
            said = link.recv(512)
            link.sendall(b"QUIT\r\n")
    except OSError as problem:
        return problem.strerror or str(problem) or type(problem).__name__
    return "" if said.startswith(_GREETINGS) else "it does not greet"
