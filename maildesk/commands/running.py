"""`maildesk init`, `run` and `check`: a desk made ready, the daemon, and a look at
the desk's files."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from maildesk.commands.common import (
    DeskOption,
    JsonOption,
    desk_folder,
    in_words,
    one_line,
    print_json,
    program,
    stop,
)

if TYPE_CHECKING:
    from maildesk.config.settings import Settings
    from maildesk.daemon import Daemon
    from maildesk.store.db import Database


NewKeyOption = Annotated[
    bool,
    typer.Option(
        "--new-key",
        help="Go on without a key that is lost: what it signed is dead. The admins are told.",
    ),
]


def init(desk: DeskOption = None, new_key: NewKeyOption = False) -> None:
    """Make a desk ready to run: the example desk where there is none, its key, its tables. Changes
    nothing that is there."""
    from maildesk.config.environment import load_settings
    from maildesk.config.keys import OWN_KEY
    from maildesk.config.policy import load_policy
    from maildesk.pipeline.keyring import open_ring
    from maildesk.pipeline.services import utc_now
    from maildesk.storage import open_storage
    from maildesk.store.db import without_password

    with in_words():
        folder = desk_folder(desk)
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
        str,
        typer.Option(
            help="smtp, imap, work, tick: some of them, separated by commas; default: all."
        ),
    ] = "",
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

    roles = tuple(r.strip() for r in role.split(",") if r.strip()) or ROLES
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
    """MAILDESK_SMTP_PORT moves the first listener, for a second desk on the same machine."""
    port = os.environ.get("MAILDESK_SMTP_PORT", "")
    if not port:
        return settings
    if not port.isdigit() or int(port) > 65535:
        stop(f'maildesk: MAILDESK_SMTP_PORT is no port: "{port}"', 2)
    first, *others = settings.listeners
    return settings.model_copy(
        update={"listeners": [first.model_copy(update={"port": int(port)}), *others]}
    )


def _greet(daemon: Daemon, is_fresh: bool) -> None:
    """What runs, what listens where, where mail goes, and what to try next."""
    from maildesk.config.relays import place_of, relays_of
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
    from maildesk.config.relays import relays_of

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


def check(
    desk: DeskOption = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schemas of the desk's files instead.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check every file and template of the desk, and its sample messages: all mistakes at once,
    exit code 2 where there are any.

    A key that is lost is a mistake, too, and so is a mailbox or relay with `auth: oauth` that
    nobody has let the desk into, or that lets it in no longer. Where the database is away it
    cannot be asked for that; this is said, and no mistake: the files can be checked from anywhere.
    --json has it in `database`.
    """
    from maildesk.config import check as checks

    if schema:
        print_json(checks.schema())
        return
    folder = desk_folder(desk)
    if not folder.is_dir():
        stop(f"maildesk: there is no desk folder {folder}", 2)
    from maildesk.pipeline.simulation.samples import check_samples

    asked, database, why, left_alone = _asked_of_database(folder)
    mistakes: list[Any] = [*checks.check(folder), *check_samples(folder), *asked]
    ways = [] if mistakes else _ways_out(folder)
    modes = [] if mistakes else _modes(folder)
    if as_json:
        from maildesk.views.desk import check as view

        surprises = checks.remarks(folder)
        print_json(
            view(
                mistakes,
                database,
                why,
                ways,
                modes=modes,
                remarks=surprises,
                mailboxes=left_alone,
            )
        )
        raise typer.Exit(2 if mistakes else 0)
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    if mistakes:
        stop(f"{len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''} in {folder}", 2)
    for remark in checks.remarks(folder):
        print(remark)
    if database == "away":
        print(
            f"{folder}: the files are well. The database could not be asked whether a key is "
            f"lost or a mailbox not signed in at: {why}"
        )
        return
    print(f"{folder}: all is well.")
    for line in left_alone:
        print(f"  {line}")
    if database == "none":  # nobody can have signed in yet
        for words in _to_be_authorized(folder):
            print(one_line(f"  {words}"))
    for mode in modes:
        has = "with" if mode["sub_addresses"] else "without"
        print(f"  {mode['address']}: {has} sub-addresses; the envelope is {mode['envelope']}")
    for one in ways:
        print(one_line(f"  {one['address']}: mail goes by {one['relay']} ({one['place']})"))


