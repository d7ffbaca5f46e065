"""Refusals that are about us and not about the recipient: our host, name, address, or how much we
send (RFC 3463, 3.8; RFC 7372; the registry of RFC 5248).

Servers say them of each mail alike, often with words that sound like the recipient's ("quota
reached", "does not exist"). Nobody's address is to be left alone for them; an admin has to act.
The words are those that relays use to us (`submission.refusal_words`), and those below.
"""

from __future__ import annotations

import re

from maildesk.mail.submission.refusal_words import NEVER_US, PHRASES

_LOOKED_AT = 1_500

# What the registry calls it. A kind that has no number of its own is 7.1.
_DETAILS = {"sender": "1.8", "name": "7.1", "pointer": "7.25", "quota": "7.28", "rate": "7.28"}
_MORE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "pointer",
        (
            "dns ptr", "ptr resource", "ptr record", "no ptr", "ptr lookup", "reverse dns",
            "reverse lookup", "reverse hostname", "rdns", "reverse-dns", "no reverse",
            "cannot find your hostname", "cannot find your reverse", "fix your dns",
            "does not have a reverse", "kein ptr", "reverse-eintrag", "enregistrement ptr",
        ),
    ),
    (
        "sender",
        (
            "domain of sender", "sender domain must", "sender domain does not",
            "sender domain not", "sender's domain", "sender domain is", "unresolvable sender",
            "sender address does not exist", "sender does not exist", "unknown sender",
            "sender unknown", "unknown mail from", "sender's address", "bad sender",
            "cannot verify sender", "could not verify sender", "callout verification of sender",
            "mail from domain", "envelope from domain", "from domain does not",
        ),
    ),
    (
        "name",
        (
            "helo", "ehlo", "not a fully qualified host", "hostname in greeting",
            "insecure mail relay", "open relay", "access denied to you", "your mail server",
            "you are not allowed to connect", "you are not allowed to send", "your host",
            "your server",
            "your domain is", "your ip", "ip address you are", "connecting ip", "client host",
            "sending host", "sending server", "sending ip", "poor reputation", "low reputation",
            "bad reputation", "ihr mailserver", "ihre ip", "votre serveur", "votre ip",
        ),
    ),
    (
        "quota",
        (
            "relay quota", "you have reached", "you have exceeded", "you've reached",
            "you've exceeded", "you exceeded", "sender quota", "quota for sending",
            "sending messages limit", "outgoing message limit", "message limit for this sender",
        ),
    ),
    (
        "rate",
        (
            "too many messages from", "too much mail from", "too many mails from",
            "too many emails from", "sending too", "you are sending", "messages from your",
            "rate limit", "ratelimit", "rate-limit", "sending rate", "message rate", "throttl",
            "connections from your", "unusual rate", "mail flood", "flooding",
            "deferred due to unusual",
        ),
    ),
)  # fmt: skip
_KINDS = ("sender", "quota", "account")  # of the relay's tables, which say more than 7.1
_SURE = frozenset({"sender", "quota", "pointer"})
# The recipient is named by them: no word of ours beside them says otherwise.
_THEIRS = (
    "user unknown", "unknown user", "no such user", "unknown recipient", "recipient unknown",
    "no such recipient", "user not found", "recipient not found", "no such mailbox",
    "mailbox not found", "mailbox full", "mailbox is full", "recipient address rejected",
    "mailbox unavailable", "account disabled", "account is disabled", "invalid recipient",
    "over quota", "overquota", "mailbox quota", "storage",
)  # fmt: skip
# A server refuses a name in its answer: its own recipients' domain, or the one we greeted it with.
_REFUSED_NAME = re.compile(
    r"\b[45]\d\d[ -](?:[45]\.\d{1,2}\.\d{1,3}\s)?[<(\"']?"
    r"((?:[a-z0-9_-]{1,63}\.){1,8}[a-z]{2,24})[>)\"']?[\s:,]+"
    r"(?:does not exist|doesn't exist|not found|is unknown|unknown\b|is not known|not known\b"
    r"|has no (?:mx|a|dns)\b|cannot be resolved|could not be resolved|does not resolve"
    r"|is not valid|is invalid)",
    re.IGNORECASE,
)
_BLAMES_RECIPIENT = frozenset({"1.0", "1.1", "1.2", "1.3", "1.10", "2.0", "2.1", "2.2"})


def detail_of(said: str, recipient: str = "") -> str:
    """Subject and detail (RFC 3463) of what a server has against us, from its answer about this
    recipient; empty where it is not about us."""
    low = " ".join(said[:_LOOKED_AT].lower().split())
    kind = _kind_in(low)
    if kind:
        return _DETAILS.get(kind, "7.1")
    return "1.8" if _refuses_our_name(low, recipient) else ""


def corrected(status: str, said: str) -> str:
    """The status, unless it blames the recipient for what the words beside it say of us."""
    if status.partition(".")[2] not in _BLAMES_RECIPIENT:
        return status
    low = " ".join(said[:_LOOKED_AT].lower().split())
    kind = _kind_in(low)
    if kind not in _SURE:
        return status
    return f"{status[0]}.{_DETAILS[kind]}"


def _kind_in(low: str) -> str:
    if any(phrase in low for phrase in NEVER_US):
        return ""
    theirs = any(phrase in low for phrase in _THEIRS)
    for kind, phrases in (*_MORE, *(row for row in PHRASES if row[0] in _KINDS)):
        if theirs and kind not in _SURE:
            continue
        if any(phrase in low for phrase in phrases):
            return kind
    return ""


def _refuses_our_name(low: str, recipient: str) -> bool:
    """Whether the name that "does not exist" is neither the recipient's domain nor above or below
    it: a far server knows no third name but the one we go by."""
    found = _REFUSED_NAME.search(low)
    domain = recipient.rpartition("@")[2].lower()
    if found is None or not domain:
        return False
    name = found[1]
    related = name == domain or name.endswith("." + domain) or domain.endswith("." + name)
    return not related
