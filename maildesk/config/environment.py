"""Loading `settings.yaml`: `${NAME}` from the environment, then the models, then what must agree.

Only this file may name the environment, and no mistake found in it shows a value:
a password that stands in the wrong place must not end up in a log.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from maildesk.config.mistakes import read
from maildesk.config.settings import ImapMailbox, Settings
from maildesk.config.yaml import Document, Steps, load
from maildesk.errors import BadPolicy, Mistake

FILE = "settings.yaml"
_VARIABLE = re.compile(r"\$(\$)?\{([^{}]*)\}")
_NAMED = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)
_DATABASES = ("sqlite://", "postgresql://", "postgresql+psycopg://", "postgres://")
_BROKERS = ("memory", "redis://", "rediss://", "amqp://", "amqps://")


def load_settings(desk: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this desk folder, the defaults where it has no file; BadPolicy with every mistake.

    Relative paths come back absolute, counted from the desk folder.
    """
    path = desk / FILE
    if not path.exists() and not path.is_symlink():
        return _absolute(Settings(), desk)
    document = load(path, FILE)
    mistakes: list[Mistake] = []
    document = filled(document, os.environ if environ is None else environ, mistakes)
    if mistakes:  # what a missing variable would have held is not guessed at
        raise BadPolicy(mistakes)
    settings, mistakes = read(Settings, document, hidden=True)
    if settings is None:
        raise BadPolicy(mistakes)
    settings = _absolute(settings, desk)
    mistakes = _disagreements(settings, document)
    if mistakes:
        raise BadPolicy(mistakes)
    return settings


def filled(document: Document, environ: Mapping[str, str], mistakes: list[Mistake]) -> Document:
    """The document with every `${NAME}` and `${NAME:-default}` replaced; `$${` stands for `${` itself."""

    def fill(value: Any, steps: Steps) -> Any:
        if isinstance(value, dict):
            return {key: fill(inner, (*steps, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [fill(inner, (*steps, index)) for index, inner in enumerate(value)]
        if not isinstance(value, str) or "${" not in value:
            return value

        def look_up(found: re.Match[str]) -> str:
            if found[1]:
                return found[0][1:]
            named = _NAMED.fullmatch(found[2])
            line, column = document.at(steps)
            if named is None:
                mistakes.append(Mistake(document.file, line, column, "${NAME} or ${NAME:-default}", "another form of it"))
                return ""
            name, default = named[1], named[2]
            held = environ.get(name)
            if default is not None:
                return held or default  # as in a shell: an empty variable counts as unset
            if held is None:
                mistakes.append(Mistake(document.file, line, column, f"the variable {name} in the environment", "none"))
            return held or ""

        return _VARIABLE.sub(look_up, value)

    return replace(document, data=fill(document.data, ()))


def _absolute(settings: Settings, desk: Path) -> Settings:
    """The settings with every path counted from the desk folder."""
    base = desk.resolve()

    def walk(value: Any) -> Any:
        if isinstance(value, Path):
            return base / value.expanduser()
        if isinstance(value, list):
            return [walk(inner) for inner in value]
        if hasattr(type(value), "model_fields"):
            return value.model_copy(update={name: walk(getattr(value, name)) for name in type(value).model_fields})
        return value

    done: Settings = walk(settings)
    start, path = "sqlite:///", done.database.removeprefix("sqlite:///")
    if done.database.startswith(start) and path and not path.startswith(("/", ":")):
        done = done.model_copy(update={"database": f"{start}{base / path}"})
    return done


class _Check:
    """Collects the mistakes that only show when several settings are seen together."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[Mistake] = []

    def wrong(self, steps: Steps, expected: str, found: str) -> None:
        line, column = self.document.at(steps)
        self.found.append(Mistake(self.document.file, line, column, expected, found))

    def file(self, steps: Steps, path: Path | None) -> None:
        """A file that the settings name must be there and readable."""
        if path is not None and not os.access(path, os.R_OK):
            self.wrong(steps, "a file that can be read", f'"{path}"')


def _disagreements(settings: Settings, document: Document) -> list[Mistake]:
    check = _Check(document)
    if not settings.database.startswith(_DATABASES):
        check.wrong(("database",), "sqlite:///path or postgresql://user@host/name", "another address (not shown)")
    if not settings.broker.startswith(_BROKERS):
        check.wrong(("broker",), "memory, redis://host/1 or amqp://host", "another address (not shown)")
    ports = Counter((one.host, one.port) for one in settings.listeners if one.port)
    for index, listener in enumerate(settings.listeners):
        if ports[(listener.host, listener.port)] > 1:
            check.wrong(("listeners", index), "a port of its own for each listener", f"{listener.host}:{listener.port} twice")
        if listener.tls is not None:
            check.file(("listeners", index, "tls", "certificate"), listener.tls.certificate)
            check.file(("listeners", index, "tls", "key"), listener.tls.key)
    ids = Counter(key.id for key in settings.secret_keys)
    for index, key in enumerate(settings.secret_keys):
        if ids[key.id] > 1:
            check.wrong(("secret_keys", index, "id"), "an id of its own for each key", f'"{key.id}" twice')
        if len(key.secret.get_secret_value()) < 16:
            check.wrong(("secret_keys", index, "secret"), "a secret of at least 16 letters", "a shorter one (not shown)")
    names = Counter(mailbox.name for mailbox in settings.imap)
    for index, mailbox in enumerate(settings.imap):
        if names[mailbox.name] > 1:
            check.wrong(("imap", index, "name"), "a name of its own for each mailbox", f'"{mailbox.name}" twice')
        _log_in(check, ("imap", index), mailbox)
    if settings.dkim is not None:
        check.file(("dkim", "key_file"), settings.dkim.key_file)
    if settings.relay.username and settings.relay.password is None:
        check.wrong(("relay",), "a password beside the username", "none")
    return check.found


def _log_in(check: _Check, steps: Steps, mailbox: ImapMailbox) -> None:
    """A mailbox needs what its way of logging in asks for."""
    if mailbox.auth == "password" and mailbox.password is None:
        check.wrong(steps, "a password (or auth: xoauth2 and an access_token)", "none")
    if mailbox.auth != "password" and mailbox.access_token is None and not mailbox.access_token_command:
        check.wrong(steps, "access_token or access_token_command", "neither")
