"""Another system is asked about a customer: a real server with a certificate, its odd answers, and
where the desk does not ask."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from maildesk.desk.customers.context import ContextService
from maildesk.lookup.asked import NoAnswer, ask, read
from tests.servers.web import Page, Web

ANA = "ana+1@bigcorp.example"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    made = Web(tmp_path_factory.mktemp("crm"), "localhost")
    yield made
    made.remove()


Dripping = AbstractContextManager[int]


@contextmanager
def dripping_head(web: Web) -> Iterator[int]:
    """A server whose answer has no end to its head; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(web.certificate.certificate, web.certificate.key)

    def answer(plain: socket.socket, gone: threading.Event) -> None:
        with context.wrap_socket(plain, server_side=True) as line:
            line.recv(65_536)
            line.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not gone.wait(0.05):
                line.sendall(b"x")

    with serving(answer) as port:
        yield port


@contextmanager
def dripping_handshake(_web: Web) -> Iterator[int]:
    """A server that never gets to the end of its first TLS record."""

    def answer(line: socket.socket, gone: threading.Event) -> None:
        line.recv(65_536)
        line.sendall(b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb")
        while not gone.wait(0.05):
            line.sendall(b"\0")

    with serving(answer) as port:
        yield port


@contextmanager
def serving(answer: Callable[[socket.socket, threading.Event], None]) -> Iterator[int]:
    """One connection is answered so, until the other side hangs up or the test is over."""
    gone = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                line, _ = listener.accept()
                with line:
                    answer(line, gone)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        gone.set()
    thread.join()


@pytest.fixture
def service(web: Web) -> ContextService:
    return ContextService(
        url=f"https://localhost:{web.port}/customers?email={{{{ address }}}}",
        headers=(("Authorization", "Bearer s3cret"),),
        timeout=timedelta(seconds=10),
        shows=(("Plan", ("plan",)), ("Seats", ("licence", "seats")), ("Tags", ("tags",))),
        private_network=True,
        ca_file=str(web.certificate.certificate),
    )


def test_the_values_that_are_named_come_back(web: Web, service: ContextService) -> None:
    body = b'{"plan": "Gold", "licence": {"seats": 12}, "tags": ["a", "b"], "secret": "x"}'
    web.pages["localhost/customers"] = Page(body)
    assert ask(service, ANA) == (("Plan", "Gold"), ("Seats", "12"), ("Tags", "a, b"))
    assert web.asked[-1] == "localhost/customers?email=ana%2B1%40bigcorp.example"


def test_without_fields_what_stands_at_the_top_is_shown(web: Web, service: ContextService) -> None:
    web.pages["localhost/customers"] = Page(b'[{"customer_since": 2019, "vip": true, "x": {}}]')
    assert ask(replace(service, shows=()), ANA) == (("customer since", "2019"), ("vip", "yes"))


def test_whom_it_does_not_know_has_nothing(web: Web, service: ContextService) -> None:
    web.pages["localhost/customers"] = Page(status=404)
    assert ask(service, ANA) == ()


@pytest.mark.parametrize("odd", ["Bearer s3cret\n", "Bearer s3cret\0", "Bearer s3crét"])
def test_a_header_that_cannot_be_sent_is_told_without_its_secret(
    service: ContextService, odd: str
) -> None:
    with pytest.raises(NoAnswer) as told:
        ask(replace(service, headers=(("Authorization", odd),)), ANA)
    assert "s3cr" not in str(told.value)


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (Page(b"<html>", 200), "no JSON object"),
        (Page(b'"text"', 200), "no JSON object"),
        (Page(b"[" * 100_000, 200), "no JSON object"),
        (Page(b"", 500), "HTTP 500"),
        (Page(b"", 302, {"Location": "https://169.254.169.254/latest"}), "HTTP 302"),
        (Page(b"{}", 200, {"Content-Encoding": "gzip"}), "a packed answer"),
        (Page(b"{}", octets=10_000_000), "more than 256 KB"),
    ],
)
def test_an_odd_answer_is_none(web: Web, service: ContextService, page: Page, why: str) -> None:
    web.pages["localhost/customers"] = page
    with pytest.raises(NoAnswer, match=why):
        ask(service, ANA)


@pytest.mark.parametrize("drips", [dripping_head, dripping_handshake])
def test_who_answers_octet_by_octet_is_waited_for_no_longer(
    web: Web, service: ContextService, drips: Callable[[Web], Dripping]
) -> None:
    with drips(web) as port:
        short = replace(service, timeout=timedelta(seconds=1))
        url = service.url.replace(str(web.port), str(port))
        with pytest.raises(NoAnswer, match="no answer in time"):
            ask(replace(short, url=url), ANA)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "10.1.2.3", "169.254.169.254", "0.0.0.0", "192.168.0.1"]
)
def test_nothing_within_a_network_of_ones_own_is_asked(
    web: Web, service: ContextService, host: str
) -> None:
    asked = len(web.asked)
    with pytest.raises(NoAnswer, match="network of its own"):
        ask(replace(service, url=f"https://{host}:{web.port}/?{{{{ address }}}}",
                    private_network=False), ANA)  # fmt: skip
    assert len(web.asked) == asked


def test_a_certificate_that_nobody_vouches_for_is_refused(
    web: Web, service: ContextService
) -> None:
    with pytest.raises(NoAnswer):
        ask(replace(service, ca_file=""), ANA)


def test_values_are_one_line_and_cut() -> None:
    body = b'{"a": "x\\ny\\u202e", "b": "", "c": null, "d": 1.5}'
    assert read(body, ()) == (("a", "x y"), ("d", "1.5"))
