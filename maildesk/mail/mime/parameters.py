"""The parameters of a field such as Content-Type: quoted, encoded, continued (RFC 2045, 2231)."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from maildesk.mail.mime import charset, headers

PARAMETER_LIMIT = 16_000  # octets of one Content-Type field that are read


# Parameters that are known where no semicolon parts them: anything else may be words of a name.
_NAMES = (
    r"(?:charset|boundary|format|delsp|name|filename|method|report-type|reply-type|type|start|"
    r"protocol|micalg|smime-type|access-type|component|number|total|id|size)\*?(?:\d+\*?)?"
)
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_LOOSE = re.compile(
    rf"""(?:;|(?<=[\s,"':/])(?={_NAMES}\s*[=:]))[\s;,"']*([^\s=:;,"']+)\s*[=:]\s*"""
    rf"""("(?:[^"\\]|\\.)*"?|(?:(?![\s,]+{_NAMES}\s*=)[^;])*)""",
    re.DOTALL | re.IGNORECASE,
)
_CLEAN = re.compile(r"[\w!#$&^.+-]+(?:/[\w!#$&^.+-]+)?", re.ASCII)
_MAIN = re.compile(
    r"""[\s"'<=:]*(?:content-(?:type|disposition)\s*:\s*)?["'<]*"""
    r"""([^\s"'<>=:,()/]+(?:\s*/\s*[^\s"'<>=:,()/]+)?)""",
    re.IGNORECASE,
)
_TOKENS = frozenset({"charset", "format", "delsp", "method"})  # their values have no spaces


def parse_parameters(value: str) -> tuple[str, dict[str, str]]:
    """The value before the first semicolon in lower case, and its parameters (RFC 2045, 5.1; 2231
    and 2047 in names).

    A semicolon that is missing, a comma in its place, quotation marks around the whole and words
    behind it do not make a text a file: what is meant is read.
    """
    value = value[:PARAMETER_LIMIT]
    main, semicolon, _ = value.partition(";")
    main = main.strip().lower()
    if _CLEAN.fullmatch(main):
        if not semicolon:
            return main, {}
        begin = value.find(";")
        found = _PARAMETER.findall(value, begin)
        strict = found and (value.count("=") == len(found) or not _is_loose(value, found))
        return main, _parameters(found if strict else _LOOSE.findall(value, begin))
    begun = _MAIN.match(value)
    if begun is None:
        return main, _parameters(_LOOSE.findall(value, len(main)))
    kind = "".join(begun[1].lower().split()).partition(";")[0]
    return kind, _parameters(_LOOSE.findall(value, begun.start(1) + len(kind)))


def _is_loose(value: str, found: list[tuple[str, str]]) -> bool:
    """Whether another parameter stands in or behind one of those `found`, with no semicolon."""
    return len(_LOOSE.findall(value, value.find(";"))) > len(found)


def _parameters(found: list[tuple[str, str]]) -> dict[str, str]:
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, given in found:
        text = given.strip()
        name = name.lower()
        if text[:1] == '"':
            text = text[1:].removesuffix('"').replace('\\"', '"').replace("\\\\", "\\")
        elif text[-1:] in ('"', "'", ",", ">"):
            text = text.strip("\"',>") if name in _TOKENS else text.rstrip('",')
        if name in _TOKENS and text:
            text = re.split(r"[\s,]", text.strip(" '"), maxsplit=1)[0]
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(name, headers.words(text) if "=?" in text else text)
            continue
        number = rest.rstrip("*")
        if not number or (number.isdigit() and len(number) < 5):
            pieces.setdefault(base, {})[int(number or 0)] = (text, rest.endswith("*") or not rest)
    for base, numbered in pieces.items():
        plain[base] = _joined(numbered)
    return plain


def _joined(numbered: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231 continuations put together; the charset stands before the first
    apostrophe of the first."""
    name, octets = "", b""
    for count, (_, (text, extended)) in enumerate(sorted(numbered.items())):
        if extended:
            if count == 0 and text.count("'") >= 2:
                name, _, text = text.split("'", 2)
            octets += unquote_to_bytes(text)
        else:
            octets += text.encode("utf-8", "replace")
    text = charset.decode(octets, name)[0]
    return headers.words(text) if "=?" in text else text
