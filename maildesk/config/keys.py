"""The keys that sign reply addresses: those of the settings, and the one the desk made for itself.

The desk's own key is made once, at the first start, in `var/secret.key`, readable
by its owner only. It stays believed after keys are configured: addresses that it
signed are in customers' mailboxes for years. A key that was given up and turns up
again is believed as another line of that file: the first line's signs.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from maildesk.disk import sync_file, sync_folder
from maildesk.errors import PermanentFailure

if TYPE_CHECKING:
    from maildesk.config.settings import Settings

OWN_KEY = Path("var") / "secret.key"
FIRST_ID = "0"
_LINE = re.compile(r"([0-9a-z]) ([0-9a-f]{64})")


Key = tuple[str, bytes]  # its id and its secret


def keys_there(settings: Settings, desk: Path) -> tuple[Key, ...]:
    """Ids and secrets, the signing one first. PermanentFailure where the desk's own
    key cannot be read."""
    keys = [(key.id, key.secret.get_secret_value().encode()) for key in settings.secret_keys]
    configured = {kid for kid, _ in keys}
    return (*keys, *(own for own in own_keys(desk) if own[0] not in configured))


def own_keys(desk: Path) -> tuple[Key, ...]:
    """The key that the desk made for itself, if any, and what was put beside it. PermanentFailure
    where it cannot be read."""
    path = desk / OWN_KEY
    try:
        return _read(path) if path.exists() else ()
    except OSError as error:
        raise _unusable(path, error) from error


def make_own(desk: Path, kid: str = FIRST_ID) -> bool:
    """Make the desk's own key, unless it has one; whether that was us. PermanentFailure where that
    cannot be."""
    path = desk / OWN_KEY
    try:
        return not path.exists() and _make(path, kid)
    except OSError as error:
        raise _unusable(path, error) from error


def unmake_own(desk: Path) -> None:
    """Take back the key that this process has just made, and nobody signed with."""
    (desk / OWN_KEY).unlink(missing_ok=True)


def set_aside_damaged(desk: Path) -> None:
    """Where the desk's own key is there and is no key: keep what is left of it
    under another name."""
    path = desk / OWN_KEY
    try:
        own_keys(desk)
    except PermanentFailure:
        path.replace(path.with_name(f"{path.name}.damaged"))


def _unusable(path: Path, error: OSError) -> PermanentFailure:
    return PermanentFailure(f"the key in {path} can be neither read nor made: {error.strerror}")


def _make(path: Path, kid: str) -> bool:
    """A new key, whole or not at all: where two processes start at once, both go on
    with the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(f"{kid} {secrets.token_hex(32)}\n")
            stream.flush()
            sync_file(stream.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return False
    finally:
        draft.unlink()
    # a key without a name would be made anew after a power failure, and nobody's
    # address be believed
    sync_folder(path.parent)
    return True


def _read(path: Path) -> tuple[Key, ...]:
    found = [_LINE.fullmatch(line) for line in path.read_text("ascii", "replace").splitlines()]
    keys = tuple((line[1], bytes.fromhex(line[2])) for line in found if line is not None)
    if not found or len({kid for kid, _ in keys}) < len(found):
        raise PermanentFailure(
            f"{path} is not a key that this desk made; put the right one back, or configure "
            f"secret_keys"
        )
    return keys
