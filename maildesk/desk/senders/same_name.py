"""Whether two addresses bear the name of one person.

A name is free to choose, so it proves nothing. It tells apart what is proved otherwise: whoever
passes a mail on to a colleague, and the colleague who answers it, have two names.
"""

from __future__ import annotations

from maildesk.desk.ticket import Person
from maildesk.mail.lookalike import words_of

# Local parts behind which an office sits (RFC 2142, and what companies call their mailboxes).
_OFFICES = frozenset((
    "info", "office", "mail", "email", "kontakt", "contact", "hello", "team", "admin", "support",
    "help", "helpdesk", "service", "sales", "vertrieb", "billing", "invoice", "rechnung", "buero",
    "it", "hr", "post", "shop", "order", "orders", "marketing", "webmaster", "hostmaster",
    "postmaster", "abuse", "noc", "security", "accounting", "reception", "empfang", "zentrale",
    "accueil", "secretariat", "sekretariat", "commercial", "press", "jobs", "enquiries",
))  # fmt: skip
_SHORTEST = 3  # letters of a local part that says anything


def is_same_name(one: Person, other: Person) -> bool:
    """Whether both have the same name: of two words at least, in any order, perhaps with a title or
    a second name more. Where a name is missing or is one word, the local parts decide."""
    first, second = set(words_of(one.name)), set(words_of(other.name))
    shared = first & second
    if first and second:
        if shared not in (first, second):
            return False
        return len(shared) > 1 or _is_same_local(one, other)
    return _is_same_local(one, other) or _spells(one, second) or _spells(other, first)


def has_other_name(one: Person, other: Person) -> bool:
    """Whether both have a name, and these are two people's."""
    first, second = set(words_of(one.name)), set(words_of(other.name))
    return bool(first and second) and (first & second) not in (first, second)


def _is_same_local(one: Person, other: Person) -> bool:
    local = _local(one)
    return local == _local(other) and len(local) >= _SHORTEST and local not in _OFFICES


def _spells(person: Person, name: set[str]) -> bool:
    """Whether the local part is made of the words of this name: eva.lund."""
    return len(name) > 1 and set(words_of(_local(person).replace(".", " "))) == name


def _local(person: Person) -> str:
    local = person.key.rpartition("@")[0].partition("+")[0]
    return local.replace("_", ".").replace("-", ".")
