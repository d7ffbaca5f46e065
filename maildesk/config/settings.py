"""`settings.yaml`: where things are. Read once at start; a change needs a restart.

Every field has a default, so the example desk runs with an empty file. Secrets
come as `${NAME}` from the environment; `load_settings` in `environment` fills them
in before these models see them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, WithJsonSchema

from maildesk.config.connections.oauth import Https, OAuthClient
from maildesk.config.connections.relay_limits import WrittenLimits
from maildesk.config.connections.web import Web
from maildesk.config.kinds import Line, Match, Network, Seconds, Section, YesNo, matches

Port = Annotated[int, Field(ge=0, le=65535)]


class Tls(Section):
    """Where the listener's certificate and key lie, and how TLS begins."""

    certificate: Path
    key: Path
    mode: Literal["starttls", "implicit"] = "starttls"
    required: bool = False


class Listener(Section):
    """One SMTP or LMTP listener (RFC 5321, RFC 2033)."""

    # submission: agents log in there (RFC 6409), with TLS and a `password` in agents.yaml
    protocol: Literal["smtp", "lmtp", "submission"] = "smtp"
    host: str = "127.0.0.1"
    port: Port = 2525
    tls: Tls | None = None
    max_message_size: int = Field(default=35 * 1024 * 1024, gt=0)
    max_connections: int = Field(default=200, gt=0)
    max_connections_per_peer: int = Field(default=50, gt=0)
    max_connections_per_network: int = Field(default=100, gt=0)  # of an IPv4 /24 or an IPv6 /64
    # peers on `trusted_peers` are not counted
    connections_per_minute_per_peer: int = Field(default=600, gt=0)
    trusted_peers: list[Network] = Field(default_factory=lambda: ["127.0.0.0/8", "::1/128"])
    max_recipients: int = Field(default=100, gt=0)
    max_commands: int = Field(default=1000, gt=0)  # per session, besides whole mails
    # of all mails on their way in; beyond it 452
    max_octets_in_memory: int = Field(default=256 * 1024 * 1024, gt=0)
    # at least one mail; `trusted_peers` are not counted
    max_octets_in_memory_per_peer: int = Field(default=64 * 1024 * 1024, gt=0)
    # RFC 5321 says 998; HTML from web shops does not keep to it
    max_line_length: int = Field(default=64 * 1024, gt=0)
    max_hops: int = Field(default=50, gt=0)  # Received fields; more is a loop between servers
    timeout: Seconds = timedelta(minutes=5)  # without a command, or without an octet of a mail
    data_timeout: Seconds = timedelta(minutes=15)  # for one whole mail, however steadily it drips
    # what we say in the banner and EHLO; "" = the domain of the desk's first address
    hostname: str = ""


def _start(value: object) -> object:
    """now, unread, all, or a day; ValueError where it is none of them."""
    words = str(value).strip().lower()
    if words not in ("now", "unread", "all"):
        try:
            day = value if type(value) is date else date.fromisoformat(words)
        except ValueError:
            raise ValueError("now, unread, all, or a day such as 2026-11-01") from None
        return day.isoformat()
    return words


_DAY = {"anyOf": [{"enum": ["now", "unread", "all"]}, {"type": "string", "format": "date"}]}
Start = Annotated[str, BeforeValidator(_start), WithJsonSchema(_DAY)]


class MoveTo(Section):
    """Where the messages of a mailbox are moved to: all as soon as they are taken, or by what
    becomes of them. "" leaves them where they are."""

    taken: Line = ""
    answered: Line = ""
    spam: Line = ""
    quarantined: Line = ""


def _move_to(value: object) -> object:
    """A folder for all that is taken, or one for each fate."""
    return value if isinstance(value, (Mapping, MoveTo)) else {"taken": value}


_FATES = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {name: {"type": "string"} for name in MoveTo.model_fields},
            "additionalProperties": False,
        },
    ]
}
Moves = Annotated[MoveTo, BeforeValidator(_move_to), WithJsonSchema(_FATES)]


