"""The pages as a door: where they listen, whom they believe, what every answer has, and that they
never stand in the way of mail."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.web.clients import client_of, network_of, networks
from maildesk.web.guard import HEADERS
from maildesk.web.limits import Tries
from tests.servers.process import NEVER
from tests.servers.relay import Relay
from tests.stories.running_desk import Inbox, RunningDesk, text_of, wait_until, write
from tests.web.pages import WITH_PAGES, Pages, with_pages
from tests.web.places import running

DESK, KIM = "support@desk.example", "kim@customer.example"
PRIVATE = networks(["127.0.0.0/8", "10.0.0.0/8", "::1/128"])


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningDesk, Pages]]:
    web = ", timeout: 1s, proxies: []"
    with running(tmp_path_factory.mktemp("door"), web=web) as found:
        yield found[:2]


def test_every_answer_keeps_to_itself(opened: tuple[RunningDesk, Pages]) -> None:
    _, pages = opened
    for path, status in (("/sent", 200), ("/nowhere", 404), ("/desk/", 404), ("/api/v1/", 404)):
        answer = pages.ask(path)
        assert answer.status == status
        for name, value in HEADERS.items():
            assert answer.headers[name.lower()] == value
        assert "server" not in answer.headers
        assert answer.cookies == ()
        assert len(answer.octets) < 60_000


@pytest.mark.parametrize("path", ["/articles", "/mine/", "/ticket/t01-x/", "/ticket/t01-x/?a=b"])
def test_a_slash_too_many_or_too_few_leads_on_by_the_path_alone(
    opened: tuple[RunningDesk, Pages], path: str
) -> None:
    # before a proxy it is https, and another port: neither is known here
    answer = opened[1].ask(path, Host="localhost:1")
    way, query, more = path.partition("?")
    other = way[:-1] if way.endswith("/") else f"{way}/"
    assert (answer.status, answer.headers["location"]) == (307, f"{other}{query}{more}")


def test_the_page_with_the_form_runs_our_script_and_no_other(
    opened: tuple[RunningDesk, Pages],
) -> None:
    answer = Pages(opened[1].port).ask("/")
    own = "; script-src 'self'; connect-src 'self'"
    policy = HEADERS["Content-Security-Policy"]
    for name, value in (HEADERS | {"Content-Security-Policy": policy + own}).items():
        assert answer.headers[name.lower()] == value
    (cookie,) = answer.cookies
    assert cookie.endswith("; HttpOnly; Path=/; SameSite=lax")
    assert len(answer.octets) < 60_000


def test_the_style_sheet_may_be_kept_and_is_none_of_a_customers(
    opened: tuple[RunningDesk, Pages],
) -> None:
    _, pages = opened
    page = pages.ask("/").text
    path = page.partition('href="')[2].partition('"')[0]
    answer = pages.ask(path)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.text.startswith(":root{--accent:#2f5d8a")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_a_name_that_is_none_of_ours_is_refused(
    opened: tuple[RunningDesk, Pages], host: str
) -> None:
    answer = opened[1].ask("/", Host=host, X_Forwarded_Host="127.0.0.1")
    assert (answer.status, answer.text) == (421, "There is no such site here.\n")


def test_a_page_speaks_the_language_of_its_reader(opened: tuple[RunningDesk, Pages]) -> None:
    _, pages = opened
    assert '<html lang="de">' in pages.ask("/", Accept_Language="fr;q=0.3, de-AT;q=0.8").text
    assert '<html lang="en">' in pages.ask("/", Accept_Language="fr, *;q=0.1").text
    assert '<html lang="en">' in pages.ask("/", Accept_Language="," * 9_000 + "de").text


def test_a_method_or_a_path_that_there_is_not_is_said_in_words(
    opened: tuple[RunningDesk, Pages],
) -> None:
    _, pages = opened
    assert pages.ask("/sent", "POST", b"x=1").status == 405
    assert pages.ask("/%2e%2e/%2e%2e/etc/passwd").status == 404
    assert "This page is not here" in pages.ask("/nowhere").text


def test_half_a_head_and_half_a_body_are_not_waited_for_for_ever(
    opened: tuple[RunningDesk, Pages],
) -> None:
    running, pages = opened
    with socket.create_connection(("127.0.0.1", pages.port), timeout=NEVER) as half:
        half.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        assert half.recv(100) == b""
    with socket.create_connection(("127.0.0.1", pages.port), timeout=NEVER) as silent:
        assert silent.recv(100) == b""
    assert pages.ask("/").status == 200
    assert "Traceback" not in running.log()


def test_a_head_that_is_too_long_is_refused(opened: tuple[RunningDesk, Pages]) -> None:
    _, pages = opened
    with socket.create_connection(("127.0.0.1", pages.port), timeout=NEVER) as link:
        link.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 40_000)
        assert link.recv(100).startswith(b"HTTP/1.1 400 ")


def test_what_a_client_says_of_itself_is_believed_of_a_proxy_of_ours_alone(
    opened: tuple[RunningDesk, Pages],
) -> None:
    running, pages = opened  # without proxies
    pages.ask("/a-lie", X_Forwarded_For="192.0.2.66")
    wait_until(lambda: "/a-lie" in running.log(), "it is told")
    (line,) = [one for one in running.log().splitlines() if "/a-lie" in one]
    assert "peer=127.0.0.1" in line
    assert client_of("127.0.0.1", ["192.0.2.66"], PRIVATE) == "192.0.2.66"
    assert client_of("127.0.0.1", ["6.6.6.6, 192.0.2.66", "10.1.2.3"], PRIVATE) == "192.0.2.66"
    assert client_of("192.0.2.1", ["6.6.6.6"], PRIVATE) == "192.0.2.1"
    assert client_of("127.0.0.1", ["\x00', 10.0.0.1"], PRIVATE) == "10.0.0.1"
    assert client_of("10.0.0.9", ['"[2001:db8::1]:4711"'], PRIVATE) == "2001:db8::1"
    assert client_of("::1", ["192.0.2.66:80"], PRIVATE) == "192.0.2.66"
    assert client_of("::ffff:127.0.0.1", ["192.0.2.66"], PRIVATE) == "192.0.2.66"
    assert network_of("2001:db8::1") == network_of("2001:db8::2") != network_of("192.0.2.1")


def test_tries_are_counted_for_each_network_and_forgotten_in_time() -> None:
    now = 0.0
    tries = Tries(2, 60, lambda: now)
    for who in ("a", "a", "b"):
        tries.count(who)
    assert (tries.has_more("a"), tries.has_more("b"), tries.has_more("c")) == (False, True, True)
    now = 61.0
    assert tries.has_more("a")


def test_a_port_that_is_taken_is_said_with_a_free_one_and_mail_goes_on(
    tmp_path: Path, relay: Relay
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        running = RunningDesk(
            tmp_path / "desk", relay, settings=f"web: {{listen: {port}}}\n", roles=WITH_PAGES
        ).start()
        said = "".join(running.greetings)
        assert f"pages         closed: port {port} is taken" in said
        assert "MAILDESK_WEB_PORT=" in said
        running.send(write(KIM, DESK, "Printer", "It jams."), KIM, DESK)
        mail = Inbox(relay).take(KIM)
        assert "http" not in text_of(mail).replace("https://desk.example", "")
        assert running.run("health").returncode == 0
        assert running.stop(signal.SIGTERM) == [0]


def test_a_desk_that_wants_no_pages_has_none(tmp_path: Path, relay: Relay) -> None:
    running = RunningDesk(
        tmp_path / "desk", relay, settings="web: {listen: no}\n", roles=WITH_PAGES
    ).start()
    assert "pages" not in "".join(running.greetings)
    assert running.stop() == [0]


def test_who_asks_while_the_desk_stops_is_answered_or_hung_up_on_and_it_ends(
    tmp_path: Path, relay: Relay
) -> None:
    running, pages = with_pages(tmp_path / "desk", relay)
    with socket.create_connection(("127.0.0.1", pages.port), timeout=NEVER) as link:
        link.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nhalf")
        wait_until(lambda: running.processes[0].poll() is None, "it runs")
        assert running.run("health").returncode == 0
        assert running.stop() == [0]
