"""`context:` of desk.yaml, and the first line of contacts.csv: what is known of customers
elsewhere.

That line and what `context` says of it are checked with the other files. The rows are not read
here: one bad row of a hundred thousand is told by `maildesk check`, and no reason to refuse the
rest.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from maildesk.config.kinds import Line, Period, Section, YesNo
from maildesk.config.mistakes import nearest, shown
from maildesk.config.secret_file import secrets_in
from maildesk.config.yaml import Document
from maildesk.desk.customers.context import ContactsFile, ContextService
from maildesk.errors import Mistake

CONTACTS = "contacts.csv"
LONGEST_HEAD = 64 * 1024
LONGEST_TIMEOUT = timedelta(seconds=10)
_ADDRESS = re.compile(r"\{\{ *address *\}\}")
_URL = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?[/?][^\s\"'<>\\]*")
_EXPECTED = "an address such as https://crm.example/customers?email={{ address }}"
_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
# What a column of addresses is called, letters alone
_CALLED = frozenset({
    *("email", "emails", "mail", "emailaddress", "mailaddress", "emailadresse", "mailadresse"),
    *("adressemail", "adresseemail", "courriel", "adressecourriel", "primaryemail", "address"),
})  # fmt: skip


def _url(value: str) -> str:
    if not value:
        return value
    plain, times = _ADDRESS.subn("0", value)
    fits = times and _URL.fullmatch(plain) and not set(plain) & set("{}")
    if not fits or _ADDRESS.search(value.split("/")[2].split("?")[0]):
        raise ValueError(_EXPECTED)
    return value


def _fields(value: object) -> object:
    """A list of names is what they are called there, too."""
    return {str(one): str(one) for one in value} if isinstance(value, list) else value


def _timeout(value: timedelta) -> timedelta:
    if not timedelta(0) < value <= LONGEST_TIMEOUT:
        raise ValueError("a period such as 1s or 2s, of no more than 10s")
    return value


class ContextSection(Section):
    """Where what is known of customers stands: contacts.csv, or another system."""

    address: Line = ""  # the column of contacts.csv
    fields: Annotated[
        dict[Line, Line],
        BeforeValidator(_fields),
        WithJsonSchema({"type": ["object", "array"], "items": {"type": "string"}}),
    ] = Field(default_factory=dict)
    url: Annotated[str, AfterValidator(_url)] = ""
    headers: dict[Line, Line] = Field(default_factory=dict)
    timeout: Annotated[Period, AfterValidator(_timeout)] = Field(
        default=timedelta(seconds=2), validate_default=False
    )
    cache: Period = timedelta(hours=1)
    private_network: YesNo = False
    ca_file: Line = ""

    @model_validator(mode="after")
    def _is_one_of_them(self) -> ContextSection:
        if self.url and self.address:
            raise ValueError("address: a column of contacts.csv, or url: another system; not both")
        return self


def read_context(
    desk: Path, section: ContextSection | None, document: Document | None
) -> tuple[dict[str, Any], list[Mistake]]:
    """What the policy has of it, by its names there, and every mistake in it."""
    contacts, mistakes = contacts_file(desk, section)
    service, wrong = context_service(desk, section, document)
    return {"contacts_file": contacts, "context_service": service}, [*mistakes, *wrong]


def context_service(
    desk: Path, section: ContextSection | None, document: Document | None
) -> tuple[ContextService | None, list[Mistake]]:
    """The system that is asked, with its secrets, and what is wrong with it."""
    if section is None or not section.url or document is None:
        return None, []
    named = {name: _VARIABLE.findall(value) for name, value in section.headers.items()}
    secrets = {**secrets_in(desk), **os.environ} if any(named.values()) else {}
    mistakes = [
        Mistake(
            document.file,
            *document.at(("context", "headers", name)),
            f"the variable {variable} in the environment or secrets.yaml",
            "none",
            nearest(variable, secrets),
        )
        for name, variables in named.items()
        for variable in variables
        if variable not in secrets
    ]
    ca_file = desk / section.ca_file if section.ca_file else None
    if ca_file is not None and not ca_file.is_file():
        at = document.at(("context", "ca_file"))
        mistakes.append(Mistake(document.file, *at, "a file that is there", str(ca_file)))
    filled = {
        name: _VARIABLE.sub(lambda found: secrets.get(found[1], "").strip(), value)
        for name, value in section.headers.items()
    }
    shows = tuple((name, tuple(place.split("."))) for name, place in section.fields.items())
    return (
        ContextService(
            url=section.url,
            headers=tuple(filled.items()),
            timeout=section.timeout,
            cache=section.cache,
            shows=shows,
            private_network=bool(section.private_network),
            ca_file=str(ca_file or ""),
        ),
        mistakes,
    )


def contacts_file(
    desk: Path, section: ContextSection | None
) -> tuple[ContactsFile | None, list[Mistake]]:
    """contacts.csv as its first line says, where there is one, and what is wrong with that."""
    path = desk / CONTACTS
    if (section is not None and section.url) or not path.is_file():
        return None, []
    try:
        with path.open("rb") as stream:
            head = stream.readline(LONGEST_HEAD)
            first = stream.readline(LONGEST_HEAD)
    except OSError as problem:
        return None, [_mistake("a file that can be read", str(problem.strerror))]
    try:
        text = head.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        return None, [_mistake("a file in UTF-8", "other octets")]
    delimiter = max(",;\t", key=text.count)
    if "\r" in text:
        return None, [_mistake("lines that end with a line feed", "carriage returns")]
    names = [name.strip() for name in next(csv.reader([text], delimiter=delimiter), [])]
    if not any(names):
        return None, [_mistake("a first line with the names of columns", shown(text[:40]))]
    own = section or ContextSection()
    address, mistakes = _address(names, own.address, first.decode("utf-8", "replace"), delimiter)
    shows, wrong = _shows(names, own.fields, address)
    mistakes += wrong
    found = ContactsFile(str(path), head, delimiter, len(names), address, shows)
    return (found, []) if not mistakes else (None, mistakes)


def _address(
    names: Sequence[str], wanted: str, sample: str, delimiter: str
) -> tuple[int, list[Mistake]]:
    """Which column has addresses: the one that is named, or is called so, or has one."""
    if wanted:
        at = _place(names, wanted)
        if at is None:
            return 0, [_no_column(wanted, names)]
        return at, []
    called = [
        n for n, name in enumerate(names) if "".join(filter(str.isalpha, name.lower())) in _CALLED
    ]
    row = next(csv.reader(sample.splitlines(keepends=True), delimiter=delimiter), [])
    looks = [n for n, cell in enumerate(row[: len(names)]) if re.fullmatch(r"\s*\S*@\S+\s*", cell)]
    for at in (*called, *looks):
        return at, []
    expected = "a column of addresses, or its name in desk.yaml (context: {address: NAME})"
    return 0, [_mistake(expected, ", ".join(names)[:200])]


def address_column(
    names: Sequence[str], sample: str, delimiter: str, file: str
) -> tuple[int, Mistake | None]:
    """Which column of another contact list has addresses; or what is wrong with its first line."""
    at, mistakes = _address(names, "", sample, delimiter)
    found = ", ".join(names)[:200] or "none"
    return at, Mistake(file, 1, 1, "a column of addresses", found) if mistakes else None


def _shows(
    names: Sequence[str], wanted: Mapping[str, str], address: int
) -> tuple[tuple[tuple[str, int], ...], list[Mistake]]:
    if not wanted:
        return tuple((name, n) for n, name in enumerate(names) if name and n != address), []
    places = {name: _place(names, column) for name, column in wanted.items()}
    mistakes = [_no_column(wanted[name], names) for name, at in places.items() if at is None]
    return tuple((name, at) for name, at in places.items() if at is not None), mistakes


def _place(names: Sequence[str], wanted: str) -> int | None:
    folded = [name.casefold() for name in names]
    return folded.index(wanted.casefold()) if wanted.casefold() in folded else None


def _no_column(wanted: str, names: Sequence[str]) -> Mistake:
    expected = f"the column {wanted}, which desk.yaml names below context"
    return _mistake(expected, ", ".join(names)[:200], nearest(wanted, names))


def _mistake(expected: str, found: str, near: str = "") -> Mistake:
    return Mistake(CONTACTS, 1, 1, expected, found, near)
