"""`maildesk check`: every mistake of a desk at once, and what stands in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maildesk.commands.common import (
    DeskOption,
    JsonOption,
    desk_folder,
    one_line,
    print_json,
    stop,
)

if TYPE_CHECKING:
    from maildesk.config.settings import Settings
    from maildesk.desk.policy import DeskAddress
    from maildesk.store.db import Database


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
    stands = _Stands() if mistakes else _what_stands(folder)
    remarks = [*checks.remarks(folder), *_bad_rows(folder)]
    if as_json:
        from maildesk.views.desk import check as view

        print_json(
            view(
                mistakes,
                database,
                why,
                stands.ways,
                modes=stands.modes,
                remarks=remarks,
                mailboxes=left_alone,
            )
        )
        raise typer.Exit(2 if mistakes else 0)
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    if mistakes:
        stop(f"{len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''} in {folder}", 2)
    for remark in remarks:
        print(remark)
    if database == "away":
        print(
            f"{folder}: the files are fine. The database could not be asked whether a key is "
            f"lost or a mailbox not signed in to: {why}"
        )
        return
    print(f"{folder}: all is well.")
    to_sign_in = stands.to_be_authorized if database == "none" else ()  # who may have done so else
    for line in (*left_alone, *to_sign_in, *stands.in_words()):
        print(one_line(f"  {line}"))


_MOST_ROWS = 20


def _bad_rows(folder: Path) -> list[str]:
    """Rows of contacts.csv that nobody will find; none where the files have mistakes."""
    from maildesk.config.policy import load_policy
    from maildesk.errors import BadPolicy
    from maildesk.lookup.contexts import Contexts

    try:
        file = load_policy(folder).contacts_file
    except BadPolicy:
        return []
    bad = Contexts().bad_rows(file) if file is not None else []
    more = [f"contacts.csv: {len(bad) - _MOST_ROWS} more rows"] * (len(bad) > _MOST_ROWS)
    return [*bad[:_MOST_ROWS], *more]


@dataclass(frozen=True, slots=True)
class _Stands:
    """How mail of a desk without mistakes comes and goes, and where somebody has to sign in."""

    modes: Sequence[dict[str, Any]] = ()
    ways: Sequence[dict[str, str]] = ()
    to_be_authorized: Sequence[str] = ()

    def in_words(self) -> Iterator[str]:
        """How each address is written to, and by which relay its mail goes."""
        for mode in self.modes:
            has = "with" if mode["sub_addresses"] else "without"
            yield f"{mode['address']}: {has} sub-addresses; the envelope is {mode['envelope']}"
        for one in self.ways:
            yield f"{one['address']}: mail goes by {one['relay']} ({one['place']})"


def _what_stands(folder: Path) -> _Stands:
    from maildesk.config.environment import load_settings
    from maildesk.config.policy import load_policy

    settings, addresses = load_settings(folder), load_policy(folder).addresses
    return _Stands(
        _modes(settings, addresses), _ways_out(settings, addresses), _to_be_authorized(settings)
    )


def _modes(settings: Settings, addresses: Sequence[DeskAddress]) -> list[dict[str, Any]]:
    """Whether each desk address has sub-addresses, and what stands in the envelope of its mail."""
    from maildesk.config.connections.relays import relay_for

    return [
        {
            "address": one.address,
            "sub_addresses": one.sub_addresses,
            "envelope": "signed"
            if one.sub_addresses and relay_for(settings, one.address).envelope != "plain"
            else "plain",
        }
        for one in addresses
    ]


def _ways_out(settings: Settings, addresses: Sequence[DeskAddress]) -> list[dict[str, str]]:
    """By which relay each desk address's mail goes; nothing where it goes to a Maildir."""
    from maildesk.config.connections.relays import place_of, relays_of, ways_of

    if all(relay.is_maildir for relay in relays_of(settings)):
        return []
    return [
        {"address": address, "relay": relay.name, "place": place_of(relay)}
        for address, relay in ways_of(settings, (one.address for one in addresses))
    ]


def _to_be_authorized(settings: Settings) -> list[str]:
    """Where somebody has to sign in once before the desk can, and what to type."""
    from maildesk.oauth.grants import grants
    from maildesk.oauth.outcomes import Outcome
    from maildesk.oauth.tokens import words

    found = grants(settings)
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
