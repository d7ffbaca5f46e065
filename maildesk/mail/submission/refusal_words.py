"""What relays say when it is not the mail that they refuse but us: tables that a person can extend.

Statuses are those of RFC 3463, 4954, 5248 and of the lists that Microsoft and Google publish.
Phrases are lower case and are looked for in text whose white space is folded. Both are of the
submission side: a recipient's server says some of the same words of somebody else's matter.
"""

from __future__ import annotations

# One enhanced status, one meaning, whoever says it. 5.7.1 and 5.7.0 may mean anything.
STATUSES: dict[str, str] = {
    **dict.fromkeys(("5.7.3", "5.7.8", "5.7.9", "5.7.57", "5.7.139", "4.7.12", "4.7.57"), "log_in"),
    **dict.fromkeys(("5.1.7", "5.1.8", "5.7.60", "5.2.252", "5.7.750", "4.1.7", "4.1.8"), "sender"),
    **dict.fromkeys(("5.7.25", "4.7.25", "5.7.64", "5.7.511", "5.7.513"), "host"),
    **dict.fromkeys(("5.7.10", "5.7.11"), "tls"),
    **dict.fromkeys(("4.5.3", "5.5.3", "4.4.5", "4.7.28", "5.7.28"), "rate"),
    **dict.fromkeys(("5.1.90", "5.7.232", "5.7.233", "5.4.5", "5.7.508"), "quota"),
    **dict.fromkeys(
        ("5.7.501", "5.7.502", "5.7.503", "5.7.504", "5.7.505", "5.7.705", "5.7.708", "5.7.709"),
        "account",
    ),
    **dict.fromkeys(
        ("5.7.20", "5.7.23", "5.7.24", "5.7.26", "5.7.27", "4.7.23", "4.7.24", "4.7.26", "4.7.27"),
        "domain",
    ),
}
RANGES: tuple[tuple[str, int, int, str], ...] = (  # the last number from, to
    ("5.7.", 606, 649, "host"),  # Microsoft: banned sending addresses
    ("4.7.", 500, 699, "rate"),  # Microsoft: server busy
    ("4.7.", 850, 899, "rate"),
)

# Whatever else stands beside them, these are the recipient's matter, or pass by themselves.
NEVER_US: tuple[str, ...] = (
    "greylist", "graylist", "grey list", "gray list", "postgrey", "policy greylisted",
    "receiving mail too quickly", "receiving mail at a rate", "recipient's mailbox",
    "recipient rate", "per-hour message receive limit", "user is over quota", "mailbox full",
    "mailbox is full", "over quota (mailbox", "user unknown in virtual", "user unknown in local",
)  # fmt: skip

