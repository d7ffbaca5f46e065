"""Where a person's browser comes back to: a listener on this machine alone, for one answer
(RFC 8252, 7.3)."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

_PAGE = (
    '<!doctype html><html lang="{language}"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title>'
    '<body style="font:1.1em/1.5 sans-serif;max-width:34em;margin:4em auto;padding:0 1em">'
    "<p>{title}</p></body></html>"
)


class Loopback:
    """Open for the length of a `with`. `came` is called with the path and query of the answer that
    bears our `state`, any number of times; all else is not found.

    `port` 0 takes any that is free; one that is taken is answered by OSError.
    """

    def __init__(
        self,
        state: str,
        came: Callable[[str], None],
        *,
        port: int = 0,
        language: str = "en",
        thanks: str = "You can close this page.",
    ) -> None:
        page = _PAGE.format(language=html.escape(language), title=html.escape(thanks)).encode()

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                said = parse_qs(urlsplit(self.path).query)
                is_ours = said.get("state") == [state]
                self.send_response(200 if is_ours else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page) if is_ours else 0))
                # the address holds the code: no other page shall hear of it
                self.send_header("Referrer-Policy", "no-referrer")
                self.send_header("Cache-Control", "no-store")
                self.send_header("Connection", "close")
                self.end_headers()
                if is_ours:
                    self.wfile.write(page)
                    came(self.path)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: it would be the code."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="loopback",
            daemon=True,
        )

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
