"""What mail servers say when a message does not arrive: a table that a person can extend.

`REASONS` maps a phrase to the RFC 3463 detail it means (subject.detail); the class
(4 or 5) comes from the reply code beside it. All phrases are lower case and are
looked for in text whose white space is folded; the first row that fits wins, so the
particular stands before the general.
"""

from __future__ import annotations

from maildesk.mail.automatic import bounce_languages

REASONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    *bounce_languages.REASONS,
    (
        "2.2",
        (
            "over quota", "overquota", "quota exceeded", "exceeded quota", "exceeded storage",
            "quota is exceeded", "mailbox full", "mailbox is full", "mail box full",
            "mailbox quota", "inbox is full", "box is full",
            ("exceeds the size of the "
            "mailbox"), "disc quota", "disk quota", "exceeded its quota", "over the quota",
            "mailbox size", "allowed message count", "receive more mail", "mail too quickly",
            ("number of messages in recipient's mailbox "
            "exceeded"), "not enough storage space", "insufficient disk space",
            "out of space", "user is over", "mailbox exceeds", "maildir over quota",
            "too much mail data", "storage quota", "account is full", "mailfolder is full",
            "folder is full", "full mailbox", "box space not enough", "exceeding their quota",
            "exceeding its quota", "quota violation", "reached disk quota", "exceed mailbox quota",
            "maximum mailbox size", "容量を超え", "postfach voll", "postfach ist voll",
            "boîte pleine", "buzón lleno", "casella piena", "переполнен", "容量オーバー", "满",
        ),
    ),
    (
        "1.10",
        (
            "nullmx", "null mx", "no smtp service", "does not accept any mail",
            "domain not used for mail",
        ),
    ),
    (
        "1.2",
        (
            "host unknown", "unknown host", "host not found", "domain not found", "no such domain",
            "unknown domain", "name service error", "no mail server", "no dns ", "no mx ",
            "domain couldn't be found", "control/locals file", "allowed rcpthosts",
            "couldn't find any host", "could not find any host", "domain does not exist",
            "bad destination host", "unrouteable mail domain", "unroutable mail domain",
            "unrouteable domain", "name or service not known", "non-existent domain",
            "nonexistent domain", "domain of sender address", "nxdomain", "domain name not found",
            "couldn't find a mail exchanger", ("all relevant mx records point to non-existent "
                "hosts"), "dns error",
            "illegal host/domain", "no mx or a records",
        ),
    ),
    (
        "1.6",
        (
            "has moved", "user has moved", "mailbox has moved", "no longer at this address",
            "changed address", "recipient has moved",
        ),
    ),
    (
        "2.1",
        (
            "disabled or discontinued", "inactive on this", "receiving disabled",
            "due to inactivity", "unavailable to take", "account is not allowed",
            "no longer in use", "account expired", "account has expired", "account disabled",
            "account is disabled", "mailbox disabled", "mailbox is disabled",
            "account has been disabled",
            "mailbox unavailable or access denied", ("account that you tried to reach is "
                "disabled"), "account inactive",
            "account is inactive", "inactive user", "user inactive", "account suspended",
            "account has been suspended", "mailbox is inactive", "account deactivated",
            "currently suspended", "is suspended", "email account is disabled",
            ("mailbox temporarily "
            "disabled"), "account is temporarily", "user is not active", "not accepting mail",
            "not accepting messages", "does not accept mail from", "mailbox is frozen", "is locked",
            "status is not active",
        ),
    ),
    (
        "1.1",
        (
            "user unknown", "unknown user", "no such user", "user not found", "unknown recipient",
            "recipient unknown", "no such recipient", "does not exist", "doesn't exist",
            "invalid final delivery userid", "not a valid user", "mailbox name not allowed",
            "not present in directory", "user_unknown", "does_not_exist", "n't have an account",
            "not have an account", "no longer available", "no such domain user",
            "domain mailbox user", "not found or inactivated", "no matches to nameserver",
            "user is unknown", "no mailbox by that name", "wasn't found at", "unknown to address",
            "no mailbox here", "no such mailbox", "mailbox not found", "mailbox unknown",
            "unknown mailbox", "invalid recipient", "invalid mailbox", "invalid address",
            "invalid user", "bad address", "address unknown", "unknown address", "not a valid",
            "no longer valid", "isn't valid", "not listed in", "unknown local",
            "unknown or illegal alias", "unrouteable address", "unroutable address",
            "recipient not found", "name is not recognized", "not our customer",
            "account not found", "no account by", "no such account", "user doesn't have a",
            "doesn't have a yahoo", "not a known user", "recipient address rejected",
            "address not found", "not found in directory", "recipientnotfound",
            "no valid recipient", "address error", "no such person",
            ("unknown in local recipient "
            "table"), "undeliverable address", "no such address", "recipient is not exist",
            "not known at this site",
            "not a member", ("address is possibly "
                "incorrect"), "no local mailbox", "mailbox does not exist", "unknown account",
            "address rejected", "recipient rejected", "user not known", "unknown destination",
            "there is no such", "user reject", "宛先不明", "存在しない", "存在しません",
            "見つかりません", "empfänger unbekannt", "benutzer unbekannt", "adresse inconnue",
            "utilisateur inconnu", "destinatario desconocido", "usuario desconocido",
            "utente sconosciuto", "неизвестен", "не существует", "用户不存在", "不存在",
            "mailbox unavailable", "mailbox not available", "mailbox is unavailable",
        ),
    ),
    (
        "3.4",
        (
            "message too large", "message too big", "message size exceeds",
            ("exceeds maximum message "
                "size"),
            "exceeds the maximum", "exceeded the maximum", "maximum incoming message",
            "maximum inbound message", "size limit", "maximum message size", "message is too large",
            "message length exceeds", "too big for", "message file too big",
            "fixed maximum message size", "exceeded maximum", "larger than the",
        ),
    ),
    (
        "7.26",
        (
            "dmarc", "unauthenticated email", "authentication checks",
        ),
    ),
    (
        "7.23",
        (
            "spf check failed", "spf fail", "spf validation", "sender policy framework",
            "spf check", "not allowed to send",
        ),
    ),
    (
        "7.25",
        (
            "reverse dns", "find your hostname", "ptr record", "reverse lookup", "reverse hostname",
            "fix your dns", "rdns",
        ),
    ),
    (
        "4.1",
        (
            "connection refused by", "deferred: connection refused",
        ),
    ),
    (
        "7.1",
        (
            *bounce_languages.REFUSED,
            "content control", "too many complaints",
            "spam", "junk mail", "unsolicited", "unwanted messages", "blacklist", "black list",
            "blocklist", "block list", "block-list", "blocked", "listed at", "listed by",
            "listed in dns", "rbl", "dnsbl", "spamhaus", "reputation", "banned", "relay denied",
            "relaying denied", "relay not permitted", "relay access denied", "unable to relay",
            "not permitted", "access denied", "not authorized", "denied", "policy", "prohibited",
            "administrative prohibition", "virus", "malware", "content rejected", "rejected by",
            "refused by", "content checker", "banned name", "message content",
            "verification failed", "permission", "権限がない", "not allowed", "rejected",
            "refused to talk",
        ),
    ),
    (
        "4.6",
        (
            "too many hops", "hop count exceeded", "mail loop", "loop detected", "routing loop",
            "mail loops back", "forwarding loop", "message looping", "excessive recursion",
            "too many received", "mail is looping", "loop broken", "duplicated message-id",
            "loops back to myself",
        ),
    ),
    (
        "4.7",
        (
            "retry time", "retry timeout", "delivery time expired", "message expired", "expired",
            "too old", "time limit exceeded", "in the queue too long", "undelivered after",
            "could not be delivered for", "maximum retry", "allowed queue period",
            "not been collected after",
        ),
    ),
    (
        "4.1",
        (
            "connection refused", "no answer from host", "connection timed out",
            "connection timeout", "no route to host", "unreachable", "not reachable",
            "cannot connect", "couldn't connect", "could not connect", "unable to connect",
            "connect to", "timed out", "timeout", "is not responding", "did not respond",
            "not respond", "mail exchanger failed", "network is unreachable", "network error",
            "establish an smtp connection",
        ),
    ),
    (
        "4.2",
        (
            "connection lost", "lost connection", "connection dropped", "connection died",
            "closed connection", "broken pipe", "connection reset", "bad connection",
            "connection was dropped",
        ),
    ),
    (
        "4.4",
        (
            "unable to route", "cannot route", "no mail hosts", "routing", "no route",
        ),
    ),
    (
        "3.2",
        (
            ("not accepting network "
            "messages"), "system not accepting", "server is not accepting", "does not accept mail",
        ),
    ),
    (
        "3.0",
        (
            "system error", ("service currently "
                "unavailable"), "local error", "internal error", "cannot open", "i/o error",
            "service unavailable",
            "service not available",
            "temporary failure", "resources temporarily unavailable", "server error",
        ),
    ),
    (
        "6.0",
        (
            "conversion", "message format", "invalid content", "malformed", "8bit",
        ),
    ),
    (
        "5.0",
        (
            "syntax error", "protocol error", "bad sequence", "command not recognized",
            "unrecognized command",
        ),
    ),
)  # fmt: skip

