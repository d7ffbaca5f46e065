"""Autoconfig: what a domain says of its servers, and what is not believed of it."""

from __future__ import annotations

import pytest

from maildesk.setup import autoconfig
from maildesk.setup.outcomes import Told
from maildesk.setup.servers import Server
from tests.servers.web import Page
from tests.servers.web import autoconfig as document
from tests.setup.conftest import ADDRESS, AUTOCONFIG, DOMAIN, WELL_KNOWN, Surroundings

GOOD = document("imap.company.example:993 SSL", "smtp.company.example:587 STARTTLS")


def ask(around: Surroundings, place: str = AUTOCONFIG) -> Told:
    around.names.hosts(DOMAIN, f"autoconfig.{DOMAIN}")
    return autoconfig.ask(f"https://{place}", ADDRESS, around.world)


@pytest.mark.parametrize("place", [AUTOCONFIG, WELL_KNOWN])
def test_the_servers_are_read_with_what_stands_for_the_address(
    around: Surroundings, place: str
) -> None:
    around.web.pages[place] = Page(GOOD)
    told = ask(around, place)
    assert told.outcome == "found"
    imap, smtp = told.servers
    source = f"https://{place}"
    assert imap == Server(
        "imap", "imap.company.example", 993, "implicit", "password", ADDRESS, source
    )
    assert (smtp.use, smtp.host, smtp.port, smtp.tls) == (
        "smtp", "smtp.company.example", 587, "starttls",
    )  # fmt: skip
    assert str(told) == (
        f"{source}: imap.company.example:993, TLS; smtp.company.example:587, STARTTLS"
    )


def test_both_places_are_asked_and_told_the_address() -> None:
    first, second = autoconfig.urls(DOMAIN, "a b+c@company.example")
    assert first == f"https://{AUTOCONFIG}?emailaddress=a%20b%2Bc@company.example"
    assert second == f"https://{WELL_KNOWN}"


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<clientConfig><emailProvider id="x"><domain>&lol2;</domain></emailProvider></clientConfig>"""
EXTERNAL = document(
    "imap.company.example:993 SSL",
    "smtp.company.example:587 STARTTLS",
    more='<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>',
).replace(b"<displayName>Company", b"<displayName>&file;")


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        (Page(EXTERNAL), "forbidden_xml"),
        (Page(BOMB), "forbidden_xml"),
        (Page(document("i:993 SSL", "s:465 SSL", more="<!DOCTYPE x>")), "forbidden_xml"),
        (Page(GOOD, octets=10_485_760), "too_large"),
        (Page(b"<html>We are closed.</p>"), "not_xml"),
        (Page(b"\xff\xfe\x00garbage"), "not_xml"),
        (Page(b""), "not_xml"),
        (Page(b"<html/>"), "no_servers"),
        (Page(document("imap.company.example:143 plain", "s.company.example:25 plain")),
         "no_servers"),
        (Page(document("imap.company.example:0 SSL", "-bad-.example:99999 SSL")), "no_servers"),
        (Page(document("imap;rm:993 SSL", "$(id):465 SSL")), "no_servers"),
        (Page(status=404), "not_there"),
        (Page(status=410), "not_there"),
        (Page(status=500), "refused"),
        (Page(status=302, headers={"Location": f"http://{WELL_KNOWN}"}), "redirected"),
        (Page(status=302, headers={"Location": "ftp://elsewhere.example/"}), "redirected"),
        (Page(status=302, headers={"Location": f"https://{AUTOCONFIG}"}), "redirected"),
        (Page(GOOD, headers={"Content-Encoding": "gzip"}), "not_xml"),
    ],
)  # fmt: skip
def test_what_is_no_such_document_is_told_by_name(
    around: Surroundings, page: Page, outcome: str
) -> None:
    around.web.pages[AUTOCONFIG] = page
    told = ask(around)
    assert (told.outcome, told.servers) == (outcome, ())
    assert "passwd" not in str(told) and "root:" not in str(told)


def test_a_way_on_over_https_is_followed(around: Surroundings) -> None:
    around.names.hosts("elsewhere.example")
    around.web.pages[AUTOCONFIG] = Page(
        status=301, headers={"Location": "https://elsewhere.example/config.xml"}
    )
    around.web.pages["elsewhere.example/config.xml"] = Page(GOOD)
    assert ask(around).outcome == "found"


def test_a_host_that_does_not_exist_is_no_trouble(around: Surroundings) -> None:
    told = autoconfig.ask("https://autoconfig.nowhere.example/x.xml", ADDRESS, around.world)
    assert told.outcome == "not_there"


def test_a_certificate_of_somebody_else_is_not_believed(around: Surroundings) -> None:
    around.names.hosts("autoconfig.other.example")
    told = autoconfig.ask("https://autoconfig.other.example/x.xml", ADDRESS, around.world)
    assert told.outcome == "certificate"


def test_nobody_there_is_told_so(around: Surroundings) -> None:
    around.web.remove()
    assert ask(around).outcome == "unreachable"