# The first row with a phrase that the text has wins: the particular stands before the general.
PHRASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("host", ("invalid credentials for relay", "mail relay denied")),
    (
        "sender",
        (
            "not owned by user", "not owned by auth", "sender address rejected", "sendasdenied",
            "send as denied", "not allowed to send as", "permissions to send as",
            "permission to send as", "permission to send on behalf",
            "sender address is not allowed", "sender is not allowed", "sender not allowed",
            "sender address not allowed", "not authorized to send as",
            "not authorised to send as", "not authorized to send from",
            "not authorised to send from", "not allowed to use this sender",
            "not allowed to send from", "not authorized to use this sender",
            "not authorized to use the sender", "from address is not one of your",
            "from address not verified", "from address not allowed",
            "from address does not match", "from address must match", "from: address must match",
            "verified sender identity", "email address is not verified", "unverified sender",
            "identities failed the check", "relaying disallowed as", "sender verify failed",
            "sender verification failed", "envelope sender", "return path does not match",
            "sender must match", "sender does not match", "sender mismatch",
            "sender login mismatch", "sender not authenticated", "spoofed sender",
            "invalid sender", "sender rejected", "sender denied", "sender domain not found",
            "sender's domain", "unregistered domain", "absenderadresse", "absender nicht",
            "absender ist nicht", "absender stimmt nicht", "adresse de l'expéditeur",
            "adresse expéditeur", "expéditeur non autorisé", "expéditeur refusé",
            "mail from address", "mail from not allowed",
        ),
    ),
    (
        "tls",
        (
            "issue a starttls", "issue starttls", "starttls first", "starttls is required",
            "starttls required", "encryption required", "must use tls", "tls required",
            "tls is required", "requires encryption", "encrypted connection required", "use ssl",
            "secure connection required",
        ),
    ),
    (
        "account",
        (
            "sending paused for this account", "account has been suspended from sending",
            "account is blocked from sending", "blocked from sending",
            "sending has been disabled", "sending is disabled", "suspended from sending",
            "not allowed to send mail until", "bad outbound sender",
            "tenant has exceeded threshold", "traffic not accepted from this ip",
            "spam abuse detected", "unusual sending activity", "outgoing mail is suspended",
            "outgoing mail from this account", "sending privileges",
            "account not allowed to send", "versand gesperrt", "versand deaktiviert",
            "envoi bloqué", "envoi désactivé",
        ),
    ),
    (
        "quota",
        (
            "daily limit", "daily quota", "daily sending", "daily user sending",
            "daily message quota", "daily smtp relay", "daily relay", "relay quota",
            "sending quota", "sending limit", "send limit", "send quota", "outgoing quota",
            "outbound limit", "monthly limit", "maximum credits", "credits exceeded",
            "max emails per", "max defers and failures per", "emails per hour", "emails per day",
            "mails per hour", "mails per day", "messages per day", "messages per hour",
            "per day limit", "per hour limit", "hourly limit", "recipients per day",
            "limit for message recipients", "recipient limit exceeded",
            "tenant has exceeded its daily", "policyd quota", "versandlimit", "tageslimit",
            "sendelimit", "limite d'envoi", "quota d'envoi",
        ),
    ),
    (
        "rate",
        (
            "too many connections", "too many concurrent", "too much mail", "too many messages",
            "too many mails", "too many emails", "too many login attempts", "too many auth",
            "too many recipients from", "too many requests", "rate limit", "ratelimit",
            "rate-limit", "sending rate", "submission rate", "message rate", "rate exceeded",
            "throttl", "slow down", "too fast", "server busy", "sender thread limit",
            "connection limit", "connections from your", "unusual rate",
            "try again later, closing connection", "zu viele verbindungen",
            "zu viele nachrichten", "zu viele mails", "trop de connexions", "trop de messages",
        ),
    ),
    (
        "log_in",
        (
            "basic authentication is", "basic auth is disabled",
            "smtpclientauthentication is disabled", "client not authenticated",
            "client was not authenticated", "not authenticated to send",
            "authentication required", "authentication is required", "authentication needed",
            "must authenticate", "must be authenticated", "need to authenticate",
            "please authenticate", "authenticate first", "not logged in", "log in first",
            "login first", "log in via your web", "authentication failed",
            "authentication failure", "authentication unsuccessful",
            "authentication credentials invalid", "invalid credentials", "bad credentials",
            "username and password not accepted", "application-specific password",
            "wrong password", "unauthenticated senders not allowed", "smtp auth",
            "pop before smtp", "pop-before-smtp", "anmeldung erforderlich",
            "authentifizierung erforderlich", "nicht angemeldet", "authentification requise",
            "non authentifié",
        ),
    ),
    (
        "host",
        (
            "relay access denied", "relaying denied", "relay denied", "unable to relay",
            "relay not permitted", "relaying not permitted", "relaying not allowed",
            "not allowed to relay", "not permitted to relay", "relay rejected",
            "relay is not allowed", "relaying prohibited", "tenantattribution",
            "we do not relay", "helo command rejected", "ehlo command rejected", "helo rejected",
            "invalid helo", "helo name", "ehlo name", "need fully-qualified hostname",
            "fully qualified domain", "client host rejected", "cannot find your hostname",
            "cannot find your reverse", "reverse dns", "reverse hostname", "ptr record",
            "no ptr", "no rdns", "client host blocked", "your ip", "ip address is blocked",
            "ip is blocked", "banned sending ip", "dynamic ip", "blocked using", "listed in dns",
            "is listed at", "listed by", "dnsbl", "spamhaus",
        ),
    ),
    (
        "domain",
        (
            "unauthenticated email", "this mail is unauthenticated", "dmarc", "spf check",
            "spf fail", "spf validation", "dkim check", "sender policy framework",
            "domain is not verified", "domain not verified", "sending domain",
            "domain of sender",
        ),
    ),
)  # fmt: skip

# Words for these are said of a mail, too ("DKIM authentication failed", "a link is listed by"):
# after the content only a status is believed.
NOT_AFTER_THE_CONTENT: frozenset[str] = frozenset({"host", "domain", "log_in"})
SIZE_STATUSES: tuple[str, ...] = ("5.3.4", "5.2.3", "4.3.4")
