"""What an admin hears of a relay that takes no mail of ours: what it said, and what helps."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from maildesk.config.connections.relays import place_of
from maildesk.config.settings import Relay
from maildesk.desk.threads.links import hidden
from maildesk.store.relays.lines import LIMIT, Line
from maildesk.views.plain import minute_and_zone

NULL_PATH = "<>"  # in place of an address: the mail that has the null reverse-path
_WHAT = {
    "log_in": "it does not accept the log-in",
    "sender": "it does not let the log-in send as this sender",
    "domain": "it does not accept mail of this domain as it is authenticated",
    "host": "it does not accept mail from this machine",
    "tls": "a safe connection cannot be made",
    "account": "the provider lets the account send nothing",
    "quota": "the provider's limit for a day or an hour is reached",
    "rate": "it is given more than it takes at once",
    "server": "it cannot be reached, or is out of service",
    LIMIT: "its `limit` in settings.yaml leaves no room",
}
_HELPS = {
    "log_in": "`username` and `password` of the relay in settings.yaml. Where the provider has "
    "switched passwords off (Microsoft 5.7.30, 5.7.139; Google 5.7.9), only OAuth or an app "
    "password is let in",
    "domain": "the DNS records of the domain (SPF, DKIM, DMARC) and `dkim` in settings.yaml",
    "host": "the provider's list of machines that may relay, a log-in (`username`, `password`), "
    "`hostname` of the relay in settings.yaml, and a PTR record of this machine's address",
    "tls": "`tls`, `host`, `port` and `ca_file` of the relay in settings.yaml",
    "account": "the provider alone: ask there why, and what was sent",
    "quota": "`limit` of the relay in settings.yaml keeps below what the provider allows; "
    "people's answers then go first",
    "rate": "`limit` of the relay in settings.yaml, such as `limit: 30/minute`",
    "server": "`host` and `port` of the relay in settings.yaml, and the way there: DNS, firewall",
    LIMIT: "nothing has to be done: it goes out as soon as there is room",
}


def what(line: Line) -> str:
    """What is the matter, in a few words."""
    return _WHAT.get(line.kind, line.kind)


def helps(line: Line, relay: Relay | None) -> str:
    """Which setting mends it."""
    return what_helps(line.kind, relay, line.sender)


def what_helps(kind: str, relay: Relay | None, sender: str = "") -> str:
    """Which setting mends a refusal of this kind; "" where nothing was refused."""
    if kind == "log_in" and relay is not None and relay.auth == "oauth":
        return f"`maildesk authorize {relay.username}`, which says what hinders and what helps"
    if kind != "sender":
        return _HELPS.get(kind, "")
    whom = sender or "this address"
    at_the_provider = (
        f"the right to send as {whom}, at the provider, or a relay with its own log-in for it "
        "(`relays` with `for` in settings.yaml)"
    )
    if relay is None or relay.envelope == "plain":
        return at_the_provider
    if sender == NULL_PATH:
        return "`envelope: plain` of the relay in settings.yaml, which gives notices a sender"
    return (
        f"`envelope: plain` of the relay in settings.yaml, where the log-in may send as {whom} but "
        f"not as its sub-addresses; else {at_the_provider}"
    )


def subject(line: Line) -> str:
    """What the mail to the admins is about: the relay, or one sender's mail at it."""
    if not line.sender:
        return f"No mail goes out by the relay {line.relay}"
    return f"{_capital(_mail_of(line.sender))} does not go out by the relay {line.relay}"


def subject_of_relief(line: Line) -> str:
    """The same when it goes again."""
    return f"{_capital(_mail_of(line.sender))} goes out by the relay {line.relay} again"


def _mail_of(sender: str) -> str:
    if sender == NULL_PATH:
        return "mail without a return path (notices of the desk)"
    return f"mail from {sender}" if sender else "mail"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _said(line: Line) -> str:
    """What it said. An address that was signed for somebody else may not be in a mail, and what is
    said is often about such an address: it is shown as far as it tells what it is."""
    shown = hidden(line.said)
    if shown == line.said:
        return line.said or "nothing"
    return (
        f"{shown}\n(The … stands for the rest of an address that the desk made for one recipient: "
        "the relay speaks of the sub-address, not of the address before the sign.)"
    )


def headline(line: Line, waiting: int, zone: ZoneInfo) -> str:
    """One line for the head of a list, for `health` and for the log."""
    whose = f" of {line.sender}" if line.sender else ""
    count = f"; {waiting} wait" if waiting else ""
    said = f": {line.said}" if line.said else ""
    verb = "sends again, the backlog first," if line.pace else "takes no mail"
    since = minute_and_zone(line.since, zone)
    return f"relay {line.relay} {verb}{whose} since {since}{count}{said}"


def letter(line: Line, relay: Relay | None, waiting: int) -> str:
    """What the admins are mailed where another relay still goes."""
    place = f" ({place_of(relay)})" if relay is not None else ""
    refused = "no mail" if not line.sender else f"no {_mail_of(line.sender)}"
    others = "" if not line.sender else " Other mail goes out as ever."
    return (
        f"The relay {line.relay}{place} takes {refused}: {what(line)}.{others}\n\n"
        f"It said: {_said(line)}\n\n"
        f"What helps: {helps(line, relay)}. Settings are read at the start: restart the desk "
        "then.\n\n"
        f"Mails wait in their order ({waiting} now) and nothing is lost: one of them is tried "
        "again and again, with growing pauses. `maildesk outbox list` shows them; you hear when "
        "it goes again.\n"
    )


def letter_of_relief(line: Line, zone: ZoneInfo) -> str:
    """What they are mailed when it goes again."""
    return (
        f"The relay {line.relay} takes {_mail_of(line.sender)} again. It had taken none since "
        f"{minute_and_zone(line.since, zone)}: {what(line)}.\n\n"
        f"It had said: {_said(line)}\n\n"
        "What waited has gone out, in its order.\n"
    )
