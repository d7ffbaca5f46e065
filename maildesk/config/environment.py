"""Loading `settings.yaml`: `${NAME}` from the environment or secrets.yaml, then the models, then
what must agree.

Only this file may name the environment. No mistake shows a secret: not what stands
where a password may stand, and not what came from a variable, whatever it was to be;
a log is the wrong place for both. Every mistake of the file is told at once, so what
could not be read, or has no variable, is stepped over and doubted no further.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pydantic import SecretStr

from maildesk.config.connections import relays
from maildesk.config.connections.oauth_checks import check_oauth
from maildesk.config.kinds import Section
from maildesk.config.mistakes import annotation_at, nearest, read_part
from maildesk.config.secret_file import secrets_in
from maildesk.config.settings import ImapMailbox, Settings
from maildesk.config.yaml import Document, Steps, read_bytes, read_document
from maildesk.errors import BadPolicy, Mistake

FILE = "settings.yaml"
_VARIABLE = re.compile(r"\$(\$)?\{([^{}]*)\}")
_NAMED = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)
_DATABASES = ("sqlite://", "postgresql://", "postgresql+psycopg://", "postgres://")
_BROKERS = ("memory", "redis://", "rediss://", "amqp://", "amqps://")
# a word alone, or what an address begins with: never the password in it
_SCHEME = re.compile(r"([a-z+]{1,20})(?:://|\Z)")
_MAY_HOLD_ONE = ("database", "broker", "access_token_command")  # a secret within other words


def load_settings(desk: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this desk folder, the defaults where it has no file;
    BadPolicy with every mistake.

    Relative paths come back absolute, counted from the desk folder.
    """
    path = desk / FILE
    if not path.exists() and not path.is_symlink():
        return _absolute(Settings(), desk)
    document, found = read_document(read_bytes(path, FILE), FILE)
    if document is None:
        raise BadPolicy(found)
    known = {**secrets_in(desk), **(os.environ if environ is None else environ)}
    document, variables = filled(document, known)
    settings, mistakes, kept = read_part(Settings, document, is_secret=_is_secret(variables))
    if settings is not None:
        settings = _absolute(settings, desk)
        mistakes += _disagreements(settings, kept)
    unknown = {document.at(one.steps) for one in variables if one.mistake is not None}
    found += [one.mistake for one in variables if one.mistake is not None]
    found += [one for one in mistakes if (one.line, one.column) not in unknown]
    if found or settings is None:
        raise BadPolicy(sorted(dict.fromkeys(found), key=lambda m: (m.line, m.column)))
    return settings


class Variable(NamedTuple):
    """A `${…}` of the file: the value that holds it, and why it could not be filled in."""

    steps: Steps
    mistake: Mistake | None


def filled(document: Document, environ: Mapping[str, str]) -> tuple[Document, list[Variable]]:
    """The document with every `${NAME}` and `${NAME:-default}` replaced, and what they were; `$${`
    stands for `${` itself.

    A variable that cannot be filled in stays as it is written.
    """
    variables: list[Variable] = []

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
            if named is None:
                return wrong(found, "${NAME} or ${NAME:-default}", "another form of it")
            name, default = named[1], named[2]
            held = environ.get(name)
            if held is None and default is None:
                near = nearest(name, environ)
                wanted = f"the variable {name} in the environment or secrets.yaml"
                return wrong(found, wanted, "none", near)
            variables.append(Variable(steps, None))
            # as in a shell: an empty variable counts as unset, where there is a default
            return held or default or ""

        def wrong(found: re.Match[str], expected: str, instead: str, near: str = "") -> str:
            variables.append(
                Variable(
                    steps, Mistake(document.file, *document.at(steps), expected, instead, near)
                )
            )
            return found[0]

        return _VARIABLE.sub(look_up, value)

    return replace(document, data=fill(document.data, ())), variables


def _is_secret(variables: Iterable[Variable]) -> Callable[[Steps], bool]:
    """Whether what stands at this place of the file must not be shown."""
    from_outside = {one.steps for one in variables}

    def is_secret(steps: Steps) -> bool:
        return (
            steps in from_outside
            or (bool(steps) and steps[-1] in _MAY_HOLD_ONE)
            or holds(annotation_at(Settings, steps))
        )

    def holds(annotation: Any) -> bool:
        if annotation is SecretStr:
            return True
        if isinstance(annotation, type) and issubclass(annotation, Section):
            return any(
                name in _MAY_HOLD_ONE or holds(one.annotation)
                for name, one in annotation.model_fields.items()
            )
        return any(map(holds, get_args(annotation)))

    return is_secret


