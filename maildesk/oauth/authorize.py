"""Leading a person through a grant, in whatever they look at: `maildesk authorize` is one.

What was begun is kept sealed in `var/oauth` until its end, so that who was interrupted goes on
with the same code, or the same page, the next time.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol

from maildesk.oauth import protocol
from maildesk.oauth.answers import DeviceCode
from maildesk.oauth.grants import Grant
from maildesk.oauth.loopback import Loopback
from maildesk.oauth.outcomes import NoToken, Outcome
from maildesk.oauth.seal import Seal
from maildesk.oauth.tokens import Tokens
from maildesk.oauth.unwritten import FOLDER, file_name, write_private

SLOWER = 5.0  # seconds more between two questions after `slow_down` (RFC 8628, 3.5)
SLOWEST = 60.0
PAGE_LIVES = timedelta(hours=1)  # how long a page that was begun is gone on with


class Guide(Protocol):
    """Who leads the person."""

    def show_code(self, grant: Grant, code: DeviceCode) -> None:
        """The page to open elsewhere, and the code to type there."""

    def show_page(self, grant: Grant, url: str) -> None:
        """The page to open in a browser."""

    def pasted(self, take: Callable[[str], None]) -> None:
        """Call `take` with every address that the person pastes, now or later, in any thread."""


@dataclass(frozen=True)
class Page:
    """A page that somebody was sent to, and what proves that it was us (RFC 7636, RFC 6749
    10.12)."""

    state: str
    verifier: str
    port: int
    until: datetime

    def __repr__(self) -> str:
        return "<a page>"


class Authorization:
    """One grant's way from nothing to a token. NoToken where somebody said no."""

    def __init__(
        self,
        grant: Grant,
        tokens: Tokens,
        guide: Guide,
        *,
        desk: Path,
        seal: Seal,
        now: Callable[[], datetime],
        pause: Callable[[float], object],
        thanks: str = "",
        language: str = "en",
    ) -> None:
        self._grant, self._tokens, self._guide = grant, tokens, guide
        self._now, self._pause, self._seal = now, pause, seal
        self._thanks, self._language = thanks, language
        self._file = desk / FOLDER / f"{file_name(grant.name)}.pending"

    def run(self) -> None:
        """Until the token is kept."""
        if self._grant.type == "device_code":
            self._by_code()
        elif self._grant.type == "authorization_code":
            self._by_page()
        else:
            # what was there stays until this has gone well
            self._tokens.keep(self._grant, protocol.renew(self._grant, "", self._now()))

    def _by_code(self) -> None:
        code = self._begun_code()
        if code is None:
            code = protocol.start_device(self._grant, self._now())
            self._begin(asdict(code))
        self._guide.show_code(self._grant, code)
        interval = code.interval
        while True:
            self._pause(interval)
            if self._now() >= code.expires_at:
                self._end()
                raise NoToken(Outcome.CODE_EXPIRED)
            try:
                answer = protocol.poll_device(self._grant, code.device_code, self._now())
            except NoToken as problem:
                if not problem.passes:
                    self._end()
                    raise
                interval = _slower(interval, problem)
                continue
            self._tokens.keep(self._grant, answer)
            self._end()
            return

    def _begun_code(self) -> DeviceCode | None:
        """The code that was shown before, while it is good."""
        said = self._begun()
        with suppress(KeyError, TypeError, ValueError):
            code = DeviceCode(**{**said, "expires_at": datetime.fromisoformat(said["expires_at"])})
            return code if self._now() < code.expires_at else None
        return None

    def _by_page(self) -> None:
        came: SimpleQueue[str] = SimpleQueue()
        page, listener = self._listening(came)
        with listener:
            where = redirect_uri(self._grant, page.port)
            self._begin({**asdict(page), "until": page.until})
            url = protocol.authorization_url(self._grant, where, page.state, page.verifier)
            self._guide.show_page(self._grant, url)
            self._guide.pasted(came.put)
            while True:
                answer = came.get()
                try:
                    token = protocol.exchange(
                        self._grant, answer, where, page.state, page.verifier, self._now()
                    )
                except NoToken as problem:
                    if problem.passes:  # another address, or the provider is away: once more
                        self._guide.show_page(self._grant, url)
                        continue
                    self._end()
                    raise
                self._tokens.keep(self._grant, token)
                self._end()
                return

    def _listening(self, came: SimpleQueue[str]) -> tuple[Page, Loopback]:
        """The page that was begun, where its port is free still; else a new one."""
        page = self._begun_page()
        more: dict[str, Any] = {"language": self._language, "thanks": self._thanks}
        if page is not None:
            with suppress(OSError):
                return page, Loopback(page.state, came.put, port=page.port, **more)
        page = Page(
            secrets.token_urlsafe(24), secrets.token_urlsafe(48), 0, self._now() + PAGE_LIVES
        )
        listener = Loopback(page.state, came.put, **more)
        return replace(page, port=listener.port), listener

    def _begun_page(self) -> Page | None:
        said = self._begun()
        with suppress(KeyError, TypeError, ValueError):
            page = Page(**{**said, "until": datetime.fromisoformat(said["until"])})
            return page if self._now() < page.until else None
        return None

    # What was begun

    def _begin(self, what: dict[str, Any]) -> None:
        words = json.loads(json.dumps(what, default=datetime.isoformat))
        content = {"fingerprint": self._grant.fingerprint(), "what": words}
        with suppress(OSError):  # it is only for comfort
            write_private(self._file, self._seal.sealed(self._grant.name, content))

    def _begun(self) -> dict[str, Any]:
        with suppress(OSError):
            content = self._seal.opened(self._grant.name, self._file.read_bytes()) or {}
            if content.get("fingerprint") == self._grant.fingerprint():
                return dict(content["what"])
        return {}

    def _end(self) -> None:
        with suppress(OSError):
            self._file.unlink(missing_ok=True)


def redirect_uri(grant: Grant, port: int) -> str:
    """Where the browser comes back to: by number (RFC 8252, 7.3), and by name for Microsoft, which
    knows that one without its port."""
    name = "localhost" if grant.client.provider == "microsoft" else "127.0.0.1"
    return f"http://{name}:{port}/" if name != "localhost" else f"http://{name}:{port}"


def _slower(interval: float, problem: NoToken) -> float:
    """How long to wait before the next question (RFC 8628, 3.5)."""
    if problem.outcome is Outcome.PENDING:
        return interval
    if problem.outcome is Outcome.SLOW_DOWN:
        return interval + SLOWER
    return max(problem.wait, min(interval * 2, SLOWEST))