# the row before which bounce_pairs is asked: words of refusal stand beside the reason
# as often as for it
PAIRS_BEFORE = "7.26"

# reply codes that mean one thing only (RFC 5321, 4.2.3; RFC 5248); 550 and 554 may mean any
REPLIES = {
    "421": "3.2", "452": "3.1", "500": "5.1", "501": "5.4", "502": "5.1", "503": "5.1",
    "504": "5.4", "521": "3.2", "523": "3.4", "530": "7.0", "535": "7.8", "551": "1.6",
    "552": "2.2", "553": "1.3", "556": "1.10",
}  # fmt: skip


DELAYED = (
    *bounce_languages.DELAYED,
    "not yet received your message", "will continue trying", "delay in the delivery of",
    "not yet been delivered", "temporary failure report", "is delayed for more than",
    "will be retried", "will keep trying", "still being retried", "will continue to try",
    ("continue to attempt "
        "delivery"),
    "has been postponed", "will try again", "will retry",
    "warning message only",
    "this is a warning only", "you do not need to resend", ("no action is required on your "
        "part"), "has been delayed",
    "have been delayed",
    "delivery attempts will continue", ("delivery to the following recipients has been "
        "delayed"), "is delayed",
    "will be attempted",
    "wird weiterhin versucht", "weitere zustellversuche", "nouvelles tentatives",
    "se seguirá intentando", "verzögert", "warning: message still undelivered",
)  # fmt: skip
DELAYED_SUBJECTS = (
    *bounce_languages.DELAYED_SUBJECTS,
    "delay",
    "warning: could not send",
    "still being retried",
    "verzögert",
    "retardé",
    "retras",
    "ritardat",
    "задерж",
)
FINALLY = (
    "will be deleted from queue", "giving up", "given up", "gave up", "i'm not going to try again",
    "failed permanently", "permanent error",
    "permanent fatal", ("has been in the queue too "
        "long"), "will not be retried", "no further attempts", "this is a permanent",
)  # fmt: skip
FAILED = (  # whatever arrived elsewhere, this did not
    "not be delivered", "couldn't be delivered", "not delivered", "unable to deliver", "undeliver",
    "delivery failed", "failed to deliver", "wasn't able to deliver", "delivery to the following",
    "did not reach", "permanent fatal", "user unknown", "was rejected",
)  # fmt: skip
DELIVERED_SUBJECTS = (  # at the beginning
    *bounce_languages.DELIVERED_SUBJECTS,
    "delivered:", "relayed:", "expanded:", "message status - delivered", "successful mail delivery",
    "return receipt", "delivery receipt", "delivered ",
)  # fmt: skip
RELAYED = (  # it went on to where nobody reports
    "(relayed", "relayed; expect", ("no delivery notification was "
        "sent"), "relayed via", "keine übermittlungsbestätigung",
    "relayed to the following",
)  # fmt: skip
EXPANDED = (
    "(expanded by", "expanded to multiple", "has been expanded", ("distribution list has been "
        "expanded"),
    "delivered to the following groups",
)  # fmt: skip
DELIVERED = (
    *bounce_languages.DELIVERED,
    "had successful delivery", ("mail delivery report that you "
        "requested"), "message that you sent was delivered",
    "is complete, but no delivery notification",
    "successfully delivered", "successful mail delivery", "was successfully",
    "successfully relayed", "has been successfully", "was delivered to",
    "your message was delivered", "delivery was successful", "has been delivered to",
    "erfolgreich zugestellt",
)  # fmt: skip
