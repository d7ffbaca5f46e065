"""One structured line for every stop of a message: the verb first, then its reference. Never a message's contents."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any, Literal

import structlog

log: Any = structlog.get_logger("maildesk")


def configure(form: Literal["text", "json"] = "text", *, quiet: bool = False) -> None:
    """Write lines to standard error; `quiet` leaves out what is not at least a warning."""
    level = logging.WARNING if quiet else logging.INFO
    shared: list[Any] = [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    last: Any = structlog.processors.JSONRenderer() if form == "json" else _line
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr, force=True)
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd narrates every command
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # tells a broken connection in ten lines; Dramatiq tells it in one


def _line(_logger: Any, _method: str, event: dict[str, Any]) -> str:
    verb = event.pop("event")
    at = event.pop("timestamp")[11:23]
    level = event.pop("level")
    trace = event.pop("exception", "")
    mark = "" if level == "info" else f"{level.upper()} "
    facts = " ".join(f"{name}={_word(value)}" for name, value in event.items() if value not in (None, ""))
    return f"{at} {mark}{verb} {facts}" + (f"\n{trace}" if trace else "")


def _word(value: object) -> str:
    """The value as one word: what a stranger wrote neither begins a line of its own nor speaks to a terminal."""
    text = str(value)
    if text.isprintable() and " " not in text and '"' not in text:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())
