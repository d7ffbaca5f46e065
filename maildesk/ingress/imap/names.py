"""Which folder is the spam folder, and which keeps what was sent: by special-use attribute
(RFC 6154), else by the names that mail programs and providers give them.

A name is only believed where no folder has the attribute. The attribute \\Junk is RFC 6154's;
Gmail's XLIST said \\Spam.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

JUNK, SENT = "\\Junk", "\\Sent"
_ATTRIBUTES = {JUNK: frozenset({"\\junk", "\\spam"}), SENT: frozenset({"\\sent"})}
# the last part of the name, folded
_NAMES = {
    JUNK: frozenset((
        "junk", "spam", "junk e-mail", "junk email", "junk mail", "junk-e-mail", "bulk mail",
        "bulk", "spamverdacht", "spam-verdacht", "werbung", "courrier indésirable",
        "indésirables", "pourriel", "correo no deseado", "posta indesiderata", "ongewenste e-mail",
        "lixo eletrônico", "skräppost", "søppelpost", "roskaposti", "niechciane", "спам",
    )),
    SENT: frozenset((
        "sent", "sent items", "sent mail", "sent messages", "sent-mail", "gesendet",
        "gesendete elemente", "gesendete objekte", "envoyés", "éléments envoyés",
        "messages envoyés", "enviados", "elementos enviados", "posta inviata", "inviata",
        "verzonden items", "verzonden",
        "itens enviados", "skickat", "sendt", "lähetetyt", "wysłane", "отправленные",
    )),
}  # fmt: skip
_NO_MAIL = frozenset({"\\noselect", "\\nonexistent"})


@dataclass(frozen=True, slots=True)
class Listed:
    """A folder as LIST told of it: name, attributes in lower case, and what its levels are
    separated by."""

    name: str
    attributes: frozenset[str]
    delimiter: str

    @property
    def last(self) -> str:
        """The last part of the name, folded."""
        parts = self.name.split(self.delimiter) if self.delimiter else [self.name]
        return parts[-1].casefold()


def listed(answer: Iterable[tuple[Sequence[bytes], bytes | None, Any]]) -> tuple[Listed, ...]:
    """What IMAPClient's list_folders says, without what holds no mail."""
    found = []
    for flags, delimiter, name in answer:
        attributes = frozenset(flag.decode("ascii", "replace").lower() for flag in flags)
        if not attributes & _NO_MAIL:
            found.append(
                Listed(str(name), attributes, (delimiter or b"").decode("ascii", "replace"))
            )
    return tuple(found)


def folder_with(attribute: str, folders: Iterable[Listed]) -> str:
    """The folder that is this (`JUNK`, `SENT`); "" where none is."""
    there = list(folders)
    marked = (one.name for one in there if one.attributes & _ATTRIBUTES[attribute])
    # the one nearest to the root: an archive may have a folder of that name of its own
    named = sorted((one for one in there if one.last in _NAMES[attribute]), key=_depth)
    return next(marked, "") or next((one.name for one in named), "")


def is_junk(name: str, folders: Iterable[Listed]) -> bool:
    """Whether this folder holds what the provider takes for spam."""
    there = list(folders)
    if any(one.attributes & _ATTRIBUTES[JUNK] for one in there if one.name == name):
        return True
    own = next((one for one in there if one.name == name), Listed(name, frozenset(), ""))
    return own.last in _NAMES[JUNK]


def resolved(wanted: str, folders: Iterable[Listed]) -> str:
    """The folder's own name; what begins with a backslash is an attribute. "" where none has it."""
    if not wanted.startswith("\\"):
        return wanted
    there = list(folders)
    for attribute, known in _ATTRIBUTES.items():
        if wanted.lower() in known:
            return folder_with(attribute, there)
    return next((one.name for one in there if wanted.lower() in one.attributes), "")


def _depth(one: Listed) -> int:
    return one.name.count(one.delimiter) if one.delimiter else 0
