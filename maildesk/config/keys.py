"""The keys that sign reply addresses: those of the settings, and the one the desk made for itself.

The desk's own key is made once, at the first start, in `var/secret.key`, readable
by its owner only. It stays believed after keys are configured: addresses that it
signed are in customers' mailboxes for years.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from maildesk.config.settings import Settings
from maildesk.disk import sync_file, sync_folder
from maildesk.errors import PermanentFailure

OWN_KEY = Path("var") / "secret.key"
_OWN_ID = "0"
_LINE = re.compile(r"([0-9a-z]) ([0-9a-f]{64})\n?")


def keys_of(settings: Settings, desk: Path) -> tuple[tuple[str, bytes], ...]:
    """Ids and secrets, the signing one first. PermanentFailure where the desk's own key can be neither read nor made."""
    keys = [(key.id, key.secret.get_secret_value().encode()) for key in settings.secret_keys]
    path = desk / OWN_KEY
    try:
        if not keys and not path.exists():
            _make(path)
        own = _read(path) if path.exists() else None
    except OSError as error:
        raise PermanentFailure(f"the key in {path} can be neither read nor made: {error.strerror}") from error
    if own is not None and own[0] not in {kid for kid, _ in keys}:
        keys.append(own)
    return tuple(keys)


def _make(path: Path) -> None:
    """A new key, whole or not at all: where two processes start at once, both go on with the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(f"{_OWN_ID} {secrets.token_hex(32)}\n")
            stream.flush()
            sync_file(stream.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return
    finally:
        draft.unlink()
    sync_folder(path.parent)  # a key without a name would be made anew after a power failure, and nobody's address be believed


def _read(path: Path) -> tuple[str, bytes]:
    found = _LINE.fullmatch(path.read_text("ascii", "replace"))
    if found is None:
        raise PermanentFailure(f"{path} is not a key that this desk made; put the right one back, or configure secret_keys")
    return found[1], bytes.fromhex(found[2])
