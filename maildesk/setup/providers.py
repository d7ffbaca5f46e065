"""Providers that are known by the servers that take a domain's mail (MX): where their mailboxes
are, and how one signs in there.

Each is what the provider itself documents for IMAP and submission.
"""

from __future__ import annotations

from dataclasses import dataclass

from maildesk.setup.servers import Auth, Server, Tls


@dataclass(frozen=True)
class Provider:
    """A provider. `oauth` is its name in settings.yaml, "" where a password is taken."""

    name: str
    mx: tuple[str, ...]  # what the name of an MX ends with
    imap: str
    smtp: str
    smtp_port: int = 465
    oauth: str = ""
    limit: str = ""  # of a relay, as settings.yaml names it
    note: str = ""

    @property
    def servers(self) -> tuple[Server, Server]:
        """Its IMAP server, and the one that takes submissions."""
        source = f"{self.name}, by its MX"
        auth: Auth = "oauth" if self.oauth else "password"
        tls: Tls = "implicit" if self.smtp_port == 465 else "starttls"
        return (
            Server("imap", self.imap, 993, "implicit", auth, source=source),
            Server("smtp", self.smtp, self.smtp_port, tls, auth, source=source),
        )


_APP = "It takes no ordinary password from programs: make one for maildesk in its settings."
PROVIDERS = (
    Provider("Microsoft 365", ("mail.protection.outlook.com", "mx.microsoft"),
        "outlook.office365.com", "smtp.office365.com", 587, "microsoft", "microsoft"),
    Provider("Google Workspace", ("google.com", "googlemail.com"),
        "imap.gmail.com", "smtp.gmail.com", 465, "google", "google"),
    Provider("Fastmail", ("messagingengine.com",), "imap.fastmail.com", "smtp.fastmail.com",
        note=_APP),
    Provider("iCloud", ("mail.icloud.com",), "imap.mail.me.com", "smtp.mail.me.com", 587,
        note=_APP),
    Provider("Yahoo", ("yahoodns.net",), "imap.mail.yahoo.com", "smtp.mail.yahoo.com", note=_APP),
    Provider("Zoho", ("zoho.eu",), "imappro.zoho.eu", "smtppro.zoho.eu", note=_APP),
    Provider("Zoho", ("zoho.com",), "imappro.zoho.com", "smtppro.zoho.com", note=_APP),
    Provider("mailbox.org", ("mailbox.org",), "imap.mailbox.org", "smtp.mailbox.org"),
    Provider("IONOS", ("kundenserver.de", "ionos.de"), "imap.ionos.de", "smtp.ionos.de"),
    Provider("IONOS", ("ionos.com", "1and1.com"), "imap.ionos.com", "smtp.ionos.com"),
    Provider("IONOS", ("ionos.co.uk", "1and1.co.uk"), "imap.ionos.co.uk", "smtp.ionos.co.uk"),
    Provider("IONOS", ("ionos.fr", "1and1.fr"), "imap.ionos.fr", "smtp.ionos.fr"),
    Provider("STRATO", ("rzone.de",), "imap.strato.de", "smtp.strato.de"),
    Provider("OVHcloud", ("mail.ovh.net",), "ssl0.ovh.net", "ssl0.ovh.net"),
    Provider("Gandi", ("mail.gandi.net",), "mail.gandi.net", "mail.gandi.net"),
    Provider("Infomaniak", ("infomaniak.ch",), "mail.infomaniak.com", "mail.infomaniak.com"),
    Provider("Migadu", ("migadu.com",), "imap.migadu.com", "smtp.migadu.com"),
    Provider("Hetzner", ("your-server.de",), "mail.your-server.de", "mail.your-server.de"),
)  # fmt: skip


def provider_of(exchanges: tuple[str, ...]) -> Provider | None:
    """Whose servers take this mail; None where they are nobody's that is known."""
    for exchange in exchanges:
        name = exchange.rstrip(".").lower()
        for provider in PROVIDERS:
            if any(name == one or name.endswith(f".{one}") for one in provider.mx):
                return provider
    return None
