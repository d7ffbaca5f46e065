"""One structured line for every stop of a message: the verb first, then its reference. Never a
message's contents.

To log neither raises nor, in a process that serves, waits for anything: what was to be told is less
than the work.
"""

from __future__ import annotations

import atexit
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal

from maildesk.stream import NonBlockingStream, Unwritten, standard_streams

# structlog would load rich and pygments to show tracebacks in colour, which nobody sees here: 3 MB
_rich = sys.modules.get("rich")
sys.modules["rich"] = None  # type: ignore[assignment]
import structlog  # noqa: E402

if _rich is None:
    del sys.modules["rich"]
else:
    sys.modules["rich"] = _rich

log: Any = structlog.get_logger("maildesk")


def configure(form: Literal["text", "json"] = "text", *, quiet: bool = False) -> None:
    """Write lines to standard error, whatever that is by then; `quiet` leaves out what is not at
    least a warning."""
    level = logging.WARNING if quiet else logging.INFO
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Any = structlog.processors.JSONRenderer() if form == "json" else _line
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, last],
        wrapper_class=_never_raising(level),
        logger_factory=_Lines,
        cache_logger_on_first_use=True,
    )
    logging.raiseExceptions = False
    logging.basicConfig(
        level=logging.WARNING,
        format="%(levelname)s %(name)s %(message)s",
        stream=sys.stderr,
        force=True,
    )
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd narrates every command
    # these tell a lost connection in many lines and with a traceback; our own say it in one
    # (`broker_unavailable`, `database_unavailable`)
    for library in ("pika", "sqlalchemy.pool"):
        logging.getLogger(library).setLevel(logging.CRITICAL)


def wait_for_no_reader() -> None:
    """From now on nothing that this process prints or logs, by whatever way, waits for who reads it
    or raises where nobody does."""
    streams = standard_streams(
        on_lost=lambda found: log.warning(
            "lines_lost", lines=found.lost, since=f"{found.since:%FT%TZ}"
        )
    )
    for stream in streams:
        atexit.register(stream.drain)


def unwritten() -> Unwritten | None:
    """Since when the log cannot be written, where that is so."""
    return sys.stderr.unwritten() if isinstance(sys.stderr, NonBlockingStream) else None


@contextmanager
def unheard() -> Iterator[None]:
    """Log nothing meanwhile: for a command that says itself what happens."""
    before = structlog.get_config()
    structlog.configure(
        wrapper_class=_never_raising(logging.CRITICAL), cache_logger_on_first_use=False
    )
    try:
        yield
    finally:
        structlog.configure(**before)


class _Lines:
    """Where a finished line goes."""

    def __init__(self, *_: object) -> None:
        """Nothing is kept: standard error may be another by the next line."""

    def msg(self, line: str) -> None:
        with suppress(Exception):
            sys.stderr.write(f"{line}\n")

    debug = info = warning = error = critical = msg


def _never_raising(level: int) -> Any:
    ordinary: Any = structlog.make_filtering_bound_logger(level)

    class Logger(ordinary):  # type: ignore[misc]
        def _proxy_to_logger(self, method_name: str, event: str | None = None, **facts: Any) -> Any:
            try:
                return super()._proxy_to_logger(method_name, event, **facts)
            except Exception as problem:  # a value that cannot be written down
                return self._logger.error(f"{event} could not be told: {type(problem).__name__}")

    return Logger


def _line(_logger: Any, _method: str, event: dict[str, Any]) -> str:
    verb = event.pop("event")
    at = event.pop("timestamp")[11:23]
    level = event.pop("level")
    trace = event.pop("exception", "")
    mark = "" if level == "info" else f"{level.upper()} "
    facts = " ".join(
        f"{name}={_word(value)}" for name, value in event.items() if value not in (None, "")
    )
    return f"{at} {mark}{verb} {facts}" + (f"\n{trace}" if trace else "")


def _word(value: object) -> str:
    """The value as one word: what a stranger wrote neither begins a line of its own nor speaks to a
    terminal."""
    text = str(value)
    if text.isprintable() and " " not in text and '"' not in text:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())
