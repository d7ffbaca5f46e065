"""The desk's keys, compared with those that signed before: a lost one is a refusal to
start, not a new key.

    known      what the database says was signed with, by fingerprints: never the keys themselves
    there      what `settings.yaml` and `var/secret.key` have now

Every address, button and star that a lost key signed is dead: replies arrive as new tickets,
bounces find nothing. Nobody would notice for days, and the right key, put back, mends all of it. So
whoever starts compares, each process for itself, and a new key is made only for a database in which
nothing was signed, or on the operator's word, which the admins then hear of.

The database is looked at before the key's file: it is written after the file, so that of two that
start at once neither can find a key known and its file not there yet.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from maildesk.config.keys import (
    FIRST_ID,
    OWN_KEY,
    Key,
    keys_there,
    make_own,
    set_aside_damaged,
    unmake_own,
)
from maildesk.desk.effects import NotifyAdmins
from maildesk.desk.threads.links import ALPHABET, KeyRing, fingerprint
from maildesk.errors import PermanentFailure, TransientFailure
from maildesk.log import log
from maildesk.pipeline.apply import apply
from maildesk.pipeline.transaction import New, Transaction
from maildesk.store.db import Database
from maildesk.store.secrets import signing_keys
from maildesk.store.secrets.signing_keys import Named

if TYPE_CHECKING:
    from maildesk.config.settings import Settings
    from maildesk.pipeline.services import Services

WITHOUT_IT = (
    "every reply address, button and star sent with it before is dead: customers' answers find "
    "their tickets by headers and number alone, agents' are held, and bounces find nothing"
)


def open_ring(
    db: Database, settings: Settings, desk: Path, now: datetime, *, new_key: bool = False
) -> KeyRing:
    """The keys to sign with and to believe; the first start makes one. PermanentFailure where one
    that signed before is lost.

    With `new_key` the operator goes on without those that are lost.
    """
    with db.read() as conn:
        ids, has_tickets = signing_keys.ids_known(conn), signing_keys.has_tickets(conn)
    if new_key:
        set_aside_damaged(desk)
    keys = keys_there(settings, desk)
    was_made = False
    nameless: list[Named] = []  # lost before anybody wrote down what it was
    if not keys:
        if (ids or has_tickets) and not new_key:
            raise PermanentFailure(_nothing_there(desk))
        nameless = [(FIRST_ID, "")] if has_tickets and not ids else []
        was_made = make_own(desk, _free_id(ids | {kid for kid, _ in nameless}))
        keys = keys_there(settings, desk)
    there = _named(keys)
    try:
        with db.write() as conn:
            signing_keys.alone(conn)
            lost = [key for key in signing_keys.in_use(conn) if key not in there]
            if lost and not new_key:
                raise PermanentFailure(_refusal(desk, lost, there))
            signing_keys.write_down(conn, [*there, *nameless], now)
            signing_keys.give_up(conn, [*lost, *nameless], now)
    except PermanentFailure:
        # somebody else was first, with another folder: ours would stand in the way of the right one
        if was_made:
            unmake_own(desk)
        raise
    for kid, _ in (*lost, *nameless):
        log.warning("gave_up_key", key=kid)
    return KeyRing(dict(keys))


def complaint(db: Database, settings: Settings, desk: Path) -> str:
    """Why the desk would not start with the keys that are there, or nothing. Changes nothing."""
    with db.read() as conn:
        known, has_tickets = signing_keys.in_use(conn), signing_keys.has_tickets(conn)
    try:
        there = _named(keys_there(settings, desk))
    except PermanentFailure as problem:
        return str(problem)
    lost = [key for key in known if key not in there]
    if not there and (known or has_tickets):
        return _nothing_there(desk)
    return _refusal(desk, lost, there) if lost else ""


def tell_of_lost_keys(services: Services) -> None:
    """Mail the admins what was given up since they last heard, once, whichever
    process starts first."""
    try:
        with services.db.write() as conn:
            now = services.now()
            lost = signing_keys.take_untold(conn, now)
            if not lost:
                return
            policy = services.keeper.current.policy
            language = policy.wording.of(policy.default_language)
            subject = language.sentence("key_given_up_subject")
            ids, path = ", ".join(kid for kid, _ in lost), str(services.desk / OWN_KEY)
            text = language.sentence("key_given_up", ids=ids, path=path)
            tx = Transaction(conn, services, policy, now)
            kicks = apply(tx, [(New(), NotifyAdmins(subject=subject, text=text))])
    except TransientFailure as problem:  # the next start tells them
        log.error("admins_not_told", subject="a key was given up", problem=str(problem)[:200])
        return
    for row_id in kicks:
        services.kick("deliver", row_id)


def _free_id(taken: set[str]) -> str:
    return next((kid for kid in ALPHABET if kid not in taken), FIRST_ID)


def _named(keys: tuple[Key, ...]) -> list[Named]:
    return [(kid, fingerprint(secret)) for kid, secret in keys]


def _nothing_there(desk: Path) -> str:
    return (
        f"the key {desk / OWN_KEY} is not there, and the database has tickets. "
        f"{_how_to_go_on(desk)}"
    )


def _refusal(desk: Path, lost: list[Named], there: list[Named]) -> str:
    ids = {kid for kid, _ in there}
    words = "; ".join(
        f"the key {kid} that signed before {'is another one now' if kid in ids else 'is missing'}"
        for kid, _ in lost
    )
    return f"{words}. {_how_to_go_on(desk)}"


def _how_to_go_on(desk: Path) -> str:
    return (
        f"Without it {WITHOUT_IT}. Put it back, from the backup or another machine of this desk: "
        f"{desk / OWN_KEY}, or secret_keys in settings.yaml. Or give it up for good: `maildesk run "
        "--new-key`, once"
    )
