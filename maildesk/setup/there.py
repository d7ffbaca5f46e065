"""What a desk folder says already, so that setting up again proposes it and changes no more than is
asked for."""

from __future__ import annotations

import filecmp
from dataclasses import dataclass
from pathlib import Path

from maildesk.config.connections.relays import relay_for, relays_of
from maildesk.config.environment import load_settings
from maildesk.config.example import example_root
from maildesk.config.policy import load_policy
from maildesk.config.settings import ImapMailbox, Relay, Settings
from maildesk.desk.policy import Policy
from maildesk.setup.servers import Auth, Server, Use

FILES = ("settings.yaml", "desk.yaml", "agents.yaml")
_EXAMPLE = (*FILES, "rules.yaml", "sla.yaml")


@dataclass(frozen=True)
class There:
    """A folder as it is. `settings` and `policy` are None where there is no desk yet, or where it
    is the example as it came, which `is_example` says: that is nobody's."""

    folder: Path
    settings: Settings | None = None
    policy: Policy | None = None
    is_example: bool = False

    def mailbox(self, address: str) -> ImapMailbox | None:
        """The mailbox of this address."""
        boxes = self.settings.imap if self.settings else []
        wanted = address.lower()
        for one in boxes:
            if wanted in (one.address.lower(), one.username.lower()):
                return one
        return None

    def relay(self, address: str) -> Relay | None:
        """The relay that its mail goes by; None where none is named, or where the address is new:
        it may have a log-in of its own."""
        if self.settings is None or (self.policy and not self.policy.is_ours(address)):
            return None
        found = relay_for(self.settings, address)
        return None if found.is_maildir else found

    def relays(self) -> tuple[Relay, ...]:
        """All of them."""
        return relays_of(self.settings) if self.settings else ()


def look(folder: Path) -> There:
    """What is there; BadPolicy with every mistake of a desk that has some."""
    names = [name for name in _EXAMPLE if (folder / name).exists()]
    if not names:
        return There(folder)
    if is_untouched_example(folder):
        return There(folder, is_example=True)
    settings = load_settings(folder)
    has_policy = all((folder / name).exists() for name in FILES[1:])
    return There(folder, settings, load_policy(folder) if has_policy else None)


def is_untouched_example(folder: Path) -> bool:
    """Whether the folder's files are those that `maildesk run` copies, as they came."""
    source = example_root()
    return all(
        (folder / name).is_file() and filecmp.cmp(folder / name, source / name, shallow=False)
        for name in _EXAMPLE
    )


def server_of(found: ImapMailbox | Relay, use: Use) -> Server:
    """The server that the settings name."""
    auth: Auth = "oauth" if found.auth == "oauth" else "password"
    return Server(use, found.host, found.port, found.tls, auth, found.username, "settings.yaml")
