"""`maildesk init`, `run` and `check`: a desk made ready, the daemon, and a look at
the desk's files."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from maildesk.commands.common import (
    DeskOption,
    desk_folder,
    in_words,
    program,
    stop,
)

if TYPE_CHECKING:
    from maildesk.config.settings import Settings
    from maildesk.daemon import Daemon


NewKeyOption = Annotated[
    bool,
    typer.Option(
        "--new-key",
        help="Go on without a key that is lost: what it signed is dead. The admins are told.",
    ),
]


def init(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="The desk folder, as --desk names it."),
    ] = None,
    desk: DeskOption = None,
    new_key: NewKeyOption = False,
) -> None:
    """Make a desk ready to run: the example desk where there is none, its key, its tables. Changes
    nothing that is there."""
    if folder is not None and desk is not None and folder.absolute() != desk.absolute():
        stop(f"maildesk: which of them: {folder} or --desk {desk}?", 2)
    _init(desk_folder(folder or desk), new_key=new_key)


def _init(folder: Path, *, new_key: bool) -> None:
    from maildesk.config.environment import load_settings
    from maildesk.config.keys import OWN_KEY
    from maildesk.config.policy import load_policy
    from maildesk.pipeline.keyring import open_ring
    from maildesk.pipeline.services import utc_now
    from maildesk.storage import open_storage
    from maildesk.store.db import without_password

    with in_words():
        is_fresh = _make_folder(folder)
        settings = load_settings(folder)
        load_policy(folder)
        storage = open_storage(folder, settings, pool=1)
        try:
            open_ring(storage.db, settings, folder, utc_now(), new_key=new_key)
        finally:
            storage.db.close()
    keys = (
        f"{len(settings.secret_keys)} in settings.yaml"
        if settings.secret_keys
        else str(folder / OWN_KEY)
    )
    print(f"  desk folder   {folder}{' (a fresh copy of the example)' if is_fresh else ''}")
    print(f"  key           {keys}")
    print(
        f"  database      {without_password(settings.database)}"
        f"{'' if storage.before else ' (new tables)'}"
    )


def _make_folder(folder: Path) -> bool:
    """Copy the example where there is no desk yet; whether it was. A folder with other things in it
    is left alone."""
    from maildesk.config.example import copy_example

    if (folder / "desk.yaml").exists():
        return False
    try:
        # What begins with a dot is nobody's desk; it may be what another
        # process is copying just now.
        names = [p.name for p in folder.iterdir()] if folder.is_dir() else []
        others = [
            name for name in names if name not in ("var", "lost+found") and not name.startswith(".")
        ]
        if others and not any(name.endswith(".yaml") for name in others):
            stop(
                (
                    f"maildesk: {folder} has other things in it and no desk.yaml; name an empty "
                    f"folder with --desk"
                ),
                2,
            )
        return copy_example(folder)
    except OSError as problem:
        stop(f"maildesk: the desk folder {folder} cannot be made: {problem.strerror}", 2)


def run(
    desk: DeskOption = None,
    role: Annotated[
        list[str] | None,
        typer.Option(help="smtp, imap, work, tick, web: some of them, by commas; default: all."),
    ] = None,
    new_key: NewKeyOption = False,
) -> None:
    """Run the desk until Ctrl-C. Without a desk folder, the example desk is copied first."""
    signal.signal(signal.SIGTERM, _stop_at_once)
    from maildesk.log import configure, wait_for_no_reader

    wait_for_no_reader()
    from maildesk.config.environment import load_settings
    from maildesk.config.policy import load_policy
    from maildesk.daemon import Daemon
    from maildesk.roles import ROLES

    named = (one.strip() for several in role or () for one in several.split(","))
    roles = tuple(dict.fromkeys(filter(None, named))) or ROLES
    unknown = [r for r in roles if r not in ROLES]
    if unknown:
        stop(f"maildesk: there is no role {unknown[0]}; there are {', '.join(ROLES)}", 2)
    with in_words():
        folder = desk_folder(desk)
        is_fresh = _make_folder(folder)
        settings = _with_environment(load_settings(folder))
        load_policy(folder)
        configure(settings.log_format)
        daemon = Daemon(folder, settings, roles, new_key=new_key)
        daemon.run(lambda running: _greet(running, is_fresh))


def _stop_at_once(*_: object) -> NoReturn:
    """Told to stop before anything has begun, in the midst of whatever: as a kill
    would, which we stand.

    By itself the first process of a container would not even hear of it (kill(2)).
    """
    os._exit(0)


def _with_environment(settings: Settings) -> Settings:
    """MAILDESK_SMTP_PORT moves the first listener and MAILDESK_WEB_PORT the pages, for a second
    desk on the same machine."""
    news: dict[str, object] = {}
    if port := _port("MAILDESK_SMTP_PORT"):
        first, *others = settings.listeners
        news["listeners"] = [first.model_copy(update={"port": int(port)}), *others]
    if (port := _port("MAILDESK_WEB_PORT")) and settings.web.listen:
        host = settings.web.listen.rpartition(":")[0]
        news["web"] = settings.web.model_copy(update={"listen": f"{host}:{port}"})
    return settings.model_copy(update=news)


def _port(name: str) -> str:
    """What this variable says, a port or nothing."""
    port = os.environ.get(name, "")
    if port and not (port.isascii() and port.isdigit() and int(port) <= 65535):
        stop(f'maildesk: {name} is no port: "{port}"', 2)
    return port


def _greet(daemon: Daemon, is_fresh: bool) -> None:
    """What runs, what listens where, where mail goes, and what to try next."""
    from maildesk.config.connections.relays import place_of, relays_of
    from maildesk.roles import ROLES
    from maildesk.store.db import without_password

    policy, settings = daemon.services.keeper.current.policy, daemon.settings
    roles = [name for name in ROLES if name in daemon.roles]
    running = "is open" if len(roles) == len(ROLES) else f"runs here: {', '.join(roles)}"
    rows = [
        ("addresses", ", ".join(a.address for a in policy.addresses)),
        ("desk folder", str(daemon.desk)),
    ]
    if is_fresh:
        rows.append(("", "a copy of the example: edit it, changes are live"))
    rows += [(at.protocol, f"{at.host}:{at.port}") for at in daemon.listening]
    rows += [("pages" if n == 0 else "", words) for n, words in enumerate(daemon.web.said)]
    if "imap" in daemon.roles:
        rows += [
            ("IMAP", f"{m.username} at {m.host}:{m.port}, folder {m.folder}") for m in settings.imap
        ]
    first, *others = relays_of(settings)
    if not first.is_maildir:
        rows += [("outgoing", f"relay {place_of(relay)}") for relay in (first, *others)]
    else:
        rows += [
            ("outgoing", f"Maildir {daemon.desk / first.maildir}"),
            ("", "until settings.yaml names a relay"),
        ]
    rows.append(("database", without_password(settings.database)))
    lines = [f"{policy.desk_name} {running}.", *(f"  {name:<13} {words}" for name, words in rows)]
    print("\n".join([*lines, *_what_to_try(daemon, policy.addresses[0].address)]), flush=True)


def _what_to_try(daemon: Daemon, address: str) -> list[str]:
    """The demo's command as it can be typed here, while the desk delivers into its
    Maildir; and how to stop."""
    from maildesk.config.connections.relays import relays_of

    if not daemon.listening:
        return ["Ctrl-C stops."]
    port = os.environ.get("MAILDESK_SMTP_PORT", "")
    setting = f"MAILDESK_SMTP_PORT={port} " if port else ""
    option = "" if daemon.desk == desk_folder(None) else f" --desk {daemon.desk}"
    demo = (
        []
        if not relays_of(daemon.settings)[0].is_maildir
        else [f"Try in another window:  {setting}{program()} demo{option}"]
    )
    return [*demo, f"Mail for {address} goes to port {daemon.listening[0].port}. Ctrl-C stops."]
