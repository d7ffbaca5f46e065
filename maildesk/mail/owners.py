"""Whose an address is: one person behind all its variants, one organisation behind all its
sub-domains.

For counting, never for finding somebody: `j.doe+shop@mail.example.org` may or may not be
`jdoe@example.org`, but whoever makes a desk write to a hundred variants fills one mailbox (RFC
5233: what stands behind the + is a detail).
"""

from __future__ import annotations

# Below these a country's registry gives out names: the organisation of `a.b.example.co.uk` is
# `example.co.uk`. A list of the words that registries use, instead of the public suffix list, which
# changes every week and would have to be fetched.
_SECOND_LEVEL = frozenset((
    "ac", "adv", "art", "asn", "co", "com", "ed", "edu", "firm", "gen", "go", "gob", "gouv", "gov",
    "govt", "gv", "id", "ind", "info", "int", "lg", "ltd", "me", "mil", "ne", "net", "nhs", "nic",
    "nom", "or", "org", "plc", "police", "sch", "school", "web",
))  # fmt: skip
_SAME = {"googlemail.com": "gmail.com"}


def person_of(address: str) -> str:
    """The address without what can be varied at will: case, a +detail, dots before the @."""
    local, at, domain = address.strip().lower().rpartition("@")
    if not at:
        return domain
    bare = local.partition("+")[0].replace(".", "") or local
    return f"{bare}@{_SAME.get(domain, domain)}"


def organisation_of(address: str) -> str:
    """The domain that somebody registered: the last two labels, three below a registry's own; an IP
    address as it is."""
    domain = address.strip().lower().rpartition("@")[2].strip(".")
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
