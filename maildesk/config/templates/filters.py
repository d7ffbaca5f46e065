"""The filters templates have beside Jinja's plain ones: moments, words, quoting, and
text made into HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup, escape

from maildesk.desk.mails.wording import Language
from maildesk.mail.wrapping import reflowed, unwrapped

_URL = re.compile(r"https?://[^\s<>\"']{1,1000}[^\s<>\"'.,;:!?)\]]")
_BLANK = re.compile(r"\n[ \t]*\n\s*")
_PARAGRAPH = '<p style="margin:0 0 14px">'
_QUOTED = '<p style="margin:0 0 14px;padding-left:12px;border-left:2px solid #c9d1da;opacity:.85">'


def filters_for(language: Language, *, html: bool) -> dict[str, Callable[..., Any]]:
    """The filters of one language; those that make HTML only where HTML is made."""
    table: dict[str, Callable[..., Any]] = {
        "when": lambda at: language.moment(_moment(at), language.long),
        "short_when": lambda at: language.moment(_moment(at), language.brief),
        "date": lambda at: language.moment(_moment(at), language.date),
        "period": lambda length: (
            language.period(length)
            if isinstance(length, timedelta)
            else _refuse(length, "a period")
        ),
        "size": language.size,
        "word": language.word,
        "why": language.why,
        "excerpt": excerpt,
        "quoted": quoted,
    }
    return table | {"paragraphs": paragraphs, "lines": lines} if html else table


def _moment(at: object) -> datetime:
    return at if isinstance(at, datetime) else _refuse(at, "a moment")


def _refuse(value: object, expected: str) -> Any:
    raise TypeError(f"expected {expected}, found {type(value).__name__}")


def excerpt(text: str, length: int = 280) -> str:
    """The beginning of a text, cut at a word. Links are taken out: what a stranger wrote must not
    travel on as an advertisement."""
    text = _URL.sub("[…]", text.strip())
    text = _BLANK.sub("\n\n", text)
    if len(text) <= length:
        return text
    return text[:length].rsplit(None, 1)[0].rstrip(" .,;:") + " …"


def quoted(text: str) -> str:
    """The text as plain-text mail quotes it (RFC 3676, 4.5: a space behind the first mark only)."""
    return "\n".join(
        ">" + line if line.startswith(">") or not line else f"> {line}"
        for line in reflowed(text.strip()).split("\n")
    )


def lines(text: str) -> Markup:
    """The text as HTML with its line breaks and its links."""
    # escaped piece by piece in _linked
    return Markup(_linked(text.strip()).replace("\n", "<br>\n"))  # noqa: S704


def paragraphs(text: str) -> Markup:
    """The text as HTML paragraphs, links live, quoted stretches set off; lines that only a margin
    broke go on."""
    made: list[str] = []
    for block in _BLANK.split(unwrapped(text.strip("\n").replace("\r\n", "\n")).strip()):
        if not block:
            continue
        if block.startswith(">"):
            bare = unwrapped("\n".join(line.lstrip("> ") for line in block.split("\n")))
            made.append(f"{_QUOTED}{_linked(bare)}</p>")
        else:
            made.append(f"{_PARAGRAPH}{_linked(block)}</p>")
    # escaped in _linked
    return Markup("\n".join(one.replace("\n", "<br>\n") for one in made))  # noqa: S704


def _linked(text: str) -> str:
    """The text escaped, its addresses made links."""
    if "://" not in text:
        return str(escape(text))
    pieces: list[str] = []
    end = 0
    for match in _URL.finditer(text):
        url = str(escape(match[0]))
        pieces += (
            str(escape(text[end : match.start()])),
            f'<a href="{url}" style="color:inherit">{url}</a>',
        )
        end = match.end()
    return "".join(pieces) + str(escape(text[end:]))
