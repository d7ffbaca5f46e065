"""What the command line says beforehand: each answer may be an option."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

Yes = Annotated[
    bool, typer.Option("--yes", help="Ask nothing: take the options, else what is proposed.")
]
Name = Annotated[str, typer.Option("--name", help="What the desk is called.")]
Agent = Annotated[
    str, typer.Option("--agent", help='Who answers: "Ana Lindqvist <ana@company.example>".')
]
Language = Annotated[str, typer.Option("--language", help="Of your customers: en, de or fr.")]
Imap = Annotated[
    str,
    typer.Option(
        "--imap", help="Where mail is: imap.example.org, or mail.example.org:143 starttls."
    ),
]
RelayServer = Annotated[
    str,
    typer.Option("--relay", help="Who sends: smtp.example.org, or mail.example.org:587 starttls."),
]
Username = Annotated[str, typer.Option("--username", help="The log-in name, else the address.")]
RelayUsername = Annotated[
    str, typer.Option("--relay-username", help="At the relay, where it is another.")
]
PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", help="Its first line is the password; - is standard input."),
]
RelayPasswordFile = Annotated[
    Path | None, typer.Option("--relay-password-file", help="The same, for the relay.")
]
PasswordVariable = Annotated[
    str,
    typer.Option(
        "--password-variable",
        help="The environment has it, now and at each start; it is kept nowhere else.",
    ),
]
OAuth = Annotated[str, typer.Option("--oauth", help="Sign in by OAuth, at microsoft or google.")]
Tenant = Annotated[str, typer.Option("--tenant", help="Microsoft: the directory.")]
ClientId = Annotated[str, typer.Option("--client-id", help="Of the application.")]
ClientSecretFile = Annotated[
    Path | None, typer.Option("--client-secret-file", help="Its first line is the secret.")
]
KeyFile = Annotated[
    Path | None, typer.Option("--key-file", help="Google: the service account's key.")
]
CaFile = Annotated[
    Path | None, typer.Option("--ca-file", help="Whom to believe besides the system's.")
]
Start = Annotated[
    str, typer.Option("--start", help="Of what lies there: now (nothing), unread, all, or a day.")
]
SubAddresses = Annotated[
    str, typer.Option("--sub-addresses", help="yes or no; default: as measured.")
]
EnvelopeOption = Annotated[
    str, typer.Option("--envelope", help="sub-address or plain; default: as measured.")
]
Wait = Annotated[
    float, typer.Option("--wait", min=1, max=3600, help="Seconds for a mail to come back.")
]
Measure = Annotated[
    bool, typer.Option("--measure/--no-measure", help="Send mails to itself to measure.")
]
FirstTicket = Annotated[
    bool, typer.Option("--first-ticket/--no-first-ticket", help="Open one at the end.")
]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="OAuth: open no browser here.")]


@dataclass(frozen=True)
class Options:
    """As they were given; "" and None where nothing was."""

    name: str = ""
    agent: str = ""
    language: str = ""
    imap: str = ""
    relay: str = ""
    username: str = ""
    relay_username: str = ""
    password_file: Path | None = None
    relay_password_file: Path | None = None
    password_variable: str = ""
    oauth: str = ""
    tenant: str = ""
    client_id: str = ""
    client_secret_file: Path | None = None
    key_file: Path | None = None
    ca_file: Path | None = None
    start: str = ""
    envelope: str = ""
    sub_addresses: str = ""
    wait: float = 60.0
    measures: bool = True
    first_ticket: bool = True
    no_browser: bool = False
