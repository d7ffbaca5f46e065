"""The parameters of a field such as Content-Type: quoted, encoded, continued (RFC 2045, 2231)."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from maildesk.mail.mime import charset, headers

PARAMETER_LIMIT = 16_000  # octets of one Content-Type field that are read


_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)


def parse_parameters(value: str) -> tuple[str, dict[str, str]]:
    """The value before the first semicolon in lower case, and its parameters (RFC 2045, 5.1; 2231
    and 2047 in names)."""
    value = value[:PARAMETER_LIMIT]
    main, semicolon, _ = value.partition(";")
    if not semicolon:
        return main.strip().lower(), {}
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, given in _PARAMETER.findall(value, len(main)):
        text = given.strip()
        if text[:1] == '"':
            text = text[1:].removesuffix('"').replace('\\"', '"').replace("\\\\", "\\")
        name = name.lower()
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(name, headers.words(text) if "=?" in text else text)
            continue
        number = rest.rstrip("*")
        if not number or (number.isdigit() and len(number) < 5):
            pieces.setdefault(base, {})[int(number or 0)] = (text, rest.endswith("*") or not rest)
    for base, numbered in pieces.items():
        plain[base] = _joined(numbered)
    return main.strip().lower(), plain


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