class ImapMailbox(Section):
    """One IMAP mailbox to take mail from (RFC 9051, RFC 3501)."""

    name: str
    host: str
    port: Port = 993
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    # whose certificates are believed, where the system's are not enough
    ca_file: Path | None = None
    username: str
    password: SecretStr | None = None
    access_token: SecretStr | None = None  # OAuth 2.0 bearer token
    access_token_command: str = ""  # or a command that prints one, run at each log-in
    # oauth: under the application that `oauth` names, the first of them where it names none
    auth: Literal["password", "oauth", "xoauth2", "oauthbearer"] = "password"
    oauth: str = ""
    folder: str = "INBOX"
    # several, instead of `folder`; \Junk is the one with that attribute (RFC 6154)
    folders: list[Line] = Field(default_factory=list)
    start: Start = "now"  # what of the mail that is there when a folder is first read is taken
    after: Literal["flag", "move"] = "flag"
    move_to: Moves = Field(default_factory=lambda: MoveTo(taken="Processed"))
    sent: YesNo = False  # keep a copy of what agents answered in the folder for sent mail
    poll: Seconds = timedelta(minutes=1)
    idle: bool = True
    # how long the server may keep silent when it was asked
    timeout: Seconds = timedelta(seconds=30)
    address: str = ""  # the desk address this mailbox stands for, when no header tells
    max_message_size: int = Field(default=35 * 1024 * 1024, gt=0)
    alarm_after: Seconds = timedelta(minutes=5)

    @property
    def watched(self) -> tuple[str, ...]:
        """The folders that are read, the one that is waited at first."""
        return tuple(dict.fromkeys(self.folders)) or (self.folder,)

    @property
    def kinds_moved(self) -> Mapping[str, str]:
        """Where messages are moved to by what becomes of them: answered, spam, quarantined."""
        if self.after != "move":
            return {}
        moves = self.move_to
        found = {
            "answered": moves.answered,
            "spam": moves.spam,
            "quarantined": moves.quarantined,
        }
        return {kind: folder for kind, folder in found.items() if folder}


class Dkim(Section):
    """Our own signature (RFC 6376)."""

    selector: str
    domain: str
    key_file: Path


class Relay(Section):
    """The smarthost for outgoing mail. Without a host, mail is delivered to the Maildir."""

    # in lists, logs and alarms; "" = its host
    name: Annotated[str, matches(r"[^\s@]{0,64}", "one word, such as billing")] = ""
    # desk addresses, or @ and a domain, whose mail it takes; the first relay takes the rest
    for_: list[Match] = Field(default_factory=list, alias="for")
    # graph: posted to Microsoft Graph from the mailbox `username`, with no host
    kind: Literal["smtp", "graph"] = "smtp"
    host: str = ""
    port: Port = 25
    tls: Literal["none", "starttls", "implicit"] = "none"
    ca_file: Path | None = None  # whom to believe besides the system's certificate authorities
    username: str = ""
    password: SecretStr | None = None
    auth: Literal["password", "oauth"] = "password"
    oauth: str = ""  # the application to sign in under, the first of them where none is named
    envelope: Literal["sub-address", "plain"] = "sub-address"  # who sends, to the relay
    limit: WrittenLimits = ""  # 30/minute, 2000/day; microsoft, google
    dkim: Dkim | None = None  # in place of the desk's own
    timeout: Seconds = timedelta(seconds=60)
    hostname: str = ""
    maildir: Path = Path("var/sent")
    give_up_after: Seconds = timedelta(days=4)
    graph_url: Https = "https://graph.microsoft.com/v1.0"

    @property
    def is_maildir(self) -> bool:
        """Whether mail that goes this way is delivered here, to look at."""
        return self.kind == "smtp" and not self.host


class SigningKey(Section):
    """A key for signed addresses. The first signs; the others are still believed. Ids without i, l,
    o, u: they are misread."""

    id: Annotated[str, matches(r"[0-9a-hjkmnp-tv-z]", "one digit, or one letter but i, l, o, u")]
    secret: SecretStr


class Pipeline(Section):
    """How many hands, and how patient they are."""

    workers: int = Field(default=2, gt=0, le=64)
    lease: Seconds = timedelta(seconds=6)
    tick: Seconds = timedelta(seconds=1)


class Settings(Section):
    """The whole of `settings.yaml`. Relative paths count from the desk folder."""

    database: str = "sqlite:///var/maildesk.sqlite"
    broker: str = "memory"  # memory, redis://…, amqp://…
    # empty: one is made at first start and kept in var/
    secret_keys: list[SigningKey] = Field(default_factory=list)
    listeners: list[Listener] = Field(default_factory=lambda: [Listener()])
    imap: list[ImapMailbox] = Field(default_factory=list)
    # the applications under which mailboxes and relays with `auth: oauth` sign in
    oauth: list[OAuthClient] = Field(default_factory=list)
    relay: Relay = Field(default_factory=Relay)
    relays: list[Relay] = Field(default_factory=list)  # several, in place of `relay`
    dkim: Dkim | None = None
    web: Web = Field(default_factory=Web)  # the customers' pages
    pipeline: Pipeline = Field(default_factory=Pipeline)
    # larger raw messages go to files in `blobs`
    blob_inline_limit: int = Field(default=1024 * 1024, ge=0)
    blobs: Path = Path("var/blobs")
    log_format: Literal["text", "json"] = "text"
