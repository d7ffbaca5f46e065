"""What a desk is to be: everything that setting up asks for, finds out or measures, as one value;
and the settings that come of it, for trying before anything is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from maildesk.config.settings import Settings
from maildesk.setup.servers import Auth, Server

Envelope = Literal["sub-address", "plain"]


@dataclass(frozen=True)
class Secret:
    """A password as settings.yaml has it: `written` there, such as `${SUPPORT_PASSWORD}`, and
    `value`, which is shown to nobody. `kept` where: "" is in the environment or in the file
    itself, a name is one of secrets.yaml."""

    written: str
    value: str = field(repr=False)
    kept: str = ""


@dataclass(frozen=True)
class Application:
    """What a provider knows the desk as, for OAuth (`oauth` of settings.yaml)."""

    provider: Literal["microsoft", "google", "custom"]
    name: str = "default"
    client_id: str = ""
    tenant: str = ""
    secret: Secret | None = None
    key_file: Path | None = None

    def section(self, *, real: bool = False) -> dict[str, Any]:
        """The entry of `oauth`; `real` with the secret itself."""
        return _only({
            "name": self.name if self.name != "default" else "",
            "provider": self.provider,
            "tenant": self.tenant,
            "client_id": self.client_id,
            "client_secret": _shown(self.secret, real=real),
            "key_file": str(self.key_file or ""),
        })  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Who sets the desk up: its first agent."""

    name: str
    address: str


@dataclass(frozen=True)
class Measured:
    """What was measured, or said instead. `why` has the reason for each line of the files."""

    envelope: Envelope = "sub-address"
    sub_addresses: bool = True
    authserv_id: str = ""
    why: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """A desk address, its mailbox and its relay, and who answers."""

    address: str
    imap: Server
    relay: Server
    username: str
    relay_username: str
    person: Person
    desk_name: str
    language: str = "en"
    auth: Auth = "password"
    password: Secret | None = None
    relay_password: Secret | None = None
    application: Application | None = None
    ca_file: Path | None = None
    start: str = "now"
    limit: str = ""  # of the relay, as the provider has it
    measured: Measured = Measured()

    def mailbox(self, *, real: bool = False) -> dict[str, Any]:
        """The entry of `imap`; `real` with the password itself."""
        return _only({
            "name": mailbox_name(self.address),
            "host": self.imap.host,
            "port": self.imap.port,
            "tls": self.imap.tls,
            "ca_file": str(self.ca_file or ""),
            "username": self.username,
            **self._log_in(self.password, real=real),
            "address": self.address,
            "start": self.start,
        })  # fmt: skip

    def way_out(self, *, real: bool = False) -> dict[str, Any]:
        """The relay; `real` with the password itself."""
        return _only({
            "host": self.relay.host,
            "port": self.relay.port,
            "tls": self.relay.tls,
            "ca_file": str(self.ca_file or ""),
            "username": self.relay_username,
            **self._log_in(self.relay_password, real=real),
            "envelope": "plain" if self.measured.envelope == "plain" else "",
            "limit": self.limit,
        })  # fmt: skip

    def settings(self) -> Settings:
        """The settings of this mailbox and relay alone, with the secrets themselves."""
        oauth = [self.application.section(real=True)] if self.application else []
        return Settings.model_validate({
            "imap": [self.mailbox(real=True)],
            "relay": self.way_out(real=True),
            "oauth": oauth,
            "listeners": [],
        })  # fmt: skip

    def secrets(self) -> dict[str, str]:
        """What secrets.yaml has to hold, by name."""
        client = self.application.secret if self.application else None
        every = (self.password, self.relay_password, client)
        return {one.kept: one.value for one in every if one is not None and one.kept}

    def _log_in(self, secret: Secret | None, *, real: bool) -> dict[str, Any]:
        if self.auth == "oauth":
            named = self.application.name if self.application else "default"
            return {"auth": "oauth", "oauth": named if named != "default" else ""}
        return {"password": _shown(secret, real=real)}


def mailbox_name(address: str) -> str:
    """What a mailbox is called: what stands before the @."""
    return address.partition("@")[0]


def some_sub_address(address: str) -> str:
    """What the sub-addresses of this one look like."""
    local, _, domain = address.rpartition("@")
    return f"{local}+anything@{domain}"


def variable(address: str, what: str = "PASSWORD") -> str:
    """The name of a secret: SUPPORT_PASSWORD."""
    local = re.sub(r"[^A-Z0-9]+", "_", mailbox_name(address).upper()).strip("_")
    name = f"{local}_{what}".strip("_")
    return name if name[:1].isalpha() else f"MAILBOX_{name}"


def company(address: str) -> str:
    """What a desk is called where nobody says: the domain's first word."""
    labels = address.rpartition("@")[2].split(".")
    word = labels[-2] if len(labels) > 1 else labels[0]
    return word[:1].upper() + word[1:]


def _shown(secret: Secret | None, *, real: bool) -> str:
    if secret is None:
        return ""
    return secret.value if real else secret.written


def _only(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None)}
