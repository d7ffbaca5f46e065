"""Reasons for a failure in two words: a thing, and what is the matter with it, in either order, a
few words apart.

Servers say the same in endless ways ("user bo is not known here", "no such local
user", "unrecognized recipient"); this table is asked where `bounce_phrases` knows no
whole phrase. All lower case; the first row that fits wins. A word that ends in *
may go on.
"""

from __future__ import annotations

_PERSON = (
    "user", "users", "username", "recipient", "recipients", "addressee", "receiver", "mailbox",
    "account", "accounts", "address", "addresses", "alias", "login", "customer", "maildrop", "drop",
    "local part", "local-part", "virtual user", "userid", "email", "e-mail", "mailaddress",
    "maildir", "inbox", "destination",
)  # fmt: skip

# detail, words between at most, things, states
PAIRS: tuple[tuple[str, int, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "2.2",
        4,
        (
            "mailbox", "mail box", "inbox", "quota", "storage", "folder", "maildir", "account",
            "recipient", "recipient's", "user", "box", "speichervolumen", "postfach", "space",
        ),
        (
            "full", "voll", "exceed*", "over quota", "over the allowed", "exhausted", "no space",
            "not enough", "out of space", "not able to receive more", "too much mail",
            "receiving mail too quickly", "receiving mail at a rate", "ueberschritten",
            "überschritten", "reached",
        ),
    ),
    (
        "2.1",
        4,
        _PERSON,
        (
            "disabled", "deactivated", "inactive", "inactivated", "not active", "not activated",
            "suspended", "locked", "expired", "closed due", "discontinued", "restricted",
            "no longer accepts", "not accepting", "no longer in use", "not in use", "frozen",
            "receiving disabled", "inactivity", "not an active", "never logged",
            "unavailable to take",
        ),
    ),
    (
        "7.25",
        4,
        ("hostname", "ip", "sender ip", "ptr", "reverse dns"),
        ("cannot find your", "must resolve", "name lookup", "not resolve", "missing", "no ptr",
            "lookup failed"),
    ),
    (
        "1.2",
        2,
        ("host", "hosts", "host name", "hostname", "domain", "domain name", "mx", "dns",
            "name service", "name lookup"),
        (
            "not found", "unknown", "not exist", "n't exist", "couldn't find", "could not find",
            "can't find", "cannot find", "couldn't be found", "could not be found", "no such",
            "unresolvable", "not resolve", "lookup failed", "lookup failure", "failure",
            "service error", "invalid", "bad", "have been failing", "isn't in my",
        ),
    ),
    (
        "1.1",
        4,
        _PERSON,
        (
            "unknown", "not found", "not exist", "n't exist", "no longer exists", "no longer valid",
            "no longer available", "no longer active", "no longer on", "no longer at",
            "no longer with", "invalid", "not valid", "isn't valid", "unrecognized", "unrecognised",
            "not recognized", "not recognised", "not a recognised", "not a recognized",
            "unregistered", "registered", "not listed", "not present", "not known", "no such", "no",
            "wrong", "not ok", "bad", "badly formatted", "malformed", "unavailable",
            "not available", "isn't here", "deleted", "been closed", "closed", "not have an",
            "n't have an", "not have a", "cannot be verified", "can't be verified",
            "unable to validate", "unable to find", "not in my list", "isn't in my list",
            "lookup failed", "lookup in", "can't open", "not like", "were unknown",
            "does_not_exist", "handle mail for that", "not belong", "terminated", "removed",
            "couldn't be found", "could not be found", "wasn't found", "was not found", "undefined",
            "nonexistent", "non-existent",
        ),
    ),
    (
        "3.4",
        4,
        ("message", "mail", "email", "e-mail", "file", "size", "attachment"),
        ("too large", "too big", "exceeds maximum", "size exceeded", "maximum size", "larger than",
            "size limit"),
    ),
    ("7.23", 4, ("spf",), ("fail*", "not allowed", "softfail", "reject*", "not pass")),
    (
        "7.1",
        4,
        ("message", "content", "filter", "filters", "sender", "mail", "email", "e-mail", "relay",
            "user", "attachment"),
        (
            "suspicious", "unacceptable", "questionable", "hostile", "content control",
            "content filter", "bulk", "refused", "not configured to relay", "too many complaints",
            "quarantined", "filtered", "not rfc compliant", "not verified", "infected", "forged",
            "forgery", "does not conform",
        ),
    ),
    (
        "4.6",
        4,
        ("message", "mail", "recursion", "headers", "forwarded"),
        ("looping", "excessive recursion", "maximum allowed times", "too many received",
            "received headers"),
    ),
    (
        "4.7",
        4,
        ("message", "delivery", "queue", "deliver", "days", "hours"),
        ("lifetime exceeded", "giving up", "given up", "gave up", "timed out in queue",
            "queued too long", "after", "for too long"),
    ),
    (
        "4.1",
        4,
        ("server", "host", "connection", "connect", "mx"),
        (
            "not accept our requests", "no response", "no answer", "not answer", "did not answer",
            "unavailable", "down", "failed to connect", "could not be reached", "couldn't reach",
        ),
    ),
    ("4.2", 4, ("connection",), ("closed", "broken", "aborted", "terminated", "unexpectedly")),
)  # fmt: skip
