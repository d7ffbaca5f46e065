"""A web server of the tests over HTTPS, with a certificate for the names it is told."""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.servers.tls import Certificate, make_certificate


@dataclass(frozen=True)
class Page:
    """What is said at a place; `octets` more follow the body, a piece at a time."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    octets: int = 0


class Web:
    """`pages` by host and path: `autoconfig.company.example/mail/config-v1.1.xml`."""

    def __init__(self, folder: Path, *names: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate: Certificate = make_certificate(folder, names=names)
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                place = f"{self.headers.get('Host', '').partition(':')[0]}{self.path}"
                web.asked.append(place)
                page = web.pages.get(place.partition("?")[0], Page(status=404))
                self.send_response(page.status)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(page.body) + page.octets))
                self.end_headers()
                try:
                    self.wfile.write(page.body)
                    for _ in range(page.octets // 65_536):
                        self.wfile.write(b" " * 65_536)
                except OSError:
                    return  # it hung up, as it should

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = _Quiet(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate.certificate, self.certificate.key)
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.port = int(self._server.server_address[1])
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    def remove(self) -> None:
        """Answer no more."""
        self._server.shutdown()  # which may be said again
        self._server.server_close()


class _Quiet(ThreadingHTTPServer):
    """Who does not believe the certificate hangs up; that is no news."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


def autoconfig(imap: str, smtp: str, domain: str = "company.example", *, more: str = "") -> bytes:
    """The document of a domain with these two servers, each `host:port SSL` or `… STARTTLS`."""

    def server(tag: str, kind: str, written: str) -> str:
        place, socket_type = written.split()
        host, _, port = place.rpartition(":")
        return (
            f'<{tag} type="{kind}"><hostname>{host}</hostname><port>{port}</port>'
            f"<socketType>{socket_type}</socketType><username>%EMAILADDRESS%</username>"
            f"<authentication>password-cleartext</authentication></{tag}>"
        )

    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'{more}<clientConfig version="1.1"><emailProvider id="{domain}">'
        f"<domain>{domain}</domain><displayName>Company</displayName>"
        f'<incomingServer type="pop3"><hostname>pop.{domain}</hostname><port>995</port>'
        "<socketType>SSL</socketType></incomingServer>"
        f"{server('incomingServer', 'imap', imap)}{server('outgoingServer', 'smtp', smtp)}"
        "</emailProvider></clientConfig>"
    ).encode()
