"""Whose an address is: the same mailbox in two spellings, the same person behind several
mailboxes, one organisation behind all its sub-domains.

Three questions, from the strictest to the widest:

    mailbox_of   is it the same address?   case, and the two forms of a domain (RFC 5890, 2.3.2.1).
                 Decides who takes part, whose a signature is, who may do what.
    contact_of   is it the same customer?  also what stands behind a + (RFC 5233), and the dots of
                 Gmail. Decides what else they wrote, and what the desk knows of them.
    person_of    may it be the same mailbox?  also all dots: whoever makes a desk write to a hundred
                 variants fills one mailbox. For counting alone, never for finding somebody.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Below these a country's registry gives out names: the organisation of `a.b.example.co.uk` is
# `example.co.uk`. A list of the words that registries use, instead of the public suffix list, which
# changes every week and would have to be fetched.
_SECOND_LEVEL = frozenset((
    "ac", "adv", "art", "asn", "co", "com", "ed", "edu", "firm", "gen", "go", "gob", "gouv", "gov",
    "govt", "gv", "id", "ind", "info", "int", "lg", "ltd", "me", "mil", "ne", "net", "nhs", "nic",
    "nom", "or", "org", "plc", "police", "sch", "school", "web",
))  # fmt: skip
_SAME = {"googlemail.com": "gmail.com"}
_IGNORES_DOTS = frozenset(("gmail.com",))
# Letters that IDNA 2003, which Python's codec speaks, maps to others, and IDNA 2008 keeps
# (RFC 5894, 7.2): straße.example and strasse.example have two owners.
_KEPT = frozenset("ßς\u200c\u200d")
# Characters that the DNS has room for (RFC 1035, 2.3.4). Punycode takes the square of a label's
# length, and whoever writes to us chooses it.
_LONGEST_DOMAIN = 253


@lru_cache(2048)  # asked a hundred times for each mail, of a handful of addresses
def mailbox_of(address: str) -> str:
    """The address as it is compared: lower case, its domain in ASCII (A-labels, RFC 5890)."""
    folded = address.strip().lower()
    if folded.isascii():
        return folded
    local, at, domain = unicodedata.normalize("NFC", folded).rpartition("@")
    return f"{local}@{ascii_domain(domain) or domain}" if at else domain


def ascii_domain(domain: str) -> str:
    """The domain as the DNS has it; empty where it cannot stand there."""
    if domain.isascii():
        return domain
    if len(domain) > _LONGEST_DOMAIN:
        return ""
    try:
        return ".".join(map(_a_label, unicodedata.normalize("NFC", domain).split(".")))
    except UnicodeError:
        return ""


def _a_label(label: str) -> str:
    if not _KEPT.isdisjoint(label.lower()):
        return f"xn--{label.lower().encode('punycode').decode('ascii')}"
    return label.encode("idna").decode("ascii")


def is_same_mailbox(one: str, other: str) -> bool:
    """Whether mail to these two addresses comes to one mailbox."""
    return mailbox_of(one) == mailbox_of(other)


def is_named(address: str, entry: str) -> bool:
    """Whether an entry of a file, which is an address or an @domain, names this address."""
    key, named = mailbox_of(address), mailbox_of(entry)
    return key == named or (named.startswith("@") and key.endswith(named))


def contact_of(address: str) -> str:
    """The address under which everything is found that this person wrote: without a +detail."""
    local, at, domain = mailbox_of(address).rpartition("@")
    if not at:
        return domain
    domain = _SAME.get(domain, domain)
    bare = local.partition("+")[0] or local
    return f"{bare.replace('.', '') or bare if domain in _IGNORES_DOTS else bare}@{domain}"


def person_of(address: str) -> str:
    """The address without what can be varied at will: case, a +detail, dots before the @."""
    local, at, domain = contact_of(address).rpartition("@")
    return f"{local.replace('.', '') or local}@{domain}" if at else domain


def organisation_of(address: str) -> str:
    """The domain that somebody registered: the last two labels, three below a registry's own; an IP
    address as it is."""
    domain = mailbox_of(address).rpartition("@")[2].strip(".")
    domain = _SAME.get(domain, domain)
    if domain.startswith("["):
        return domain
    labels = domain.split(".")
    if labels[-1].isdigit() or len(labels) <= 2:
        return domain
    return ".".join(labels[-3 if is_registry(".".join(labels[-2:])) else -2 :])


def is_registry(domain: str) -> bool:
    """Whether a country's registry gives out names below this domain, such as co.uk."""
    second, dot, first = domain.partition(".")
    return bool(dot) and len(first) == 2 and second in _SECOND_LEVEL
