"""What an SMTP client may write in MAIL and RCPT, read strictly and fast (RFC 5321,
4.1.2; RFC 6531)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# <>, <local@domain>, <"quoted local"@domain>, with a source route skipped (RFC 5321, appendix C);
# also the bare form without brackets, which small devices send.
_PATH = re.compile(
    r"""
    (?: < (?: @[^\s<>:]{1,255}: )?
          (?P<address> (?:
            (?:"(?:[^"\\]|\\.){0,64}"|[^\s<>"@,:;\\()\[\]]+) (?:@[^\s<>"@,;\\()]+)?
          )? )
        >
      | (?P<bare> [^\s<>"@,:;\\()\[\]]+@[^\s<>"@,;\\()]+ )
    )
    (?: [ ]+ (?P<parameters> \S.*) )?
    """,
    re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^\s=]+))?")
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9.:_\[\]-]")


@dataclass(frozen=True, slots=True)
class Path:
    """The path of a MAIL or RCPT with its parameters, names in upper case; a parameter without a
    value has ""."""

    address: str
    parameters: dict[str, str] = field(default_factory=dict)


def read_path(text: str, keyword: str) -> Path | None:
    """The path behind `FROM:` or `TO:`, or None where it cannot be one."""
    if text[: len(keyword)].upper() != keyword:
        return None
    found = _PATH.fullmatch(text[len(keyword) :].strip())
    if found is None:
        return None
    address = found["bare"] or found["address"] or ""
    parameters: dict[str, str] = {}
    for word in (found["parameters"] or "").split():
        parameter = _PARAMETER.fullmatch(word)
        if parameter is None:
            return None
        parameters[parameter[1].upper()] = parameter[2] or ""
    return Path(address, parameters)


def read_line(line: bytes) -> str | None:
    """A command line as text, or None where it holds control characters or is not UTF-8."""
    try:
        text = line.strip(b" \t\r\n").decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def safe_name(greeting: str) -> str:
    """What the client calls itself, fit to stand in a header field."""
    return _NOT_IN_A_NAME.sub("?", greeting)[:255] or "unknown"
