"""`maildesk setup`: from an address to a desk that has its first ticket."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.commands.common import (
    DeskOption,
    JsonOption,
    desk_folder,
    in_words,
    print_json,
    stop,
)
from maildesk.commands.setup import options as given

if TYPE_CHECKING:
    from maildesk.commands.setup.lead import Result


def setup(
    context: typer.Context,
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="Where customers write to: support@…")
    ],
    desk: DeskOption = None,
    yes: given.Yes = False,
    name: given.Name = "",
    agent: given.Agent = "",
    language: given.Language = "",
    imap: given.Imap = "",
    relay: given.RelayServer = "",
    username: given.Username = "",
    relay_username: given.RelayUsername = "",
    password_file: given.PasswordFile = None,
    relay_password_file: given.RelayPasswordFile = None,
    password_variable: given.PasswordVariable = "",
    oauth: given.OAuth = "",
    tenant: given.Tenant = "",
    client_id: given.ClientId = "",
    client_secret_file: given.ClientSecretFile = None,
    key_file: given.KeyFile = None,
    ca_file: given.CaFile = None,
    start: given.Start = "",
    sub_addresses: given.SubAddresses = "",
    envelope: given.EnvelopeOption = "",
    wait: given.Wait = 60.0,
    measures: given.Measure = True,
    first_ticket: given.FirstTicket = True,
    no_browser: given.NoBrowser = False,
    as_json: JsonOption = False,
) -> None:
    """Set a desk up for an address: find its servers, log in, measure what they can do, write the
    desk folder, and open a first ticket.

    Asks for what cannot be found out; Enter takes what is proposed. Ctrl-C at any question leaves
    everything as it was. What is in the desk folder stays, and is proposed. --yes asks nothing.
    Exit code 0 once the ticket is there, 1 where a server refuses, 2 where an answer is missing or
    wrong, 75 where it may go well later, 130 after Ctrl-C.
    """
    options = given.Options(
        name, agent, language, imap, relay, username, relay_username, password_file,
        relay_password_file, password_variable, oauth, tenant, client_id, client_secret_file,
        key_file, ca_file, start, envelope, sub_addresses, wait, measures, first_ticket, no_browser,
    )  # fmt: skip
    if as_json and not yes:
        stop("maildesk: --json needs --yes: a program cannot be asked", 2)
    _lead(context, address, options, desk_folder(desk), yes=yes, as_json=as_json)


def _lead(
    context: typer.Context,
    address: str,
    options: given.Options,
    folder: Path,
    *,
    yes: bool,
    as_json: bool,
) -> None:
    from maildesk.commands.setup.lead import lead
    from maildesk.commands.setup.terminal import Terminal
    from maildesk.setup.there import look
    from maildesk.setup.world import World

    world = context.obj if isinstance(context.obj, World) else World()
    _check(address, options, folder)
    terminal = Terminal(asks=not yes, to_stderr=as_json)
    try:
        with in_words():
            result = lead(address, options, look(folder), world, terminal)
    except KeyboardInterrupt:
        written = "" if terminal.has_written else " Nothing was written."
        stop(f"\nInterrupted.{written} The same command begins again.", 130)
    if as_json:
        print_json(_as_json(result, folder))


def _check(address: str, options: given.Options, folder: Path) -> None:
    """What can be seen to be wrong before anybody is asked."""
    from maildesk.commands.setup.answers import read_address, read_start
    from maildesk.heartbeat import pulses

    try:
        read_address(address)
    except ValueError:
        stop(f"maildesk: {address or 'nothing'} is no address that customers could write to", 2)
    for option, value, known in (
        ("--sub-addresses", options.sub_addresses, ("yes", "no")),
        ("--envelope", options.envelope, ("sub-address", "plain")),
        ("--oauth", options.oauth, ("microsoft", "google")),
    ):
        if value and value not in known:
            stop(f"maildesk: {option}: expected {' or '.join(known)}, found {value}", 2)
    if options.start:
        try:
            read_start(options.start)
        except ValueError as wrong:
            stop(f"maildesk: --start: expected {wrong}, found {options.start}", 2)
    if others := _others(folder):
        words = (
            f"maildesk: {folder} has other things in it ({others[0]}) and no desk; name a folder "
        )
        stop(f"{words}that is empty, or not there yet, with --desk", 2)
    if running := [pulse.pid for pulse in pulses(folder) if pulse.is_alive]:
        words = f"maildesk: this desk is running (process {running[0]}). Its settings are read at "
        stop(f"{words}the start: stop it first, set it up, and start it again", 1)


def _others(folder: Path) -> list[str]:
    """What lies in a folder that is no desk's: a desk is not put among somebody's other files."""
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    if any(name.endswith(".yaml") for name in names):
        return []
    known = ("var", "lost+found")
    return sorted(name for name in names if name not in known and not name.startswith("."))


def _as_json(result: Result, folder: Path) -> dict[str, object]:
    from maildesk.views.setups import setup_result

    plan, written = result.plan, result.written
    return setup_result(
        plan.address,
        str(folder),
        imap=plan.imap,
        relay=plan.relay,
        messages=result.messages,
        measured=plan.measured,
        replies=result.replies,
        new=written.new if written else (),
        changed=written.changed if written else (),
        ticket=result.ticket,
        seconds=result.seconds,
    )
