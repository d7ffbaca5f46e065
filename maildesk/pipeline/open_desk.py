"""A desk is put together here and nowhere else, for the daemon, the command
line, a dry run and tests.

Database, blobs, policy with templates, keys, DKIM signature: whoever has these `Services` can do
whatever the desk does, also compose a mail. They only differ in who is kicked and what time it is.

    with closing(open_desk(folder, load_settings(folder))) as desk: ...
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from maildesk.config.connections.relays import dkim_for, relays_of
from maildesk.config.settings import Settings
from maildesk.config.watch import PolicyKeeper
from maildesk.desk.threads.links import KeyRing
from maildesk.egress.stream import Streamed
from maildesk.errors import PermanentFailure
from maildesk.kick import Kick, Stage
from maildesk.oauth.tokens import Tokens
from maildesk.pipeline.keyring import open_ring
from maildesk.pipeline.services import Services, Sign, unsigned, utc_now
from maildesk.storage import Storage, open_storage


def no_kick(stage: Stage, row_id: int) -> None:
    """For who does not live beside the workers: within a second the ticker finds what is due."""


def open_desk(
    desk: Path,
    settings: Settings,
    *,
    owner: str = "",
    pool: int = 2,
    storage: Storage | None = None,
    keeper: PolicyKeeper | None = None,
    ring: KeyRing | None = None,
    new_key: bool = False,
    kick: Kick = no_kick,
    now: Callable[[], datetime] = utc_now,
    sign: Sign | None = None,
) -> Services:
    """The services of this desk; whoever opens them closes them. What is not given is as the desk
    folder says.

    BadPolicy where its files have a mistake, TransientFailure where the database is away,
    PermanentFailure where a key that signed before is lost (`new_key` goes on without it).
    """
    keeper = keeper or PolicyKeeper(desk)
    sign = sign or signature(settings)
    storage = storage or open_storage(desk, settings, pool=pool)
    owner = owner or f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
    try:
        ring = ring or open_ring(storage.db, settings, desk, now(), new_key=new_key)
        return Services(
            db=storage.db,
            blobs=storage.blobs,
            keeper=keeper,
            ring=ring,
            settings=settings,
            desk=desk,
            owner=owner,
            kick=kick,
            tokens=Tokens(storage.db, ring.keys.values(), desk=desk, owner=owner, now=now),
            now=now,
            sign=sign,
        )
    except BaseException:
        storage.db.close()
        raise


def signature(settings: Settings) -> Sign:
    """What puts our DKIM signature on a mail: its relay's, else the desk's, where there is one.

    PermanentFailure where a key cannot be read.
    """
    keys = [relay.dkim for relay in relays_of(settings)] + [settings.dkim]
    if not any(keys):
        return unsigned
    from maildesk.egress.dkim import sign

    read = {dkim.key_file: _read(dkim.key_file) for dkim in keys if dkim is not None}

    def signed(raw: bytes | Streamed, address: str) -> bytes:
        dkim = dkim_for(settings, address)
        return unsigned(raw, address) if dkim is None else sign(raw, dkim, read[dkim.key_file])

    return signed


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise PermanentFailure(
            f"the DKIM key {file} cannot be read: {problem.strerror}"
        ) from problem