def _absolute(settings: Settings, desk: Path) -> Settings:
    """The settings with every path counted from the desk folder."""
    base = desk.resolve()

    def walk(value: Any) -> Any:
        if isinstance(value, Path):
            return base / value.expanduser()
        if isinstance(value, list):
            return [walk(inner) for inner in value]
        if hasattr(type(value), "model_fields"):
            return value.model_copy(
                update={name: walk(getattr(value, name)) for name in type(value).model_fields}
            )
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

    def wrong(self, steps: Steps, expected: str, found: str, near: str = "") -> None:
        line, column = self.document.at(steps)
        self.found.append(Mistake(self.document.file, line, column, expected, found, near))

    def is_known(self, steps: Steps) -> bool:
        """Whether this place says what it is to say: nothing there (the default holds), or
        something that could be read."""
        spot = self.document.spot
        for step in steps:
            if step not in spot.values:
                return step not in spot.keys
            spot = spot.values[step]
        return True

    def url(self, name: str, value: str, known: tuple[str, ...], expected: str) -> None:
        """An address that begins with one of the known words."""
        if value.startswith(known):
            return
        begins = _SCHEME.match(value)
        words = {one.removesuffix("://"): one for one in known}
        near = nearest(begins[1], words) if begins else ""
        self.wrong((name,), expected, "another address (not shown)", words.get(near, ""))

    def file(self, steps: Steps, path: Path) -> None:
        """A file that the settings name must be there and readable."""
        if isinstance(path, Path) and not os.access(path, os.R_OK):
            self.wrong(steps, "a file that can be read", f'"{path}"')


def _disagreements(settings: Settings, document: Document) -> list[Mistake]:
    """What does not fit together. `document` is what was left of the file when it was read; what is
    absent there fits."""
    check = _Check(document)
    check.url(
        "database", settings.database, _DATABASES, "sqlite:///path or postgresql://user@host/name"
    )
    check.url("broker", settings.broker, _BROKERS, "memory, redis://host/1 or amqp://host")
    _listeners(check, settings)
    ids = Counter(key.id for key in settings.secret_keys if key.id)
    for index, key in enumerate(settings.secret_keys):
        if ids[key.id] > 1:
            check.wrong(
                ("secret_keys", index, "id"), "an id of its own for each key", f'"{key.id}" twice'
            )
        if isinstance(key.secret, SecretStr) and len(key.secret.get_secret_value()) < 16:
            check.wrong(
                ("secret_keys", index, "secret"),
                "a secret of at least 16 letters",
                "a shorter one (not shown)",
            )
    names = Counter(mailbox.name for mailbox in settings.imap if mailbox.name)
    for index, mailbox in enumerate(settings.imap):
        if names[mailbox.name] > 1:
            check.wrong(
                ("imap", index, "name"),
                "a name of its own for each mailbox",
                f'"{mailbox.name}" twice',
            )
        _log_in(check, ("imap", index), mailbox)
        _folders(check, ("imap", index), mailbox)
    if settings.dkim is not None:
        check.file(("dkim", "key_file"), settings.dkim.key_file)
    check_oauth(check, settings)
    for steps, relay in relays.written(settings):
        if relay.dkim is not None:
            check.file((*steps, "dkim", "key_file"), relay.dkim.key_file)
        is_without = relay.password is None and relay.auth == "password"
        if relay.username and is_without and check.is_known((*steps, "password")):
            check.wrong(steps, "a password beside the username", "none")
    for steps, expected, found in relays.disagreements(settings, document.data):
        if check.is_known(steps):
            check.wrong(steps, expected, found)
    return check.found


def _listeners(check: _Check, settings: Settings) -> None:
    """Each needs a place of its own to listen at, and the files of its TLS."""
    at: list[tuple[str, int] | None] = []
    for index, one in enumerate(settings.listeners):
        is_known = check.is_known(("listeners", index, "host")) and check.is_known(
            ("listeners", index, "port")
        )
        at.append((one.host, one.port) if one.port and is_known else None)
    for index, listener in enumerate(settings.listeners):
        if at[index] is not None and at.count(at[index]) > 1:
            check.wrong(
                ("listeners", index),
                "a port of its own for each listener",
                f"{listener.host}:{listener.port} twice",
            )
        is_plain = listener.protocol == "submission" and listener.tls is None
        if is_plain and check.is_known(("listeners", index, "tls")):
            expected = "tls: certificate and key, for nobody logs in without"
            check.wrong(("listeners", index), expected, "none")
        if listener.tls is not None:
            check.file(("listeners", index, "tls", "certificate"), listener.tls.certificate)
            check.file(("listeners", index, "tls", "key"), listener.tls.key)


def _folders(check: _Check, steps: Steps, mailbox: ImapMailbox) -> None:
    """Folders are named once, and what is moved has somewhere to go that is not read again."""
    if mailbox.folder != "INBOX" and mailbox.folders:
        check.wrong((*steps, "folder"), "`folder` or `folders`, not both", f'"{mailbox.folder}"')
    if mailbox.after != "move" or not check.is_known((*steps, "move_to")):
        return
    where = {"taken": mailbox.move_to.taken, **mailbox.kinds_moved}
    for kind in ("taken", "answered", "quarantined"):
        if where.get(kind) and where[kind] in mailbox.watched:
            expected = "a folder that is not read itself"
            check.wrong((*steps, "move_to"), expected, f'"{where[kind]}"')


def _log_in(check: _Check, steps: Steps, mailbox: ImapMailbox) -> None:
    """A mailbox needs what its way of logging in asks for."""
    if not all(
        check.is_known((*steps, name))
        for name in ("auth", "password", "access_token", "access_token_command")
    ):
        return
    if mailbox.auth == "password" and mailbox.password is None:
        check.wrong(steps, "a password (or auth: xoauth2 and an access_token)", "none")
    if (
        mailbox.auth in ("xoauth2", "oauthbearer")
        and mailbox.access_token is None
        and not mailbox.access_token_command
    ):
        check.wrong(steps, "access_token or access_token_command", "neither")