def _modes(folder: Path) -> list[dict[str, Any]]:
    """Whether each desk address has sub-addresses, and what stands in the envelope of its mail."""
    from maildesk.config.environment import load_settings
    from maildesk.config.policy import load_policy
    from maildesk.config.relays import relay_for

    settings = load_settings(folder)
    return [
        {
            "address": one.address,
            "sub_addresses": one.sub_addresses,
            "envelope": "signed"
            if one.sub_addresses and relay_for(settings, one.address).envelope != "plain"
            else "plain",
        }
        for one in load_policy(folder).addresses
    ]


def _ways_out(folder: Path) -> list[dict[str, str]]:
    """By which relay each desk address's mail goes; nothing where it goes to a Maildir."""
    from maildesk.config.environment import load_settings
    from maildesk.config.policy import load_policy
    from maildesk.config.relays import place_of, relays_of, ways_of

    settings = load_settings(folder)
    if all(relay.is_maildir for relay in relays_of(settings)):
        return []
    addresses = (one.address for one in load_policy(folder).addresses)
    return [
        {"address": address, "relay": relay.name, "place": place_of(relay)}
        for address, relay in ways_of(settings, addresses)
    ]


def _to_be_authorized(folder: Path) -> list[str]:
    """Where somebody has to sign in once before the desk can, and what to type."""
    from maildesk.config.environment import load_settings
    from maildesk.oauth.grants import grants
    from maildesk.oauth.outcomes import Outcome
    from maildesk.oauth.tokens import words

    found = grants(load_settings(folder))
    return [words(one, Outcome.NOT_AUTHORIZED) for one in found if one.needs_a_person]


def _asked_of_database(folder: Path) -> tuple[list[str], str, str, list[str]]:
    """Why the desk would not start with its keys, or cannot sign in at a mailbox or relay, as its
    database has it; whether that was asked, and why not; and
    what of its mailboxes was left alone.

    One that is not made yet ("none") says nothing, nor do settings with a mistake ("unknown"),
    which is told already.
    """
    from maildesk.commands.mailboxes import notes
    from maildesk.config.environment import load_settings
    from maildesk.errors import BadPolicy, TransientFailure
    from maildesk.pipeline.keyring import complaint
    from maildesk.pipeline.simulation.dry_run import own_storage

    try:
        settings = load_settings(folder)
    except BadPolicy:
        return [], "unknown", "", []
    # from here it may be out of reach
    if settings.database.startswith("postgresql") and "?" not in settings.database:
        settings = settings.model_copy(
            update={"database": f"{settings.database}?connect_timeout=3"}
        )
    try:
        storage = own_storage(folder, settings)
        if storage is None:
            return [], "none", "", []
        try:
            lost = complaint(storage.db, settings, folder)
            grants = [] if lost else _grants(storage.db, settings, folder)
            told = [*([lost] if lost else []), *grants]
            return told, "asked", "", notes(settings, storage.db)
        finally:
            storage.db.close()
    except TransientFailure as problem:
        return [], "away", str(problem), []


def _grants(db: Database, settings: Settings, folder: Path) -> list[str]:
    """Where nobody has let the desk in, and what to type."""
    from maildesk.config.keys import keys_there
    from maildesk.oauth.standing import complaints
    from maildesk.oauth.tokens import Tokens
    from maildesk.pipeline.services import utc_now

    keys = [secret for _, secret in keys_there(settings, folder)]
    return complaints(settings, Tokens(db, keys, desk=folder, owner="check", now=utc_now))
