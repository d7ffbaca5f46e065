"""`secrets.yaml`: what settings.yaml calls `${NAME}`, where the environment does not have it.

So passwords stand in no file that is shown around, copied or versioned. It is its owner's alone
(mode 0600), and read at start, as settings.yaml is.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from maildesk.config.writing.scalars import quoted
from maildesk.config.yaml import read_bytes, read_document
from maildesk.disk import sync_file, sync_folder
from maildesk.errors import BadPolicy, Mistake

SECRETS = "secrets.yaml"
_HEAD = """\
# secrets.yaml: what settings.yaml calls ${NAME}, where the environment does not have it.
# Nobody but the desk may read it (mode 0600). It belongs into no repository.

"""


def secrets_in(desk: Path) -> dict[str, str]:
    """Names and values; none where there is no such file. BadPolicy, which shows no value, where it
    cannot be read."""
    path = desk / SECRETS
    if not path.exists() and not path.is_symlink():
        return {}
    document, mistakes = read_document(read_bytes(path, SECRETS), SECRETS)
    data = document.data if document is not None else None
    if document is not None and data is not None and not isinstance(data, dict):
        mistakes.append(Mistake(SECRETS, 1, 1, "names with values (NAME: value)", "something else"))
    elif document is not None and data is not None:
        for name, value in data.items():
            if isinstance(value, bool) or not isinstance(value, (str, int)):
                at = document.at((name,))
                mistakes.append(Mistake(SECRETS, *at, "text, in quotes", "something else"))
    if mistakes:
        hidden = [Mistake(m.file, m.line, m.column, m.expected, "another") for m in mistakes]
        raise BadPolicy(hidden)
    return {str(name): str(value) for name, value in (data or {}).items()}


def write_secrets(path: Path, values: Mapping[str, str]) -> None:
    """Write them into this file, whole or not at all, for its owner alone."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        lines = (f"{name}: {quoted(value)}\n" for name, value in values.items())
        stream.write(_HEAD + "".join(lines))
        stream.flush()
        sync_file(stream.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def readable_by_others(desk: Path) -> bool:
    """Whether somebody but its owner may read it."""
    try:
        return bool(stat.S_IMODE((desk / SECRETS).stat().st_mode) & 0o077)
    except OSError:
        return False
